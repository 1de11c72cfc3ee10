public import Geometry
internal import Foundation

/// Layering: tau = |<exp(i k . r)>| over the particles, for the wave vector k = 2 pi normal / spacing.
///
/// tau is 1 when all centres lie in planes one spacing apart. It does not depend on where the origin is.
///
/// Positions at random have a tau too. Of N such positions k . r is uniform and independent, the sum of
/// exp(i k . r) is normally distributed, and N tau^2 is exponentially distributed with mean 1. Of the
/// largest among M independent wave vectors, N tau^2 is the largest of M such numbers:
///
///     P(N tau^2 > z) = 1 - (1 - exp(-z))^M,   <N tau^2> = 1 + 1/2 + ... + 1/M ~ ln M + 0.577.
///
/// `noise` and `chance` are these. (Liquids are not quite random: N tau^2 has their structure factor as
/// its mean.)
public struct SmecticOrder: Equatable, Sendable {
  /// tau, from 0 to 1.
  public let order: Double
  /// tau_2 = |<exp(2 i k . r)>|: tau^4 for layers with a Gaussian profile.
  public let secondOrder: Double
  /// How many particles were counted.
  public let count: Int
  /// The unit vector at right angles to the layers, its component of largest magnitude positive.
  public let normal: Vector3
  /// The distance between layers, in the unit of the positions.
  public let spacing: Double
  /// The phase of <exp(i k . r)>: a layer is where k . r equals it, modulo 2 pi.
  public let phase: Double
  /// How many independent wave vectors were compared: 1 for a given one.
  public let candidates: Int

  /// tau of k = 2 pi `normal`/`spacing`, a unit vector and a positive number.
  init(_ positions: [Vector3], normal: Vector3, spacing: Double, candidates: Int) {
    let largest = (0..<3).max { abs(normal[$0]) < abs(normal[$1]) } ?? 2
    let direction = normal[largest] < 0 ? -normal : normal
    let k = direction * (2 * Double.pi / spacing)
    let (cosine, sine) = Self.mean(positions, waveVector: k)
    let (cosine2, sine2) = Self.mean(positions, waveVector: 2 * k)
    order = hypot(cosine, sine)
    secondOrder = hypot(cosine2, sine2)
    count = positions.count
    self.normal = direction
    self.spacing = spacing
    phase = atan2(sine, cosine)
    self.candidates = candidates
  }

  /// The tau to expect of as many positions at random and as many candidates: the root of the mean of
  /// tau^2.
  public var noise: Double {
    let m = Double(candidates)
    // The harmonic number, by Euler and Maclaurin's formula from 100 on: good to 1e-10.
    let harmonic =
      candidates < 100
      ? (1...max(1, candidates)).reduce(0) { $0 + 1 / Double($1) }
      : log(m) + 0.577_215_664_901_532_9 + 1 / (2 * m) - 1 / (12 * m * m)
    return (harmonic / Double(count)).squareRoot()
  }

  /// The probability that positions at random show a tau as large or larger.
  public var chance: Double {
    let one = exp(-Double(count) * order * order)
    return max(0, -expm1(Double(candidates) * log1p(-one)))
  }

  /// Whether `chance` is below 1/1000.
  public var isSignificant: Bool { chance < 1e-3 }

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
    self.init(positions, normal: direction, spacing: spacing, candidates: 1)
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
