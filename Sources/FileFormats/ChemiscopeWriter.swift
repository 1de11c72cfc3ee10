public import Geometry
public import Mathematics

extension FrameFormat {
  /// Input of chemiscope, only written.
  static let chemiscope = FrameFormat(
    name: "chemiscope", extensions: [".json", ".json.gz"],
    summary: "for the viewer on the web: positions, ellipsoids, cells, labels as properties",
    read: nil, write: { path, _ in try ChemiscopeWriter(path) })
}

/// Writes the input of the chemiscope viewer (<https://chemiscope.org>), `.json` or `.json.gz`:
/// frames with their ellipsoids, their labels as properties for the map, and further properties such
/// as principal components, of frames or of particles. The structures go out as they come; shapes and
/// properties follow them.
///
/// Labels that are numbers or text in every frame become properties, arrays of up to nine numbers
/// one for each element (`director[1]`). Ellipsoids are there when every frame has semi-axes. Large
/// sets choke browsers: subsample.
public final class ChemiscopeWriter: FrameSink {
  /// What a property belongs to.
  public enum Target: String, Sendable {
    /// A frame.
    case frame = "structure"
    /// A particle.
    case particle = "atom"
  }

  /// A label of the frames so far: the values as they will stand in the file.
  private struct Label {
    let name: String
    let isNumeric: Bool
    let text: ByteSpool
    var count = 0
  }

  private struct Property {
    let name: String
    let target: Target
    let values: [Double]
  }

  /// The radius around a particle that the viewer calls its environment; positive. Its own default,
  /// unless the properties of particles know better.
  public var environmentCutoff = 3.5

  private let output: OutputFile
  /// Numbers of particles, each with the number of frames that have it one after the other.
  private var sizes: [(particles: Int, frames: Int)] = []
  private var frameCount = 0
  private let shapes: ByteSpool
  private var hasShapes = true
  private var framesWithShapes = 0
  private var hasCells = false
  private var labels: [Label] = []
  private var labelIndex: [String: Int] = [:]
  private var added: [Property] = []

  /// Labels that were left out, since not every frame has them as finite numbers or text. Complete
  /// after `commit()`.
  public private(set) var leftOut: [String] = []

  /// What the frames had and the format has no place for; complete after `commit()`.
  public var losses: [FormatLoss] {
    lost.losses
      + leftOut.map {
        FormatLoss(
          what: "label '\($0)'", frames: labelFrames[IndexedName($0)?.base ?? $0, default: 1])
      }
  }

  private var lost = LossCollector()
  private var labelFrames: [String: Int] = [:]

  /// Opens the file. The name is the title that the viewer shows.
  ///
  /// Throws: `DataError` when it cannot be created.
  public init(_ path: String, name: String = "Mesogen") throws {
    output = try OutputFile(path)
    shapes = ByteSpool(beside: path)
    try output.write("{\"meta\":{\"name\":\(JSONText.string(name))},\"structures\":[")
  }

  /// Adds a frame.
  ///
  /// Throws: `DataError` when a position is not finite, or writing fails.
  public func write(_ frame: Frame) throws {
    for (i, position) in frame.positions.enumerated() where !position.isFinite {
      throw DataError(
        .badData, file: output.path, frame: frameCount,
        message: "position of particle \(i) is (\(position.x), \(position.y), \(position.z)); "
          + "expected finite numbers")
    }
    var text = frameCount == 0 ? "\n" : ",\n"
    text += "{\"size\":\(frame.count),\"names\":["
    text += frame.species.map(JSONText.string).joined(separator: ",") + "]"
    for (k, axis) in ["x", "y", "z"].enumerated() {
      text += ",\"\(axis)\":" + JSONText.list(frame.positions.map { $0[k] })
    }
    if let cell = frame.cell {
      hasCells = true
      text += ",\"cell\":" + JSONText.list((0..<9).map { cell.lattice[$0 / 3, $0 % 3] })
    }
    try output.write(text + "}")
    for column in frame.columns { lost.add("column '\(column.name)'") }
    if let cell = frame.cell, !cell.isFullyPeriodic {
      lost.add("which directions are not periodic")
    }
    if frame.orientations != nil, frame.semiAxes == nil {
      lost.add("orientations (the frame has no shapes)")
    }
    if frame.semiAxes != nil { framesWithShapes += 1 }
    try collectShapes(frame)
    try collectLabels(frame)
    if sizes.last?.particles == frame.count {
      sizes[sizes.count - 1].frames += 1
    } else {
      sizes.append((frame.count, 1))
    }
    frameCount += 1
  }

  /// Adds a property: one value a frame, or one a particle of all frames one after the other; before
  /// or after the frames themselves.
  public func add(property name: String, of target: Target = .frame, values: [Double]) {
    added.append(Property(name: name, target: target, values: values))
  }

  /// Adds the columns of a matrix as properties `name[1]`, `name[2]`, ...: one row a frame or particle.
  public func add(properties name: String, of target: Target = .frame, _ matrix: Matrix) {
    for j in 0..<matrix.columns {
      add(property: "\(name)[\(j + 1)]", of: target, values: matrix.column(j))
    }
  }

  /// Makes the file appear.
  ///
  /// Throws: `DataError` when an added property has not one finite value a frame or particle, or
  /// writing fails.
  public func commit() throws {
    for property in added {
      let name = property.name
      if !property.values.allSatisfy(\.isFinite) {
        throw DataError(
          .badData, file: output.path, message: "property '\(name)' has values that are not finite")
      }
      let (expected, unit) =
        property.target == .frame
        ? (frameCount, "frame")
        : (sizes.reduce(0) { $0 + $1.particles * $1.frames }, "particle")
      guard property.values.count == expected else {
        throw DataError(
          .badData, file: output.path,
          message: "property '\(name)' has \(property.values.count) values; expected \(expected), "
            + "one a \(unit)")
      }
    }
    if !showsShapes, framesWithShapes > 0 {
      for _ in 0..<framesWithShapes { lost.add("shapes (other frames have none)") }
    }
    leftOut += labels.filter { $0.count != frameCount }.map(\.name)
    let complete = labels.filter { $0.count == frameCount }
    var properties = added
    let numeric = added.count + complete.count { $0.isNumeric }
    let fillers = fillers(count: 2 - numeric)
    try output.write("\n],\n\"properties\":{")
    var separator = "\n"
    func begin(_ name: String, _ target: Target) throws {
      try output.write(
        separator + JSONText.string(name) + ":{\"target\":\"\(target.rawValue)\",\"values\":")
      separator = ",\n"
    }
    func write(_ properties: [Property]) throws {
      for property in properties {
        try begin(property.name, property.target)
        try output.write(JSONText.list(property.values) + "}")
      }
    }
    try write(added)
    for label in complete {
      try begin(label.name, .frame)
      try output.write("[")
      try label.text.forEachPiece { try output.write($0) }
      try output.write("]}")
      if label.isNumeric {
        properties.append(Property(name: label.name, target: .frame, values: []))
      }
    }
    for name in fillers {
      try begin(name, .frame)
      for k in 0..<frameCount { try output.write((k == 0 ? "[" : ",") + "\(Double(k))") }
      try output.write(frameCount == 0 ? "[]}" : "]}")
      properties.append(Property(name: name, target: .frame, values: []))
    }
    try output.write("\n},")
    if added.contains(where: { $0.target == .particle }) { try writeEnvironments() }
    if showsShapes {
      let opening = "\n\"shapes\":{\"ellipsoids\":{\"kind\":\"ellipsoid\",\"parameters\":"
      try output.write(opening + "{\"global\":{},\"atom\":[")
      try shapes.forEachPiece { try output.write($0) }
      try output.write("\n]}}},")
    }
    try output.write("\n\"settings\":\(settings(properties))}\n")
    try output.commit()
  }

  // MARK: Collecting

  private var showsShapes: Bool { hasShapes && shapes.count > 0 }

  /// Chemiscope takes orientations as x, y, z, w.
  private func collectShapes(_ frame: Frame) throws {
    guard hasShapes, let semiAxes = frame.semiAxes else {
      hasShapes = frame.count == 0 && hasShapes
      return
    }
    for (i, axes) in semiAxes.enumerated() {
      let q = frame.orientations?[i] ?? .identity
      let text =
        (shapes.count == 0 ? "\n" : ",\n") + "{\"semiaxes\":"
        + JSONText.list([axes.a, axes.b, axes.c]) + ",\"orientation\":"
        + JSONText.list([q.x, q.y, q.z, q.w]) + "}"
      try shapes.append(text)
    }
  }

  private func collectLabels(_ frame: Frame) throws {
    for name in frame.labels.names {
      labelFrames[name, default: 0] += 1
      switch frame.labels[name] {
      case .real(let value): try append(value, name)
      case .integer(let value): try append(Double(value), name)
      case .logical(let value): try append(value ? 1 : 0, name)
      case .string(let value): try append(JSONText.string(value), name, isNumeric: false)
      case .reals(let values) where values.count <= 9:
        for (k, value) in values.enumerated() { try append(value, "\(name)[\(k + 1)]") }
      case .integers(let values) where values.count <= 9:
        for (k, value) in values.enumerated() { try append(Double(value), "\(name)[\(k + 1)]") }
      case .reals, .integers, .logicals, .strings, .matrix, nil:
        if !leftOut.contains(name) { leftOut.append(name) }
      }
    }
  }

  private func append(_ value: Double, _ name: String) throws {
    try append(value.isFinite ? "\(value)" : nil, name, isNumeric: true)
  }

  /// Labels that a frame did not have, or as something else, are not completed by later frames.
  private func append(_ text: String?, _ name: String, isNumeric: Bool) throws {
    let k = index(name, isNumeric: isNumeric)
    guard let text, labels[k].isNumeric == isNumeric, labels[k].count == frameCount else { return }
    try labels[k].text.append(frameCount == 0 ? text : "," + text)
    labels[k].count += 1
  }

  private func index(_ name: String, isNumeric: Bool) -> Int {
    if let known = labelIndex[name] { return known }
    labels.append(
      Label(
        name: name, isNumeric: isNumeric, text: ByteSpool(beside: output.path, bufferSize: 1 << 14))
    )
    labelIndex[name] = labels.count - 1
    return labels.count - 1
  }

  // MARK: The end of the file

  /// Every particle is a point of the map: properties of particles belong to environments.
  private func writeEnvironments() throws {
    try output.write("\n\"environments\":[")
    var (frame, separator) = (0, "\n")
    for run in sizes {
      for _ in 0..<run.frames {
        defer { frame += 1 }
        guard run.particles > 0 else { continue }
        let list = (0..<run.particles).map {
          "{\"structure\":\(frame),\"center\":\($0),\"cutoff\":\(environmentCutoff)}"
        }
        try output.write(separator + list.joined(separator: ","))
        separator = ",\n"
      }
    }
    try output.write("\n],")
  }

  /// Chemiscope needs two properties for its map: the number of the frame and of its particles will
  /// do where there are fewer.
  private func fillers(count: Int) -> [String] {
    Array(["frame number", "frame number (again)"].prefix(max(0, count)))
  }

  /// What is shown first: properties of particles where there are any, and particles with shapes.
  private func settings(_ properties: [Property]) -> String {
    let target: Target =
      properties.contains { $0.target == .particle } ? .particle : .frame
    let names = properties.filter { $0.target == target }.map(\.name)
    let axes = zip(["x", "y", "color"], names).map {
      "\"\($0)\":{\"property\":\(JSONText.string($1))}"
    }
    let structure =
      "{\"unitCell\":\(hasCells),\"bonds\":\(!showsShapes),\"atoms\":\(!showsShapes)"
      + (showsShapes ? ",\"shape\":\"ellipsoids\"" : "") + "}"
    return "{\"target\":\"\(target.rawValue)\",\"map\":{\(axes.joined(separator: ","))},"
      + "\"structure\":[\(structure)]}"
  }
}
