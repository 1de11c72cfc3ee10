/// A rotation that turns body into space, r_space = R r_body, as a Hamilton quaternion
/// (w, x, y, z) of length 1. The columns of R are the body axes in space; q and -q are the same
/// rotation.
///
/// The paper's Gay-Berne matrices (Eq. 26) go the other way: R_GB = R^T.
@frozen
public struct UnitQuaternion: Equatable, Sendable {
  /// The real part: the cosine of half the angle.
  public let w: Double
  /// The component along x of the axis times the sine of half the angle.
  public let x: Double
  /// The component along y.
  public let y: Double
  /// The component along z.
  public let z: Double

  /// How far |q| may be from 1 before a reader warns about it.
  public static let lengthTolerance = 1e-3

  /// Normalises (w, x, y, z).
  ///
  /// Throws: `InvalidInput` when a component is not finite or all are zero.
  public init(w: Double, x: Double, y: Double, z: Double) throws {
    let largest = max(max(abs(w), abs(x)), max(abs(y), abs(z)))
    guard w.isFinite, x.isFinite, y.isFinite, z.isFinite, largest > 0 else {
      throw InvalidInput(
        "quaternion (w, x, y, z)", value: "(\(w), \(x), \(y), \(z))",
        expected: "four finite numbers that are not all zero")
    }
    // One whose length is 1 to rounding stays as it is, so that a file gives back the same bits.
    // Otherwise the largest component is divided out first, so that no square over- or underflows.
    let isUnit = abs(w * w + x * x + y * y + z * z - 1) <= 8 * Double.ulpOfOne
    let (sw, sx, sy, sz) = (w / largest, x / largest, y / largest, z / largest)
    let scale = 1 / (sw * sw + sx * sx + sy * sy + sz * sz).squareRoot()
    self.w = isUnit ? w : sw * scale
    self.x = isUnit ? x : sx * scale
    self.y = isUnit ? y : sy * scale
    self.z = isUnit ? z : sz * scale
  }

  /// Divides by the length, which the caller knows to be neither zero nor infinite.
  @inlinable
  init(normalizing w: Double, _ x: Double, _ y: Double, _ z: Double) {
    let scale = 1 / (w * w + x * x + y * y + z * z).squareRoot()
    self.w = w * scale
    self.x = x * scale
    self.y = y * scale
    self.z = z * scale
  }

  /// Takes over components whose squares sum to 1.
  @inlinable
  init(unit w: Double, _ x: Double, _ y: Double, _ z: Double) {
    (self.w, self.x, self.y, self.z) = (w, x, y, z)
  }

  /// No rotation.
  @inlinable
  public static var identity: UnitQuaternion { UnitQuaternion(unit: 1, 0, 0, 0) }

  /// The right-handed rotation about `axis`, a vector of length 1; `cosine` and `sine` are those of
  /// half the angle.
  @inlinable
  public init(axis: Vector3, halfAngleCosine cosine: Double, sine: Double) {
    self.init(normalizing: cosine, axis.x * sine, axis.y * sine, axis.z * sine)
  }

  /// The shortest rotation that takes the unit vector `from` to the unit vector `to`; for opposite
  /// vectors half a turn about some axis at right angles to them. Accurate to rounding at all angles.
  public init(turning from: Vector3, to: Vector3) {
    let cosine = from.dot(to)
    guard cosine < 0 else {
      let axis = from.cross(to)
      self.init(normalizing: 1 + cosine, axis.x, axis.y, axis.z)
      return
    }
    // Towards opposite vectors 1 + cosine and from x to lose all their digits. The sum of the two
    // does not: |sum| = 2 cos(angle/2), |difference| = 2 sin(angle/2), from x to = from x sum.
    let sum = from + to
    var axis = from.cross(sum)
    if axis.lengthSquared < 1e-290 {
      // Opposite: the sum is nothing, or too small for the square of its length.
      axis = from.cross(abs(from.x) < 0.6 ? Vector3(1, 0, 0) : Vector3(0, 1, 0))
    }
    axis = axis.normalized * (to - from).length
    self.init(normalizing: sum.length, axis.x, axis.y, axis.z)
  }

  /// The quaternion of a rotation matrix (Shepperd's method: the largest component first).
  public init(rotation m: Matrix3x3) {
    let (xx, yy, zz) = (m[0, 0], m[1, 1], m[2, 2])
    let trace = xx + yy + zz
    if trace >= max(xx, max(yy, zz)) {
      self.init(
        normalizing: 1 + trace, m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1])
    } else if xx >= yy && xx >= zz {
      self.init(
        normalizing: m[2, 1] - m[1, 2], 1 + xx - yy - zz, m[0, 1] + m[1, 0], m[0, 2] + m[2, 0])
    } else if yy >= zz {
      self.init(
        normalizing: m[0, 2] - m[2, 0], m[0, 1] + m[1, 0], 1 + yy - xx - zz, m[1, 2] + m[2, 1])
    } else {
      self.init(
        normalizing: m[1, 0] - m[0, 1], m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], 1 + zz - xx - yy)
    }
  }

  /// The inverse rotation; its matrix is the transposed one to the last bit.
  @inlinable
  public var inverse: UnitQuaternion { UnitQuaternion(unit: w, -x, -y, -z) }

  /// First `r`, then `l`.
  @inlinable
  public static func * (l: UnitQuaternion, r: UnitQuaternion) -> UnitQuaternion {
    UnitQuaternion(
      normalizing: l.w * r.w - l.x * r.x - l.y * r.y - l.z * r.z,
      l.w * r.x + l.x * r.w + l.y * r.z - l.z * r.y,
      l.w * r.y - l.x * r.z + l.y * r.w + l.z * r.x,
      l.w * r.z + l.x * r.y - l.y * r.x + l.z * r.w)
  }

  /// R: the columns are the body axes in space.
  @inlinable
  public var rotationMatrix: Matrix3x3 {
    Matrix3x3(
      columns: Vector3(1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)),
      Vector3(2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)),
      Vector3(2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)))
  }

  /// R v.
  @inlinable
  public func rotate(_ v: Vector3) -> Vector3 { rotationMatrix * v }
}
