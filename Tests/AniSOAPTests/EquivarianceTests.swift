import AniSOAP
import Geometry
import Mathematics
import TestSupport
import Testing

/// Coefficients and their products turn with the frame by Wigner's matrices.
@Suite struct EquivarianceTests {
  private let species: SpeciesTable
  private let frame: Frame
  private let turn: UnitQuaternion
  private let turned: Frame

  init() throws {
    var stream = RandomStream(seed: 61)
    species = try SpeciesTable(ordered: ["A", "B"])
    var frame = try RandomFrames.triclinic(
      7, edge: 3.5, semiAxes: SemiAxes(0.5, 0.8, 1.2), stream: &stream)
    try frame.set(species: ["A", "B", "B", "A", "A", "B", "A"])
    turn = try RandomFrames.rotation(&stream)
    turned = try RandomFrames.turned(frame, by: turn)
    self.frame = frame
  }

  private func hyperparameters(_ basis: RadialBasis) -> Hyperparameters {
    Hyperparameters(basis: basis, maxAngular: 4, maxRadial: .uniform(4), cutoff: 3)
  }

  /// The largest difference between the turned values and those of the turned frame, relative to the
  /// largest value.
  private func deviation(_ block: EquivariantBlock, _ expected: EquivariantBlock) -> Double {
    let matrix = WignerD(turn, maxAngular: block.lambda)[block.lambda]
    let (components, width) = (2 * block.lambda + 1, block.properties.count)
    var (worst, largest) = (0.0, 0.0)
    for c in 0..<block.centers {
      for k in 0..<width {
        for row in 0..<components {
          var value = 0.0
          for column in 0..<components {
            value += matrix[row, column] * block.values[(c * components + column) * width + k]
          }
          let other = expected.values[(c * components + row) * width + k]
          largest = max(largest, abs(other))
          worst = max(worst, abs(value - other))
        }
      }
    }
    return worst / largest
  }

  /// 1e-13 of the largest value of an l block at (4, 4) (measured: 5e-15).
  @Test(arguments: SeparableExpansionTests.bases)
  func coefficientsTurnByWignersMatrices(_ basis: RadialBasis) throws {
    let expansion = try DensityExpansion(hyperparameters(basis), species: species)
    let before = try expansion.equivariants(of: frame)
    let after = try expansion.equivariants(of: turned)
    #expect(before.count == 5)
    for (a, b) in zip(before, after) {
      #expect(deviation(a, b) < 1e-13, "\(basis), l = \(a.lambda)")
    }
  }

  @Test func productsTurnByWignersMatrices() throws {
    let expansion = try DensityExpansion(hyperparameters(.gto(width: 1.3)), species: species)
    let before = try expansion.equivariants(of: frame)
    let after = try expansion.equivariants(of: turned)
    for (l1, l2) in [(1, 1), (1, 2), (2, 2), (4, 3)] {
      for lambda in abs(l1 - l2)...(l1 + l2) {
        let a = try before[l1].product(before[l2], lambda: lambda)
        let b = try after[l1].product(after[l2], lambda: lambda)
        #expect(deviation(a, b) < 1e-13, "\(l1) x \(l2) -> \(lambda)")
      }
    }
  }

  /// The equivariants of other densities have the order of the analytic ones.
  @Test func equivariantsOfGaussiansAreTheSameByAnyWay() throws {
    let hyperparameters = Hyperparameters(
      basis: .gto(width: 1.3), maxAngular: 2, maxRadial: .uniform(1), cutoff: 2)
    let expected = try DensityExpansion(hyperparameters, species: species)
      .equivariants(of: frame)
    func equivariants(_ projection: some PairProjection) throws -> [EquivariantBlock] {
      try DensityExpansion(hyperparameters, species: species, projection: projection)
        .equivariants(of: frame)
    }
    let separable = try equivariants(SeparableExpansion(hyperparameters))
    let shape = try SemiAxes(0.5, 0.8, 1.2)
    let quadrature = try equivariants(
      QuadratureExpansion(
        radial: RadialFunctions(.gto(width: 1.3), cutoff: 2), maxAngular: 2, maxRadial: .uniform(1),
        grid: QuadratureGrid(angularDegree: 48, radialPoints: 48)
      ).projection { _, _ in DensityFunction(.gaussian, semiAxes: shape) })
    for (l, block) in expected.enumerated() {
      for other in [separable[l], quadrature[l]] {
        #expect(other.properties == block.properties)
        #expect(other.lambda == l && other.sigma == 1 && other.centers == frame.count)
        let largest = block.values.map(abs).max() ?? 0
        #expect(largestDifference(other.values, block.values) < 1e-9 * largest)
      }
    }
  }

  /// The power spectrum of boxes, l = lambda = 0 products, does not feel a rotation.
  @Test func invariantsOfBoxesDoNotTurn() throws {
    var boxes = hyperparameters(.gto(width: 1))
    boxes.density = .box
    let expansion = try DensityExpansion(boxes, species: species)
    let (before, after) = (
      try expansion.equivariants(of: frame), try expansion.equivariants(of: turned)
    )
    for (a, b) in zip(before, after) {
      let (p, q) = (try a.product(a, lambda: 0).values, try b.product(b, lambda: 0).values)
      #expect(largestDifference(p, q) < 1e-13 * (p.map(abs).max() ?? 0))
    }
  }
}
