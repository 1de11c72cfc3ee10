public import Geometry

extension FrameFormat {
  /// Data files of LAMMPS.
  static let lammpsData = FrameFormat(
    name: "LAMMPS data", extensions: [".data", ".lmp"],
    read: { try LAMMPSDataReader($0) }, write: { try LAMMPSDataWriter($0) })
}

/// Reads a data file of LAMMPS, which holds one frame: `Atoms # ellipsoid` (id type flag density x y
/// z) with `Ellipsoids` (id, three full diameters, quaternion w, x, y, z), or `Atoms # atomic`. Other
/// sections are passed over. The box is taken as periodic: a data file does not say.
public final class LAMMPSDataReader: FrameSource {
  private let lines: LineReader
  private var isRead = false

  /// Opens the file.
  ///
  /// Throws: `DataError` when there is no such file.
  public init(_ path: String) throws { lines = try LineReader(path) }

  /// Nothing is doubtful in these files.
  public var warnings: [String] { [] }

  /// The frame, then nil.
  ///
  /// Throws: `DataError` that names line and value.
  public func next() throws -> Frame? {
    guard !isRead else { return nil }
    isRead = true
    do {
      return try readFile()
    } catch let error as InvalidInput {
      throw failure(error.description)
    }
  }

  private struct Atom {
    var species: String
    var position: Vector3
  }

  private static let sections: Set = [
    "Atoms", "Ellipsoids", "Velocities", "Masses", "Atom Type Labels", "Bonds", "Angles",
    "Dihedrals", "Impropers", "Bodies", "Lines", "Triangles", "Pair Coeffs", "PairIJ Coeffs",
  ]

  private func failure(_ message: String) -> DataError {
    DataError(.badData, file: lines.path, frame: 0, line: lines.lineNumber, message: message)
  }

  /// The next line that says something, in words, and its comment.
  private func nextWords() throws -> (words: [String], comment: String)? {
    while let line = try lines.next() {
      let text = String(decoding: line, as: UTF8.self)
      let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let words = (parts.first ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
      let comment = parts.count > 1 ? parts[1].filter { !$0.isWhitespace } : ""
      if !words.isEmpty { return (words, comment) }
    }
    return nil
  }

  private func numbers(_ words: some Sequence<String>) throws -> [Double] {
    try words.map {
      guard let value = DecimalParser.shared.parse($0), value.isFinite else {
        throw failure("'\($0)' stands where a finite number is expected")
      }
      return value
    }
  }

  private func readFile() throws -> Frame {
    let title = try lines.next().map { String(decoding: $0, as: UTF8.self) } ?? ""
    var names = Self.names(title)
    var (low, high, tilt) = (Vector3.zero, Vector3.zero, Vector3.zero)
    var count: Int?
    var atoms: [Int: Atom] = [:]
    var shapes: [Int: (axes: SemiAxes, orientation: UnitQuaternion)] = [:]
    var entry = try nextWords()
    while let (words, comment) = entry {
      let section = words.joined(separator: " ")
      if Self.sections.contains(section) || words[0].first?.isLetter == true {
        let body = try readSection()
        entry = body.following
        switch section {
        case "Atoms": atoms = try readAtoms(body.rows, style: comment, names)
        case "Ellipsoids": shapes = try readEllipsoids(body.rows)
        case "Atom Type Labels":
          for row in body.rows where row.words.count == 2 { names[row.words[0]] = row.words[1] }
        default: break
        }
        continue
      }
      if words.last == "atoms" { count = Int(words[0]) }
      for (k, name) in ["xlo", "ylo", "zlo"].enumerated() where words.contains(name) {
        let bounds = try numbers(words.prefix(2))
        guard bounds.count == 2 else { throw failure("\(name) needs two bounds") }
        (low[k], high[k]) = (bounds[0], bounds[1])
      }
      if words.contains("xy"), case let values = try numbers(words.prefix(3)), values.count == 3 {
        tilt = Vector3(values[0], values[1], values[2])
      }
      entry = try nextWords()
    }
    guard let count else { throw failure("the number of atoms is missing") }
    guard atoms.count == count else {
      throw failure("there are \(atoms.count) atoms where \(count) are announced")
    }
    let order = atoms.keys.sorted()
    let hasShapes = !order.isEmpty && order.allSatisfy { shapes[$0] != nil }
    return Frame(
      positions: order.compactMap { atoms[$0]?.position },
      species: order.compactMap { atoms[$0]?.species },
      orientations: hasShapes ? order.compactMap { shapes[$0]?.orientation } : nil,
      semiAxes: hasShapes ? order.compactMap { shapes[$0]?.axes } : nil,
      cell: try LAMMPSBox(low: low, high: high, tilt: tilt).cell())
  }

  /// The names of the types as our own writer leaves them in the first line: `types 1=A 2=B`.
  private static func names(_ title: String) -> [String: String] {
    let words = title.split(whereSeparator: \.isWhitespace)
    guard let start = words.firstIndex(of: "types") else { return [:] }
    var names: [String: String] = [:]
    for word in words[(start + 1)...] {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { names[parts[0]] = parts[1] }
    }
    return names
  }

  private typealias Row = (words: [String], line: Int)

  /// The rows until the next section.
  private func readSection() throws -> (rows: [Row], following: (words: [String], comment: String)?)
  {
    var rows: [Row] = []
    while let entry = try nextWords() {
      if entry.words[0].first?.isLetter == true { return (rows, entry) }
      rows.append((entry.words, lines.lineNumber))
    }
    return (rows, nil)
  }

  private func failure(_ message: String, _ row: Row) -> DataError {
    DataError(.badData, file: lines.path, frame: 0, line: row.line, message: message)
  }

  private func readAtoms(
    _ rows: [Row], style: String, _ names: [String: String]
  ) throws -> [Int: Atom] {
    guard ["ellipsoid", "atomic", ""].contains(style) else {
      throw failure("atom style is \(style); expected ellipsoid or atomic")
    }
    var atoms: [Int: Atom] = [:]
    for row in rows {
      let isEllipsoid =
        style == "ellipsoid" || style.isEmpty && (row.words.count == 7 || row.words.count == 10)
      let width = isEllipsoid ? 7 : 5
      // Three image flags may follow.
      guard row.words.count == width || row.words.count == width + 3, let id = Int(row.words[0])
      else {
        throw failure(
          "the row has \(row.words.count) values; expected "
            + (isEllipsoid ? "id type flag density x y z" : "id type x y z"), row)
      }
      let values = row.words[(width - 3)..<width].map { DecimalParser.shared.parse($0) ?? .nan }
      guard values.allSatisfy(\.isFinite) else {
        throw failure(
          "position is (\(row.words[(width - 3)..<width].joined(separator: ", "))); "
            + "expected three finite numbers", row)
      }
      let type = row.words[1]
      let atom = Atom(
        species: names[type] ?? type, position: Vector3(values[0], values[1], values[2]))
      guard atoms.updateValue(atom, forKey: id) == nil else {
        throw failure("atom \(id) comes twice", row)
      }
    }
    return atoms
  }

  private func readEllipsoids(
    _ rows: [Row]
  ) throws -> [Int: (axes: SemiAxes, orientation: UnitQuaternion)] {
    var shapes: [Int: (axes: SemiAxes, orientation: UnitQuaternion)] = [:]
    for row in rows {
      let values = row.words.dropFirst().map { DecimalParser.shared.parse($0) ?? .nan }
      guard values.count == 7, let id = Int(row.words[0]), values.allSatisfy(\.isFinite) else {
        throw failure(
          "the ellipsoid is '\(row.words.joined(separator: " "))'; expected an identifier and "
            + "seven finite numbers", row)
      }
      do {
        shapes[id] = (
          try SemiAxes(values[0] / 2, values[1] / 2, values[2] / 2),
          try UnitQuaternion(w: values[3], x: values[4], y: values[5], z: values[6])
        )
      } catch let error as InvalidInput {
        throw failure(error.description, row)
      }
    }
    return shapes
  }
}

/// Writes a data file of LAMMPS: one frame, `Atoms # ellipsoid` with `Ellipsoids` (density 1), or
/// `Atoms # atomic` without shapes. The first line, which LAMMPS ignores, keeps the names of the types.
///
/// LAMMPS wants the first lattice vector along x and the second in the xy plane: other frames are
/// turned as a whole.
public final class LAMMPSDataWriter: FrameSink {
  private let output: OutputFile
  private var isWritten = false

  /// Opens the file.
  ///
  /// Throws: `DataError` when it cannot be created.
  public init(_ path: String) throws { output = try OutputFile(path) }

  /// Writes the frame.
  ///
  /// Throws: `DataError` for a second frame, numbers that are not finite, a left-handed cell, or when
  /// writing fails.
  public func write(_ frame: Frame) throws {
    guard !isWritten else {
      throw failure("a data file holds one frame; write a .dump for more", frame: 1)
    }
    isWritten = true
    let box: LAMMPSBox
    let rotation: UnitQuaternion?
    do {
      (box, rotation) = try LAMMPSBox.around(frame)
    } catch let error as InvalidInput {
      throw failure(error.description)
    }
    let frame = rotation.map(frame.turned) ?? frame
    guard frame.positions.allSatisfy(\.isFinite) else {
      throw failure("positions are not all finite")
    }
    var types = LAMMPSTypes()
    let numbers = frame.species.map { types.number($0) }
    try output.write(header(frame, box, types))
    try output.write("\nAtoms # \(frame.semiAxes == nil ? "atomic" : "ellipsoid")\n\n")
    for (i, r) in frame.positions.enumerated() {
      let flags = frame.semiAxes == nil ? "" : " 1 1.0"
      try output.write("\(i + 1) \(numbers[i])\(flags) \(r.x) \(r.y) \(r.z)\n")
    }
    guard let semiAxes = frame.semiAxes, !semiAxes.isEmpty else { return }
    try output.write("\nEllipsoids\n\n")
    for (i, axes) in semiAxes.enumerated() {
      let q = frame.orientations?[i] ?? .identity
      try output.write(
        "\(i + 1) \(2 * axes.a) \(2 * axes.b) \(2 * axes.c) \(q.w) \(q.x) \(q.y) \(q.z)\n")
    }
  }

  /// Makes the file appear.
  ///
  /// Throws: `DataError` when no frame was written, or writing fails.
  public func commit() throws {
    guard isWritten else { throw failure("there is no frame to write") }
    try output.commit()
  }

  private func failure(_ message: String, frame: Int = 0) -> DataError {
    DataError(.badData, file: output.path, frame: frame, message: message)
  }

  private func header(_ frame: Frame, _ box: LAMMPSBox, _ types: LAMMPSTypes) -> String {
    let names = types.pairs.map { "\($0.number)=\($0.name)" }.joined(separator: " ")
    var text = "LAMMPS data file by Mesogen, types \(names)\n\n\(frame.count) atoms\n"
    if frame.semiAxes != nil { text += "\(frame.count) ellipsoids\n" }
    text += "\(max(1, types.largest)) atom types\n\n"
    for (k, axis) in ["x", "y", "z"].enumerated() {
      text += "\(box.low[k]) \(box.low[k] + box.edges[k]) \(axis)lo \(axis)hi\n"
    }
    if box.isTilted { text += "\(box.tilt.x) \(box.tilt.y) \(box.tilt.z) xy xz yz\n" }
    if frame.semiAxes == nil {
      text += "\nMasses\n\n"
      for type in 1...max(1, types.largest) { text += "\(type) 1.0\n" }
    }
    return text
  }
}
