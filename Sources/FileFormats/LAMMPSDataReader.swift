public import Geometry

extension FrameFormat {
  /// Data files of LAMMPS.
  static let lammpsData = FrameFormat(
    name: "LAMMPS data", extensions: [".data", ".lmp"],
    summary: "one frame for read_data: positions, types, ellipsoids and how they are turned, cell",
    read: { try LAMMPSDataReader($0, options: $1) },
    write: { path, _ in try LAMMPSDataWriter(path) }, holdsOneFrame: true)
}

/// Reads a data file of LAMMPS, which holds one frame, of the atom styles that
/// `LAMMPSAtomStyle.names` lists: the style is the comment behind `Atoms`, or `ReadOptions.atomStyle`,
/// or the only one that fits the file.
///
/// Shapes and orientations come from `Ellipsoids` (id, three full diameters, quaternion w, x, y, z);
/// other atoms of such a file are spheres of their diameter or points (`PointParticles`). Species are
/// the types: by `ReadOptions.types`, by `Atom Type Labels`, by the names that our own writer leaves
/// in the first line, or as elements where every mass of the section `Masses` is that of one within
/// 0.015; otherwise their numbers. Molecules, charges, image flags, velocities and what else a style
/// has become columns.
///
/// The box is taken as periodic: a data file does not say. One of general orientation (`avec`, `bvec`,
/// `cvec`) stays as it is, as all vectors and quaternions of such a file refer to it.
public final class LAMMPSDataReader: FrameSource {
  private let lines: LineReader
  private let options: ReadOptions
  private var isRead = false
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

  /// What was doubtful, one line for each kind.
  public var warnings: [String] { points.warnings.texts + collected.texts }

  /// What was assumed: the atom style, where species come from, that the box is periodic.
  public var assumptions: [String] { assumed.texts }

  /// The frame, then nil.
  ///
  /// Throws: `DataError` that names line and value.
  public func next() throws -> Frame? {
    guard !isRead else { return nil }
    isRead = true
    do {
      return try frame(try readFile())
    } catch let error as InvalidInput {
      throw failure(error.description)
    }
  }

  // MARK: Lines and sections

  /// A row and where it stands.
  struct Row {
    let words: [String]
    let line: Int
  }

  /// The file, cut into sections.
  private struct Contents {
    var title = ""
    /// Lines of the header: values and the words that say what they are.
    var header: [Row] = []
    var sections: [String: [Row]] = [:]
    var order: [String] = []
    /// The comment behind `Atoms`, and its line.
    var style = ""
    var atomsLine = 0
  }

  private func failure(_ message: String, _ line: Int? = nil) -> DataError {
    DataError(
      .badData, file: lines.path, frame: 0, line: line ?? lines.lineNumber, message: message)
  }

  /// The next line that says something, in words, and its comment.
  private func nextWords() throws -> (row: Row, comment: String)? {
    while let line = try lines.nextWithText() {
      let text = String(decoding: line, as: UTF8.self)
      let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let words = (parts.first ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
      let comment = parts.count > 1 ? parts[1].trimmingBlanks : ""
      if !words.isEmpty { return (Row(words: words, line: lines.lineNumber), comment) }
    }
    return nil
  }

  private func readFile() throws -> Contents {
    var contents = Contents()
    contents.title = try lines.next().map { String(decoding: $0, as: UTF8.self) } ?? ""
    var section: String?
    var rows: [Row] = []
    func close() {
      if let section { contents.sections[section, default: []] += rows }
      rows = []
    }
    while let (row, comment) = try nextWords() {
      if row.words[0].first?.isLetter == true {
        close()
        let name = row.words.joined(separator: " ")
        section = name
        contents.order.append(name)
        if name == "Atoms" { (contents.style, contents.atomsLine) = (comment, row.line) }
      } else if section == nil {
        contents.header.append(row)
      } else {
        rows.append(row)
      }
    }
    close()
    return contents
  }

  private func numbers(_ words: some Sequence<String>, _ line: Int) throws -> [Double] {
    try words.map {
      guard let value = DecimalParser.shared.parse($0), value.isFinite else {
        throw failure("'\($0)' stands where a finite number is expected", line)
      }
      return value
    }
  }

  /// Sections that say nothing of a frame: parameters of force fields, and those that are used.
  private static func isKnown(_ section: String) -> Bool {
    section.hasSuffix("Coeffs") || section.hasSuffix("Type Labels")
      || ["Atoms", "Ellipsoids", "Velocities", "Masses"].contains(section)
  }

  // MARK: The frame

  private func frame(_ contents: Contents) throws -> Frame {
    var evidence = LAMMPSAtomStyle.Evidence()
    evidence.sections = Set(contents.order)
    for row in contents.header where Int(row.words[0]) != nil {
      evidence.counts[row.words.dropFirst().joined(separator: " ")] = Int(row.words[0])
    }
    guard let count = evidence.counts["atoms"] else {
      throw failure("the number of atoms is missing")
    }
    let labels = try typeLabels(contents.sections["Atom Type Labels"] ?? [])
    evidence.labels = Set(labels.values)
    let rows = contents.sections["Atoms"] ?? []
    guard rows.count == count else {
      throw failure("there are \(rows.count) atoms where \(count) are announced")
    }
    let cell = try cell(contents.header)
    assumed.add("the box is periodic along all three vectors (a data file does not say)")
    for name in contents.order where !Self.isKnown(name) {
      let count = contents.sections[name]?.count ?? 0
      collected.add(name, "\(lines.path): section \(name) (\(count) rows) is not taken over")
    }
    let style = try style(contents, rows, evidence)
    var atoms = LAMMPSDataAtoms(style: style, path: lines.path)
    try atoms.read(rows)
    let names = try speciesNames(contents, atoms.types, labels)
    var frame = Frame(
      positions: atoms.positions, species: atoms.types.map { names[$0] ?? $0 }, cell: cell)
    points.begin(frame: 0)
    try setShapes(of: &frame, atoms, contents, evidence)
    try frame.set(columns: atoms.columns())
    // Where several types are one species, the types are still told apart.
    if Set(frame.species).count < Set(atoms.types).count {
      try frame.set(Frame.Column(name: "type", values: .strings(atoms.types)))
    }
    try addVelocities(to: &frame, atoms, contents.sections["Velocities"] ?? [])
    return frame
  }

  private func style(
    _ contents: Contents, _ rows: [Row], _ evidence: LAMMPSAtomStyle.Evidence
  ) throws -> LAMMPSAtomStyle {
    let ways =
      "; write the style behind the word, as in 'Atoms # full', or say it with --atom-style "
      + "(\(LAMMPSAtomStyle.names))"
    let name = options.atomStyle ?? contents.style
    if !name.isEmpty {
      if let style = LAMMPSAtomStyle(name) { return style }
      let what = name == "hybrid" ? "hybrid without its sub-styles" : name
      throw failure("atom style is \(what), which is not read\(ways)", contents.atomsLine)
    }
    let fitting = LAMMPSAtomStyle.fitting(rows.lazy.map(\.words), evidence)
    let width = rows.first?.words.count ?? 0
    if let style = fitting.first, fitting.count == 1 || rows.isEmpty {
      assumed.add(
        "atom style \(style.name): the only one that fits \(width) columns and the rest of the file"
      )
      return style
    }
    let names = fitting.map(\.name).joined(separator: ", ")
    throw failure(
      "Atoms does not say its style, and rows of \(width) values "
        + (fitting.isEmpty ? "fit none that is read" : "fit \(names)") + ways, contents.atomsLine)
  }

  // MARK: Box

  private func cell(_ header: [Row]) throws -> Cell {
    var (low, high, tilt) = (Vector3.zero, Vector3.zero, Vector3.zero)
    var general: [String: Vector3] = [:]
    for row in header {
      if let last = row.words.last, ["avec", "bvec", "cvec"].contains(last), row.words.count == 4 {
        let v = try numbers(row.words.prefix(3), row.line)
        general[last] = Vector3(v[0], v[1], v[2])
      }
      for (k, name) in ["xlo", "ylo", "zlo"].enumerated() where row.words.contains(name) {
        let bounds = try numbers(row.words.prefix(2), row.line)
        (low[k], high[k]) = (bounds[0], bounds[1])
      }
      if row.words.contains("xy"), row.words.count == 6 {
        let values = try numbers(row.words.prefix(3), row.line)
        tilt = Vector3(values[0], values[1], values[2])
      }
    }
    if let a = general["avec"], let b = general["bvec"], let c = general["cvec"] {
      return try Cell(a, b, c)
    }
    return try LAMMPSBox(low: low, high: high, tilt: tilt).cell()
  }

  // MARK: Species

  private func typeLabels(_ rows: [Row]) throws -> [String: String] {
    var labels: [String: String] = [:]
    for row in rows {
      guard row.words.count == 2 else {
        throw failure("the label of a type is '\(row.words.joined(separator: " "))'", row.line)
      }
      labels[row.words[0]] = row.words[1]
    }
    return labels
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

  /// The species of every type that atoms have, where it is not the type's own number or label.
  private func speciesNames(
    _ contents: Contents, _ types: [String], _ labels: [String: String]
  ) throws -> [String: String] {
    var names = Self.names(contents.title)
    names.merge(labels) { $1 }
    var source = names.isEmpty ? "numbers of types" : "names of types in the file"
    if names.isEmpty, let elements = try elements(contents.sections["Masses"] ?? []) {
      names = elements
      source = "elements of the masses"
    }
    for (type, name) in options.types {
      names[type] = name
      // A label may be meant, too.
      for (number, label) in labels where label == type { names[number] = name }
      source = "names of types as was said"
    }
    assumed.add("species: \(source)")
    return names
  }

  /// The masses as elements: nil unless every type has one whose mass differs by less than 0.015.
  private func elements(_ rows: [Row]) throws -> [String: String]? {
    var names: [String: String] = [:]
    var masses: [Double] = []
    for row in rows {
      guard row.words.count == 2, let mass = DecimalParser.shared.parse(row.words[1]), mass > 0
      else {
        throw failure(
          "the mass is '\(row.words.joined(separator: " "))'; expected a type and a positive number",
          row.line)
      }
      masses.append(mass)
      names[row.words[0]] = AtomicMasses.element(of: mass)
    }
    // Whole numbers up to 4 are what models in reduced units have: 1 is no hydrogen.
    let isReduced = masses.allSatisfy { $0 <= 4 && $0 == $0.rounded() }
    return masses.isEmpty || isReduced || names.count < masses.count ? nil : names
  }

  // MARK: Shapes and velocities

  private func setShapes(
    of frame: inout Frame, _ atoms: LAMMPSDataAtoms, _ contents: Contents,
    _ evidence: LAMMPSAtomStyle.Evidence
  ) throws {
    let rows = contents.sections["Ellipsoids"] ?? []
    if let announced = evidence.counts["ellipsoids"], announced != rows.count {
      throw failure("there are \(rows.count) ellipsoids where \(announced) are announced")
    }
    var shapes = [SemiAxes?](repeating: nil, count: frame.count)
    var orientations = [UnitQuaternion](repeating: .identity, count: frame.count)
    for row in rows {
      let values = row.words.dropFirst().map { DecimalParser.shared.parse($0) ?? .nan }
      guard values.count == 7, let id = Int(row.words[0]), values.allSatisfy(\.isFinite) else {
        throw failure(
          "the ellipsoid is '\(row.words.joined(separator: " "))'; expected an identifier and "
            + "seven finite numbers", row.line)
      }
      guard let i = atoms.index[id] else {
        throw failure("the ellipsoid belongs to atom \(id), which is missing", row.line)
      }
      guard shapes[i] == nil else { throw failure("ellipsoid \(id) comes twice", row.line) }
      do {
        shapes[i] = try SemiAxes(values[0] / 2, values[1] / 2, values[2] / 2)
        orientations[i] = try UnitQuaternion(
          w: values[3], x: values[4], y: values[5], z: values[6])
      } catch let error as InvalidInput {
        throw failure(error.description, row.line)
      }
    }
    try frame.set(semiAxes: points.completed(shapes, diameters: atoms.diameters))
    if !rows.isEmpty || frame.count == 0 && atoms.style.index(.ellipsoidFlag) != nil {
      try frame.set(orientations: orientations)
    }
  }

  /// Velocities that are all zero are what LAMMPS writes where there are none.
  private func addVelocities(
    to frame: inout Frame, _ atoms: LAMMPSDataAtoms, _ rows: [Row]
  ) throws {
    var velocities = [Vector3](repeating: .zero, count: frame.count)
    var hasMore = false
    for row in rows {
      let v = try numbers(row.words.dropFirst(), row.line)
      guard v.count >= 3, let i = Int(row.words[0]).flatMap({ atoms.index[$0] }) else {
        throw failure("the velocity belongs to no atom or has no three numbers", row.line)
      }
      velocities[i] = Vector3(v[0], v[1], v[2])
      if v.dropFirst(3).contains(where: { $0 != 0 }) { hasMore = true }
    }
    if velocities.contains(where: { $0 != .zero }) {
      try frame.set(Frame.Column(name: "velocities", vectors: velocities))
    }
    if hasMore {
      collected.add("rotation", "\(lines.path): angular velocities or momenta are not taken over")
    }
  }
}
