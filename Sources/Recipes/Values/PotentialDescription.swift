public import GayBerne
internal import Geometry

/// A pair potential as the command line and recipes describe it: its name, and what it depends on as far
/// as somebody said so.
///
/// What a potential does not have is refused where it is given, not ignored.
public struct PotentialDescription: Equatable, Sendable {
  /// The potentials there are.
  public enum Kind: String, CaseIterable, Sendable {
    /// `GayBerne`.
    case gayBerne = "gay-berne"
    /// `RESquared`: epsilon is Hamaker's constant, sigma the diameter of the atoms.
    case reSquared = "re-squared"
    /// `HardEllipsoids`: the cutoff is the largest diameter.
    case hard
  }

  /// How a potential ends, by name.
  public enum Ending: String, CaseIterable, Sendable {
    /// `Truncation.plain`.
    case plain
    /// `Truncation.shifted`.
    case shifted
    /// `Truncation.switched`.
    case switched
  }

  /// Which potential it is.
  public var kind = Kind.gayBerne
  /// A parameter set of the literature, by its name in `LiteratureModel`.
  public var model: String?
  /// The depth of the well (default: 1).
  public var epsilon: Double?
  /// The width of the radial profile (default: 1).
  public var sigma: Double?
  /// Shifts the well (default: 1).
  public var gamma: Double?
  /// The exponent of eta (default: 1).
  public var nu: Double?
  /// The exponent of chi (default: 1).
  public var mu: Double?
  /// Relative well depths, as `WellDepths.init(parsing:)` reads them (default: curvature).
  public var wellDepths: [String] = []
  /// The contact distance (default: that of Gaussian overlap).
  public var contact: ContactFunction?
  /// Pairs at this distance or beyond do not interact.
  public var cutoff: Double?
  /// How the potential ends at the cutoff (default: plain).
  public var truncation: Ending?
  /// Where it begins to be switched off (default: 0.9 of the cutoff).
  public var switchStart: Double?
  /// epsilon and sigma of species, as `PairStrengths.add(parsing:)` reads them.
  public var strength: [String] = []
  /// How epsilon and sigma of unlike species combine (default: geometric).
  public var mixing: MixingRule?
  /// Leaves out the factor 2 in chi.
  public var paperLiteral = false

  /// The Gay-Berne potential with its defaults.
  public init() {}

  /// The potential.
  ///
  /// Throws: `InvalidInput` for values that make no sense, alone or together.
  public func potential() throws -> any PairPotential {
    switch kind {
    case .gayBerne: return try GayBerne(gayBerneParameters())
    case .reSquared:
      try refuse([
        ("model", model), ("gamma", gamma), ("nu", nu), ("mu", mu),
        ("contact", contact?.rawValue), ("paper-literal", paperLiteral ? true : nil),
      ])
      var parameters = RESquaredParameters(
        hamaker: epsilon ?? 1, sigma: sigma ?? 1, wellDepths: try depths(), cutoff: cutoff,
        truncation: try ending())
      parameters.strengths = try strengths(parameters.strengths)
      return try RESquared(parameters)
    case .hard:
      try refuse([
        ("model", model), ("epsilon", epsilon), ("sigma", sigma), ("gamma", gamma), ("nu", nu),
        ("mu", mu), ("well-depths", wellDepths.first), ("contact", contact?.rawValue),
        ("truncation", truncation?.rawValue), ("switch-start", switchStart),
        ("strength", strength.first), ("mixing", mixing?.rawValue),
        ("paper-literal", paperLiteral ? true : nil),
      ])
      guard let cutoff else {
        throw InvalidInput(
          "cutoff radius", value: "missing", expected: "the largest diameter of the particles")
      }
      return try HardEllipsoids(largestSemiAxis: cutoff / 2)
    }
  }

  /// The parameters of the Gay-Berne potential.
  private func gayBerneParameters() throws -> GayBerneParameters {
    var parameters = try literatureModel()?.parameters ?? spelledOut()
    parameters.contact = contact ?? .gaussianOverlap
    parameters.paperLiteral = paperLiteral
    parameters.cutoff = cutoff
    parameters.truncation = try ending()
    parameters.strengths = try strengths(parameters.strengths)
    return parameters
  }

  /// The parameter set of the literature, where one is named; what it fixes cannot be given beside it.
  ///
  /// Throws: `InvalidInput`.
  func literatureModel() throws -> LiteratureModel? {
    guard let model else { return nil }
    let beside: [(String, Any?)] = [
      ("epsilon", epsilon), ("sigma", sigma), ("gamma", gamma), ("nu", nu), ("mu", mu),
      ("well-depths", wellDepths.first),
    ]
    for (name, value) in beside {
      if let value {
        throw InvalidInput(name, value: "\(value)", expected: "none beside the model \(model)")
      }
    }
    return try LiteratureModel.named(model)
  }

  private func spelledOut() throws -> GayBerneParameters {
    GayBerneParameters(
      epsilon: epsilon ?? 1, sigma: sigma ?? 1, gamma: gamma ?? 1, nu: nu ?? 1, mu: mu ?? 1,
      wellDepths: try depths())
  }

  private func depths() throws -> WellDepths {
    try wellDepths.isEmpty ? .curvature : WellDepths(parsing: wellDepths)
  }

  private func ending() throws -> Truncation {
    if let switchStart, truncation != .switched {
      throw InvalidInput(
        "switch-start", value: switchStart, expected: "none unless the truncation is switched")
    }
    switch truncation ?? .plain {
    case .plain: return .plain
    case .shifted: return .shifted
    case .switched: return .switched(start: switchStart ?? 0.9 * (cutoff ?? 0))
    }
  }

  private func strengths(_ common: PairStrengths) throws -> PairStrengths {
    var strengths = common
    strengths.mixing = mixing ?? .geometric
    try strengths.add(parsing: strength)
    return strengths
  }

  private func refuse(_ foreign: [(String, Any?)]) throws {
    for (name, value) in foreign {
      if let value {
        throw InvalidInput(
          name, value: "\(value)", expected: "none: the potential \(kind.rawValue) does not have it"
        )
      }
    }
  }
}
