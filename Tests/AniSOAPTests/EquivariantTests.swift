import AniSOAP
import Geometry
import Mathematics
import TestSupport
import Testing

/// Clebsch-Gordan products: invariants do not turn, products of known things are known.
@Suite struct EquivariantTests {
  private func frame(turnedBy q: UnitQuaternion = .identity) throws -> Frame {
    var random = RandomStream(seed: 31, stream: 4)
    let count = 7
    return Frame(
      positions: (0..<count).map { _ in q.rotate(random.direction() * random.uniform(0.5, 3)) },
      species: (0..<count).map { $0 % 2 == 0 ? "A1" : "B2" },
      orientations: try (0..<count).map { _ in
        let r = random.rotation()
        return q * (try UnitQuaternion(w: r.x, x: r.y, y: r.z, z: r.w))
      },
      semiAxes: try (0..<count).map { _ in
        try SemiAxes(random.uniform(0.3, 1), random.uniform(0.3, 1), random.uniform(0.5, 1.5))
      })
  }

  private func expansion() throws -> DensityExpansion {
    try DensityExpansion(
      Hyperparameters(
        basis: .gto(width: 1.5), maxAngular: 4, maxRadial: .perChannel([2, 1, 2, 1, 0]), cutoff: 5),
      species: ["A1", "B2"])
  }

  @Test func productToZeroIsThePowerSpectrum() throws {
    let expansion = try expansion()
    let frame = try frame()
    let blocks = try expansion.equivariants(of: frame)
    let spectrum = try expansion.powerSpectrum(of: frame, average: .none).values
    var start = 0
    for block in blocks {
      let product = try block.product(block, lambda: 0)
      let width = product.properties.count
      for i in 0..<frame.count {
        let ours = product.values[(i * width)..<((i + 1) * width)]
        let row = spectrum.row(i)
        #expect(
          largestDifference(ours, row[(row.startIndex + start)..<(row.startIndex + start + width)])
            <= 1e-16)
      }
      #expect(product.sigma == 1)
      start += width
    }
    #expect(start == spectrum.columns)
  }

  /// The centres of one frame, of which the bispectrum takes milliseconds each, are not all waited for.
  @Test func averagesStopBetweenCentres() throws {
    let (expansion, frame) = (try expansion(), try frame())
    func work() throws {
      _ = try expansion.averagedFeatures(of: frame, correlation: .three, threads: 1)
    }
    let questions = try Patience.questions(work)
    #expect(questions >= frame.count)
    for most in [0, questions / 2, questions - 1] {
      #expect(try Patience.stopped(after: most, work) == most + 1)
    }
  }

  /// The bispectrum as two products, and its labels.
  @Test func bispectrumIsTheIteratedProduct() throws {
    let expansion = try expansion()
    let frame = try frame()
    let blocks = try expansion.equivariants(of: frame)
    let bispectrum = try expansion.features(of: frame, correlation: .three, average: .none)
    #expect(bispectrum.values.columns == expansion.featureCount(.three))
    let scale = bispectrum.values.elements.map(abs).max() ?? 0
    let rows = bispectrum.properties.rows
    var start = 0
    while start < rows.count {
      let (l1, l2, l3) = (rows[start][0], rows[start][1], rows[start][2])
      let product = try blocks[l1].product(blocks[l2], lambda: l3).product(blocks[l3], lambda: 0)
      let width = product.properties.count
      #expect(product.sigma == 1)
      for i in 0..<frame.count {
        let row = bispectrum.values.row(i)
        #expect(
          largestDifference(
            product.values[(i * width)..<((i + 1) * width)],
            row[(row.startIndex + start)..<(row.startIndex + start + width)]) <= 1e-15 * scale)
      }
      // l_1, n_1, type_1, l_2, n_2, type_2, l_3, n_3, type_3 there.
      let labels = product.properties.rows.map {
        [$0[0], $0[3], $0[6], $0[1], $0[2], $0[4], $0[5], $0[7], $0[8]]
      }
      #expect(labels == Array(rows[start..<(start + width)]))
      start += width
    }
  }

  @Test func bispectrumFeelsNeitherRotationNorInversion() throws {
    let expansion = try expansion()
    var random = RandomStream(seed: 6)
    let r = random.rotation()
    let plain = try frame()
    let turned = try frame(turnedBy: UnitQuaternion(w: r.x, x: r.y, y: r.z, z: r.w))
    var mirrored = plain
    try mirrored.set(positions: plain.positions.map { -$0 })
    let a = try expansion.features(of: plain, correlation: .three, average: .none)
    let scale = a.values.elements.map(abs).max() ?? 0
    for other in [turned, mirrored] {
      let b = try expansion.features(of: other, correlation: .three, average: .none)
      #expect(largestDifference(a.values.elements, b.values.elements) <= 1e-13 * scale)
    }
  }

  /// 1 x 1 -> 1 is the vector product over sqrt 2: a pseudo-vector.
  @Test func vectorsMultiplyAsVectors() throws {
    // Components m = -1, 0, 1 are y, z, x.
    func block(_ v: Vector3) -> EquivariantBlock {
      EquivariantBlock(
        lambda: 1, sigma: 1, centers: 1, properties: IndexTable(names: ["n"], rows: [[0]]),
        values: [v.y, v.z, v.x])
    }
    let (a, b) = (Vector3(0.3, -1.2, 0.7), Vector3(1.1, 0.4, -0.6))
    let product = try block(a).product(block(b), lambda: 1)
    let cross = a.cross(b) / 2.0.squareRoot()
    #expect(product.sigma == -1)
    let plus = largestDifference(product.values, [cross.y, cross.z, cross.x])
    let minus = largestDifference(product.values, [-cross.y, -cross.z, -cross.x])
    // The overall sign of an imaginary tensor is a convention.
    #expect(min(plus, minus) <= 1e-15)
    let dot = try block(a).product(block(b), lambda: 0)
    #expect(abs(dot.values[0] + a.dot(b) / 3.0.squareRoot()) <= 1e-15)
    #expect(throws: InvalidInput.self) { try block(a).product(block(b), lambda: 3) }
  }

  /// |a x b|^2 summed over lambda is |a|^2 |b|^2: the tensors are orthogonal together.
  @Test func productsKeepTheNorm() throws {
    var random = RandomStream(seed: 8)
    for (l1, l2) in [(2, 3), (4, 4), (6, 1)] {
      func block(_ l: Int) -> EquivariantBlock {
        EquivariantBlock(
          lambda: l, sigma: 1, centers: 1, properties: IndexTable(names: ["n"], rows: [[0]]),
          values: (0..<(2 * l + 1)).map { _ in random.gaussian() })
      }
      let (a, b) = (block(l1), block(l2))
      let total = try (abs(l1 - l2)...(l1 + l2)).reduce(0.0) { sum, lambda in
        try sum + a.product(b, lambda: lambda).values.reduce(0) { $0 + $1 * $1 }
      }
      let expected =
        a.values.reduce(0) { $0 + $1 * $1 } * b.values.reduce(0) { $0 + $1 * $1 }
      #expect(abs(total / expected - 1) <= 1e-13)
    }
  }
}
