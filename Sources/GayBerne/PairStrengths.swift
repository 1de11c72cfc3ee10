internal import Geometry

/// How the parameters of two unlike species combine, by LAMMPS' names.
public enum MixingRule: String, CaseIterable, Codable, Sendable {
  /// epsilon = sqrt(epsilon_1 epsilon_2), sigma = sqrt(sigma_1 sigma_2).
  case geometric
  /// epsilon = sqrt(epsilon_1 epsilon_2), sigma = (sigma_1 + sigma_2)/2 (Lorentz and Berthelot).
  case arithmetic
  /// epsilon = 2 sqrt(epsilon_1 epsilon_2) sigma_1^3 sigma_2^3 / (sigma_1^6 + sigma_2^6),
  /// sigma = ((sigma_1^6 + sigma_2^6)/2)^(1/6) (Waldman and Hagler).
  case sixthPower = "sixthpower"
}

/// epsilon and sigma of every pair of species: what is said for the pair, else mixed from what is said
/// for the two species, else the common values.
public struct PairStrengths: Equatable, Sendable {
  /// epsilon and sigma together.
  public struct Strength: Equatable, Sendable {
    /// The depth of the well.
    public var epsilon: Double
    /// The width of the profile.
    public var sigma: Double

    /// The two together.
    public init(epsilon: Double, sigma: Double) {
      self.epsilon = epsilon
      self.sigma = sigma
    }
  }

  /// A pair of species, in either order.
  public struct Pair: Hashable, Sendable {
    /// The names in ascending order.
    public let names: [String]

    /// The pair of these two.
    public init(_ first: String, _ second: String) { names = [first, second].sorted() }
  }

  /// For species of which nothing else is said.
  public var common: Strength
  /// For single species.
  public var bySpecies: [String: Strength] = [:]
  /// For single pairs of species: goes before everything else.
  public var byPair: [Pair: Strength] = [:]
  /// How two species combine.
  public var mixing: MixingRule = .geometric

  /// The same for all pairs.
  public init(epsilon: Double = 1, sigma: Double = 1) {
    common = Strength(epsilon: epsilon, sigma: sigma)
  }

  /// epsilon and sigma of two species.
  public func strength(_ first: String, _ second: String) -> Strength {
    if let own = byPair[Pair(first, second)] { return own }
    let (p, q) = (bySpecies[first] ?? common, bySpecies[second] ?? common)
    if p == q { return p }
    let epsilon = (p.epsilon * q.epsilon).squareRoot()
    switch mixing {
    case .geometric:
      return Strength(epsilon: epsilon, sigma: (p.sigma * q.sigma).squareRoot())
    case .arithmetic:
      return Strength(epsilon: epsilon, sigma: (p.sigma + q.sigma) / 2)
    case .sixthPower:
      let (p3, q3) = (p.sigma * p.sigma * p.sigma, q.sigma * q.sigma * q.sigma)
      let mean = (p3 * p3 + q3 * q3) / 2
      return Strength(
        epsilon: epsilon * p3 * q3 / mean, sigma: exponential(logarithm(mean) / 6))
    }
  }

  /// Throws: `InvalidInput` for an epsilon that is negative or a sigma that is not positive.
  func validate() throws {
    try Self.validate(common, of: "")
    for (species, strength) in bySpecies { try Self.validate(strength, of: " of \(species)") }
    for (pair, strength) in byPair {
      try Self.validate(strength, of: " of \(pair.names.joined(separator: "-"))")
    }
  }

  private static func validate(_ strength: Strength, of whom: String) throws {
    guard strength.epsilon >= 0, strength.epsilon.isFinite else {
      throw InvalidInput(
        "epsilon\(whom)", value: strength.epsilon, expected: "a number that is not negative")
    }
    guard strength.sigma > 0, strength.sigma.isFinite else {
      throw InvalidInput("sigma\(whom)", value: strength.sigma, expected: "a positive number")
    }
  }
}
