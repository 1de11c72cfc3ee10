public import Geometry
internal import Foundation

/// Layering: tau = |<exp(i k . r)>| over the particles, for the wave vector k = 2 pi normal / spacing.
///
/// tau is 1 when all centres lie in planes one spacing apart, and of the order of 1/sqrt(N) without
/// layers. It does not depend on where the origin is.
public struct SmecticOrder: Equatable, Sendable {
  /// tau, from 0 to 1.
  public let order: Double
  /// The unit vector at right angles to the layers, its component of largest magnitude positive.
  public let normal: Vector3
  /// The distance between layers, in the unit of the positions.
  public let spacing: Double
  /// The phase of <exp(i k . r)>: a layer is where k . r equals it, modulo 2 pi.
  public let phase: Double
  /// How many wave vectors were compared: 1 for a given one. N positions at random have a largest
  /// tau of about sqrt(ln(candidates)/N) among so many.
  public let candidates: Int

  init(order: Double, normal: Vector3, spacing: Double, phase: Double, candidates: Int) {
    let largest = (0..<3).max { abs(normal[$0]) < abs(normal[$1]) } ?? 2
    let flip = normal[largest] < 0
    self.order = order
    self.normal = flip ? -normal : normal
    self.spacing = spacing
    self.phase = flip ? -phase : phase
    self.candidates = candidates
  }

  /// tau for layers at right angles to `normal`, `spacing` apart.
  ///
  /// Throws: `InvalidInput` when there are no positions, one is not finite, the normal is zero, or
  /// the spacing is not positive.
  public init(positions: [Vector3], normal: Vector3, spacing: Double) throws {
    let direction = normal.normalized
    guard direction.isFinite else {
      throw InvalidInput(
        "layer normal", value: "\(normal.x) \(normal.y) \(normal.z)",
        expected: "a vector other than zero")
    }
    guard spacing > 0, spacing.isFinite else {
      throw InvalidInput("layer spacing", value: spacing, expected: "a positive number")
    }
    try Self.check(positions)
    let k = direction * (2 * Double.pi / spacing)
    let (cosine, sine) = Self.mean(positions, waveVector: k)
    self.init(
      order: hypot(cosine, sine), normal: direction, spacing: spacing, phase: atan2(sine, cosine),
      candidates: 1)
  }

  static func check(_ positions: [Vector3]) throws {
    guard !positions.isEmpty else {
      throw InvalidInput("number of particles", value: "0", expected: "at least one")
    }
    for (i, r) in positions.enumerated() where !r.isFinite {
      throw InvalidInput(
        "position of particle \(i)", value: "\(r.x) \(r.y) \(r.z)", expected: "finite numbers")
    }
  }

  /// <cos(k . r)>, <sin(k . r)>.
  static func mean(_ positions: [Vector3], waveVector k: Vector3) -> (Double, Double) {
    var (cosine, sine) = (0.0, 0.0)
    for r in positions {
      let argument = k.dot(r)
      cosine += cos(argument)
      sine += sin(argument)
    }
    return (cosine / Double(positions.count), sine / Double(positions.count))
  }
}
