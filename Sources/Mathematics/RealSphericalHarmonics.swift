/// Real spherical harmonics Y_lm, m = -l...l, orthonormal on the unit sphere, without
/// Condon-Shortley phase: of the complex ones of `SphericalHarmonics`,
///
///     Y_lm = sqrt(2) Re Y_lm (m > 0),  Y_l0,  Y_l,-m = sqrt(2) Im Y_lm.
///
/// They are those of sphericart, and sqrt(2) (-1)^m Re or Im of those with the phase. Accurate to
/// 1e-14 times sqrt((2l + 1) / 4 pi) up to l = 30, everywhere on the sphere.
public struct RealSphericalHarmonics: Sendable {
  private let complex: SphericalHarmonics

  /// The largest l.
  public var maxDegree: Int { complex.maxDegree }

  /// The number of functions, (maxDegree + 1)^2.
  public var count: Int { (maxDegree + 1) * (maxDegree + 1) }

  /// Where (l, m) stands: l slowest, m from -l to l.
  @inlinable
  public static func index(_ l: Int, _ m: Int) -> Int { l * l + l + m }

  /// All l up to `maxDegree`, which is not negative.
  public init(maxDegree: Int) { complex = SphericalHarmonics(maxDegree: maxDegree) }

  /// The values for a direction, a unit vector, in the order of `index`.
  public func values(_ direction: SIMD3<Double>) -> [Double] {
    var values = [Double](repeating: 0, count: count)
    complex.forEach(direction.x, direction.y, direction.z, weight: 1) { l, m, re, im in
      if m == 0 {
        values[Self.index(l, 0)] = re
      } else {
        values[Self.index(l, m)] = 2.0.squareRoot() * re
        values[Self.index(l, -m)] = 2.0.squareRoot() * im
      }
    }
    return values
  }
}
