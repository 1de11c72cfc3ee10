public import Geometry

/// Writes GSD files with the schema of HOOMD-blue.
///
/// HOOMD keeps positions and orientations in single precision, particles inside a box that is
/// centred on the origin and periodic, and one shape a type; other frames are turned, shifted and
/// wrapped to fit. Labels and columns are logged in double precision (`log/energy`,
/// `log/particles/forces`). What has no place there is in `losses`.
///
/// A reader takes what a frame does not have from frame 0. Numbers that frame 0 has and a later frame
/// lacks are therefore written as `nan`.
public final class GSDWriter: FrameSink {
  private let file: GSDFileWriter
  private var frameIndex = 0
  private var lost = LossCollector()
  /// The names that frame 0 logged, and how many numbers each has a particle (0: it is a label).
  private var firstLog: [String: Int] = [:]
  private var firstHasShapes = false

  /// What the frames written so far had and the format has no place for.
  public var losses: [FormatLoss] { lost.losses }

  /// Opens the file.
  ///
  /// Throws: `DataError` when it cannot be created.
  public init(_ path: String) throws { file = try GSDFileWriter(path) }

  /// Adds a frame.
  ///
  /// Throws: `DataError` when a species has several shapes, a number is not finite, the cell is
  /// left-handed, or writing fails.
  public func write(_ frame: Frame) throws {
    let box: LAMMPSBox
    let rotation: UnitQuaternion?
    do {
      (box, rotation) = try LAMMPSBox.around(frame)
      lost.addBox(of: frame, isTurned: rotation != nil, keepsOpenDirections: false)
      if frame.orientations == nil {
        lost.add("that there are no orientations (no rotation instead)")
      }
      let turned = rotation.map(frame.turned) ?? frame
      try write(turned, box, try box.cell())
    } catch let error as InvalidInput {
      throw failure(error.description)
    }
    try file.endFrame()
    frameIndex += 1
  }

  /// Makes the file appear.
  ///
  /// Throws: `DataError` when writing fails.
  public func commit() throws {
    try file.commit(application: "Mesogen", schema: "hoomd", schemaVersion: (1, 4))
  }

  private func failure(_ message: String) -> DataError {
    DataError(.badData, file: file.path, frame: frameIndex, message: message)
  }

  private func write(_ frame: Frame, _ box: LAMMPSBox, _ cell: Cell) throws {
    let step = frame.timestep ?? frameIndex
    try file.add("configuration/step", rows: 1, .uint64, Self.bytes([UInt64(step)]))
    let (edges, tilt) = (box.edges, box.tilt)
    try file.add(
      "configuration/box", rows: 6, .float,
      Self.bytes(
        [edges.x, edges.y, edges.z, tilt.x / edges.y, tilt.y / edges.z, tilt.z / edges.z]
          .map(Float.init)))
    try file.add("particles/N", rows: 1, .uint32, Self.bytes([UInt32(frame.count)]))
    let types = try self.types(frame)
    try add(strings: types.names, "particles/types")
    try file.add("particles/typeid", rows: frame.count, .uint32, Self.bytes(types.ids))
    if !types.shapes.isEmpty {
      try add(strings: types.shapes, "particles/type_shapes")
    } else if firstHasShapes {
      try add(strings: types.names.map { _ in "{}" }, "particles/type_shapes")
    }
    if frameIndex == 0 { firstHasShapes = !types.shapes.isEmpty }
    let center = box.low + cell.position(fractional: Vector3(0.5, 0.5, 0.5))
    let positions = try frame.positions.enumerated().flatMap { i, position -> [Float] in
      guard position.isFinite else { throw failure("position of particle \(i) is not finite") }
      let r = Self.wrapped(position - center, cell)
      return [Float(r.x), Float(r.y), Float(r.z)]
    }
    try file.add("particles/position", rows: frame.count, columns: 3, .float, Self.bytes(positions))
    let orientations = frame.orientations ?? Array(repeating: .identity, count: frame.count)
    if !orientations.isEmpty {
      let values = orientations.flatMap { [$0.w, $0.x, $0.y, $0.z].map(Float.init) }
      try file.add(
        "particles/orientation", rows: frame.count, columns: 4, .float, Self.bytes(values))
    }
    var logged: [String: Int] = [:]
    for name in frame.labels.names where name != "timestep" || frame.timestep == nil {
      guard let label = frame.labels[name] else { continue }
      // In the list of names NUL ends a name.
      if name != "timestep", !name.hasPrefix("particles/"), !name.contains("\0"),
        try add(label, "log/\(name)")
      {
        logged["log/\(name)"] = 0
      } else {
        lost.add("label '\(name)'")
      }
    }
    for column in frame.columns {
      if !column.name.contains("\0"), try add(column, frame.count) {
        logged["log/particles/\(column.name)"] = column.width
      } else if frame.count > 0 {
        lost.add("column '\(column.name)'")
      }
    }
    try addMissing(logged, frame.count)
  }

  /// `nan` for what frame 0 has and this one does not.
  private func addMissing(_ logged: [String: Int], _ count: Int) throws {
    if frameIndex == 0 { firstLog = logged }
    for (name, width) in firstLog.sorted(by: { $0.key < $1.key }) where logged[name] == nil {
      let rows = width == 0 ? 1 : count
      let values = [Double](repeating: .nan, count: rows * max(1, width))
      try file.add(name, rows: rows, columns: max(1, width), .double, Self.bytes(values))
      lost.add("that there is no \(name.dropFirst("log/".count)) (nan instead)")
    }
  }

  /// Into the box around the origin, also where it does not repeat: HOOMD wants all inside.
  private static func wrapped(_ position: Vector3, _ cell: Cell) -> Vector3 {
    let f = cell.fractional(position) + 0.5
    let shift = Vector3(f.x.rounded(.down), f.y.rounded(.down), f.z.rounded(.down))
    return shift == .zero ? position : position - cell.position(fractional: shift)
  }

  private func types(
    _ frame: Frame
  ) throws -> (names: [String], ids: [UInt32], shapes: [String]) {
    var names: [String] = []
    var index: [String: Int] = [:]
    var axes: [SemiAxes] = []
    var ids: [UInt32] = []
    for (i, name) in frame.species.enumerated() {
      if index[name] == nil {
        guard !name.contains("\0") else {
          throw failure("species '\(name)' (particle \(i)) has the character NUL in its name")
        }
        index[name] = names.count
        names.append(name)
        if let own = frame.semiAxes?[i] { axes.append(own) }
      }
      let id = index[name] ?? 0
      if let own = frame.semiAxes?[i], own != axes[id] {
        throw failure(
          "species \(name) has several shapes (particle \(i)); GSD keeps one a species")
      }
      ids.append(UInt32(id))
    }
    let shapes = axes.map {
      "{\"type\": \"Ellipsoid\", \"a\": \($0.a), \"b\": \($0.b), \"c\": \($0.c)}"
    }
    return (names.isEmpty ? ["A"] : names, ids, shapes)
  }

  private func add(strings: [String], _ name: String) throws {
    let width = (strings.map(\.utf8.count).max() ?? 0) + 1
    let bytes = strings.flatMap {
      Array($0.utf8) + [UInt8](repeating: 0, count: width - $0.utf8.count)
    }
    try file.add(name, rows: strings.count, columns: width, .int8, bytes)
  }

  /// Logs a label; false for what the schema has no place for: lists of texts, and nothing at all.
  private func add(_ label: Frame.Label, _ name: String) throws -> Bool {
    switch label {
    case .real(let value): try file.add(name, rows: 1, .double, Self.bytes([value]))
    case .integer(let value): try file.add(name, rows: 1, .int64, Self.bytes([Int64(value)]))
    case .logical(let value): try file.add(name, rows: 1, .uint8, [value ? 1 : 0])
    case .reals(let values):
      try file.add(name, rows: values.count, .double, Self.bytes(values))
      return !values.isEmpty
    case .integers(let values):
      try file.add(name, rows: values.count, .int64, Self.bytes(values.map(Int64.init)))
      return !values.isEmpty
    case .logicals(let values):
      try file.add(name, rows: values.count, .uint8, values.map { $0 ? 1 : 0 })
      return !values.isEmpty
    case .string(let text):
      let bytes = Array(text.utf8)
      try file.add(name, rows: bytes.count, .character, bytes)
      return !bytes.isEmpty
    case .matrix(let rows):
      let columns = rows.first?.count ?? 0
      try file.add(
        name, rows: rows.count, columns: columns, .double, Self.bytes(rows.flatMap { $0 }))
      return columns > 0
    case .strings: return false
    }
    return true
  }

  /// Logs a column; false for text and for no values at all.
  private func add(_ column: Frame.Column, _ count: Int) throws -> Bool {
    let name = "log/particles/\(column.name)"
    let width = column.width
    switch column.values {
    case .reals(let values):
      try file.add(name, rows: count, columns: width, .double, Self.bytes(values))
    case .integers(let values):
      try file.add(name, rows: count, columns: width, .int64, Self.bytes(values.map(Int64.init)))
    case .logicals(let values):
      try file.add(name, rows: count, columns: width, .uint8, values.map { $0 ? 1 : 0 })
    case .strings: return false
    }
    return count * width > 0
  }

  private static func bytes<Value: BitwiseCopyable>(_ values: [Value]) -> [UInt8] {
    values.withUnsafeBytes { Array($0) }
  }
}
