public import Geometry

extension FrameFormat {
  /// Text dumps of LAMMPS.
  static let lammpsDump = FrameFormat(
    name: "LAMMPS dump", extensions: [".dump", ".lammpstrj", ".dump.gz", ".lammpstrj.gz"],
    read: { try LAMMPSDumpReader($0) }, write: { try LAMMPSDumpWriter($0) })
}

/// Reads text dumps of LAMMPS frame by frame.
///
/// Positions are `x y z`, `xu yu zu`, or scaled `xs ys zs`, `xsu ysu zsu`; species `element` or
/// `type`; orientations `quatw quati quatj quatk` or `c_q[1..4]` (w, x, y, z) or `c_orient[1..4]` (x,
/// y, z, w, as OVITO has it); full diameters `shapex shapey shapez` or `c_diameter[1..3]`. Velocities,
/// forces and torques become columns of that name, other columns keep theirs. Particles are sorted by
/// `id`. The time step becomes the label `timestep`.
public final class LAMMPSDumpReader: FrameSource {
  private let lines: LineReader
  private var rows = ParticleRows()
  private var collected = WarningCollector()
  private var frameIndex = 0

  /// Opens the file.
  ///
  /// Throws: `DataError` when there is no such file.
  public init(_ path: String) throws { lines = try LineReader(path) }

  /// What was doubtful in the frames read so far, one line for each kind.
  public var warnings: [String] { collected.texts }

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
    while let line = try lines.next() {
      let words = line.split { DecimalParser.isBlank($0) }
      if !words.isEmpty { return words.map { String(decoding: $0, as: UTF8.self) } }
    }
    return nil
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
      return try frame(DumpColumns(names, layout, rows), box, step)
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
    let orientations = try columns.orientations { index, length in
      self.collected.add(
        "length",
        "\(self.lines.path): frame \(self.frameIndex): quaternion of atom \(index) has length "
          + "\(length); it is normalised")
    }
    let semiAxes = try columns.semiAxes()
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

  init(_ names: [String], _ layout: RowLayout, _ rows: ParticleRows) {
    self.names = names
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
    let name = ["element", "typelabel", "type"].first { names.contains($0) }
    taken.formUnion(["element", "typelabel", "type"])
    guard let field = layout.fields.first(where: { $0.name == name }) else {
      return Array(repeating: "X", count: rows.count)
    }
    return order.map { rows.strings[$0 * layout.stringWidth + field.offset] }
  }

  mutating func orientations(
    _ warn: (Int, Double) -> Void
  ) throws -> [UnitQuaternion]? {
    var values = reals(["quatw", "quati", "quatj", "quatk"])
    if values == nil { values = reals((1...4).map { "c_q[\($0)]" }) }
    if values == nil {
      values = reals((1...4).map { "c_orient[\($0)]" })?.map { [$0[3], $0[0], $0[1], $0[2]] }
    }
    return try values?.enumerated().map { i, q in
      do {
        let length = q.reduce(0) { $0 + $1 * $1 }.squareRoot()
        if abs(length - 1) > UnitQuaternion.lengthTolerance { warn(i, length) }
        return try UnitQuaternion(w: q[0], x: q[1], y: q[2], z: q[3])
      } catch let error as InvalidInput {
        throw LAMMPSRowError(row: order[i], message: error.description)
      }
    }
  }

  mutating func semiAxes() throws -> [SemiAxes]? {
    let values =
      reals(["shapex", "shapey", "shapez"]) ?? reals((1...3).map { "c_diameter[\($0)]" })
    return try values?.enumerated().map { i, d in
      guard d.allSatisfy({ $0 > 0 }) else {
        throw LAMMPSRowError(
          row: order[i],
          message: "diameters are (\(d[0]), \(d[1]), \(d[2])); expected positive numbers")
      }
      return try SemiAxes(d[0] / 2, d[1] / 2, d[2] / 2)
    }
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
