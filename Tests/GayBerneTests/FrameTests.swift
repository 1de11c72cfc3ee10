import GayBerne
import Geometry
import Mathematics
import Testing
import TestSupport

@Suite("Frames of Gay-Berne particles")
struct FrameTests {
  /// A liquid-like frame of two species in a triclinic cell: a lattice, shaken.
  static func mixture(_ side: Int, edge: Double, seed: UInt64) throws -> Frame {
    var stream = RandomStream(seed: seed)
    var frame = try RandomFrames.triclinic(
      side * side * side, edge: edge, semiAxes: SemiAxes(0.5, 0.6, 0.9), stream: &stream)
    let cell = try #require(frame.cell)
    let other = try SemiAxes(0.3, 0.4, 0.35)
    var shapes = try #require(frame.semiAxes)
    for i in frame.positions.indices {
      let place = Vector3(Double(i % side), Double(i / side % side), Double(i / (side * side)))
      let shift = Vector3(
        stream.uniform(-0.1, 0.1), stream.uniform(-0.1, 0.1), stream.uniform(-0.1, 0.1))
      frame.move(i, to: cell.position(fractional: (place + shift) / Double(side)))
      frame.rename(i, i % 3 == 0 ? "B" : "A")
      if i % 3 == 0 { shapes[i] = other }
    }
    try frame.set(semiAxes: shapes)
    return frame
  }

  static func parameters(cutoff: Double) -> GayBerneParameters {
    var parameters = GayBerneParameters(
      wellDepths: .bySpecies(["A": Vector3(1, 1.4, 0.3), "B": Vector3(0.8, 1, 1.2)]),
      cutoff: cutoff)
    parameters.strengths.bySpecies["B"] = .init(epsilon: 0.5, sigma: 0.8)
    return parameters
  }

  /// All pairs and all images by the pair function.
  static func naive(_ frame: Frame, _ potential: some PairPotential, cutoff: Double) throws -> (
    energies: [Double], forces: [Vector3], torques: [Vector3], virial: Matrix3x3
  ) {
    let count = frame.count
    let (axes, orientations) = try (#require(frame.semiAxes), #require(frame.orientations))
    var energies = [Double](repeating: 0, count: count)
    var forces = [Vector3](repeating: .zero, count: count)
    var torques = forces
    var virial = Matrix3x3(diagonal: .zero)
    var shifts = [Vector3.zero]
    if let cell = frame.cell {
      let reach = (0..<3).map {
        cell.isPeriodic($0) ? Int((cutoff / cell.height($0)).rounded(.up)) + 1 : 0
      }
      shifts = []
      for a in -reach[0]...reach[0] {
        for b in -reach[1]...reach[1] {
          for c in -reach[2]...reach[2] {
            shifts.append(cell.position(fractional: Vector3(Double(a), Double(b), Double(c))))
          }
        }
      }
    }
    for i in 0..<count {
      for j in 0..<count {
        for shift in shifts {
          let r = frame.positions[j] - frame.positions[i] + shift
          if r.length >= cutoff || (i == j && shift == .zero) { continue }
          let pair = try potential.pair(
            Ellipsoid(semiAxes: axes[i], orientation: orientations[i]),
            Ellipsoid(semiAxes: axes[j], orientation: orientations[j]),
            displacement: r, species: (frame.species[i], frame.species[j]))
          energies[i] += pair.energy / 2
          forces[i] -= pair.force
          torques[i] += pair.torque1
          virial = virial + Matrix3x3(outer: r, pair.force) * 0.5
        }
      }
    }
    return (energies, forces, torques, virial)
  }

  /// A small triclinic cell with a cutoff beyond it: images of the particle itself, too.
  /// The last is dealt out in several parcels.
  @Test(arguments: [(3, 4.5, 5.0), (3, 5.2, 1.9), (5, 8.0, 3.0), (8, 13, 2.3)])
  func cellListsEqualTheSumOverAllImages(
    _ side: Int, _ edge: Double, _ cutoff: Double
  ) throws {
    let frame = try Self.mixture(side, edge: edge, seed: 41)
    let potential = try GayBerne(Self.parameters(cutoff: cutoff))
    let result = try potential.evaluate(frame, threads: 2)
    let expected = try Self.naive(frame, potential, cutoff: cutoff)
    #expect(result.pairCount > frame.count)
    // Sums of hundreds of terms in another order; positions rewrapped: 1e-12 of the largest.
    let energyScale = expected.energies.map(abs).max() ?? 0
    #expect(largestDifference(result.energies, expected.energies) <= 1e-12 * energyScale)
    let forceError = largestDifference(result.forces.components, expected.forces.components)
    #expect(forceError <= 1e-11 * expected.forces.largest)
    let torqueError = largestDifference(result.torques.components, expected.torques.components)
    #expect(torqueError <= 1e-11 * expected.torques.largest)
    for a in 0..<3 {
      for b in 0..<3 {
        #expect(
          abs(result.virial[a, b] - expected.virial[a, b])
            <= 1e-11 * expected.forces.largest * Double(frame.count))
      }
    }
    let total = result.forces.reduce(.zero, +)
    #expect(total.largest <= 1e-12 * expected.forces.largest * Double(frame.count))
    // Without forces the energies are the same, bit by bit or nearly so.
    let energies = try potential.evaluate(frame, forces: false).energies
    #expect(largestDifference(result.energies, energies) <= 1e-13 * energyScale)
  }

  @Test func virialIsTheDerivativeByStrain() throws {
    let frame = try Self.mixture(3, edge: 4.8, seed: 42)
    var parameters = Self.parameters(cutoff: 4)
    parameters.truncation = .switched(start: 3)
    let potential = try GayBerne(parameters)
    let cell = try #require(frame.cell)
    func energy(_ strain: Matrix3x3) throws -> Double {
      let f = Matrix3x3.identity + strain
      var strained = frame
      try strained.set(positions: frame.positions.map { f * $0 })
      strained.cell = try Cell(f * cell.vector(0), f * cell.vector(1), f * cell.vector(2))
      return try potential.evaluate(strained, forces: false).energy
    }
    let virial = try potential.evaluate(frame).virial
    let scale = (0..<3).map { abs(virial[$0, $0]) }.max() ?? 1
    for a in 0..<3 {
      for b in 0..<3 {
        var strain = Matrix3x3(diagonal: .zero)
        // r_a changes by e r_b: dU/de = -sum F_a r_b, element (b, a) of W.
        strain[a, b] = 1e-5
        let slope = (try energy(strain) - energy(strain * -1)) / 2e-5
        // Central differences of step 1e-5.
        #expect(abs(slope + virial[b, a]) <= 1e-6 * scale)
      }
    }
  }

  @Test func nothingDependsOnThreadsOrderWrappingOrTurning() throws {
    // 512 particles: four parcels of work.
    let frame = try Self.mixture(8, edge: 12.8, seed: 43)
    let potential = try GayBerne(Self.parameters(cutoff: 3))
    let one = try potential.evaluate(frame, threads: 1)
    #expect(try potential.evaluate(frame, threads: 3) == one)
    #expect(try potential.evaluate(frame, threads: 16) == one)
    // Rounding of sums in another order.
    let tolerance = 1e-10 * one.forces.largest

    var stream = RandomStream(seed: 44)
    let order = stream.permutation(frame.count)
    var permuted = frame
    try permuted.set(positions: order.map { frame.positions[$0] })
    try permuted.set(species: order.map { frame.species[$0] })
    try permuted.set(orientations: frame.orientations.map { q in order.map { q[$0] } })
    try permuted.set(semiAxes: frame.semiAxes.map { s in order.map { s[$0] } })
    let again = try potential.evaluate(permuted)
    let forces = order.map { one.forces[$0] }
    #expect(largestDifference(again.forces.components, forces.components) <= tolerance)

    var moved = frame
    let cell = try #require(frame.cell)
    for i in moved.positions.indices {
      let turns = Vector3(Double(i % 3 - 1), Double(i % 5 - 2), Double(i % 2))
      moved.move(i, to: moved.positions[i] + cell.position(fractional: turns))
    }
    let shifted = try potential.evaluate(moved)
    #expect(largestDifference(shifted.forces.components, one.forces.components) <= tolerance)

    let rotation = try RandomFrames.rotation(&stream)
    let turned = try potential.evaluate(RandomFrames.turned(frame, by: rotation))
    #expect(abs(turned.energy - one.energy) <= 1e-11 * abs(one.energy))
    let torques = one.torques.map { rotation.rotate($0) }
    #expect(largestDifference(turned.torques.components, torques.components) <= tolerance)
  }

  @Test(arguments: [4, 7])
  func inOpenBoundariesTotalTorqueVanishes(_ side: Int) throws {
    var frame = try Self.mixture(side, edge: 1.5 * Double(side), seed: 45)
    frame.cell = nil
    var parameters = Self.parameters(cutoff: 3)
    parameters.cutoff = nil
    let result = try GayBerne(parameters).evaluate(frame)
    #expect(result.pairCount == frame.count * (frame.count - 1) / 2)
    var total = result.torques.reduce(.zero, +)
    for (x, f) in zip(frame.positions, result.forces) { total += x.cross(f) }
    // Rounding of thousands of terms of the size of the largest force times the size of the frame.
    #expect(total.largest <= 1e-11 * result.forces.largest * 1.5 * Double(side))
    let expected = try Self.naive(frame, GayBerne(parameters), cutoff: .infinity)
    let error = largestDifference(result.forces.components, expected.forces.components)
    #expect(error <= 1e-12 * expected.forces.largest)
  }

  @Test func smallFramesAndFramesWithoutWhatIsNeeded() throws {
    let potential = try GayBerne(GayBerneParameters(cutoff: 4))
    let axes = try SemiAxes(1, 1, 2)
    let empty = Frame(positions: [], species: [], orientations: [], semiAxes: [])
    #expect(try potential.evaluate(empty).energy == 0)
    let single = Frame(positions: [.zero], orientations: [.identity], semiAxes: [axes])
    #expect(try potential.evaluate(single).forces == [.zero])

    var pair = Frame(
      positions: [.zero, Vector3(1, 2, 2)], orientations: [.identity, .identity],
      semiAxes: [axes, axes])
    let alone = try potential.pair(
      Ellipsoid(semiAxes: axes), Ellipsoid(semiAxes: axes), displacement: Vector3(1, 2, 2))
    #expect(abs(try potential.evaluate(pair).energy - alone.energy) <= 1e-15)
    try pair.set(semiAxes: nil)
    #expect(throws: InvalidInput.self) { try potential.evaluate(pair) }
    try pair.set(semiAxes: [axes, axes])
    try pair.set(orientations: nil)
    #expect(throws: InvalidInput.self) { try potential.evaluate(pair) }
    try pair.set(orientations: [.identity, .identity])
    pair.cell = try Cell(cube: 10)
    #expect(throws: InvalidInput.self) { try GayBerne().evaluate(pair) }
    pair.cell = nil
    pair.move(1, to: Vector3(.infinity, 2, 2))
    #expect(throws: InvalidInput.self) { try GayBerne().evaluate(pair) }
  }

  @Test func coincidingCentresAreNamedAndSingularPairsCounted() throws {
    var frame = try Self.mixture(3, edge: 6, seed: 46)
    let potential = try GayBerne(Self.parameters(cutoff: 2.5))
    frame.move(17, to: frame.positions[4] + Vector3(1e-3, 0, 0))
    let result = try potential.evaluate(frame)
    #expect(result.energy == .infinity)
    #expect(result.singularPairs == 1)
    #expect(result.energies.filter { $0 == .infinity }.count == 2)
    #expect(result.forces.allSatisfy { $0.isFinite })
    frame.cell = nil
    frame.move(17, to: frame.positions[4])
    let error = #expect(throws: InvalidInput.self) { try potential.evaluate(frame) }
    #expect(error?.description.contains("4 and 17") == true)
    #expect(throws: InvalidInput.self) {
      try GayBerne(Self.parameters(cutoff: 2.5)).evaluate(frame, forces: false)
    }
    let hard = #expect(throws: InvalidInput.self) {
      try HardEllipsoids(largestSemiAxis: 0.9).evaluate(frame)
    }
    #expect(hard?.description.contains("4 and 17") == true)
    // The lowest of several, whatever the order in space.
    frame.move(11, to: frame.positions[25])
    let lowest = #expect(throws: InvalidInput.self) { try potential.evaluate(frame) }
    #expect(lowest?.description.contains("4 and 17") == true)
  }

  @Test func hardEllipsoidsCountTheirOverlaps() throws {
    let frame = try Self.mixture(4, edge: 5, seed: 47)
    let result = try HardEllipsoids(largestSemiAxis: 0.9).evaluate(frame)
    let (axes, orientations) = try (#require(frame.semiAxes), #require(frame.orientations))
    let cell = try #require(frame.cell)
    var overlaps = 0
    for i in 0..<frame.count {
      for j in 0..<i {
        let r = cell.minimumImage(frame.positions[j] - frame.positions[i])
        let (p, q) = (
          Ellipsoid(semiAxes: axes[i], orientation: orientations[i]),
          Ellipsoid(semiAxes: axes[j], orientation: orientations[j])
        )
        if try Contact.overlap(p, q, displacement: r) { overlaps += 1 }
      }
    }
    #expect(overlaps > 0)
    #expect(result.singularPairs == overlaps)
    #expect(result.energy == .infinity)
    #expect(throws: InvalidInput.self) {
      try HardEllipsoids(largestSemiAxis: 0.9).evaluate(frame, forces: true)
    }
  }

  @Test(arguments: [ContactFunction.gaussianOverlap, .perramWertheim])
  func energyIsConservedOverAHundredThousandSteps(_ contact: ContactFunction) throws {
    let frame = try Self.mixture(2, edge: 3.6, seed: 48)
    var parameters = Self.parameters(cutoff: 3)
    parameters.truncation = .switched(start: 2)
    parameters.contact = contact
    let potential = try GayBerne(parameters)
    var stream = RandomStream(seed: 49)
    func momenta(_ scale: Double) -> [Vector3] {
      (0..<frame.count).map { _ in
        scale * Vector3(stream.gaussian(), stream.gaussian(), stream.gaussian())
      }
    }
    var motion = try RigidBodyIntegrator(
      frame, velocities: momenta(0.6), angularMomenta: momenta(0.2)
    ) { now in
      let result = try potential.evaluate(now, threads: 1)
      return (result.energy, result.forces, result.torques)
    }
    let start = motion.totalEnergy
    let scale = max(abs(start), motion.kineticEnergy)
    var largest = 0.0
    for _ in 0..<100_000 {
      try motion.step(1e-4)
      largest = max(largest, abs(motion.totalEnergy - start))
    }
    #expect(largest <= 1e-6 * scale)
  }
}
