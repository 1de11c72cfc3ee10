import AniSOAP
import Foundation
import Geometry
import Mathematics
import TestSupport
import Testing

@Suite struct QuadratureExpansionTests {
  private let species: SpeciesTable

  init() throws { species = try SpeciesTable(ordered: ["X"]) }

  private func expansion(
    _ radial: RadialFunctions, _ n: Int, _ grid: QuadratureGrid = QuadratureGrid()
  ) throws -> QuadratureExpansion {
    try QuadratureExpansion(radial: radial, maxAngular: n, maxRadial: .uniform(n), grid: grid)
  }

  /// The analytic engine against integration, nothing of which it shares: 1e-10 of the largest value
  /// of an l block, for single pairs (measured: 5e-14, and 8e-13 for six monomials).
  @Test(arguments: SeparableExpansionTests.bases, [3, 6])
  func theAnalyticEngineAgreesWithIntegration(_ basis: RadialBasis, _ n: Int) throws {
    var stream = RandomStream(seed: 51)
    let hyperparameters = Hyperparameters(
      basis: basis, maxAngular: n, maxRadial: .uniform(n), cutoff: 3)
    let analytic = try DensityExpansion(hyperparameters, species: species)
    let quadrature = try expansion(
      RadialFunctions(basis, cutoff: 3), n, QuadratureGrid(angularDegree: 90, radialPoints: 80))
    var worst = 0.0
    for _ in 0..<4 {
      let shape = try SemiAxes(
        stream.uniform(0.5, 0.8), stream.uniform(0.5, 1), stream.uniform(0.8, 1.2))
      let r = stream.direction() * stream.uniform(0.2, 2.9)
      let rotation = try RandomFrames.rotation(&stream)
      let frame = Frame(
        positions: [.zero, r], orientations: [rotation, rotation], semiAxes: [shape, shape])
      let block = try analytic.pairCoefficients(of: frame)
      let row = try #require(block.samples.rows.firstIndex(of: [0, 1, 0, 0, 0]))
      let result = try quadrature.coefficients(
        of: DensityFunction(.gaussian, semiAxes: shape), at: r, orientation: rotation)
      let exact = Array(block.values.row(row))
      worst = max(worst, largestChannelDifference(result.values, exact, block.properties))
      // And within its estimate, but for the rounding of the analytic engine, which is largest for
      // monomials: their S^(-1/2) reaches 1e5 at n = 6.
      let rounding = 1e-12 * (exact.map(abs).max() ?? 0)
      #expect(largestDifference(result.values, exact) <= result.error + rounding)
    }
    #expect(worst < 1e-10, "\(basis) \(n): \(worst)")
  }

  /// On grids too coarse for the density the estimate is above the true error, and not by much more
  /// than the coarser grid is worse.
  @Test(arguments: [6, 10, 16, 24])
  func theEstimateBoundsTheError(_ degree: Int) throws {
    let radial = try RadialFunctions(.gto(width: 1), cutoff: 3)
    let density = DensityFunction(.gaussian, semiAxes: try SemiAxes(0.4, 0.6, 0.8))
    let r = Vector3(1, -1.2, 0.8)
    let exact = try expansion(
      radial, 4, QuadratureGrid(angularDegree: 100, radialPoints: 100)
    ).coefficients(of: density, at: r)
    #expect(exact.error < 1e-11)
    let rough = try expansion(
      radial, 4, QuadratureGrid(angularDegree: degree, radialPoints: degree)
    ).coefficients(of: density, at: r)
    let error = largestDifference(rough.values, exact.values)
    #expect(error > 0)
    #expect(error < rough.error)
  }

  /// Sharp boxes: the estimate holds there too.
  @Test func aBoxComesOutRoughly() throws {
    let shape = try SemiAxes(0.5, 0.8, 1.1)
    let turn = try UnitQuaternion(w: 0.2, x: 0.5, y: -0.4, z: 0.7)
    let r = Vector3(0.7, 0.1, -0.5)
    let hyperparameters = Hyperparameters(
      basis: .gto(width: 1), maxAngular: 3, maxRadial: .uniform(3), cutoff: 3, density: .box)
    let exact = try SeparableExpansion(hyperparameters).coefficients(
      at: r, orientation: turn, semiAxes: shape)
    let result = try expansion(RadialFunctions(.gto(width: 1), cutoff: 3), 3).coefficients(
      of: DensityFunction(.box, semiAxes: shape), at: r, orientation: turn)
    let error = largestDifference(result.values, exact)
    #expect(error < result.error)
    #expect(error < 1e-2)
  }

  @Test func radialFunctionsAreOrthonormal() throws {
    let counts = [7, 6, 5, 7]
    let cases: [(RadialFunctions, Double)] = [
      (try RadialFunctions(.gto(width: 1.5), cutoff: 3), 20),
      (try RadialFunctions(.laguerre(width: 1.5), cutoff: 3), 20),
      (try RadialFunctions(.monomial, cutoff: 3), 3),
      (try RadialFunctions.slater(width: 0.4), 45),
      (try RadialFunctions.custom(extent: 4) { l, n, r in sin(Double(n + 1) * r) * exp(-r) }, 4),
    ]
    for (functions, end) in cases {
      let radial = try OrthonormalRadialFunctions(functions, counts: counts)
      let rule = GaussLegendre(count: 300, from: 0, to: end)
      for (l, count) in counts.enumerated() {
        let rows = rule.nodes.map { radial.values(l, $0) }
        for n in 0..<count {
          for m in 0..<count {
            var sum = 0.0
            for (k, r) in rule.nodes.enumerated() {
              sum += rule.weights[k] * r * r * rows[k][n] * rows[k][m]
            }
            // Custom functions have overlaps of 16 digits, and a condition of some 1e4.
            #expect(abs(sum - (n == m ? 1 : 0)) < 1e-11, "l = \(l), \(n), \(m)")
          }
        }
      }
    }
  }

  /// One Slater function of each l has a norm in closed form.
  @Test func slaterFunctionsHaveTheirTextbookNorm() throws {
    let width = 0.7
    let radial = try OrthonormalRadialFunctions(.slater(width: width), counts: [1, 1, 1])
    for l in 0...2 {
      let norm = try SpecialFunctions.gamma(Double(2 * l + 3)) * pow(width / 2, Double(2 * l + 3))
      for r in [0.1, 1, 5] {
        let expected = pow(r, Double(l)) * exp(-r / width) / norm.squareRoot()
        #expect(abs(radial.values(l, r)[0] - expected) < 1e-14)
      }
    }
  }

  /// Slater-type functions against a grid along the body axes, for a particle that does not reach the
  /// kink at the centre.
  @Test func slaterCoefficientsAgreeWithDirectIntegration() throws {
    let shape = try SemiAxes(0.2, 0.25, 0.3)
    let turn = try UnitQuaternion(w: 0.2, x: 0.5, y: -0.4, z: 0.7)
    let r = Vector3(2.1, 1.2, -1.4)
    let quadrature = try expansion(
      .slater(width: 0.5), 3, QuadratureGrid(angularDegree: 140, radialPoints: 80))
    let density = DensityFunction(.gaussian, semiAxes: shape)
    let result = try quadrature.coefficients(of: density, at: r, orientation: turn)
    let expected = CartesianQuadrature.coefficients(
      breaks: (0..<3).map { k in [-8.5, -4, 0, 4, 8.5].map { $0 * shape.vector[k] } }, points: 14,
      maxAngular: 3, displacement: r, orientation: turn, density: density.value,
      radial: quadrature.radial.values)
    let expansion = try DensityExpansion(
      Hyperparameters(
        basis: .slater(width: 0.5), maxAngular: 3, maxRadial: .uniform(3), cutoff: 5),
      species: species)
    let pairs = try expansion.pairCoefficients(
      of: Frame(positions: [.zero, r], orientations: [turn, turn], semiAxes: [shape, shape]))
    #expect(largestChannelDifference(result.values, expected, pairs.properties) < 1e-11)
    #expect(result.error < 1e-7)
    // And so does the engine with the basis "slater", which chooses a grid of its own: the estimate
    // bounds its error by 1e-9 of the largest of all.
    let row = try #require(pairs.samples.rows.firstIndex(of: [0, 1, 0, 0, 0]))
    let largest = expected.map(abs).max() ?? 0
    #expect(largestDifference(Array(pairs.values.row(row)), expected) < 1e-9 * largest)
  }

  /// A particle too thin for its distance is an error that says so, not a wrong number.
  @Test func slaterFunctionsOverANeedleFarAwayAreRefused() throws {
    let expansion = try DensityExpansion(
      Hyperparameters(
        basis: .slater(width: 1), maxAngular: 1, maxRadial: .uniform(0), cutoff: 50),
      species: species)
    let needle = try SemiAxes(0.002, 0.002, 0.5)
    let error = #expect(throws: NumericalError.self) {
      try expansion.coefficients(
        of: Frame(
          positions: [.zero, Vector3(3, 0, 0)], orientations: [.identity, .identity],
          semiAxes: [needle, needle]))
    }
    #expect(error?.description.contains("too thin") == true)
  }

  /// A sphere at the centre has l = 0 only, and there the textbook integral.
  @Test func aSlaterFunctionOverACentralSphereIsAOneDimensionalIntegral() throws {
    let width = 0.8
    let quadrature = try QuadratureExpansion(
      radial: .slater(width: width), maxAngular: 2, maxRadial: .uniform(0))
    let density = DensityFunction(.gaussian, semiAxes: try SemiAxes(0.5, 0.5, 0.5))
    let result = try quadrature.coefficients(of: density, at: .zero)
    // int r^2 exp(-r^2 / 2 s^2 - r / w) dr with b = s / w: s^3 of
    // sqrt(pi / 2) (1 + b^2) exp(b^2 / 2) erfc(b / sqrt 2) - b.
    let b = 0.5 / width
    let integral =
      (Double.pi / 2).squareRoot() * (1 + b * b) * exp(b * b / 2) * erfc(b / 2.0.squareRoot()) - b
    let norm = (2 * pow(width / 2, 3)).squareRoot()
    // 4 pi Y_00 / (2 pi)^(3/2): s^3 cancels with the density's.
    let expected =
      (4 * Double.pi).squareRoot() * integral / (norm * pow(2 * Double.pi, 1.5))
    #expect(abs(result.values[0] - expected) < 1e-13 * expected)
    #expect(result.values.dropFirst().allSatisfy { abs($0) < 1e-15 })
  }

  /// Custom functions that are Gaussian-type orbitals, and a custom density that is a Gaussian, over
  /// a frame, against the analytic sums.
  @Test func whateverIsGivenIsExpanded() throws {
    let axes = Vector3(0.6, 0.8, 1)
    let gaussian = try DensityFunction(reach: 9) { u in
      exp(-0.5 * (u / axes).lengthSquared) / (pow(2 * Double.pi, 1.5) * axes.x * axes.y * axes.z)
    }
    let radial = try RadialFunctions.custom(extent: 12) { l, n, r in
      pow(r, Double(l + 2 * n)) * exp(-0.5 * r * r)
    }
    var stream = RandomStream(seed: 52)
    let frame = try RandomFrames.triclinic(
      3, edge: 3, semiAxes: SemiAxes(0.6, 0.8, 1), stream: &stream)
    let quadrature = try QuadratureExpansion(
      radial: radial, maxAngular: 2, maxRadial: .uniform(2),
      grid: QuadratureGrid(angularDegree: 60, radialPoints: 60))
    let hyperparameters = Hyperparameters(
      basis: .gto(width: 1), maxAngular: 2, maxRadial: .uniform(2), cutoff: 2.5,
      cutoffShape: .smooth(width: 0.5))
    let expected = try DensityExpansion(hyperparameters, species: species)
      .coefficients(of: frame)
    let ours = try DensityExpansion(
      hyperparameters, species: species, projection: quadrature.projection { _, _ in gaussian }
    ).coefficients(of: frame)
    #expect(ours.samples == expected.samples)
    #expect(ours.properties == expected.properties)
    let largest = expected.values.elements.map(abs).max() ?? 0
    #expect(
      largestDifference(ours.values.elements, expected.values.elements) < 1e-10 * largest)
  }

  @Test func refusesWhatMakesNoSense() throws {
    #expect(throws: InvalidInput.self) { try RadialFunctions.slater(width: 0) }
    #expect(throws: InvalidInput.self) { try RadialFunctions(.gto(width: -1), cutoff: 3) }
    #expect(throws: InvalidInput.self) { try DensityFunction(reach: .infinity) { _ in 1 } }
    let radial = try RadialFunctions.slater(width: 1)
    #expect(throws: InvalidInput.self) { try expansion(radial, -1) }
    #expect(throws: InvalidInput.self) {
      try expansion(radial, 2, QuadratureGrid(angularDegree: 0, radialPoints: 10))
    }
    #expect(throws: InvalidInput.self) {
      try expansion(radial, 2, QuadratureGrid(angularDegree: 10, radialPoints: 1))
    }
    let slater = Hyperparameters(
      basis: .slater(width: 1), maxAngular: 1, maxRadial: .uniform(1), cutoff: 3)
    var refused = [slater, slater, slater]
    refused[0].density = .box
    refused[1].rcond = 1e-8
    refused[2].basis = .slater(width: 0)
    for hyperparameters in refused {
      #expect(throws: InvalidInput.self) {
        try DensityExpansion(hyperparameters, species: species)
      }
    }
    // Two functions that are one.
    #expect(throws: NumericalError.self) {
      try expansion(RadialFunctions.custom(extent: 3) { _, _, r in exp(-r) }, 1)
    }
    let nowhere = try DensityFunction(reach: 1) { _ in .nan }
    #expect(throws: NumericalError.self) {
      try expansion(radial, 1).coefficients(of: nowhere, at: .zero)
    }
  }
}
