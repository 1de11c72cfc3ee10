internal import AniSOAP
internal import FileFormats
internal import Geometry

/// The derivatives of features on their way into an archive, kept on disk until that is finished.
final class FeatureGradientSpool {
  /// The derivatives that are wanted.
  let spools: [FeatureSettings.Gradient: SpooledRows]
  private var derivatives: FeatureDerivatives

  /// The row of the features of every row of the derivatives.
  var samples: [Int] { derivatives.samples }
  /// The particle of every row of the derivatives.
  var particles: [Int] { derivatives.particles }

  /// Throws: `InvalidInput` for features that have no derivatives; `DataError` when a file cannot be
  /// created beside the output.
  init(
    _ kinds: [FeatureSettings.Gradient], of derivatives: FeatureDerivatives, beside path: String
  ) throws {
    self.derivatives = derivatives
    spools = Dictionary(
      uniqueKeysWithValues: kinds.map { ($0, SpooledRows(beside: path)) })
  }

  /// What an archive takes.
  var spooled: SpooledGradients {
    SpooledGradients(samples: samples, particles: particles, spools: spools)
  }

  /// The features of a frame, whose derivatives are kept; `first` is the row of the first of them.
  ///
  /// Throws: as `DensityExpansion.coefficients(of:)`; `DataError` when writing fails.
  func add(_ frame: Frame, first: Int) throws -> FeatureRows {
    try derivatives.add(frame, first: first) { kind, rows in try spools[kind]?.append(rows) }
  }
}
