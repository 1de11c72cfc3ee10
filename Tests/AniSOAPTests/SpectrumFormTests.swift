import AniSOAP
import Geometry
import Mathematics
import TestSupport
import Testing

/// The compact power spectrum, mixed species, many frames at once.
@Suite struct SpectrumFormTests {
  private func frame(_ seed: UInt64) throws -> Frame {
    var random = RandomStream(seed: seed, stream: 12)
    let count = 8
    return Frame(
      positions: (0..<count).map { _ in random.direction() * random.uniform(0.5, 3) },
      species: (0..<count).map { ["A1", "B2", "C3"][$0 % 3] },
      orientations: try (0..<count).map { _ in
        let r = random.rotation()
        return try UnitQuaternion(w: r.x, x: r.y, y: r.z, z: r.w)
      },
      semiAxes: try (0..<count).map { _ in
        try SemiAxes(random.uniform(0.3, 1), random.uniform(0.3, 1), random.uniform(0.5, 1.5))
      })
  }

  private var plain: Hyperparameters {
    Hyperparameters(
      basis: .gto(width: 1.5), maxAngular: 3, maxRadial: .perChannel([2, 1, 2, 0]), cutoff: 5)
  }

  @Test func compactFormKeepsScalarProducts() throws {
    let species = ["A1", "B2", "C3"]
    var compact = plain
    compact.spectrumForm = .unorderedPairs
    let full = try DensityExpansion(plain, species: species)
    let short = try DensityExpansion(compact, species: species)
    #expect(short.featureCount(.two) < full.featureCount(.two) * 6 / 10)
    let frames = try (0..<3).map { try frame(UInt64($0)) }
    let a = try full.features(of: frames, correlation: .two)
    let b = try short.features(of: frames, correlation: .two)
    #expect(b.properties.count == b.values.columns)
    let gram = LinearAlgebra.multiply(a.values, a.values, transposeB: true)
    let other = LinearAlgebra.multiply(b.values, b.values, transposeB: true)
    #expect(largestDifference(gram.elements, other.elements) <= 1e-14 * gram[0, 0])
    // Value by value: sqrt 2 off the diagonal.
    let places = Dictionary(
      uniqueKeysWithValues: a.properties.rows.enumerated().map { ($0.element, $0.offset) })
    for (k, row) in b.properties.rows.enumerated() {
      let isDiagonal = row[2] == row[4] && row[3] == row[5]
      let place = try #require(places[row])
      let expected = a.values[1, place] * (isDiagonal ? 1 : 2.0.squareRoot())
      #expect(abs(b.values[1, k] - expected) <= 1e-15)
    }
  }

  @Test func mixingIsLinearInTheSpecies() throws {
    let species = ["A1", "B2", "C3"]
    let weights = [[1.0, 0.5, -0.25], [0, 2, 1]]
    var mixed = plain
    mixed.mixing = try SpeciesMixing(weights: weights)
    let frame = try frame(9)
    let apart = try DensityExpansion(plain, species: species).coefficients(of: frame)
    let block = try DensityExpansion(mixed, species: species).coefficients(of: frame)
    #expect(block.properties.names == ["l", "m", "n", "channel"])
    #expect(block.values.columns * 3 == apart.values.columns * 2)
    for i in 0..<frame.count {
      for k in 0..<(block.values.columns / 2) {
        for c in 0..<2 {
          let expected = (0..<3).reduce(0.0) { $0 + weights[c][$1] * apart.values[i, 3 * k + $1] }
          #expect(abs(block.values[i, 2 * k + c] - expected) <= 1e-15)
        }
      }
    }
    // The identity keeps every species apart.
    mixed.mixing = try SpeciesMixing(weights: [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    let same = try DensityExpansion(mixed, species: species).powerSpectrum(of: frame)
    let reference = try DensityExpansion(plain, species: species).powerSpectrum(of: frame)
    #expect(same.values == reference.values)
    #expect(throws: InvalidInput.self) { try SpeciesMixing(weights: [[1], [1, 2]]) }
    mixed.mixing = try SpeciesMixing(weights: [[1, 2]])
    #expect(throws: InvalidInput.self) { try DensityExpansion(mixed, species: species) }
  }

  @Test func manyFramesAreThatManyRows() throws {
    let expansion = try DensityExpansion(plain, species: ["A1", "B2", "C3"])
    let frames = try (0..<5).map { try frame(UInt64($0)) }
    let all = try expansion.features(of: frames, correlation: .two, threads: 2)
    for (k, frame) in frames.enumerated() {
      #expect(
        try Array(all.values.row(k)) == expansion.averagedFeatures(of: frame, correlation: .two))
    }
    #expect(try expansion.powerSpectrum(of: frames) == all)
    #expect(try expansion.features(of: [], correlation: .one).values.rows == 0)
  }
}
