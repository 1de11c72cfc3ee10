public import Geometry

/// Writes extended XYZ; a name that ends in `.gz` is compressed, `-` is standard output. The file
/// appears when `commit()` is called.
///
/// Numbers are written with as many digits as it takes to read the same bits again. The header is
/// quoted so that ASE, libextxyz and OVITO all keep the names of the columns:
/// `Properties="species:S:1:pos:R:3:c_q:R:4:c_diameter[1]:R:1:..."`.
public final class ExtendedXYZWriter: FrameSink {
  private let output: OutputFile
  private var bytes: [UInt8] = []
  private var frameIndex = 0

  /// Opens the file.
  ///
  /// Throws: `DataError` when it cannot be created.
  public init(_ path: String) throws { output = try OutputFile(path) }

  /// Adds a frame.
  ///
  /// Throws: `DataError` when a number is not finite, a name cannot stand in a header, or writing
  /// fails.
  public func write(_ frame: Frame) throws {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: "\(frame.count)\n\(try header(frame))\n".utf8)
    let columns = frame.columns.filter { !Self.isWritten($0.name, frame) }
    let names = Dictionary(
      Set(frame.species).map { ($0, Self.word($0)) }, uniquingKeysWith: { first, _ in first })
    for i in 0..<frame.count {
      append(names[frame.species[i]] ?? frame.species[i])
      let r = frame.positions[i]
      try append(r.x, "pos", i)
      try append(r.y, "pos", i)
      try append(r.z, "pos", i)
      if let q = frame.orientations?[i] {
        for value in [q.w, q.x, q.y, q.z] { try append(value, "c_q", i) }
      }
      if let axes = frame.semiAxes?[i] {
        for k in 0..<3 { try append(2 * axes.vector[k], "c_diameter", i) }
      }
      for column in columns { try append(column, i) }
      // The blank behind the last value becomes the end of the line.
      bytes[bytes.count - 1] = 0x0A
    }
    try bytes.withUnsafeBytes { try output.write($0) }
    frameIndex += 1
  }

  /// Makes the file appear.
  ///
  /// Throws: `DataError` when writing fails, for instance on a full disk.
  public func commit() throws { try output.commit() }

  // MARK: Header

  /// Whether the frame's own values stand for a column of that name.
  private static func isWritten(_ name: String, _ frame: Frame) -> Bool {
    switch name {
    case "species", "pos": true
    case "c_q": frame.orientations != nil
    case "c_diameter[1]", "c_diameter[2]", "c_diameter[3]": frame.semiAxes != nil
    default: false
    }
  }

  private func header(_ frame: Frame) throws -> String {
    var properties = "species:S:1:pos:R:3"
    if frame.orientations != nil { properties += ":c_q:R:4" }
    if frame.semiAxes != nil {
      properties += ":c_diameter[1]:R:1:c_diameter[2]:R:1:c_diameter[3]:R:1"
    }
    for column in frame.columns where !Self.isWritten(column.name, frame) {
      guard !column.name.isEmpty, !column.name.contains(where: { ":\\\n".contains($0) }) else {
        throw failure("name of a column is '\(column.name)'; expected one without : and \\")
      }
      properties += ":\(column.name):\(Self.code(column.values)):\(column.width)"
    }
    var parts: [String] = []
    if let cell = frame.cell {
      let rows = (0..<9).map { "\(cell.lattice[$0 / 3, $0 % 3])" }
      parts.append("Lattice=\"\(rows.joined(separator: " "))\"")
    }
    parts.append("Properties=\(Frame.Label.inQuotes(properties))")
    for name in frame.labels.names where !["Lattice", "Properties", "pbc"].contains(name) {
      guard let label = frame.labels[name] else { continue }
      let key = Frame.Label.needsQuotes(name) ? Frame.Label.inQuotes(name) : name
      parts.append("\(key)=\(label.extendedXYZ)")
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
    DataError(.badData, file: output.path, frame: frameIndex, message: message)
  }

  /// A word as it stands in a row: in quotation marks where blanks ask for them.
  private static func word(_ text: String) -> String {
    let plain = !text.isEmpty && !text.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "\"") }
    return plain ? text : Frame.Label.inQuotes(text)
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
