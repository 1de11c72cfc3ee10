internal import Geometry

/// A symmetric 3 x 3 matrix as its six elements, for loops over many pairs.
///
/// Two vectors of the shape of `Vector3`, for sums over one pair at a time; the `SymmetricMatrix` of the
/// room GayBerne has one number or eight in each element and stays inside its room, where the compiler
/// specialises it.
struct SymmetricMatrix: Sendable {
  /// xx, yy, zz.
  var diagonal: Vector3
  /// yz, xz, xy.
  var off: Vector3

  init(diagonal: Vector3, off: Vector3) { (self.diagonal, self.off) = (diagonal, off) }

  init(_ m: Matrix3x3) {
    self.init(
      diagonal: Vector3(m[0, 0], m[1, 1], m[2, 2]), off: Vector3(m[1, 2], m[0, 2], m[0, 1]))
  }

  /// <v v^T>.
  init(meanSquareOf vectors: [Vector3]) {
    self.init(diagonal: .zero, off: .zero)
    for v in vectors {
      diagonal += v * v
      off += Vector3(v.y * v.z, v.x * v.z, v.x * v.y)
    }
    diagonal /= Double(vectors.count)
    off /= Double(vectors.count)
  }

  var matrix: Matrix3x3 {
    Matrix3x3(
      columns: Vector3(diagonal.x, off.z, off.y), Vector3(off.z, diagonal.y, off.x),
      Vector3(off.y, off.x, diagonal.z))
  }

  /// r^T A r.
  @inline(__always)
  func form(_ r: Vector3) -> Double {
    let d = diagonal * r * r
    return d.x + d.y + d.z + 2 * (off.x * r.y * r.z + off.y * r.x * r.z + off.z * r.x * r.y)
  }

  /// A r.
  @inline(__always)
  func times(_ r: Vector3) -> Vector3 {
    Vector3(
      diagonal.x * r.x + off.z * r.y + off.y * r.z, off.z * r.x + diagonal.y * r.y + off.x * r.z,
      off.y * r.x + off.x * r.y + diagonal.z * r.z)
  }

  /// The adjugate: det(A) A^-1.
  @inline(__always)
  var adjugate: SymmetricMatrix {
    let (d, o) = (diagonal, off)
    return SymmetricMatrix(
      diagonal: Vector3(
        d.y * d.z - o.x * o.x, d.x * d.z - o.y * o.y, d.x * d.y - o.z * o.z),
      off: Vector3(
        o.y * o.z - o.x * d.x, o.x * o.z - o.y * d.y, o.x * o.y - o.z * d.z))
  }

  /// tr(A B).
  @inline(__always)
  func trace(times other: SymmetricMatrix) -> Double {
    diagonal.dot(other.diagonal) + 2 * off.dot(other.off)
  }

  @inline(__always)
  static func + (l: SymmetricMatrix, r: SymmetricMatrix) -> SymmetricMatrix {
    SymmetricMatrix(diagonal: l.diagonal + r.diagonal, off: l.off + r.off)
  }

  @inline(__always)
  static func - (l: SymmetricMatrix, r: SymmetricMatrix) -> SymmetricMatrix {
    SymmetricMatrix(diagonal: l.diagonal - r.diagonal, off: l.off - r.off)
  }

  @inline(__always)
  static func * (l: SymmetricMatrix, s: Double) -> SymmetricMatrix {
    SymmetricMatrix(diagonal: l.diagonal * s, off: l.off * s)
  }

  /// The largest difference of an element from the diagonal matrix.
  func largestDifference(fromDiagonal d: Vector3) -> Double {
    var largest = 0.0
    for k in 0..<3 { largest = max(largest, max(abs(diagonal[k] - d[k]), abs(off[k]))) }
    return largest
  }

  /// The smallest and the largest eigenvalue by the trigonometric solution of the cubic, each
  /// moved outwards by 1e-12 of the largest, which covers the rounding.
  var extremeEigenvalues: (smallest: Double, largest: Double) {
    let mean = (diagonal.x + diagonal.y + diagonal.z) / 3
    let shifted = SymmetricMatrix(diagonal: diagonal - Vector3(repeating: mean), off: off)
    let spread = (shifted.trace(times: shifted) / 6).squareRoot()
    if !(spread > 1e-300) { return (mean, mean) }
    let determinant = shifted.trace(times: shifted.adjugate) / 3
    let angle =
      arcCosine(
        min(1, max(-1, determinant / (2 * spread * spread * spread)))) / 3
    let largest = mean + 2 * spread * cosine(angle)
    let smallest = mean + 2 * spread * cosine(angle + 2 * Double.pi / 3)
    return (smallest - 1e-12 * largest, largest * (1 + 1e-12))
  }

  /// Eigenvalues and eigenvectors (the columns), in no particular order, by Jacobi's rotations: a
  /// matrix of this size is done in a fraction of the time that a call of LAPACK takes.
  var eigen: (values: Vector3, vectors: Matrix3x3) {
    var a = matrix
    var v = Matrix3x3.identity
    for _ in 0..<30 {
      let size = a[0, 1] * a[0, 1] + a[0, 2] * a[0, 2] + a[1, 2] * a[1, 2]
      let trace = abs(a[0, 0]) + abs(a[1, 1]) + abs(a[2, 2])
      if !(size > 1e-34 * trace * trace) { break }
      for k in 0..<3 where a[(k + 1) % 3, (k + 2) % 3] != 0 {
        rotate((k + 1) % 3, (k + 2) % 3)
      }
    }
    return (Vector3(a[0, 0], a[1, 1], a[2, 2]), v)

    func rotate(_ p: Int, _ q: Int) {
      let theta = (a[q, q] - a[p, p]) / (2 * a[p, q])
      let t = (theta < 0 ? -1 : 1) / (abs(theta) + (1 + theta * theta).squareRoot())
      let c = 1 / (1 + t * t).squareRoot()
      let s = t * c
      for k in 0..<3 {
        let (x, y) = (a[k, p], a[k, q])
        (a[k, p], a[k, q]) = (c * x - s * y, s * x + c * y)
      }
      for k in 0..<3 {
        let (x, y) = (a[p, k], a[q, k])
        (a[p, k], a[q, k]) = (c * x - s * y, s * x + c * y)
        let (u, w) = (v[k, p], v[k, q])
        (v[k, p], v[k, q]) = (c * u - s * w, s * u + c * w)
      }
    }
  }

  /// The matrix of the same eigenvectors whose eigenvalues are those of this one to the power 1/2 or
  /// -1/2; where they are 0 or below, 0.
  func root(inverse: Bool) -> Matrix3x3 {
    let (values, vectors) = eigen
    var roots = Vector3.zero
    for k in 0..<3 where values[k] > 0 {
      roots[k] = inverse ? 1 / values[k].squareRoot() : values[k].squareRoot()
    }
    return vectors.conjugating(diagonal: roots)
  }
}
