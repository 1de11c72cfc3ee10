internal import Foundation
internal import Mathematics

/// The one-dimensional integrals that a density is made of along one of its principal axes.
///
/// With f the profile of unit mass and measure s about the centre a, either the moments
/// int f(x) x^p dx (for monomials) or, for the functions of an oscillator of width sigma,
///
///     h_p = int f(x) He_p(sqrt(2) x / sigma) exp(-x^2 / 2 sigma^2) dx.
///
/// The latter take the place of the moments for Gaussian-type orbitals: r^(2n) R_lm formed of the
/// operators that raise p is the oscillator's function n, l, m up to a factor (`RadialTransformation`).
struct AxisMoments {
  let density: ParticleDensity
  /// The oscillator's sigma; nil for plain moments.
  let width: Double?
  /// The largest p.
  let degree: Int

  private static let rule = GaussLegendre(count: 20)

  /// p = 0...degree for the profile of measure `s` about `a`.
  func callAsFunction(_ s: Double, _ a: Double) -> [Double] {
    switch (density, width) {
    case (.gaussian, let width?):
      // The product of two Gaussians; Hermite polynomials take 1 off the variance.
      let sum = s * s + width * width
      let mass = width / sum.squareRoot() * exp(-0.5 * a * a / sum)
      return gaussian(
        mass, mean: 2.0.squareRoot() * width * a / sum, variance: (s - width) * (s + width) / sum)
    case (.gaussian, nil): return gaussian(1, mean: a, variance: s * s)
    case (.box, let width?): return box(s / width, a / width)
    case (.box, nil): return boxMoments(s, a)
    case (.exponential, let width?): return exponential(s / width, a / width)
    case (.exponential, nil): return exponentialMoments(s, a)
    }
  }

  /// <x^(p+1)> = a <x^p> + p C <x^(p-1)>: Stein's identity, the paper's Eq. A49 for a mean that is not
  /// zero.
  private func gaussian(_ mass: Double, mean: Double, variance: Double) -> [Double] {
    var values = [mass]
    for p in 0..<degree {
      values.append(mean * values[p] + (p > 0 ? Double(p) * variance * values[p - 1] : 0))
    }
    return values
  }

  /// ((a + s)^(p+1) - (a - s)^(p+1)) / (2 s (p + 1)), as a sum without cancellation:
  /// sum over even k of C(p, k) a^(p-k) s^k / (k + 1).
  private func boxMoments(_ s: Double, _ a: Double) -> [Double] {
    centralMoments(s, a) { k in 1 / Double(k + 1) }
  }

  /// sum over even k of C(p, k) a^(p-k) s^k k!.
  private func exponentialMoments(_ s: Double, _ a: Double) -> [Double] {
    centralMoments(s, a) { k in k == 0 ? 1 : (1...k).reduce(1.0) { $0 * Double($1) } }
  }

  /// Moments about zero from the even ones about the centre, `moment(k)` s^k.
  private func centralMoments(
    _ s: Double, _ a: Double, _ moment: (Int) -> Double
  ) -> [Double] {
    let even = stride(from: 0, through: degree, by: 2).map { moment($0) * pow(s, Double($0)) }
    return (0...degree).map { p in
      stride(from: 0, through: p, by: 2).reduce(0.0) { sum, k in
        sum + SolidHarmonics.binomial(p, k).value * pow(a, Double(p - k)) * even[k / 2]
      }
    }
  }

  /// h_p of the box, lengths in units of sigma, through the error function: with
  /// e_p(t) = He_p(sqrt(2) t) exp(-t^2 / 2),
  ///
  ///     e_p' = (p e_p-1 - e_p+1) / sqrt(2),  so  int e_p+1 = p int e_p-1 - sqrt(2) [e_p].
  ///
  /// For a thin box the differences would cancel: there by Gauss and Legendre.
  private func box(_ s: Double, _ a: Double) -> [Double] {
    let (lower, upper) = (a - s, a + s)
    if 2 * s < 0.5 {
      return integrate([lower, upper], density: { _ in 1 / (2 * s) })
    }
    let (low, high) = (functions(lower), functions(upper))
    var values = [Self.gaussIntegral(lower, upper)]
    for p in 0..<degree {
      values.append(
        (p > 0 ? Double(p) * values[p - 1] : 0) - 2.0.squareRoot() * (high[p] - low[p]))
    }
    return values.map { $0 / (2 * s) }
  }

  /// int exp(-t^2 / 2) dt, with the complement where both ends are on one side.
  private static func gaussIntegral(_ lower: Double, _ upper: Double) -> Double {
    let (x, y) = (lower / 2.0.squareRoot(), upper / 2.0.squareRoot())
    let difference =
      if x > 0 { erfc(x) - erfc(y) } else if y < 0 { erfc(-y) - erfc(-x) } else { erf(y) - erf(x) }
    return (Double.pi / 2).squareRoot() * difference
  }

  /// h_p of the exponential, lengths in units of sigma: by Gauss and Legendre on panels that are
  /// narrow against both the decay and the waves of He_p, on either side of the kink.
  private func exponential(_ s: Double, _ a: Double) -> [Double] {
    // He_p(sqrt(2) t) exp(-t^2 / 2) is negligible a few units beyond its turning point.
    let edge = (2 * Double(degree) + 1).squareRoot() + 9
    let panel = min(0.5, 2 * s)
    let reach = 45 * s
    var values = [Double](repeating: 0, count: degree + 1)
    for (lower, upper) in [
      (max(-edge, a - reach), min(a, edge)), (max(a, -edge), min(edge, a + reach)),
    ] where lower < upper {
      let count = Int(((upper - lower) / panel).rounded(.up))
      let ends = (0...count).map { lower + (upper - lower) * Double($0) / Double(count) }
      let part = integrate(ends) { exp(-abs($0 - a) / s) / (2 * s) }
      for p in 0...degree { values[p] += part[p] }
    }
    return values
  }

  /// int density(t) e_p(t) dt over panels with these ends.
  private func integrate(_ ends: [Double], density: (Double) -> Double) -> [Double] {
    var values = [Double](repeating: 0, count: degree + 1)
    for (lower, upper) in zip(ends, ends.dropFirst()) {
      for (node, weight) in zip(Self.rule.nodes, Self.rule.weights) {
        let t = 0.5 * (lower + upper) + 0.5 * (upper - lower) * node
        let factor = 0.5 * (upper - lower) * weight * density(t)
        let functions = functions(t)
        for p in 0...degree { values[p] += factor * functions[p] }
      }
    }
    return values
  }

  /// e_p(t) = He_p(sqrt(2) t) exp(-t^2 / 2): e_p+1 = sqrt(2) t e_p - p e_p-1.
  private func functions(_ t: Double) -> [Double] {
    var values = [exp(-0.5 * t * t)]
    for p in 0..<degree {
      values.append(
        2.0.squareRoot() * t * values[p] - (p > 0 ? Double(p) * values[p - 1] : 0))
    }
    return values
  }
}
