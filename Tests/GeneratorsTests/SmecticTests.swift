import Foundation
import Generators
import Geometry
import Mathematics
import OrderParameters
import TestSupport
import Testing

@Suite struct SmecticTests {
  static func smectic(
    _ particles: Int = 128, order: ValueRange = 0.8, tau: ValueRange, packing: ValueRange = 0.3,
    tilt: ValueRange = 0, director: Director = .random
  ) throws -> Smectic {
    Smectic(
      specimen: try Specimen(particles: particles, packingFraction: packing), order: order,
      smecticOrder: tau, tilt: tilt, director: director)
  }

  /// |<exp(2 pi i n . x/d)>| with the normal and spacing that the frame tells.
  static func layering(_ frame: Frame) -> Double {
    guard case .reals(let n) = frame.labels["layer_normal"] else { return .nan }
    return layering(frame, Vector3(n[0], n[1], n[2]))
  }

  static func layering(_ frame: Frame, _ n: Vector3) -> Double {
    let d = frame.labels["layer_spacing"]?.real ?? .nan
    var (c, s) = (0.0, 0.0)
    for x in frame.positions {
      let phase = 2 * Double.pi * n.dot(x) / d
      c += cos(phase)
      s += sin(phase)
    }
    return sqrt(c * c + s * s) / Double(frame.count)
  }

  @Test(arguments: [
    (0.85, 0.0, 0.3), (0.85, 0.5, 0.3), (0.85, 1.0, 0.3), (0.0, 0.5, 0.3), (0.3, 0.0, 0.4),
    (0.6, 0.9, 0.45), (0.97, 0.9, 0.3), (0.9999, 0.9, 0.3), (1.0, 0.9, 0.3), (1.0, 1.0, 0.3),
  ])
  func bothOrdersAreExactWithoutOverlap(_ tau: Double, _ order: Double, _ packing: Double) throws {
    for seed in 1...2 as ClosedRange<UInt64> {
      let frame = try Self.smectic(
        order: ValueRange(order), tau: ValueRange(tau), packing: ValueRange(packing)
      ).frame(index: 0, of: 1, seed: seed)
      #expect(abs(Self.layering(frame) - tau) < 1e-6)
      // It is far better than was promised: the constraint is restored to 1e-14 at every step.
      #expect(abs((frame.labels["smectic_order"]?.real ?? .nan) - tau) < 1e-11)
      let n = NematicTests.director(frame)
      #expect(NematicTests.departure(frame, order: order, director: n) < 1e-12)
      #expect(NaiveOverlap.smallestNorm(frame) > 1)
      #expect(frame.labels["phase"] == .string("smectic A"))
      #expect(abs((frame.labels["packing_fraction"]?.real ?? .nan) - packing) < 1e-12)
    }
  }

  @Test func layersFitTheCell() throws {
    var smectic = try Self.smectic(120, tau: 0.9, director: .fixed(Vector3(0, 0, 1)))
    smectic.layers = 4
    let cube = try smectic.frame(index: 0, of: 1, seed: 1)
    let edge = cbrt(120 * Double.pi / 6 * 3 / 0.3)
    #expect(abs((cube.labels["layer_spacing"]?.real ?? .nan) - edge / 4) < 1e-12)
    #expect(cube.cell == (try Cell(cube: cube.cell?.vector(0).x ?? .nan)))
    smectic.layerSpacing = 3.3
    let box = try smectic.frame(index: 0, of: 1, seed: 1)
    #expect(abs((box.cell?.vector(2).z ?? .nan) - 4 * 3.3) < 1e-12)
    #expect(abs((box.cell?.volume ?? .nan) - edge * edge * edge) < 1e-9)
    #expect(abs(Self.layering(box) - 0.9) < 1e-11)
    // Every layer got its share.
    var counts = [0, 0, 0, 0]
    for x in box.positions { counts[Int((x.z / 3.3).rounded() + 4) % 4] += 1 }
    #expect(counts == [30, 30, 30, 30])
  }

  /// The whole frame is turned, cell and all: a box again where that is possible.
  @Test func theCellTurnsWithTheDirector() throws {
    for axis in [Vector3(1, 0, 0), Vector3(0, -1, 0), Vector3(0, 0, -1)] {
      var smectic = try Self.smectic(tau: 0.8, director: .fixed(axis))
      smectic.layerSpacing = 3.4
      smectic.layers = 3
      let frame = try smectic.frame(index: 0, of: 1, seed: 3)
      let cell = try #require(frame.cell)
      for i in 0..<3 {
        for j in 0..<3 where i != j { #expect(cell.vector(i)[j] == 0) }
        let isNormal = axis[i] != 0
        #expect((abs(cell.vector(i)[i] - 10.2) < 1e-10) == isNormal)
      }
      #expect(NaiveOverlap.smallestNorm(frame) > 1)
      #expect(abs(Self.layering(frame) - 0.8) < 1e-11)
    }
    let turned = try Self.smectic(tau: 0.8, director: .fixed(Vector3(1, 2, 3)))
      .frame(index: 0, of: 1, seed: 3)
    let cell = try #require(turned.cell)
    #expect((cell.vector(2).normalized - Vector3(1, 2, 3).normalized).length < 1e-14)
    for x in turned.positions {
      let f = cell.fractional(x)
      #expect(f.min() > -1e-12 && f.max() < 1 + 1e-12)
    }
  }

  @Test func smecticCTiltsTheDirector() throws {
    let frames = try Self.smectic(order: 0.9, tau: 0.8, tilt: ValueRange(0, 40)).frames(
      of: 5, seed: 6)
    for (k, frame) in frames.enumerated() {
      guard case .reals(let v) = frame.labels["layer_normal"] else { throw CancellationError() }
      let n = NematicTests.director(frame)
      let angle = acos(min(1, n.dot(Vector3(v[0], v[1], v[2])))) * 180 / Double.pi
      #expect(abs(angle - Double(k) * 10) < 2e-6)
      #expect(frame.labels["phase"] == .string(k == 0 ? "smectic A" : "smectic C"))
      #expect(NematicTests.departure(frame, order: 0.9, director: n) < 1e-12)
      #expect(abs(Self.layering(frame) - 0.8) < 1e-11)
      #expect(NaiveOverlap.smallestNorm(frame) > 1)
    }
  }

  @Test(arguments: LayerProfile.allCases)
  func phasesFollowTheProfile(_ profile: LayerProfile) throws {
    for (k, tau) in [0.05, 0.3, 0.7, 0.95, 0.999].enumerated() {
      var stream = RandomStream(seed: 12, frame: UInt64(k))
      let parameter = try profile.parameter(order: tau)
      let phases = (0..<20_000).map { _ in profile.phase(parameter: parameter, &stream) }
      // 20,000 draws scatter by at most 0.7/sqrt(20,000) = 0.005.
      #expect(abs(phases.reduce(0) { $0 + cos($1) } / 20_000 - tau) < 0.02 * (1 - tau * tau))
      let reach = profile == .gaussian ? 8 * parameter : Double.pi
      let cumulative = GoodnessOfFit.cumulative(low: -reach, high: reach) { x in
        profile == .gaussian
          ? exp(-x * x / (2 * parameter * parameter)) : exp(parameter * (cos(x) - 1))
      }
      #expect(GoodnessOfFit.kolmogorovSmirnov(phases, cumulative: cumulative) > 0.01)
      // The other profile is found out, but where both have become the same: nearly uniform on the
      // circle, or nearly normal.
      if profile == .vonMises, tau == 0.7 {
        let sigma = try LayerProfile.gaussian.parameter(order: tau)
        let normal = GoodnessOfFit.cumulative(low: -8 * sigma, high: 8 * sigma) {
          exp(-$0 * $0 / (2 * sigma * sigma))
        }
        #expect(GoodnessOfFit.kolmogorovSmirnov(phases, cumulative: normal) < 1e-6)
      }
    }
    for bad in [0, 1, -1, 2, Double.nan] {
      #expect(throws: InvalidInput.self) { try profile.parameter(order: bad) }
    }
  }

  /// Phases of the centres in their layers, over many frames.
  private static func phases(_ frames: [Frame]) -> [Double] {
    frames.flatMap { frame -> [Double] in
      guard case .reals(let n) = frame.labels["layer_normal"] else { return [] }
      let d = frame.labels["layer_spacing"]?.real ?? .nan
      return frame.positions.map { x in
        let turns = Vector3(n[0], n[1], n[2]).dot(x) / d
        return 2 * Double.pi * (turns - turns.rounded())
      }
    }
  }

  /// The density of a profile on the circle, from -pi to pi.
  private static func cumulative(
    _ profile: LayerProfile, _ tau: Double
  ) throws -> (Double) -> Double {
    let parameter = try profile.parameter(order: tau)
    return GoodnessOfFit.cumulative(low: -Double.pi, high: Double.pi) { x in
      switch profile {
      case .vonMises: exp(parameter * (cos(x) - 1))
      case .gaussian:
        (-5...5).reduce(0) { sum, turn in
          let y = (x + 2 * Double.pi * Double(turn)) / parameter
          return sum + exp(-y * y / 2)
        }
      }
    }
  }

  /// Overlaps are gone, and yet the centres are spread about their layers as documented.
  @Test(arguments: [
    (0.7, 0.8, 0.1, LayerProfile.gaussian), (0.4, 0.8, 0.3, .gaussian), (0.7, 0.6, 0.3, .gaussian),
    (0.85, 0.0, 0.3, .gaussian), (0.95, 0.8, 0.3, .gaussian), (0.7, 0.9, 0.45, .gaussian),
    (0.85, 0.9, 0.45, .gaussian), (0.7, 0.8, 0.3, .vonMises),
  ])
  func finalFramesFollowTheProfile(
    _ tau: Double, _ order: Double, _ packing: Double, _ profile: LayerProfile
  ) throws {
    var smectic = try Self.smectic(
      order: ValueRange(order), tau: ValueRange(tau), packing: ValueRange(packing))
    smectic.profile = profile
    let count = order == 0 ? 4 : 16
    let frames = try smectic.frames(of: count, seed: 77)
    for frame in frames {
      #expect(NaiveOverlap.smallestNorm(frame) > 1)
      #expect(abs(Self.layering(frame) - tau) < 1e-11)
    }
    let phases = Self.phases(frames)
    let wanted = try Self.cumulative(profile, tau)
    #expect(GoodnessOfFit.kolmogorovSmirnov(phases, cumulative: wanted) > 0.01)
    if tau == 0.7, profile == .gaussian {
      // The labels tell the second harmonic of the centres; its mean is tau^4 within the scatter of
      // 128 independent ones, 0.06, over 16 frames.
      let second = frames.map { $0.labels["smectic_order_2"]?.real ?? .nan }
      let sum = phases.prefix(128).reduce(Vector3.zero) {
        $0 + Vector3(cos(2 * $1), sin(2 * $1), 0) / 128
      }
      #expect(abs(second[0] - sum.length) < 1e-9)
      #expect(abs(second.reduce(0, +) / 16 - pow(tau, 4)) < 0.05)
      // The test can tell another profile: one that is 30 % wider.
      let other = try Self.cumulative(profile, pow(tau, 1.69))
      #expect(GoodnessOfFit.kolmogorovSmirnov(phases, cumulative: other) < 1e-4)
    }
  }

  @Test func layersAreNoThinnerThanAParticleUnlessAskedFor() throws {
    for particles in [30, 60, 100, 128, 300] {
      for ratio in [2.0, 3, 5] {
        let smectic = Smectic(
          specimen: try Specimen(particles: particles, aspectRatio: ratio, packingFraction: 0.25),
          order: 0.9, smecticOrder: 0.8)
        let frame = try smectic.frame(index: 0, of: 1, seed: 5)
        #expect((frame.labels["layer_spacing"]?.real ?? 0) >= ratio * (1 - 1e-12))
        let volume = Double(particles) * Double.pi / 6 * ratio / 0.25
        #expect(abs((frame.cell?.volume ?? 0) / volume - 1) < 1e-12)
      }
    }
  }

  /// Spheres among the rods are in the same layers, but count in no label.
  @Test func ordersOfMixturesAreThoseOfTheRods() throws {
    let rod = try SemiAxes(0.5, 0.5, 1.5)
    let disc = try SemiAxes(0.3, 1, 1)
    let sphere = try SemiAxes(0.5, 0.5, 0.5)
    let specimen = Specimen(
      particles: 120,
      population: Population([
        .init(species: "A", semiAxes: rod, fraction: 2), .init(species: "W", semiAxes: sphere),
        .init(species: "B", semiAxes: disc),
      ]), packingFraction: 0.25)
    let order = ValueRange(0.7)
    let phases: [any Generator] = [
      Nematic(specimen: specimen, order: order),
      Smectic(specimen: specimen, order: order, smecticOrder: 0.8),
      Cholesteric(specimen: specimen, order: order),
      BiaxialNematic(specimen: specimen, order: order, biaxialOrder: 0.1),
      Columnar(specimen: specimen, order: order, columnarOrder: 0.5),
    ]
    for phase in phases {
      let frame = try phase.frame(index: 0, of: 1, seed: 4)
      let own = frame.species.indices.filter { frame.species[$0] != "W" }
      #expect(own.count == 90 && frame.labels["order_particles"] == .integer(90))
      #expect(frame.labels["packing_fraction"]?.real.map { abs($0 - 0.25) < 1e-12 } == true)
      let measured = try FrameOrder(frame, .init(smectic: SmecticSearch(spacings: 0.5...9)))
      let label = frame.labels["order"]?.real ?? .nan
      #expect(abs((measured.order ?? .nan) - label) < 1e-12 && measured.orderedCount == 90)
      if phase.name != "cholesteric" { #expect(abs(label - 0.7) < 1e-12) }
      if phase.name == "cholesteric" {
        #expect(abs((frame.labels["local_order"]?.real ?? .nan) - 0.7) < 1e-9)
      }
      guard phase is Smectic, case .reals(let n) = frame.labels["layer_normal"] else { continue }
      #expect(frame.labels["smectic_particles"] == .integer(90))
      let spacing = frame.labels["layer_spacing"]?.real ?? .nan
      let normal = Vector3(n[0], n[1], n[2])
      for group in [own, frame.species.indices.filter { frame.species[$0] == "W" }] {
        let tau = try SmecticOrder(
          positions: group.map { frame.positions[$0] }, normal: normal, spacing: spacing)
        #expect(abs(tau.order - 0.8) < 1e-11)
      }
    }
  }

  @Test func vonMisesLayersAreExactToo() throws {
    var smectic = try Self.smectic(tau: ValueRange(0.1, 0.9))
    smectic.profile = .vonMises
    for (k, frame) in try smectic.frames(of: 3, seed: 2).enumerated() {
      #expect(abs(Self.layering(frame) - (0.1 + 0.4 * Double(k))) < 1e-11)
    }
  }

  /// Independent layers keep what they were drawn with while the overlaps go.
  @Test func independentLayersScatter() throws {
    var smectic = try Self.smectic(60, tau: 0.5)
    smectic.sampling.isExact = false
    let taus = try smectic.frames(of: 60, seed: 2).map(Self.layering)
    let mean = taus.reduce(0, +) / 60
    // Standard deviation of tau of 60 draws about 0.07: over 60 frames 0.01.
    #expect(abs(mean - 0.5) < 0.05)
    #expect(taus.contains { abs($0 - 0.5) > 0.03 })
  }

  @Test func badParametersAreRefused() throws {
    var bad = [
      try Self.smectic(tau: 1.1), try Self.smectic(tau: -0.1), try Self.smectic(tau: 0.5, tilt: 91),
      try Self.smectic(1, order: 1, tau: 0.5),
    ]
    var other = try Self.smectic(tau: 0.5)
    other.layers = 0
    bad.append(other)
    other.layers = nil
    other.layerSpacing = -1
    bad.append(other)
    for smectic in bad {
      #expect(throws: InvalidInput.self) { try smectic.frame(index: 0, of: 1, seed: 1) }
    }
  }

  @Test func aFrameDependsOnSeedAndIndexAlone() throws {
    let smectic = try Self.smectic(40, order: ValueRange(0, 1), tau: 0.7)
    let whole = try smectic.frames(of: 10, seed: 9, threads: 1)
    #expect(try smectic.frames(4..<7, of: 10, seed: 9, threads: 2) == Array(whole[4..<7]))
  }
}
