public import Mathematics

/// Real solid harmonics R_lm(r) = |r|^l Y_lm(r / |r|), m = -l...l, without Condon-Shortley phase
/// (those of sphericart; sqrt(2) (-1)^m Re or Im of the complex ones), as polynomials.
public enum SolidHarmonics {
  /// c r^(2 k) x^p y^q z^s.
  public struct Term: Equatable, Sendable {
    /// Half the power of r.
    public let k: Int
    /// The power of x.
    public let p: Int
    /// The power of y.
    public let q: Int
    /// The power of z.
    public let s: Int
    /// The coefficient.
    public let coefficient: DoubleDouble
  }

  /// R_lm in the functions r^(2k) x^p y^q z^s with s = 0 or 1 and 2k + p + q + s = l, which are
  /// linearly independent: z^2 is eliminated by z^2 = r^2 - x^2 - y^2.
  ///
  /// With m' = |m|, the associated Legendre function is
  /// Pi(z, r) = sum_j (-1)^j 2^-l C(l, j) C(2l - 2j, l) (l - 2j)! / (l - 2j - m')! r^(2j) z^(l-2j-m'),
  /// the azimuthal part is Re or Im (x + i y)^m', and the norm
  /// sqrt((2l + 1) / 4 pi (2 - delta_m0) (l - m')! / (l + m')!).
  public static func polynomial(l: Int, m: Int) -> [Term] {
    var sums: [Key: DoubleDouble] = [:]
    for (j, zPower, weight) in legendre(l, abs(m)) {
      // z^zPower = z^c (r^2 - rho^2)^half.
      let half = zPower / 2
      for i in 0...half {
        let sign: DoubleDouble = i % 2 == 0 ? 1 : -1
        let outer = weight * sign * binomial(half, i)
        for t in 0...i {
          for (p, q, azimuthal) in azimuthal(m) {
            let key = Key(k: j + half - i, p: p + 2 * t, q: q + 2 * (i - t), s: zPower % 2)
            sums[key, default: 0] += outer * binomial(i, t) * azimuthal
          }
        }
      }
    }
    return terms(sums, norm(l, abs(m)))
  }

  /// r^(2n) R_lm as a polynomial in x, y, z alone (k = 0 in every term).
  public static func cartesianPolynomial(l: Int, m: Int, n: Int) -> [Term] {
    var sums: [Key: DoubleDouble] = [:]
    for (j, zPower, weight) in legendre(l, abs(m)) {
      // r^(2 (j + n)) = sum over the multinomials of x^2, y^2, z^2.
      let power = j + n
      for u in 0...power {
        for v in 0...(power - u) {
          let multinomial = binomial(power, u) * binomial(power - u, v)
          for (p, q, azimuthal) in azimuthal(m) {
            let key = Key(k: 0, p: p + 2 * u, q: q + 2 * v, s: zPower + 2 * (power - u - v))
            sums[key, default: 0] += weight * multinomial * azimuthal
          }
        }
      }
    }
    return terms(sums, norm(l, abs(m)))
  }

  private struct Key: Hashable {
    let k: Int
    let p: Int
    let q: Int
    let s: Int
  }

  private static func terms(_ sums: [Key: DoubleDouble], _ norm: DoubleDouble) -> [Term] {
    sums.filter { $0.value.value != 0 }
      .map {
        Term(k: $0.key.k, p: $0.key.p, q: $0.key.q, s: $0.key.s, coefficient: $0.value * norm)
      }
      .sorted { ($0.k, $0.p, $0.q, $0.s) < ($1.k, $1.p, $1.q, $1.s) }
  }

  /// The terms (half the power of r, power of z, coefficient) of the associated Legendre function.
  private static func legendre(
    _ l: Int, _ m: Int
  ) -> [(j: Int, zPower: Int, weight: DoubleDouble)] {
    (0...((l - m) / 2)).map { j in
      var weight = binomial(l, j) * binomial(2 * l - 2 * j, l)
      for factor in stride(from: l - 2 * j, to: l - 2 * j - m, by: -1) {
        weight = weight * DoubleDouble(factor)
      }
      for _ in 0..<l { weight = weight * 0.5 }
      return (j, l - 2 * j - m, j % 2 == 0 ? weight : -weight)
    }
  }

  /// Re (x + i y)^m for m >= 0, Im (x + i y)^|m| for m < 0, as (power of x, of y, coefficient).
  private static func azimuthal(_ m: Int) -> [(Int, Int, DoubleDouble)] {
    let order = abs(m)
    return (0...order).compactMap { t in
      // i^t is real for even t.
      guard (t % 2 == 1) == (m < 0) else { return nil }
      let sign: DoubleDouble = (t / 2) % 2 == 0 ? 1 : -1
      return (order - t, t, sign * binomial(order, t))
    }
  }

  private static func norm(_ l: Int, _ m: Int) -> DoubleDouble {
    var ratio = DoubleDouble(2 * l + 1) / (4 * pi)
    if m > 0 { ratio = ratio + ratio }
    for factor in stride(from: l - m + 1, through: l + m, by: 1) {
      ratio = ratio / DoubleDouble(factor)
    }
    return ratio.squareRoot
  }

  /// pi to 32 digits: the double, and what it leaves out.
  static var pi: DoubleDouble { DoubleDouble(Double.pi) + DoubleDouble(1.2246467991473532e-16) }

  /// n! / (k! (n - k)!).
  static func binomial(_ n: Int, _ k: Int) -> DoubleDouble {
    guard k >= 0, k <= n else { return 0 }
    var result: DoubleDouble = 1
    for i in 0..<min(k, n - k) {
      result = result * DoubleDouble(n - i) / DoubleDouble(i + 1)
    }
    return result
  }
}
