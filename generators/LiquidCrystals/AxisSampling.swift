internal import Geometry
internal import Mathematics

/// How the axes of the particles are drawn about the director.
public struct AxisSampling: Equatable, Sendable {
  /// The distribution that is drawn from.
  public var distribution: OrientationalDistribution
  /// Whether the draws are bent until the measured order is exactly the target: S within 1e-12, the
  /// director exact, no biaxiality. Otherwise they are independent, and the measured S of N of them
  /// scatters about the target and is biased upwards, 0.82/sqrt(N) for isotropic ones.
  public var isExact: Bool

  /// Watson's distribution, bent to the exact order, unless said otherwise.
  public init(distribution: OrientationalDistribution = .watson, isExact: Bool = true) {
    self.distribution = distribution
    self.isExact = isExact
  }

  /// `count` axes of the given order about z.
  ///
  /// Throws: `InvalidInput` for an order that the distribution, or so few particles, cannot have.
  func axes(count: Int, order: Double, _ stream: inout RandomStream) throws -> [Vector3] {
    let drawn = try distribution.axes(count: count, order: order, &stream)
    return isExact ? try ExactOrder.bend(drawn, order: order, &stream) : drawn
  }

  /// Throws: `InvalidInput` unless orders of the range exist.
  func require(_ order: ValueRange) throws {
    let lowest = distribution == .onsager ? 0.0 : -0.5
    try order.require(
      "nematic order", within: lowest...1, "a number between \(lowest) and 1")
  }
}
