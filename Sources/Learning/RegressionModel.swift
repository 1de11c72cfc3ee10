public import Mathematics

/// The predictions of a model for some samples.
public struct Prediction: Equatable, Sendable {
  /// Samples by targets, in the unit of the targets.
  public var values: Matrix
  /// One standard deviation of each, in the unit of the targets; nil where the model has none.
  public var spreads: Matrix?

  /// Values with their spreads, where there are any.
  public init(values: Matrix, spreads: Matrix? = nil) {
    self.values = values
    self.spreads = spreads
  }
}

/// A regression from raw features to raw targets: a transform of the targets, scalers and perhaps a
/// whitening fitted on the training part, and a ridge or kernel ridge regression between them.
public struct RegressionModel: Equatable, Sendable {
  /// The regression between the scalers.
  public enum Core: Equatable, Sendable {
    /// Ridge regression.
    case ridge(RidgeRegression)
    /// Kernel ridge regression.
    case kernel(KernelRidgeRegression)
  }

  /// What is done to features and targets before a regression.
  public struct Scaling: Equatable, Codable, Sendable {
    /// How features are scaled.
    public var features: Scaler.Mode
    /// How targets are scaled.
    public var targets: Scaler.Mode
    /// How many principal components of the scaled features are whitened and learned from; nil leaves
    /// the features as they are.
    public var components: Int?
    /// How many principal components of the scaled features are learned from, each with its own variance;
    /// nil leaves the features as they are.
    public var reduction: Int?
    /// Blocks of features that are scaled by themselves; none: all columns are one.
    public var blocks: [Scaler.Block]
    /// What is done to the targets before they are scaled.
    public var transform: TargetTransform

    /// Features as a whole matrix without whitening, every target to unit variance, unless said
    /// otherwise.
    public init(
      features: Scaler.Mode = .matrix, targets: Scaler.Mode = .columns, components: Int? = nil,
      reduction: Int? = nil, blocks: [Scaler.Block] = [], transform: TargetTransform = .identity
    ) {
      self.features = features
      self.targets = targets
      self.components = components
      self.reduction = reduction
      self.blocks = blocks
      self.transform = transform
    }
  }

  /// The names of the targets, in the order of the columns.
  public let targetNames: [String]
  /// The scaler of the features.
  public let featureScaler: Scaler
  /// The whitening of the scaled features, where there is one.
  public let whitening: Whitening?
  /// The transform of the targets, before they are scaled.
  public let transform: TargetTransform
  /// The scaler of the transformed targets.
  public let targetScaler: Scaler
  /// The regression on scaled features and targets.
  public let core: Core
  /// The spread of a linear core, where it was asked for.
  public let posterior: LinearPosterior?

  init(
    targetNames: [String], featureScaler: Scaler, whitening: Whitening? = nil,
    transform: TargetTransform = .identity, targetScaler: Scaler, core: Core,
    posterior: LinearPosterior?
  ) {
    self.targetNames = targetNames
    self.featureScaler = featureScaler
    self.whitening = whitening
    self.transform = transform
    self.targetScaler = targetScaler
    self.core = core
    self.posterior = posterior
  }

  /// A ridge regression, alpha cross-validated over the splits of the rows of `x`; with `posterior`
  /// predictions have a spread (Tikhonov regularisation only).
  ///
  /// Throws: `InvalidData` for unusable data or settings, `NumericalError` when a decomposition fails;
  /// `Stopped`.
  public init(
    ridge settings: RidgeRegression.Settings, _ x: Matrix, _ y: Matrix, targetNames: [String],
    splits: [Split], scaling: Scaling = Scaling(), posterior: Bool = false,
    threads: Int = Parallel.availableThreads
  ) throws {
    guard !posterior || settings.method == .tikhonov else {
      throw InvalidData("a posterior belongs to Tikhonov regularisation, not to a cutoff")
    }
    let data = try Self.scaled(x, y, targetNames, scaling)
    let ridge =
      splits.isEmpty && settings.alphas.count == 1 && !settings.isRelative
      ? try RidgeRegression(
        data.x, data.y, alpha: settings.alphas[0], method: settings.method,
        intercept: settings.intercept)
      : try RidgeRegression(data.x, data.y, splits: splits, settings, threads: threads)
    self.init(
      targetNames: targetNames, featureScaler: data.features, whitening: data.whitening,
      transform: scaling.transform, targetScaler: data.targets,
      core: .ridge(ridge),
      posterior: posterior
        ? try LinearPosterior(
          data.x, data.y, alpha: ridge.alpha, intercept: settings.intercept) : nil)
  }

  /// A kernel ridge regression, kernel and alpha cross-validated over the splits of the rows of `x`
  /// unless there is one of each and no split. Predictions always have a spread.
  ///
  /// Throws: `InvalidData` for unusable data or settings, `NumericalError` when a decomposition fails;
  /// `Stopped`.
  public init(
    kernels: [Kernel], alphas: [Double], _ x: Matrix, _ y: Matrix, targetNames: [String],
    splits: [Split], scaling: Scaling = Scaling(), score: Score = .meanSquaredError,
    threads: Int = Parallel.availableThreads
  ) throws {
    let data = try Self.scaled(x, y, targetNames, scaling)
    let core =
      splits.isEmpty && kernels.count == 1 && alphas.count == 1
      ? try KernelRidgeRegression(data.x, data.y, kernel: kernels[0], alpha: alphas[0])
      : try KernelRidgeRegression(
        data.x, data.y, kernels: kernels, alphas: alphas, splits: splits, score: score,
        threads: threads)
    self.init(
      targetNames: targetNames, featureScaler: data.features, whitening: data.whitening,
      transform: scaling.transform, targetScaler: data.targets,
      core: .kernel(core), posterior: nil)
  }

  private static func scaled(
    _ x: Matrix, _ y: Matrix, _ names: [String], _ scaling: Scaling
  ) throws -> (x: Matrix, y: Matrix, features: Scaler, whitening: Whitening?, targets: Scaler) {
    guard names.count == y.columns else {
      throw InvalidData("\(names.count) names of \(y.columns) targets")
    }
    try RidgeRegression.check(x, y, alphas: [0])
    try scaling.transform.check()
    let transformed = try scaling.transform.apply(y)
    let features =
      scaling.blocks.isEmpty
      ? try Scaler(fitting: x, scaling.features)
      : try Scaler(fitting: x, scaling.features, blocks: scaling.blocks)
    let targets = try Scaler(fitting: transformed, scaling.targets)
    var scaledX = try features.transform(x)
    let whitening =
      try scaling.components.map { try Whitening(scaledX, count: $0) }
      ?? scaling.reduction.map { try Whitening(reducing: scaledX, count: $0) }
    if let whitening { scaledX = try whitening.transform(scaledX) }
    return (scaledX, try targets.transform(transformed), features, whitening, targets)
  }

  /// The predictions for raw features.
  ///
  /// Throws: `InvalidData` when the number of features is another than in the fit, `NumericalError`
  /// when a spread cannot be computed; `Stopped`.
  public func predict(_ x: Matrix, spreads: Bool = true) throws -> Prediction {
    var scaled = try featureScaler.transform(x)
    if let whitening { scaled = try whitening.transform(scaled) }
    var deviations: Matrix?
    let values: Matrix
    switch core {
    case .ridge(let ridge):
      values = try ridge.predict(scaled)
      if spreads { deviations = try posterior?.deviations(scaled) }
    case .kernel(let kernel):
      values = try kernel.predict(scaled)
      if spreads {
        let posterior = try kernel.posteriorDeviations(scaled)
        var all = Matrix(rows: x.rows, columns: kernel.amplitudes.count)
        for i in 0..<x.rows {
          for (t, amplitude) in kernel.amplitudes.enumerated() {
            let variance = posterior[i] * posterior[i] + kernel.alpha
            all[i, t] = (max(0, amplitude) * variance).squareRoot()
          }
        }
        deviations = all
      }
    }
    return try transform.inverse(
      Prediction(
        values: try targetScaler.inverse(values),
        spreads: deviations?.scaling(columns: targetScaler.scales)))
  }
}
