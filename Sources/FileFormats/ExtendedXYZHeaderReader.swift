internal import Geometry

/// Reads the headers of extended XYZ frames: labels, columns and cell.
///
/// Most files repeat one header with other values. Where keys and their order are those of the header
/// before, only the values that changed are read again (`RepeatedHeader`).
struct ExtendedXYZHeaderReader {
  /// What a header means.
  struct Meaning {
    let labels: Frame.Labels
    let properties: Properties
    let cell: Cell?
  }

  /// The columns of the rows.
  final class Properties {
    let layout: ExtendedXYZLayout
    /// With the columns that a mangled header lost.
    let restored: ExtendedXYZLayout?
    /// Keys that are remains of a mangled header.
    let debris: Set<String>

    init(layout: ExtendedXYZLayout, restored: ExtendedXYZLayout?, debris: Set<String>) {
      (self.layout, self.restored, self.debris) = (layout, restored, debris)
    }
  }

  private let options: ReadOptions
  private var repeated: RepeatedHeader?
  /// What the last header meant.
  private var properties: Properties?
  /// The cell of the frame before, with the text that it came from.
  private var lastCell: (lattice: String?, pbc: String?, cell: Cell?)?

  init(options: ReadOptions) { self.options = options }

  /// Throws: `ExtendedXYZSyntaxError`, or `InvalidInput` for a cell that is none.
  mutating func read(_ line: UnsafeRawBufferPointer) throws -> Meaning {
    if repeated?.read(line) == true, let repeated, let properties {
      let cell = try cell(repeated.lattice, repeated.pbc)
      return Meaning(labels: repeated.labels, properties: properties, cell: cell)
    }
    repeated = nil
    let header = try ExtendedXYZHeader(line)
    let properties = try self.properties(header)
    var labels = Frame.Labels()
    for (key, value) in header.entries
    where !RepeatedHeader.own.contains(key) && !properties.debris.contains(key) {
      labels[ExtendedXYZNames.meant(by: key)] = Frame.Label(value, key: key)
    }
    if let comment = header.comment { labels["comment"] = .string(comment) }
    if properties.debris.isEmpty {
      repeated = RepeatedHeader(line, header, names: labels.names)
    }
    self.properties = properties
    return Meaning(
      labels: labels, properties: properties,
      cell: try cell(header.text(of: "Lattice"), header.text(of: "pbc")))
  }

  // MARK: Columns

  private func properties(_ header: ExtendedXYZHeader) throws -> Properties {
    let keys = header.entries.map(\.key).filter { 0x30...0x39 ~= $0.utf8.first ?? 0 }
    return try properties(header.text(of: "Properties") ?? ExtendedXYZLayout.plain, keys)
  }

  private func properties(_ text: String, _ keys: [String]) throws -> Properties {
    guard let whole = ExtendedXYZLayout.restored(from: text, keys: keys) else {
      return Properties(layout: try layout(text), restored: nil, debris: [])
    }
    let restored = try? layout(whole.properties)
    // A name left alone at the end belongs to the lost columns.
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let short = parts.dropLast(parts.count % 3).joined(separator: ":")
    return Properties(layout: try layout(short), restored: restored, debris: whole.debris)
  }

  private func layout(_ text: String) throws -> ExtendedXYZLayout {
    try ExtendedXYZLayout(text, options: options)
  }

  // MARK: Cell

  /// Words between blanks, commas and brackets.
  private static func words(_ text: String) -> [String] {
    text.utf8.split { " \t,[]".utf8.contains($0) }.map { String(Substring($0)) }
  }

  private mutating func cell(_ lattice: String?, _ pbc: String?) throws -> Cell? {
    if let last = lastCell, last.lattice == lattice, last.pbc == pbc { return last.cell }
    let cell = try newCell(lattice, pbc)
    lastCell = (lattice, pbc, cell)
    return cell
  }

  private func newCell(_ lattice: String?, _ pbc: String?) throws -> Cell? {
    let flags = try pbc.map(periodicity)
    guard let lattice else {
      if let flags, flags != [false, false, false] {
        throw ExtendedXYZSyntaxError("pbc asks for periodic directions, but there is no Lattice")
      }
      return nil
    }
    let words = Self.words(lattice)
    let v = words.compactMap { DecimalParser.shared.parse($0) }
    guard v.count == words.count, v.count == 9 || v.count == 3, v.allSatisfy(\.isFinite) else {
      throw InvalidInput("Lattice", value: "'\(lattice)'", expected: "nine finite numbers")
    }
    let rows =
      v.count == 9
      ? [Vector3(v[0], v[1], v[2]), Vector3(v[3], v[4], v[5]), Vector3(v[6], v[7], v[8])]
      : [Vector3(v[0], 0, 0), Vector3(0, v[1], 0), Vector3(0, 0, v[2])]
    let p = flags ?? [true, true, true]
    return try Cell(rows[0], rows[1], rows[2], periodic: (p[0], p[1], p[2]))
  }

  private func periodicity(_ text: String) throws -> [Bool] {
    let words = Self.words(text)
    let flags = words.compactMap { word -> Bool? in
      switch word {
      case "T", "True", "true", "TRUE", "1": true
      case "F", "False", "false", "FALSE", "0": false
      default: nil
      }
    }
    guard flags.count == words.count, flags.count == 3 || flags.count == 1 else {
      throw InvalidInput("pbc", value: "'\(text)'", expected: "three of T or F")
    }
    return flags.count == 1 ? [flags[0], flags[0], flags[0]] : flags
  }
}

extension ExtendedXYZHeader {
  /// The value of the last entry of that key, as text.
  func text(of key: String) -> String? { entries.last { $0.key == key }?.value.text }
}

extension Frame.Label {
  /// The value of a key: `virial` and `stress` of nine numbers are matrices, column after column.
  init(_ value: ExtendedXYZHeader.Value, key: String) {
    let label = Frame.Label(value)
    self = ExtendedXYZNames.matrices.contains(key) ? label.columnMajorMatrix : label
  }
}
