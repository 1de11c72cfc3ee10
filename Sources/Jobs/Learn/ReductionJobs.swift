internal import Geometry
internal import Learning
internal import Mathematics

/// Principal components of features.
public struct ComponentJob: Job {
  /// The features, perhaps `FILE.npz:ARRAY`.
  public let features: String
  /// The model; nil: it is not stored.
  public let output: String?
  /// What is computed.
  public let settings: ComponentSettings

  /// The components of these features.
  ///
  /// Throws: `DataError` for outputs with other endings than are written.
  public init(features: String, output: String?, settings: ComponentSettings) throws {
    self.features = features
    self.output = output
    self.settings = settings
    try ModelFile.checkOutputs(model: output, table: settings.projections)
  }

  /// Computes the components.
  ///
  /// Throws: `DataError` for files; `InvalidData` for more components than there are.
  public func run(_ context: JobContext) throws -> JobReport {
    let table = try FeatureTable(contentsOf: features)
    let scaler = try Scaler(fitting: table.values, settings.scale)
    let pca = try PrincipalComponents(
      scaler.transform(table.values), count: settings.components)
    var summary = ResultSummary(heads: ["component", "part of the variance"], note: [])
    for (k, ratio) in pca.varianceRatios.enumerated() {
      summary.rows.append([.text("PC\(k + 1)"), .number(ratio)])
    }
    return try Reduction(model: output, projections: settings.projections).finish(
      .components(scaler, pca), table, summary)
  }
}

/// Principal covariates: between principal components and regression.
public struct CovariateJob: Job {
  /// The features, perhaps `FILE.npz:ARRAY`.
  public let features: String
  /// The model; nil: it is not stored.
  public let output: String?
  /// What is computed.
  public let settings: CovariateSettings

  /// The covariates of these features.
  ///
  /// Throws: `DataError` for outputs with other endings than are written.
  public init(features: String, output: String?, settings: CovariateSettings) throws {
    self.features = features
    self.output = output
    self.settings = settings
    try ModelFile.checkOutputs(model: output, table: settings.projections)
  }

  /// Computes the covariates, and the errors of the test part.
  ///
  /// Throws: `DataError` for files; `InvalidData` for samples that nothing can be learned from.
  public func run(_ context: JobContext) throws -> JobReport {
    let loaded = try settings.data.load(features, groupBy: settings.split.groupBy, context)
    let split = try settings.split.make(
      loaded.features, hashes: loaded.hashes, groups: loaded.groups)
    let (x, y) = loaded.part(split.training)
    let blocks = loaded.blocks(0)
    let sx =
      blocks.isEmpty
      ? try Scaler(fitting: x, settings.data.scale)
      : try Scaler(fitting: x, settings.data.scale, blocks: blocks)
    let sy = try Scaler(fitting: y, .matrix)
    let covariates = try PrincipalCovariates(
      sx.transform(x), sy.transform(y), mixing: settings.mixing, count: settings.components,
      alpha: settings.alpha)
    let (testX, testY) = loaded.part(split.testing)
    let tested = try sy.inverse(covariates.predict(sx.transform(testX)))
    let metrics = try Metrics.byTarget(targets: testY, predictions: tested)
    var summary = ResultSummary(heads: ["target", "test RMSE", "R2"], note: [])
    for (name, m) in zip(loaded.names, metrics) {
      summary.rows.append([.text(name), .number(m.rmse), .number(m.r2)])
    }
    return try Reduction(model: output, projections: settings.projections).finish(
      .covariates(sx, sy, covariates, targetNames: loaded.names), loaded.features, summary)
  }
}

/// What reductions have in common.
struct Reduction {
  /// Where the model goes.
  let model: String?
  /// Where the samples along the components go; `-` prints them.
  let projections: String?

  /// Writes what was asked for.
  func finish(
    _ trained: TrainedModel, _ table: FeatureTable, _ summary: ResultSummary
  ) throws -> JobReport {
    if let projections {
      try ResultTable(
        labels: ResultTable.labels(of: table), names: trained.outputNames,
        values: trained.predict(table.values).values
      ).write(to: projections)
    }
    if let model {
      try ModelFile(model: trained, featureHyperparameters: table.hyperparameters)
        .write(to: model)
    }
    let others = projections.flatMap { path in
      path == "-"
        ? nil
        : [JobReport(what: "projections", amount: "\(table.values.rows) samples", output: path)]
    }
    // A table that is printed stands alone, so that it can be read by other programs.
    return JobReport(
      what: "model", amount: "\(trained.outputNames.count) columns", output: model,
      others: others ?? [], summary: projections == "-" ? nil : summary)
  }
}

/// The most diverse samples or features.
public struct SelectionJob: Job {
  /// The features, perhaps `FILE.npz:ARRAY`.
  public let features: String
  /// The indices in the order of selection, as a table; `-` prints them.
  public let output: String
  /// What is selected.
  public let settings: SelectionSettings

  /// A selection of these features.
  public init(features: String, output: String, settings: SelectionSettings) {
    self.features = features
    self.output = output
    self.settings = settings
  }

  /// Selects.
  ///
  /// Throws: `DataError` for files; `InvalidData` for a count that there is not; `InvalidInput` without one.
  public func run(_ context: JobContext) throws -> JobReport {
    guard let count = settings.count else {
      throw InvalidInput("count", value: "missing", expected: "how many are selected")
    }
    let table = try FeatureTable(contentsOf: features)
    let x = try Scaler(fitting: table.values, settings.scale).transform(table.values)
    let axis = settings.axis
    let chosen =
      switch settings.method {
      case .fps: try Selection.farthestPoints(x, axis, count: count, first: settings.first)
      case .cur: try Selection.cur(x, axis, count: count)
      }
    if chosen.count < count {
      context.warning(
        "after \(chosen.count) \(axis.rawValue) nothing is left that is not a combination of them")
    }
    var labels = [(name: axis == .samples ? "sample" : "feature", values: chosen)]
    if axis == .samples, let frames = table.frames {
      labels.append(("frame", chosen.map { frames[$0] }))
    }
    try ResultTable(
      labels: labels, names: [], values: Matrix(rows: chosen.count, columns: 0)
    ).write(to: output)
    return JobReport(
      what: "selected \(axis.rawValue)", amount: "\(chosen.count)",
      output: output == "-" ? nil : output)
  }
}
