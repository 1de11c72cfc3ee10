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
  private var headers: ExtendedXYZHeaderReader
  private let options: ReadOptions
  private var points: PointParticles
  private var collected = WarningCollector()
  private var assumed = AssumptionList()
  /// Those of the last layout, which most frames share.
  private var assumedLast: [String] = []

  /// Opens the file.
  ///
  /// Throws: `DataError` when there is no such file.
  public init(_ path: String, options: ReadOptions = ReadOptions()) throws {
    lines = try LineReader(path)
    self.options = options
    headers = ExtendedXYZHeaderReader(options: options)
    points = PointParticles(path: path, options: options)
  }

  /// Reads frames from text that is in memory, as another program has sent it; errors call it `name`.
  public init(bytes: [UInt8], name: String) {
    lines = LineReader(bytes: bytes, name: name)
    options = ReadOptions()
    headers = ExtendedXYZHeaderReader(options: options)
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
    let header = try located { try headers.read(line) }
    let layout = try readRows(count, countLine, header.properties)
    let frame = try frame(header, layout, headerLine)
    frameIndex += 1
    return frame
  }

  /// The species of the next frame, without its numbers: much faster, and blind for what is wrong with
  /// them; nil at the end.
  ///
  /// Throws: `DataError` as `next`.
  public func nextSpecies() throws -> [String]? {
    guard let count = try particleCount() else { return nil }
    let countLine = lines.lineNumber
    guard let line = try lines.next() else {
      throw failure("the file ends before the header of a frame of \(count) particles", countLine)
    }
    let properties = try located { try headers.read(line) }.properties
    if properties.restored != nil {
      let layout = try readRows(count, countLine, properties)
      frameIndex += 1
      return species(layout).names
    }
    let layout = properties.layout.speciesAlone
    rows.removeAll()
    for row in 0..<count {
      try readRow(row, of: count, countLine, layout, properties.layout)
    }
    frameIndex += 1
    return species(layout).names
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
      if let count = Self.digits(line) { return count }
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

  /// A line of nothing but a few digits.
  private static func digits(_ line: UnsafeRawBufferPointer) -> Int? {
    guard (1...15).contains(line.count), line.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    return line.reduce(0) { 10 * $0 + Int($1 - 0x30) }
  }

  /// Reads the rows; returns the layout that they turned out to have.
  private func readRows(
    _ count: Int, _ countLine: Int, _ properties: ExtendedXYZHeaderReader.Properties
  ) throws -> ExtendedXYZLayout {
    rows.removeAll()
    let layout = properties.layout
    for row in 0..<count {
      // Rows that ASE never touched still have the columns that its header lost.
      if row == 0, let whole = properties.restored {
        let line = try nextRow(row, of: count, countLine)
        if rows.append(line, layout.rows) { continue }
        rows.removeAll()
        guard rows.append(line, whole.rows) else {
          throw problem(line, count, countLine, layout)
        }
        for row in 1..<max(1, count) {
          try readRow(row, of: count, countLine, whole, whole)
        }
        return whole
      }
      try readRow(row, of: count, countLine, layout, layout)
    }
    if let whole = properties.restored {
      let lost = whole.rows.fields.map(\.name).filter { name in
        !layout.rows.fields.contains { $0.name == name }
      }
      if count > 0, !lost.isEmpty {
        collected.add(
          "lost columns",
          "\(path): frame \(frameIndex): the header names columns that the rows do not have "
            + "(\(lost.joined(separator: ", "))); they are left out")
      }
    }
    return layout
  }

  private func nextRow(
    _ row: Int, of count: Int, _ countLine: Int
  ) throws -> UnsafeRawBufferPointer {
    guard let line = try lines.next() else {
      throw failure(
        "the file ends after \(row) of the \(count) particles announced on line \(countLine)")
    }
    return line
  }

  /// Reads a row by `layout`; `announced` is that of the header.
  @inline(__always)
  private func readRow(
    _ row: Int, of count: Int, _ countLine: Int, _ layout: ExtendedXYZLayout,
    _ announced: ExtendedXYZLayout
  ) throws {
    let line = try nextRow(row, of: count, countLine)
    if !rows.append(line, layout.rows) { throw problem(line, count, countLine, announced) }
  }

  /// What is wrong with a row.
  private func problem(
    _ line: UnsafeRawBufferPointer, _ count: Int, _ countLine: Int, _ layout: ExtendedXYZLayout
  ) -> DataError {
    let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\t" }
    let looksLikeCount = words.count == 1 && Int(words[0]) != nil && layout.rows.width > 1
    return failure(
      ParticleRows.problem(in: line, layout.rows)
        + (looksLikeCount || words.isEmpty
          ? "; the particle count \(count) on line \(countLine) may be too large" : ""))
  }

  // MARK: The frame

  private func frame(
    _ header: ExtendedXYZHeaderReader.Meaning, _ layout: ExtendedXYZLayout, _ headerLine: Int
  ) throws -> Frame {
    let n = rows.count
    let reals = rows.reals
    let width = layout.rows.realWidth
    let positions = (0..<n).map { i -> Vector3 in
      let at = i * width + layout.positions
      return Vector3(reals[at], reals[at + 1], reals[at + 2])
    }
    if layout.assumptions != assumedLast {
      for text in layout.assumptions { assumed.add(text) }
      assumedLast = layout.assumptions
    }
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
      semiAxes: shapes, cell: header.cell, labels: header.labels, columns: columns)
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
    let (first, p1, p2, p3) = (p[0], p[1], p[2], p[3])
    return try (0..<rows.count).map { i in
      let at = i * width
      let (w, x, y, z) = (reals[at + first], reals[at + p1], reals[at + p2], reals[at + p3])
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

  /// The semi-axes where all are lengths; nil otherwise.
  private static func extents(
    _ reals: [Double], _ count: Int, _ p: [Int], _ factor: Double, _ width: Int
  ) -> [SemiAxes]? {
    let (a, b, c) = (p[0], p[1], p[2])
    var shapes: [SemiAxes] = []
    shapes.reserveCapacity(count)
    for i in 0..<count {
      let at = i * width
      guard
        let shape = try? SemiAxes(
          reals[at + a] * factor, reals[at + b] * factor, reals[at + c] * factor)
      else { return nil }
      shapes.append(shape)
    }
    return shapes
  }

  /// nil when no particle has an extent.
  private func semiAxes(
    _ p: [Int], _ factor: Double, _ width: Int, _ headerLine: Int
  ) throws -> [SemiAxes]? {
    let reals = rows.reals
    if let shapes = Self.extents(reals, rows.count, p, factor, width) { return shapes }
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
}
