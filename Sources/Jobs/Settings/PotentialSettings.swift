internal import FileFormats
public import GayBerne
internal import Geometry

/// A pair potential as the command line and recipes describe it: its name, and what it depends on as far
/// as somebody said so.
///
/// What a potential does not have is refused where it is given, not ignored.
public struct PotentialSettings: Settings {
  /// The potentials there are.
  public enum Kind: RawRepresentable, Hashable, Codable, Sendable {
    /// `GayBerne`.
    case gayBerne
    /// `RESquared`: epsilon is Hamaker's constant, sigma the diameter of the atoms.
    case reSquared
    /// `HardEllipsoids`: the cutoff is the largest diameter.
    case hard
    /// `ForceField`: the file that `learn ridge` wrote.
    case learned(String)

    /// Those that have names.
    public static let named: [Kind] = [.gayBerne, .reSquared, .hard]

    /// A name, or the file of a learned potential, which ends in .npz.
    public init?(rawValue: String) {
      if let named = Self.named.first(where: { $0.rawValue == rawValue }) {
        self = named
      } else if TableFormat(path: rawValue) == .npz {
        self = .learned(rawValue)
      } else {
        return nil
      }
    }

    /// The name, or the path of the file.
    public var rawValue: String {
      switch self {
      case .gayBerne: "gay-berne"
      case .reSquared: "re-squared"
      case .hard: "hard"
      case .learned(let path): path
      }
    }
  }

  /// How a potential ends, by name.
  public enum Ending: String, CaseIterable, Codable, Sendable {
    /// `Truncation.plain`.
    case plain
    /// `Truncation.shifted`.
    case shifted
    /// `Truncation.switched`.
    case switched
  }

  /// Which potential it is.
  public var potential = Kind.gayBerne
  /// A parameter set of the literature, by its name in `LiteratureModel`.
  public var model: String?
  /// The depth of the well.
  public var epsilon: Double?
  /// The width of the radial profile.
  public var sigma: Double?
  /// Shifts the well.
  public var gamma: Double?
  /// The exponent of eta.
  public var nu: Double?
  /// The exponent of chi.
  public var mu: Double?
  /// Relative well depths, as `WellDepths.init(parsing:)` reads them.
  public var wellDepths: [String] = []
  /// The contact distance.
  public var contact: ContactFunction?
  /// Pairs at this distance or beyond do not interact.
  public var cutoff: Double?
  /// How the potential ends at the cutoff.
  public var truncation: Ending?
  /// Where it begins to be switched off.
  public var switchStart: Double?
  /// epsilon and sigma of species, as `PairStrengths.add(parsing:)` reads them.
  public var strength: [String] = []
  /// How epsilon and sigma of unlike species combine.
  public var mixing: MixingRule?
  /// Leaves out the factor 2 in chi.
  public var paperLiteral = false

  /// What epsilon, sigma, gamma, nu and mu are where they are not given.
  public static let unit = 1.0
  /// The contact distance where none is given.
  public static let defaultContact = ContactFunction.gaussianOverlap
  /// How a potential ends where it is not said.
  public static let defaultEnding = Ending.plain
  /// Where a potential begins to be switched off, over the cutoff, where it is not said.
  public static let defaultSwitch = 0.9
  /// How unlike species combine where it is not said.
  public static let defaultMixing = MixingRule.geometric

  /// The Gay-Berne potential with its defaults.
  public init() {}

  /// The potential, which may be one of whole neighbourhoods.
  ///
  /// Throws: `InvalidInput` for values that make no sense, alone or together; `DataError` for the file of
  /// a learned potential.
  public func makeFramePotential() throws -> any FramePotential {
    guard case .learned(let path) = potential else { return try makePotential() }
    try checkLearned()
    return try ForceFieldFile(contentsOf: path).potential
  }

  /// Refuses what stands beside a learned potential, which has its own cutoff and its own parameters.
  ///
  /// Throws: `InvalidInput`.
  func checkLearned() throws {
    guard case .learned(let path) = potential else { return }
    if let cutoff {
      throw InvalidInput(
        "cutoff", value: cutoff,
        expected: "none: a learned potential ends where its features do (\(path) has the cutoff)")
    }
    try refuse(
      energyScale + [
        ("truncation", truncation?.rawValue), ("switch-start", switchStart), ("model", model),
        ("gamma", gamma), ("nu", nu), ("mu", mu), ("contact", contact?.rawValue),
        ("paper-literal", paperLiteral ? true : nil),
      ])
  }

  /// The species that strengths are given for.
  var namedSpecies: Set<String> {
    var strengths = PairStrengths()
    // What is wrong with them is told where they are used.
    guard (try? strengths.add(parsing: strength)) != nil else { return [] }
    return Set(strengths.bySpecies.keys).union(strengths.byPair.keys.flatMap(\.names))
  }

  /// What was given and hard bodies do not have.
  var foreignToHardBodies: [(String, Any?)] {
    [
      ("model", model), ("epsilon", epsilon), ("sigma", sigma), ("gamma", gamma), ("nu", nu),
      ("mu", mu), ("well-depths", wellDepths.first), ("contact", contact?.rawValue),
      ("truncation", truncation?.rawValue), ("switch-start", switchStart),
      ("strength", strength.first), ("mixing", mixing?.rawValue),
      ("paper-literal", paperLiteral ? true : nil),
    ]
  }

  private var energyScale: [(String, Any?)] {
    [
      ("epsilon", epsilon), ("sigma", sigma), ("well-depths", wellDepths.first),
      ("strength", strength.first), ("mixing", mixing?.rawValue),
    ]
  }

  /// The potential of pairs.
  ///
  /// Throws: `InvalidInput` for values that make no sense, alone or together, and for a learned potential,
  /// which is none of pairs.
  public func makePotential() throws -> any PairPotential {
    switch potential {
    case .gayBerne: return try GayBerne(gayBerneParameters())
    case .reSquared:
      try refuse([
        ("model", model), ("gamma", gamma), ("nu", nu), ("mu", mu),
        ("contact", contact?.rawValue), ("paper-literal", paperLiteral ? true : nil),
      ])
      var parameters = RESquaredParameters(
        hamaker: epsilon ?? Self.unit, sigma: sigma ?? Self.unit, wellDepths: try depths(),
        cutoff: cutoff,
        truncation: try ending())
      parameters.strengths = try strengths(parameters.strengths)
      return try RESquared(parameters)
    case .hard:
      try refuse(foreignToHardBodies)
      guard let cutoff else {
        throw InvalidInput(
          "cutoff radius", value: "missing", expected: "the largest diameter of the particles")
      }
      return try HardEllipsoids(largestSemiAxis: cutoff / 2)
    case .learned(let path):
      throw InvalidInput(
        "potential", value: path, expected: "one of pairs: gay-berne, re-squared or hard")
    }
  }

  /// A cutoff for particles of which the longest has this length: beyond contact 1.5 sigma for Gay-Berne (2.5
  /// sigma for spheres, as is usual for Lennard-Jones), 2.5 sigma for re-squared; the length itself for
  /// hard bodies; nil for a learned potential, which has its own.
  ///
  /// Throws: `InvalidInput` as `makePotential`.
  public func usualCutoff(longest: Double) throws -> Double? {
    func widest(_ common: PairStrengths) throws -> Double {
      let all = try strengths(common)
      let special = all.bySpecies.values.map(\.sigma) + all.byPair.values.map(\.sigma)
      return max(all.common.sigma, special.max() ?? 0)
    }
    switch potential {
    case .gayBerne:
      let common = try literatureModel()?.parameters ?? spelledOut()
      return longest + 1.5 * (try widest(common.strengths))
    case .reSquared:
      return longest + 2.5 * (try widest(PairStrengths(sigma: sigma ?? Self.unit)))
    case .hard: return longest
    case .learned: return nil
    }
  }

  /// The parameters of the Gay-Berne potential.
  private func gayBerneParameters() throws -> GayBerneParameters {
    var parameters = try literatureModel()?.parameters ?? spelledOut()
    parameters.contact = contact ?? Self.defaultContact
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
      epsilon: epsilon ?? Self.unit, sigma: sigma ?? Self.unit, gamma: gamma ?? Self.unit,
      nu: nu ?? Self.unit, mu: mu ?? Self.unit,
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
    switch truncation ?? Self.defaultEnding {
    case .plain: return .plain
    case .shifted: return .shifted
    case .switched: return .switched(start: switchStart ?? Self.defaultSwitch * (cutoff ?? 0))
    }
  }

  private func strengths(_ common: PairStrengths) throws -> PairStrengths {
    var strengths = common
    strengths.mixing = mixing ?? Self.defaultMixing
    try strengths.add(parsing: strength)
    return strengths
  }

  private func refuse(_ foreign: [(String, Any?)]) throws {
    for (name, value) in foreign {
      if let value {
        throw InvalidInput(
          name, value: "\(value)",
          expected: "none: the potential \(potential.rawValue) does not have it"
        )
      }
    }
  }
}
