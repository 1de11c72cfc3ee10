internal import Geometry

/// Perram and Wertheim's contact function of two ellipsoids whose orientations stay as they are while
/// their centres move:
///
///     f(r) = max over lambda of lambda (1 - lambda) r^T [(1 - lambda) G_1 + lambda G_2]^-1 r,
///
/// G = R diag(a^2, b^2, c^2) R^T, r = x_2 - x_1. They overlap where f < 1; sqrt(f) is a norm of r, and
/// |r|/sqrt(f) the distance of the centres at contact (J. W. Perram and M. S. Wertheim, J. Comput.
/// Phys. 58, 1985, 409-416).
///
/// Whatever does not depend on r is worked out once. In powers of lambda and m = 1 - lambda,
///
///     adj[m G_1 + lambda G_2] = m^2 adj G_1 + m lambda K + lambda^2 adj G_2,
///     det[m G_1 + lambda G_2] = m^3 d_0 + m^2 lambda d_1 + m lambda^2 d_2 + lambda^3 d_3,
///
/// K = adj(G_1 + G_2) - adj G_1 - adj G_2, d_1 = tr(adj G_1 G_2), d_2 = tr(adj G_2 G_1): so an
/// evaluation is three quadratic forms and a quotient of polynomials with positive coefficients.
struct FrozenPair: Sendable {
  let first: Int32
  let second: Int32
  /// x_2 - x_1, with the periodic image, where the list was made.
  let separation: Vector3
  private let adjugate1: SymmetricMatrix3x3
  private let mixed: SymmetricMatrix3x3
  private let adjugate2: SymmetricMatrix3x3
  private let determinant: SIMD4<Double>
  /// Where the maximum was last.
  private var lambda = 0.5

  init(
    _ first: Int32, _ second: Int32, separation: Vector3, _ g1: SymmetricMatrix3x3,
    _ g2: SymmetricMatrix3x3
  ) {
    (self.first, self.second, self.separation) = (first, second, separation)
    adjugate1 = g1.adjugate
    adjugate2 = g2.adjugate
    mixed = (g1 + g2).adjugate - adjugate1 - adjugate2
    determinant = SIMD4(
      g1.trace(times: adjugate1) / 3, adjugate1.trace(times: g2), adjugate2.trace(times: g1),
      g2.trace(times: adjugate2) / 3)
  }

  /// f at lambda = 1/2: a lower bound.
  @inline(__always)
  func lowerBound(_ r: Vector3) -> Double {
    let numerator = adjugate1.form(r) + mixed.form(r) + adjugate2.form(r)
    // lambda (1 - lambda) = 1/4; all powers of 1/2 in the quotient make a factor of 2.
    return 0.5 * numerator / determinant.sum()
  }

  /// f; where it is above `bound`, any number above `bound`, which is all that the caller then needs.
  ///
  /// Newton's method on d(ln f)/d(lambda), which falls from infinity to minus infinity; f is exact to
  /// the square of the last step, which is below 1e-7.
  @inline(__always)
  mutating func contact(_ r: Vector3, bound: Double) -> Double {
    let n0 = adjugate1.form(r)
    let n1 = mixed.form(r)
    let n2 = adjugate2.form(r)
    let d = determinant
    var x = lambda
    var (low, high) = (0.0, 1.0)
    var value = 0.0
    for _ in 0..<40 {
      let m = 1 - x
      let numerator = (n0 * m + n1 * x) * m + n2 * x * x
      let denominator = ((d[0] * m + d[1] * x) * m + d[2] * x * x) * m + d[3] * x * x * x
      value = x * m * numerator / denominator
      if value > bound { break }
      // Derivatives in lambda.
      let numerator1 = 2 * ((n1 - n0) * m + n2 * x) - n1 * (m + x)
      let numerator2 = 2 * (n0 - n1 + n2)
      let c0 = d[1] - 3 * d[0]
      let c1 = 2 * (d[2] - d[1])
      let c2 = 3 * d[3] - d[2]
      let denominator1 = (c0 * m + c1 * x) * m + c2 * x * x
      let denominator2 = 2 * ((0.5 * c1 - c0) * m + (c2 - 0.5 * c1) * x)
      let p = numerator1 / numerator
      let q = denominator1 / denominator
      let slope = (m - x) / (x * m) + p - q
      let curvature =
        -1 / (x * x) - 1 / (m * m) + numerator2 / numerator - p * p - denominator2 / denominator
        + q * q
      if slope > 0 { low = x } else { high = x }
      var next = x - slope / curvature
      if !(next > low && next < high) { next = 0.5 * (low + high) }
      let step = abs(next - x)
      x = next
      if step < 1e-7 { break }
    }
    lambda = x
    return value
  }

  /// Half the gradient of f in r, with lambda where the last call of `contact` left it: lambda is
  /// at its maximum, so that its own change counts for nothing (the envelope theorem).
  @inline(__always)
  func halfGradient(_ r: Vector3) -> Vector3 {
    let (x, m) = (lambda, 1 - lambda)
    let d = determinant
    let denominator = ((d[0] * m + d[1] * x) * m + d[2] * x * x) * m + d[3] * x * x * x
    let vector =
      (adjugate1 * r) * (m * m) + (mixed * r) * (m * x) + (adjugate2 * r) * (x * x)
    return vector * (x * m / denominator)
  }
}
