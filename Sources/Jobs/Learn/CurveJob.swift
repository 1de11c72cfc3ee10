internal import Geometry
internal import Learning
internal import Mathematics

/// Errors on a fixed test part against the number of training samples.
public struct CurveJob: Job {
  /// The features, perhaps `FILE.npz:ARRAY`.
  public let features: String
  /// The curve as a table; `-` prints it.
  public let output: String
  /// What is learned.
  public let settings: CurveSettings
  private let ridgeAlphas: NumberGrid
  private let alphas: NumberGrid
  private let isForceField: Bool

  /// Throws: `InvalidInput` for settings that make no sense.
  public init(features: String, output: String, settings: CurveSettings) throws {
    self.features = features
    self.output = output
    self.settings = settings
    ridgeAlphas = try NumberGrid(parsing: settings.ridgeAlphas, quantity: "ridge-alphas")
    alphas = try NumberGrid(parsing: settings.alphas, quantity: "alphas")
    _ = try settings.choice.kernels()
    try settings.field.validate()
    try settings.sparse.validate()
    isForceField = try settings.field.isWanted(baseline: settings.data.baseline)
  }

  /// Learns with every number of samples.
  ///
  /// Throws: `DataError` for files; `InvalidData` for samples that nothing can be learned from.
  public func run(_ context: JobContext) throws -> JobReport {
    if isForceField {
      try ForceFieldJob.refuse(settings.data, settings.preparation)
      let table = try ForceFieldCurve(
        features: features, settings: settings,
        alphas: settings.model == .ridge ? ridgeAlphas.values : alphas.values
      ).table(context)
      try table.write(to: output)
      return report(table.values.rows)
    }
    let loaded = try settings.data.load(features, groupBy: settings.split.groupBy, context)
    let split = try settings.split.make(
      loaded.features, hashes: loaded.hashes, groups: loaded.groups)
    guard loaded.weights.count == 1 else {
      throw InvalidInput(
        "with-features", value: "\(loaded.weights.count) choices of weights",
        expected: "one weight for each; ridge chooses among several")
    }
    var prepared = try settings.preparation.scaling(settings.data.scale)
    prepared.blocks = loaded.blocks(0)
    let (names, options, scaling, threads, groups) = (
      loaded.names, settings.split, prepared, context.threads, loaded.groups
    )
    let kernels = try settings.choice.kernels()
    let curve = try LearningCurve(
      sizes: settings.trainingSizes(split.training.count), repeats: settings.repeats,
      seed: options.seed, loaded.features.values, loaded.targets, split
    ) { x, y, rows in
      // Samples of a group are in the same fold, as they are in the same part.
      let folds = try options.crossValidation(
        x.rows, groups: groups.map { all in rows.map { all[$0] } })
      return switch settings.model {
      case .ridge:
        try RegressionModel(
          ridge: .init(alphas: ridgeAlphas.values), x, y, targetNames: names, splits: folds,
          scaling: scaling, threads: threads)
      case .kernel:
        try RegressionModel(
          kernels: kernels, alphas: alphas.values, x, y, targetNames: names, splits: folds,
          scaling: scaling, threads: threads)
      }
    }
    let rows = curve.points.map { point in
      let n = Double(point.testing.count)
      return [
        point.meanError, point.errorDeviation,
        point.testing.reduce(0) { $0 + $1.mae } / n, point.testing.reduce(0) { $0 + $1.r2 } / n,
        point.training.reduce(0) { $0 + $1.rmse } / n,
      ]
    }
    try ResultTable(
      labels: [("samples", curve.points.map(\.count))],
      names: ["rmse", "deviation", "mae", "r2", "training_rmse"], values: Matrix(rows)
    ).write(to: output)
    return report(rows.count)
  }

  private func report(_ sizes: Int) -> JobReport {
    JobReport(
      what: "learning curve", amount: "\(sizes) sizes", output: output == "-" ? nil : output)
  }
}
