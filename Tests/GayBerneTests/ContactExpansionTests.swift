import Foundation
import GayBerne
import Geometry
import Mathematics
import TestSupport
import Testing

@Suite struct ContactExpansionTests {
  private static let species = ("A", "B")

  private func potential(
    _ count: Int, _ contact: ContactFunction, _ stream: inout RandomStream
  ) throws -> ContactExpansion {
    let coefficients = (0..<count).map { _ in stream.uniform(-1, 1) }
    return try ContactExpansion(
      coefficients: [.init("B", "A"): coefficients], contact: contact, cutoff: 6, width: 3)
  }

  /// Bodies of all symmetries, beyond contact.
  private func pair(
    _ kind: Int, _ stream: inout RandomStream
  ) throws -> (first: Ellipsoid, second: Ellipsoid, r: Vector3) {
    func body(_ kind: Int) throws -> Ellipsoid {
      let (a, c) = (stream.uniform(0.4, 0.8), stream.uniform(1, 1.6))
      let axes =
        switch kind % 3 {
        case 0: try SemiAxes(a, a, c)
        case 1: try SemiAxes(a, c, 1.7)
        default: try SemiAxes(a, a, a)
        }
      return Ellipsoid(semiAxes: axes, orientation: try RandomFrames.rotation(&stream))
    }
    let (first, second) = (try body(kind), try body(kind / 3))
    let direction = stream.direction()
    let contact = try Contact.gaussianOverlap(first, second, displacement: direction)
    return (first, second, (contact + stream.uniform(-0.2, 2)) * direction)
  }

  private func turned(_ body: Ellipsoid, _ axis: Vector3, _ angle: Double) throws -> Ellipsoid {
    let half = angle / 2
    let turn = try UnitQuaternion(
      w: cos(half), x: sin(half) * axis.x, y: sin(half) * axis.y, z: sin(half) * axis.z)
    return Ellipsoid(semiAxes: body.semiAxes, orientation: turn * body.orientation)
  }

  /// Force and torques are minus the derivatives of the energy, for every potential here: fourth-order
  /// differences, whose own error falls as the fourth power of the step.
  private func check(
    _ potential: some PairPotential, _ p: (first: Ellipsoid, second: Ellipsoid, r: Vector3)
  ) throws {
    let result = try potential.pair(p.first, p.second, displacement: p.r, species: Self.species)
    func energy(_ a: Ellipsoid, _ b: Ellipsoid, _ r: Vector3) throws -> Double {
      try potential.pair(a, b, displacement: r, species: Self.species).energy
    }
    func derivative(_ f: (Double) throws -> Double) rethrows -> Double {
      let h = 1e-3
      return try (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)
    }
    var (force, torque1, torque2) = (Vector3.zero, Vector3.zero, Vector3.zero)
    for k in 0..<3 {
      var axis = Vector3.zero
      axis[k] = 1
      force[k] = -(try derivative { try energy(p.first, p.second, p.r + $0 * axis) })
      torque1[k] = -(try derivative { try energy(turned(p.first, axis, $0), p.second, p.r) })
      torque2[k] = -(try derivative { try energy(p.first, turned(p.second, axis, $0), p.r) })
    }
    let scale = max(abs(result.energy), force.length, torque1.length, torque2.length, 1e-3)
    #expect((result.force - force).length < 1e-5 * scale)
    #expect((result.torque1 - torque1).length < 1e-5 * scale)
    #expect((result.torque2 - torque2).length < 1e-5 * scale)
    // The pair as a whole feels no torque.
    let whole = result.torque1 + result.torque2 + p.r.cross(result.force)
    #expect(whole.length < 1e-11 * scale)
    // Exchanging the two changes nothing but signs.
    let other = try potential.pair(
      p.second, p.first, displacement: -p.r, species: (Self.species.1, Self.species.0))
    #expect(abs(other.energy - result.energy) < 1e-11 * scale)
    #expect((other.force + result.force).length < 1e-10 * scale)
    #expect((other.torque1 - result.torque2).length < 1e-10 * scale)
  }

  @Test(arguments: ContactFunction.allCases, [1, 8, 16, 40])
  func forcesAndTorques(_ contact: ContactFunction, _ count: Int) throws {
    var stream = RandomStream(seed: 77, stream: UInt64(count), frame: 0)
    for kind in 0..<18 {
      try check(
        potential(count, contact, &stream), pair(kind % 9, &stream))
    }
  }

  @Test(arguments: ContactFunction.allCases)
  func repulsion(_ contact: ContactFunction) throws {
    var stream = RandomStream(seed: 78, stream: 0, frame: 0)
    let potential = try ContactRepulsion(epsilon: 1.7, contact: contact, cutoff: 8)
    var acting = 0
    for kind in 0..<27 {
      var p = try pair(kind % 9, &stream)
      let touching =
        contact == .gaussianOverlap
        ? try Contact.gaussianOverlap(p.first, p.second, displacement: p.r)
        : try Contact.perramWertheim(p.first, p.second, displacement: p.r).distance
      p.r = (touching / p.r.length) * p.r
      let result = try potential.pair(
        p.first, p.second, displacement: p.r, species: Self.species)
      if abs(result.energy - 1.7) < 1e-10 { acting += 1 }
      try check(potential, p)
      let far = try potential.pair(
        p.first, p.second, displacement: 1.6 * p.r, species: Self.species)
      #expect(far.energy == 0 && far.force == .zero)
    }
    #expect(acting == 27)
  }

  /// With the right coefficients the expansion of two spheres is a Lennard-Jones potential.
  @Test func spheresOfALennardJonesFluid() throws {
    let potential = try ContactExpansion(
      coefficients: [.init("A", "B"): [4, -4]], contact: .perramWertheim, cutoff: 3, width: 0.5)
    let sphere = Ellipsoid(semiAxes: try SemiAxes(0.5, 0.5, 0.5))
    for distance in [0.9, 1.1, 1.9] {
      let pair = try potential.pair(
        sphere, sphere, displacement: Vector3(0, distance, 0), species: Self.species)
      let six = pow(distance, -6)
      #expect(abs(pair.energy - 4 * six * (six - 1)) < 1e-12 * (1 + abs(pair.energy)))
    }
    #expect(
      try potential.pair(
        sphere, sphere, displacement: Vector3(0, 3, 0), species: Self.species
      ).energy == 0)
    #expect(
      try potential.pair(
        sphere, sphere, displacement: Vector3(0, 1, 0), species: ("A", "A")
      ).energy == 0)
  }

  @Test func refusesWhatMakesNoSense() {
    #expect(throws: InvalidInput.self) {
      try ContactExpansion(
        coefficients: [.init("A", "A"): [.nan]], contact: .gaussianOverlap, cutoff: 3, width: 1)
    }
    #expect(throws: InvalidInput.self) {
      try ContactExpansion(
        coefficients: [:], contact: .gaussianOverlap, cutoff: 3, width: 4)
    }
    #expect(throws: InvalidInput.self) {
      try ContactExpansion(
        coefficients: [.init("A", "A"): [1], .init("A", "B"): [1, 2]],
        contact: .gaussianOverlap, cutoff: 3, width: 1)
    }
  }
}

/// Frames by lists and eight pairs at a time, against the sum over pairs.
@Suite struct ContactFrameTests {
  /// Ellipsoids of two species and spheres in a sheared cell.
  private func frame(_ count: Int) throws -> Frame {
    var stream = RandomStream(seed: 91)
    let cell = try Cell(Vector3(9, 0, 0), Vector3(1, 8.5, 0), Vector3(0, 0.5, 8))
    var positions: [Vector3] = []
    for i in 0..<count {
      let site = Vector3(Double(i % 4), Double(i / 4 % 4), Double(i / 16))
      positions.append(
        Vector3(2.25 * site.x, 2.1 * site.y, 2 * site.z) + 0.2 * stream.direction())
    }
    let shapes = try [
      SemiAxes(0.5, 0.5, 0.9), SemiAxes(0.4, 0.6, 0.8), SemiAxes(0.6, 0.6, 0.6),
    ]
    return Frame(
      positions: positions, species: (0..<count).map { ["A", "B", "C"][$0 % 3] },
      orientations: try (0..<count).map { _ in try RandomFrames.rotation(&stream) },
      semiAxes: (0..<count).map { shapes[$0 % 3] }, cell: cell)
  }

  private func check(_ potential: some PairPotential) throws {
    let frame = try frame(64)
    let naive = try NaivePairs.interaction(potential, frame)
    let result = try potential.evaluate(frame, forces: true, threads: 2)
    let scale = max(1, naive.forces.map(\.length).max() ?? 0)
    func agrees(_ one: Interaction) {
      #expect(abs(one.energy - naive.energy) < 1e-10 * (1 + abs(naive.energy)))
      for i in 0..<frame.count {
        #expect((one.forces[i] - naive.forces[i]).length < 1e-10 * scale)
        #expect((one.torques[i] - naive.torques[i]).length < 1e-10 * scale)
      }
    }
    agrees(result)
    let evaluator = try potential.evaluator(for: frame)
    var listed = Interaction()
    for threads in [1, 2] {
      try evaluator.evaluate(
        positions: frame.positions, orientations: frame.orientations ?? [], cell: frame.cell,
        threads: threads, into: &listed)
      agrees(listed)
    }
    #expect(evaluator.reference != nil)
  }

  @Test(arguments: ContactFunction.allCases, [3, 16, 40])
  func expansion(_ contact: ContactFunction, _ count: Int) throws {
    var stream = RandomStream(seed: 92)
    var table: [ContactExpansion.SpeciesPair: [Double]] = [:]
    // A and C do not interact with each other.
    for pair in [("A", "A"), ("A", "B"), ("B", "B"), ("B", "C"), ("C", "C")] {
      table[.init(pair.0, pair.1)] = (0..<count).map { _ in stream.uniform(-1, 1) }
    }
    try check(
      ContactExpansion(coefficients: table, contact: contact, cutoff: 3.5, width: 1))
  }

  @Test(arguments: ContactFunction.allCases) func repulsion(_ contact: ContactFunction) throws {
    try check(ContactRepulsion(epsilon: 1.3, contact: contact, cutoff: 3.5))
  }
}

/// The sum over all pairs and images, one pair after the other.
private enum NaivePairs {
  static func interaction(_ potential: some PairPotential, _ frame: Frame) throws -> Interaction {
    var result = Interaction()
    result.forces = Array(repeating: .zero, count: frame.count)
    result.torques = result.forces
    guard let cutoff = potential.cutoff, let axes = frame.semiAxes, let cell = frame.cell,
      let turns = frame.orientations
    else { return result }
    let bodies = zip(axes, turns).map { Ellipsoid(semiAxes: $0, orientation: $1) }
    for i in 0..<frame.count {
      for j in i..<frame.count {
        for (a, b, c) in (-1...1).flatMap({ a in
          (-1...1).flatMap { b in (-1...1).map { (a, b, $0) } }
        }) {
          if i == j, (a, b, c) <= (0, 0, 0) { continue }
          let shift =
            Double(a) * cell.vector(0) + Double(b) * cell.vector(1) + Double(c) * cell.vector(2)
          let r = frame.positions[j] + shift - frame.positions[i]
          guard r.length < cutoff else { continue }
          let pair = try potential.pair(
            bodies[i], bodies[j], displacement: r, species: (frame.species[i], frame.species[j]))
          result.energy += pair.energy
          result.forces[i] -= pair.force
          result.forces[j] += pair.force
          result.torques[i] += pair.torque1
          result.torques[j] += pair.torque2
        }
      }
    }
    return result
  }
}
