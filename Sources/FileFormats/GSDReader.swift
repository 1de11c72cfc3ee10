internal import Foundation
public import Geometry

extension FrameFormat {
  /// Trajectories of HOOMD-blue.
  static let gsd = FrameFormat(
    name: "GSD", extensions: [".gsd"],
    summary: "HOOMD-blue: positions and orientations in single precision, a shape a type, labels",
    read: { try GSDReader($0, options: $1) }, write: { path, _ in try GSDWriter(path) })
}

/// Reads GSD files with the schema of HOOMD-blue
/// (<https://gsd.readthedocs.io/en/stable/schema-hoomd.html>).
///
/// What a frame does not store is as in frame 0, where that has as many particles, and otherwise the
/// default of the schema: step 0, box 1 x 1 x 1, positions at the origin, one type `A`, no rotation.
///
/// Orientations are w, x, y, z; semi-axes come from the ellipsoids and spheres of
/// `particles/type_shapes`; particles of other types are spheres of their `particles/diameter`, or
/// points (`PointParticles`). Velocities, masses, charges and the like become columns where any frame
/// stores them. What was logged becomes labels (`log/energy`) and columns (`log/particles/forces`).
/// Positions are single precision and centred on the box, as HOOMD has them. Bonds and the like are
/// not taken over, which is told as a warning.
public final class GSDReader: FrameSource {
  private let file: GSDFile
  private let options: ReadOptions
  private var frameIndex = 0
  private var points: PointParticles
  private var collected = WarningCollector()
  private var assumed = AssumptionList()

  /// Opens the file and reads its index.
  ///
  /// Throws: `DataError` when there is no such file, or it is not a GSD file of this schema.
  public init(_ path: String, options: ReadOptions = ReadOptions()) throws {
    file = try GSDFile(path)
    self.options = options
    points = PointParticles(path: path, options: options)
    guard file.schema == "hoomd" else {
      throw DataError(
        .badData, file: path, message: "the schema is '\(file.schema)'; expected 'hoomd'")
    }
    guard file.frameCount > 0 else {
      throw DataError(.badData, file: path, message: "the file has no frames")
    }
    for kind in ["bonds", "angles", "dihedrals", "impropers", "constraints", "pairs"]
    where file.hasChunk("\(kind)/N") {
      collected.add(kind, "\(path): \(kind) are not taken over")
    }
    assumed.add(
      file.hasChunk("particles/orientation")
        ? "orientations from particles/orientation, w, x, y, z"
        : "orientations: none are stored, so that the default of the schema holds (no rotation)")
  }

  /// What was doubtful in the frames read so far, one line for each kind.
  public var warnings: [String] { collected.texts + points.warnings.texts }

  /// What was assumed: where orientations come from, and which types have no shape.
  public var assumptions: [String] { assumed.texts }

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

  // MARK: Chunks and their defaults

  /// What a frame does not say is as in the first.
  private func chunk(_ name: String) throws -> GSDChunk? {
    if let own = try file.chunk(name, frame: frameIndex) { return own }
    return frameIndex > 0 ? try file.chunk(name, frame: 0) : nil
  }

  private func chunk(_ name: String, rows: Int, columns: Int) throws -> GSDChunk? {
    try checked(try chunk(name), name, rows, columns)
  }

  private func checked(
    _ chunk: GSDChunk?, _ name: String, _ rows: Int, _ columns: Int
  ) throws -> GSDChunk? {
    guard let chunk else { return nil }
    guard chunk.rows == rows, chunk.columns == columns, chunk.type != .character else {
      throw failure(
        "\(name) is \(chunk.rows) x \(chunk.columns); expected \(rows) x \(columns)")
    }
    return chunk
  }

  /// A chunk with one row a particle: the frame's own, or that of frame 0 where this has as many
  /// particles.
  private func particles(_ name: String, _ n: Int, columns: Int = 1) throws -> GSDChunk? {
    let name = "particles/\(name)"
    if let own = try file.chunk(name, frame: frameIndex) {
      return try checked(own, name, n, columns)
    }
    guard frameIndex > 0, try count(frame: 0) == n else { return nil }
    return try checked(try file.chunk(name, frame: 0), name, n, columns)
  }

  private func count(frame: Int) throws -> Int {
    let chunk = try checked(try file.chunk("particles/N", frame: frame), "particles/N", 1, 1)
    guard let chunk else { return frame == 0 ? 0 : try count(frame: 0) }
    guard let n = chunk.integers.first, n >= 0 else {
      throw failure("particles/N is not a count")
    }
    return n
  }

  // MARK: The frame

  private func frame() throws -> Frame {
    let n = try count(frame: frameIndex)
    let positions = try positions(n)
    let types = try chunk("particles/types")?.strings ?? ["A"]
    let typeid = try particles("typeid", n)?.integers ?? Array(repeating: 0, count: n)
    guard typeid.count == n else { throw failure("particles/typeid are not whole numbers") }
    if let bad = typeid.first(where: { !types.indices.contains($0) }) {
      throw failure("particles/typeid is \(bad); expected 0 to \(types.count - 1)")
    }
    let names = types.map { options.types[$0] ?? $0 }
    points.begin(frame: frameIndex)
    let semiAxes = try semiAxes(typeid, types)
    var frame = Frame(
      positions: positions, species: typeid.map { names[$0] }, orientations: try orientations(n),
      semiAxes: semiAxes, cell: try cell())
    let step = try chunk("configuration/step", rows: 1, columns: 1)?.integers.first ?? 0
    frame.labels["timestep"] = .integer(step)
    try addProperties(to: &frame)
    try addLog(to: &frame)
    return frame
  }

  /// The count of a file is not believed before as many rows were found: positions that are missing
  /// must be those of frames that can be as large.
  private func positions(_ n: Int) throws -> [Vector3] {
    guard let x = try particles("position", n, columns: 3)?.doubles else {
      guard n <= Self.largestDefault else {
        throw failure("particles/N is \(n), and there are no positions")
      }
      if n > 1 {
        collected.add(
          "origin",
          "\(file.path): frame \(frameIndex): no positions are stored: all \(n) particles are at the "
            + "origin")
      }
      return Array(repeating: .zero, count: n)
    }
    let positions = (0..<n).map { Vector3(x[3 * $0], x[3 * $0 + 1], x[3 * $0 + 2]) }
    for (i, position) in positions.enumerated() where !position.isFinite {
      throw InvalidInput(
        "position of particle \(i)", value: "(\(position.x), \(position.y), \(position.z))",
        expected: "three finite numbers")
    }
    return positions
  }

  /// More particles at the origin than anybody means: a damaged count would fill the memory.
  private static let largestDefault = 1_000_000

  private func orientations(_ n: Int) throws -> [UnitQuaternion] {
    guard let q = try particles("orientation", n, columns: 4)?.doubles else {
      return Array(repeating: .identity, count: n)
    }
    return try (0..<n).map { i in
      let (w, x, y, z) = (q[4 * i], q[4 * i + 1], q[4 * i + 2], q[4 * i + 3])
      if w == 0, x == 0, y == 0, z == 0, points.isPoint(i) { return .identity }
      points.check(length: (w * w + x * x + y * y + z * z).squareRoot(), of: i)
      return try UnitQuaternion(w: w, x: x, y: y, z: z)
    }
  }

  // MARK: Shapes

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

  /// The axes of each particle, if any type has some.
  private func semiAxes(_ typeid: [Int], _ types: [String]) throws -> [SemiAxes]? {
    let n = typeid.count
    let diameters =
      file.hasChunk("particles/diameter")
      ? try particles("diameter", n)?.doubles ?? Array(repeating: 1, count: n) : nil
    guard let texts = try chunk("particles/type_shapes")?.strings else { return nil }
    let shapes = try texts.map { text in
      try (try? JSONDecoder().decode(Shape.self, from: Data(text.utf8)))
        .map { ($0, try $0.semiAxes()) }
    }
    for (k, shape) in shapes.enumerated() where types.indices.contains(k) {
      if let kind = shape?.0.type, shape?.1 == nil {
        collected.add(
          "shape \(kind)",
          "\(file.path): the shape of type \(types[k]) is \(kind), which is not read (ellipsoids and "
            + "spheres are)")
      }
    }
    let known = shapes.map { $0?.1 }
    guard known.contains(where: { $0 != nil }) else { return nil }
    return points.completed(
      typeid.map { known.indices.contains($0) ? known[$0] : nil }, diameters: diameters)
  }

  /// Box: lengths, then tilts as multiples of the length that they belong to.
  private func cell() throws -> Cell? {
    let b = try chunk("configuration/box", rows: 6, columns: 1)?.doubles ?? [1, 1, 1, 0, 0, 0]
    let isFlat = b[2] == 0
    return try Cell(
      Vector3(b[0], 0, 0), Vector3(b[3] * b[1], b[1], 0),
      isFlat ? .zero : Vector3(b[4] * b[2], b[5] * b[2], b[2]), periodic: (true, true, !isFlat))
  }

  // MARK: Columns and labels

  /// Chunks of particles that become columns, with the defaults of the schema.
  private static let properties: [(chunk: String, column: String, width: Int, fill: Double)] = [
    ("velocity", "velocities", 3, 0), ("mass", "mass", 1, 1), ("charge", "charge", 1, 0),
    ("diameter", "diameter", 1, 1), ("body", "body", 1, -1),
    ("moment_inertia", "moment_inertia", 3, 0), ("angmom", "angmom", 4, 0),
    ("image", "image", 3, 0),
  ]

  private func addProperties(to frame: inout Frame) throws {
    for (name, column, width, fill) in Self.properties where file.hasChunk("particles/\(name)") {
      // The spheres have them.
      if name == "diameter", frame.semiAxes != nil { continue }
      let isWhole = name == "body" || name == "image"
      let chunk = try particles(name, frame.count, columns: width)
      if isWhole, chunk.map({ $0.type.isWhole }) ?? true {
        let values = chunk?.integers ?? Array(repeating: Int(fill), count: frame.count * width)
        try frame.set(Frame.Column(name: column, width: width, values: .integers(values)))
      } else {
        let values = chunk?.doubles ?? Array(repeating: fill, count: frame.count * width)
        try frame.set(Frame.Column(name: column, width: width, values: .reals(values)))
      }
    }
  }

  /// What was logged: the frame's own, then what only frame 0 has.
  private func addLog(to frame: inout Frame) throws {
    var names = try file.names(frame: frameIndex)
    if frameIndex > 0 { names += try file.names(frame: 0).filter { !names.contains($0) } }
    for name in names where name.hasPrefix("log/") {
      guard let chunk = try chunk(name) else { continue }
      if name.hasPrefix("log/particles/") {
        // Values of frame 0 for another number of particles say nothing of this one.
        guard chunk.rows == frame.count else { continue }
        try frame.set(
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
