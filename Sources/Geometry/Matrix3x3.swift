/// A 3 x 3 matrix, kept as three columns.
@frozen
public struct Matrix3x3: Equatable, Sendable {
  /// The columns of the matrix.
  public var columns: (Vector3, Vector3, Vector3)

  /// From three columns.
  @inlinable
  public init(columns c0: Vector3, _ c1: Vector3, _ c2: Vector3) { columns = (c0, c1, c2) }

  /// From three rows.
  @inlinable
  public init(rows r0: Vector3, _ r1: Vector3, _ r2: Vector3) {
    columns = (
      Vector3(r0.x, r1.x, r2.x), Vector3(r0.y, r1.y, r2.y), Vector3(r0.z, r1.z, r2.z)
    )
  }

  /// The diagonal matrix with these elements.
  @inlinable
  public init(diagonal d: Vector3) {
    columns = (Vector3(d.x, 0, 0), Vector3(0, d.y, 0), Vector3(0, 0, d.z))
  }

  /// The unit matrix.
  @inlinable
  public static var identity: Matrix3x3 { Matrix3x3(diagonal: Vector3(repeating: 1)) }

  /// The outer product a b^T.
  @inlinable
  public init(outer a: Vector3, _ b: Vector3) { columns = (a * b.x, a * b.y, a * b.z) }

  /// Whether all nine elements are equal.
  @inlinable
  public static func == (l: Matrix3x3, r: Matrix3x3) -> Bool {
    l.columns.0 == r.columns.0 && l.columns.1 == r.columns.1 && l.columns.2 == r.columns.2
  }

  /// The element of row `row` and column `column`, both from 0.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get {
      switch column {
      case 0: columns.0[row]
      case 1: columns.1[row]
      default: columns.2[row]
      }
    }
    set {
      switch column {
      case 0: columns.0[row] = newValue
      case 1: columns.1[row] = newValue
      default: columns.2[row] = newValue
      }
    }
  }

  /// The transposed matrix.
  @inlinable
  public var transpose: Matrix3x3 { Matrix3x3(rows: columns.0, columns.1, columns.2) }

  /// The determinant.
  @inlinable
  public var determinant: Double { columns.0.dot(columns.1.cross(columns.2)) }

  /// The sum of the diagonal.
  @inlinable
  public var trace: Double { columns.0.x + columns.1.y + columns.2.z }

  /// The inverse through the adjugate; not finite for a singular matrix.
  @inlinable
  public var inverse: Matrix3x3 {
    let r0 = columns.1.cross(columns.2)
    let r1 = columns.2.cross(columns.0)
    let r2 = columns.0.cross(columns.1)
    let scale = 1 / columns.0.dot(r0)
    return Matrix3x3(rows: r0 * scale, r1 * scale, r2 * scale)
  }

  /// The product of a matrix and a column vector.
  @inlinable
  public static func * (m: Matrix3x3, v: Vector3) -> Vector3 {
    m.columns.0 * v.x + m.columns.1 * v.y + m.columns.2 * v.z
  }

  /// The matrix product.
  @inlinable
  public static func * (l: Matrix3x3, r: Matrix3x3) -> Matrix3x3 {
    Matrix3x3(columns: l * r.columns.0, l * r.columns.1, l * r.columns.2)
  }

  /// Every element multiplied by `s`.
  @inlinable
  public static func * (m: Matrix3x3, s: Double) -> Matrix3x3 {
    Matrix3x3(columns: m.columns.0 * s, m.columns.1 * s, m.columns.2 * s)
  }

  /// The sum, element by element.
  @inlinable
  public static func + (l: Matrix3x3, r: Matrix3x3) -> Matrix3x3 {
    Matrix3x3(
      columns: l.columns.0 + r.columns.0, l.columns.1 + r.columns.1, l.columns.2 + r.columns.2)
  }

  /// The difference, element by element.
  @inlinable
  public static func - (l: Matrix3x3, r: Matrix3x3) -> Matrix3x3 {
    Matrix3x3(
      columns: l.columns.0 - r.columns.0, l.columns.1 - r.columns.1, l.columns.2 - r.columns.2)
  }

  /// R diag(d) R^T with this matrix as R: a symmetric matrix, exactly so.
  @inlinable
  public func conjugating(diagonal d: Vector3) -> Matrix3x3 {
    let (u, v, w) = columns
    let c0 = u * (d.x * u.x) + v * (d.y * v.x) + w * (d.z * w.x)
    let yy = d.x * u.y * u.y + d.y * v.y * v.y + d.z * w.y * w.y
    let yz = d.x * u.y * u.z + d.y * v.y * v.z + d.z * w.y * w.z
    let zz = d.x * u.z * u.z + d.y * v.z * v.z + d.z * w.z * w.z
    return Matrix3x3(columns: c0, Vector3(c0.y, yy, yz), Vector3(c0.z, yz, zz))
  }
}
