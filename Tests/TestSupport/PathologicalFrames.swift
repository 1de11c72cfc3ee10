public import Geometry
import Mathematics

/// Frames that go wrong where something is careless, each with a name and a cutoff to use it with.
public struct PathologicalFrame: Sendable, CustomStringConvertible {
  /// What is peculiar about it.
  public let name: String
  /// The frame; all particles are of one shape and have orientations.
  public let frame: Frame
  /// A cutoff that makes the peculiarity count.
  public let cutoff: Double

  /// The name.
  public var description: String { name }

  /// All of them. The same seed gives the same frames.
  public static func all(seed: UInt64 = 7) throws -> [PathologicalFrame] {
    var stream = RandomStream(seed: seed, stream: 77)
    var frames: [PathologicalFrame] = []
    func add(_ name: String, _ positions: [Vector3], _ cell: Cell?, cutoff: Double) throws {
      let shape = try SemiAxes(0.3, 0.4, 0.6)
      var orientations: [UnitQuaternion] = []
      for _ in positions { orientations.append(try RandomFrames.rotation(&stream)) }
      let frame = Frame(
        positions: positions, orientations: orientations,
        semiAxes: Array(repeating: shape, count: positions.count), cell: cell)
      frames.append(PathologicalFrame(name: name, frame: frame, cutoff: cutoff))
    }
    let cube = try Cell(cube: 4)
    let needle = try Cell(Vector3(0.7, 0, 0), Vector3(0, 0.8, 0), Vector3(0, 0.1, 60))
    let plate = try Cell(Vector3(12, 1, 0), Vector3(-2, 11, 0), Vector3(0.1, 0.2, 0.5))
    let skewed = try Cell(Vector3(3, 0, 0), Vector3(7.3, 2.5, 0), Vector3(-8.1, 6.2, 2.9))
    let leftHanded = try Cell(Vector3(0, 4, 0), Vector3(5, 0.5, 0), Vector3(0.3, 0, 4.5))

    try add("no particle, no cell", [], nil, cutoff: 2)
    try add("no particle in a cell", [], cube, cutoff: 2)
    try add("one particle, no cell", [Vector3(1, 2, 3)], nil, cutoff: 2)
    try add("one particle and its images", [Vector3(1, 2, 3)], cube, cutoff: 9)
    try add("one particle in a skewed cell", [Vector3(9, -7, 1)], skewed, cutoff: 8)
    try add("two particles at one place", [Vector3(1, 1, 1), Vector3(1, 1, 1)], cube, cutoff: 1)
    try add("two particles at one place, no cell", [.zero, .zero], nil, cutoff: 1)
    try add("neighbours at the faces", atFaces(edge: 4), cube, cutoff: 1.5)
    try add(
      "all in one bin", scattered(40, cube, 0.5, 0.5001, &stream), cube, cutoff: 1.2)
    try add("cutoff beyond the cell", scattered(6, cube, 0, 1, &stream), cube, cutoff: 9.5)
    try add("needle", scattered(12, needle, 0, 1, &stream), needle, cutoff: 3)
    try add("plate", scattered(30, plate, 0, 1, &stream), plate, cutoff: 1.7)
    try add("skewed", scattered(20, skewed, 0, 1, &stream), skewed, cutoff: 4)
    try add("left-handed", scattered(20, leftHanded, 0, 1, &stream), leftHanded, cutoff: 3)
    try add("far outside", scattered(20, skewed, -1000, 1000, &stream), skewed, cutoff: 3)
    for mask in 0..<7 {
      let periodic = (mask & 1 != 0, mask & 2 != 0, mask & 4 != 0)
      let cell = try Cell(
        skewed.vector(0), skewed.vector(1), skewed.vector(2), periodic: periodic)
      try add(
        "periodic along \(periodic)", scattered(24, cell, -2, 3, &stream), cell, cutoff: 5)
    }
    let slab = try Cell(
      Vector3(5, 0, 0), Vector3(1, 6, 0), .zero, periodic: (true, true, false))
    try add("slab without a third vector", scattered(30, slab, 0, 4, &stream), slab, cutoff: 2.5)
    let line = (0..<30).map { Vector3(1e8 + 0.75 * Double($0), 0, 0) }
    try add("a line far from the origin, no cell", line, nil, cutoff: 2)
    return frames
  }

  /// Points in the box of fractional coordinates from `low` to `high`.
  private static func scattered(
    _ count: Int, _ cell: Cell, _ low: Double, _ high: Double, _ stream: inout RandomStream
  ) -> [Vector3] {
    var positions: [Vector3] = []
    for _ in 0..<count {
      positions.append(
        cell.position(
          fractional: Vector3(
            stream.uniform(low, high), stream.uniform(low, high), stream.uniform(low, high))))
    }
    return positions
  }

  /// Points on the faces of a cube, and one step of a double on either side of them.
  private static func atFaces(edge: Double) -> [Vector3] {
    let values = [0, -Double.leastNonzeroMagnitude, -1e-20, edge.nextDown, edge, edge.nextUp]
    var positions: [Vector3] = []
    for (k, value) in values.enumerated() {
      positions.append(Vector3(value, 1, 1 + 0.1 * Double(k)))
      positions.append(Vector3(1 + 0.1 * Double(k), value, value))
      positions.append(Vector3(repeating: value))
    }
    return positions
  }
}
