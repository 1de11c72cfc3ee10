internal import CVoronoi
public import Geometry

/// The Voronoi cells of the particles of a periodic frame, through voro++ (Rycroft, Chaos 19, 041111
/// (2009), doi:10.1063/1.3215722).
public struct VoronoiTessellation: Equatable, Sendable {
  /// A face of a cell.
  public struct Face: Equatable, Sendable {
    /// The particle on the other side; perhaps an image of the particle itself.
    public let neighbor: Int
    /// The area, in the square of the unit of the positions.
    public let area: Double
    /// The outward unit normal, which is the direction to the neighbour.
    public let normal: Vector3
  }

  /// The faces of every cell. Faces without an area, which rounding leaves at corners of regular
  /// arrangements, are left out.
  public let faces: [[Face]]
  /// The volume of every cell.
  public let volumes: [Double]

  /// Throws: `InvalidInput` unless the cell repeats along all three vectors, all positions are finite
  /// and no two of them coincide.
  public init(positions: [Vector3], cell: Cell?) throws {
    guard let cell, cell.isFullyPeriodic else {
      throw InvalidInput(
        "cell of a Voronoi tessellation", value: cell == nil ? "missing" : "open along a vector",
        expected: "a cell that repeats along all three vectors")
    }
    try SmecticOrder.check(positions)
    let (lower, turn) = Self.lowerTriangular(cell)
    var flat: [Double] = []
    for r in positions {
      let f = cell.fractional(r)
      let x = (0..<3).map { f[$0] - f[$0].rounded(.down) }
      flat.append(x[0] * lower[0] + x[1] * lower[1] + x[2] * lower[3])
      flat.append(x[1] * lower[2] + x[2] * lower[4])
      flat.append(x[2] * lower[5])
    }
    var collector = Collector(count: positions.count, turn: turn)
    let status = withUnsafeMutablePointer(to: &collector) { context in
      mesogen_voronoi(Int32(positions.count), flat, lower, context) {
        context, particle, volume, count, neighbors, areas, normals in
        guard let context, let neighbors, let areas, let normals else { return }
        context.assumingMemoryBound(to: Collector.self).pointee.take(
          Int(particle), volume, Int(count), neighbors, areas, normals)
      }
    }
    guard status >= 0 else {
      throw InvalidInput(
        "number of particles", value: "\(positions.count)",
        expected: "fewer: there is no memory for their Voronoi cells")
    }
    guard status == 0 else {
      let r = positions[Int(status) - 1]
      throw InvalidInput(
        "position of particle \(status - 1)", value: "\(r.x) \(r.y) \(r.z)",
        expected: "a place of its own: its Voronoi cell does not exist")
    }
    faces = collector.faces
    volumes = collector.volumes
  }

  /// The same lattice with a along x and b in the xy plane (ax, bx, by, cx, cy, cz, by Cholesky's
  /// factorisation of its metric), and the matrix that takes vectors back into space.
  private static func lowerTriangular(_ cell: Cell) -> ([Double], Matrix3x3) {
    let (a, b, c) = (cell.vector(0), cell.vector(1), cell.vector(2))
    let ax = a.length
    let bx = a.dot(b) / ax
    let by = (b.lengthSquared - bx * bx).squareRoot()
    let cx = a.dot(c) / ax
    let cy = (b.dot(c) - bx * cx) / by
    let cz = cell.volume / (ax * by)
    let own = Matrix3x3(
      columns: Vector3(ax, 0, 0), Vector3(bx, by, 0), Vector3(cx, cy, cz))
    return ([ax, bx, by, cx, cy, cz], cell.toCartesian * own.inverse)
  }

  /// What voro++ tells, in the order of the particles.
  private struct Collector {
    var faces: [[Face]]
    var volumes: [Double]
    let turn: Matrix3x3

    init(count: Int, turn: Matrix3x3) {
      faces = Array(repeating: [], count: count)
      volumes = Array(repeating: 0, count: count)
      self.turn = turn
    }

    mutating func take(
      _ particle: Int, _ volume: Double, _ count: Int, _ neighbors: UnsafePointer<Int32>,
      _ areas: UnsafePointer<Double>, _ normals: UnsafePointer<Double>
    ) {
      volumes[particle] = volume
      for k in 0..<count {
        let normal = Vector3(normals[3 * k], normals[3 * k + 1], normals[3 * k + 2])
        // voro++ gives a zero normal to a face that it finds no area for.
        guard areas[k] > 0, normal.lengthSquared > 0.5 else { continue }
        faces[particle].append(
          Face(neighbor: Int(neighbors[k]), area: areas[k], normal: turn * normal))
      }
    }
  }
}
