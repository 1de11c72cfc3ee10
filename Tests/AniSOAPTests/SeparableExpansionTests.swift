import AniSOAP
import Foundation
import Geometry
import Mathematics
import TestSupport
import Testing

@Suite struct SeparableExpansionTests {
  static let bases: [RadialBasis] = [.gto(width: 1.3), .laguerre(width: 0.9), .monomial]

  private func hyperparameters(
    _ basis: RadialBasis, _ n: Int = 4, _ density: ParticleDensity = .gaussian
  ) -> Hyperparameters {
    Hyperparameters(
      basis: basis, maxAngular: n, maxRadial: .uniform(n), cutoff: 3, density: density)
  }

  /// What the coefficients of a pair are.
  private func properties(_ n: Int) throws -> IndexTable {
    try DensityExpansion(hyperparameters(.monomial, n), species: ["X"])
      .pairCoefficients(of: Frame(positions: [])).properties
  }

  /// Every pair of a frame: the principal axes and Wigner's matrices against the moments in space.
  ///
  /// 1e-12 of the largest value of an l block (measured: 8e-15 at (4, 4), 1e-13 at (6, 6)).
  @Test(arguments: bases, [4, 6])
  func gaussiansAgreeWithTheMomentsInSpace(_ basis: RadialBasis, _ n: Int) throws {
    var stream = RandomStream(seed: 41)
    let species = try SpeciesTable(ordered: ["X"])
    for axes in [(0.5, 0.8, 1.2), (0.4, 0.4, 1.6), (1, 1, 1), (0.05, 0.5, 2)] {
      let frame = try RandomFrames.triclinic(
        6, edge: 3, semiAxes: SemiAxes(axes.0, axes.1, axes.2), stream: &stream)
      let expected = try DensityExpansion(hyperparameters(basis, n), species: species)
        .pairCoefficients(of: frame)
      let expansion = try SeparableExpansion(hyperparameters(basis, n))
      let ours = try expected.samples.rows.map { sample in
        try coefficients(expansion, frame, sample)
      }
      let worst = largestByChannel(ours, expected)
      #expect(worst < 1e-12, "\(basis) \(axes): \(worst)")
    }
  }

  /// The coefficients of the pair that a row of `pairCoefficients` is about.
  private func coefficients(
    _ expansion: SeparableExpansion, _ frame: Frame, _ sample: [Int]
  ) throws -> [Double] {
    let (i, j) = (sample[0], sample[1])
    let shift = Vector3(Double(sample[2]), Double(sample[3]), Double(sample[4]))
    let cell = try #require(frame.cell)
    let r = frame.positions[j] - frame.positions[i] + cell.position(fractional: shift)
    return expansion.coefficients(
      at: r, orientation: try #require(frame.orientations)[j],
      semiAxes: try #require(frame.semiAxes)[j])
  }

  /// The largest difference over all pairs, relative to the largest value of each l block.
  private func largestByChannel(_ ours: [[Double]], _ expected: LabelledBlock) -> Double {
    let flat = IndexTable(
      names: ["l"], rows: ours.indices.flatMap { _ in expected.properties.rows.map { [$0[0]] } })
    return largestChannelDifference(ours.flatMap { $0 }, expected.values.elements, flat)
  }

  /// Sums over neighbours with two species, a smooth cutoff and no self pairs.
  @Test func sumsOverNeighboursAreThoseOfTheExpansionInSpace() throws {
    var stream = RandomStream(seed: 42)
    var frame = try RandomFrames.triclinic(
      8, edge: 4, semiAxes: SemiAxes(0.5, 0.8, 1.2), stream: &stream)
    try frame.set(species: ["B", "A", "A", "B", "B", "A", "A", "A"])
    let species = try SpeciesTable(ordered: ["A", "B"])
    let hyperparameters = Hyperparameters(
      basis: .gto(width: 1.2), maxAngular: 4, maxRadial: .automatic, cutoff: 3,
      excludeSelf: true, cutoffShape: .smooth(width: 0.7))
    let expected = try DensityExpansion(hyperparameters, species: species)
      .coefficients(of: frame)
    let expansion = try DensityExpansion(
      hyperparameters, species: species, projection: SeparableExpansion(hyperparameters))
    let ours = try expansion.coefficients(of: frame, threads: 2)
    #expect(ours.samples == expected.samples)
    #expect(ours.properties == expected.properties)
    let largest = expected.values.elements.map(abs).max() ?? 0
    #expect(
      largestDifference(ours.values.elements, expected.values.elements) < 1e-12 * largest)
    #expect(try expansion.coefficients(of: frame, threads: 1) == ours)
  }

  /// Boxes and exponentials against a product quadrature along the body axes.
  ///
  /// The first box has thick and thin sides. 1e-11: the quadrature's own error for the exponential
  /// (measured: 6e-13 for it, 1e-14 for boxes).
  @Test(arguments: [ParticleDensity.box, .exponential], bases)
  func otherShapesAgreeWithDirectIntegration(
    _ density: ParticleDensity, _ basis: RadialBasis
  ) throws {
    var stream = RandomStream(seed: 43)
    let hyperparameters = hyperparameters(basis, 3, density)
    let expansion = try SeparableExpansion(hyperparameters)
    let radial = try OrthonormalRadialFunctions(
      RadialFunctions(basis, cutoff: hyperparameters.cutoff), counts: [4, 4, 4, 4])
    let cases =
      density == .box
      ? [((0.7, 0.1, 0.3), 1.5), ((0.25, 0.4, 0.3), 0.2)] : [((0.3, 0.1, 0.2), 1.1)]
    for (axes, distance) in cases {
      let shape = try SemiAxes(axes.0, axes.1, axes.2)
      let orientation = try RandomFrames.rotation(&stream)
      let r = stream.direction() * distance
      let ours = expansion.coefficients(at: r, orientation: orientation, semiAxes: shape)
      let function = DensityFunction(density, semiAxes: shape)
      let expected = CartesianQuadrature.coefficients(
        breaks: (0..<3).map { breaks(density, shape.vector[$0], basis) }, points: 12,
        maxAngular: 3, displacement: r, orientation: orientation, density: function.value,
        radial: radial.values)
      let worst = try largestChannelDifference(ours, expected, properties(3))
      #expect(worst < 1e-11, "\(density) \(basis) \(axes): \(worst)")
    }
  }

  /// Panels for one axis. The exponential has a kink at 0 and a long tail, which monomials see.
  private func breaks(_ density: ParticleDensity, _ s: Double, _ basis: RadialBasis) -> [Double] {
    guard density == .exponential else { return [-s, -s / 3, s / 3, s] }
    let half = [0, 2, 7, 16, 32].map { s * $0 } + (basis.width == nil ? [s * 60] : [])
    return half.dropFirst().reversed().map { -$0 } + half
  }

  /// The integrals of a box pass from error functions to a quadrature at an edge of half the width.
  @Test func boxesAreContinuousWhereTheirIntegralsChange() throws {
    let expansion = try SeparableExpansion(hyperparameters(.gto(width: 1), 4, .box))
    let (below, above) = (0.25.nextDown, 0.25.nextUp)
    let coefficients = try [below, above].map { s in
      expansion.coefficients(
        at: Vector3(0.9, -1.1, 1.7), orientation: .identity, semiAxes: try SemiAxes(s, s, s))
    }
    #expect(
      try largestChannelDifference(coefficients[0], coefficients[1], properties(4)) < 1e-12)
  }

  /// All shapes of the same second moments look alike from afar, the smaller the more: to fourth order.
  @Test func smallParticlesAreKnownByTheirSecondMoments() throws {
    let expansions = try ParticleDensity.allCases.map {
      try SeparableExpansion(hyperparameters(.gto(width: 1), 4, $0))
    }
    // Variances s^2, s^2 / 3, 2 s^2.
    let factors: [ParticleDensity: Double] = [
      .gaussian: 1, .box: 3.0.squareRoot(), .exponential: 0.5.squareRoot(),
    ]
    let turn = try UnitQuaternion(w: 0.4, x: 0.1, y: -0.7, z: 0.6)
    let coefficients = try expansions.map { expansion in
      expansion.coefficients(
        at: Vector3(0.5, -0.3, 0.8), orientation: turn,
        semiAxes: try SemiAxes(2e-3, 4e-3, 6e-3).scaled(
          by: factors[expansion.hyperparameters.density] ?? .nan))
    }
    for other in coefficients.dropFirst() {
      let difference = try largestChannelDifference(other, coefficients[0], properties(4))
      // s^4 is 1e-9, times fourth derivatives of functions with up to 12 nodes.
      #expect(difference < 1e-7)
      #expect(difference > 0)
    }
  }

  /// Turning particle and displacement turns the coefficients by Wigner's matrices.
  @Test(arguments: ParticleDensity.allCases)
  func turnsWithTheParticle(_ density: ParticleDensity) throws {
    var stream = RandomStream(seed: 44)
    let expansion = try SeparableExpansion(hyperparameters(.gto(width: 1.1), 4, density))
    let shape = try SemiAxes(0.3, 0.6, 0.9)
    let (orientation, turn) = (
      try RandomFrames.rotation(&stream), try RandomFrames.rotation(&stream)
    )
    let r = Vector3(0.4, 1.2, -0.7)
    let before = expansion.coefficients(at: r, orientation: orientation, semiAxes: shape)
    let after = expansion.coefficients(
      at: turn.rotate(r), orientation: turn * orientation, semiAxes: shape)
    let matrices = WignerD(turn, maxAngular: 4)
    let properties = try properties(4)
    let rows = properties.rows
    var expected = [Double](repeating: 0, count: after.count)
    for (k, row) in rows.enumerated() {
      for (other, column) in rows.enumerated() where column[0] == row[0] && column[2] == row[2] {
        expected[k] += matrices[row[0]][row[0] + row[1], row[0] + column[1]] * before[other]
      }
    }
    #expect(largestChannelDifference(after, expected, properties) < 1e-13)
  }

  /// Everything that is made of coefficients works for other densities as it does for Gaussians: labels,
  /// averages, the power spectrum, mixed species, single pairs.
  @Test(arguments: [ParticleDensity.box, .exponential])
  func otherDensitiesGoThroughTheSameEngine(_ density: ParticleDensity) throws {
    var stream = RandomStream(seed: 45)
    var frame = try RandomFrames.triclinic(
      7, edge: 4, semiAxes: SemiAxes(0.5, 0.8, 1.2), stream: &stream)
    try frame.set(species: ["B", "A", "A", "B", "B", "A", "A"])
    var hyperparameters = Hyperparameters(
      basis: .gto(width: 1.2), maxAngular: 3, maxRadial: .automatic, cutoff: 3,
      cutoffShape: .smooth(width: 0.7))
    let gaussian = try DensityExpansion(hyperparameters, species: ["A", "B"])
    hyperparameters.density = density
    let expansion = try DensityExpansion(hyperparameters, species: ["A", "B"])
    let pairs = try expansion.pairCoefficients(of: frame)
    let model = try gaussian.pairCoefficients(of: frame)
    #expect(pairs.samples == model.samples && pairs.properties == model.properties)
    #expect(pairs.values != model.values)
    // The coefficients of a centre are the sum of its pairs, species by species.
    let coefficients = try expansion.coefficients(of: frame, threads: 2)
    #expect(try coefficients.properties == gaussian.coefficients(of: frame).properties)
    var sums = Matrix(rows: frame.count, columns: coefficients.values.columns)
    for (row, sample) in pairs.samples.rows.enumerated() {
      let species = frame.species[sample[1]] == "A" ? 0 : 1
      for k in 0..<pairs.values.columns {
        sums[sample[0], 2 * k + species] += pairs.values[row, k]
      }
    }
    let largest = sums.elements.map(abs).max() ?? 0
    #expect(largestDifference(sums.elements, coefficients.values.elements) < 1e-13 * largest)
    // Turning the frame does not change its power spectrum.
    let spectrum = try expansion.powerSpectrum(of: frame, threads: 1)
    #expect(try spectrum.properties == gaussian.powerSpectrum(of: frame).properties)
    let turned = try RandomFrames.turned(frame, by: RandomFrames.rotation(&stream))
    let other = try expansion.powerSpectrum(of: turned, threads: 3)
    let scale = spectrum.values.elements.map(abs).max() ?? 0
    #expect(largestDifference(other.values.elements, spectrum.values.elements) < 1e-12 * scale)
    #expect(try expansion.powerSpectrum(of: frame, threads: 3) == spectrum)
    // Mixed with weights of 1 the species are one.
    hyperparameters.mixing = try SpeciesMixing(weights: [[1, 1]])
    let mixed = try DensityExpansion(hyperparameters, species: ["A", "B"])
      .coefficients(of: frame)
    for i in 0..<frame.count {
      for k in 0..<mixed.values.columns {
        let sum = coefficients.values[i, 2 * k] + coefficients.values[i, 2 * k + 1]
        #expect(abs(mixed.values[i, k] - sum) < 1e-14 * largest)
      }
    }
  }

  @Test func refusesFramesWithoutShapes() throws {
    let expansion = try DensityExpansion(hyperparameters(.monomial, 4, .box), species: ["X"])
    #expect(throws: InvalidInput.self) {
      try expansion.coefficients(of: Frame(positions: [.zero]))
    }
    let unturned = Frame(positions: [.zero], semiAxes: [try SemiAxes(1, 1, 2)])
    #expect(throws: InvalidInput.self) { try expansion.coefficients(of: unturned) }
    #expect(throws: InvalidInput.self) {
      try expansion.coefficients(
        of: Frame(
          positions: [.zero], species: ["Y"], semiAxes: [try SemiAxes(aspectRatio: 1, diameter: 1)]
        ))
    }
    #expect(try expansion.coefficients(of: Frame(positions: [])).values.rows == 0)
  }
}
