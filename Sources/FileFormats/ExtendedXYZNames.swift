internal import Geometry

/// Names in extended XYZ that ASE gives a meaning of its own, and how a frame's other values get past
/// them.
///
/// ASE (3.22 to 3.29) fails on species that are no elements, on `stress` or `virial` that are not nine
/// numbers, on text in `charges`, and takes `numbers` for the species. Such labels and columns are
/// written with the prefix `mesogen_`, which our reader takes away again; species are written as `X`
/// with their names in the column `species_name`.
enum ExtendedXYZNames {
  /// The column with the names of species that are no elements. It counts where the species is X.
  static let species = "species_name"

  static let prefix = "mesogen_"

  /// The name that was meant by the one in the file.
  static func meant(by name: String) -> String {
    name.hasPrefix(prefix) && name != prefix ? String(name.dropFirst(prefix.count)) : name
  }

  /// Matrices that ASE wants as nine numbers, column after column.
  static let matrices: Set = ["virial", "stress"]

  /// Results of a calculator, which ASE turns into arrays of reals.
  private static let results: Set = [
    "forces", "stresses", "charges", "charge", "magmoms", "energies", "born_effective_charges",
    "dipole", "polarization", "dielectric_tensor", "energy", "free_energy", "magmom", "stress",
    "initial_charges",
  ]

  /// The columns that make the atoms themselves.
  private static let own: Set = [
    "species", "symbols", "pos", "positions", "numbers", "Z", "move_mask", species,
  ]

  /// Results that ASE wants as arrays of numbers.
  private static let arrays: Set = ["dipole", "polarization", "dielectric_tensor"]

  /// Whether the name under which such a label is written depends on its value.
  static func dependsOnValue(_ name: String) -> Bool {
    matrices.contains(name) || arrays.contains(name)
  }

  /// The name under which a label is written.
  static func key(of name: String, _ label: Frame.Label) -> String {
    if name.hasPrefix(prefix) || ["Lattice", "Properties", "pbc"].contains(name) {
      return prefix + name
    }
    if matrices.contains(name), label.nineNumbers == nil { return prefix + name }
    if arrays.contains(name), !label.isNumeric { return prefix + name }
    return name
  }

  /// The name under which a column is written; `fields` are the names that ASE gives to the single
  /// values of a row so far: a column `a` of three is a0, a1, a2.
  static func key(of column: Frame.Column, _ fields: inout Set<String>) -> String {
    var name = column.name
    let isText =
      switch column.values {
      case .strings: true
      default: false
      }
    if name.hasPrefix(prefix) || own.contains(name) || results.contains(name) && isText {
      name = prefix + name
    }
    var values = Self.values(name, column.width)
    if !fields.isDisjoint(with: values) {
      name = prefix + name
      values = Self.values(name, column.width)
    }
    fields.formUnion(values)
    return name
  }

  static func values(_ name: String, _ width: Int) -> [String] {
    width == 1 ? [name] : (0..<width).map { "\(name)\($0)" }
  }

  /// Whether ASE knows all species; it also capitalizes them, and would take CO for cobalt.
  static func areElements(_ species: some Sequence<String>) -> Bool {
    species.allSatisfy { ChemicalElement.atomicNumber(of: $0) != nil }
  }
}

extension Frame.Label {
  /// The values of a 3 x 3 matrix, column after column; nil for anything else. Nine numbers in a row
  /// count as they are.
  var nineNumbers: [Double]? {
    switch self {
    case .matrix(let rows) where rows.count == 3 && rows.allSatisfy({ $0.count == 3 }):
      (0..<9).map { rows[$0 % 3][$0 / 3] }
    case .reals(let values) where values.count == 9: values
    case .integers(let values) where values.count == 9: values.map(Double.init)
    default: nil
    }
  }

  /// Nine numbers, column after column, as a matrix; other values as they are.
  var columnMajorMatrix: Frame.Label {
    guard let v = nineNumbers else { return self }
    if case .matrix = self { return self }
    return .matrix((0..<3).map { i in (0..<3).map { v[3 * $0 + i] } })
  }

  fileprivate var isNumeric: Bool {
    switch self {
    case .real, .integer, .reals, .integers, .matrix, .logical, .logicals: true
    case .string, .strings: false
    }
  }
}
