public import Generators
internal import Geometry
public import OrderParameters

/// What becomes of axes that are drawn.
public enum AxisDraws: String, CaseIterable, Codable, Sendable {
  /// They are bent until the order is exactly the target.
  case exact
  /// They stay as drawn.
  case independent
}

/// A liquid-crystal phase: what its frames are made of and how they are ordered. What a phase does not have
/// is not looked at.
public struct PhaseSettings: GeneratorSettings {
  /// The phases, by the names of the subcommands of `generate`.
  public enum Phase: String, CaseIterable, Codable, Sendable {
    /// Aligned, centres anywhere.
    case nematic
    /// Aligned, in layers; with a tilt smectic C.
    case smectic
    /// Neither aligned nor in layers.
    case isotropic
    /// A nematic whose director turns about a helix axis.
    case cholesteric
    /// A nematic with a second director.
    case biaxial
    /// In layers that are hexagonal lattices.
    case smecticB = "smectic-b"
    /// Columns on a hexagonal lattice.
    case columnar

    /// Length over diameter of the particles, unless given: discs make columns.
    public var aspectRatio: Double { self == .columnar ? 1.0 / 3 : 3 }
    /// The semi-axes of the particles, unless shapes are given: a biaxial phase needs triaxial ones.
    public var semiAxes: String? { self == .biaxial ? "0.4,0.6,1.5" : nil }
    /// The nematic order, unless given.
    public var order: ValueRange {
      switch self {
      case .nematic, .smectic: ValueRange(0, 1)
      case .isotropic: 0
      case .cholesteric: 0.7
      case .biaxial: 0.8
      case .smecticB, .columnar: 0.9
      }
    }
  }

  /// The phase.
  public var phase = Phase.nematic
  /// The number of frames.
  public var count = 500
  /// Seed and shard.
  public var set = SetSettings()
  /// The number of particles in a frame.
  public var particles = 128
  /// Length over diameter; nil is that of the phase.
  public var aspectRatio: Double?
  /// The diameter across the symmetry axis; nil is `defaultDiameter`.
  public var diameter: Double?
  /// Semi-axes `a,b,c` in place of these two.
  public var semiAxes: String?
  /// A mixture in place of all: `SPECIES:a,b,c` or `SPECIES:a,b,c:SHARE`.
  public var component: [String] = []
  /// The relative standard deviation of the sizes.
  public var polydispersity = 0.0
  /// The body axis that is aligned.
  public var axis = SymmetryAxis.z
  /// Volume of the particles over that of the cell.
  public var packingFraction = "0.30"
  /// Whether overlaps stay as they are drawn.
  public var soft = false
  /// From how many random starts positions without overlap are sought.
  public var attempts = 3
  /// The distribution that axes are drawn from.
  public var distribution = OrientationalDistribution.watson
  /// What becomes of axes that are drawn.
  public var draws = AxisDraws.exact
  /// The nematic order S; nil is that of the phase.
  public var order: String?
  /// The director (of a cholesteric: the helix axis): `random`, or `x,y,z`.
  public var director = "random"
  /// The layer order tau of smectics.
  public var smecticOrder = "0.85"
  /// Layers in the cell; nil: as fit best.
  public var layers: Int?
  /// The distance between layers of `smectic`; nil: the cell is a cube.
  public var layerSpacing: Double?
  /// Degrees between director and layer normal of `smectic`.
  public var tilt = "0"
  /// How centres are spread about the layers of `smectic`.
  public var profile = LayerProfile.gaussian
  /// Half turns of a cholesteric in the cell; negative: left-handed.
  public var halfTurns = 2
  /// The biaxial order B.
  public var biaxialOrder = "0.2"
  /// The bond order psi_6 in a layer of a smectic B.
  public var hexaticOrder = "0.8"
  /// The columnar order tau.
  public var columnarOrder = "0.85"
  /// Columns in the cell; nil: as fit.
  public var columns: Int?

  /// The diameter of particles where none is given.
  public static let defaultDiameter = 1.0

  /// A nematic.
  public init() {}

  /// That phase with its defaults.
  public init(_ phase: Phase) { self.phase = phase }

  /// What makes the frames.
  ///
  /// Throws: `InvalidInput` for values that make no sense.
  public func generator() throws -> any Generator {
    let specimen = try specimen()
    let order = try order.map { try ValueRange(parsing: $0, quantity: "order") } ?? phase.order
    let sampling = AxisSampling(distribution: distribution, isExact: draws == .exact)
    let director = try Director(parsing: director)
    switch phase {
    case .isotropic: return Isotropic(specimen: specimen, sampling: sampling)
    case .nematic:
      return Nematic(specimen: specimen, order: order, sampling: sampling, director: director)
    case .smectic:
      return Smectic(
        specimen: specimen, order: order, smecticOrder: try range(smecticOrder, "smectic order"),
        layers: layers, layerSpacing: layerSpacing, tilt: try range(tilt, "tilt"),
        profile: profile, sampling: sampling, director: director)
    case .cholesteric:
      return Cholesteric(
        specimen: specimen, order: order, halfTurns: halfTurns, sampling: sampling,
        helixAxis: director)
    case .biaxial:
      return BiaxialNematic(
        specimen: specimen, order: order, biaxialOrder: try range(biaxialOrder, "biaxial order"),
        sampling: sampling, director: director)
    case .smecticB:
      return SmecticB(
        specimen: specimen, order: order, smecticOrder: try range(smecticOrder, "smectic order"),
        hexaticOrder: try range(hexaticOrder, "hexatic order"), layers: layers,
        sampling: sampling, director: director)
    case .columnar:
      return Columnar(
        specimen: specimen, order: order,
        columnarOrder: try range(columnarOrder, "columnar order"), columns: columns,
        sampling: sampling, director: director)
    }
  }

  private func range(_ text: String, _ quantity: String) throws -> ValueRange {
    try ValueRange(parsing: text, quantity: quantity)
  }

  private func specimen() throws -> Specimen {
    Specimen(
      particles: particles, population: try population(),
      packingFraction: try range(packingFraction, "packing fraction"),
      overlaps: soft ? .allowed : .forbidden, attempts: attempts)
  }

  /// What the frames are made of.
  private func population() throws -> Population {
    guard polydispersity >= 0, polydispersity <= 1 else {
      throw InvalidInput(
        "polydispersity", value: polydispersity, expected: "a number between 0 and 1")
    }
    let isUniaxial = aspectRatio != nil || diameter != nil
    let ways = [isUniaxial, semiAxes != nil, !component.isEmpty].count { $0 }
    guard ways <= 1 else {
      throw InvalidInput(
        "shape of the particles", value: "given in \(ways) ways",
        expected: "aspect ratio and diameter, or semi-axes, or components")
    }
    if !component.isEmpty { return Population(try component.map(component)) }
    let axes: SemiAxes
    if let text = semiAxes ?? (isUniaxial ? nil : phase.semiAxes) {
      axes = try SemiAxes(parsing: text)
    } else {
      axes = try SemiAxes(
        aspectRatio: aspectRatio ?? phase.aspectRatio, diameter: diameter ?? Self.defaultDiameter)
    }
    return Population([
      Population.Component(semiAxes: axes, polydispersity: polydispersity, axis: axis)
    ])
  }

  private func component(_ text: String) throws -> Population.Component {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 || parts.count == 3, !parts[0].isEmpty,
      let share = parts.count == 2 ? 1 : Double(parts[2]), share.isFinite, share >= 0
    else {
      throw InvalidInput(
        "component", value: "'\(text)'", expected: "SPECIES:a,b,c or SPECIES:a,b,c:SHARE")
    }
    return Population.Component(
      species: parts[0], semiAxes: try SemiAxes(parsing: parts[1]), fraction: share,
      polydispersity: polydispersity, axis: axis)
  }
}
