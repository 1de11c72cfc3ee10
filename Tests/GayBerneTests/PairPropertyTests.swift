import GayBerne
import Geometry
import Mathematics
import Testing
import TestSupport

@Suite("Properties of a pair")
struct PairPropertyTests {
  @Test func twoUnitSpheresAreALennardJonesPair() throws {
    let sphere = Ellipsoid(semiAxes: try SemiAxes(0.5, 0.5, 0.5))
    let potential = try GayBerne(GayBerneParameters(epsilon: 2))
    for d in [0.9, 1, 1.1224620483093730, 1.7, 4] {
      let pair = try potential.pair(sphere, sphere, displacement: d * Vector3(0.6, 0, -0.8))
      var s6 = 1.0
      for _ in 0..<6 { s6 /= d }
      // The limit is exact; what is left are the roundings of 1/d^12.
      #expect(abs(pair.energy - 8 * (s6 * s6 - s6)) <= 1e-13 * max(1, 8 * s6 * s6))
      let force = 48 * (2 * s6 * s6 - s6) / d
      #expect((pair.force - force * Vector3(0.6, 0, -0.8)).largest <= 1e-12 * max(1, abs(force)))
      #expect(pair.torque1.largest <= 1e-13 * max(1, abs(force)))
    }
  }

  @Test func totalForceAndTorqueVanish() throws {
    var stream = RandomStream(seed: 31)
    let parameters = [
      GayBerneParameters(), GayBerneParameters(contact: .perramWertheim),
      GayBerneParameters(cutoff: 4, truncation: .shifted),
    ]
    for parameters in parameters {
      let potential = try GayBerne(parameters)
      for _ in 0..<100 {
        let random = try PairGradientTests.Random(&stream)
        let pair = try potential.pair(random.first, random.second, displacement: random.r)
        let total = random.r.cross(pair.force) + pair.torque1 + pair.torque2
        let scale = pair.force.largest + pair.torque1.largest + pair.torque2.largest
        #expect(total.largest <= 1e-13 * scale)
      }
    }
  }

  @Test func energyIsThatOfThePairSeenFromTheOtherOrTurnedAsAWhole() throws {
    var stream = RandomStream(seed: 32)
    let potential = try GayBerne(GayBerneParameters(nu: 1.4, contact: .perramWertheim))
    for _ in 0..<100 {
      let random = try PairGradientTests.Random(&stream)
      let (p, q, r) = (random.first, random.second, random.r)
      let here = try potential.pair(p, q, displacement: r)
      let there = try potential.pair(q, p, displacement: -r)
      let tolerance = 1e-12 * max(1, abs(here.energy))
      #expect(abs(here.energy - there.energy) <= tolerance)
      let rotation = try RandomFrames.rotation(&stream)
      let turned = try potential.pair(
        Ellipsoid(semiAxes: p.semiAxes, orientation: rotation * p.orientation),
        Ellipsoid(semiAxes: q.semiAxes, orientation: rotation * q.orientation),
        displacement: rotation.rotate(r))
      #expect(abs(here.energy - turned.energy) <= tolerance)
      let force = rotation.rotate(here.force)
      #expect((turned.force - force).largest <= 1e-11 * max(1, force.largest))
    }
  }

  @Test func singularPairsAreInfiniteWithAFlag() throws {
    let rod = Ellipsoid(semiAxes: try SemiAxes(0.5, 0.5, 1.5))
    let potential = try GayBerne()
    let pair = try potential.pair(rod, rod, displacement: Vector3(0, 0, 1))
    #expect(pair.isSingular)
    #expect(pair.energy == .infinity)
    #expect(pair.force == .zero)
    #expect(try #require(pair.separation) < -1)
    let squared = try RESquared(RESquaredParameters(hamaker: 1, sigma: 1))
    #expect(try squared.pair(rod, rod, displacement: Vector3(0, 0, 2.9)).isSingular)
    #expect(!(try squared.pair(rod, rod, displacement: Vector3(0, 0, 3.1)).isSingular))
    #expect(throws: InvalidInput.self) { try potential.pair(rod, rod, displacement: .zero) }
  }

  @Test func switchedAndShiftedEndAtZero() throws {
    let p = Ellipsoid(semiAxes: try SemiAxes(0.5, 0.6, 1.5))
    let direction = Vector3(0.6, 0, 0.8)
    let plain = try GayBerne(GayBerneParameters(cutoff: 4))
    let shifted = try GayBerne(GayBerneParameters(cutoff: 4, truncation: .shifted))
    let switched = try GayBerne(
      GayBerneParameters(cutoff: 4, truncation: .switched(start: 3)))
    func at(_ potential: GayBerne, _ d: Double) throws -> PairInteraction {
      try potential.pair(p, p, displacement: d * direction)
    }
    let inside = 4.0.nextDown.nextDown
    #expect(abs(try at(plain, inside).energy) > 1e-4)
    #expect(abs(try at(shifted, inside).energy) <= 1e-14)
    // Nothing but the rounding of the switch, some 1e-15 of the energy without it.
    #expect(try at(switched, inside).energy.magnitude <= 1e-18)
    #expect(try at(switched, inside).force.largest <= 1e-14)
    for potential in [plain, shifted, switched] {
      #expect(try at(potential, 4.0001).energy == 0)
      #expect(try at(potential, 4.0001).force == .zero)
    }
    // Before its start the switch changes nothing.
    #expect(try at(switched, 2.9).energy == at(plain, 2.9).energy)
  }

  @Test func hardEllipsoidsKnowOverlapAsThePerramWertheimFunctionDoes() throws {
    var stream = RandomStream(seed: 33)
    let potential = try HardEllipsoids(largestSemiAxis: 2)
    for _ in 0..<200 {
      let (p, q) = try (ContactTests.random(&stream), ContactTests.random(&stream))
      let r = stream.uniform(0.5, 4.5) * stream.direction()
      let overlap = try Contact.overlap(p, q, displacement: r)
      #expect(
        try potential.pair(p, q, displacement: r).energy == (overlap ? .infinity : 0))
    }
    let large = Ellipsoid(semiAxes: try SemiAxes(1, 1, 3))
    #expect(throws: InvalidInput.self) {
      try potential.pair(large, large, displacement: Vector3(1, 0, 0))
    }
  }
}
