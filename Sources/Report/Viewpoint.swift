internal import Foundation
public import Geometry

/// Where somebody looks at a frame from, far away (an orthographic projection), z upwards.
public struct Viewpoint: Equatable, Sendable {
  /// To the right in the picture, upwards, and out of it towards the viewer: right-handed.
  public let right: Vector3
  /// See `right`.
  public let up: Vector3
  /// See `right`.
  public let towards: Vector3

  /// From azimuth (about z, from the side of -y) and elevation (above the x y plane), in degrees.
  public init(azimuth: Double = 25, elevation: Double = 12) {
    let (a, e) = (azimuth * .pi / 180, elevation * .pi / 180)
    right = Vector3(cos(a), sin(a), 0)
    towards = Vector3(sin(a) * cos(e), -cos(a) * cos(e), sin(e))
    up = towards.cross(right)
  }

  /// (to the right, upwards, towards the viewer).
  func project(_ v: Vector3) -> Vector3 { Vector3(right.dot(v), up.dot(v), towards.dot(v)) }

  /// The symmetric square root of P G P^T for an ellipsoid G = R diag(s^2) R^T: it takes the unit
  /// circle to the outline of the ellipsoid in the picture without turning it.
  func outline(_ axes: SemiAxes, _ orientation: UnitQuaternion) -> (
    xx: Double, xy: Double, yy: Double
  ) {
    let s = axes.vector
    let g = orientation.rotationMatrix.conjugating(diagonal: s * s)
    let (xx, xy, yy) = (right.dot(g * right), right.dot(g * up), up.dot(g * up))
    // sqrt(M) = (M + sqrt(det M) I) / sqrt(tr M + 2 sqrt(det M)) for positive 2 x 2 matrices.
    let root = max(0, xx * yy - xy * xy).squareRoot()
    let scale = 1 / (xx + yy + 2 * root).squareRoot()
    return ((xx + root) * scale, xy * scale, (yy + root) * scale)
  }
}
