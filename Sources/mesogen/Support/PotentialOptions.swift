public import ArgumentParser
public import GayBerne
import Geometry
import Recipes

extension ContactFunction: ExpressibleByArgument {}

/// The potentials there are.
enum PotentialName: String, CaseIterable, ExpressibleByArgument {
  case gayBerne = "gay-berne"
}

/// What a potential depends on.
struct PotentialOptions: ParsableArguments {
  @Option(help: "The potential.")
  var potential = PotentialName.gayBerne

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

  @Flag(help: "Leave out the factor 2 in chi, as the paper prints it.")
  var paperLiteral = false

  /// Throws: `InvalidInput`.
  func parameters() throws -> GayBerneParameters {
    GayBerneParameters(
      epsilon: epsilon, sigma: sigma, gamma: gamma, nu: nu, mu: mu,
      wellDepths: try WellDepths(parsing: wellDepths), contact: contact,
      paperLiteral: paperLiteral, cutoff: cutoff)
  }
}

extension ContactFunction {
  fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: " or ") }
}
