internal import Geometry
internal import Mathematics

/// The radial functions that the density is expanded in.
public enum RadialBasis: Equatable, Hashable, Sendable {
  /// Gaussian-type orbitals r^(l + 2n) exp(-r^2 / 2 sigma^2), one sigma for all n and l, over all
  /// space, made orthonormal symmetrically (Löwdin). Paper Sec. II B and Appendix A 8.
  case gto(width: Double)
  /// Monomials r^(l + 2n): norms and overlaps over [0, cutoff], but the density is projected over
  /// all space, as AniSOAP does it. That makes it no true projection. Löwdin as above.
  case monomial
  /// The orthonormal radial functions of the harmonic oscillator,
  /// (r / sigma)^l L_n^(l + 1/2)(r^2 / sigma^2) exp(-r^2 / 2 sigma^2) up to norm: they span what the
  /// Gaussian-type orbitals of that width span, without an orthonormalisation that could lose digits.
  case laguerre(width: Double)
  /// Slater-type functions r^(l + 2n) exp(-r / width), over all space; Löwdin as above. Paper Sec. II B.
  ///
  /// exp(-r / width) times a Gaussian density has no closed moments, whence a quadrature: some 20 ms a
  /// pair, and only Gaussian densities.
  case slater(width: Double)

  /// The sigma of the Gaussian, or the length over which a Slater-type function decays; nil for
  /// monomials, which have none.
  public var width: Double? {
    switch self {
    case .gto(let width), .laguerre(let width), .slater(let width): width
    case .monomial: nil
    }
  }
}

/// How many radial functions each angular channel has.
public enum RadialSize: Equatable, Hashable, Sendable {
  /// (lmax - l) / 2 + 1 for channel l (integer division): one total degree for all. AniSOAP's `None`.
  case automatic
  /// n + 1 for every l.
  case uniform(Int)
  /// Each entry + 1, one entry for every l from 0 to lmax.
  case perChannel([Int])

  /// The number of radial functions for l = 0...maxAngular.
  func counts(maxAngular: Int) -> [Int] {
    switch self {
    case .automatic: (0...maxAngular).map { (maxAngular - $0) / 2 + 1 }
    case .uniform(let n): Array(repeating: n + 1, count: maxAngular + 1)
    case .perChannel(let list): list.map { $0 + 1 }
    }
  }
}

/// From moments to orthonormal coefficients, for one l: c_n' = sum_n M_n'n <r^(2n) R_lm>.
///
/// For the Gaussian-type orbitals the moments are those of the harmonic oscillator's raising
/// operators (see `ParticleDensities`), so that the oscillator's coefficients are
///
///     c_HO(n) = sqrt(2 n! / (sigma^3 Gamma(n + l + 3/2))) 2^(-l/2) (-1)^n / (2^n n!) <r^(2n) R_lm>.
///
/// With S = B B^T the overlap of the normalised orbitals and B = W Sigma V^T its expansion in the
/// oscillator's functions, Löwdin's coefficients are (raw N) S^(-1/2) = c_HO V W^T: an orthogonal
/// transformation, which loses nothing, whereas S^(-1/2) itself reaches 10^5 at nmax = 9.
/// W V^T is computed with 32 digits.
package struct RadialTransformation {
  /// Rows: the orthonormal functions; columns: the moments.
  package let matrix: [[Double]]

  /// `rcond`: eigenvalues of S at or below it are dropped (the number of functions stays).
  ///
  /// Throws: `InvalidInput` for Slater-type functions; `NumericalError` when an overlap matrix is
  /// singular even with 32 digits.
  package init(basis: RadialBasis, l: Int, count: Int, cutoff: Double, rcond: Double) throws {
    switch basis {
    case .laguerre(let width):
      matrix = (0..<count).map { n in
        (0..<count).map { $0 == n ? Self.oscillatorFactor(l: l, n: n, width: width) : 0 }
      }
    case .gto(let width):
      let b = Self.orbitalsInOscillator(l: l, count: count)
      let (w, s, v) = try ExtendedPrecision.singularValues(b)
      matrix = (0..<count).map { row in
        (0..<count).map { column in
          var sum: DoubleDouble = 0
          for k in 0..<count where (s[k] * s[k]).value > rcond { sum += w[row][k] * v[column][k] }
          return sum.value * Self.oscillatorFactor(l: l, n: column, width: width)
        }
      }
    case .monomial:
      matrix = try Self.monomial(l: l, count: count, cutoff: cutoff, rcond: rcond)
    case .slater:
      throw InvalidInput(
        "radial basis", value: "slater", expected: "gto, laguerre or monomial, which have moments")
    }
  }

  /// c_HO(n) / <r^(2n) R_lm>.
  private static func oscillatorFactor(l: Int, n: Int, width: Double) -> Double {
    // n! / Gamma(n + l + 3/2) / (2^n n!)^2, the Gamma function by its product from Gamma(1/2).
    var square = DoubleDouble(2) / SolidHarmonics.pi.squareRoot
    for k in 0...(n + l) { square = square / (DoubleDouble(k) + 0.5) }
    for k in 1..<(n + 1) { square = square * 0.25 / DoubleDouble(k) }
    for _ in 0..<l { square = square * 0.5 }
    let magnitude = square.squareRoot.value / (width * width * width).squareRoot()
    return n % 2 == 0 ? magnitude : -magnitude
  }

  /// B: normalised orbital n in the oscillator's functions k,
  /// (-1)^k n! C(n + alpha, n - k) sqrt(Gamma(k + alpha + 1) / (k! Gamma(2n + alpha + 1))),
  /// alpha = l + 1/2; from rho^n = sum_k (-1)^k n! C(n + alpha, n - k) L_k^alpha(rho).
  private static func orbitalsInOscillator(l: Int, count: Int) -> [[DoubleDouble]] {
    let alpha = DoubleDouble(l) + 0.5
    return (0..<count).map { n in
      (0..<count).map { k -> DoubleDouble in
        guard k <= n else { return 0 }
        // n! C(n + alpha, n - k) = n! / (n - k)! (k + alpha + 1) ... (n + alpha).
        var value: DoubleDouble = k % 2 == 0 ? 1 : -1
        for i in 0..<(n - k) { value = value * (DoubleDouble(k + 1 + i) + alpha) }
        for i in 0..<k { value = value * DoubleDouble(n - i) }
        // Gamma(k + alpha + 1) / (k! Gamma(2n + alpha + 1)).
        var square: DoubleDouble = 1
        for i in 1..<(k + 1) { square = square / DoubleDouble(i) }
        for i in (k + 1)..<(2 * n + 1) { square = square / (DoubleDouble(i) + alpha) }
        return value * square.squareRoot
      }
    }
  }

  /// S^(-1/2) N for monomials of degree d = l + 2n: N = sqrt((2d + 3) / rc^(2d + 3)),
  /// S_nm = sqrt((2d + 3)(2d' + 3)) / (d + d' + 3).
  private static func monomial(
    l: Int, count: Int, cutoff: Double, rcond: Double
  ) throws -> [[Double]] {
    let degrees = (0..<count).map { l + 2 * $0 }
    let roots = degrees.map { DoubleDouble(2 * $0 + 3).squareRoot }
    let overlap = (0..<count).map { n in
      (0..<count).map { m in
        roots[n] * roots[m] / DoubleDouble(degrees[n] + degrees[m] + 3)
      }
    }
    let (w, s, _) = try ExtendedPrecision.singularValues(ExtendedPrecision.cholesky(overlap))
    var powers = [DoubleDouble(1)]
    let radius = DoubleDouble(cutoff)
    for _ in 0..<(2 * (degrees.last ?? 0) + 3) { powers.append(powers[powers.count - 1] * radius) }
    return (0..<count).map { row in
      (0..<count).map { column in
        var sum: DoubleDouble = 0
        for k in 0..<count where (s[k] * s[k]).value > rcond {
          sum += w[row][k] * w[column][k] / s[k]
        }
        return (sum * roots[column] / powers[2 * degrees[column] + 3].squareRoot).value
      }
    }
  }
}
