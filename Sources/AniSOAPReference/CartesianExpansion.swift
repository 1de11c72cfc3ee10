public import AniSOAP
internal import Foundation
public import Geometry
internal import Mathematics

/// The expansion of Gaussian densities by way of all Cartesian moments, as the paper has it, with 32
/// digits: a check of `DensityExpansion`, with which it shares the radial transformation alone.
///
/// For a Gaussian with mean b and covariance C all moments M[p, q, s] = <x^p y^q z^s> up to the degree
/// D = lmax + 2 nmax come from (paper, Eqs. A55 to A60)
///
///     M[p + 1, q, s] = b_x M[p, q, s] + C_xx p M[p - 1, q, s] + C_xy q M[p, q - 1, s]
///                      + C_xz s M[p, q, s - 1]
///
/// and likewise along y and z; <r^(2n) f> is the sum of <x^2 r^(2n-2) f>, <y^2 r^(2n-2) f> and
/// <z^2 r^(2n-2) f>. b and C are those of `ParticleDensities`. Some thousand times slower than the
/// engine that it checks.
///
///     let reference = try DensityExpansion(
///       hyperparameters, species: species, projection: CartesianExpansion(hyperparameters))
public struct CartesianExpansion: PairProjection {
  private let width: Double?
  private let counts: [Int]
  /// R_lm as polynomials in x, y, z, in the order l, m.
  private let harmonics: [[SolidHarmonics.Term]]
  private let transformations: [[[Double]]]

  /// Throws: `InvalidInput` for hyperparameters that make no sense, a density that is no Gaussian, or
  /// Slater-type functions; `NumericalError` when an overlap matrix is singular even with 32 digits.
  public init(_ hyperparameters: Hyperparameters) throws {
    try hyperparameters.validate()
    guard hyperparameters.density == .gaussian else {
      throw InvalidInput(
        "density", value: hyperparameters.density.rawValue, expected: "gaussian")
    }
    width = hyperparameters.basis.width
    let counts = hyperparameters.radialCounts
    self.counts = counts
    harmonics = counts.indices.flatMap { l in
      (-l...l).map { SolidHarmonics.cartesianPolynomial(l: l, m: $0, n: 0) }
    }
    transformations = try counts.enumerated().map { l, count in
      try RadialTransformation(
        basis: hyperparameters.basis, l: l, count: count, cutoff: hyperparameters.cutoff,
        rcond: hyperparameters.rcond
      ).matrix
    }
  }

  /// The coefficients of one particle seen from a centre, from its position less the centre's, its
  /// rotation and its semi-axes: l, m, n, the last fastest. No cutoff is applied.
  public func coefficients(
    at displacement: Vector3, orientation: UnitQuaternion, semiAxes: SemiAxes
  ) -> [Double] {
    let gaussian = ExactGaussian(displacement, orientation, semiAxes, width: width)
    let degree = counts.enumerated().map { $0.offset + 2 * max(0, $0.element - 1) }.max() ?? 0
    var moments = CartesianMoments(gaussian, degree: degree)
    // <r^(2n) R_lm>, by n and then l, m.
    var sums: [[Double]] = []
    for n in 0..<(counts.max() ?? 0) {
      if n > 0 { moments.multiplyBySquare() }
      sums.append(
        counts.indices.flatMap { l in
          (0...(2 * l)).map { m in
            n < counts[l] ? gaussian.weight * moments.contracted(harmonics[l * l + m]) : 0
          }
        })
    }
    var result: [Double] = []
    for (l, matrix) in transformations.enumerated() {
      for m in 0...(2 * l) {
        for row in matrix {
          result.append(row.indices.reduce(0) { $0 + row[$1] * sums[$1][l * l + m] })
        }
      }
    }
    return result
  }

  /// The coefficients of the particles of a frame, as `PairProjection` says.
  ///
  /// Throws: `InvalidInput` when semi-axes or rotations are missing.
  public func coefficients(
    of frame: Frame
  ) throws -> @Sendable (_ particle: Int, _ displacement: Vector3) throws -> [Double] {
    let (axes, orientations) = (try frame.shapesToExpand(), frame.orientations)
    return { j, r in
      coefficients(at: r, orientation: orientations?[j] ?? .identity, semiAxes: axes[j])
    }
  }
}

/// The Gaussian that the kernel sees, with 32 digits: weight, mean b and covariance C.
private struct ExactGaussian {
  let weight: Double
  private(set) var mean: [DoubleDouble]
  private(set) var covariance: [[DoubleDouble]]

  init(_ r: Vector3, _ q: UnitQuaternion, _ axes: SemiAxes, width: Double?) {
    let rotation = Self.rotation(q)
    let squares = (0..<3).map { DoubleDouble(axes.vector[$0]) * DoubleDouble(axes.vector[$0]) }
    let r = (0..<3).map { DoubleDouble(r[$0]) }
    guard let width else {
      weight = 1
      mean = r
      covariance = Self.turned(squares, rotation)
      return
    }
    let square = DoubleDouble(width) * DoubleDouble(width)
    let inverse = squares.map { 1 / ($0 + square) }
    let matrix = Self.turned(inverse, rotation)
    let product = (0..<3).map { i in (0..<3).reduce(DoubleDouble(0)) { $0 + matrix[i][$1] * r[$1] }
    }
    let exponent = (0..<3).reduce(DoubleDouble(0)) { $0 + r[$1] * product[$1] }
    let scale = inverse.reduce(DoubleDouble(1)) { $0 * $1 * square }
    // exp takes what the double leaves out of a large exponent as a factor.
    weight =
      scale.squareRoot.value * exp(-0.5 * exponent.high) * (1 - 0.5 * exponent.low)
    let factor = DoubleDouble(2).squareRoot * DoubleDouble(width)
    mean = product.map { factor * $0 }
    covariance = Self.turned(
      zip(squares, inverse).map { ($0 - square) * $1 }, rotation)
  }

  /// The rotation matrix of the quaternion, made of unit length with 32 digits.
  private static func rotation(_ q: UnitQuaternion) -> [[DoubleDouble]] {
    let (w, x, y, z) = (
      DoubleDouble(q.w), DoubleDouble(q.x), DoubleDouble(q.y), DoubleDouble(q.z)
    )
    let twice = 2 / (w * w + x * x + y * y + z * z)
    return [
      [1 - twice * (y * y + z * z), twice * (x * y - w * z), twice * (x * z + w * y)],
      [twice * (x * y + w * z), 1 - twice * (x * x + z * z), twice * (y * z - w * x)],
      [twice * (x * z - w * y), twice * (y * z + w * x), 1 - twice * (x * x + y * y)],
    ]
  }

  /// R diag(d) R^T.
  private static func turned(
    _ d: [DoubleDouble], _ r: [[DoubleDouble]]
  ) -> [[DoubleDouble]] {
    (0..<3).map { i in
      (0..<3).map { j in (0..<3).reduce(DoubleDouble(0)) { $0 + r[i][$1] * d[$1] * r[j][$1] } }
    }
  }
}

/// <r^(2n) x^p y^q z^s> for p + q + s up to a degree that falls by 2 as n rises by 1.
private struct CartesianMoments {
  private let side: Int
  private var degree: Int
  private var values: [DoubleDouble]

  /// n = 0, of the Gaussian without its weight.
  init(_ g: ExactGaussian, degree: Int) {
    side = degree + 1
    self.degree = degree
    values = Array(repeating: 0, count: side * side * side)
    let steps = [side * side, side, 1]
    values[0] = 1
    for p in 0...degree {
      for q in 0...(degree - p) {
        for s in 0...(degree - p - q) where p + q + s > 0 {
          // One step along the first direction that has a power left.
          let axis = p > 0 ? 0 : q > 0 ? 1 : 2
          var powers = [p, q, s]
          powers[axis] -= 1
          let below = index(p, q, s) - steps[axis]
          var sum = g.mean[axis] * values[below]
          for other in 0..<3 where powers[other] > 0 {
            sum +=
              g.covariance[axis][other] * DoubleDouble(powers[other])
              * values[below - steps[other]]
          }
          values[index(p, q, s)] = sum
        }
      }
    }
  }

  private func index(_ p: Int, _ q: Int, _ s: Int) -> Int { (p * side + q) * side + s }

  /// From n to n + 1.
  mutating func multiplyBySquare() {
    degree -= 2
    for p in stride(from: 0, through: degree, by: 1) {
      for q in 0...(degree - p) {
        for s in 0...(degree - p - q) {
          values[index(p, q, s)] =
            values[index(p + 2, q, s)] + values[index(p, q + 2, s)] + values[index(p, q, s + 2)]
        }
      }
    }
  }

  /// The moment of a polynomial.
  func contracted(_ terms: [SolidHarmonics.Term]) -> Double {
    var sum: DoubleDouble = 0
    for term in terms { sum += term.coefficient * values[index(term.p, term.q, term.s)] }
    return sum.value
  }
}
