internal import Geometry
internal import Mathematics

/// Bends a set of unit vectors, as little as it takes, until its nematic order is exactly the one
/// asked for: order S about z, director z, no biaxiality.
///
/// With M = <u u^T> and the target T = diag((1 - S)/3, (1 - S)/3, (1 + 2S)/3) the map
/// u -> A u/|A u|, A = T^(1/2) M^(-1/2), would be exact but for the normalisation; repeated,
/// it converges (12 to 60 steps for 100 particles and more, up to some thousand cheap ones for four).
enum ExactOrder {
  /// All elements of M within this of the target end the iteration: rounding.
  private static let tolerance = 2e-15
  private static let maximumSteps = 50_000

  /// The axes, bent so that their order about z is `order` (|difference| < 1e-12).
  ///
  /// Three axes must stand on one cone, a third of a turn apart; only the turn is left to chance.
  ///
  /// Throws: `InvalidInput` where so few axes cannot have that order, `NumericalError` when the
  /// iteration does not converge.
  static func bend(
    _ axes: [Vector3], order: Double, _ stream: inout RandomStream
  ) throws -> [Vector3] {
    let count = axes.count
    if order == 1 { return axes }
    guard count >= 3 || (count == 2 && order == -0.5) else {
      throw InvalidInput(
        "number of particles", value: "\(count)",
        expected: "3 or more, which an exact nematic order other than 1 takes")
    }
    if count == 3 { return cone(order: order, &stream) }
    let target = Vector3((1 - order) / 3, (1 - order) / 3, (1 + 2 * order) / 3)
    return try bend(axes, secondMoments: target)
  }

  /// The axes, bent until <u u^T> is diagonal with the given elements, whose sum is 1.
  ///
  /// Throws: `NumericalError` when the iteration does not converge, as for targets that so few axes
  /// cannot have.
  static func bend(_ axes: [Vector3], secondMoments target: Vector3) throws -> [Vector3] {
    let root = target.squareRoot()
    var axes = axes
    if target.z == 0 { for i in axes.indices { axes[i].z = 0 } }
    for i in axes.indices { axes[i] = axes[i].normalized }
    var best = (error: Double.infinity, axes: axes, step: 0)
    for step in 0..<maximumSteps {
      let m = SymmetricMatrix3x3(meanSquareOf: axes)
      let error = m.largestDifference(fromDiagonal: target)
      if error < best.error { best = (error, axes, step) }
      if error < tolerance || (best.error < 1e-13 && step > best.step + 5) { return best.axes }
      guard error.isFinite else { break }
      let map = Matrix3x3(diagonal: root) * m.root(inverse: true)
      for i in axes.indices { axes[i] = (map * axes[i]).normalized }
    }
    guard best.error < 1e-13 else {
      throw NumericalError(
        "\(axes.count) axes cannot be given the mean squares \(target.x), \(target.y), \(target.z): "
          + "the closest found is off by \(best.error)")
    }
    return best.axes
  }

  /// For three axes sum u u^T = 3 T has the solutions u . z = +-sqrt((1 + 2S)/3), azimuths a third
  /// of a turn apart.
  private static func cone(order: Double, _ stream: inout RandomStream) -> [Vector3] {
    let z = max(0, (1 + 2 * order) / 3).squareRoot()
    let s = max(0, 2 * (1 - order) / 3).squareRoot()
    let first = stream.uniform(0, 2 * Double.pi)
    return (0..<3).map { k in
      let azimuth = first + Double(k) * 2 * Double.pi / 3
      let u = Vector3(s * cosine(azimuth), s * sine(azimuth), z)
      return stream.bits() & 1 == 0 ? u : -u
    }
  }
}
