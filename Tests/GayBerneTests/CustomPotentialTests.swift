import GayBerne
import Geometry
import Mathematics
import TestSupport
import Testing

/// Point dipoles along the body axis z, each species with its own moment, whose interaction fades to
/// zero at the cutoff c:
///
///     U = (1 - r^2/c^2)^3 / |r|^5 [(m_1.m_2) r^2 - 3 (m_1.r) (m_2.r)].
///
/// It knows nothing of the package but its public interface.
struct Dipoles: PairPotential {
  let cutoff: Double? = 3.5
  let moments = ["A": 0.7, "B": -1.3]

  func pair(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement r: Vector3, species: (String, String)
  ) throws -> PairInteraction {
    let m1 = try moment(first, species.0)
    let m2 = try moment(second, species.1)
    let (q, c2) = (r.lengthSquared, 3.5 * 3.5)
    let fade = 1 - q / c2
    let weight = fade * fade * fade / (q * q * q.squareRoot())
    let slope = -weight * (3 / (c2 * fade) + 2.5 / q)
    let bracket = m1.dot(m2) * q - 3 * m1.dot(r) * m2.dot(r)
    let inner = r * (2 * m1.dot(m2)) - m1 * (3 * m2.dot(r)) - m2 * (3 * m1.dot(r))
    return PairInteraction(
      energy: weight * bracket, force: -(r * (2 * slope * bracket) + inner * weight),
      torque1: (m2 * q - r * (3 * m2.dot(r))).cross(m1) * weight,
      torque2: (m1 * q - r * (3 * m1.dot(r))).cross(m2) * weight)
  }

  private func moment(_ particle: Ellipsoid, _ species: String) throws -> Vector3 {
    guard let size = moments[species] else {
      throw InvalidInput("species", value: species, expected: "A or B")
    }
    return particle.orientation.rotate(Vector3(0, 0, size))
  }
}

/// Whatever `result` makes of a pair.
private struct Anything: PairPotential {
  var cutoff: Double?
  let result: @Sendable (Vector3) -> PairInteraction

  func pair(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement: Vector3, species: (String, String)
  ) -> PairInteraction { result(displacement) }
}

@Suite("A potential from outside of the package")
struct CustomPotentialTests {
  /// Small cells, so that images of the particle itself and several of a pair are inside the cutoff.
  @Test(arguments: [(1, 2.9), (2, 4.1), (3, 6.5), (6, 11)])
  func aFrameIsTheSumOverAllImages(_ side: Int, _ edge: Double) throws {
    let frame = try FrameTests.mixture(side, edge: edge, seed: 71)
    let potential: any PairPotential = Dipoles()
    let result = try potential.evaluate(frame, forces: true, threads: 1)
    let expected = try FrameTests.naive(frame, Dipoles(), cutoff: 3.5)
    // Rounding of sums in another order.
    let scale = (expected.energies.map(abs).max() ?? 0) + 1e-3
    #expect(largestDifference(result.energies, expected.energies) <= 1e-12 * scale)
    #expect(abs(result.energy - expected.energies.reduce(0, +)) <= 1e-11 * scale)
    for (ours, theirs) in [(result.forces, expected.forces), (result.torques, expected.torques)] {
      #expect(
        largestDifference(ours.components, theirs.components) <= 1e-11 * theirs.largest + 1e-13)
    }
    for a in 0..<3 {
      for b in 0..<3 {
        #expect(abs(result.virial[a, b] - expected.virial[a, b]) <= 1e-11 * scale * 100)
      }
    }
    #expect(result.pairCount > 0 && result.singularPairs == 0)
    for threads in [2, 5] {
      #expect(try potential.evaluate(frame, forces: true, threads: threads) == result)
    }
    let energies = try potential.evaluate(frame, forces: false, threads: 2)
    #expect(energies.energies == result.energies)
    #expect(energies.forces.isEmpty && energies.torques.isEmpty)
    #expect(energies.virial == Matrix3x3(diagonal: .zero))
  }

  @Test func forcesTorquesAndVirialAreDerivativesOfTheEnergy() throws {
    let frame = try FrameTests.mixture(2, edge: 4.2, seed: 72)
    let cell = try #require(frame.cell)
    let potential = Dipoles()
    func energy(_ change: (inout Frame) throws -> Void) throws -> Double {
      var changed = frame
      try change(&changed)
      return try potential.evaluate(changed, forces: false, threads: 1).energy
    }
    let result = try potential.evaluate(frame, forces: true, threads: 1)
    // Central differences: h^2 of third derivatives, and 1e-16 / h of rounding.
    let orientations = try #require(frame.orientations)
    let (h, tolerance) = (1e-4, 1e-5 * result.forces.largest)
    for i in frame.positions.indices {
      for k in 0..<3 {
        var axis = Vector3.zero
        axis[k] = 1
        func slope(_ move: (inout Frame, Double) throws -> Void) throws -> Double {
          (try energy { try move(&$0, h) } - energy { try move(&$0, -h) }) / (2 * h)
        }
        let force = -(try slope { $0.move(i, to: $0.positions[i] + axis * $1) })
        #expect(abs(force - result.forces[i][k]) <= tolerance)
        let torque =
          -(try slope { changed, angle in
            let turn = try UnitQuaternion(
              w: 1 - angle * angle / 8, x: axis.x * angle / 2, y: axis.y * angle / 2,
              z: axis.z * angle / 2)
            try changed.turn(i, to: turn * orientations[i])
          })
        #expect(abs(torque - result.torques[i][k]) <= tolerance)
      }
    }
    for a in 0..<3 {
      for b in 0..<3 {
        func strained(_ size: Double) throws -> Double {
          var f = Matrix3x3.identity
          f[a, b] += size
          return try energy { frame in
            try frame.set(positions: frame.positions.map { f * $0 })
            frame.cell = try Cell(f * cell.vector(0), f * cell.vector(1), f * cell.vector(2))
          }
        }
        // r_a changes by e r_b: dU/de = -sum F_a r_b, element (b, a) of W.
        let slope = (try strained(h) - strained(-h)) / (2 * h)
        #expect(abs(slope + result.virial[b, a]) <= 10 * tolerance)
      }
    }
  }

  @Test func infiniteEnergiesCountAsSingular() throws {
    let axes = try SemiAxes(1, 1, 1)
    let frame = Frame(
      positions: [.zero, Vector3(1, 0, 0), Vector3(0, 3, 0)],
      orientations: Array(repeating: .identity, count: 3),
      semiAxes: Array(repeating: axes, count: 3))
    let wall = Anything(cutoff: nil) { r in
      r.length < 2
        ? PairInteraction(energy: .infinity, force: Vector3(repeating: .nan))
        : PairInteraction(energy: r.length, force: -r / r.length)
    }
    let result = try wall.evaluate(frame, forces: true, threads: 1)
    #expect(result.energy == .infinity)
    #expect(result.energies[0] == .infinity && result.energies[1] == .infinity)
    #expect(result.energies[2] == (3 + 10.0.squareRoot()) / 2)
    #expect(result.pairCount == 3 && result.singularPairs == 1)
    #expect(result.forces.allSatisfy { $0.isFinite })
    let empty = try wall.evaluate(
      Frame(positions: [], orientations: [], semiAxes: []), forces: true, threads: 2)
    #expect(empty == Interaction())
  }

  @Test func refusesWhatCannotBeSummed() throws {
    let axes = try SemiAxes(1, 1, 2)
    let frame = Frame(
      positions: [.zero, Vector3(1, 0, 0)], orientations: [.identity, .identity],
      semiAxes: [axes, axes], cell: try Cell(cube: 9))
    func evaluate(_ potential: some PairPotential, _ frame: Frame) throws {
      _ = try potential.evaluate(frame, forces: true, threads: 2)
    }
    let fine = Anything(cutoff: 4) { _ in PairInteraction(energy: 1) }
    try evaluate(fine, frame)
    #expect(throws: InvalidInput.self) {
      try evaluate(Anything(cutoff: nil, result: fine.result), frame)
    }
    #expect(throws: InvalidInput.self) {
      try evaluate(fine, Frame(positions: frame.positions, semiAxes: [axes, axes]))
    }
    #expect(throws: InvalidInput.self) {
      try evaluate(fine, Frame(positions: frame.positions, orientations: frame.orientations))
    }
    let species = #expect(throws: InvalidInput.self) { try evaluate(Dipoles(), frame) }
    #expect(species?.value == "X")
    for bad in [
      PairInteraction(energy: .nan), PairInteraction(energy: -.infinity),
      PairInteraction(energy: 1, force: Vector3(0, .nan, 0)),
      PairInteraction(energy: 1, torque2: Vector3(.infinity, 0, 0)),
    ] {
      let error = #expect(throws: NumericalError.self) {
        try evaluate(Anything(cutoff: 4) { _ in bad }, frame)
      }
      #expect(error?.description.contains("particles 0 and 1") == true)
    }
    var coinciding = frame
    coinciding.move(1, to: coinciding.positions[0])
    let error = #expect(throws: InvalidInput.self) { try evaluate(fine, coinciding) }
    #expect(error?.description.contains("0 and 1") == true)
  }
}
