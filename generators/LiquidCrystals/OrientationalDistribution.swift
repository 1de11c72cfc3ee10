public import Geometry
public import Mathematics

/// A distribution of the axes u of uniaxial particles about a director n, in t = u . n:
/// the density over the sphere depends on t alone, and is even in it.
public enum OrientationalDistribution: String, CaseIterable, Codable, Sendable {
  /// Watson's, which is Maier and Saupe's: f ~ exp(kappa t^2), for -1/2 < S < 1.
  case watson
  /// Onsager's trial function: f ~ cosh(alpha t), for 0 <= S < 1.
  case onsager

  /// The nematic order <P2(t)> of the distribution with the given parameter, kappa or alpha.
  ///
  /// Watson: 3/4 [1/(sqrt(kappa) D(sqrt kappa)) - 1/kappa] - 1/2 with Dawson's D, and with the
  /// error function for kappa < 0. Onsager: 1 - 3 coth(alpha)/alpha + 3/alpha^2.
  /// Accurate to some 1e-15; below |parameter| = 1 by power series.
  ///
  /// Throws: `NumericalError` when GSL cannot evaluate.
  public func order(parameter: Double) throws -> Double {
    switch self {
    case .watson: return try Self.watsonOrder(parameter)
    case .onsager: return Self.onsagerOrder(abs(parameter))
    }
  }

  /// The parameter, kappa or alpha, for which the distribution has the nematic order S.
  ///
  /// Throws: `InvalidInput` unless S is inside the limits of the distribution.
  public func parameter(order: Double) throws -> Double {
    let limits = self == .watson ? -0.5 : 0.0
    guard order < 1, order > limits || (self == .onsager && order == 0) else {
      throw InvalidInput(
        "nematic order", value: order,
        expected: self == .watson
          ? "a number between -1/2 and 1" : "0 or more, and below 1, for Onsager's distribution")
    }
    if order == 0 { return 0 }
    var inner = 0.0
    var outer = order > 0 ? 1.0 : -1.0
    while abs(try self.order(parameter: outer)) < abs(order) {
      inner = outer
      outer *= 2
    }
    // Bisection: S is monotonic; 60 halvings leave nothing but rounding.
    for _ in 0..<60 {
      let middle = 0.5 * (inner + outer)
      if middle == inner || middle == outer { break }
      if abs(try self.order(parameter: middle)) < abs(order) {
        inner = middle
      } else {
        outer = middle
      }
    }
    return 0.5 * (inner + outer)
  }

  /// A draw of t = u . n, between -1 and 1.
  public func cosine(parameter: Double, _ stream: inout RandomStream) -> Double {
    switch self {
    case .watson: return Self.watsonCosine(parameter, &stream)
    case .onsager: return Self.onsagerCosine(abs(parameter), &stream)
    }
  }

  /// `count` axes about z, independent of each other. S = 1 and S = -1/2 are the limits of Watson's
  /// distribution: all along z, and all at right angles to it.
  ///
  /// Their measured order scatters about S, and its largest eigenvalue is biased: 0.82/sqrt(count)
  /// for isotropic draws.
  public func axes(
    count: Int, order: Double, _ stream: inout RandomStream
  ) throws -> [Vector3] {
    var fixed: Double?
    if order == 1 { fixed = 1 }
    if order == -0.5, self == .watson { fixed = 0 }
    let parameter = fixed == nil ? try self.parameter(order: order) : 0
    return (0..<count).map { _ in
      let t = fixed ?? cosine(parameter: parameter, &stream)
      let azimuth = stream.uniform(0, 2 * Double.pi)
      let s = max(0, (1 - t) * (1 + t)).squareRoot()
      return Vector3(s * Generators.cosine(azimuth), s * sine(azimuth), t)
    }
  }
}

extension OrientationalDistribution {
  private static func watsonOrder(_ kappa: Double) throws -> Double {
    if abs(kappa) < 1 {
      // <t^2> = sum kappa^n/(n! (2n + 3)) / sum kappa^n/(n! (2n + 1)); S = 3/2 <t^2> - 1/2 written
      // so that the leading terms, which cancel, never appear.
      var (term, numerator, denominator) = (1.0, 0.0, 1.0)
      for n in 1...24 {
        term *= kappa / Double(n)
        let (low, high) = (Double(2 * n + 1), Double(2 * n + 3))
        numerator += term * (3 / high - 1 / low)
        denominator += term / low
      }
      return 0.5 * numerator / denominator
    }
    if kappa > 0 {
      let x = kappa.squareRoot()
      return 0.75 * (1 / (x * (try SpecialFunctions.dawson(x))) - 1 / kappa) - 0.5
    }
    let a = -kappa
    let root = a.squareRoot()
    let edge = exponential(-a) / (root * Double.pi.squareRoot() * (try SpecialFunctions.erf(root)))
    return 1.5 * (0.5 / a - edge) - 0.5
  }

  private static func onsagerOrder(_ alpha: Double) -> Double {
    if alpha < 1 {
      // With moments of cosh(alpha t): sum alpha^2n/(2n)! [3/(2n + 3) - 1/(2n + 1)] over the norm.
      var (term, numerator, denominator) = (1.0, 0.0, 1.0)
      for n in 1...12 {
        term *= alpha * alpha / Double((2 * n) * (2 * n - 1))
        let (low, high) = (Double(2 * n + 1), Double(2 * n + 3))
        numerator += term * (3 / high - 1 / low)
        denominator += term / low
      }
      return 0.5 * numerator / denominator
    }
    return 1 - 3 * hyperbolicCotangent(alpha) / alpha + 3 / (alpha * alpha)
  }

  /// kappa > 0: t^2 <= t on [0, 1], so exp(kappa t), which is inverted in closed form, is an
  /// envelope (K.-H. Li and C. K.-F. Wong, Applied Statistics 42, 1993, 689-698); between 0.45 and 1
  /// of the proposals are kept. kappa < 0: a normal cut at +-1, or a uniform proposal where that is
  /// better.
  private static func watsonCosine(_ kappa: Double, _ stream: inout RandomStream) -> Double {
    if kappa > 0 {
      let floor = exponential(-kappa)
      while true {
        let u = stream.uniform()
        // ln(1 + u (e^kappa - 1))/kappa, without overflow.
        let t =
          kappa < 1e-8 ? u : min(1, max(0, 1 + logarithm(u + (1 - u) * floor) / kappa))
        if stream.uniform() < exponential(kappa * t * (t - 1)) {
          return stream.bits() & 1 == 0 ? t : -t
        }
      }
    }
    while kappa > -1 {
      let t = stream.uniform(-1, 1)
      if stream.uniform() < exponential(kappa * t * t) { return t }
    }
    let sigma = (-0.5 / kappa).squareRoot()
    while true {
      let t = stream.gaussian(sigma: sigma)
      if abs(t) <= 1 { return t }
    }
  }

  /// cosh(alpha t) is half exp(alpha t) and half its mirror image, each inverted in closed form.
  private static func onsagerCosine(_ alpha: Double, _ stream: inout RandomStream) -> Double {
    let u = stream.uniform()
    let t =
      alpha < 1e-8
      ? 2 * u - 1
      : min(1, max(-1, 1 + logarithm(u + (1 - u) * exponential(-2 * alpha)) / alpha))
    return stream.bits() & 1 == 0 ? t : -t
  }
}
