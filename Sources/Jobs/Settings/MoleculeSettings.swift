public import Generators

/// Which atoms of a frame make a molecule.
public struct MoleculeSettings: Settings {
  /// Bonds are shorter than this times the sum of covalent radii; nil is the default of the grouping.
  public var bondTolerance: Double?
  /// A column whose equal values make a molecule.
  public var column: String?
  /// The atoms of molecules, from 0, as `0:11` (inclusive) or `0,3,5:8`.
  public var group: [String] = []
  /// The formulas that molecules may have, C6H6: others are refused; none: all.
  public var expect: [String] = []

  /// Molecules by bonds.
  public init() {}

  /// Throws: `InvalidInput` for what is no grouping, or given in several ways.
  public func grouping() throws -> CoarseGraining.Grouping {
    try .init(bondTolerance: bondTolerance, column: column, groups: group)
  }

  /// The formulas; nil for any.
  ///
  /// Throws: `InvalidInput` for what is no formula.
  public func expected() throws -> Set<MolecularFormula>? {
    let formulas = try expect.flatMap { $0.split(separator: ",") }.map {
      try MolecularFormula(parsing: String($0))
    }
    return formulas.isEmpty ? nil : Set(formulas)
  }
}
