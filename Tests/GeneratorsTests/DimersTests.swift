import Foundation
import GayBerne
import Generators
import Geometry
import Mathematics
import TestSupport
import Testing

@Suite struct DimersTests {
  static func axes() throws -> SemiAxes { try SemiAxes(1, 1.5, 2) }

  @Test func rotationsAndDirectionsAreUniform() throws {
    let dimers = Dimers(first: try Self.axes(), distance: 2...6)
    let frames = try dimers.frames(of: 20_000, seed: 4)
    for particle in 0..<2 {
      // Every element of a uniform rotation matrix is uniform in [-1, 1], and the angle a of the
      // rotation has the density (1 - cos a)/pi.
      let q = frames.compactMap { $0.orientations?[particle] }
      #expect(q.count == 20_000)
      for (i, j) in [(0, 0), (1, 2), (2, 1)] {
        let elements = q.map { $0.rotationMatrix[i, j] }
        #expect(GoodnessOfFit.kolmogorovSmirnov(elements) { 0.5 * ($0 + 1) } > 0.01)
      }
      let angles = q.map { 2 * acos(min(1, abs($0.w))) }
      let p = GoodnessOfFit.kolmogorovSmirnov(angles) { ($0 - sin($0)) / Double.pi }
      #expect(p > 0.01)
    }
    let r = frames.map { $0.positions[1] - $0.positions[0] }
    for k in 0..<3 {
      #expect(
        GoodnessOfFit.kolmogorovSmirnov(r.map { $0.normalized[k] }) { 0.5 * ($0 + 1) } > 0.01)
    }
    #expect(GoodnessOfFit.kolmogorovSmirnov(r.map(\.length)) { ($0 - 2) / 4 } > 0.01)
    // Three Euler angles drawn uniformly, a common mistake, do not pass.
    var stream = RandomStream(seed: 1)
    let wrong = (0..<20_000).map { _ in cos(stream.uniform(0, Double.pi)) }
    #expect(GoodnessOfFit.kolmogorovSmirnov(wrong) { 0.5 * ($0 + 1) } < 1e-6)
  }

  @Test func volumeDensityFillsTheShell() throws {
    let dimers = Dimers(first: try Self.axes(), distance: 2...6, density: .volume)
    let lengths = try dimers.frames(of: 20_000, seed: 5).map {
      ($0.positions[1] - $0.positions[0]).length
    }
    #expect(GoodnessOfFit.kolmogorovSmirnov(lengths) { ($0 * $0 * $0 - 8) / 208 } > 0.01)
    #expect(GoodnessOfFit.kolmogorovSmirnov(lengths) { ($0 - 2) / 4 } < 1e-6)
    #expect(lengths.allSatisfy { $0 >= 2 - 1e-15 && $0 <= 6 + 1e-14 })
  }

  @Test func surfaceDistancesAreMet() throws {
    let small = try SemiAxes(0.4, 0.4, 1.2)
    let dimers = Dimers(
      first: try Self.axes(), second: small, distance: 0...2, kind: .surface)
    let gaps = try dimers.frames(of: 4000, seed: 5).map { frame in
      let r = frame.positions[1]
      let q = frame.orientations ?? []
      let found = try Contact.surfaceDistance(
        Ellipsoid(semiAxes: try Self.axes(), orientation: q[0]),
        Ellipsoid(semiAxes: small, orientation: q[1]), displacement: r)
      #expect(abs((frame.labels["surface_distance"]?.real ?? .nan) - (found?.distance ?? 0)) == 0)
      #expect(abs((frame.labels["distance"]?.real ?? .nan) - r.length) < 1e-14)
      return found?.distance ?? 0
    }
    #expect(GoodnessOfFit.kolmogorovSmirnov(gaps) { $0 / 2 } > 0.01)
  }

  /// For spheres the shell is that of the centres between R_1 + R_2 + gap.
  @Test func surfaceVolumesAreShells() throws {
    let dimers = Dimers(
      first: try SemiAxes(1, 1, 1), second: try SemiAxes(0.5, 0.5, 0.5), distance: 0.5...2.5,
      kind: .surface, density: .volume)
    let lengths = try dimers.frames(of: 10_000, seed: 5).map { $0.positions[1].length }
    #expect(GoodnessOfFit.kolmogorovSmirnov(lengths) { ($0 * $0 * $0 - 8) / 56 } > 0.01)
    let long = Dimers(
      first: try Self.axes(), distance: 1...1.5, kind: .surface, density: .volume)
    for frame in try long.frames(of: 200, seed: 1) {
      let gap = frame.labels["surface_distance"]?.real ?? .nan
      #expect(gap >= 1 && gap <= 1.5)
    }
  }

  @Test func energiesAreThoseOfThePotential() throws {
    let potential = try GayBerne()
    let dimers = Dimers(
      first: try Self.axes(), second: try SemiAxes(0.5, 0.5, 1), distance: 1...5,
      potential: potential, maximumEnergy: 0.1)
    var rejected = 0
    for frame in try dimers.frames(of: 300, seed: 6) {
      let energy = try #require(frame.labels["energy"]?.real)
      #expect(energy <= 0.1)
      let whole = try potential.evaluate(frame, forces: false, threads: 1)
      // One formula, in other words on both ways: rounding.
      #expect(abs(whole.energy - energy) < 1e-12 * max(1, abs(energy)))
      for name in ["h12", "eta", "chi"] { #expect(frame.labels[name]?.real?.isFinite == true) }
      #expect(frame.labels["phase"] == .string("dimer"))
      if frame.labels["draws"] != .integer(1) { rejected += 1 }
    }
    #expect(rejected > 30)
  }

  @Test func aFrameDependsOnSeedAndIndexAlone() throws {
    let dimers = Dimers(
      first: try Self.axes(), distance: 1...5, potential: try GayBerne(), maximumEnergy: 0)
    let whole = try dimers.frames(of: 50, seed: 7, threads: 1)
    #expect(try dimers.frames(20..<30, of: 5000, seed: 7, threads: 2) == Array(whole[20..<30]))
    #expect(try dimers.frame(index: 20, of: 50, seed: 8) != whole[20])
  }

  @Test func badParametersAreRefused() throws {
    let axes = try Self.axes()
    let hopeless = Dimers(
      first: axes, distance: 5...6, potential: try GayBerne(), maximumEnergy: -1e6)
    for dimers in [
      Dimers(first: axes, distance: -1...2), Dimers(first: axes, distance: 0...0),
      Dimers(first: axes, distance: 1...Double.infinity),
      Dimers(first: axes, distance: 1...2, maximumEnergy: 1), hopeless,
    ] {
      #expect(throws: InvalidInput.self) { try dimers.frame(index: 0, of: 1, seed: 1) }
    }
  }
}
