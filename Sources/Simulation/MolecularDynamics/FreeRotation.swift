internal import Foundation
internal import Geometry

/// How a rigid body turns when no torque acts on it.
///
/// With the angular momentum l along the body axes and moments I, H = sum of l_i^2 / (2 I_i). Let k be the
/// axis across which the two other moments, I_i and I_j, are most alike. Then H is that of a symmetric
/// top with I_i = I_j, which is solved exactly, and a rest:
///
///     H = (l_i^2 + l_j^2) / (2 I_j) + l_k^2 / (2 I_k)   +   l_i^2 / 2 (1/I_i - 1/I_j).
///
/// The top precesses about its angular momentum and spins about k, q' = q exp(l t/I_j) exp(k phi),
/// phi = (1/I_k - 1/I_j) l_k t, l' = exp(-k phi) l (exp of a vector: the rotation about it by its
/// length). The rest turns the body about i by (1/I_i - 1/I_j) l_i t. Half of the rest, the top, half
/// of the rest: symplectic, reversible, of second order, and exact for symmetric tops (Touma and Wisdom,
/// Astron. J. 107, 1189 (1994), doi:10.1086/116931; Dullweber, Leimkuhler and McLachlan, J. Chem. Phys.
/// 107, 5840 (1997), doi:10.1063/1.474310). NO_SQUISH (Miller and co-workers 2002) splits into rotations
/// about the three axes, which is exact for none but spheres.
struct FreeRotation: Equatable, Sendable {
  /// The axis of the top, and the one that the rest turns about.
  private let axis: Int
  private let restAxis: Int
  /// 1 / I_j, 1/I_k - 1/I_j, 1/I_i - 1/I_j.
  private let precession: Double
  private let spin: Double
  private let rest: Double
  /// Whether the body turns at all.
  let isTurning: Bool

  /// Axes with an inverse moment of 0 carry no angular momentum.
  init(inverseInertia inverse: Vector3) {
    func difference(_ k: Int) -> Double { abs(inverse[(k + 1) % 3] - inverse[(k + 2) % 3]) }
    let axis = (0..<3).min { difference($0) < difference($1) } ?? 2
    let (i, j) = ((axis + 1) % 3, (axis + 2) % 3)
    self.axis = axis
    restAxis = i
    precession = inverse[j]
    // An axis without angular momentum needs no spin.
    spin = inverse[axis] == 0 ? 0 : inverse[axis] - inverse[j]
    rest = inverse[i] - inverse[j]
    isTurning = inverse != .zero
  }

  /// Turns a body freely for a time; the largest angle of its rotations.
  @inline(__always)
  func advance(
    _ orientation: inout UnitQuaternion, _ momentum: inout Vector3, _ time: Double
  ) -> Double {
    guard isTurning else { return 0 }
    if rest == 0 { return top(&orientation, &momentum, time) }
    let before = turn(&orientation, &momentum, restAxis, rest * time / 2)
    let between = top(&orientation, &momentum, time)
    let after = turn(&orientation, &momentum, restAxis, rest * time / 2)
    return max(before, between, after)
  }

  /// The symmetric top.
  @inline(__always)
  private func top(
    _ orientation: inout UnitQuaternion, _ momentum: inout Vector3, _ time: Double
  ) -> Double {
    let length = momentum.length
    guard length > 0 else { return 0 }
    let angle = length * precession * time
    orientation =
      orientation
      * UnitQuaternion(
        axis: momentum / length, halfAngleCosine: cos(angle / 2), sine: sin(angle / 2))
    let own = spin == 0 ? 0 : turn(&orientation, &momentum, axis, spin * time)
    return max(abs(angle), own)
  }

  /// Turns the body about its axis `k` by `rate` times its angular momentum there.
  @inline(__always)
  private func turn(
    _ orientation: inout UnitQuaternion, _ momentum: inout Vector3, _ k: Int, _ rate: Double
  ) -> Double {
    let angle = rate * momentum[k]
    var axis = Vector3.zero
    axis[k] = 1
    orientation =
      orientation
      * UnitQuaternion(axis: axis, halfAngleCosine: cos(angle / 2), sine: sin(angle / 2))
    // In the turned body the momentum turns the other way.
    let (i, j) = ((k + 1) % 3, (k + 2) % 3)
    let (c, s) = (cos(angle), sin(angle))
    let (a, b) = (momentum[i], momentum[j])
    momentum[i] = c * a + s * b
    momentum[j] = c * b - s * a
    return abs(angle)
  }
}
