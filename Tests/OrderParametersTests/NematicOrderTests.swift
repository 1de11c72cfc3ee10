import Geometry
import Mathematics
import OrderParameters
import TestSupport
import Testing

@Suite struct NematicOrderTests {
  @Test func parallelAxesHaveOrderOneWhateverTheirSignAndLength() throws {
    let n = Vector3(1, -2, 2) / 3
    let order = try NematicOrder(axes: [n, -n, 3 * n, -0.1 * n])
    // Rounding of a 3 x 3 eigenvalue.
    #expect(abs(order.order - 1) < 1e-14)
    #expect(abs(order.p4 - 1) < 1e-13)
    #expect(abs(abs(order.director.dot(n)) - 1) < 1e-14)
    #expect(order.biaxiality < 1e-14)
  }

  /// No order beyond 1 by rounding, for any direction and number; what is no rounding is left.
  @Test func parallelAxesHaveNoMoreThanOrderOne() throws {
    var stream = RandomStream(seed: 5, stream: 1)
    var below = 0
    for count in 1...200 {
      let n = Vector3(stream.gaussian(), stream.gaussian(), stream.gaussian())
      let order = try NematicOrder(axes: Array(repeating: n, count: count))
      #expect(order.order <= 1 && order.orderMax <= 1 && order.p4 <= 1)
      #expect(order.eigenvalues.x >= -0.5)
      if order.order < 1 { below += 1 }
    }
    // Values below 1 are not rounded up.
    #expect(below > 20)
  }

  @Test func axesSpreadInAPlaneHaveTheSignedOrderMinusOneHalf() throws {
    let axes = (0..<12).map { Vector3(cosine(30 * $0), 0, cosine(30 * $0 - 90)) }
    let order = try NematicOrder(axes: axes)
    #expect(abs(order.order + 0.5) < 1e-14)
    #expect(abs(order.orderMax - 0.25) < 1e-14)
    #expect(abs(abs(order.director.y) - 1) < 1e-14)
    // P4(0) = 3/8.
    #expect(abs(order.p4 - 0.375) < 1e-13)
  }

  @Test func threeOrthogonalAxesHaveNone() throws {
    let order = try NematicOrder(axes: [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)])
    #expect(abs(order.order) < 1e-15)
    #expect(order.tensor == Matrix3x3(diagonal: .zero))
  }

  @Test func biaxialityIsTheSplittingOfTheMinorEigenvalues() throws {
    // 4 along z, 2 along x: Q = diag(1/3 * 3/2 - 1/2, -1/2, 2/3 * 3/2 - 1/2) = (0, -1/2, 1/2).
    let axes =
      Array(repeating: Vector3(0, 0, 1), count: 4) + Array(repeating: Vector3(1, 0, 0), count: 2)
    let order = try NematicOrder(axes: axes)
    #expect(abs(order.order - 0.5) < 1e-15)
    #expect(abs(order.biaxiality - 0.5) < 1e-15)
  }

  @Test func theOrderTurnsWithTheFrame() throws {
    var stream = RandomStream(seed: 11)
    let shape = try SemiAxes(0.5, 0.5, 1.5)
    let frame = try RandomFrames.triclinic(40, edge: 5, semiAxes: shape, stream: &stream)
    let rotation = try RandomFrames.rotation(&stream)
    let before = try NematicOrder(frame)
    let after = try NematicOrder(RandomFrames.turned(frame, by: rotation))
    #expect(abs(before.order - after.order) < 1e-13)
    #expect(abs(before.biaxiality - after.biaxiality) < 1e-13)
    #expect(abs(before.p4 - after.p4) < 1e-12)
    #expect(abs(abs(rotation.rotate(before.director).dot(after.director)) - 1) < 1e-12)
  }

  @Test func theSymmetryAxisIsTheOneThatDiffersMost() throws {
    #expect(try SymmetryAxis.automatic.index(of: SemiAxes(0.5, 0.5, 1.5)) == 2)
    #expect(try SymmetryAxis.automatic.index(of: SemiAxes(0.2, 1, 1.1)) == 0)
    #expect(try SymmetryAxis.automatic.index(of: SemiAxes(1, 3, 1.9)) == 1)
    // Both differ by one half: the longest, also after scaling, which rounds.
    #expect(try SymmetryAxis.automatic.index(of: SemiAxes(1, 1.5, 2)) == 2)
    #expect(try SymmetryAxis.automatic.index(of: SemiAxes(0.35, 0.525, 0.7)) == 2)
    #expect(try SymmetryAxis.x.index(of: SemiAxes(1, 1, 1)) == 0)
  }

  @Test func aSphereOrAMissingShapeNeedsAGivenAxis() throws {
    let sphere = try SemiAxes(1, 1, 1)
    let frame = Frame(
      positions: [.zero, Vector3(3, 0, 0)], orientations: [.identity, .identity],
      semiAxes: [sphere, sphere])
    #expect(throws: InvalidInput.self) { try NematicOrder(frame) }
    #expect(try NematicOrder(frame, axis: .y).director == Vector3(0, 1, 0))
    var bare = frame
    try bare.set(semiAxes: nil)
    #expect(throws: InvalidInput.self) { try NematicOrder(bare) }
    #expect(try NematicOrder(bare, axis: .x).order == 1)
    #expect(throws: InvalidInput.self) { try NematicOrder(axes: []) }
    #expect(throws: InvalidInput.self) { try NematicOrder(axes: [.zero]) }
    #expect(throws: InvalidInput.self) { try NematicOrder(axes: [Vector3(.nan, 0, 0)]) }
  }

  /// Rods and discs with their axes along z, one each along its own body axis, among spheres that are
  /// turned anyhow.
  private func mixture(_ stream: inout RandomStream) throws -> Frame {
    let rod = try SemiAxes(1.5, 0.5, 0.5)
    let disc = try SemiAxes(1, 0.2, 1)
    let sphere = try SemiAxes(0.5, 0.500_000_1, 0.5)
    let shapes = [rod, sphere, disc, sphere, sphere].flatMap { Array(repeating: $0, count: 8) }
    let toZ = [Vector3(1, 0, 0), .zero, Vector3(0, 1, 0), .zero, .zero]
    return Frame(
      positions: (0..<40).map { _ in
        Vector3(stream.uniform(0, 9), stream.uniform(0, 9), stream.uniform(0, 9))
      },
      species: ["A", "W", "B", "W", "X"].flatMap { Array(repeating: $0, count: 8) },
      orientations: try (0..<40).map { i in
        toZ[i / 8] == .zero
          ? try RandomFrames.rotation(&stream)
          : UnitQuaternion(turning: toZ[i / 8], to: Vector3(0, 0, 1))
      },
      semiAxes: shapes, cell: try Cell(cube: 9))
  }

  @Test func spheresAreLeftOutAndEverySpeciesHasItsOwnAxis() throws {
    var stream = RandomStream(seed: 12)
    let frame = try mixture(&stream)
    let turned = try RandomFrames.turned(frame, by: RandomFrames.rotation(&stream))
    for frame in [frame, turned] {
      let order = try NematicOrder(frame)
      #expect(order.count == 16 && abs(order.order - 1) < 1e-13 && abs(order.p4 - 1) < 1e-12)
      #expect(order.biaxiality < 1e-13)
      // Body x is the axis of the rods alone, whether spheres are there or not.
      let rods = try FrameOrder(frame, .init(axis: .x, species: ["A", "W"]))
      #expect(rods.orderedCount == 8 && abs((rods.order ?? 0) - 1) < 1e-13)
      #expect(rods.count == 40 && rods.selected == 24 && rods.gaps.isEmpty)
      let local = try LocalNematicOrder(frame, cutoff: 4)
      for (i, value) in local.values.enumerated() {
        #expect(value.isNaN == (frame.species[i] == "W" || frame.species[i] == "X"))
        if !value.isNaN { #expect(abs(value - 1) < 1e-12) }
      }
      let pairs = try PairCorrelation(frame, cutoff: 4, bins: 4)
      for (bin, g2) in (pairs.orientational ?? []).enumerated() where !g2.isNaN {
        #expect(abs(g2 - 1) < 1e-12 && pairs.orientationalCounts[bin] < pairs.counts[bin])
      }
      let chosen = try PairCorrelation(frame, cutoff: 4, bins: 4, species: ["A"])
      #expect(chosen.orientationalCounts == chosen.counts)
    }
  }

  @Test func whatIsMissingIsNamedAndCounted() throws {
    var stream = RandomStream(seed: 13)
    let frame = try mixture(&stream)
    var bare = frame
    try bare.set(orientations: nil)
    var far = frame
    far.move(0, to: Vector3(-500, 0, 0))
    far.cell = nil
    let bonds = Steinhardt.Settings(degrees: 2...4, cutoff: 3)
    var settings = FrameOrder.Settings(steinhardt: bonds)
    settings.perParticle = true
    settings.localCutoff = 3
    var gaps = OrderGaps()
    var half = OrderGaps()
    let full = try FrameOrder(frame, settings)
    gaps.add(full)
    for other in [bare, far, bare] { half.add(try FrameOrder(other, settings)) }
    gaps.merge(half)
    #expect(gaps.frames == 4)
    #expect(gaps.count(.noOrientations).frames == 2 && gaps.count(.noOrientations).particles == 80)
    let isolated = try [frame, bare, far, bare].map { try Steinhardt($0, bonds).isolated }
    #expect(isolated[2] >= 1 && gaps.count(.isolated).particles == isolated.reduce(0, +))
    #expect(gaps.count(.isolated).frames == isolated.count { $0 > 0 })
    #expect(gaps.count(.isolatedAxes).particles >= 1)
    #expect(gaps.warnings.contains { $0.contains("2 of 4 frames") && $0.contains("orientations") })
    let lonely = try FrameOrder(far, settings)
    #expect(lonely.order != nil && lonely.particles.allSatisfy { $0.values.count == 40 })
    #expect(lonely.particles.first { $0.name == "q2" }?.values[0].isNaN == true)
    #expect(lonely.steinhardt.allSatisfy { $0 > 0 })
    // A lone particle does not pull the means towards zero.
    var others = far
    others.move(0, to: Vector3(-900, 0, 0))
    #expect(try FrameOrder(others, settings).steinhardt == lonely.steinhardt)

    let spheres = try FrameOrder(frame, .init(species: ["W"]))
    #expect(spheres.nematic == nil && spheres.gaps == [.onlySpheres: 16])
    let nobody = try FrameOrder(frame, .init(species: ["Q"]))
    #expect(nobody.nematic == nil && nobody.gaps[.noParticles] != nil)
    // Values of the species that were not looked at do not exist.
    settings.species = ["A"]
    let some = try FrameOrder(frame, settings)
    let q = try #require(some.particles.first { $0.name == "neighbors" }?.values)
    #expect(q.count == 40 && q[8...].allSatisfy { $0.isNaN } && q[..<8].allSatisfy { !$0.isNaN })
  }

  @Test func agreesWithFreud() throws {
    for (known, freud) in zip(try OrderFrame.stored(), try FreudOrder.stored()) {
      let order = try NematicOrder(known.frame())
      // freud works in float32.
      #expect(abs(order.orderMax - freud.nematic) < 1e-6, "\(known.name)")
      for i in 0..<3 {
        for j in 0..<3 { #expect(abs(order.tensor[i, j] - freud.tensor[i][j]) < 1e-6) }
      }
      if let oop = known.oop { #expect(abs(order.orderMax - oop) < 1e-6) }
    }
  }

  /// cos of whole multiples of 30 degrees.
  private func cosine(_ degrees: Int) -> Double {
    let table: [Double] = [1, 3.0.squareRoot() / 2, 0.5, 0, -0.5, -3.0.squareRoot() / 2, -1]
    let reduced = ((degrees % 360) + 360) % 360
    return table[(reduced <= 180 ? reduced : 360 - reduced) / 30]
  }
}
