internal import Geometry

/// A cell that repeats along all three lattice vectors, with what Monte Carlo asks of it at every
/// move.
struct CellBox: Equatable, Sendable {
  /// The lattice vectors.
  let rows: [Vector3]
  /// Position to fractional coordinates.
  let toFractional: Matrix3x3
  let volume: Double
  /// The distances between opposite faces.
  let heights: Vector3
  /// The smallest height in units of the range: there would be too many images in narrower boxes.
  static let narrowest = 0.1
  /// Whether the lattice vectors are at right angles to each other.
  let isOrthogonal: Bool
  /// Whether they also lie along x, y and z.
  let isAligned: Bool

  init(_ rows: [Vector3]) {
    self.rows = rows
    let lattice = Matrix3x3(rows: rows[0], rows[1], rows[2])
    toFractional = lattice.inverse.transpose
    volume = abs(lattice.determinant)
    let faces = (0..<3).map { rows[($0 + 1) % 3].cross(rows[($0 + 2) % 3]).length }
    heights = Vector3(volume / faces[0], volume / faces[1], volume / faces[2])
    isOrthogonal =
      rows[0].dot(rows[1]) == 0 && rows[0].dot(rows[2]) == 0 && rows[1].dot(rows[2]) == 0
    isAligned = rows.enumerated().allSatisfy { k, row in
      (0..<3).allSatisfy { $0 == k || row[$0] == 0 }
    }
  }

  /// The lattice vector of whole turns.
  @inline(__always)
  func translation(_ turns: SIMD3<Int>) -> Vector3 {
    Double(turns.x) * rows[0] + Double(turns.y) * rows[1] + Double(turns.z) * rows[2]
  }

  /// The matrix that takes positions here to those with the same fractional coordinates there.
  func deformation(to other: CellBox) -> Matrix3x3 {
    Matrix3x3(columns: other.rows[0], other.rows[1], other.rows[2]) * toFractional
  }

  /// Lattice vectors other than zero shorter than `range`, one of each pair of opposite ones.
  func halfLattice(within range: Double) -> [Vector3] {
    let most = (0..<3).map { Int((range / heights[$0]).rounded(.up)) }
    var result: [Vector3] = []
    for i in 0...most[0] {
      for j in -most[1]...most[1] {
        for k in -most[2]...most[2] {
          guard i > 0 || j > 0 || (j == 0 && k > 0) else { continue }
          let vector = translation(SIMD3(i, j, k))
          if vector.lengthSquared < range * range { result.append(vector) }
        }
      }
    }
    return result
  }
}
