import Foundation
import GayBerne
import Geometry
import Testing
import TestSupport

@Suite("Parameters of the potentials")
struct ParametersTests {
  @Test(arguments: [
    GayBerneParameters(mu: 2), GayBerneParameters(mu: 0), GayBerneParameters(epsilon: -1),
    GayBerneParameters(sigma: 0), GayBerneParameters(gamma: .nan),
    GayBerneParameters(wellDepths: .uniform(Vector3(1, 0, 1))),
    GayBerneParameters(wellDepths: .bySpecies(["A": Vector3(1, -1, 1)])),
    GayBerneParameters(cutoff: 0), GayBerneParameters(truncation: .shifted),
    GayBerneParameters(cutoff: 3, truncation: .switched(start: 3)),
    GayBerneParameters(cutoff: .infinity),
  ])
  func badOnesAreRefused(_ parameters: GayBerneParameters) {
    #expect(throws: InvalidInput.self) { try GayBerne(parameters) }
  }

  @Test func aSpeciesWithoutWellDepthsIsNamed() throws {
    let potential = try GayBerne(
      GayBerneParameters(wellDepths: .bySpecies(["A": Vector3(1, 1, 1)])))
    let p = Ellipsoid(semiAxes: try SemiAxes(1, 1, 2))
    let error = #expect(throws: InvalidInput.self) {
      try potential.pair(p, p, displacement: Vector3(3, 0, 0), species: ("A", "B"))
    }
    #expect(error?.value == "B")
  }

  /// e^(-1/mu) that overflows is an error that names mu, not an energy.
  @Test(arguments: [1e-300, -1e-300, 0.001])
  func exponentsThatOverflowAreRefused(_ mu: Double) throws {
    let p = Ellipsoid(semiAxes: try SemiAxes(0.5, 0.5, 1.5))
    let potential = try GayBerne(
      GayBerneParameters(mu: mu, wellDepths: .uniform(Vector3(1, 1, 0.2))))
    let error = #expect(throws: InvalidInput.self) {
      try potential.pair(p, p, displacement: Vector3(0, 2, 0))
    }
    #expect(error?.quantity == "mu")
  }

  @Test func mixingRulesAreThoseOfLAMMPS() {
    var strengths = PairStrengths(epsilon: 1, sigma: 1)
    strengths.bySpecies["A"] = .init(epsilon: 4, sigma: 1)
    strengths.bySpecies["B"] = .init(epsilon: 1, sigma: 2)
    let geometric = strengths.strength("A", "B")
    #expect(geometric.epsilon == 2)
    #expect(abs(geometric.sigma - 2.0.squareRoot()) <= 1e-15)
    strengths.mixing = .arithmetic
    #expect(strengths.strength("B", "A") == .init(epsilon: 2, sigma: 1.5))
    strengths.mixing = .sixthPower
    let sixth = strengths.strength("A", "B")
    // 2 * 2 * 8 / 65 and ((1 + 64)/2)^(1/6).
    #expect(abs(sixth.epsilon - 32.0 / 65) <= 1e-15)
    #expect(abs(sixth.sigma - pow(32.5, 1.0 / 6)) <= 1e-14)
    strengths.byPair[.init("B", "A")] = .init(epsilon: 7, sigma: 3)
    #expect(strengths.strength("A", "B") == .init(epsilon: 7, sigma: 3))
    #expect(strengths.strength("A", "A") == .init(epsilon: 4, sigma: 1))
    #expect(strengths.strength("C", "C") == .init(epsilon: 1, sigma: 1))
  }

  @Test func literatureModelsAreValidAndFoundByName() throws {
    for model in try LiteratureModel.all() {
      _ = try GayBerne(model.parameters)
      #expect(model.source.contains("doi:"))
      #expect(try LiteratureModel.named(model.name).name == model.name)
    }
    #expect(try LiteratureModel.named("GB(4.4, 20, 1, 1)").semiAxes.c == 2.2)
    #expect(throws: InvalidInput.self) { try LiteratureModel.named("GB(9,9,9,9)") }
  }

  /// Where the potential of two parallel particles along a body axis is zero and where it is deepest:
  /// the contact distance and the depth of the well, from the energies alone.
  private func well(
    _ model: LiteratureModel, along axis: Int
  ) throws -> (contact: Double, depth: Double, place: Double) {
    let potential = try GayBerne(model.parameters)
    let particle = Ellipsoid(semiAxes: model.semiAxes)
    func energy(_ r: Double) throws -> Double {
      var displacement = Vector3.zero
      displacement[axis] = r
      return try potential.pair(particle, particle, displacement: displacement).energy
    }
    let sigma = model.parameters.strengths.common.sigma
    var (low, high) = (0.4 * sigma, 2 * model.semiAxes.largest + 0.1 * sigma)
    // It falls from +infinity through zero into the well.
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if try energy(middle) > 0 { low = middle } else { high = middle }
    }
    let contact = low
    (low, high) = (contact, contact + sigma)
    for _ in 0..<200 {
      let (p, q) = (low + 0.382 * (high - low), low + 0.618 * (high - low))
      if try energy(p) < energy(q) { high = q } else { low = p }
    }
    return (contact, -(try energy(low)), low)
  }

  /// GB(kappa, kappa', mu, nu): contacts end to end and side by side have the ratio kappa, wells side by
  /// side and end to end the ratio kappa'; both are deeper than epsilon by (1 - chi^2)^(-nu/2).
  @Test(arguments: [
    ("gb-3-5-2-1", 3.0, 5.0, 1.0), ("gb-3-5-1-3", 3, 5, 3), ("gb-4.4-20-1-1", 4.4, 20, 1),
  ])
  func uniaxialModelsAreWhatTheirNameSays(
    _ name: String, _ kappa: Double, _ wellRatio: Double, _ nu: Double
  ) throws {
    let model = try LiteratureModel.named(name)
    let (side, end) = try (well(model, along: 0), well(model, along: 2))
    // sigma_0 is the unit.
    #expect(abs(side.contact - 1) <= 1e-12)
    #expect(abs(end.contact / side.contact - kappa) <= 1e-12)
    // A minimum is found to the square root of the rounding, its depth to the rounding.
    #expect(abs(side.depth / end.depth - wellRatio) <= 1e-11 * wellRatio)
    let chi = (kappa * kappa - 1) / (kappa * kappa + 1)
    #expect(abs(side.depth - pow(1 - chi * chi, -nu / 2)) <= 1e-11 * side.depth)
    #expect(abs(side.place - pow(2, 1.0 / 6)) <= 1e-6)
    // The same across in the other direction.
    #expect(abs(try well(model, along: 1).depth - side.depth) <= 1e-12 * side.depth)
  }

  /// Full axes 1.4, 0.714, 3 and wells of 1.7 : 1 : 0.2 along them; the width of the wells is sigma_c.
  @Test func biaxialModelHasItsAxesAndWells() throws {
    let model = try LiteratureModel.named("berardi-zannoni-biaxial")
    let wells = try (0..<3).map { try well(model, along: $0) }
    for (well, axis) in zip(wells, [1.4, 0.714, 3]) {
      #expect(abs(well.contact - axis) <= 1e-12)
      #expect(abs(well.place - axis - 0.714 * (pow(2, 1.0 / 6) - 1)) <= 1e-6)
    }
    #expect(abs(wells[0].depth / wells[1].depth - 1.7) <= 1e-11)
    #expect(abs(wells[2].depth / wells[1].depth - 0.2) <= 1e-11)
    let (x, y, z) = (1.4, 0.714, 3.0)
    // eta of parallel particles, with nu = 3.
    let eta = pow((x * y + z * z) / (2 * z * (x * y).squareRoot()), 3)
    #expect(abs(wells[1].depth - eta) <= 1e-11 * eta)
  }

  /// 1 : 1.5 : 2 with wells from curvature: e_a : e_b : e_c = 3 : 4/3 : 3/4 (paper Eq. B6).
  @Test func curvatureModelHasItsAxesAndWells() throws {
    let model = try LiteratureModel.named("anisoap-2024")
    let wells = try (0..<3).map { try well(model, along: $0) }
    for (well, axis) in zip(wells, [2.0, 3, 4]) { #expect(abs(well.contact - axis) <= 1e-12) }
    let eta = (1.5 + 4) / (2 * 2 * 1.5.squareRoot())
    for (well, e) in zip(wells, [3, 4.0 / 3, 0.75]) {
      #expect(abs(well.depth - e * eta) <= 1e-11 * e * eta)
    }
  }

  /// The wells from curvature of RE-squared are measured by the atoms of the particle's own species:
  /// the same as the depths b c/(sigma a), ... given by hand for each species, as LAMMPS takes them.
  @Test func reSquaredCurvatureIsOfTheOwnSpecies() throws {
    let (p, q) = (
      Ellipsoid(semiAxes: try SemiAxes(1, 1.5, 2)),
      Ellipsoid(
        semiAxes: try SemiAxes(0.8, 1, 3),
        orientation: try UnitQuaternion(w: 1, x: 2, y: -1, z: 0.5))
    )
    let sigmas = ["A": 0.5, "B": 0.9]
    func depths(_ axes: SemiAxes, _ sigma: Double) -> Vector3 {
      let (a, b, c) = (axes.a, axes.b, axes.c)
      return Vector3(b * c / a, a * c / b, a * b / c) / sigma
    }
    var curved = RESquaredParameters(hamaker: 20, sigma: 0.7)
    var byHand = RESquaredParameters(
      hamaker: 20, sigma: 0.7,
      wellDepths: .bySpecies(["A": depths(p.semiAxes, 0.5), "B": depths(q.semiAxes, 0.9)]))
    for (species, sigma) in sigmas {
      curved.strengths.bySpecies[species] = .init(epsilon: 20, sigma: sigma)
      byHand.strengths.bySpecies[species] = .init(epsilon: 20, sigma: sigma)
    }
    let r = Vector3(3, 2, 3)
    let (one, other) = try (
      RESquared(curved).pair(p, q, displacement: r, species: ("A", "B")),
      RESquared(byHand).pair(p, q, displacement: r, species: ("A", "B"))
    )
    #expect(abs(one.energy - other.energy) <= 1e-13 * abs(other.energy))
    #expect((one.force - other.force).largest <= 1e-12 * other.force.largest)
    #expect(one.energy < 0)
  }

  @Test func limitsCapOrDropAndCount() throws {
    var cap = try EnergyLimit(maximum: 2, action: .cap)
    #expect([1, 2, 3, .infinity].map { cap.apply($0) } == [1, 2, 2, 2])
    #expect((cap.capped, cap.dropped) == (2, 0))
    var drop = try EnergyLimit(maximum: 2, action: .drop)
    #expect([1, 3, .nan, .infinity].map { drop.apply($0) } == [1, nil, nil, nil])
    #expect((drop.capped, drop.dropped) == (0, 3))
    #expect(throws: InvalidInput.self) { try EnergyLimit(maximum: .nan, action: .cap) }
  }
}
