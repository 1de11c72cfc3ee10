public import Generators

/// How molecules become ellipsoids.
public struct CoarseGrainSettings: Settings {
  /// `van-der-waals`, `gyration`, or three semi-axes.
  public var shape = "van-der-waals"
  /// Which atoms make a molecule.
  public var molecules = MoleculeSettings()
  /// Atoms of a molecule that become an ellipsoid of their own, in its order from 0, as `group`; none: the
  /// whole molecule becomes one.
  public var bead: [String] = []
  /// No semi-axis is smaller than this; nil: flat molecules are refused where their shape has no thickness.
  public var minimumAxis: Double?
  /// What ellipsoids are called; nil: by the chemical formula.
  public var species: String?
  /// Frames `first:end` of the file, half-open and counted from 0; nil: all.
  public var selectFrames: String?
  /// Shapes in place of those found.
  public var shapes = ShapeSettings()
  /// What is said of the file.
  public var reading = ReadSettings()

  /// Molecules by bonds, shapes by van der Waals radii.
  public init() {}

  /// Throws: `InvalidInput`.
  public func graining() throws -> CoarseGraining {
    var graining = CoarseGraining(
      grouping: try molecules.grouping(), shape: try .init(parsing: shape), species: species,
      minimumAxis: minimumAxis, expected: try molecules.expected())
    if !bead.isEmpty { graining.beads = try bead.map { try IntegerRange.list(parsing: $0) } }
    return graining
  }
}
