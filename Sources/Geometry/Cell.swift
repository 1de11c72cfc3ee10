/// A simulation cell: any triclinic box, periodic along any subset of its three lattice vectors.
public struct Cell: Equatable, Sendable {
  /// The lattice vectors are the **rows**, as in ASE and in the `Lattice` key of extended XYZ.
  public let lattice: Matrix3x3
  /// Whether the cell repeats along lattice vector 1, 2, 3.
  public let periodic: SIMD3<UInt8>
  /// inverse(lattice): fractional = position^T . inverse.
  let inverse: Matrix3x3
  /// The lattice of the periodic directions by its shortest vectors.
  private let reduced: ReducedLattice

  /// Zero lattice vectors along directions that do not repeat are completed by unit vectors at
  /// right angles to the others, as ASE does.
  ///
  /// Throws: `InvalidInput` when a component is not finite or the vectors span no volume.
  public init(
    _ a: Vector3, _ b: Vector3, _ c: Vector3, periodic: (Bool, Bool, Bool) = (true, true, true)
  ) throws {
    let flags = [periodic.0, periodic.1, periodic.2]
    var vectors = [a, b, c]
    // Made only for an error: nine numbers as text take longer than all the rest.
    func shown() -> String {
      "(\(a.x) \(a.y) \(a.z)), (\(b.x) \(b.y) \(b.z)), (\(c.x) \(c.y) \(c.z))"
    }
    guard vectors.allSatisfy(\.isFinite) else {
      throw InvalidInput("lattice", value: shown(), expected: "nine finite numbers")
    }
    vectors = Self.completed(vectors, missing: { !flags[$0] && vectors[$0] == Vector3.zero })
    lattice = Matrix3x3(rows: vectors[0], vectors[1], vectors[2])
    // Flat means: the volume is nothing beside the product of the edges.
    let edges = vectors[0].length * vectors[1].length * vectors[2].length
    guard abs(lattice.determinant) > 1e-12 * edges else {
      throw InvalidInput(
        "lattice", value: shown(),
        expected: "three vectors that span a volume (this cell is singular)"
      )
    }
    inverse = lattice.inverse
    reduced = ReducedLattice(rows: vectors, periodic: flags)
    self.periodic = SIMD3(flags[0] ? 1 : 0, flags[1] ? 1 : 0, flags[2] ? 1 : 0)
  }

  /// The vectors with the missing ones replaced by unit vectors at right angles to the others: the
  /// axes x, y, z where all are missing.
  private static func completed(_ given: [Vector3], missing: (Int) -> Bool) -> [Vector3] {
    let axes = [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)]
    let absent = (0..<3).filter(missing)
    if absent.count == 3 { return axes }
    var vectors = given
    for k in absent {
      let others = (vectors[(k + 1) % 3], vectors[(k + 2) % 3])
      var normal = others.0.cross(others.1)
      if normal == Vector3.zero {
        // Only one direction is given: any vector at right angles to it will do.
        let taken = others.0 == Vector3.zero ? others.1 : others.0
        let sizes = axes.map { abs($0.dot(taken)) }
        let least = (0..<3).reduce(0) { sizes[$1] < sizes[$0] ? $1 : $0 }
        normal = taken.cross(axes[least])
      }
      vectors[k] = normal.normalized
    }
    return vectors
  }

  /// A periodic cube of edge `edge`.
  ///
  /// Throws: `InvalidInput` unless the edge is a finite number other than zero.
  public init(cube edge: Double) throws {
    try self.init(Vector3(edge, 0, 0), Vector3(0, edge, 0), Vector3(0, 0, edge))
  }

  /// A periodic box with edges along x, y, z.
  ///
  /// Throws: `InvalidInput` unless all are finite numbers other than zero.
  public init(box edges: Vector3) throws {
    try self.init(Vector3(edges.x, 0, 0), Vector3(0, edges.y, 0), Vector3(0, 0, edges.z))
  }

  /// Lattice vector `k`, from 0.
  public func vector(_ k: Int) -> Vector3 {
    Vector3(lattice[k, 0], lattice[k, 1], lattice[k, 2])
  }

  /// Whether the cell repeats along lattice vector `k`.
  public func isPeriodic(_ k: Int) -> Bool { periodic[k] != 0 }

  /// Whether the cell repeats along all three vectors.
  public var isFullyPeriodic: Bool { periodic == SIMD3(1, 1, 1) }

  /// |det(lattice)|.
  public var volume: Double { abs(lattice.determinant) }

  /// The distance between the two faces that lattice vector `k` connects.
  public func height(_ k: Int) -> Double {
    volume / vector((k + 1) % 3).cross(vector((k + 2) % 3)).length
  }

  /// Position to fractional coordinates.
  public func fractional(_ position: Vector3) -> Vector3 { toFractional * position }

  /// Fractional coordinates to position.
  public func position(fractional: Vector3) -> Vector3 { toCartesian * fractional }

  /// The matrix that multiplies a column of Cartesian coordinates to fractional ones.
  public var toFractional: Matrix3x3 { inverse.transpose }

  /// The matrix that multiplies a column of fractional coordinates to Cartesian ones.
  public var toCartesian: Matrix3x3 { lattice.transpose }

  /// The position wrapped into the cell along the periodic directions: its fractional coordinates
  /// are in [0, 1), to rounding. A position that is inside comes back as it is.
  public func wrap(_ position: Vector3) -> Vector3 {
    let turns = wholeTurns(fractional(position))
    return turns == Vector3.zero ? position : position - self.position(fractional: turns)
  }

  /// How many whole cells a point is away from the cell along each periodic direction.
  func wholeTurns(_ fractional: Vector3) -> Vector3 {
    var turns = Vector3.zero
    for k in 0..<3 where isPeriodic(k) {
      let down = fractional[k].rounded(.down)
      // One full turn added to a tiny negative coordinate would round to exactly 1.
      turns[k] = fractional[k] - down < 1 ? down : down + 1
    }
    return turns
  }

  /// The shortest of all periodic images of `displacement`, for a cell of any shape and any mix of
  /// periodic directions. Of several images of equal length it is any one.
  public func minimumImage(_ displacement: Vector3) -> Vector3 { reduced.shortest(displacement) }
}
