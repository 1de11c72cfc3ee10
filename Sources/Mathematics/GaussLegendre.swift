internal import Foundation

/// The quadrature of Gauss and Legendre: n nodes integrate polynomials up to degree 2n - 1 exactly.
///
/// Nodes by Newton's method on P_n from Tricomi's approximation, weights 2 / ((1 - x^2) P_n'^2), which
/// are stationary at the nodes, so that their rounding does not count. Integrals of polynomials are
/// right to some 1e-14 for n up to 400. (GSL's
/// `gsl_integration_glfixed` is so only for the n it has tables of: its other weights are off by
/// 1e-11 at n = 50 and 3e-10 at n = 400.)
public struct GaussLegendre: Equatable, Sendable {
  /// The nodes, ascending.
  public let nodes: [Double]
  /// The weight of each node.
  public let weights: [Double]

  /// The rule of `count` nodes (at least 1) for the integral from `lower` to `upper`.
  public init(count: Int, from lower: Double = -1, to upper: Double = 1) {
    precondition(count > 0, "a quadrature needs a node")
    var nodes = [Double](repeating: 0, count: count)
    var weights = nodes
    let n = Double(count)
    let (center, half) = (0.5 * (upper + lower), 0.5 * (upper - lower))
    for i in 0..<((count + 1) / 2) {
      // The roots in descending order.
      let angle = Double.pi * (Double(i) + 0.75) / (n + 0.5)
      var x = (1 - (n - 1) / (8 * n * n * n)) * cos(angle)
      if 2 * i + 1 == count { x = 0 }
      var (value, before) = Self.legendre(count, x)
      for _ in 0..<8 where x != 0 {
        // P_n' = n (x P_n - P_n-1) / (x^2 - 1).
        let step = value * (x * x - 1) / (n * (x * value - before))
        x -= step
        (value, before) = Self.legendre(count, x)
        if abs(step) < 1e-15 { break }
      }
      let slope = n * (before - x * value)
      let weight = 2 * (1 - x) * (1 + x) / (slope * slope)
      (nodes[i], nodes[count - 1 - i]) = (center - half * x, center + half * x)
      (weights[i], weights[count - 1 - i]) = (half * weight, half * weight)
    }
    self.nodes = nodes
    self.weights = weights
  }

  /// sum of w f(x).
  public func integrate(_ f: (Double) throws -> Double) rethrows -> Double {
    var sum = 0.0
    for (x, w) in zip(nodes, weights) { sum += w * (try f(x)) }
    return sum
  }

  /// P_n and P_n-1 by their three-term recurrence.
  private static func legendre(_ n: Int, _ x: Double) -> (Double, Double) {
    var (value, before) = (x, 1.0)
    for k in stride(from: 2, through: n, by: 1) {
      let k = Double(k)
      (value, before) = (((2 * k - 1) * x * value - (k - 1) * before) / k, value)
    }
    return (value, before)
  }
}
