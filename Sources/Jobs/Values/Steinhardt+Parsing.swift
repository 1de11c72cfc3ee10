public import OrderParameters

extension Steinhardt.Settings {
  /// The settings where a cutoff is known or, for Voronoi weights, not needed; nil otherwise.
  public init?(
    degrees: ClosedRange<Int>, optionalCutoff: Double?, weights: Steinhardt.Weights
  ) {
    guard optionalCutoff != nil || weights == .voronoi else { return nil }
    // Voronoi neighbours do not depend on it.
    self.init(degrees: degrees, cutoff: optionalCutoff ?? 1, weights: weights)
  }
}
