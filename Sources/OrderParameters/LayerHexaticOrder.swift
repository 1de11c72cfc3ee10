public import Geometry
internal import Foundation

/// Bond order within layers, psi_k(i) = <exp(i k theta_ij)> over the neighbours j of particle i in the
/// same layer, theta the angle of r_ij in the plane of the layers (Halperin and Nelson, Phys. Rev.
/// Lett. 41, 121 (1978), doi:10.1103/PhysRevLett.41.121). |psi_6| is 1 for a triangular lattice.
public struct LayerHexaticOrder: Equatable, Sendable {
  /// Re psi_k and Im psi_k of every particle, 0 without neighbours. The phase counts from a direction
  /// in the plane that is fixed by the normal.
  public let values: [SIMD2<Double>]
  /// The number of neighbours of every particle.
  public let neighborCounts: [Int]

  /// Neighbours are nearer than `cutoff` in the plane at right angles to `normal`, and less than half
  /// of `spacing` above or below.
  ///
  /// Throws: `InvalidInput` when the normal is zero, a length is not positive, or `symmetry` is not.
  public init(
    _ frame: Frame, normal: Vector3, spacing: Double, cutoff: Double, symmetry: Int = 6
  ) throws {
    let n = normal.normalized
    guard n.isFinite else {
      throw InvalidInput(
        "layer normal", value: "\(normal.x) \(normal.y) \(normal.z)",
        expected: "a vector other than zero")
    }
    guard spacing > 0, spacing.isFinite else {
      throw InvalidInput("layer spacing", value: spacing, expected: "a positive number")
    }
    guard symmetry > 0 else {
      throw InvalidInput("symmetry of bonds", value: "\(symmetry)", expected: "1 or more")
    }
    guard cutoff > 0, cutoff.isFinite else {
      throw InvalidInput("cutoff radius", value: cutoff, expected: "a positive number")
    }
    let turn = UnitQuaternion(turning: n, to: Vector3(0, 0, 1)).rotationMatrix
    let finder = try NeighborFinder(
      positions: frame.positions, cell: frame.cell, cutoff: hypot(cutoff, spacing / 2))
    var buffer = NeighborFinder.Buffer()
    var values: [SIMD2<Double>] = []
    var counts: [Int] = []
    for i in frame.positions.indices {
      finder.neighbors(of: i, into: &buffer)
      var sum = SIMD2<Double>.zero
      var count = 0
      for k in 0..<buffer.count {
        let r = turn * Vector3(buffer.x[k], buffer.y[k], buffer.z[k])
        let distance = hypot(r.x, r.y)
        // One straight above has no direction in the plane.
        guard abs(r.z) < spacing / 2, distance < cutoff, distance > 0 else { continue }
        let angle = Double(symmetry) * atan2(r.y, r.x)
        sum += SIMD2(cos(angle), sin(angle))
        count += 1
      }
      values.append(count > 0 ? sum / Double(count) : .zero)
      counts.append(count)
    }
    self.values = values
    neighborCounts = counts
  }

  /// The mean over the particles of |psi_k|: local order.
  public var meanMagnitude: Double {
    values.reduce(0) { $0 + hypot($1.x, $1.y) } / Double(max(1, values.count))
  }

  /// |mean of psi_k|: order of one direction throughout.
  public var globalMagnitude: Double {
    let sum = values.reduce(SIMD2<Double>.zero, +) / Double(max(1, values.count))
    return hypot(sum.x, sum.y)
  }
}
