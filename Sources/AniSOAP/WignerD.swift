internal import Foundation
public import Geometry
public import Mathematics

/// How real spherical harmonics turn: the real Wigner matrices D^l of a rotation R, for all l up to
/// a limit, with
///
///     Y_lm(R r) = sum_m' D^l_mm'(R) Y_lm'(r),   D^l(R1 R2) = D^l(R1) D^l(R2).
///
/// The coefficients c_lm = int rho Y_lm of a density that is turned by R, rho(R^-1 r), are
/// sum_m' D^l_mm'(R) c_lm'. The harmonics are those of `RealSphericalHarmonics`, m, m' = -l...l. The
/// D^l are orthogonal.
///
/// For the complex harmonics D^l_mm' = e^(-i m alpha) d^l_mm'(beta) e^(-i m' gamma) in Euler's angles
/// (z, y, z), whose phases are products of quaternion components, so that no angle is computed and
/// there is no pole. d^l is a Jacobi polynomial (Varshalovich, Moskalev, Khersonskii, Quantum Theory
/// of Angular Momentum, 4.3.4), by a recurrence in l that is stable upwards. Accurate to 2e-14 at l = 20.
public struct WignerD: Equatable, Sendable {
  /// D^l for l = 0...maxAngular: element (l + m, l + m') of a (2l + 1) x (2l + 1) matrix.
  public let blocks: [Matrix]

  /// The largest l.
  public var maxAngular: Int { blocks.count - 1 }

  /// D^l.
  public subscript(l: Int) -> Matrix { blocks[l] }

  /// All l up to `maxAngular`, which is not negative and at most 100.
  public init(_ rotation: UnitQuaternion, maxAngular: Int) {
    precondition((0...100).contains(maxAngular), "l from 0 to 100")
    let q = rotation
    // q = (cos, 0, 0, sin)(alpha / 2) (cos, 0, sin, 0)(beta / 2) (cos, 0, 0, sin)(gamma / 2):
    // w + i z = cos(beta / 2) e^(i (alpha + gamma) / 2), y - i x = sin(beta / 2) e^(i (alpha - gamma) / 2).
    let (cosine, sine) = (hypot(q.w, q.z), hypot(q.x, q.y))
    let sum = cosine > 0 ? Phase(q.w / cosine, q.z / cosine) : Phase(1, 0)
    let difference = sine > 0 ? Phase(q.y / sine, -q.x / sine) : Phase(1, 0)
    let alpha = (sum * difference).powers(maxAngular)
    let gamma = (sum * difference.conjugate).powers(maxAngular)
    var blocks = (0...maxAngular).map { Matrix(rows: 2 * $0 + 1, columns: 2 * $0 + 1) }
    for m in 0...maxAngular {
      for k in 0...maxAngular {
        let plus = Self.reduced(m, k, cosine, sine, maxAngular)
        let minus = Self.reduced(m, -k, cosine, sine, maxAngular)
        let (a, b) = (alpha[m] * gamma[k], alpha[m] * gamma[k].conjugate)
        for l in max(m, k)...maxAngular {
          Self.fill(&blocks[l], l, m, k, a, plus[l - max(m, k)], b, minus[l - max(m, k)])
        }
      }
    }
    self.blocks = blocks
  }

  /// From the complex elements (m, k) and (m, -k) to the four real ones.
  ///
  /// The complex harmonics turn by E_mk = e^(i (m alpha + k gamma)) d_mk, the conjugate of the
  /// textbooks' D. With Y_k = (-1)^k (f_k + i f_-k) / sqrt(2), k > 0, for the real f, and
  /// A = (-1)^(m + k) E_mk, B = (-1)^m E_m,-k,
  ///
  ///     f_m + i f_-m  <-  (A + B) f_k + i (A - B) f_-k.
  private static func fill(
    _ block: inout Matrix, _ l: Int, _ m: Int, _ k: Int, _ a: Phase, _ plus: Double, _ b: Phase,
    _ minus: Double
  ) {
    let scaleA = (m + k) % 2 == 0 ? plus : -plus
    let scaleB = m % 2 == 0 ? minus : -minus
    let (realA, imaginaryA) = (scaleA * a.real, scaleA * a.imaginary)
    let (realB, imaginaryB) = (scaleB * b.real, scaleB * b.imaginary)
    switch (m, k) {
    case (0, 0):
      block[l, l] = realA
    case (0, _):
      block[l, l + k] = 2.0.squareRoot() * realA
      block[l, l - k] = -2.0.squareRoot() * imaginaryA
    case (_, 0):
      block[l + m, l] = 2.0.squareRoot() * realA
      block[l - m, l] = 2.0.squareRoot() * imaginaryA
    default:
      block[l + m, l + k] = realA + realB
      block[l + m, l - k] = imaginaryB - imaginaryA
      block[l - m, l + k] = imaginaryA + imaginaryB
      block[l - m, l - k] = realA - realB
    }
  }

  /// d^l_mk for l = max(|m|, |k|)...maxAngular, with cos and sin of beta / 2: with a = |m - k|,
  /// b = |m + k|, n = l - max(|m|, |k|), x = cos(beta),
  ///
  ///     d^l_mk = (-1)^(m - k) [only if m > k] sqrt(n! (n + a + b)! / (n + a)! (n + b)!)
  ///              sin^a cos^b P_n^(a,b)(x).
  ///
  /// p_n = P_n(x) / P_n(1) follows by its differences, which keeps the digits that the usual
  /// recurrence loses for small angles:
  ///
  ///     p_n+1 - p_n = (2n + a + b + 1)(2n + a + b + 2) / (2 (n + a + 1)(n + a + b + 1)) (x - 1) p_n
  ///       + n (n + b)(2n + a + b + 2) / ((n + a + 1)(n + a + b + 1)(2n + a + b)) (p_n - p_n-1).
  ///
  /// Angles above a right one go through P_n^(a,b)(x) = (-1)^n P_n^(b,a)(-x).
  private static func reduced(
    _ m: Int, _ k: Int, _ cosine: Double, _ sine: Double, _ maxAngular: Int
  ) -> [Double] {
    let obtuse = sine > cosine
    let (a, b) = obtuse ? (abs(m + k), abs(m - k)) : (abs(m - k), abs(m + k))
    let (s, c) = obtuse ? (cosine, sine) : (sine, cosine)
    // sqrt(C(a + b, a)) s^a c^b.
    var scale = m > k && (m - k) % 2 != 0 ? -1.0 : 1
    for i in 0..<a { scale *= (Double(a + b - i) / Double(i + 1)).squareRoot() * s }
    for _ in 0..<b { scale *= c }
    var (value, step) = (1.0, 0.0)
    var values = [scale]
    let count = maxAngular - max(abs(m), abs(k))
    let (alpha, beta) = (Double(a), Double(b))
    for index in 0..<count {
      let n = Double(index)
      let (sum, denominator) = (2 * n + alpha + beta, (n + alpha + 1) * (n + alpha + beta + 1))
      if index > 0 { step *= n * (n + beta) * (sum + 2) / (denominator * sum) }
      step -= (sum + 1) * (sum + 2) / denominator * s * s * value
      value += step
      scale *=
        ((n + alpha + beta + 1) * (n + alpha + 1) / ((n + 1) * (n + beta + 1))).squareRoot()
      if obtuse { scale = -scale }
      values.append(scale * value)
    }
    return values
  }

  /// The coefficients (m = -l...l) of the density turned by the rotation.
  public func turn(_ coefficients: [Double], l: Int) -> [Double] {
    precondition(coefficients.count == 2 * l + 1, "one coefficient for each m")
    let block = blocks[l]
    return (0...(2 * l)).map { row in
      var sum = 0.0
      for column in 0...(2 * l) { sum += block[row, column] * coefficients[column] }
      return sum
    }
  }
}

/// A complex number of modulus 1.
private struct Phase {
  let real: Double
  let imaginary: Double

  init(_ real: Double, _ imaginary: Double) { (self.real, self.imaginary) = (real, imaginary) }

  var conjugate: Phase { Phase(real, -imaginary) }

  static func * (l: Phase, r: Phase) -> Phase {
    Phase(
      l.real * r.real - l.imaginary * r.imaginary, l.real * r.imaginary + l.imaginary * r.real)
  }

  /// Powers 0...count.
  func powers(_ count: Int) -> [Phase] {
    var powers = [Phase(1, 0)]
    for k in 0..<count { powers.append(powers[k] * self) }
    return powers
  }
}
