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

  /// The wells of GB(kappa, kappa', mu, nu) side by side and end to end have the ratio kappa' that
  /// gives it its name, apart from eta.
  @Test(arguments: [("gb-3-5-2-1", 5.0), ("gb-3-5-1-3", 5), ("gb-4.4-20-1-1", 20)])
  func uniaxialWellsHaveTheirRatio(_ name: String, _ ratio: Double) throws {
    let model = try LiteratureModel.named(name)
    let potential = try GayBerne(model.parameters)
    let rod = Ellipsoid(semiAxes: model.semiAxes)
    let side = try potential.pair(rod, rod, displacement: Vector3(1.2, 0, 0))
    let end = try potential.pair(
      rod, rod, displacement: Vector3(0, 0, 2 * model.semiAxes.c + 0.2))
    let quotient = try #require(side.chi) / #require(end.chi)
    #expect(abs(quotient - ratio) <= 1e-12 * ratio)
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
