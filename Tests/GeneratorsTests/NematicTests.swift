import Foundation
import Generators
import Geometry
import Mathematics
import TestSupport
import Testing

@Suite struct NematicTests {
  /// The largest element of |Q - S (3/2 n n^T - 1/2)|, body z being the axis: zero when order,
  /// director and biaxiality all are what they should be.
  static func departure(_ frame: Frame, order: Double, director n: Vector3, axis: Int = 2) -> Double
  {
    guard let orientations = frame.orientations else { return .infinity }
    var q = Matrix3x3(diagonal: .zero)
    for orientation in orientations {
      var body = Vector3.zero
      body[axis] = 1
      let u = orientation.rotate(body)
      q =
        q + (Matrix3x3(outer: u, u) * 1.5 - Matrix3x3.identity * 0.5)
        * (1 / Double(orientations.count))
    }
    let target = (Matrix3x3(outer: n, n) * 1.5 - Matrix3x3.identity * 0.5) * order
    var largest = 0.0
    for i in 0..<3 { for j in 0..<3 { largest = max(largest, abs(q[i, j] - target[i, j])) } }
    return largest
  }

  static func director(_ frame: Frame) -> Vector3 {
    guard case .reals(let v) = frame.labels["director"], v.count == 3 else { return .zero }
    return Vector3(v[0], v[1], v[2])
  }

  static func soft(_ particles: Int, _ order: ValueRange) throws -> Nematic {
    Nematic(
      specimen: try Specimen(
        particles: particles, packingFraction: 0.3, overlaps: .allowed), order: order)
  }

  @Test(arguments: [3, 4, 5, 7, 10, 128, 1000])
  func orderDirectorAndBiaxialityAreExact(_ particles: Int) throws {
    for order in [-0.5, -0.49, -0.2, -1e-3, 0, 0.01, 0.3, 0.6, 0.9, 0.99, 0.9999, 1] {
      let frame = try Self.soft(particles, ValueRange(order)).frame(index: 3, of: 9, seed: 5)
      // Bent to 2e-15 (1e-13 at worst), then turned and made into quaternions.
      #expect(Self.departure(frame, order: order, director: Self.director(frame)) < 1e-12)
      #expect(abs((frame.labels["order"]?.real ?? .nan) - order) < 1e-12)
      #expect(frame.labels["target_order"] == .real(order))
    }
  }

  @Test func fewParticlesCanOnlyHaveSomeOrders() throws {
    #expect(throws: InvalidInput.self) { try Self.soft(2, 0.5).frame(index: 0, of: 1, seed: 1) }
    #expect(throws: InvalidInput.self) { try Self.soft(1, 0).frame(index: 0, of: 1, seed: 1) }
    #expect(throws: InvalidInput.self) { try Self.soft(0, 1).frame(index: 0, of: 1, seed: 1) }
    let one = try Self.soft(1, 1).frame(index: 0, of: 1, seed: 1)
    #expect(Self.departure(one, order: 1, director: Self.director(one)) < 1e-14)
    let two = try Self.soft(2, -0.5).frame(index: 0, of: 1, seed: 1)
    #expect(Self.departure(two, order: -0.5, director: Self.director(two)) < 1e-12)
  }

  @Test func ordersOutsideTheLimitsAreRefused() throws {
    for order in [ValueRange(-0.51), ValueRange(0, 1.01), ValueRange(.nan)] {
      #expect(throws: InvalidInput.self) {
        try Self.soft(10, order).frame(index: 0, of: 2, seed: 1)
      }
    }
    var onsager = try Self.soft(10, -0.1)
    onsager.sampling.distribution = .onsager
    #expect(throws: InvalidInput.self) { try onsager.frame(index: 0, of: 2, seed: 1) }
  }

  /// Independent draws scatter: <S> is the target along the director, the largest eigenvalue is above
  /// it, by 0.82/sqrt(N) for isotropic ones.
  @Test func independentDrawsAreNotCorrected() throws {
    var nematic = try Self.soft(100, 0)
    nematic.sampling.isExact = false
    let orders = try nematic.frames(of: 400, seed: 3).map { $0.labels["order_max"]?.real ?? .nan }
    let mean = orders.reduce(0, +) / 400
    // 0.082, scatter 0.022 over 400 frames: 0.0011.
    #expect(abs(mean - 0.082) < 0.005)
    nematic.order = 0.6
    nematic.director = .fixed(Vector3(0, 0, 1))
    let along = try nematic.frames(of: 400, seed: 3).map { frame in
      let axes = (frame.orientations ?? []).map { $0.rotate(Vector3(0, 0, 1)).z }
      return axes.reduce(0) { $0 + 1.5 * $1 * $1 - 0.5 } / Double(axes.count)
    }
    // Standard deviation of P2 about 0.3, over 40,000 draws: 0.0015.
    #expect(abs(along.reduce(0, +) / 400 - 0.6) < 0.006)
  }

  @Test(arguments: [
    (3.0, 0.3, -0.4), (3.0, 0.3, 0.0), (3.0, 0.5, 0.0), (3.0, 0.5, 0.5), (3.0, 0.5, 1.0),
    (5.0, 0.4, 0.0), (5.0, 0.5, 0.9), (0.3, 0.45, 0.6), (1.0, 0.5, 0.5),
  ])
  func nothingOverlaps(_ aspectRatio: Double, _ packingFraction: Double, _ order: Double) throws {
    let nematic = Nematic(
      specimen: try Specimen(
        particles: 150, aspectRatio: aspectRatio, packingFraction: ValueRange(packingFraction)),
      order: ValueRange(order))
    let frame = try nematic.frame(index: 1, of: 3, seed: 11)
    #expect(NaiveOverlap.smallestNorm(frame) > 1)
    // The orientations were left alone.
    #expect(Self.departure(frame, order: order, director: Self.director(frame)) < 1e-12)
    let volume = (frame.semiAxes ?? []).reduce(0) { $0 + $1.volume }
    #expect(abs(volume / (frame.cell?.volume ?? .nan) - packingFraction) < 1e-12)
    #expect(abs((frame.labels["packing_fraction"]?.real ?? .nan) - packingFraction) < 1e-12)
  }

  @Test func manyParticlesUseBins() throws {
    let nematic = Nematic(
      specimen: try Specimen(particles: 1500, packingFraction: 0.4), order: 0.5)
    #expect(NaiveOverlap.smallestNorm(try nematic.frame(index: 0, of: 1, seed: 2)) > 1)
  }

  @Test func fewParticlesInASmallCellSeeTheirImages() throws {
    for seed in 1...10 as ClosedRange<UInt64> {
      let nematic = Nematic(
        specimen: try Specimen(particles: 12, packingFraction: 0.25), order: 0.2)
      #expect(NaiveOverlap.smallestNorm(try nematic.frame(index: 0, of: 1, seed: seed)) > 1)
    }
    // A particle longer than the cell overlaps itself, whatever its position.
    let alone = Nematic(
      specimen: try Specimen(particles: 1, packingFraction: 0.4), order: 1,
      director: .fixed(Vector3(1, 0, 0)))
    #expect(throws: InvalidInput.self) { try alone.frame(index: 0, of: 1, seed: 1) }
  }

  @Test func softFramesSayHowDeepTheyOverlap() throws {
    let frame = try Self.soft(128, 0.5).frame(index: 0, of: 1, seed: 4)
    let deepest = frame.labels["deepest_overlap"]?.real ?? .nan
    #expect(deepest > 0.5)
    #expect(abs(1 - NaiveOverlap.smallestNorm(frame) - deepest) < 1e-12)
  }

  @Test func impossibleDensitiesSayHowFarTheyGot() throws {
    let nematic = Nematic(
      specimen: try Specimen(particles: 40, packingFraction: 0.8), order: 0)
    let error = #expect(throws: PackingFailure.self) {
      try nematic.frame(index: 0, of: 1, seed: 1)
    }
    let reached = error?.reached ?? .nan
    #expect(reached > 0.4 && reached < 0.8)
    #expect((error?.overlaps ?? 0) > 0 && error?.attempts == 3)
    for bad in [0, -0.1, 1.1, Double.nan] {
      #expect(throws: InvalidInput.self) {
        try Nematic(specimen: try Specimen(packingFraction: ValueRange(bad)), order: 0)
          .frame(index: 0, of: 1, seed: 1)
      }
    }
  }

  @Test func aFrameDependsOnSeedAndIndexAlone() throws {
    let nematic = Nematic(
      specimen: try Specimen(particles: 40, packingFraction: 0.3), order: ValueRange(0, 1))
    let whole = try nematic.frames(of: 12, seed: 9, threads: 1)
    #expect(try nematic.frames(of: 12, seed: 9, threads: 3) == whole)
    #expect(try nematic.frames(5..<8, of: 12, seed: 9) == Array(whole[5..<8]))
    #expect(try nematic.frame(index: 11, of: 12, seed: 9) == whole[11])
    #expect(try nematic.frame(index: 11, of: 12, seed: 10).positions != whole[11].positions)
    #expect(whole[3].labels["frame"] == .integer(3) && whole[3].labels["seed"] == .integer(9))
    #expect(whole.map { $0.labels["target_order"]?.real } == (0..<12).map { Double($0) / 11 })
    #expect(throws: InvalidInput.self) { try nematic.frames(10..<13, of: 12, seed: 9) }
  }

  @Test func directorsAreThoseAskedForOrUniform() throws {
    var nematic = try Self.soft(3, 1)
    nematic.director = .fixed(Vector3(1, -2, 2))
    let n = Self.director(try nematic.frame(index: 0, of: 1, seed: 1))
    #expect((n - Vector3(1, -2, 2) / 3).length < 1e-15)
    nematic.director = .random
    let directors = try nematic.frames(of: 4000, seed: 1).map(Self.director)
    for k in 0..<3 {
      #expect(
        GoodnessOfFit.kolmogorovSmirnov(directors.map { $0[k] }) { 0.5 * ($0 + 1) } > 0.01)
    }
  }

  /// Mixtures, polydisperse and triaxial particles, and other symmetry axes than body z.
  @Test func populationsAreWhatTheySay() throws {
    let population = Population([
      .init(species: "A", semiAxes: try SemiAxes(0.5, 0.5, 1.5), fraction: 2),
      .init(species: "B", semiAxes: try SemiAxes(0.8, 0.8, 0.3), fraction: 1, polydispersity: 0.2),
    ])
    let nematic = Nematic(
      specimen: Specimen(particles: 200, population: population, packingFraction: 0.4), order: 0.7)
    let frame = try nematic.frame(index: 0, of: 1, seed: 21)
    #expect(frame.species.filter { $0 == "A" }.count == 133)
    #expect(frame.species.prefix(133).contains("B"))
    #expect(NaiveOverlap.smallestNorm(frame) > 1)
    #expect(Self.departure(frame, order: 0.7, director: Self.director(frame)) < 1e-12)
    let sizes = zip(frame.species, frame.semiAxes ?? []).filter { $0.0 == "B" }.map { $0.1.a / 0.8 }
    let mean = sizes.reduce(0, +) / Double(sizes.count)
    let variance = sizes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sizes.count - 1)
    // 67 draws: standard errors 0.024 and 0.018.
    #expect(abs(mean - 1) < 0.08 && abs(variance.squareRoot() - 0.2) < 0.06)

    let triaxial = Nematic(
      specimen: Specimen(
        particles: 60,
        population: Population([.init(semiAxes: try SemiAxes(1.5, 0.6, 0.4), axis: .x)]),
        packingFraction: 0.45), order: 0.8)
    let other = try triaxial.frame(index: 0, of: 1, seed: 2)
    #expect(Self.departure(other, order: 0.8, director: Self.director(other), axis: 0) < 1e-12)
    #expect(NaiveOverlap.smallestNorm(other) > 1)
    #expect(throws: InvalidInput.self) {
      try Nematic(
        specimen: Specimen(particles: 3, population: Population([]), packingFraction: 0.1), order: 1
      ).frame(index: 0, of: 1, seed: 1)
    }
  }

  /// The turn of a body about its own axis is uniform.
  @Test func spinsAreUniform() throws {
    var nematic = try Self.soft(6000, 1)
    nematic.director = .fixed(Vector3(0, 0, 1))
    let frame = try nematic.frame(index: 0, of: 1, seed: 8)
    let x = (frame.orientations ?? []).map { $0.rotate(Vector3(1, 0, 0)) }
    // The x component of a uniform direction in the plane has the arcsine distribution.
    let cumulative = GoodnessOfFit.cumulative(low: 0, high: Double.pi) { _ in 1 }
    #expect(GoodnessOfFit.kolmogorovSmirnov(x.map { acos($0.x) }, cumulative: cumulative) > 0.01)
  }
}
