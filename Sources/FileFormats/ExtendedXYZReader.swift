public import Geometry

/// Reads extended XYZ frame by frame; `-` is standard input, gzip is unpacked.
///
/// Orientations come from `c_q`, `quaternions` or `quaternion` (w, x, y, z) or OVITO's `orientation`
/// (x, y, z, w); semi-axes are half of `c_diameter[1..3]`, in any of the spellings that programs give
/// to these names, or OVITO's `aspherical_shape`. Where both stand, the former count, and a warning
/// tells where they differ. Particles whose lengths and quaternion are all zero are spheres
/// (`PointParticles`). Species that are `X` take their names from the column `species_name`. `virial`
/// and `stress` of nine numbers are matrices, column after column. Keys and columns without a meaning
/// here become labels and columns of the frame.
public final class ExtendedXYZReader: FrameSource {
  /// The path as it was given.
  public var path: String { lines.path }
  /// The number of frames read so far: the index of the next one.
  public private(set) var frameIndex = 0

  private let lines: LineReader
  private var rows = ParticleRows()
  private let options: ReadOptions
  private var points: PointParticles
  private var collected = WarningCollector()
  private var assumed = AssumptionList()

  /// Opens the file.
  ///
  /// Throws: `DataError` when there is no such file.
  public init(_ path: String, options: ReadOptions = ReadOptions()) throws {
    lines = try LineReader(path)
    self.options = options
    points = PointParticles(path: path, options: options)
  }

  /// Reads frames from text that is in memory, as another program has sent it; errors call it `name`.
  public init(bytes: [UInt8], name: String) {
    lines = LineReader(bytes: bytes, name: name)
    options = ReadOptions()
    points = PointParticles(path: name, options: options)
  }

  /// What was doubtful in the frames read so far, one line for each kind.
  public var warnings: [String] { collected.texts + points.warnings.texts }

  /// What was assumed: which columns are orientations and shapes, and in which order.
  public var assumptions: [String] { assumed.texts }

  /// The next frame; nil at the end.
  ///
  /// Throws: `DataError` that names frame (from 0), line (from 1) and value.
  public func next() throws -> Frame? {
    guard let count = try particleCount() else { return nil }
    let countLine = lines.lineNumber
    guard let line = try lines.next() else {
      throw failure("the file ends before the header of a frame of \(count) particles", countLine)
    }
    let headerLine = lines.lineNumber
    let header = try located { try ExtendedXYZHeader(line) }
    let properties = try self.properties(header)
    try readRows(count, countLine, header, properties)
    let frame = try frame(header, properties, headerLine)
    frameIndex += 1
    return frame
  }

  // MARK: Lines

  private func failure(_ message: String, _ line: Int? = nil) -> DataError {
    DataError(
      .badData, file: path, frame: frameIndex, line: line ?? lines.lineNumber, message: message)
  }

  /// Adds frame and line to the errors that do not know them.
  private func located<Result>(_ line: Int? = nil, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ExtendedXYZSyntaxError {
      throw failure(error.message, line)
    } catch let error as InvalidInput {
      throw failure(error.description, line)
    }
  }

  /// The first line of a frame; nil at the end of the file.
  private func particleCount() throws -> Int? {
    if let line = try lines.nextWithText() {
      let text = String(decoding: line.prefix(80), as: UTF8.self)
      let words = text.split { $0 == " " || $0 == "\t" }
      if words.count == 1, let count = Int(words[0]), count >= 0 { return count }
      let shown = text.count > 40 ? text.prefix(40) + "..." : text[...]
      throw failure(
        "particle count is '\(shown)'; expected a whole number"
          + (frameIndex == 0
            ? "" : " (or frame \(frameIndex - 1) has more rows than its particle count says)"))
    }
    if frameIndex == 0 {
      throw DataError(.badData, file: path, message: "the file is empty; expected frames")
    }
    return nil
  }

  private func readRows(
    _ count: Int, _ countLine: Int, _ header: ExtendedXYZHeader, _ properties: Properties
  ) throws {
    rows.removeAll()
    var layout = properties.layout
    for row in 0..<count {
      guard let line = try lines.next() else {
        throw failure(
          "the file ends after \(row) of the \(count) particles announced on line \(countLine)")
      }
      if rows.append(line, layout.rows) { continue }
      // Rows that ASE never touched still have the columns that its header lost.
      if row == 0, let whole = properties.restored {
        rows.removeAll()
        if rows.append(line, whole.rows) {
          layout = whole
          continue
        }
      }
      let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\t" }
      let looksLikeCount = words.count == 1 && Int(words[0]) != nil && layout.rows.width > 1
      throw failure(
        ParticleRows.problem(in: line, layout.rows)
          + (looksLikeCount || words.isEmpty
            ? "; the particle count \(count) on line \(countLine) may be too large" : ""))
    }
    if layout.rows.width == properties.layout.rows.width, let debris = properties.restored {
      let lost = debris.rows.fields.map(\.name).filter { name in
        !layout.rows.fields.contains { $0.name == name }
      }
      if count > 0, !lost.isEmpty {
        collected.add(
          "lost columns",
          "\(path): frame \(frameIndex): the header names columns that the rows do not have "
            + "(\(lost.joined(separator: ", "))); they are left out")
      }
    }
    usedLayout = layout
  }

  /// The layout that the rows of this frame turned out to have.
  private var usedLayout: ExtendedXYZLayout?

  // MARK: Properties

  private struct Properties {
    let layout: ExtendedXYZLayout
    /// With the columns that a mangled header lost.
    let restored: ExtendedXYZLayout?
    /// Keys that are remains of a mangled header.
    let debris: Set<String>
  }

  /// What the header before this one meant: most files repeat it.
  private var lastProperties: (text: String, keys: [String], meaning: Properties)?

  private func properties(_ header: ExtendedXYZHeader) throws -> Properties {
    let text =
      header.entries.last { $0.key == "Properties" }?.value.text ?? ExtendedXYZLayout.plain
    let keys = header.entries.lazy.map(\.key).filter { 0x30...0x39 ~= $0.utf8.first ?? 0 }
    if let last = lastProperties, last.text == text, keys.elementsEqual(last.keys) {
      return last.meaning
    }
    let meaning = try properties(text, Array(keys))
    lastProperties = (text, Array(keys), meaning)
    return meaning
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
    try located { try ExtendedXYZLayout(text, options: options) }
  }

  // MARK: The frame

  private func frame(
    _ header: ExtendedXYZHeader, _ properties: Properties, _ headerLine: Int
  ) throws -> Frame {
    let layout = usedLayout ?? properties.layout
    let n = rows.count
    let reals = rows.reals
    let width = layout.rows.realWidth
    let positions = (0..<n).map { i -> Vector3 in
      let at = i * width + layout.positions
      return Vector3(reals[at], reals[at + 1], reals[at + 2])
    }
    var labels = Frame.Labels()
    for (key, value) in header.entries
    where !["Properties", "Lattice", "pbc"].contains(key) && !properties.debris.contains(key) {
      let name = ExtendedXYZNames.meant(by: key)
      let label = Frame.Label(value)
      labels[name] =
        ExtendedXYZNames.matrices.contains(key) ? label.columnMajorMatrix : label
    }
    if let comment = header.comment { labels["comment"] = .string(comment) }
    for text in layout.assumptions { assumed.add(text) }
    points.begin(frame: frameIndex)
    var shapes: [SemiAxes]?
    if let axes = layout.axes {
      shapes = try semiAxes(axes.places, axes.factor, width, headerLine)
    }
    let (species, namesTellMore) = species(layout)
    // Names that stand for nothing but the species are no column of their own.
    let others = layout.others.filter { namesTellMore || $0.name != ExtendedXYZNames.species }
    let columns = others.map { field -> Frame.Column in
      var column = rows.column(field, layout.rows)
      column.name = ExtendedXYZNames.meant(by: column.name)
      return column
    }
    return Frame(
      positions: positions, species: species,
      orientations: try layout.quaternion.map {
        try orientations($0, layout.secondQuaternion, width, headerLine)
      },
      semiAxes: shapes, cell: try located(headerLine) { try cell(header) },
      labels: labels, columns: columns)
  }

  /// The species, and whether the column of their names holds more than these.
  private func species(_ layout: ExtendedXYZLayout) -> (names: [String], isMore: Bool) {
    var found = symbols(layout)
    var isMore = layout.speciesNames == nil
    if let offset = layout.speciesNames {
      let stride = layout.rows.stringWidth
      for i in found.indices {
        let name = rows.strings[i * stride + offset]
        if found[i] == "X" { found[i] = name } else if found[i] != name { isMore = true }
      }
    }
    let types = options.types
    return (types.isEmpty ? found : found.map { types[$0] ?? $0 }, isMore)
  }

  private func symbols(_ layout: ExtendedXYZLayout) -> [String] {
    switch layout.species {
    case .none: Array(repeating: "X", count: rows.count)
    case .symbols: rows.species
    case .numbers(let offset):
      (0..<rows.count).map {
        let number = rows.integers[$0 * layout.rows.integerWidth + offset]
        return ChemicalElement.symbol(of: number) ?? "\(number)"
      }
    }
  }

  private func orientations(
    _ p: [Int], _ second: [Int]?, _ width: Int, _ headerLine: Int
  ) throws -> [UnitQuaternion] {
    let reals = rows.reals
    return try (0..<rows.count).map { i in
      let at = i * width
      let (w, x, y, z) = (reals[at + p[0]], reals[at + p[1]], reals[at + p[2]], reals[at + p[3]])
      if w == 0, x == 0, y == 0, z == 0, points.isPoint(i) { return .identity }
      let line = headerLine + 1 + i
      let result = try located(line) { try UnitQuaternion(w: w, x: x, y: y, z: z) }
      let length = (w * w + x * x + y * y + z * z).squareRoot()
      if abs(length - 1) > UnitQuaternion.lengthTolerance {
        collected.add(
          "length",
          "\(path): frame \(frameIndex), line \(line): quaternion (w, x, y, z) = "
            + "(\(w), \(x), \(y), \(z)) has length \(length); it is normalised")
      }
      if let second {
        let q = second.map { reals[at + $0] }
        compare(result, with: try? UnitQuaternion(w: q[0], x: q[1], y: q[2], z: q[3]), line)
      }
      return result
    }
  }

  /// Two columns of one meaning should agree; 1e-4 is what single precision and few digits leave.
  private func compare(_ used: UnitQuaternion, with other: UnitQuaternion?, _ line: Int) {
    let overlap = other.map { used.w * $0.w + used.x * $0.x + used.y * $0.y + used.z * $0.z } ?? 0
    if abs(abs(overlap) - 1) > 1e-4 {
      collected.add(
        "two orientations",
        "\(path): frame \(frameIndex), line \(line): the column orientation (x, y, z, w) does not "
          + "agree with the quaternion that is used")
    }
  }

  /// nil when no particle has an extent.
  private func semiAxes(
    _ p: [Int], _ factor: Double, _ width: Int, _ headerLine: Int
  ) throws -> [SemiAxes]? {
    let reals = rows.reals
    var hasPoints = false
    let shapes = try (0..<rows.count).map { i -> SemiAxes? in
      let at = i * width
      let (a, b, c) = (reals[at + p[0]], reals[at + p[1]], reals[at + p[2]])
      if a > 0, b > 0, c > 0 {
        return try located(headerLine + 1 + i) {
          try SemiAxes(a * factor, b * factor, c * factor)
        }
      }
      if a == 0, b == 0, c == 0 {
        hasPoints = true
        return nil
      }
      // Said in the terms of the file, which gives full lengths.
      for (k, value) in [a, b, c].enumerated() where !(value > 0) {
        let name = factor == 0.5 ? "c_diameter[\(k + 1)]" : "aspherical_shape (value \(k + 1))"
        throw failure("\(name) is \(value); expected a positive number", headerLine + 1 + i)
      }
      return nil
    }
    return hasPoints ? points.completed(shapes) : shapes.compactMap { $0 }
  }

  /// The cell of the frame before, with the text that it came from.
  private var lastCell: (lattice: String?, pbc: String?, cell: Cell?)?

  /// Words between blanks, commas and brackets.
  private static func words(_ text: String) -> [String] {
    text.utf8.split { " \t,[]".utf8.contains($0) }.map { String(Substring($0)) }
  }

  private func cell(_ header: ExtendedXYZHeader) throws -> Cell? {
    let lattice = header.entries.last { $0.key == "Lattice" }?.value.text
    let pbc = header.entries.last { $0.key == "pbc" }?.value.text
    if let last = lastCell, last.lattice == lattice, last.pbc == pbc { return last.cell }
    let cell = try cell(lattice, pbc)
    lastCell = (lattice, pbc, cell)
    return cell
  }

  private func cell(_ lattice: String?, _ pbc: String?) throws -> Cell? {
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
