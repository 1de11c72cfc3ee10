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
/// Stable in forward direction; no trigonometric function and no pole.
struct SphericalHarmonics: Sendable {
  /// The largest l.
  let maxDegree: Int
  /// P_mm and, at index(l, m), a_lm and a_lm / a_l-1,m.
  private let diagonal: [Double]
  private let first: [Double]
  private let second: [Double]

  /// The number of (l, m) with 0 <= m <= l.
  var count: Int { (maxDegree + 1) * (maxDegree + 2) / 2 }

  /// Where (l, m) stands: l slowest.
  @inline(__always)
  static func index(_ l: Int, _ m: Int) -> Int { l * (l + 1) / 2 + m }

  init(maxDegree: Int) {
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

  /// Adds weight Y_lm of the direction (x, y, z), a unit vector, to the sums.
  @inline(__always)
  func add(
    _ x: Double, _ y: Double, _ z: Double, weight: Double,
    real: UnsafeMutablePointer<Double>, imaginary: UnsafeMutablePointer<Double>
  ) {
    var (c, s) = (weight, 0.0)
    for m in 0...maxDegree {
      var index = Self.index(m, m)
      var value = diagonal[m]
      var before = 0.0
      real[index] += value * c
      imaginary[index] += value * s
      for l in stride(from: m + 1, through: maxDegree, by: 1) {
        index += l
        let next = first[index] * z * value - second[index] * before
        (before, value) = (value, next)
        real[index] += value * c
        imaginary[index] += value * s
      }
      (c, s) = (c * x - s * y, c * y + s * x)
    }
  }
}
