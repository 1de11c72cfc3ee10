public import Geometry

/// Writes extended XYZ; a name that ends in `.gz` is compressed, `-` is standard output. The file
/// appears when `commit()` is called.
///
/// Numbers are written with as many digits as it takes to read the same bits again. The header is
/// quoted so that ASE, libextxyz and OVITO all keep the names of the columns:
/// `Properties="species:S:1:pos:R:3:c_q:R:4:c_diameter[1]:R:1:..."`.
///
/// For ASE, species that are no elements are `X`, with their names in a column `species_name`, and
/// names that ASE cannot take are changed (`ExtendedXYZNames`); the reader undoes both. For OVITO
/// (`WriteOptions`) species keep their names, and `orientation` (x, y, z, w) and `aspherical_shape`
/// (semi-axes) are added.
public final class ExtendedXYZWriter: FrameSink {
  /// nil where only the text of frames is wanted.
  private let output: OutputFile?
  private let program: WriteOptions.Program
  private var bytes: [UInt8] = []
  private var frameIndex = 0
  private var lost = LossCollector()

  /// Columns that the frame's own orientations or shapes stand for; the format holds all the rest.
  public var losses: [FormatLoss] { lost.losses }

  /// Opens the file.
  ///
  /// Throws: `DataError` when it cannot be created.
  public init(_ path: String, options: WriteOptions = WriteOptions()) throws {
    output = try OutputFile(path)
    program = options.program
  }

  private init() {
    output = nil
    program = .ase
  }

  /// The text of one frame, as it would stand in a file.
  ///
  /// Throws: `DataError` when a number is not finite or a name cannot stand in a header.
  public static func text(of frame: Frame) throws -> [UInt8] {
    let writer = ExtendedXYZWriter()
    try writer.encode(frame)
    return writer.bytes
  }

  /// Adds a frame.
  ///
  /// Throws: `DataError` when a number is not finite, a name cannot stand in a header, or writing
  /// fails.
  public func write(_ frame: Frame) throws {
    try encode(frame)
    try bytes.withUnsafeBytes { try output?.write($0) }
    frameIndex += 1
  }

  /// The text of the frame goes to `bytes`.
  private func encode(_ frame: Frame) throws {
    bytes.removeAll(keepingCapacity: true)
    let names = Dictionary(
      Set(frame.species).map { ($0, Self.word($0)) }, uniquingKeysWith: { first, _ in first })
    let isForOVITO = program == .ovito
    let hasNames = !isForOVITO && !ExtendedXYZNames.areElements(names.keys)
    let columns = keptColumns(frame, hasNames: hasNames)
    bytes.append(contentsOf: "\(frame.count)\n\(try header(frame, columns, hasNames))\n".utf8)
    for i in 0..<frame.count {
      let species = frame.species[i]
      let isHidden = hasNames && ChemicalElement.atomicNumber(of: species) == nil
      append(isHidden ? "X" : names[species] ?? "X")
      let r = frame.positions[i]
      try append(r.x, "pos", i)
      try append(r.y, "pos", i)
      try append(r.z, "pos", i)
      if let q = frame.orientations?[i] {
        for value in [q.w, q.x, q.y, q.z] { try append(value, "c_q", i) }
        if isForOVITO { for value in [q.x, q.y, q.z, q.w] { try append(value, "orientation", i) } }
      }
      if let axes = frame.semiAxes?[i] {
        for k in 0..<3 { try append(2 * axes.vector[k], "c_diameter", i) }
        if isForOVITO { for k in 0..<3 { try append(axes.vector[k], "aspherical_shape", i) } }
      }
      if hasNames { append(names[species] ?? "X") }
      for column in columns { try append(column.column, i) }
      // The blank behind the last value becomes the end of the line.
      bytes[bytes.count - 1] = 0x0A
    }
  }

  /// Makes the file appear.
  ///
  /// Throws: `DataError` when writing fails, for instance on a full disk.
  public func commit() throws { try output?.commit() }

  // MARK: Header

  /// Whether the frame's own values stand for a column of that name.
  private func isReplaced(_ name: String, _ frame: Frame) -> Bool {
    switch name {
    case "c_q", "quaternions", "quaternion", "orientation": frame.orientations != nil
    case "c_diameter", "c_diameter[1]", "c_diameter[2]", "c_diameter[3]", "aspherical_shape":
      frame.semiAxes != nil
    default: false
    }
  }

  /// The columns that are written, with their names in the file.
  private func keptColumns(
    _ frame: Frame, hasNames: Bool
  ) -> [(name: String, column: Frame.Column)] {
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
    return frame.columns.compactMap { column in
      guard !isReplaced(column.name, frame), column.width > 0 else {
        lost.add("column '\(column.name)'")
        return nil
      }
      return (ExtendedXYZNames.key(of: column, &fields), column)
    }
  }

  private func header(
    _ frame: Frame, _ columns: [(name: String, column: Frame.Column)], _ hasNames: Bool
  ) throws -> String {
    var properties = "species:S:1:pos:R:3"
    if frame.orientations != nil {
      properties += ":c_q:R:4" + (program == .ovito ? ":orientation:R:4" : "")
    }
    if frame.semiAxes != nil {
      properties += ":c_diameter[1]:R:1:c_diameter[2]:R:1:c_diameter[3]:R:1"
      if program == .ovito { properties += ":aspherical_shape:R:3" }
    }
    if hasNames { properties += ":\(ExtendedXYZNames.species):S:1" }
    for (name, column) in columns {
      guard !name.isEmpty, !name.contains(where: { ":\\\n\r".contains($0) }) else {
        throw failure("name of a column is '\(name)'; expected one without : and \\")
      }
      properties += ":\(name):\(Self.code(column.values)):\(column.width)"
    }
    var parts: [String] = []
    if let cell = frame.cell {
      let rows = (0..<9).map { "\(cell.lattice[$0 / 3, $0 % 3])" }
      parts.append("Lattice=\"\(rows.joined(separator: " "))\"")
    }
    parts.append("Properties=\(Frame.Label.inQuotes(properties))")
    for name in frame.labels.names {
      guard let label = frame.labels[name] else { continue }
      let written = ExtendedXYZNames.key(of: name, label)
      let key = Frame.Label.needsQuotes(written) ? Frame.Label.inQuotes(written) : written
      if ExtendedXYZNames.matrices.contains(written), let numbers = label.nineNumbers {
        parts.append("\(key)=\"\(numbers.map { "\($0)" }.joined(separator: " "))\"")
      } else {
        parts.append("\(key)=\(label.extendedXYZ)")
      }
    }
    // Some readers take a frame to be periodic unless told otherwise.
    let flags = (0..<3).map { frame.cell?.isPeriodic($0) == true ? "T" : "F" }
    parts.append("pbc=\"\(flags.joined(separator: " "))\"")
    return parts.joined(separator: " ")
  }

  private static func code(_ values: Frame.Column.Values) -> String {
    switch values {
    case .reals: "R"
    case .integers: "I"
    case .logicals: "L"
    case .strings: "S"
    }
  }

  // MARK: Rows

  private func failure(_ message: String) -> DataError {
    DataError(.badData, file: output?.path ?? "frame", frame: frameIndex, message: message)
  }

  /// A word as it stands in a row: in quotation marks where it would not stand for itself. Blanks of
  /// any kind are `\u0020` and the like, since ASE divides a row wherever one is.
  private static func word(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && !text.unicodeScalars.contains {
        $0.properties.isWhitespace || $0.value < 0x20 || $0 == "\""
      }
    if isPlain { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.properties.isWhitespace || scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private func append(_ word: String) {
    bytes.append(contentsOf: word.utf8)
    bytes.append(0x20)
  }

  @inline(__always)
  private func append(_ value: Double, _ name: String, _ particle: Int) throws {
    guard value.isFinite else {
      throw failure("\(name) of particle \(particle) is \(value); expected a finite number")
    }
    var text = value.description
    text.withUTF8 { bytes.append(contentsOf: $0) }
    bytes.append(0x20)
  }

  private func append(_ column: Frame.Column, _ i: Int) throws {
    for k in i * column.width..<(i + 1) * column.width {
      switch column.values {
      case .reals(let values): try append(values[k], column.name, i)
      case .integers(let values): append("\(values[k])")
      case .logicals(let values): append(values[k] ? "T" : "F")
      case .strings(let values): append(Self.word(values[k]))
      }
    }
  }
}
