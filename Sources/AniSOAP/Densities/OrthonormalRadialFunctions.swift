internal import Foundation
internal import Geometry
internal import Mathematics

/// The orthonormal radial functions g_nl(r) of all channels: int r^2 g_nl g_n'l dr = delta_nn'.
///
/// Löwdin's g = phi N S^(-1/2) is evaluated point by point with 32 digits, so that the size of
/// S^(-1/2) costs nothing.
public struct OrthonormalRadialFunctions: Sendable {
  /// The number of functions of each l.
  public let counts: [Int]
  private let form: RadialFunctions.Form
  private let extents: [Double]
  /// N S^(-1/2) by l; empty for those that are orthonormal already.
  private let matrices: [[[DoubleDouble]]]

  /// `counts[l]` functions for l = 0, 1, ...
  ///
  /// Throws: `NumericalError` when an overlap matrix is singular (of custom functions, with 16 digits)
  /// or not finite.
  public init(_ functions: RadialFunctions, counts: [Int]) throws {
    self.counts = counts
    form = functions.form
    extents = counts.enumerated().map {
      functions.extent($0.offset + 2 * max(0, $0.element - 1))
    }
    matrices = try zip(counts.indices, zip(counts, extents)).map { l, channel in
      let (count, extent) = channel
      switch functions.form {
      case .oscillator: return []
      case .powers(_, let norm, _):
        return try Self.orthonormalizer(count) { norm(2 * l + 2 * ($0 + $1) + 2) }
      case .custom(let function):
        let rule = GaussLegendre(count: 512, from: 0, to: extent)
        let values = (0..<count).map { n in rule.nodes.map { function(l, n, $0) } }
        return try Self.orthonormalizer(count) { n, m in
          var sum: DoubleDouble = 0
          for (k, r) in rule.nodes.enumerated() {
            sum +=
              DoubleDouble(rule.weights[k] * r * r) * DoubleDouble(values[n][k])
              * DoubleDouble(values[m][k])
          }
          return sum
        }
      }
    }
  }

  /// Where the functions of channel l are below rounding; infinite for monomials.
  public func extent(_ l: Int) -> Double { extents[l] }

  /// g_0l(r), g_1l(r), ...
  public func values(_ l: Int, _ r: Double) -> [Double] {
    switch form {
    case .oscillator(let unit): return oscillator(l, r / unit, unit)
    case .custom(let function):
      return combine(l, (0..<counts[l]).map { DoubleDouble(function(l, $0, r)) }, scale: 1)
    case .powers(let envelope, _, let unit):
      let t = DoubleDouble(r) / DoubleDouble(unit)
      var power: DoubleDouble = 1
      for _ in 0..<l { power = power * t }
      var powers = [DoubleDouble]()
      for _ in 0..<counts[l] {
        powers.append(power)
        power = power * t * t
      }
      return combine(l, powers, scale: envelope(t.value) / (unit * unit * unit).squareRoot())
    }
  }

  private func combine(_ l: Int, _ functions: [DoubleDouble], scale: Double) -> [Double] {
    matrices[l].map { row in
      var sum: DoubleDouble = 0
      for (factor, value) in zip(row, functions) { sum += factor * value }
      return scale * sum.value
    }
  }

  /// sqrt(2 n! / (unit^3 Gamma(n + l + 3/2))) t^l L_n^(l + 1/2)(t^2) exp(-t^2 / 2), by the recurrence of
  /// the normalised Laguerre polynomials.
  private func oscillator(_ l: Int, _ t: Double, _ unit: Double) -> [Double] {
    let alpha = Double(l) + 0.5
    // 2 t^(2l) / Gamma(l + 3/2), Gamma(1/2) = sqrt(pi).
    var square = 4 / (Double.pi.squareRoot() * unit * unit * unit)
    for k in 0..<l { square *= t * t / (Double(k) + 1.5) }
    var values = [square.squareRoot() * exp(-0.5 * t * t)]
    for n in 0..<max(0, counts[l] - 1) {
      let k = Double(n)
      let before = n > 0 ? (k * (k + alpha)).squareRoot() * values[n - 1] : 0
      values.append(
        ((2 * k + 1 + alpha - t * t) * values[n] - before)
          / ((k + 1) * (k + 1 + alpha)).squareRoot())
    }
    return Array(values.prefix(counts[l]))
  }

  /// Rows of S^(-1/2) N with S the overlap of normalised functions, from the raw overlaps.
  private static func orthonormalizer(
    _ count: Int, _ overlap: (Int, Int) -> DoubleDouble
  ) throws -> [[DoubleDouble]] {
    let raw = (0..<count).map { n in (0..<count).map { overlap(n, $0) } }
    guard raw.allSatisfy({ $0.allSatisfy { $0.value.isFinite && $0.low.isFinite } }) else {
      throw NumericalError("an overlap of \(count) radial functions is not finite")
    }
    let norms = (0..<count).map { 1 / raw[$0][$0].squareRoot }
    let normalized = (0..<count).map { n in (0..<count).map { raw[n][$0] * norms[n] * norms[$0] } }
    let (w, s, _) = try ExtendedPrecision.singularValues(ExtendedPrecision.cholesky(normalized))
    return (0..<count).map { row in
      (0..<count).map { column in
        var sum: DoubleDouble = 0
        for k in 0..<count { sum += w[row][k] * w[column][k] / s[k] }
        return sum * norms[column]
      }
    }
  }
}
