public import Geometry

/// The three contact functions of two ellipsoids, which are three different things.
///
/// With f(lambda) = lambda (1 - lambda) r^T [(1 - lambda) G_1 + lambda G_2]^-1 r and
/// G_i = R_i S_i^2 R_i^T:
///
/// - `gaussianOverlap`: |r| / sqrt(f(1/2)), the sigma_12 of the Gay-Berne potential. Wrong for
///   unequal sizes, even for spheres (sqrt(2 (R_1^2 + R_2^2)) instead of R_1 + R_2).
/// - `perramWertheim`: |r| / sqrt(max f), the exact distance of the centres at contact along r.
/// - `surfaceDistance`: the true distance between the surfaces.
///
/// Always sigma_GO >= sigma_PW, and the true distance is at most |r| - sigma_PW.
public enum Contact {
  /// sigma_12 = (1/2 rhat^T (G_1 + G_2)^-1 rhat)^(-1/2), Berne and Pechukas' overlap of Gaussians.
  ///
  /// Throws: `InvalidInput` unless |r| and the semi-axes are from 1e-20 to 1e20.
  public static func gaussianOverlap(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement r: Vector3
  ) throws -> Double {
    try require(first, second, displacement: r)
    let matrix = ContactMatrix(
      first.shape, second.shape, LaneVector(r), weight1: 0.5, weight2: 0.5)
    return (r.lengthSquared / matrix.value).squareRoot()
  }

  /// The maximum of f, where it is, and what follows from it.
  ///
  /// Throws: `InvalidInput` unless |r| and the semi-axes are from 1e-20 to 1e20.
  public static func perramWertheim(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement r: Vector3
  ) throws -> PerramWertheim {
    try require(first, second, displacement: r)
    let matrix = maximum(first, second, LaneVector(r))
    let result = PerramWertheimLanes(matrix, squared: r.lengthSquared)
    return PerramWertheim(
      value: result.value, lambda: matrix.weight2,
      gradient: result.slope * matrix.direction.vector, distance: result.distance)
  }

  /// Whether two ellipsoids overlap; at the same centre they do.
  ///
  /// A decision without the maximum of f: spheres inside and around settle most pairs, then one
  /// value f(lambda) >= 1 or one tangent below 1. It is right unless the contact function is nearer
  /// to 1 than 1e-28 (kappa/1000)^4, kappa the largest ratio of two semi-axes: what doubles cannot
  /// decide is decided with 32 digits.
  ///
  /// Throws: `InvalidInput` unless r is finite and the semi-axes are from 1e-20 to 1e20.
  public static func overlap(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement r: Vector3
  ) throws -> Bool {
    guard r.isFinite else { throw invalid(r, expected: "three finite numbers") }
    try first.requireRange()
    try second.requireRange()
    let squared = r.lengthSquared
    let outer = first.semiAxes.largest + second.semiAxes.largest
    if squared >= outer * outer { return false }
    let inner = first.semiAxes.smallest + second.semiAxes.smallest
    // Less than touching by far more than rounding: exact spheres go on to the decision.
    if squared < inner * inner * (1 - 1e-12) { return true }
    let verdict = OverlapDecision.decide(
      first.shape, second.shape, LaneVector(r), radii: (first.meanRadius, second.meanRadius),
      margin: first.overlapMargin(second))
    switch verdict {
    case .apart: return false
    case .overlapping: return true
    case .undecided: return ExactOverlap(first, second, displacement: r).overlaps()
    }
  }

  /// M at the maximising lambda.
  @inline(__always)
  static func maximum(
    _ first: Ellipsoid, _ second: Ellipsoid, _ r: LaneVector<Double>
  ) -> ContactMatrix<Double> {
    let ratio = ContactPolynomial(
      first.shape, second.shape, r, ratio: first.meanRadius * second.inverseRadius
    ).maximum()
    return ContactMatrix(first.shape, second.shape, r, ratio: ratio)
  }

  /// Throws: `InvalidInput` unless r has a length and all lengths are from 1e-20 to 1e20, that of r
  /// to the square root of `farthest`.
  @inline(__always)
  static func require(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement r: Vector3, farthest: Double = 1e40
  ) throws {
    let squared = r.lengthSquared
    // NaN does not pass either.
    guard squared >= 1e-40, squared <= farthest else {
      throw invalid(r, expected: "a vector of a length from 1e-20 to 1e+20")
    }
    try first.requireRange()
    try second.requireRange()
  }

  static func invalid(_ r: Vector3, expected: String) -> InvalidInput {
    InvalidInput(
      "displacement between two ellipsoids", value: "\(r.x) \(r.y) \(r.z)", expected: expected)
  }
}
