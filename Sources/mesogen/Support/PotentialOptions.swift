public import ArgumentParser
public import GayBerne
import Geometry
import Recipes

extension ContactFunction: ExpressibleByArgument {}
extension MixingRule: ExpressibleByArgument {}

/// The potentials there are.
enum PotentialName: String, CaseIterable, ExpressibleByArgument {
  case gayBerne = "gay-berne"
  case reSquared = "re-squared"
  case hard
}

/// How a potential ends, by name.
enum TruncationName: String, CaseIterable, ExpressibleByArgument {
  case plain
  case shifted
  case switched
}

/// What a potential depends on.
struct PotentialOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The potential.",
      discussion: "Of re-squared epsilon is Hamaker's constant, sigma the diameter of the atoms; "
        + "hard takes the cutoff for the largest diameter."))
  var potential = PotentialName.gayBerne

  @Option(help: "Parameters of the literature: gb-3-5-2-1, gb-3-5-1-3, gb-4.4-20-1-1, ...")
  var model: String?

  @Option(parsing: .unconditional, help: "The depth of the well.")
  var epsilon = 1.0

  @Option(parsing: .unconditional, help: "The width of the radial profile.")
  var sigma = 1.0

  @Option(parsing: .unconditional, help: "Shifts the well: rho = sigma/(h + gamma sigma).")
  var gamma = 1.0

  @Option(parsing: .unconditional, help: "The exponent of eta.")
  var nu = 1.0

  @Option(parsing: .unconditional, help: "The exponent of chi.")
  var mu = 1.0

  @Option(
    name: .long, parsing: .unconditionalSingleValue,
    help: "Relative well depths: curvature, ea,eb,ec, or SPECIES:ea,eb,ec (repeatable).")
  var wellDepths: [String] = ["curvature"]

  @Option(help: "The contact distance: \(ContactFunction.names).")
  var contact = ContactFunction.gaussianOverlap

  @Option(parsing: .unconditional, help: "Pairs at this distance or beyond do not interact.")
  var cutoff: Double?

  @Option(help: "How the potential ends at the cutoff.")
  var truncation = TruncationName.plain

  @Option(
    parsing: .unconditional, help: "Where it begins to be switched off (default: 0.9 cutoff).")
  var switchStart: Double?

  @Option(
    parsing: .unconditionalSingleValue,
    help: "SPECIES:epsilon,sigma, or A-B:epsilon,sigma for a pair of species (repeatable).")
  var strength: [String] = []

  @Option(help: "How epsilon and sigma of unlike species combine.")
  var mixing = MixingRule.geometric

  @Flag(help: "Leave out the factor 2 in chi, as the paper prints it.")
  var paperLiteral = false

  /// Throws: `InvalidInput`.
  func parameters() throws -> GayBerneParameters {
    guard potential == .gayBerne else {
      throw InvalidInput("potential", value: potential.rawValue, expected: "gay-berne here")
    }
    var parameters = try model.map { try known($0) } ?? spelledOut()
    parameters.contact = contact
    parameters.paperLiteral = paperLiteral
    parameters.cutoff = cutoff
    parameters.truncation = ending
    parameters.strengths = try strengths(parameters.strengths)
    try parameters.validate()
    return parameters
  }

  /// Throws: `InvalidInput`.
  func pairPotential() throws -> any PairPotential {
    switch potential {
    case .gayBerne: return try GayBerne(parameters())
    case .reSquared:
      var parameters = RESquaredParameters(
        hamaker: epsilon, sigma: sigma, wellDepths: try WellDepths(parsing: wellDepths),
        cutoff: cutoff, truncation: ending)
      parameters.strengths = try strengths(parameters.strengths)
      return try RESquared(parameters)
    case .hard:
      guard let cutoff else {
        throw InvalidInput(
          "cutoff radius", value: "missing", expected: "the largest diameter of the particles")
      }
      return try HardEllipsoids(largestSemiAxis: cutoff / 2)
    }
  }

  private var ending: Truncation {
    switch truncation {
    case .plain: .plain
    case .shifted: .shifted
    case .switched: .switched(start: switchStart ?? 0.9 * (cutoff ?? 0))
    }
  }

  private func strengths(_ common: PairStrengths) throws -> PairStrengths {
    var strengths = common
    strengths.mixing = mixing
    try strengths.add(parsing: strength)
    return strengths
  }

  private func spelledOut() throws -> GayBerneParameters {
    GayBerneParameters(
      epsilon: epsilon, sigma: sigma, gamma: gamma, nu: nu, mu: mu,
      wellDepths: try WellDepths(parsing: wellDepths))
  }

  /// A model of the literature; what it fixes cannot be given beside it.
  private func known(_ name: String) throws -> GayBerneParameters {
    let defaults = GayBerneParameters()
    guard try spelledOut() == defaults else {
      throw InvalidInput(
        "model", value: name,
        expected: "no epsilon, sigma, gamma, nu, mu or well depths beside a model")
    }
    return try LiteratureModel.named(name).parameters
  }
}

extension ContactFunction {
  fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: " or ") }
}
