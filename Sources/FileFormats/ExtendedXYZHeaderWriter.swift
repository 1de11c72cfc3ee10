internal import Geometry

/// Writes the headers of frames that have the same names of labels and the same columns: what these have
/// in common is made once.
///
/// `Lattice="..." Properties="..." key=value ... pbc="T T F"`, quoted so that ASE, libextxyz and OVITO all
/// keep the names of the columns.
struct ExtendedXYZHeaderWriter {
  private struct ColumnShape: Equatable {
    let name: String
    let width: Int
    /// S, R, I or L.
    let code: String
  }

  /// The places of the columns that are written.
  let columns: [Int]
  /// Names of columns that are not.
  let lost: [String]

  private let names: [String]
  private let shapes: [ColumnShape]
  private let hasOrientations: Bool
  private let hasSemiAxes: Bool
  private let hasNames: Bool
  private let properties: String
  /// ` key=` of each label, and whether it is nine numbers in quotes.
  private let keys: [(text: String, isMatrix: Bool)]
  /// What was written last of the cell, and of each label without real numbers. (Those are equal where
  /// their texts are not: 0.0 and -0.0.)
  private var lastCell: (cell: Cell?, lattice: String, pbc: String)?
  private var lastTexts: [(label: Frame.Label, text: String)?]

  /// Throws: `ExtendedXYZSyntaxError` for a column whose name cannot stand in a header.
  init(_ frame: Frame, hasNames: Bool, program: WriteOptions.Program) throws {
    var (columns, lost, properties) = ([Int](), [String](), "species:S:1:pos:R:3")
    if frame.orientations != nil {
      properties += ":c_q:R:4" + (program == .ovito ? ":orientation:R:4" : "")
    }
    if frame.semiAxes != nil {
      properties += ":c_diameter[1]:R:1:c_diameter[2]:R:1:c_diameter[3]:R:1"
      if program == .ovito { properties += ":aspherical_shape:R:3" }
    }
    if hasNames { properties += ":\(ExtendedXYZNames.species):S:1" }
    var fields = Self.fields(frame, hasNames: hasNames)
    for (place, column) in frame.columns.enumerated() {
      guard !Self.isReplaced(column.name, frame), column.width > 0 else {
        lost.append(column.name)
        continue
      }
      let name = ExtendedXYZNames.key(of: column, &fields)
      guard !name.isEmpty, !name.contains(where: { ":\\\n\r".contains($0) }) else {
        throw ExtendedXYZSyntaxError(
          "name of a column is '\(name)'; expected one without : and \\")
      }
      properties += ":\(name):\(Self.code(column.values)):\(column.width)"
      columns.append(place)
    }
    (self.columns, self.lost) = (columns, lost)
    self.properties = "Properties=\(Frame.Label.inQuotes(properties))"
    names = frame.labels.names
    shapes = Self.shapes(frame)
    (hasOrientations, hasSemiAxes) = (frame.orientations != nil, frame.semiAxes != nil)
    self.hasNames = hasNames
    keys = frame.labels.names.map { name in
      let label = frame.labels[name] ?? .logical(true)
      let written = ExtendedXYZNames.key(of: name, label)
      let key = Frame.Label.needsQuotes(written) ? Frame.Label.inQuotes(written) : written
      let isMatrix = ExtendedXYZNames.matrices.contains(written) && label.nineNumbers != nil
      return (" \(key)=", isMatrix)
    }
    lastTexts = Array(repeating: nil, count: keys.count)
  }

  /// Whether the header of the frame is made of the same parts.
  func fits(_ frame: Frame, hasNames: Bool) -> Bool {
    names == frame.labels.names && hasNames == self.hasNames
      && hasOrientations == (frame.orientations != nil)
      && hasSemiAxes == (frame.semiAxes != nil) && hasShapes(frame.columns)
      && !names.contains(where: ExtendedXYZNames.dependsOnValue)
  }

  private func hasShapes(_ columns: [Frame.Column]) -> Bool {
    columns.count == shapes.count
      && zip(columns, shapes).allSatisfy { column, shape in
        column.name == shape.name && column.width == shape.width
          && Self.code(column.values) == shape.code
      }
  }

  /// The header of a frame that fits, with a blank behind it.
  mutating func append(_ frame: Frame, to text: inout TextBytes) {
    if lastCell.map({ Self.isSame($0.cell, frame.cell) }) != true {
      lastCell = (frame.cell, Self.lattice(frame.cell), Self.pbc(frame.cell))
    }
    if let cell = lastCell { text.write(cell.lattice) }
    text.write(properties)
    for (k, name) in names.enumerated() {
      guard let label = frame.labels[name] else { continue }
      text.write(keys[k].text)
      switch label {
      case .real(let value): value.write(to: &text)
      case .integer(let value): text.write("\(value)")
      case .reals, .matrix: text.write(Self.written(label, isMatrix: keys[k].isMatrix))
      default:
        if let last = lastTexts[k], last.label == label {
          text.write(last.text)
        } else {
          let written = Self.written(label, isMatrix: keys[k].isMatrix)
          lastTexts[k] = (label, written)
          text.write(written)
        }
      }
    }
    if let cell = lastCell { text.write(cell.pbc) }
  }

  private static func isSame(_ first: Cell?, _ second: Cell?) -> Bool {
    guard let first, let second else { return first == nil && second == nil }
    return first == second
      && (0..<9).allSatisfy {
        first.lattice[$0 / 3, $0 % 3].sign == second.lattice[$0 / 3, $0 % 3].sign
      }
  }

  private static func written(_ label: Frame.Label, isMatrix: Bool) -> String {
    guard isMatrix, let numbers = label.nineNumbers else { return label.extendedXYZ }
    return "\"" + numbers.map { "\($0)" }.joined(separator: " ") + "\""
  }

  private static func lattice(_ cell: Cell?) -> String {
    guard let cell else { return "" }
    let rows = (0..<9).map { "\(cell.lattice[$0 / 3, $0 % 3])" }
    return "Lattice=\"\(rows.joined(separator: " "))\" "
  }

  /// Some readers take a frame to be periodic unless told otherwise.
  private static func pbc(_ cell: Cell?) -> String {
    let flags = (0..<3).map { cell?.isPeriodic($0) == true ? "T" : "F" }
    return " pbc=\"\(flags.joined(separator: " "))\" "
  }

  /// The names that ASE gives to the values of a row that come before all columns.
  private static func fields(_ frame: Frame, hasNames: Bool) -> Set<String> {
    var fields: Set = ["species", "pos0", "pos1", "pos2"]
    if hasNames { fields.insert(ExtendedXYZNames.species) }
    if frame.orientations != nil {
      fields.formUnion(ExtendedXYZNames.values("c_q", 4))
      fields.formUnion(ExtendedXYZNames.values("orientation", 4))
    }
    if frame.semiAxes != nil {
      fields.formUnion((1...3).map { "c_diameter[\($0)]" })
      fields.formUnion(ExtendedXYZNames.values("aspherical_shape", 3))
    }
    return fields
  }

  /// Whether the frame's own values stand for a column of that name.
  private static func isReplaced(_ name: String, _ frame: Frame) -> Bool {
    switch name {
    case "c_q", "quaternions", "quaternion", "orientation": frame.orientations != nil
    case "c_diameter", "c_diameter[1]", "c_diameter[2]", "c_diameter[3]", "aspherical_shape":
      frame.semiAxes != nil
    default: false
    }
  }

  private static func shapes(_ frame: Frame) -> [ColumnShape] {
    frame.columns.map {
      ColumnShape(name: $0.name, width: $0.width, code: code($0.values))
    }
  }

  private static func code(_ values: Frame.Column.Values) -> String {
    switch values {
    case .reals: "R"
    case .integers: "I"
    case .logicals: "L"
    case .strings: "S"
    }
  }
}
