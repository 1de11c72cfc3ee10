import FileFormats
import Foundation
import GayBerne
import Geometry
import Mathematics
import Simulation
import Testing
import TestSupport

/// Nothing acts on anything.
struct NoForces: FramePotential {
  var cutoff: Double? { nil }

  func evaluate(_ frame: Frame, forces: Bool, threads: Int) -> Interaction {
    let zero = [Vector3](repeating: .zero, count: frame.count)
    return Interaction(
      energy: 0, energies: [Double](repeating: 0, count: frame.count), forces: zero, torques: zero)
  }
}

enum Dynamics {
  /// Whether the long runs are wanted.
  static let checksPhysics =
    ProcessInfo.processInfo.environment["MESOGEN_CHECK_PHYSICS"] == "1"

  /// The model GB(3, 5, mu, nu) with cutoff 4.
  static func gayBerne(
    mu: Double = 2, nu: Double = 1, cutoff: Double = 4, _ truncation: Truncation
  ) throws -> GayBerne {
    try GayBerne(
      GayBerneParameters(
        nu: nu, mu: mu, wellDepths: .uniform(Vector3(1, 1, 0.2)), cutoff: cutoff,
        truncation: truncation))
  }

  /// An array of the reference folder as rows of `width` numbers.
  static func rows(_ archive: NumPyArchive, _ name: String, _ width: Int) throws -> [[Double]] {
    let values = try #require(try archive[name].doubles)
    return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
  }

  static func vectors(_ archive: NumPyArchive, _ name: String) throws -> [Vector3] {
    try rows(archive, name, 3).map { Vector3($0[0], $0[1], $0[2]) }
  }

  static func quaternions(_ archive: NumPyArchive, _ name: String) throws -> [UnitQuaternion] {
    try rows(archive, name, 4).map { try UnitQuaternion(w: $0[0], x: $0[1], y: $0[2], z: $0[3]) }
  }

  static func archive(_ name: String) throws -> NumPyArchive {
    try NumPyArchive(contentsOf: ReferenceData.path("simulation/dynamics/\(name)"))
  }

  /// The first `count` particles of a LAMMPS state, or all.
  static func state(_ name: String) throws -> Frame {
    let archive = try archive("gay_berne_configs.npz")
    let rows = try rows(archive, name, 7)
    let edges = try vectors(archive, "\(name)_L")[0]
    return Frame(
      positions: rows.map { Vector3($0[0], $0[1], $0[2]) },
      orientations: try rows.map {
        try UnitQuaternion(w: $0[3], x: $0[4], y: $0[5], z: $0[6])
      }, semiAxes: Array(repeating: try SemiAxes(0.5, 0.5, 1.5), count: rows.count),
      cell: try Cell(box: edges))
  }

  /// Particles far from each other in a cubic cell.
  static func gas(
    _ count: Int, edge: Double, semiAxes: SemiAxes, seed: UInt64 = 1
  ) throws -> Frame {
    var stream = RandomStream(seed: seed)
    var positions: [Vector3] = []
    var orientations: [UnitQuaternion] = []
    for _ in 0..<count {
      positions.append(edge * Vector3(stream.uniform(), stream.uniform(), stream.uniform()))
      orientations.append(try RandomFrames.rotation(&stream))
    }
    return Frame(
      positions: positions, orientations: orientations,
      semiAxes: Array(repeating: semiAxes, count: count), cell: try Cell(cube: edge))
  }

  /// How far apart two rotations are: the distance of the quaternions, whatever their sign.
  static func distance(_ p: UnitQuaternion, _ q: UnitQuaternion) -> Double {
    func length(_ s: Double) -> Double {
      let (w, x, y, z) = (p.w - s * q.w, p.x - s * q.x, p.y - s * q.y, p.z - s * q.z)
      return (w * w + x * x + y * y + z * z).squareRoot()
    }
    return min(length(1), length(-1))
  }

  /// Slope of y over x by least squares, and the rms about the line.
  static func line(_ x: [Double], _ y: [Double]) -> (slope: Double, rms: Double) {
    let n = Double(x.count)
    let (mx, my) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    var (xx, xy) = (0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - mx) * (a - mx)
      xy += (a - mx) * (b - my)
    }
    let slope = xy / xx
    let squares = zip(x, y).reduce(0.0) { sum, p in
      let rest = p.1 - my - slope * (p.0 - mx)
      return sum + rest * rest
    }
    return (slope, (squares / n).squareRoot())
  }
}

/// Rigid bodies by the equations of motion themselves, dq/dt = q (0, w)/2 and dl/dt = l x w + R^T torque
/// with w = l / I in the body frame, by Runge and Kutta's method of fourth order.
struct RigidBodyODE {
  var frame: Frame
  var velocities: [Vector3]
  var angularMomenta: [Vector3]
  let masses: [Double]
  let inertia: [Vector3]
  let field: (Frame) throws -> (forces: [Vector3], torques: [Vector3])

  private typealias Slope = (x: Vector3, v: Vector3, q: SIMD4<Double>, l: Vector3)

  private func slopes(
    _ x: [Vector3], _ v: [Vector3], _ q: [SIMD4<Double>], _ l: [Vector3]
  ) throws -> [Slope] {
    var frame = frame
    try frame.set(positions: x)
    try frame.set(
      orientations: q.map { try UnitQuaternion(w: $0[0], x: $0[1], y: $0[2], z: $0[3]) })
    let (forces, torques) = try field(frame)
    return try x.indices.map { i in
      let w = l[i] / inertia[i]
      let own = try #require(frame.orientations)[i]
      let (s, p) = (q[i][0], Vector3(q[i][1], q[i][2], q[i][3]))
      let imaginary = (s * w + p.cross(w)) / 2
      return (
        v[i], forces[i] / masses[i],
        SIMD4(-p.dot(w) / 2, imaginary.x, imaginary.y, imaginary.z),
        l[i].cross(w) + own.inverse.rotate(torques[i])
      )
    }
  }

  mutating func advance(_ time: Double, steps: Int) throws {
    let h = time / Double(steps)
    for _ in 0..<steps {
      let x = frame.positions
      let q = (frame.orientations ?? []).map { SIMD4($0.w, $0.x, $0.y, $0.z) }
      let (v, l) = (velocities, angularMomenta)
      func at(_ k: [Slope], _ t: Double) throws -> [Slope] {
        try slopes(
          x.indices.map { x[$0] + t * k[$0].x }, x.indices.map { v[$0] + t * k[$0].v },
          x.indices.map { q[$0] + t * k[$0].q }, x.indices.map { l[$0] + t * k[$0].l })
      }
      let k1 = try slopes(x, v, q, l)
      let k2 = try at(k1, h / 2)
      let k3 = try at(k2, h / 2)
      let k4 = try at(k3, h)
      for i in x.indices {
        let way = (k1[i].x + 2 * k2[i].x + 2 * k3[i].x + k4[i].x) * (h / 6)
        frame.move(i, to: frame.positions[i] + way)
        velocities[i] += (k1[i].v + 2 * k2[i].v + 2 * k3[i].v + k4[i].v) * (h / 6)
        angularMomenta[i] += (k1[i].l + 2 * k2[i].l + 2 * k3[i].l + k4[i].l) * (h / 6)
        let n = q[i] + (k1[i].q + 2 * k2[i].q + 2 * k3[i].q + k4[i].q) * (h / 6)
        try frame.turn(i, to: UnitQuaternion(w: n[0], x: n[1], y: n[2], z: n[3]))
      }
    }
  }
}
