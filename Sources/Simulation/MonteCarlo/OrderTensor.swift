internal import Foundation
internal import Geometry

/// The sum of 3/2 u u^T - 1/2 over axes, which a move changes in a few operations, and the order
/// that belongs to it.
struct OrderTensor: Equatable, Sendable {
  private var xx = 0.0
  private var xy = 0.0
  private var xz = 0.0
  private var yy = 0.0
  private var yz = 0.0
  private var zz = 0.0

  /// Replaces an axis of length 1 by another; zero stands for none.
  @inline(__always)
  mutating func replace(_ old: Vector3, by new: Vector3) {
    xx += 1.5 * (new.x * new.x - old.x * old.x)
    xy += 1.5 * (new.x * new.y - old.x * old.y)
    xz += 1.5 * (new.x * new.z - old.x * old.z)
    yy += 1.5 * (new.y * new.y - old.y * old.y)
    yz += 1.5 * (new.y * new.z - old.y * old.z)
    zz += 1.5 * (new.z * new.z - old.z * old.z)
  }

  /// The signed order of `count` axes: of the eigenvalues of the traceless Q the one of largest
  /// magnitude, by the trigonometric solution of its cubic.
  func order(count: Int) -> Double {
    guard count > 0 else { return 0 }
    let n = Double(count)
    let third = (xx + yy + zz) / 3
    let (a, b, c) = ((xx - third) / n, (yy - third) / n, (zz - third) / n)
    let (d, e, f) = (xy / n, xz / n, yz / n)
    let p = ((a * a + b * b + c * c + 2 * (d * d + e * e + f * f)) / 6).squareRoot()
    guard p > 0 else { return 0 }
    let determinant = a * (b * c - f * f) - d * (d * c - e * f) + e * (d * f - e * b)
    let angle = acos(max(-1, min(1, determinant / (2 * p * p * p)))) / 3
    let highest = 2 * p * cos(angle)
    let lowest = 2 * p * cos(angle + 2 * Double.pi / 3)
    return highest >= -lowest ? highest : lowest
  }
}
