/// A symmetric 3 x 3 matrix, kept as its six different elements.
@frozen
public struct SymmetricMatrix3x3: Equatable, Sendable {
  /// Element (0, 0).
  public var xx: Double
  /// Elements (0, 1) and (1, 0).
  public var xy: Double
  /// Elements (0, 2) and (2, 0).
  public var xz: Double
  /// Element (1, 1).
  public var yy: Double
  /// Elements (1, 2) and (2, 1).
  public var yz: Double
  /// Element (2, 2).
  public var zz: Double

  /// From the six elements.
  @inlinable
  public init(xx: Double, xy: Double, xz: Double, yy: Double, yz: Double, zz: Double) {
    (self.xx, self.xy, self.xz) = (xx, xy, xz)
    (self.yy, self.yz, self.zz) = (yy, yz, zz)
  }

  /// From a matrix that is symmetric: its upper triangle is read.
  @inlinable
  public init(_ m: Matrix3x3) {
    let (x, y, z) = m.columns
    self.init(xx: x.x, xy: y.x, xz: z.x, yy: y.y, yz: z.y, zz: z.z)
  }

  /// All nine elements.
  @inlinable
  public var matrix: Matrix3x3 {
    Matrix3x3(columns: Vector3(xx, xy, xz), Vector3(xy, yy, yz), Vector3(xz, yz, zz))
  }

  /// r^T A r.
  @inlinable @inline(__always)
  public func form(_ r: Vector3) -> Double {
    xx * r.x * r.x + yy * r.y * r.y + zz * r.z * r.z
      + 2 * (yz * r.y * r.z + xz * r.x * r.z + xy * r.x * r.y)
  }

  /// The product of the matrix and a column vector.
  @inlinable @inline(__always)
  public static func * (m: SymmetricMatrix3x3, r: Vector3) -> Vector3 {
    Vector3(
      m.xx * r.x + m.xy * r.y + m.xz * r.z, m.xy * r.x + m.yy * r.y + m.yz * r.z,
      m.xz * r.x + m.yz * r.y + m.zz * r.z)
  }

  /// The adjugate, det(A) A^-1.
  @inlinable @inline(__always)
  public var adjugate: SymmetricMatrix3x3 {
    SymmetricMatrix3x3(
      xx: yy * zz - yz * yz, xy: yz * xz - xy * zz, xz: yz * xy - xz * yy,
      yy: xx * zz - xz * xz, yz: xz * xy - yz * xx, zz: xx * yy - xy * xy)
  }

  /// The trace of the product A B.
  @inlinable @inline(__always)
  public func trace(times other: SymmetricMatrix3x3) -> Double {
    xx * other.xx + yy * other.yy + zz * other.zz
      + 2 * (yz * other.yz + xz * other.xz + xy * other.xy)
  }

  /// The sum, element by element.
  @inlinable @inline(__always)
  public static func + (l: SymmetricMatrix3x3, r: SymmetricMatrix3x3) -> SymmetricMatrix3x3 {
    SymmetricMatrix3x3(
      xx: l.xx + r.xx, xy: l.xy + r.xy, xz: l.xz + r.xz, yy: l.yy + r.yy, yz: l.yz + r.yz,
      zz: l.zz + r.zz)
  }

  /// The difference, element by element.
  @inlinable @inline(__always)
  public static func - (l: SymmetricMatrix3x3, r: SymmetricMatrix3x3) -> SymmetricMatrix3x3 {
    SymmetricMatrix3x3(
      xx: l.xx - r.xx, xy: l.xy - r.xy, xz: l.xz - r.xz, yy: l.yy - r.yy, yz: l.yz - r.yz,
      zz: l.zz - r.zz)
  }

  /// Eigenvalues and eigenvectors (the columns), in no particular order, by Jacobi's rotations: a
  /// matrix of this size is done in a fraction of the time that a call of LAPACK takes.
  public var eigen: (values: Vector3, vectors: Matrix3x3) {
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

  /// The square root of the matrix or, with `inverse`, of its inverse: the same eigenvectors, the
  /// eigenvalues to the power 1/2 or -1/2. Eigenvalues of 0 or below become 0.
  public func root(inverse: Bool) -> Matrix3x3 {
    let (values, vectors) = eigen
    var roots = Vector3.zero
    for k in 0..<3 where values[k] > 0 {
      roots[k] = inverse ? 1 / values[k].squareRoot() : values[k].squareRoot()
    }
    return vectors.conjugating(diagonal: roots)
  }
}
