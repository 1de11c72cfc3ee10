public import Geometry

/// A parameter set of the literature together with the particle it is for.
///
/// The literature gives full axes: sigma_0 is the diameter across (the unit of length), kappa sigma_0 the
/// length, sigma_x, sigma_y, sigma_z the three axes of a biaxial particle; `semiAxes` are half of them.
/// LAMMPS' `set shape` takes full axes too. Well depths are those of Berardi, Fava and Zannoni: for two
/// parallel particles along body axis k the well is epsilon_0 eta e_k deep, where eta =
/// ((ab + c^2)/(2 c sqrt(ab)))^nu is that of any two parallel ones; uniaxial particles of Gay and Berne
/// have the same eta = (1 - chi^2)^(-nu/2), chi = (kappa^2 - 1)/(kappa^2 + 1), and e = (1, 1, 1/kappa').
/// sigma_12 is the Gaussian overlap throughout. Contacts and depths of each set are tested on the
/// potential itself.
///
/// The original papers are behind a paywall and were not read for this file; what each set was checked
/// against is said with it.
public struct LiteratureModel: Sendable {
  /// The name, as `mesogen` takes it: "gb-3-5-2-1".
  public let name: String
  /// What it is, in one line.
  public let summary: String
  /// Where it comes from.
  public let source: String
  /// The semi-axes of the particle.
  public let semiAxes: SemiAxes
  /// The parameters of the potential, without a cutoff.
  public let parameters: GayBerneParameters

  /// All models that are known by name.
  ///
  /// Throws: nothing in practice; the numbers below are valid input.
  public static func all() throws -> [LiteratureModel] {
    try [gayBerne1981(), berardi1993(), bates1999(), paper2024(), berardi2000()]
  }

  /// The model of that name; "GB(3,5,2,1)" is understood as "gb-3-5-2-1".
  ///
  /// Throws: `InvalidInput` when there is none.
  public static func named(_ name: String) throws -> LiteratureModel {
    let models = try all()
    let words = name.lowercased().split { " (),-_".contains($0) }
    let plain = words.joined(separator: "-")
    guard let model = models.first(where: { $0.name == plain }) else {
      throw InvalidInput(
        "parameter set", value: name,
        expected: "one of \(models.map(\.name).joined(separator: ", "))")
    }
    return model
  }

  /// GB(kappa, kappa', mu, nu) of uniaxial particles: a = b = 1/2, c = kappa/2, e = (1, 1, 1/kappa').
  ///
  /// kappa is the ratio of length to width, kappa' that of the depths of the wells side by side and
  /// end to end; mu and nu are the exponents of chi and eta, in this order as the literature writes
  /// them (Bates and Luckhurst 1999); sigma = sigma_0 = 1.
  ///
  /// Throws: `InvalidInput` unless kappa and kappa' are positive.
  public static func uniaxial(
    kappa: Double, wellRatio: Double, mu: Double, nu: Double, name: String, source: String
  ) throws -> LiteratureModel {
    let parameters = GayBerneParameters(
      nu: nu, mu: mu, wellDepths: .uniform(Vector3(1, 1, 1 / wellRatio)))
    try parameters.validate()
    return LiteratureModel(
      name: name,
      summary: "uniaxial GB(\(kappa), \(wellRatio), \(mu), \(nu))", source: source,
      semiAxes: try SemiAxes(aspectRatio: kappa, diameter: 1), parameters: parameters)
  }

  /// kappa = 3, kappa' = 5: abstract of de Miguel et al., Mol. Phys. 74, 405 (1991),
  /// doi:10.1080/00268979100102321; mu = 2, nu = 1 with Gay and Berne: the source of the molecular
  /// dynamics program IMD (`imd_gay_berne.c`).
  private static func gayBerne1981() throws -> LiteratureModel {
    try uniaxial(
      kappa: 3, wellRatio: 5, mu: 2, nu: 1, name: "gb-3-5-2-1",
      source: "Gay and Berne, J. Chem. Phys. 74, 3316 (1981), doi:10.1063/1.441483")
  }

  /// kappa = 3, kappa' = 5 as above. mu = 1, nu = 3: found in use (LAMMPS input with
  /// `pair_style gayberne 1 3 1` and depths 1, 1, 0.2), not checked against the paper itself or a source
  /// that cites it.
  private static func berardi1993() throws -> LiteratureModel {
    try uniaxial(
      kappa: 3, wellRatio: 5, mu: 1, nu: 3, name: "gb-3-5-1-3",
      source: "Berardi, Emerson and Zannoni, J. Chem. Soc. Faraday Trans. 89, 4069 (1993), "
        + "doi:10.1039/FT9938904069")
  }

  /// All four numbers: a public Monte Carlo program of Gay-Berne particles has them for its defaults
  /// with this paper as their source.
  private static func bates1999() throws -> LiteratureModel {
    try uniaxial(
      kappa: 4.4, wellRatio: 20, mu: 1, nu: 1, name: "gb-4.4-20-1-1",
      source: "Bates and Luckhurst, J. Chem. Phys. 110, 7087 (1999), doi:10.1063/1.478563")
  }

  /// Semi-axes, mu, nu and the rule for the wells: the paper's text, Sec. III B and Appendix B 1.
  private static func paper2024() throws -> LiteratureModel {
    LiteratureModel(
      name: "anisoap-2024", summary: "biaxial 1 : 1.5 : 2, wells from curvature, nu = mu = 1",
      source: "Lin et al., J. Chem. Phys. 161, 074112 (2024), doi:10.1063/5.0210910, Sec. III B",
      semiAxes: try SemiAxes(1, 1.5, 2), parameters: GayBerneParameters())
  }

  /// Written from memory: no public source of the numbers was found, so that they are not verified.
  ///
  /// What speaks for them: shape biaxiality sqrt(3/2) (1.4 - 0.714)/(6 - 1.4 - 0.714) = 0.216, that of
  /// the wells, in which 1/e stands for the length, -0.06: of opposite sign, as the paper is about.
  private static func berardi2000() throws -> LiteratureModel {
    LiteratureModel(
      name: "berardi-zannoni-biaxial",
      summary: "biaxial 1.4 : 0.714 : 3, e = (1.7, 1, 0.2), nu = 3, mu = 1",
      source: "Berardi and Zannoni, J. Chem. Phys. 113, 5971 (2000), doi:10.1063/1.1290474",
      semiAxes: try SemiAxes(0.7, 0.357, 1.5),
      parameters: GayBerneParameters(
        sigma: 0.714, nu: 3, mu: 1, wellDepths: .uniform(Vector3(1.7, 1, 0.2))))
  }
}
