/// A simulation cell: any triclinic box, periodic along any subset of its three lattice vectors.
public struct Cell: Equatable, Sendable {
  /// The lattice vectors are the **rows**, as in ASE and in the `Lattice` key of extended XYZ.
  public let lattice: Matrix3x3
  /// Whether the cell repeats along lattice vector 1, 2, 3.
  public let periodic: SIMD3<UInt8>
  /// inverse(lattice): fractional = position^T . inverse.
  let inverse: Matrix3x3

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
    for k in 0..<3 where !flags[k] && vectors[k] == Vector3.zero {
      let others = [vectors[(k + 1) % 3], vectors[(k + 2) % 3]]
      let normal = others[0].cross(others[1])
      if normal != Vector3.zero {
        vectors[k] = normal.normalized
      } else {
        let taken = others.first { $0 != Vector3.zero } ?? Vector3.zero
        let candidates = [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)]
        let free =
          taken == Vector3.zero
          ? candidates[k]
          : taken.cross(candidates.min { abs($0.dot(taken)) < abs($1.dot(taken)) }!).normalized
        vectors[k] = free
      }
    }
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
    self.periodic = SIMD3(flags[0] ? 1 : 0, flags[1] ? 1 : 0, flags[2] ? 1 : 0)
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

  /// The position wrapped into the cell along the periodic directions.
  public func wrap(_ position: Vector3) -> Vector3 {
    let f = fractional(position)
    var shift = Vector3.zero
    for k in 0..<3 where isPeriodic(k) { shift[k] = f[k].rounded(.down) }
    return shift == Vector3.zero ? position : position - self.position(fractional: shift)
  }

  /// The shortest of the periodic images of `displacement`, among the 27 nearest to the wrapped
  /// one: exact for cells that are not more skewed than a reduced one.
  public func minimumImage(_ displacement: Vector3) -> Vector3 {
    let f = fractional(displacement)
    var base = f
    for k in 0..<3 where isPeriodic(k) { base[k] = f[k] - f[k].rounded() }
    var best = position(fractional: base)
    var bestLength = best.lengthSquared
    let reach = (0..<3).map { isPeriodic($0) ? 1 : 0 }
    for i in -reach[0]...reach[0] {
      for j in -reach[1]...reach[1] {
        for k in -reach[2]...reach[2] {
          let candidate = position(
            fractional: base + Vector3(Double(i), Double(j), Double(k)))
          let length = candidate.lengthSquared
          if length < bestLength { (best, bestLength) = (candidate, length) }
        }
      }
    }
    return best
  }
}
