import Foundation
import Geometry
import Mathematics
import OrderParameters
import TestSupport
import Testing

@Suite struct SmecticOrderTests {
  /// Three layers in a cube of edge 9, normally distributed about their planes at right angles to z.
  private func layered(_ sigma: Double, count: Int = 300) throws -> Frame {
    var stream = RandomStream(seed: 7)
    let shape = try SemiAxes(aspectRatio: 3, diameter: 0.9)
    let positions = (0..<count).map { i in
      Vector3(
        stream.uniform(0, 9), stream.uniform(0, 9),
        3 * Double(i % 3) + 0.4 + stream.gaussian(sigma: sigma))
    }
    return Frame(
      positions: positions, orientations: Array(repeating: .identity, count: count),
      semiAxes: Array(repeating: shape, count: count), cell: try Cell(cube: 9))
  }

  @Test func perfectLayersHaveOrderOneAndTheirPhase() throws {
    let frame = try layered(0)
    let order = try SmecticOrder(
      positions: frame.positions, normal: Vector3(0, 0, -2), spacing: 3)
    #expect(abs(order.order - 1) < 1e-12)
    #expect(order.normal == Vector3(0, 0, 1))
    // A layer is at z = 0.4.
    #expect(abs(order.phase - 2 * Double.pi * 0.4 / 3) < 1e-12)
  }

  @Test func gaussianLayersHaveTheirDebyeWallerFactor() throws {
    let sigma = 0.3
    let order = try SmecticOrder(
      positions: layered(sigma, count: 30_000).positions, normal: Vector3(0, 0, 1), spacing: 3)
    // exp(-k^2 sigma^2 / 2); three standard deviations of 30,000 draws.
    let expected = exp(-0.5 * pow(2 * Double.pi * sigma / 3, 2))
    #expect(abs(order.order - expected) < 3 * 0.5 / 30_000.0.squareRoot())
  }

  @Test func theSearchFindsTheLayersInAnyOrientationAndPlace() throws {
    var stream = RandomStream(seed: 8)
    let frame = try layered(0.2)
    let plain = try #require(try SmecticSearch().find(frame))
    #expect(abs(plain.spacing - 3) < 1e-12)
    #expect(plain.normal == Vector3(0, 0, 1))
    #expect(try #require(try SmecticSearch(direction: .any).find(frame)).candidates > 50)
    #expect(plain.isSignificant && plain.chance < 1e-30 && plain.count == 300)
    let rotation = try RandomFrames.rotation(&stream)
    var turned = try RandomFrames.turned(frame, by: rotation)
    try turned.set(positions: turned.positions.map { $0 + Vector3(31, -7, 2.5) })
    let found = try #require(try SmecticSearch().find(turned))
    #expect(abs(found.order - plain.order) < 1e-10)
    #expect(abs(found.spacing - 3) < 1e-10)
    #expect(abs(abs(found.normal.dot(rotation.rotate(Vector3(0, 0, 1)))) - 1) < 1e-10)
    // The same as tau of the wave vector it reports, phase included.
    let again = try SmecticOrder(
      positions: turned.positions, normal: found.normal, spacing: found.spacing)
    #expect(abs(again.order - found.order) < 1e-10)
    #expect(abs(sin(again.phase - found.phase)) < 1e-9)
  }

  @Test func theSearchInASkewedCellReachesEveryLatticePlane() throws {
    var stream = RandomStream(seed: 9)
    let cell = try Cell(Vector3(6, 0, 0), Vector3(2.5, 5, 0), Vector3(-2, 1, 7))
    // Layers at right angles to the reciprocal vector (1, -1, 2), tilted against all edges.
    let wave = cell.toFractional.transpose * Vector3(1, -1, 2)
    let positions = (0..<200).map { _ -> Vector3 in
      let r = cell.position(
        fractional: Vector3(stream.uniform(), stream.uniform(), stream.uniform()))
      let height = r.dot(wave)
      return r - wave * ((height - height.rounded()) / wave.lengthSquared)
    }
    let frame = Frame(positions: positions, cell: cell)
    let found = try #require(try SmecticSearch(spacings: 1...4).find(frame))
    #expect(abs(found.order - 1) < 1e-12)
    #expect(abs(found.spacing - 1 / wave.length) < 1e-12)
    // Within 5 degrees of another direction there is nothing of the kind.
    let elsewhere = try SmecticSearch(
      spacings: 1...4, direction: .fixed(Vector3(1, 0, 0)), largestTilt: 5
    ).find(frame)
    #expect((elsewhere?.order ?? 0) < 0.5)
  }

  @Test func anOpenFrameIsScannedAlongADirection() throws {
    var frame = try layered(0.15)
    frame.cell = nil
    #expect(throws: InvalidInput.self) { try SmecticSearch(direction: .any).find(frame) }
    #expect(throws: InvalidInput.self) { try SmecticSearch(direction: .fixed(.zero)).find(frame) }
    // The director, which all particles share.
    #expect(try #require(try SmecticSearch().find(frame)).normal == Vector3(0, 0, 1))
    let search = SmecticSearch(spacings: 2...5, direction: .fixed(Vector3(0, 0, 1)))
    let found = try #require(try search.find(frame))
    let exact = try SmecticOrder(
      positions: frame.positions, normal: Vector3(0, 0, 1), spacing: 3)
    // The best spacing of a finite sample is near the true one, and its tau at least as large.
    #expect(abs(found.spacing - 3) < 0.05)
    #expect(found.order >= exact.order - 1e-12)
  }

  /// N tau^2 of random positions is exponential, its largest among M the largest of M such numbers: the
  /// chance that a frame reports is uniform between 0 and 1, and its noise the mean of tau^2.
  @Test(arguments: [true, false])
  func randomPositionsHaveLayersByChanceOnly(_ isPeriodic: Bool) throws {
    var stream = RandomStream(seed: 41)
    let shape = try SemiAxes(0.5, 0.5, 1.5)
    var (chances, ratios, significant) = ([Double](), [Double](), 0)
    for _ in 0..<400 {
      let positions = (0..<128).map { _ in
        Vector3(stream.uniform(0, 9), stream.uniform(0, 9), stream.uniform(0, 9))
      }
      let frame = Frame(
        positions: positions,
        orientations: try positions.map { _ in try RandomFrames.rotation(&stream) },
        semiAxes: Array(repeating: shape, count: 128),
        cell: isPeriodic ? try Cell(cube: 9) : nil)
      let found = try #require(try SmecticSearch().find(frame))
      #expect(found.spacing >= 0.8 * 3 && found.spacing <= 1.5 * 3)
      let nematic = try NematicOrder(frame)
      #expect(abs(found.normal.dot(nematic.director)) > 0.7071 - 1e-9)
      chances.append(found.chance)
      ratios.append(found.order * found.order / (found.noise * found.noise))
      if found.isSignificant { significant += 1 }
    }
    // 400 times 1/1000.
    #expect(significant <= 3)
    // 400 values scatter about their mean by some 0.03; the count of independent candidates of a scan is
    // an estimate.
    #expect(abs(ratios.reduce(0, +) / 400 - 1) < (isPeriodic ? 0.1 : 0.25))
    if isPeriodic {
      #expect(GoodnessOfFit.kolmogorovSmirnov(chances) { min(1, max(0, $0)) } > 0.01)
    } else {
      #expect(chances.count { $0 < 0.05 } < 40)
    }
  }

  @Test func layersOfRodsAmongSpheresAreThoseOfTheRods() throws {
    var stream = RandomStream(seed: 42)
    var frame = try layered(0.1, count: 150)
    let alone = try #require(try SmecticSearch().find(frame))
    let sphere = try SemiAxes(0.5, 0.5, 0.5)
    let more = (0..<200).map { _ in
      Vector3(stream.uniform(0, 9), stream.uniform(0, 9), stream.uniform(0, 9))
    }
    frame = Frame(
      positions: frame.positions + more,
      species: Array(repeating: "A", count: 150) + Array(repeating: "W", count: 200),
      orientations: Array(repeating: .identity, count: 350),
      semiAxes: (frame.semiAxes ?? []) + Array(repeating: sphere, count: 200), cell: frame.cell)
    let found = try #require(try SmecticSearch().find(frame))
    #expect(found == alone && found.count == 150)
    // The spheres by themselves, which have no director: any direction, and nothing to be found.
    let water = try FrameOrder(frame, .init(species: ["W"], smectic: SmecticSearch()))
    #expect(water.smectic.map { !$0.isSignificant && $0.count == 200 } ?? true)
  }

  @Test func reproducesTheKnownLayersOfHardEllipsoids() throws {
    for known in try OrderFrame.stored() {
      guard let tau = known.tau else { continue }
      let frame = try known.frame()
      let order = try SmecticOrder(
        positions: frame.positions, normal: Vector3(0, 0, 1), spacing: known.lattice[2][2] / 3)
      // The stored positions are rounded to 6 decimals.
      #expect(abs(order.order - tau) < 2e-6, "\(known.name)")
      if known.name.hasPrefix("smectic") {
        let found = try #require(try SmecticSearch().find(frame))
        #expect(abs(found.order - order.order) < 1e-12)
        #expect(found.normal == Vector3(0, 0, 1))
      }
    }
  }

  @Test func refusesWhatHasNoMeaning() throws {
    let cell = try Cell(cube: 4)
    let one = [Vector3(0, 0, 0)]
    #expect(throws: InvalidInput.self) {
      try SmecticOrder(positions: [], normal: Vector3(0, 0, 1), spacing: 1)
    }
    #expect(throws: InvalidInput.self) {
      try SmecticOrder(positions: one, normal: .zero, spacing: 1)
    }
    #expect(throws: InvalidInput.self) {
      try SmecticOrder(positions: one, normal: Vector3(0, 0, 1), spacing: 0)
    }
    #expect(throws: InvalidInput.self) {
      try SmecticSearch().find(Frame(positions: one, cell: cell))
    }
    // No layers fit a cell that is shorter than their spacing.
    #expect(
      try SmecticSearch(spacings: 5...6).find(Frame(positions: one, cell: cell)) == nil)
  }
}
