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
  private enum Values {
    case numbers([Double])
    case words([String])

    var count: Int {
      switch self {
      case .numbers(let values): values.count
      case .words(let values): values.count
      }
    }
  }

  /// What a property belongs to.
  public enum Target: String, Sendable {
    /// A frame.
    case frame = "structure"
    /// A particle.
    case particle = "atom"
  }

  private struct Property {
    let name: String
    let target: Target
    let values: Values

    var isNumeric: Bool { if case .numbers = values { true } else { false } }
  }

  /// The radius around a particle that the viewer calls its environment; positive. Its own default,
  /// unless the properties of particles know better.
  public var environmentCutoff = 3.5

  private let output: OutputFile
  private var sizes: [Int] = []
  private var frameCount: Int { sizes.count }
  private var shapes: [UInt8] = []
  private var hasShapes = true
  private var framesWithShapes = 0
  private var hasCells = false
  private var labels: [(name: String, values: Values)] = []
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
    collectShapes(frame)
    collectLabels(frame)
    sizes.append(frame.count)
  }

  /// Adds a property: one value a frame, or one a particle of all frames one after the other; before
  /// or after the frames themselves.
  public func add(property name: String, of target: Target = .frame, values: [Double]) {
    added.append(Property(name: name, target: target, values: .numbers(values)))
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
      if case .numbers(let numbers) = property.values, !numbers.allSatisfy(\.isFinite) {
        throw DataError(
          .badData, file: output.path, message: "property '\(name)' has values that are not finite")
      }
      let (expected, unit) =
        property.target == .frame ? (frameCount, "frame") : (sizes.reduce(0, +), "particle")
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
    leftOut += labels.filter { !isComplete($0.values) }.map(\.name)
    var properties =
      added
      + labels.filter { isComplete($0.values) }.map {
        Property(name: $0.name, target: .frame, values: $0.values)
      }
    properties += fillers(beside: properties)
    try output.write("\n],\n\"properties\":{")
    for (k, property) in properties.enumerated() {
      try output.write((k == 0 ? "\n" : ",\n") + json(property))
    }
    try output.write("\n},")
    if added.contains(where: { $0.target == .particle }) { try writeEnvironments() }
    if showsShapes {
      let opening = "\n\"shapes\":{\"ellipsoids\":{\"kind\":\"ellipsoid\",\"parameters\":"
      try output.write(opening + "{\"global\":{},\"atom\":[")
      try output.write(shapes)
      try output.write("\n]}}},")
    }
    try output.write("\n\"settings\":\(settings(properties))}\n")
    try output.commit()
  }

  // MARK: Collecting

  private var showsShapes: Bool { hasShapes && !shapes.isEmpty }

  /// Chemiscope takes orientations as x, y, z, w.
  private func collectShapes(_ frame: Frame) {
    guard hasShapes, let semiAxes = frame.semiAxes else {
      hasShapes = frame.count == 0 && hasShapes
      return
    }
    for (i, axes) in semiAxes.enumerated() {
      let q = frame.orientations?[i] ?? .identity
      let text =
        (shapes.isEmpty ? "\n" : ",\n") + "{\"semiaxes\":"
        + JSONText.list([axes.a, axes.b, axes.c]) + ",\"orientation\":"
        + JSONText.list([q.x, q.y, q.z, q.w]) + "}"
      shapes.append(contentsOf: text.utf8)
    }
  }

  private func collectLabels(_ frame: Frame) {
    for name in frame.labels.names {
      labelFrames[name, default: 0] += 1
      switch frame.labels[name] {
      case .real(let value): append(value, name)
      case .integer(let value): append(Double(value), name)
      case .logical(let value): append(value ? 1 : 0, name)
      case .string(let value): append(value, name)
      case .reals(let values) where values.count <= 9:
        for (k, value) in values.enumerated() { append(value, "\(name)[\(k + 1)]") }
      case .integers(let values) where values.count <= 9:
        for (k, value) in values.enumerated() { append(Double(value), "\(name)[\(k + 1)]") }
      case .reals, .integers, .logicals, .strings, .matrix, nil:
        if !leftOut.contains(name) { leftOut.append(name) }
      }
    }
  }

  private func append(_ value: Double, _ name: String) {
    let k = index(name, .numbers([]))
    if value.isFinite, case .numbers(var values) = labels[k].values, values.count == frameCount {
      // Moved out and back, so that the array is not copied.
      labels[k].values = .numbers([])
      values.append(value)
      labels[k].values = .numbers(values)
    }
  }

  private func append(_ value: String, _ name: String) {
    let k = index(name, .words([]))
    if case .words(var values) = labels[k].values, values.count == frameCount {
      labels[k].values = .words([])
      values.append(value)
      labels[k].values = .words(values)
    }
  }

  private func index(_ name: String, _ empty: Values) -> Int {
    if let known = labelIndex[name] { return known }
    labels.append((name, empty))
    labelIndex[name] = labels.count - 1
    return labels.count - 1
  }

  private func isComplete(_ values: Values) -> Bool { values.count == frameCount }

  // MARK: The end of the file

  /// Every particle is a point of the map: properties of particles belong to environments.
  private func writeEnvironments() throws {
    try output.write("\n\"environments\":[")
    for (frame, size) in sizes.enumerated() where size > 0 {
      let list = (0..<size).map {
        "{\"structure\":\(frame),\"center\":\($0),\"cutoff\":\(environmentCutoff)}"
      }
      try output.write((frame == sizes.firstIndex { $0 > 0 } ? "\n" : ",\n"))
      try output.write(list.joined(separator: ","))
    }
    try output.write("\n],")
  }

  /// Chemiscope needs two properties for its map: the number of the frame and of its particles will
  /// do where there are fewer.
  private func fillers(beside properties: [Property]) -> [Property] {
    let missing = 2 - properties.count(where: \.isNumeric)
    let index = Values.numbers((0..<frameCount).map(Double.init))
    return ["frame number", "frame number (again)"].prefix(max(0, missing)).map {
      Property(name: $0, target: .frame, values: index)
    }
  }

  private func json(_ property: Property) -> String {
    let list =
      switch property.values {
      case .numbers(let numbers): JSONText.list(numbers)
      case .words(let words): "[" + words.map(JSONText.string).joined(separator: ",") + "]"
      }
    return JSONText.string(property.name)
      + ":{\"target\":\"\(property.target.rawValue)\",\"values\":\(list)}"
  }

  /// What is shown first: properties of particles where there are any, and particles with shapes.
  private func settings(_ properties: [Property]) -> String {
    let target: Target =
      properties.contains { $0.target == .particle } ? .particle : .frame
    let names = properties.filter { $0.isNumeric && $0.target == target }.map(\.name)
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
