internal import ArgumentParser
internal import Generators

/// Which atoms of a frame make a molecule.
struct MoleculeOptions: ParsableArguments, Sendable {
  @Option(
    parsing: .unconditional,
    help:
      "Bonds are shorter than this times the sum of covalent radii (default: \(CoarseGraining.defaultBondTolerance))."
  )
  var bondTolerance: Double?
  @Option(help: "A column whose equal values make a molecule.")
  var column: String?
  @Option(
    parsing: .unconditionalSingleValue,
    help: "The atoms of one molecule, from 0, as 0:11 (inclusive) or 0,3,5:8 (repeatable).")
  var group: [String] = []
  @Option(
    parsing: .unconditionalSingleValue,
    help: "Refuse molecules of other formulas than this, C6H6 (repeatable).")
  var expect: [String] = []

  init() {}
}
