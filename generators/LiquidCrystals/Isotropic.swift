public import Geometry

/// An isotropic liquid: axes in all directions, centres anywhere without overlap, in a periodic cube.
///
/// By default the measured order tensor is exactly zero, which independent directions do not give:
/// their largest eigenvalue is 0.82/sqrt(N) on average. Labels as those of `Nematic`.
public struct Isotropic: Generator, Equatable {
  /// Particles and density.
  public var specimen: Specimen
  /// How axes are drawn.
  public var sampling: AxisSampling

  /// An isotropic liquid.
  public init(specimen: Specimen, sampling: AxisSampling = AxisSampling()) {
    self.specimen = specimen
    self.sampling = sampling
  }

  /// "isotropic".
  public var name: String { "isotropic" }

  /// Frame `index` of a set of `count`.
  ///
  /// Throws: `InvalidInput` for parameters that cannot be met, `PackingFailure` where no positions
  /// without overlap were found.
  public func frame(index: Int, of count: Int, seed: UInt64) throws -> Frame {
    try Nematic(specimen: specimen, order: 0, sampling: sampling).frame(
      index: index, of: count, seed: seed, phase: name, family: .isotropic)
  }
}
