/// Complex spherical harmonics Y_lm of m >= 0, orthonormal on the unit sphere, for all l up to a
/// limit; Y_l,-m is the complex conjugate of Y_lm.
///
/// They are those of the textbooks without the Condon-Shortley phase (-1)^m, which drops out of every
/// invariant. With P_lm the normalised associated Legendre function divided by sin^m(theta),
///
///     Y_lm = P_lm(z) (x + i y)^m,
///     P_mm = sqrt((2m + 1)/(2m)) P_m-1,m-1,
///     P_lm = a_lm (z P_l-1,m - P_l-2,m / a_l-1,m),  a_lm = sqrt((4 l^2 - 1)/(l^2 - m^2)).
///
/// Stable in forward direction; no trigonometric function and no pole. `RealSphericalHarmonics` are
/// made of the same values.
@frozen
public struct SphericalHarmonics: Sendable {
  /// The largest l.
  public let maxDegree: Int
  /// P_mm and, at index(l, m), a_lm and a_lm / a_l-1,m.
  @usableFromInline let diagonal: [Double]
  @usableFromInline let first: [Double]
  @usableFromInline let second: [Double]

  /// The number of (l, m) with 0 <= m <= l.
  public var count: Int { (maxDegree + 1) * (maxDegree + 2) / 2 }

  /// Where (l, m) stands: l slowest.
  @inlinable @inline(__always)
  public static func index(_ l: Int, _ m: Int) -> Int { l * (l + 1) / 2 + m }

  /// Tables for all l up to `maxDegree`, which is not negative.
  public init(maxDegree: Int) {
    precondition(maxDegree >= 0, "a degree is not negative")
    self.maxDegree = maxDegree
    var diagonal = [(1 / (4 * Double.pi)).squareRoot()]
    let count = (maxDegree + 1) * (maxDegree + 2) / 2
    var first = [Double](repeating: 0, count: count)
    var second = first
    let a = { (l: Int, m: Int) in
      (Double(4 * l * l - 1) / Double(l * l - m * m)).squareRoot()
    }
    if maxDegree > 0 {
      for m in 1...maxDegree {
        diagonal.append(diagonal[m - 1] * (Double(2 * m + 1) / Double(2 * m)).squareRoot())
      }
      for l in 1...maxDegree {
        for m in 0..<l {
          first[Self.index(l, m)] = a(l, m)
          if m < l - 1 { second[Self.index(l, m)] = a(l, m) / a(l - 1, m) }
        }
      }
    }
    self.diagonal = diagonal
    self.first = first
    self.second = second
  }

  /// Calls `body(l, m, re, im)` with weight Y_lm of the direction (x, y, z), a unit vector, for all
  /// l and 0 <= m <= l; m slowest.
  @inlinable @inline(__always)
  public func forEach(
    _ x: Double, _ y: Double, _ z: Double, weight: Double,
    _ body: (_ l: Int, _ m: Int, _ real: Double, _ imaginary: Double) -> Void
  ) {
    var (c, s) = (weight, 0.0)
    for m in 0...maxDegree {
      var index = Self.index(m, m)
      var value = diagonal[m]
      var before = 0.0
      body(m, m, value * c, value * s)
      for l in stride(from: m + 1, through: maxDegree, by: 1) {
        index += l
        let next = first[index] * z * value - second[index] * before
        (before, value) = (value, next)
        body(l, m, value * c, value * s)
      }
      (c, s) = (c * x - s * y, c * y + s * x)
    }
  }

  /// Adds weight Y_lm of the direction (x, y, z), a unit vector, to the sums.
  @inlinable @inline(__always)
  public func add(
    _ x: Double, _ y: Double, _ z: Double, weight: Double,
    real: UnsafeMutablePointer<Double>, imaginary: UnsafeMutablePointer<Double>
  ) {
    forEach(x, y, z, weight: weight) { l, m, re, im in
      let index = Self.index(l, m)
      real[index] += re
      imaginary[index] += im
    }
  }
}
