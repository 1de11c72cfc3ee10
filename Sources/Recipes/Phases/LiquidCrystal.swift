public import Generators
internal import Geometry

/// A liquid-crystal phase by name, with everything that the command line and recipes can say of it.
/// What is not said has the phase's own default; what a phase does not have is not looked at.
public struct LiquidCrystal: Sendable {
  /// The phases, by the names of the subcommands of `generate`.
  public enum Phase: String, CaseIterable, Sendable {
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
    var semiAxes: String? { self == .biaxial ? "0.4,0.6,1.5" : nil }
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
  public var phase: Phase
  /// Particles and density.
  public var specimen: Specimen
  /// The nematic order S.
  public var order: ValueRange
  /// How axes are drawn.
  public var sampling = AxisSampling()
  /// Where they, or the helix, point.
  public var director = Director.random
  /// The layer order tau of smectics.
  public var smecticOrder: ValueRange = 0.85
  /// Layers in the cell of smectics.
  public var layers: Int?
  /// The distance between layers of `smectic`.
  public var layerSpacing: Double?
  /// Degrees between director and layer normal of `smectic`.
  public var tilt: ValueRange = 0
  /// How centres are spread about the layers of `smectic`.
  public var profile = LayerProfile.gaussian
  /// Half turns of a cholesteric.
  public var halfTurns = 2
  /// The order B of a biaxial nematic.
  public var biaxialOrder: ValueRange = 0.2
  /// The bond order psi_6 of a smectic B.
  public var hexaticOrder: ValueRange = 0.8
  /// The columnar order tau.
  public var columnarOrder: ValueRange = 0.85
  /// Columns in the cell.
  public var columns: Int?

  /// A phase with its defaults.
  public init(_ phase: Phase, specimen: Specimen, order: ValueRange? = nil) {
    self.phase = phase
    self.specimen = specimen
    self.order = order ?? phase.order
  }

  /// What makes the frames.
  public var generator: any Generator {
    switch phase {
    case .nematic:
      Nematic(specimen: specimen, order: order, sampling: sampling, director: director)
    case .smectic:
      Smectic(
        specimen: specimen, order: order, smecticOrder: smecticOrder, layers: layers,
        layerSpacing: layerSpacing, tilt: tilt, profile: profile, sampling: sampling,
        director: director)
    case .isotropic: Isotropic(specimen: specimen, sampling: sampling)
    case .cholesteric:
      Cholesteric(
        specimen: specimen, order: order, halfTurns: halfTurns, sampling: sampling,
        helixAxis: director)
    case .biaxial:
      BiaxialNematic(
        specimen: specimen, order: order, biaxialOrder: biaxialOrder, sampling: sampling,
        director: director)
    case .smecticB:
      SmecticB(
        specimen: specimen, order: order, smecticOrder: smecticOrder, hexaticOrder: hexaticOrder,
        layers: layers, sampling: sampling, director: director)
    case .columnar:
      Columnar(
        specimen: specimen, order: order, columnarOrder: columnarOrder, columns: columns,
        sampling: sampling, director: director)
    }
  }
}
