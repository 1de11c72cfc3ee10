internal import Geometry

/// The section `Atoms` of a LAMMPS data file, in the order of the identifiers.
struct LAMMPSDataAtoms {
  let style: LAMMPSAtomStyle
  private let path: String
  private var rows: [LAMMPSDataReader.Row] = []
  private var ids: [Int] = []
  /// The place of every identifier.
  private(set) var index: [Int: Int] = [:]
  private(set) var positions: [Vector3] = []

  init(style: LAMMPSAtomStyle, path: String) {
    self.style = style
    self.path = path
  }

  private func failure(_ message: String, _ line: Int) -> DataError {
    DataError(.badData, file: path, frame: 0, line: line, message: message)
  }

  /// Throws: `DataError` that names the line.
  mutating func read(_ found: [LAMMPSDataReader.Row]) throws {
    let width = style.columns.count
    let x = style.index(.x) ?? 0
    let number = style.index(.id) ?? 0
    var keyed: [(id: Int, row: LAMMPSDataReader.Row)] = []
    for row in found {
      guard row.words.count == width || row.words.count == width + 3,
        let id = Int(row.words[number])
      else {
        let names = style.columns.map(\.rawValue).joined(separator: " ")
        throw failure("the row has \(row.words.count) values; expected \(names)", row.line)
      }
      keyed.append((id, row))
    }
    keyed.sort { $0.id < $1.id }
    for (id, row) in keyed {
      let values = row.words[x..<x + 3].map { DecimalParser.shared.parse($0) ?? .nan }
      guard values.allSatisfy(\.isFinite) else {
        throw failure(
          "position is (\(row.words[x..<x + 3].joined(separator: ", "))); expected three finite "
            + "numbers", row.line)
      }
      guard index.updateValue(rows.count, forKey: id) == nil else {
        throw failure("atom \(id) comes twice", row.line)
      }
      positions.append(Vector3(values[0], values[1], values[2]))
      rows.append(row)
      ids.append(id)
    }
    try checkNumbers()
  }

  /// Every column of numbers is looked at once, so that nothing that follows can fail.
  private func checkNumbers() throws {
    for (k, column) in style.columns.enumerated() {
      for row in rows {
        switch column {
        case .molecule, .ellipsoidFlag:
          guard Int(row.words[k]) != nil else {
            throw failure(
              "\(column.rawValue) is \(row.words[k]); expected a whole number", row.line)
          }
        case .charge, .diameter, .density, .mass, .dipole, .other:
          guard DecimalParser.shared.parse(row.words[k])?.isFinite == true else {
            throw failure("\(column.rawValue) is \(row.words[k]); expected a number", row.line)
          }
        case .id, .type, .x, .y, .z: break
        }
      }
    }
    for row in rows {
      for word in row.words.dropFirst(style.columns.count) where Int(word) == nil {
        throw failure("image flag is \(word); expected a whole number", row.line)
      }
    }
  }

  /// The types as they stand there: numbers or labels.
  var types: [String] {
    guard let k = style.index(.type) else { return [] }
    return rows.map { $0.words[k] }
  }

  /// The diameters of spheres; nil where the style has none.
  var diameters: [Double]? { style.index(.diameter).map(reals) }

  private func reals(_ k: Int) -> [Double] {
    rows.map { DecimalParser.shared.parse($0.words[k]) ?? 0 }
  }

  private func integers(_ k: Int) -> [Int] { rows.map { Int($0.words[k]) ?? 0 } }

  /// What the style has beside positions, types and shapes. Identifiers that only count, densities of
  /// 1 and images that are all 0 are no news.
  func columns() -> [Frame.Column] {
    var result: [Frame.Column] = []
    if ids.enumerated().contains(where: { $1 != $0 + 1 }) {
      result.append(Frame.Column(name: "id", values: .integers(ids)))
    }
    if let k = style.index(.molecule) {
      result.append(Frame.Column(name: "molecule", values: .integers(integers(k))))
    }
    if let k = style.index(.charge) {
      result.append(Frame.Column(name: "charge", reals: reals(k)))
    }
    for (column, name) in [(LAMMPSAtomStyle.Column.density, "density"), (.mass, "mass")] {
      if let k = style.index(column), case let values = reals(k),
        values.contains(where: { $0 != 1 })
      {
        result.append(Frame.Column(name: name, reals: values))
      }
    }
    if let k = style.index(.dipole) {
      let (x, y, z) = (reals(k), reals(k + 1), reals(k + 2))
      result.append(
        Frame.Column(name: "dipole", vectors: x.indices.map { Vector3(x[$0], y[$0], z[$0]) }))
    }
    let width = style.columns.count
    for (k, name) in ["ix", "iy", "iz"].enumerated() {
      let flags = rows.map { $0.words.count > width ? Int($0.words[width + k]) ?? 0 : 0 }
      if flags.contains(where: { $0 != 0 }) {
        result.append(Frame.Column(name: name, values: .integers(flags)))
      }
    }
    return result
  }
}
