internal import Foundation
public import Geometry

extension FrameFormat {
  /// Trajectories of HOOMD-blue.
  static let gsd = FrameFormat(
    name: "GSD", extensions: [".gsd"], read: { try GSDReader($0) }, write: { try GSDWriter($0) })
}

/// Reads GSD files with the schema of HOOMD-blue
/// (<https://gsd.readthedocs.io/en/stable/schema-hoomd.html>).
///
/// Orientations are w, x, y, z; semi-axes come from the ellipsoids and spheres of
/// `particles/type_shapes`. What was logged becomes labels (`log/energy`) and columns
/// (`log/particles/forces`). Positions are single precision and centred on the box, as HOOMD has them.
public final class GSDReader: FrameSource {
  private let file: GSDFile
  private var frameIndex = 0
  private var collected = WarningCollector()

  /// Opens the file and reads its index.
  ///
  /// Throws: `DataError` when there is no such file, or it is not a GSD file of this schema.
  public init(_ path: String) throws {
    file = try GSDFile(path)
    guard file.schema == "hoomd" else {
      throw DataError(
        .badData, file: path, message: "the schema is '\(file.schema)'; expected 'hoomd'")
    }
    guard file.frameCount > 0 else {
      throw DataError(.badData, file: path, message: "the file has no frames")
    }
  }

  /// What was doubtful in the frames read so far, one line for each kind.
  public var warnings: [String] { collected.texts }

  /// The next frame; nil at the end.
  ///
  /// Throws: `DataError` that names the frame and the value.
  public func next() throws -> Frame? {
    guard frameIndex < file.frameCount else { return nil }
    do {
      let frame = try frame()
      frameIndex += 1
      return frame
    } catch let error as InvalidInput {
      throw failure(error.description)
    }
  }

  private func failure(_ message: String) -> DataError {
    DataError(.badData, file: file.path, frame: frameIndex, message: message)
  }

  /// What a frame does not say is as in the first.
  private func chunk(_ name: String) throws -> GSDChunk? {
    if let own = try file.chunk(name, frame: frameIndex) { return own }
    return frameIndex > 0 ? try file.chunk(name, frame: 0) : nil
  }

  private func chunk(_ name: String, rows: Int, columns: Int) throws -> GSDChunk? {
    guard let chunk = try chunk(name) else { return nil }
    guard chunk.rows == rows, chunk.columns == columns else {
      throw failure(
        "\(name) is \(chunk.rows) x \(chunk.columns); expected \(rows) x \(columns)")
    }
    return chunk
  }

  private func frame() throws -> Frame {
    let n = try chunk("particles/N", rows: 1, columns: 1)?.integers.first ?? 0
    guard n >= 0 else { throw failure("particles/N is \(n); expected a count") }
    // HOOMD's default is the origin for all, which is no frame that anybody means.
    let x = try chunk("particles/position", rows: n, columns: 3)?.doubles ?? []
    guard x.count == 3 * n else { throw failure("particles/position is missing") }
    let positions = (0..<n).map { Vector3(x[3 * $0], x[3 * $0 + 1], x[3 * $0 + 2]) }
    for (i, position) in positions.enumerated() where !position.isFinite {
      throw InvalidInput(
        "position of particle \(i)", value: "(\(position.x), \(position.y), \(position.z))",
        expected: "three finite numbers")
    }
    let types = try chunk("particles/types")?.strings ?? ["A"]
    let typeid =
      try chunk("particles/typeid", rows: n, columns: 1)?.integers
      ?? Array(repeating: 0, count: n)
    if let bad = typeid.first(where: { !types.indices.contains($0) }) {
      throw failure("particles/typeid is \(bad); expected 0 to \(types.count - 1)")
    }
    var frame = Frame(
      positions: positions, species: typeid.map { types[$0] }, orientations: try orientations(n),
      semiAxes: try semiAxes(typeid), cell: try cell())
    if let step = try chunk("configuration/step")?.integers.first {
      frame.labels["timestep"] = .integer(step)
    }
    try addLog(to: &frame)
    return frame
  }

  private func orientations(_ n: Int) throws -> [UnitQuaternion]? {
    guard let q = try chunk("particles/orientation", rows: n, columns: 4)?.doubles else {
      return nil
    }
    return try (0..<n).map { i in
      let (w, x, y, z) = (q[4 * i], q[4 * i + 1], q[4 * i + 2], q[4 * i + 3])
      let length = (w * w + x * x + y * y + z * z).squareRoot()
      let result = try UnitQuaternion(w: w, x: x, y: y, z: z)
      if abs(length - 1) > UnitQuaternion.lengthTolerance {
        collected.add(
          "length",
          "\(file.path): frame \(frameIndex): quaternion of particle \(i) has length \(length); "
            + "it is normalised")
      }
      return result
    }
  }

  private struct Shape: Decodable {
    let type: String?
    let a: Double?
    let b: Double?
    let c: Double?
    let diameter: Double?

    func semiAxes() throws -> SemiAxes? {
      if type == "Ellipsoid", let a, let b, let c { return try SemiAxes(a, b, c) }
      if type == "Sphere", let diameter {
        return try SemiAxes(diameter / 2, diameter / 2, diameter / 2)
      }
      return nil
    }
  }

  /// The axes of each particle, if the types of all have some.
  private func semiAxes(_ typeid: [Int]) throws -> [SemiAxes]? {
    guard let texts = try chunk("particles/type_shapes")?.strings else { return nil }
    let shapes = try texts.map { text in
      try (try? JSONDecoder().decode(Shape.self, from: Data(text.utf8)))?.semiAxes()
    }
    let axes = typeid.compactMap { shapes.indices.contains($0) ? shapes[$0] : nil }
    return axes.count == typeid.count ? axes : nil
  }

  /// Box: lengths, then tilts as multiples of the length that they belong to.
  private func cell() throws -> Cell? {
    guard let b = try chunk("configuration/box", rows: 6, columns: 1)?.doubles else { return nil }
    let isFlat = b[2] == 0
    return try Cell(
      Vector3(b[0], 0, 0), Vector3(b[3] * b[1], b[1], 0),
      isFlat ? .zero : Vector3(b[4] * b[2], b[5] * b[2], b[2]), periodic: (true, true, !isFlat))
  }

  private func addLog(to frame: inout Frame) throws {
    for name in file.names(frame: frameIndex) where name.hasPrefix("log/") {
      guard let chunk = try file.chunk(name, frame: frameIndex) else { continue }
      if name.hasPrefix("log/particles/"), chunk.rows == frame.count {
        frame.set(
          Frame.Column(
            name: String(name.dropFirst("log/particles/".count)), width: chunk.columns,
            values: chunk.type.isWhole ? .integers(chunk.integers) : .reals(chunk.doubles)))
      } else {
        frame.labels[String(name.dropFirst("log/".count))] = label(chunk)
      }
    }
  }

  private func label(_ chunk: GSDChunk) -> Frame.Label {
    if chunk.type == .character {
      return .string(String(decoding: chunk.bytes.prefix { $0 != 0 }, as: UTF8.self))
    }
    if chunk.columns > 1 {
      let values = chunk.doubles
      return .matrix(
        (0..<chunk.rows).map { Array(values[$0 * chunk.columns..<($0 + 1) * chunk.columns]) })
    }
    if chunk.type.isWhole {
      let values = chunk.integers
      return values.count == 1 ? .integer(values[0]) : .integers(values)
    }
    let values = chunk.doubles
    return values.count == 1 ? .real(values[0]) : .reals(values)
  }
}
