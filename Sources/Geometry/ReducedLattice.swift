/// The periodic directions of a cell by their shortest vectors: what the search for the nearest
/// periodic image needs.
///
/// The vectors along which the cell repeats are replaced by a basis of the same lattice that is
/// reduced in Minkowski's sense; the others by vectors at right angles to all of those, so that the
/// coordinates along the periodic vectors are those of the projection onto their span. In a reduced
/// basis of up to three vectors the lattice point closest to a point with coordinates in
/// [-1/2, 1/2] has coordinates -1, 0 or 1 (Nguyen and Stehlé, doi:10.1145/1597036.1597050).
struct ReducedLattice: Equatable, Sendable {
  /// Coordinates in the reduced basis to Cartesian ones, and back.
  let toCartesian: Matrix3x3
  let toFractional: Matrix3x3
  /// 1 along directions that repeat, else 0.
  let reach: SIMD3<Int>

  init(rows: [Vector3], periodic: [Bool]) {
    let repeating = (0..<3).filter { periodic[$0] }
    var vectors = rows
    for (k, vector) in zip(repeating, Self.reduce(repeating.map { rows[$0] })) {
      vectors[k] = vector
    }
    switch repeating.count {
    case 0: vectors = [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)]
    case 1:
      let along = vectors[repeating[0]]
      let axes = [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)]
      let (i, j) = ((repeating[0] + 1) % 3, (repeating[0] + 2) % 3)
      let helper = abs(along.x) < abs(along.y) ? axes[0] : axes[1]
      vectors[i] = along.cross(helper).normalized
      vectors[j] = along.cross(vectors[i]).normalized
    case 2:
      let open = 3 - repeating[0] - repeating[1]
      vectors[open] = vectors[repeating[0]].cross(vectors[repeating[1]]).normalized
    default: break
    }
    toCartesian = Matrix3x3(columns: vectors[0], vectors[1], vectors[2])
    toFractional = toCartesian.inverse
    reach = SIMD3(periodic[0] ? 1 : 0, periodic[1] ? 1 : 0, periodic[2] ? 1 : 0)
  }

  /// A Minkowski-reduced basis of the lattice of one, two or three vectors: no vector can be made
  /// shorter by adding a multiple of another, nor the longest of three by adding or subtracting
  /// both others.
  private static func reduce(_ given: [Vector3]) -> [Vector3] {
    var vectors = given
    /// Takes the candidate if it is shorter by more than rounding, so that the loop must end.
    func shorten(_ k: Int, to candidate: Vector3) -> Bool {
      guard candidate.lengthSquared < vectors[k].lengthSquared * (1 - 1e-12) else { return false }
      vectors[k] = candidate
      return true
    }
    var changed = true
    while changed {
      changed = false
      for i in vectors.indices {
        for j in vectors.indices where i != j {
          let (v, u) = (vectors[i], vectors[j])
          let turns = (v.dot(u) / u.lengthSquared).rounded()
          if turns != 0, shorten(i, to: v - u * turns) { changed = true }
        }
      }
      guard vectors.count == 3 else { continue }
      let lengths = vectors.map(\.lengthSquared)
      let longest = (0..<3).reduce(0) { lengths[$1] > lengths[$0] ? $1 : $0 }
      let (u, v) = (vectors[(longest + 1) % 3], vectors[(longest + 2) % 3])
      for other in [u + v, u - v, v - u, -u - v]
      where shorten(longest, to: vectors[longest] + other) {
        changed = true
      }
    }
    return vectors
  }

  /// The shortest of all vectors that differ from `displacement` by a lattice vector.
  func shortest(_ displacement: Vector3) -> Vector3 {
    let fractional = toFractional * displacement
    var nearest = Vector3.zero
    for k in 0..<3 where reach[k] > 0 { nearest[k] = fractional[k].rounded() }
    var best = displacement - toCartesian * nearest
    var bestLength = best.lengthSquared
    for i in -reach.x...reach.x {
      for j in -reach.y...reach.y {
        for k in -reach.z...reach.z {
          let turns = nearest + Vector3(Double(i), Double(j), Double(k))
          let candidate = displacement - toCartesian * turns
          let length = candidate.lengthSquared
          if length < bestLength { (best, bestLength) = (candidate, length) }
        }
      }
    }
    return best
  }
}
