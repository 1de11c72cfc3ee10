internal import Foundation

/// A quadrature on the unit sphere: Gauss and Legendre in z, equally spaced in the azimuth. It
/// integrates spherical polynomials up to its degree exactly; the weights sum to 4 pi.
///
/// A rule of Lebedev of the same degree has some (degree + 1)^2 / 3 points, two thirds of the
/// (degree / 2 + 1)(degree + 1) of this one, but exists for certain degrees only, up to 131, and
/// needs a table for each.
public struct SphericalQuadrature: Sendable {
  /// The largest degree of spherical polynomials that are integrated exactly.
  public let degree: Int
  /// The points, unit vectors.
  public let directions: [SIMD3<Double>]
  /// The weight of each point.
  public let weights: [Double]

  /// The rule for polynomials up to `degree`, which is not negative.
  public init(degree: Int) {
    precondition(degree >= 0, "a degree is not negative")
    self.degree = degree
    let polar = GaussLegendre(count: degree / 2 + 1)
    let count = degree + 1
    let step = 2 * Double.pi / Double(count)
    var directions = [SIMD3<Double>]()
    var weights = [Double]()
    for (z, weight) in zip(polar.nodes, polar.weights) {
      let sine = ((1 - z) * (1 + z)).squareRoot()
      for k in 0..<count {
        let angle = step * Double(k)
        directions.append(SIMD3(sine * cos(angle), sine * sin(angle), z))
        weights.append(weight * step)
      }
    }
    self.directions = directions
    self.weights = weights
  }
}
