public import Generators

/// How molecules become ellipsoids.
public struct CoarseGrainSettings: Settings {
  /// `van-der-waals`, `gyration`, or three semi-axes.
  public var shape = "van-der-waals"
  /// Bonds are shorter than this times the sum of covalent radii; nil is the default of the grouping.
  public var bondTolerance: Double?
  /// A column whose equal values make a molecule.
  public var column: String?
  /// The atoms of molecules, from 0, as `0:11` (inclusive) or `0,3,5:8`.
  public var group: [String] = []
  /// The formulas that molecules may have, C6H6: others are refused; none: all.
  public var expect: [String] = []
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
      grouping: try .init(bondTolerance: bondTolerance, column: column, groups: group),
      shape: try .init(parsing: shape), species: species)
    graining.minimumAxis = minimumAxis
    if !bead.isEmpty { graining.beads = try bead.map { try IntegerRange.list(parsing: $0) } }
    let formulas = try expect.flatMap { $0.split(separator: ",") }.map {
      try MolecularFormula(parsing: String($0))
    }
    graining.expected = formulas.isEmpty ? nil : Set(formulas)
    return graining
  }
}
