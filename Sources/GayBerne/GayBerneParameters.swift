public import Geometry

/// The function that gives the contact distance sigma_12 inside a potential.
public enum ContactFunction: String, CaseIterable, Codable, Sendable {
  /// Berne and Pechukas' overlap of Gaussians: the usual Gay-Berne potential.
  case gaussianOverlap = "gaussian"
  /// The exact contact distance along the line of centres.
  case perramWertheim = "perram-wertheim"
}

/// Where the relative well depths e = (e_a, e_b, e_c) of the particles come from, which enter as
/// E = diag(e^(-1/mu)).
public enum WellDepths: Equatable, Sendable {
  /// The Gaussian curvature at the poles (paper Eq. B6): E = sigma_c diag(a/bc, b/ac, c/ab), that is
  /// e_a = bc/(sigma_c a), ..., with sigma_c the smallest semi-axis of the particle. Only with mu = 1.
  case curvature
  /// The same three for every particle.
  case uniform(Vector3)
  /// Three for each species.
  case bySpecies([String: Vector3])
}

/// How a potential ends at its cutoff.
public enum Truncation: Equatable, Sendable {
  /// The energy jumps to zero.
  case plain
  /// U(r) - U(r_c r/|r|): the energy is continuous at every orientation, the force is not.
  case shifted
  /// Times 1 - 10 t^3 + 15 t^4 - 6 t^5, t = (|r| - start)/(r_c - start): energy, force and its
  /// derivative are continuous.
  case switched(start: Double)

  /// What dynamics take unless they are told otherwise: switched off over the last tenth of the cutoff.
  /// A plain end does not conserve energy; a shifted one costs a second evaluation of every pair.
  public static func smooth(cutoff: Double) -> Truncation { .switched(start: 0.9 * cutoff) }
}

/// The parameters of the Gay-Berne potential for dissimilar biaxial particles; see `GayBerne`.
public struct GayBerneParameters: Equatable, Sendable {
  /// The depth of the well and the width sigma of its profile, for all pairs or for each.
  public var strengths: PairStrengths
  /// Shifts the well: rho = sigma / (h + gamma sigma).
  public var gamma: Double
  /// The exponent of eta.
  public var nu: Double
  /// The exponent of chi.
  public var mu: Double
  /// The relative well depths.
  public var wellDepths: WellDepths
  /// The contact function that gives sigma_12.
  public var contact: ContactFunction
  /// Leaves out the factor 2 in chi, as the paper's Eq. B4 prints it: U_paper = 2^-mu U.
  public var paperLiteral: Bool
  /// Pairs at this distance or beyond do not interact; nil: all do.
  public var cutoff: Double?
  /// How the potential ends at the cutoff.
  public var truncation: Truncation

  /// By default the potential of the paper's study: nu = mu = 1 and well depths from curvature.
  public init(
    epsilon: Double = 1, sigma: Double = 1, gamma: Double = 1, nu: Double = 1, mu: Double = 1,
    wellDepths: WellDepths = .curvature, contact: ContactFunction = .gaussianOverlap,
    paperLiteral: Bool = false, cutoff: Double? = nil, truncation: Truncation = .plain
  ) {
    strengths = PairStrengths(epsilon: epsilon, sigma: sigma)
    (self.gamma, self.nu, self.mu) = (gamma, nu, mu)
    self.wellDepths = wellDepths
    self.contact = contact
    self.paperLiteral = paperLiteral
    self.cutoff = cutoff
    self.truncation = truncation
  }

  /// Throws: `InvalidInput` for a value that is not finite, an epsilon that is negative, a sigma, a
  /// cutoff or a well depth that is not positive, and for curvature with mu other than 1.
  public func validate() throws {
    try strengths.validate()
    for (name, value) in [("gamma", gamma), ("nu", nu), ("mu", mu)] where !value.isFinite {
      throw InvalidInput(name, value: value, expected: "a finite number")
    }
    try validateTruncation(cutoff: cutoff, truncation)
    switch wellDepths {
    case .curvature:
      guard mu == 1 else {
        throw InvalidInput(
          "mu", value: mu,
          expected: "1 when the well depths come from curvature (paper Eq. B6)")
      }
    case .uniform(let depths): try Self.validate(depths, of: "")
    case .bySpecies(let table):
      for (species, depths) in table { try Self.validate(depths, of: " of species \(species)") }
    }
  }

  private static func validate(_ depths: Vector3, of whom: String) throws {
    for k in 0..<3 where !(depths[k] > 0 && depths[k].isFinite) {
      throw InvalidInput(
        "well depth \(["e_a", "e_b", "e_c"][k])\(whom)", value: depths[k],
        expected: "a positive number")
    }
  }

  /// The diagonal of E = diag(e^(-1/mu)) for a particle.
  func wellDiagonal(of axes: SemiAxes, species: String) throws -> Vector3 {
    let depths: Vector3
    switch wellDepths {
    case .curvature:
      let (a, b, c) = (axes.a, axes.b, axes.c)
      return axes.smallest * Vector3(a / (b * c), b / (a * c), c / (a * b))
    case .uniform(let all): depths = all
    case .bySpecies(let table):
      guard let own = table[species] else {
        throw InvalidInput(
          "species", value: species,
          expected: "one with well depths (\(table.keys.sorted().joined(separator: ", ")))")
      }
      depths = own
    }
    // At mu = 0 chi is 1 whatever E is.
    if mu == 0 { return Vector3(repeating: 1) }
    let exponent = Exponent(-1 / mu)
    let diagonal = Vector3(
      exponent.power(depths.x), exponent.power(depths.y), exponent.power(depths.z))
    // Determinants of such matrices have to be numbers.
    for k in 0..<3 where !(diagonal[k] >= 1e-90 && diagonal[k] <= 1e90) {
      throw InvalidInput(
        "mu", value: mu,
        expected: "one that leaves e^(-1/mu) of the well depths from 1e-90 to 1e+90")
    }
    return diagonal
  }
}

/// Throws: `InvalidInput` unless the cutoff is positive and the switch starts inside it.
func validateTruncation(cutoff: Double?, _ truncation: Truncation) throws {
  if let cutoff, !(cutoff > 0 && cutoff.isFinite) {
    throw InvalidInput("cutoff radius", value: cutoff, expected: "a positive number")
  }
  switch truncation {
  case .plain: return
  case .shifted:
    if cutoff == nil {
      throw InvalidInput("truncation", value: "shifted", expected: "a cutoff radius with it")
    }
  case .switched(let start):
    guard let cutoff else {
      throw InvalidInput("truncation", value: "switched", expected: "a cutoff radius with it")
    }
    guard start >= 0, start < cutoff else {
      throw InvalidInput(
        "start of the switch", value: start, expected: "from 0 to below the cutoff \(cutoff)")
    }
  }
}
