import Foundation
public import Geometry

/// Rigid bodies at constant energy: velocity Verlet for the centres, and for the orientations the
/// symmetric splitting into rotations about the body axes (Dullweber, Leimkuhler and McLachlan,
/// J. Chem. Phys. 107, 5840 (1997)). Symplectic and reversible, of second order.
public struct RigidBodyIntegrator {
  /// What moves the bodies.
  public typealias Field = (Frame) throws -> (
    energy: Double, forces: [Vector3], torques: [Vector3]
  )

  /// Positions and orientations now.
  public private(set) var frame: Frame
  /// Velocities of the centres; all masses are 1.
  public private(set) var velocities: [Vector3]
  /// Angular momenta along the body axes.
  public private(set) var angularMomenta: [Vector3]
  /// The potential energy now.
  public private(set) var potentialEnergy: Double

  private let inertia: [Vector3]
  private let field: Field
  private var forces: [Vector3]
  private var torques: [Vector3]

  /// Starts with these momenta. The moments of inertia are those of solid ellipsoids of mass 1.
  public init(
    _ frame: Frame, velocities: [Vector3], angularMomenta: [Vector3], field: @escaping Field
  ) throws {
    self.frame = frame
    self.velocities = velocities
    self.angularMomenta = angularMomenta
    self.field = field
    inertia = (frame.semiAxes ?? []).map {
      Vector3($0.b * $0.b + $0.c * $0.c, $0.a * $0.a + $0.c * $0.c, $0.a * $0.a + $0.b * $0.b) / 5
    }
    (potentialEnergy, forces, torques) = try field(frame)
  }

  /// Translation and rotation.
  public var kineticEnergy: Double {
    var energy = 0.0
    for v in velocities { energy += 0.5 * v.lengthSquared }
    for (m, i) in zip(angularMomenta, inertia) { energy += 0.5 * m.dot(m / i) }
    return energy
  }

  /// Kinetic and potential energy together.
  public var totalEnergy: Double { kineticEnergy + potentialEnergy }

  /// One step of time.
  public mutating func step(_ time: Double) throws {
    kick(time / 2)
    for i in frame.positions.indices {
      frame.move(i, to: frame.positions[i] + time * velocities[i])
      try rotate(i, 0, time / 2)
      try rotate(i, 1, time / 2)
      try rotate(i, 2, time)
      try rotate(i, 1, time / 2)
      try rotate(i, 0, time / 2)
    }
    (potentialEnergy, forces, torques) = try field(frame)
    kick(time / 2)
  }

  private mutating func kick(_ time: Double) {
    for i in velocities.indices {
      velocities[i] += time * forces[i]
      if let q = frame.orientations?[i] {
        angularMomenta[i] += time * q.inverse.rotate(torques[i])
      }
    }
  }

  /// Body `i` turns about its body axis `k` as if that were the only motion: exactly.
  private mutating func rotate(_ i: Int, _ k: Int, _ time: Double) throws {
    let angle = time * angularMomenta[i][k] / inertia[i][k]
    var axis = Vector3.zero
    axis[k] = 1
    let turn = UnitQuaternion(axis: axis, halfAngleCosine: cos(angle / 2), sine: sin(angle / 2))
    if let q = frame.orientations?[i] { try frame.turn(i, to: q * turn) }
    angularMomenta[i] = turn.inverse.rotate(angularMomenta[i])
  }
}
