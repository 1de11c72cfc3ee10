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
  private var text = TextBytes()
  private var frameIndex = 0
  /// That of the frame before.
  private var header: ExtendedXYZHeaderWriter?
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
    return writer.text.bytes
  }

  /// Adds a frame.
  ///
  /// Throws: `DataError` when a number is not finite, a name cannot stand in a header, or writing
  /// fails.
  public func write(_ frame: Frame) throws {
    try encode(frame)
    try text.bytes.withUnsafeBytes { try output?.write($0) }
    frameIndex += 1
  }

  /// The text of the frame goes to `text`.
  private func encode(_ frame: Frame) throws {
    text.removeAll()
    var words: [String: String] = [:]
    var last = ""
    for species in frame.species where species != last || words.isEmpty {
      if words[species] == nil { words[species] = Self.word(species) }
      last = species
    }
    let isForOVITO = program == .ovito
    let hasNames = !isForOVITO && !ExtendedXYZNames.areElements(words.keys)
    if header?.fits(frame, hasNames: hasNames) != true {
      do {
        header = try ExtendedXYZHeaderWriter(frame, hasNames: hasNames, program: program)
      } catch let error as ExtendedXYZSyntaxError {
        throw failure(error.message)
      }
    }
    for name in header?.lost ?? [] { lost.add("column '\(name)'") }
    text.append(frame.count)
    text.endLine()
    header?.append(frame, to: &text)
    text.endLine()
    let columns = header?.columns.map { frame.columns[$0] } ?? []
    var (word, shown) = ("X", "X")
    for i in 0..<frame.count {
      let species = frame.species[i]
      if i == 0 || species != last {
        word = words[species] ?? "X"
        let isHidden = hasNames && ChemicalElement.atomicNumber(of: species) == nil
        shown = isHidden ? "X" : word
        last = species
      }
      text.append(shown)
      try append(frame.positions[i], "pos", i)
      if let q = frame.orientations?[i] {
        try append(q.w, "c_q", i)
        try append(Vector3(q.x, q.y, q.z), "c_q", i)
        if isForOVITO {
          try append(Vector3(q.x, q.y, q.z), "orientation", i)
          try append(q.w, "orientation", i)
        }
      }
      if let axes = frame.semiAxes?[i] {
        try append(2 * axes.vector, "c_diameter", i)
        if isForOVITO { try append(axes.vector, "aspherical_shape", i) }
      }
      if hasNames { text.append(word) }
      for column in columns { try append(column, i) }
      text.endLine()
    }
  }

  /// Makes the file appear.
  ///
  /// Throws: `DataError` when writing fails, for instance on a full disk.
  public func commit() throws { try output?.commit() }

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

  @inline(__always)
  private func append(_ value: Double, _ name: String, _ particle: Int) throws {
    guard value.isFinite else {
      throw failure("\(name) of particle \(particle) is \(value); expected a finite number")
    }
    text.append(value)
  }

  @inline(__always)
  private func append(_ vector: Vector3, _ name: String, _ particle: Int) throws {
    try append(vector.x, name, particle)
    try append(vector.y, name, particle)
    try append(vector.z, name, particle)
  }

  private func append(_ column: Frame.Column, _ i: Int) throws {
    for k in i * column.width..<(i + 1) * column.width {
      switch column.values {
      case .reals(let values): try append(values[k], column.name, i)
      case .integers(let values): text.append(values[k])
      case .logicals(let values): text.append(values[k] ? "T" : "F")
      case .strings(let values): text.append(Self.word(values[k]))
      }
    }
  }
}
