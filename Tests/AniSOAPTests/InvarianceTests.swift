import AniSOAP
import Geometry
import Mathematics
import TestSupport
import Testing

/// What does not change, or changes as it must, when a frame is turned, mirrored, wrapped, reordered.
@Suite struct InvarianceTests {
  /// Ten triaxial particles of two species in a skewed periodic cell, the cutoff beyond its height.
  private func frame(seed: UInt64) throws -> Frame {
    var random = RandomStream(seed: seed, stream: 99)
    let cell = try Cell(Vector3(4, 0.3, 0), Vector3(-0.8, 4.4, 0.2), Vector3(0.5, 0.9, 3.7))
    let count = 10
    let positions = (0..<count).map { _ in
      cell.position(
        fractional: Vector3(random.uniform(), random.uniform(), random.uniform()))
    }
    return Frame(
      positions: positions, species: (0..<count).map { $0 % 3 == 0 ? "A1" : "B2" },
      orientations: try (0..<count).map { _ in
        let q = random.rotation()
        return try UnitQuaternion(w: q.x, x: q.y, y: q.z, z: q.w)
      },
      semiAxes: try (0..<count).map { _ in
        try SemiAxes(
          random.uniform(0.3, 1), random.uniform(0.3, 1), random.uniform(0.3, 1.5))
      }, cell: cell)
  }

  private func expansion(_ basis: RadialBasis = .gto(width: 1.5)) throws -> DensityExpansion {
    try DensityExpansion(
      Hyperparameters(basis: basis, maxAngular: 4, maxRadial: .uniform(4), cutoff: 4.2),
      species: ["A1", "B2"])
  }

  private func turned(_ frame: Frame, by q: UnitQuaternion) throws -> Frame {
    var result = frame
    try result.set(positions: frame.positions.map { q.rotate($0) })
    try result.set(orientations: frame.orientations?.map { q * $0 })
    result.cell = try frame.cell.map {
      try Cell(q.rotate($0.vector(0)), q.rotate($0.vector(1)), q.rotate($0.vector(2)))
    }
    return result
  }

  private func largest(_ values: [Double]) -> Double { values.map(abs).max() ?? 0 }

  @Test(arguments: [RadialBasis.gto(width: 1.5), .laguerre(width: 1.5)])
  func powerSpectrumDoesNotFeelRotations(_ basis: RadialBasis) throws {
    let expansion = try expansion(basis)
    var random = RandomStream(seed: 5)
    for seed in 0..<3 {
      let frame = try frame(seed: UInt64(seed))
      let q = random.rotation()
      let other = try turned(frame, by: UnitQuaternion(w: q.x, x: q.y, y: q.z, z: q.w))
      let a = try expansion.powerSpectrum(of: frame, average: .none).values.elements
      let b = try expansion.powerSpectrum(of: other, average: .none).values.elements
      // (4, 4): rounding only.
      #expect(largestDifference(a, b) <= 1e-13 * largest(a))
    }
  }

  @Test func powerSpectrumDoesNotFeelInversion() throws {
    let expansion = try expansion()
    let frame = try frame(seed: 11)
    var mirrored = frame
    try mirrored.set(positions: frame.positions.map { -$0 })
    let a = try expansion.powerSpectrum(of: frame, average: .none).values.elements
    let b = try expansion.powerSpectrum(of: mirrored, average: .none).values.elements
    #expect(largestDifference(a, b) <= 1e-13 * largest(a))
    // The coefficients of odd l change their sign.
    let c = try expansion.coefficients(of: frame)
    let d = try expansion.coefficients(of: mirrored)
    let signs = c.properties.rows.map { $0[0] % 2 == 0 ? 1.0 : -1.0 }
    let expected = c.values.elements.enumerated().map {
      $0.element * signs[$0.offset % signs.count]
    }
    #expect(largestDifference(expected, d.values.elements) <= 1e-13 * largest(expected))
  }

  @Test func signOfTheQuaternionDoesNotCount() throws {
    let expansion = try expansion()
    let frame = try frame(seed: 3)
    var other = frame
    try other.set(
      orientations: frame.orientations?.map {
        try UnitQuaternion(w: -$0.w, x: -$0.x, y: -$0.y, z: -$0.z)
      })
    #expect(try expansion.coefficients(of: frame) == expansion.coefficients(of: other))
  }

  /// Half a turn about a body axis leaves an ellipsoid as it is.
  @Test func halfTurnsAboutBodyAxesDoNotCount() throws {
    let expansion = try expansion()
    let frame = try frame(seed: 4)
    let turn = try UnitQuaternion(w: 0, x: 0, y: 1, z: 0)
    var other = frame
    try other.set(orientations: frame.orientations?.map { $0 * turn })
    let a = try expansion.coefficients(of: frame).values.elements
    let b = try expansion.coefficients(of: other).values.elements
    #expect(largestDifference(a, b) <= 1e-14 * largest(a))
  }

  @Test func orderOfParticlesAndWrappingDoNotCount() throws {
    let expansion = try expansion()
    let frame = try frame(seed: 6)
    let cell = try #require(frame.cell)
    var random = RandomStream(seed: 77)
    let order = random.permutation(frame.count)
    var other = frame
    try other.set(
      positions: order.map { i in
        frame.positions[i] + cell.vector(0) * Double(i - 4) - cell.vector(2) * Double(i % 3)
      })
    try other.set(species: order.map { frame.species[$0] })
    try other.set(orientations: frame.orientations.map { all in order.map { all[$0] } })
    try other.set(semiAxes: frame.semiAxes.map { all in order.map { all[$0] } })
    let a = try expansion.powerSpectrum(of: frame, average: .none).values
    let b = try expansion.powerSpectrum(of: other, average: .none).values
    let scale = largest(a.elements)
    for (k, i) in order.enumerated() {
      // Positions many cells away lose digits of their own: 1e-16 x 40 / 0.3 of a width.
      #expect(largestDifference(a.row(i), b.row(k)) <= 1e-12 * scale)
    }
    #expect(
      try largestDifference(
        expansion.averagedFeatures(of: frame, correlation: .two),
        expansion.averagedFeatures(of: other, correlation: .two)) <= 1e-12 * scale)
  }

  @Test func numberOfThreadsDoesNotCount() throws {
    let expansion = try expansion()
    var frame = try frame(seed: 8)
    // More centres than one block of the average.
    let edge = 30.0
    var random = RandomStream(seed: 21)
    let count = 1200
    frame = Frame(
      positions: (0..<count).map { _ in
        Vector3(random.uniform(0, edge), random.uniform(0, edge), random.uniform(0, edge))
      },
      species: (0..<count).map { frame.species[$0 % 10] },
      orientations: (0..<count).map { frame.orientations?[$0 % 10] ?? .identity },
      semiAxes: try (0..<count).map { try #require(frame.semiAxes)[$0 % 10] },
      cell: try Cell(cube: edge))
    for average in [DensityExpansion.Average.frame, .none] {
      let one = try expansion.powerSpectrum(of: frame, average: average, threads: 1)
      let four = try expansion.powerSpectrum(of: frame, average: average, threads: 4)
      #expect(one == four)
    }
  }

  /// Spheres take a kernel of their own; a hair's breadth from a sphere they do not.
  @Test func spheresAgreeWithNearSpheres() throws {
    let expansion = try expansion()
    var spheres = try frame(seed: 9)
    try spheres.set(
      semiAxes: Array(repeating: SemiAxes(0.6, 0.6, 0.6), count: spheres.count))
    var nearly = spheres
    try nearly.set(
      semiAxes: Array(repeating: SemiAxes(0.6, 0.6, (0.6).nextUp), count: spheres.count))
    let a = try expansion.coefficients(of: spheres).values.elements
    let b = try expansion.coefficients(of: nearly).values.elements
    // Two kernels: rounding of both.
    #expect(largestDifference(a, b) <= 1e-13 * largest(a))
    // Spheres need no orientation.
    var bare = spheres
    try bare.set(orientations: nil)
    #expect(try expansion.coefficients(of: bare).values.elements == a)
  }

  @Test func nothingIsLostWithoutNeighbours() throws {
    let hyperparameters = Hyperparameters(
      basis: .gto(width: 1), maxAngular: 2, maxRadial: .uniform(2), cutoff: 1, excludeSelf: true)
    let expansion = try DensityExpansion(hyperparameters, species: ["A1", "B2", "C3"])
    var lonely = try frame(seed: 2)
    lonely.cell = nil
    try lonely.set(positions: (0..<lonely.count).map { Vector3(Double($0) * 5, 0, 0) })
    let block = try expansion.powerSpectrum(of: lonely, average: .none)
    #expect(block.values.rows == 10 && block.values.elements.allSatisfy { $0 == 0 })
    let average = try expansion.powerSpectrum(of: lonely, average: .frame)
    #expect(average.values.rows == 1)
    #expect(average.values.columns == 3 * 3 * 81)
    #expect(average.properties.names.first == "types_center")
    let empty = Frame(positions: [], species: [], orientations: [], semiAxes: [])
    #expect(try expansion.powerSpectrum(of: empty, average: .none).values.rows == 0)
    #expect(try expansion.powerSpectrum(of: empty, average: .frame).values.rows == 1)
  }

  @Test func smoothCutoffIsContinuousAndHardIsNot() throws {
    var hyperparameters = Hyperparameters(
      basis: .gto(width: 1), maxAngular: 2, maxRadial: .uniform(2), cutoff: 2)
    func spectrum(at distance: Double) throws -> [Double] {
      let axes = try SemiAxes(0.5, 0.5, 1)
      let frame = Frame(
        positions: [.zero, Vector3(distance, 0, 0)], orientations: [.identity, .identity],
        semiAxes: [axes, axes])
      return try DensityExpansion(hyperparameters, species: ["X"])
        .averagedFeatures(of: frame, correlation: .two)
    }
    let jump = try largestDifference(spectrum(at: 2 - 1e-9), spectrum(at: 2))
    hyperparameters.cutoffShape = .smooth(width: 0.5)
    let smooth = try largestDifference(spectrum(at: 2 - 1e-9), spectrum(at: 2))
    #expect(jump > 1e-3)
    #expect(smooth < 1e-15)
    hyperparameters.cutoffShape = .hard
    let inside = try spectrum(at: 1.2)
    hyperparameters.cutoffShape = .smooth(width: 0.5)
    #expect(try spectrum(at: 1.2) == inside)
  }

  @Test func badInputIsNamed() throws {
    func hyperparameters(_ change: (inout Hyperparameters) -> Void) -> Hyperparameters {
      var h = Hyperparameters(
        basis: .gto(width: 1), maxAngular: 2, maxRadial: .uniform(2), cutoff: 2)
      change(&h)
      return h
    }
    let wrong = [
      hyperparameters { $0.cutoff = 0 }, hyperparameters { $0.cutoff = -.infinity },
      hyperparameters { $0.basis = .gto(width: -1) }, hyperparameters { $0.maxAngular = -1 },
      hyperparameters { $0.maxRadial = .perChannel([1, 2]) }, hyperparameters { $0.rcond = -1 },
      hyperparameters { $0.cutoffShape = .smooth(width: 3) },
    ]
    for hyperparameters in wrong {
      #expect(throws: InvalidInput.self) {
        try DensityExpansion(hyperparameters, species: ["X"])
      }
    }
    let good = try DensityExpansion(hyperparameters { _ in }, species: ["B2"])
    let frame = try frame(seed: 1)
    #expect(throws: InvalidInput("species of particle 0", value: "A1", expected: "one of B2")) {
      try good.coefficients(of: frame)
    }
    let both = try expansion()
    var bare = frame
    try bare.set(orientations: nil)
    #expect(throws: InvalidInput.self) { try both.coefficients(of: bare) }
    bare = frame
    try bare.set(semiAxes: nil)
    #expect(throws: InvalidInput.self) { try both.coefficients(of: bare) }
    bare = frame
    bare.move(3, to: Vector3(0, .nan, 0))
    #expect(throws: InvalidInput.self) { try both.coefficients(of: bare) }
  }
}
