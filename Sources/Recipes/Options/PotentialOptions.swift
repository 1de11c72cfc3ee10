public import ArgumentParser
public import GayBerne
public import Jobs

extension ContactFunction: ExpressibleByArgument {}
extension MixingRule: ExpressibleByArgument {}
extension PotentialSettings.Kind: ExpressibleByArgument {
  /// The names; a path is possible too.
  public static var allValueStrings: [String] { named.map(\.rawValue) }
}
extension PotentialSettings.Ending: ExpressibleByArgument {}

/// What a potential depends on.
struct PotentialOptions: ParsableArguments, Sendable {
  /// What LAMMPS, HOOMD-blue and ASE call these options.
  static let otherNames = [
    "upsilon": "nu", "interaction-cutoff": "cutoff", "rcut": "cutoff", "r-cut": "cutoff",
    "cutoff-radius": "cutoff", "interaction": "potential",
  ]

  @Option(
    help: ArgumentHelp(
      "The potential, or the file of a learned one (.npz).",
      discussion: "Of re-squared epsilon is Hamaker's constant, sigma the diameter of the atoms; "
        + "hard takes the cutoff for the largest diameter."))
  var potential = PotentialSettings().potential

  @Option(help: "Parameters of the literature: gb-3-5-2-1, gb-3-5-1-3, gb-4.4-20-1-1, ...")
  var model: String?

  @Option(
    parsing: .unconditional,
    help: "The depth of the well (default: \(PotentialSettings.unit)).")
  var epsilon: Double?

  @Option(
    parsing: .unconditional,
    help: "The width of the radial profile (default: \(PotentialSettings.unit)).")
  var sigma: Double?

  @Option(
    parsing: .unconditional,
    help: """
      Shifts the well: rho = sigma/(h + gamma sigma) (default: \(PotentialSettings.unit)).
      """)
  var gamma: Double?

  @Option(
    parsing: .unconditional, help: "The exponent of eta (default: \(PotentialSettings.unit)).")
  var nu: Double?

  @Option(
    parsing: .unconditional, help: "The exponent of chi (default: \(PotentialSettings.unit)).")
  var mu: Double?

  @Option(
    name: .long, parsing: .unconditionalSingleValue,
    help: """
      Relative well depths: curvature, ea,eb,ec, or SPECIES:ea,eb,ec (repeatable; default: \
      curvature).
      """)
  var wellDepths: [String] = []

  @Option(
    help: "The contact distance (default: \(PotentialSettings.defaultContact.rawValue)).")
  var contact: ContactFunction?

  @Option(parsing: .unconditional, help: "Pairs at this distance or beyond do not interact.")
  var cutoff: Double?

  @Option(
    help: """
      How the potential ends at the cutoff (default: \(PotentialSettings.defaultEnding.rawValue)).
      """)
  var truncation: PotentialSettings.Ending?

  @Option(
    parsing: .unconditional,
    help: """
      Where it begins to be switched off (default: \(PotentialSettings.defaultSwitch) cutoff).
      """)
  var switchStart: Double?

  @Option(
    parsing: .unconditionalSingleValue,
    help: "SPECIES:epsilon,sigma, or A-B:epsilon,sigma for a pair of species (repeatable).")
  var strength: [String] = []

  @Option(
    help: """
      How epsilon and sigma of unlike species combine (default: \
      \(PotentialSettings.defaultMixing.rawValue)).
      """)
  var mixing: MixingRule?

  @Flag(help: "Leave out the factor 2 in chi, as the paper prints it.")
  var paperLiteral = false

  init() {}
}
