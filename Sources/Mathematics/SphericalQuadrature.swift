internal import Foundation

/// A quadrature on the unit sphere that integrates spherical polynomials up to its degree exactly; the
/// weights are positive and sum to 4 pi.
///
/// Up to degree 83 it is a rule of Lebedev (Doklady Mathematics 59, 477 (1999)), symmetric as an
/// octahedron, with some (degree + 1)^2 / 3 points. Beyond it is Gauss and Legendre in z with equally
/// spaced azimuths, which has half as many points again but needs no table.
public struct SphericalQuadrature: Sendable {
  /// The largest degree of spherical polynomials that are integrated exactly.
  public let degree: Int
  /// The points, unit vectors.
  public let directions: [SIMD3<Double>]
  /// The weight of each point.
  public let weights: [Double]

  /// The rule for polynomials up to `degree`, which is not negative: of the rules of Lebedev the
  /// smallest that is good enough, where there is one.
  public init(degree: Int) {
    precondition(degree >= 0, "a degree is not negative")
    self = Self.lebedev(degree: degree) ?? Self.product(degree: degree)
  }

  private init(degree: Int, points: [(direction: SIMD3<Double>, weight: Double)]) {
    self.degree = degree
    directions = points.map(\.direction)
    weights = points.map(\.weight)
  }

  /// The smallest rule of Lebedev for this degree; nil beyond the largest.
  public static func lebedev(degree: Int) -> SphericalQuadrature? {
    var first = 0
    for rule in LebedevOrbits.rules {
      if rule.degree >= degree {
        let points = (first..<(first + rule.orbits)).flatMap { orbit in
          let row = LebedevOrbits.values[(4 * orbit)..<(4 * orbit + 4)]
          let weight = 4 * Double.pi * row[row.startIndex + 3]
          return images(Array(row.prefix(3))).map { (direction: $0, weight: weight) }
        }
        return SphericalQuadrature(degree: rule.degree, points: points)
      }
      first += rule.orbits
    }
    return nil
  }

  /// All different permutations and reflections of three coordinates in ascending order.
  private static func images(_ c: [Double]) -> [SIMD3<Double>] {
    var found: [SIMD3<Double>] = []
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      for signs in 0..<8 {
        let image = SIMD3(
          signs & 1 == 0 ? c[order[0]] : -c[order[0]],
          signs & 2 == 0 ? c[order[1]] : -c[order[1]],
          signs & 4 == 0 ? c[order[2]] : -c[order[2]])
        if !found.contains(image) { found.append(image) }
      }
    }
    return found
  }

  /// Gauss and Legendre in z, equally spaced azimuths, for any degree.
  public static func product(degree: Int) -> SphericalQuadrature {
    precondition(degree >= 0, "a degree is not negative")
    let polar = GaussLegendre(count: degree / 2 + 1)
    let count = degree + 1
    let step = 2 * Double.pi / Double(count)
    return SphericalQuadrature(
      degree: degree,
      points: zip(polar.nodes, polar.weights).flatMap { z, weight in
        let sine = ((1 - z) * (1 + z)).squareRoot()
        return (0..<count).map { k in
          let angle = step * Double(k)
          return (SIMD3(sine * cos(angle), sine * sin(angle), z), weight * step)
        }
      })
  }
}
