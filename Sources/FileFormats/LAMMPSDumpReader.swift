public import Geometry

extension FrameFormat {
  /// Text dumps of LAMMPS.
  static let lammpsDump = FrameFormat(
    name: "LAMMPS dump", extensions: [".dump", ".lammpstrj", ".dump.gz", ".lammpstrj.gz"],
    summary: "trajectories: positions, orientations, shapes, cell, columns of numbers; no labels",
    read: { try LAMMPSDumpReader($0, options: $1) },
    write: { path, _ in try LAMMPSDumpWriter(path) })
}

/// Reads text dumps of LAMMPS frame by frame.
///
/// Positions are `x y z`, `xu yu zu`, or scaled `xs ys zs`, `xsu ysu zsu`; species `element` or
/// `type`; orientations `quatw quati quatj quatk` or `c_q[1..4]` (w, x, y, z) or `c_orient[1..4]` (x,
/// y, z, w, as OVITO has it); full diameters `shapex shapey shapez` or `c_diameter[1..3]`, or `diameter`
/// or twice `radius` for spheres. Other names of computes do not say what they hold:
/// `ReadOptions.columns` does. Particles without extent, for which LAMMPS writes zeros, are spheres
/// (`PointParticles`). Velocities, forces and torques become columns of that name, other columns keep
/// theirs. Particles are sorted by `id`. The time step becomes the label `timestep`.
public final class LAMMPSDumpReader: FrameSource {
  private let lines: LineReader
  private var rows = ParticleRows()
  private let options: ReadOptions
  private var points: PointParticles
  private var assumed = AssumptionList()
  private var ambiguous = WarningCollector()
  private var frameIndex = 0

  /// Opens the file.
  ///
  /// Throws: `DataError` when there is no such file.
  public init(_ path: String, options: ReadOptions = ReadOptions()) throws {
    lines = try LineReader(path)
    self.options = options
    points = PointParticles(path: path, options: options)
  }

  /// What was doubtful in the frames read so far, one line for each kind.
  public var warnings: [String] { points.warnings.texts + ambiguous.texts }

  /// What was assumed: which columns are orientations and shapes, and in which order.
  public var assumptions: [String] { assumed.texts }

  /// The next frame; nil at the end.
  ///
  /// Throws: `DataError` that names frame, line and value.
  public func next() throws -> Frame? {
    var step: Int?
    var count: Int?
    var box: LAMMPSBox?
    while let item = try nextWords() {
      guard item.first == "ITEM:" else {
        throw failure("'\(item.joined(separator: " ").prefix(40))' stands where ITEM: is expected")
      }
      switch item.dropFirst().first {
      case "TIMESTEP": step = try wholeNumber("time step")
      case "NUMBER": count = try wholeNumber("number of atoms")
      case "BOX": box = try readBox(Array(item.dropFirst(3)))
      case "ATOMS":
        guard let count, count >= 0 else { throw failure("the number of atoms is missing") }
        let columns = Array(item.dropFirst(2))
        let frame = try readAtoms(count, columns, box, step)
        frameIndex += 1
        return frame
      default: _ = try nextWords()
      }
    }
    if frameIndex == 0 || step != nil {
      let what = frameIndex == 0 && step == nil ? "is empty" : "ends within a frame"
      throw DataError(
        .badData, file: lines.path, frame: step == nil ? nil : frameIndex,
        message: "the file \(what); expected a LAMMPS dump")
    }
    return nil
  }

  // MARK: Lines

  private func failure(_ message: String, _ line: Int? = nil) -> DataError {
    DataError(
      .badData, file: lines.path, frame: frameIndex, line: line ?? lines.lineNumber,
      message: message)
  }

  private func nextWords() throws -> [String]? {
    try lines.nextWithText()?.split { DecimalParser.isBlank($0) }
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private func wholeNumber(_ what: String) throws -> Int {
    let words = try nextWords() ?? []
    guard words.count == 1, let value = Int(words[0]) else {
      throw failure("\(what) is '\(words.joined(separator: " "))'; expected a whole number")
    }
    return value
  }

  /// After `ITEM: BOX BOUNDS`: perhaps `xy xz yz`, and how each pair of faces behaves (`pp` repeats).
  private func readBox(_ words: [String]) throws -> LAMMPSBox {
    let isTilted = words.contains("xy")
    guard !words.contains("abc") else {
      throw failure("boxes of general orientation are not read; expected BOX BOUNDS xy xz yz")
    }
    let flags = words.filter { !["xy", "xz", "yz"].contains($0) }
    var rows: [[Double]] = []
    for _ in 0..<3 {
      let numbers = try nextWords() ?? []
      let values = numbers.compactMap { DecimalParser.shared.parse($0) }
      guard values.count == numbers.count, values.count == (isTilted ? 3 : 2),
        values.allSatisfy(\.isFinite)
      else {
        throw failure(
          "box bounds are '\(numbers.joined(separator: " "))'; expected \(isTilted ? 3 : 2) "
            + "finite numbers")
      }
      rows.append(values)
    }
    return LAMMPSBox(
      boundsLow: Vector3(rows[0][0], rows[1][0], rows[2][0]),
      boundsHigh: Vector3(rows[0][1], rows[1][1], rows[2][1]),
      tilt: isTilted ? Vector3(rows[0][2], rows[1][2], rows[2][2]) : .zero,
      periodic: (0..<3).map { flags.count <= $0 || flags[$0] == "pp" })
  }

  // MARK: Atoms

  private static let wholeNumbers: Set = ["id", "mol", "ix", "iy", "iz", "proc", "procp1"]
  private static let words: Set = ["element", "type", "typelabel"]

  private func readAtoms(
    _ count: Int, _ names: [String], _ box: LAMMPSBox?, _ step: Int?
  ) throws -> Frame {
    let header = lines.lineNumber
    let layout = RowLayout(
      names.map {
        let kind: RowField.Kind =
          Self.wholeNumbers.contains($0) ? .integer : Self.words.contains($0) ? .string : .real
        return RowField(name: $0, kind: kind, width: 1)
      })
    rows.removeAll()
    for row in 0..<count {
      guard let line = try lines.next() else {
        throw failure("the file ends after \(row) of \(count) atoms")
      }
      guard rows.append(line, layout) else {
        throw failure(ParticleRows.problem(in: line, layout))
      }
    }
    do {
      return try frame(DumpColumns(names, layout, rows, options), box, step)
    } catch let error as LAMMPSRowError {
      throw failure(error.message, error.row.map { header + 1 + $0 } ?? header)
    } catch let error as InvalidInput {
      throw failure(error.description, header)
    }
  }

  private func frame(_ columns: DumpColumns, _ box: LAMMPSBox?, _ step: Int?) throws -> Frame {
    var columns = columns
    let cell = try box?.cell()
    let positions = try columns.positions(cell, box)
    let species = columns.species()
    points.begin(frame: frameIndex)
    let semiAxes = try columns.semiAxes(&points)
    let orientations = try columns.orientations(&points)
    for text in columns.assumed { assumed.add(text) }
    if let text = columns.ambiguity {
      ambiguous.add("order", "\(lines.path): frame \(frameIndex): \(text)")
    }
    var labels = Frame.Labels()
    if let step { labels["timestep"] = .integer(step) }
    return Frame(
      positions: positions, species: species, orientations: orientations, semiAxes: semiAxes,
      cell: cell, labels: labels, columns: columns.rest())
  }
}

/// An error of one row, from 0, or of all.
struct LAMMPSRowError: Error {
  let row: Int?
  let message: String
}

/// The columns of a dump by name, in the order of the particles' identifiers.
private struct DumpColumns {
  private let names: [String]
  private let layout: RowLayout
  private let rows: ParticleRows
  /// Rows in the order of the identifiers.
  private let order: [Int]
  private var taken: Set<String> = []
  private let options: ReadOptions
  /// Where orientations and shapes came from.
  private(set) var assumed: [String] = []
  /// What could as well mean something else.
  private(set) var ambiguity: String?

  init(_ names: [String], _ layout: RowLayout, _ rows: ParticleRows, _ options: ReadOptions) {
    self.names = names
    self.options = options
    self.layout = layout
    self.rows = rows
    var order = Array(0..<rows.count)
    if let id = layout.fields.first(where: { $0.name == "id" }) {
      let values = order.map { rows.integers[$0 * layout.integerWidth + id.offset] }
      order.sort { (values[$0], $0) < (values[$1], $1) }
      // Identifiers that only count are no news.
      if order.enumerated().allSatisfy({ values[$1] == $0 + 1 }) { taken.insert("id") }
    }
    self.order = order
  }

  /// The values of columns of reals, one row a particle; nil unless all are there.
  private mutating func reals(_ wanted: [String]) -> [[Double]]? {
    let fields = wanted.compactMap { name in layout.fields.first { $0.name == name } }
    guard fields.count == wanted.count, fields.allSatisfy({ $0.kind == .real }) else { return nil }
    // What the user has said comes later, from the columns that are left.
    guard !wanted.contains(where: options.isAssigned) else { return nil }
    taken.formUnion(wanted)
    return order.map { i in fields.map { rows.reals[i * layout.realWidth + $0.offset] } }
  }

  mutating func positions(_ cell: Cell?, _ box: LAMMPSBox?) throws -> [Vector3] {
    for wanted in [["x", "y", "z"], ["xu", "yu", "zu"]] {
      if let values = reals(wanted) { return values.map { Vector3($0[0], $0[1], $0[2]) } }
    }
    for wanted in [["xs", "ys", "zs"], ["xsu", "ysu", "zsu"]] {
      if let cell, let box, let values = reals(wanted) {
        return values.map { box.low + cell.position(fractional: Vector3($0[0], $0[1], $0[2])) }
      }
    }
    throw LAMMPSRowError(row: nil, message: "there are no columns x y z")
  }

  mutating func species() -> [String] {
    let found = ["element", "typelabel", "type"].filter { names.contains($0) }
    taken.formUnion(["element", "typelabel", "type"].filter { !options.isAssigned($0) })
    let columns = found.compactMap { name in layout.fields.first { $0.name == name } }
    guard let first = columns.first else { return Array(repeating: "X", count: rows.count) }
    return order.map { i in
      // Names that the user gives to types or elements come first.
      for field in columns.reversed() where !options.types.isEmpty {
        let word = rows.strings[i * layout.stringWidth + field.offset]
        if let name = options.types[word] { return name }
      }
      return rows.strings[i * layout.stringWidth + first.offset]
    }
  }

  mutating func orientations(_ points: inout PointParticles) throws -> [UnitQuaternion]? {
    var values = reals(["quatw", "quati", "quatj", "quatk"])
    if values != nil { assumed.append("orientations from quatw quati quatj quatk") }
    if values == nil {
      values = reals((1...4).map { "c_q[\($0)]" })
      if values != nil { assumed.append("orientations from c_q[1..4], taken as w, x, y, z") }
    }
    if values == nil {
      values = reals((1...4).map { "c_orient[\($0)]" })?.map { [$0[3], $0[0], $0[1], $0[2]] }
      if values != nil {
        assumed.append("orientations from c_orient[1..4], taken as x, y, z, w, as OVITO has it")
        ambiguity =
          "c_orient[1..4] is taken as x, y, z, w, as OVITO has it; say which it is: --columns "
          + "orientation=c_orient[1..4]:xyzw (or :wxyz)"
      }
    }
    return try values?.enumerated().map { i, q in
      if q == [0, 0, 0, 0], points.isPoint(i) { return .identity }
      do {
        points.check(length: q.reduce(0) { $0 + $1 * $1 }.squareRoot(), of: i)
        return try UnitQuaternion(w: q[0], x: q[1], y: q[2], z: q[3])
      } catch let error as InvalidInput {
        throw LAMMPSRowError(row: order[i], message: error.description)
      }
    }
  }

  mutating func semiAxes(_ points: inout PointParticles) throws -> [SemiAxes]? {
    var values = reals(["shapex", "shapey", "shapez"])
    if values != nil { assumed.append("full diameters from shapex shapey shapez") }
    if values == nil {
      values = reals((1...3).map { "c_diameter[\($0)]" })
      if values != nil { assumed.append("full diameters from c_diameter[1..3]") }
    }
    let spheres = diameters()
    guard let values else {
      guard let spheres else { return nil }
      return points.completed(Array(repeating: nil, count: rows.count), diameters: spheres)
    }
    let shapes = try values.enumerated().map { i, d -> SemiAxes? in
      if d == [0, 0, 0] { return nil }
      guard d.allSatisfy({ $0 > 0 }) else {
        throw LAMMPSRowError(
          row: order[i],
          message: "diameters are (\(d[0]), \(d[1]), \(d[2])); expected positive numbers")
      }
      return try SemiAxes(d[0] / 2, d[1] / 2, d[2] / 2)
    }
    return points.completed(shapes, diameters: spheres)
  }

  /// The diameters of spheres; 0 for points.
  private mutating func diameters() -> [Double]? {
    if let values = reals(["diameter"]) {
      assumed.append("diameters of spheres from diameter")
      return values.map { max(0, $0[0]) }
    }
    if let values = reals(["radius"]) {
      assumed.append("diameters of spheres from radius, twice that")
      return values.map { max(0, 2 * $0[0]) }
    }
    return nil
  }

  /// Everything that has not been asked for; vectors by their names.
  mutating func rest() -> [Frame.Column] {
    var result: [Frame.Column] = []
    for (name, wanted) in lammpsVectors {
      if let values = reals(wanted) {
        result.append(Frame.Column(name: name, width: 3, values: .reals(values.flatMap { $0 })))
      }
    }
    for field in layout.fields where !taken.contains(field.name) {
      var column = rows.column(field, layout)
      switch column.values {
      case .reals(let values): column.values = .reals(order.map { values[$0] })
      case .integers(let values): column.values = .integers(order.map { values[$0] })
      case .logicals(let values): column.values = .logicals(order.map { values[$0] })
      case .strings(let values): column.values = .strings(order.map { values[$0] })
      }
      result.append(column)
    }
    return result
  }
}

/// Vectors of a frame and LAMMPS' names of their components.
let lammpsVectors = [
  ("velocities", ["vx", "vy", "vz"]), ("forces", ["fx", "fy", "fz"]),
  ("torques", ["tqx", "tqy", "tqz"]),
]
