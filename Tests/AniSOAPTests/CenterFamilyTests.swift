import AniSOAP
import Geometry
import Mathematics
import TestSupport
import Testing

/// Several functions of features at once against the Jacobian of the features.
@Suite struct CenterFamilyTests {
  /// f_m = (x . z_m)^2: df/dx = 2 (x . z) z; and g_m = |x|^2 / 2 + z . x of the other half: dg/dx = z + x.
  private struct Family: CenterFamily {
    let correlations: [DensityExpansion.Correlation]
    let sets: [Matrix]

    func points(type: Int) -> Matrix { sets[type] }

    func evaluate(
      _ features: UnsafeBufferPointer<Double>, type: Int,
      values: UnsafeMutableBufferPointer<Double>, along: UnsafeMutableBufferPointer<Double>,
      own: UnsafeMutableBufferPointer<Double>
    ) {
      let square = features.reduce(0) { $0 + $1 * $1 }
      for m in 0..<sets[type].rows {
        let product = zip(features, sets[type].row(m)).reduce(0) { $0 + $1.0 * $1.1 }
        if m.isMultiple(of: 2) {
          (values[m], along[m], own[m]) = (product * product, 2 * product, 0)
        } else {
          (values[m], along[m], own[m]) = (product + square / 2, 1, 1)
        }
      }
    }
  }

  private func frame() throws -> Frame {
    var stream = RandomStream(seed: 31)
    let count = 9
    return Frame(
      positions: (0..<count).map { i in
        Vector3(Double(i % 3) * 1.6, Double(i / 3) * 1.7, 0) + 0.4 * stream.direction()
      },
      species: (0..<count).map { $0 % 3 == 0 ? "B" : "A" },
      orientations: try (0..<count).map { _ in try RandomFrames.rotation(&stream) },
      semiAxes: try (0..<count).map { _ in try SemiAxes(0.5, 0.6, 0.9) },
      cell: try Cell(Vector3(5, 0, 0), Vector3(0.5, 5.2, 0), Vector3(0, 0.3, 4.8)))
  }

  /// The columns are sums over centres of the chain rule applied to each centre's own Jacobian.
  @Test(
    arguments: [[DensityExpansion.Correlation.two], [.three, .two]], [false, true])
  func chainRule(_ correlations: [DensityExpansion.Correlation], _ excludeSelf: Bool) throws {
    var hyperparameters = Hyperparameters(
      basis: .gto(width: 1), maxAngular: 2, maxRadial: .uniform(1), cutoff: 3,
      cutoffShape: .smooth(width: 1))
    hyperparameters.excludeSelf = excludeSelf
    let expansion = try DensityExpansion(hyperparameters, species: ["A", "B"])
    let gradients = try FeatureGradients(of: expansion)
    let width = correlations.reduce(0) { $0 + expansion.featureCount($1) }
    var stream = RandomStream(seed: 32)
    let sets = [3, 2].map { rows in
      Matrix(
        rows: rows, columns: width, elements: (0..<rows * width).map { _ in stream.uniform(-1, 1) })
    }
    let family = Family(correlations: correlations, sets: sets)
    let frame = try frame()
    let sums = try gradients.summed(of: frame, family: family)
    let n = frame.count
    var expected = Matrix(rows: 6 * n + 9, columns: 5)
    var values = [Double](repeating: 0, count: 5)
    for one in try gradients.jacobians(of: frame, centers: 0..<n, correlations: correlations) {
      let (set, first) = (sets[one.centerType], one.centerType == 0 ? 0 : 3)
      let square = one.features.reduce(0) { $0 + $1 * $1 }
      for m in 0..<set.rows {
        let product = zip(one.features, set.row(m)).reduce(0) { $0 + $1.0 * $1.1 }
        let isSquare = m.isMultiple(of: 2)
        values[first + m] += isSquare ? product * product : product + square / 2
        let slope = zip(one.features, set.row(m)).map {
          isSquare ? 2 * product * $0.1 : $0.0 + $0.1
        }
        func derivative(_ row: Int) -> Double {
          zip(one.jacobian.row(row), slope).reduce(0) { $0 + $1.0 * $1.1 }
        }
        for (k, particle) in one.particles.enumerated() {
          for a in 0..<3 {
            expected[3 * particle + a, first + m] += derivative(6 * k + a)
            expected[3 * n + 3 * particle + a, first + m] += derivative(6 * k + 3 + a)
          }
        }
        for a in 0..<9 {
          expected[6 * n + a, first + m] += derivative(6 * one.particles.count + a)
        }
      }
    }
    let scale = expected.elements.map(abs).max() ?? 1
    for (a, b) in zip(sums.jacobian.elements, expected.elements) {
      #expect(abs(a - b) < 1e-10 * scale)
    }
    for (a, b) in zip(sums.features, values) { #expect(abs(a - b) < 1e-10 * (1 + abs(b))) }
    #expect(sums.centerCounts == [6, 3])
  }

  @Test func pointsOfAnotherWidth() throws {
    let hyperparameters = Hyperparameters(
      basis: .gto(width: 1), maxAngular: 2, maxRadial: .uniform(1), cutoff: 3,
      cutoffShape: .smooth(width: 1))
    let gradients = try FeatureGradients(
      of: DensityExpansion(hyperparameters, species: ["A", "B"]))
    let family = Family(
      correlations: [.two], sets: Array(repeating: Matrix(rows: 2, columns: 7), count: 2))
    #expect(throws: InvalidInput.self) {
      try gradients.summed(of: frame(), family: family)
    }
  }
}
