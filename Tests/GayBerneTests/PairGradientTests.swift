import Foundation
import GayBerne
import Geometry
import Mathematics
import Testing
import TestSupport

@Suite("Pairs against textbook formulas over dual numbers")
struct PairGradientTests {
  /// Two random ellipsoids that do not overlap much, and E of both.
  struct Random {
    let first: Ellipsoid
    let second: Ellipsoid
    let r: Vector3
    let depths: (Vector3, Vector3)

    init(_ stream: inout RandomStream) throws {
      first = try Self.ellipsoid(&stream)
      second = try Self.ellipsoid(&stream)
      let direction = stream.direction()
      let contact = try Contact.gaussianOverlap(first, second, displacement: direction)
      r = (contact + stream.uniform(0.05, 2)) * direction
      depths = (Self.depths(&stream), Self.depths(&stream))
    }

    static func ellipsoid(_ stream: inout RandomStream) throws -> Ellipsoid {
      Ellipsoid(
        semiAxes: try SemiAxes(
          stream.uniform(0.3, 1.5), stream.uniform(0.3, 1.5), stream.uniform(0.3, 1.5)),
        orientation: try RandomFrames.rotation(&stream))
    }

    static func depths(_ stream: inout RandomStream) -> Vector3 {
      Vector3(stream.uniform(0.2, 3), stream.uniform(0.2, 3), stream.uniform(0.2, 3))
    }

    func pair(wells: (Vector3, Vector3)) -> PairPotentialOracle.Pair {
      PairPotentialOracle.Pair(
        axes: (first.semiAxes, second.semiAxes),
        orientations: (first.orientation, second.orientation), displacement: r, wells: wells)
    }
  }

  /// Force and torques of `pair` against the derivatives of `energy`, to 1e-11 of the largest: a few
  /// hundred roundings in formulas whose terms cancel by up to two digits.
  func compare(
    _ pair: PairInteraction, _ energy: (PairPotentialOracle.Motion) -> DualNumber
  ) {
    let expected = PairPotentialOracle.forces(energy)
    let value = energy(PairPotentialOracle.Motion()).value
    #expect(abs(pair.energy - value) <= 1e-11 * max(abs(value), 1))
    let scale = max(expected.force.largest, expected.torque1.largest, expected.torque2.largest)
    #expect((pair.force - expected.force).largest <= 1e-11 * scale)
    #expect((pair.torque1 - expected.torque1).largest <= 1e-11 * scale)
    #expect((pair.torque2 - expected.torque2).largest <= 1e-11 * scale)
  }

  @Test(arguments: [
    (1.0, 1.0), (1.0, 2.0), (3.0, 1.0), (2.0, -1.0), (0.7, 1.3), (-1.2, 2.5), (0.0, 0.0),
    (1.5, 0.5),
  ])
  func gayBerneForAnyExponents(_ nu: Double, _ mu: Double) throws {
    var stream = RandomStream(seed: 21, stream: UInt64(10 * (nu + 5)), frame: UInt64(mu + 5))
    var oracle = PairPotentialOracle()
    (oracle.epsilon, oracle.sigma, oracle.gamma) = (1.3, 0.8, 1.1)
    (oracle.nu, oracle.mu) = (nu, mu)
    for _ in 0..<100 {
      let random = try Random(&stream)
      let potential = try GayBerne(
        GayBerneParameters(
          epsilon: 1.3, sigma: 0.8, gamma: 1.1, nu: nu, mu: mu,
          wellDepths: .bySpecies(["A": random.depths.0, "B": random.depths.1])))
      func wells(_ e: Vector3) -> Vector3 {
        mu == 0
          ? Vector3(1, 1, 1)
          : Vector3(pow(e.x, -1 / mu), pow(e.y, -1 / mu), pow(e.z, -1 / mu))
      }
      let textbook = random.pair(wells: (wells(random.depths.0), wells(random.depths.1)))
      let pair = try potential.pair(
        random.first, random.second, displacement: random.r, species: ("A", "B"))
      compare(pair) { oracle.gayBerne(textbook, $0) }
    }
  }

  @Test func reSquared() throws {
    var stream = RandomStream(seed: 22)
    var oracle = PairPotentialOracle()
    (oracle.epsilon, oracle.sigma) = (39.5, 0.6)
    for _ in 0..<200 {
      let random = try Random(&stream)
      let (e1, e2) = random.depths
      let potential = try RESquared(
        RESquaredParameters(
          hamaker: 39.5, sigma: 0.6, wellDepths: .bySpecies(["A": e1, "B": e2])))
      let textbook = random.pair(wells: (1 / e1, 1 / e2))
      let pair = try potential.pair(
        random.first, random.second, displacement: random.r, species: ("A", "B"))
      compare(pair) { oracle.reSquared(textbook, $0) }
    }
  }

  @Test func reSquaredAgreesWithLAMMPS() throws {
    let file = try DimerFile("re2_same.npz")
    // LAMMPS was given E; the depths are its inverse.
    let potential = try RESquared(
      RESquaredParameters(
        hamaker: file.real("A12"), sigma: file.real("sigma"),
        wellDepths: .uniform(1 / file.vectors("e1")[0])))
    let curved = try RESquared(
      RESquaredParameters(hamaker: file.real("A12"), sigma: file.real("sigma")))
    let energies = try file.reals("U_LAMMPS")
    let (force, torque1) = try (file.vectors("f1_LAMMPS"), file.vectors("t1_LAMMPS"))
    let torque2 = try file.vectors("t2_LAMMPS")
    let torqueScale = max(torque1.largest, torque2.largest)
    for k in 0..<file.count {
      let (p, q, r) = (file.first[k], file.second[k], file.displacements[k])
      let pair = try potential.pair(p, q, displacement: r)
      // The contract of the house for energies, forces and torques.
      #expect(abs(pair.energy - energies[k]) <= 1e-11 * max(abs(energies[k]), 1))
      #expect((pair.force + force[k]).largest <= 1e-10 * force.largest)
      #expect((pair.torque1 - torque1[k]).largest <= 1e-10 * torqueScale)
      #expect((pair.torque2 - torque2[k]).largest <= 1e-10 * torqueScale)
      // E = sigma diag(a/bc, b/ac, c/ab) is the rule that the file was made with.
      let own = try curved.pair(p, q, displacement: r)
      #expect(abs(own.energy - energies[k]) <= 1e-11 * max(abs(energies[k]), 1))
    }
  }

  /// With another contact function or another end there is no textbook line: central differences.
  @Test(arguments: [
    GayBerneParameters(nu: 1.3, mu: 1, contact: .perramWertheim),
    GayBerneParameters(cutoff: 5, truncation: .shifted),
    GayBerneParameters(cutoff: 5, truncation: .switched(start: 0)),
    GayBerneParameters(
      contact: .perramWertheim, paperLiteral: true, cutoff: 5, truncation: .switched(start: 2)),
  ])
  func forcesAreMinusTheGradient(_ parameters: GayBerneParameters) throws {
    let potential = try GayBerne(parameters)
    var stream = RandomStream(seed: 23)
    for _ in 0..<50 {
      let random = try Random(&stream)
      let (p, q, r) = (random.first, random.second, random.r)
      let pair = try potential.pair(p, q, displacement: r)
      func energy(_ shift: Vector3, _ turn1: Vector3, _ turn2: Vector3) throws -> Double {
        try potential.pair(
          turned(p, turn1), turned(q, turn2), displacement: r + shift
        ).energy
      }
      let scale = max(pair.force.largest, pair.torque1.largest, pair.torque2.largest, 1)
      for k in 0..<3 {
        var unit = Vector3.zero
        unit[k] = 1
        let force = try derivative { try energy($0 * unit, .zero, .zero) }
        let torque1 = try derivative { try energy(.zero, $0 * unit, .zero) }
        let torque2 = try derivative { try energy(.zero, .zero, $0 * unit) }
        // Fourth-order differences of step 1e-3 (1e-12 f'''''), rounding 1e-16/1e-3.
        #expect(abs(pair.force[k] + force) <= 2e-8 * scale)
        #expect(abs(pair.torque1[k] + torque1) <= 2e-8 * scale)
        #expect(abs(pair.torque2[k] + torque2) <= 2e-8 * scale)
      }
    }
  }

  /// The derivative at 0 by Richardson's central differences.
  func derivative(_ f: (Double) throws -> Double) rethrows -> Double {
    let h = 5e-4
    let near = (try f(h) - f(-h)) / (2 * h)
    let far = (try f(2 * h) - f(-2 * h)) / (4 * h)
    return (4 * near - far) / 3
  }

  func turned(_ e: Ellipsoid, _ turn: Vector3) throws -> Ellipsoid {
    let angle = turn.length
    if angle == 0 { return e }
    let rotation = UnitQuaternion(
      axis: turn / angle, halfAngleCosine: cos(angle / 2), sine: sin(angle / 2))
    return Ellipsoid(semiAxes: e.semiAxes, orientation: rotation * e.orientation)
  }
}
