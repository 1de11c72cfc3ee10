public import Geometry

/// Writes text dumps of LAMMPS, with the columns that OVITO and LAMMPS' `read_dump` understand:
/// `id type element x y z quatw quati quatj quatk shapex shapey shapez`, forces, torques and velocities
/// as `fx fy fz` and so on, other numbers under their own names. What has no place in a dump is in
/// `losses`: labels except `timestep`, columns of text.
///
/// LAMMPS wants the first lattice vector along x and the second in the xy plane: other frames are
/// turned as a whole.
public final class LAMMPSDumpWriter: FrameSink {
  private let output: OutputFile
  private var types = LAMMPSTypes()
  private var frameIndex = 0
  private var lost = LossCollector()

  /// What the frames written so far had and a dump has no place for.
  public var losses: [FormatLoss] { lost.losses }

  /// Opens the file.
  ///
  /// Throws: `DataError` when it cannot be created.
  public init(_ path: String) throws { output = try OutputFile(path) }

  /// Adds a frame.
  ///
  /// Throws: `DataError` when a number is not finite, the cell is left-handed, or writing fails.
  public func write(_ frame: Frame) throws {
    let box: LAMMPSBox
    let rotation: UnitQuaternion?
    do {
      (box, rotation) = try LAMMPSBox.around(frame)
    } catch let error as InvalidInput {
      throw failure(error.description)
    }
    lost.addBox(of: frame, isTurned: rotation != nil, keepsOpenDirections: true)
    lost.addNames(of: frame)
    for name in frame.labels.names where name != "timestep" || frame.timestep == nil {
      lost.add("label '\(name)'")
    }
    let frame = rotation.map(frame.turned) ?? frame
    let ids = identifiers(frame)
    let columns = numericColumns(frame, hasIdentifiers: ids != nil)
    try output.write(header(frame, box, columns.flatMap(\.names)))
    for i in 0..<frame.count {
      let r = frame.positions[i]
      var numbers = [r.x, r.y, r.z]
      if let q = frame.orientations?[i] { numbers += [q.w, q.x, q.y, q.z] }
      if let axes = frame.semiAxes?[i] { numbers += [2 * axes.a, 2 * axes.b, 2 * axes.c] }
      guard numbers.allSatisfy(\.isFinite) else { throw notFinite(i) }
      let name = LAMMPSTypes.word(frame.species[i])
      var row = "\(ids?[i] ?? i + 1) \(types.number(name)) \(name)"
      for number in numbers { row += " \(number)" }
      for column in columns {
        for k in i * column.names.count..<(i + 1) * column.names.count {
          guard let word = column.values.word(k) else { throw notFinite(i) }
          row += " " + word
        }
      }
      try output.write(row + "\n")
    }
    frameIndex += 1
  }

  /// Makes the file appear.
  ///
  /// Throws: `DataError` when writing fails.
  public func commit() throws { try output.commit() }

  private func failure(_ message: String) -> DataError {
    DataError(.badData, file: output.path, frame: frameIndex, message: message)
  }

  private func notFinite(_ particle: Int) -> DataError {
    failure("particle \(particle) has numbers that are not finite")
  }

  private func header(_ frame: Frame, _ box: LAMMPSBox, _ names: [String]) -> String {
    let step = frame.timestep ?? frameIndex
    let (low, high) = box.bounds
    let flags = box.periodic.map { $0 ? "pp" : "ff" }.joined(separator: " ")
    var text = "ITEM: TIMESTEP\n\(step)\nITEM: NUMBER OF ATOMS\n\(frame.count)\n"
    text += "ITEM: BOX BOUNDS \(box.isTilted ? "xy xz yz " : "")\(flags)\n"
    for k in 0..<3 {
      text += "\(low[k]) \(high[k])" + (box.isTilted ? " \(box.tilt[k])" : "") + "\n"
    }
    text += "ITEM: ATOMS id type element x y z"
    if frame.orientations != nil { text += " quatw quati quatj quatk" }
    if frame.semiAxes != nil { text += " shapex shapey shapez" }
    return text + names.map { " " + $0 }.joined() + "\n"
  }

  /// The identifiers of the frame's own column `id`: nil unless they are positive and differ.
  private func identifiers(_ frame: Frame) -> [Int]? {
    guard let column = frame.column("id"), column.width == 1,
      case .integers(let ids) = column.values, ids.allSatisfy({ $0 > 0 }),
      Set(ids).count == ids.count
    else { return nil }
    // A dump is read in the order of its identifiers.
    return zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 } ? ids : nil
  }

  /// The columns of numbers, with a name for each component. Columns of text and those whose name
  /// means something else in a dump are lost.
  private func numericColumns(
    _ frame: Frame, hasIdentifiers: Bool
  ) -> [(names: [String], values: Frame.Column.Values)] {
    var used: Set = [
      "id", "type", "element", "x", "y", "z", "xu", "yu", "zu", "xs", "ys", "zs", "xsu", "ysu",
      "zsu",
    ]
    if frame.orientations != nil { used.formUnion(["quatw", "quati", "quatj", "quatk"]) }
    if frame.semiAxes != nil { used.formUnion(["shapex", "shapey", "shapez"]) }
    return frame.columns.compactMap { column in
      if column.name == "id", hasIdentifiers { return nil }
      let vector = lammpsVectors.first { $0.0 == column.name && column.width == 3 }
      let plain = LAMMPSTypes.word(column.name)
      let names =
        vector?.1 ?? (column.width == 1 ? [plain] : (1...column.width).map { "\(plain)[\($0)]" })
      if case .strings = column.values {
        lost.add("column '\(column.name)' (text)")
        return nil
      }
      guard used.isDisjoint(with: names) else {
        lost.add("column '\(column.name)' (its name means something else in a dump)")
        return nil
      }
      if plain != column.name, vector == nil {
        lost.add("blanks in the name of column '\(column.name)'")
      }
      used.formUnion(names)
      return (names, column.values)
    }
  }
}

extension Frame.Column.Values {
  /// A number as a word; nil when it is not finite, or text.
  fileprivate func word(_ k: Int) -> String? {
    switch self {
    case .reals(let values): values[k].isFinite ? "\(values[k])" : nil
    case .integers(let values): "\(values[k])"
    case .logicals(let values): values[k] ? "1" : "0"
    case .strings: nil
    }
  }
}

extension Frame {
  /// The time step, where the label of that name is a whole number that is not negative.
  var timestep: Int? {
    switch labels["timestep"] {
    case .integer(let step) where step >= 0: step
    case .real(let step): Int(exactly: step).flatMap { $0 >= 0 ? $0 : nil }
    default: nil
    }
  }
}
