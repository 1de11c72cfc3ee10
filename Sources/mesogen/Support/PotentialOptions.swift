public import ArgumentParser
public import GayBerne
import Geometry
public import Recipes

extension ContactFunction: ExpressibleByArgument {}
extension MixingRule: ExpressibleByArgument {}
extension PotentialDescription.Kind: ExpressibleByArgument {}
extension PotentialDescription.Ending: ExpressibleByArgument {}

/// What a potential depends on.
struct PotentialOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The potential.",
      discussion: "Of re-squared epsilon is Hamaker's constant, sigma the diameter of the atoms; "
        + "hard takes the cutoff for the largest diameter."))
  var potential = PotentialDescription.Kind.gayBerne

  @Option(help: "Parameters of the literature: gb-3-5-2-1, gb-3-5-1-3, gb-4.4-20-1-1, ...")
  var model: String?

  @Option(parsing: .unconditional, help: "The depth of the well (default: 1).")
  var epsilon: Double?

  @Option(parsing: .unconditional, help: "The width of the radial profile (default: 1).")
  var sigma: Double?

  @Option(
    parsing: .unconditional,
    help: "Shifts the well: rho = sigma/(h + gamma sigma) (default: 1).")
  var gamma: Double?

  @Option(parsing: .unconditional, help: "The exponent of eta (default: 1).")
  var nu: Double?

  @Option(parsing: .unconditional, help: "The exponent of chi (default: 1).")
  var mu: Double?

  @Option(
    name: .long, parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Relative well depths: curvature, ea,eb,ec, or SPECIES:ea,eb,ec (repeatable; "
        + "default: curvature)."))
  var wellDepths: [String] = []

  @Option(help: "The contact distance (default: gaussian).")
  var contact: ContactFunction?

  @Option(parsing: .unconditional, help: "Pairs at this distance or beyond do not interact.")
  var cutoff: Double?

  @Option(help: "How the potential ends at the cutoff (default: plain).")
  var truncation: PotentialDescription.Ending?

  @Option(
    parsing: .unconditional, help: "Where it begins to be switched off (default: 0.9 cutoff).")
  var switchStart: Double?

  @Option(
    parsing: .unconditionalSingleValue,
    help: "SPECIES:epsilon,sigma, or A-B:epsilon,sigma for a pair of species (repeatable).")
  var strength: [String] = []

  @Option(help: "How epsilon and sigma of unlike species combine (default: geometric).")
  var mixing: MixingRule?

  @Flag(help: "Leave out the factor 2 in chi, as the paper prints it.")
  var paperLiteral = false

  /// All of it.
  var description: PotentialDescription {
    var description = PotentialDescription()
    description.kind = potential
    description.model = model
    description.epsilon = epsilon
    description.sigma = sigma
    description.gamma = gamma
    description.nu = nu
    description.mu = mu
    description.wellDepths = wellDepths
    description.contact = contact
    description.cutoff = cutoff
    description.truncation = truncation
    description.switchStart = switchStart
    description.strength = strength
    description.mixing = mixing
    description.paperLiteral = paperLiteral
    return description
  }
}
