public import Geometry

/// Writes a data file of LAMMPS: one frame, `Atoms # ellipsoid` with `Ellipsoids` (density 1), or
/// `Atoms # atomic` without shapes. The first line, which LAMMPS ignores, keeps the names of the types.
///
/// LAMMPS wants the first lattice vector along x and the second in the xy plane: other frames are
/// turned as a whole. What has no place in such a file is in `losses`.
public final class LAMMPSDataWriter: FrameSink {
  private let output: OutputFile
  private var isWritten = false
  private var lost = LossCollector()

  /// What the frame had and a data file has no place for.
  public var losses: [FormatLoss] { lost.losses }

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
    lost.addBox(of: frame, isTurned: rotation != nil, keepsOpenDirections: false)
    lost.addNames(of: frame)
    for name in frame.labels.names { lost.add("label '\(name)'") }
    for column in frame.columns { lost.add("column '\(column.name)'") }
    if frame.orientations != nil, frame.semiAxes == nil {
      lost.add("orientations (the frame has no shapes)")
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
    let names = types.pairs.map { "\($0.number)=\(LAMMPSTypes.word($0.name))" }
      .joined(separator: " ")
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
