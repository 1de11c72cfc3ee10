internal import Geometry
public import Mathematics

/// How the centres of a layer are spread along its normal, as phases 2 pi z/d about 0.
public enum LayerProfile: String, CaseIterable, Codable, Sendable {
  /// Normal: <exp(i phase)> = tau with the standard deviation sqrt(-2 ln tau).
  case gaussian
  /// Von Mises: density ~ exp(kappa cos(phase)), tau = I_1(kappa)/I_0(kappa).
  case vonMises = "von-mises"

  /// The parameter for the layer order tau, 0 < tau < 1: the standard deviation of the phase, or
  /// kappa.
  ///
  /// Throws: `InvalidInput` unless tau is between 0 and 1.
  public func parameter(order: Double) throws -> Double {
    guard order > 0, order < 1 else {
      throw InvalidInput("layer order", value: order, expected: "a number between 0 and 1")
    }
    switch self {
    case .gaussian: return (-2 * logarithm(order)).squareRoot()
    case .vonMises:
      var (low, high) = (0.0, 1.0)
      while try Self.vonMisesOrder(high) < order { (low, high) = (high, 2 * high) }
      for _ in 0..<60 {
        let middle = 0.5 * (low + high)
        if try Self.vonMisesOrder(middle) < order { low = middle } else { high = middle }
      }
      return 0.5 * (low + high)
    }
  }

  /// A phase, in radians; anything for the normal profile, -pi to pi for von Mises'.
  public func phase(parameter: Double, _ stream: inout RandomStream) -> Double {
    switch self {
    case .gaussian: return stream.gaussian(sigma: parameter)
    case .vonMises: return Self.vonMises(parameter, &stream)
    }
  }

  /// `count` independent phases of order tau: uniform ones for tau = 0, zeros for tau = 1.
  func phases(count: Int, order: Double, _ stream: inout RandomStream) throws -> [Double] {
    if order == 1 { return Array(repeating: 0, count: count) }
    if order == 0 { return (0..<count).map { _ in stream.uniform(-Double.pi, Double.pi) } }
    let parameter = try parameter(order: order)
    return (0..<count).map { _ in phase(parameter: parameter, &stream) }
  }

  private static func vonMisesOrder(_ kappa: Double) throws -> Double {
    try SpecialFunctions.scaledBesselI(1, kappa) / SpecialFunctions.scaledBesselI(0, kappa)
  }

  /// D. J. Best and N. I. Fisher, Applied Statistics 28 (1979) 152-157: a wrapped Cauchy envelope.
  private static func vonMises(_ kappa: Double, _ stream: inout RandomStream) -> Double {
    if kappa < 1e-6 { return stream.uniform(-Double.pi, Double.pi) }
    let t = 1 + (1 + 4 * kappa * kappa).squareRoot()
    let rho = (t - (2 * t).squareRoot()) / (2 * kappa)
    let r = (1 + rho * rho) / (2 * rho)
    while true {
      let z = cosine(Double.pi * stream.uniform())
      let f = (1 + r * z) / (r + z)
      let c = kappa * (r - f)
      let u = stream.uniformPositive()
      if c * (2 - c) > u || logarithm(c / u) + 1 >= c {
        let angle = arcCosine(min(1, max(-1, f)))
        return stream.bits() & 1 == 0 ? angle : -angle
      }
    }
  }
}
