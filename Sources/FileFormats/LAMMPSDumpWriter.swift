public import Geometry

/// Writes text dumps of LAMMPS, with the columns that OVITO and LAMMPS' `read_dump` understand:
/// `id type element x y z quatw quati quatj quatk shapex shapey shapez`, forces, torques and velocities
/// as `fx fy fz` and so on, other numbers under their own names. Labels of the frame have no place in
/// a dump, except `timestep`.
///
/// LAMMPS wants the first lattice vector along x and the second in the xy plane: other frames are
/// turned as a whole.
public final class LAMMPSDumpWriter: FrameSink {
  private let output: OutputFile
  private var types = LAMMPSTypes()
  private var frameIndex = 0

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
    let frame = rotation.map(frame.turned) ?? frame
    let columns = numericColumns(frame)
    try output.write(header(frame, box, columns.flatMap(\.names)))
    for i in 0..<frame.count {
      let r = frame.positions[i]
      var numbers = [r.x, r.y, r.z]
      if let q = frame.orientations?[i] { numbers += [q.w, q.x, q.y, q.z] }
      if let axes = frame.semiAxes?[i] { numbers += [2 * axes.a, 2 * axes.b, 2 * axes.c] }
      for column in columns {
        numbers += column.values[i * column.names.count..<(i + 1) * column.names.count]
      }
      guard numbers.allSatisfy(\.isFinite) else {
        throw failure("particle \(i) has numbers that are not finite")
      }
      let name = frame.species[i]
      var row = "\(i + 1) \(types.number(name)) \(name.isEmpty ? "X" : name)"
      for number in numbers { row += " \(number)" }
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

  private func header(_ frame: Frame, _ box: LAMMPSBox, _ names: [String]) -> String {
    let step =
      if case .integer(let step)? = frame.labels["timestep"] { step } else { frameIndex }
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

  /// The columns of numbers, with a name for each component.
  private func numericColumns(_ frame: Frame) -> [(names: [String], values: [Double])] {
    frame.columns.compactMap { column in
      let values: [Double]
      switch column.values {
      case .reals(let reals): values = reals
      case .integers(let integers): values = integers.map(Double.init)
      case .logicals(let logicals): values = logicals.map { $0 ? 1 : 0 }
      case .strings: return nil
      }
      let vector = lammpsVectors.first { $0.0 == column.name && column.width == 3 }
      let plain = String(column.name.map { $0.isWhitespace ? "_" : $0 })
      let names =
        vector?.1 ?? (column.width == 1 ? [plain] : (1...column.width).map { "\(plain)[\($0)]" })
      return (names, values)
    }
  }
}
