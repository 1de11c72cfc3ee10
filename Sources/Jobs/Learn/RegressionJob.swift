internal import FileFormats
internal import Geometry
internal import Learning
internal import Mathematics

/// Linear ridge regression from an archive of features: a model, and predictions of the test part.
public struct RidgeJob: Job {
  /// The features, perhaps `FILE.npz:ARRAY`.
  public let features: String
  /// The model; nil: it is not stored.
  public let output: String?
  /// What is learned.
  public let settings: RidgeSettings
  private let alphas: NumberGrid

  /// Throws: `InvalidInput` for settings that make no sense.
  public init(features: String, output: String?, settings: RidgeSettings) throws {
    self.features = features
    self.output = output
    self.settings = settings
    alphas = try NumberGrid(parsing: settings.alphas, quantity: "alphas")
    _ = try settings.preparation.scaling(settings.data.scale)
    try ModelFile.checkOutputs(model: output, table: settings.predictions)
    try settings.field.validate()
    if try settings.field.isWanted(baseline: settings.data.baseline),
      let table = settings.predictions
    {
      _ = try TableFormat.writing(table, [.csv])
    }
  }

  /// Learns, tests and writes what was asked for.
  ///
  /// Throws: `DataError` for files; `InvalidData` for samples that nothing can be learned from.
  public func run(_ context: JobContext) throws -> JobReport {
    if try settings.field.isWanted(baseline: settings.data.baseline) {
      try ForceFieldJob.refuse(settings.data, settings.preparation)
      return try ForceFieldJob(
        features: features, output: output, data: settings.data, split: settings.split,
        field: settings.field, alphas: alphas,
        members: ForceFieldJob.members(settings.spread, settings.members),
        predictions: settings.predictions
      ).run(context)
    }
    if settings.stream || StreamedRidgeJob.isWanted(features) {
      return try StreamedRidgeJob(
        features: features, output: output, settings: settings, alphas: alphas
      ).run(context)
    }
    let loaded = try settings.data.load(features, groupBy: settings.split.groupBy, context)
    let split = try settings.split.make(
      loaded.features, hashes: loaded.hashes, groups: loaded.groups)
    let (x, y) = loaded.part(split.training)
    var scaling = try settings.preparation.scaling(settings.data.scale)
    let isChosen = alphas.values.count > 1 || loaded.weights.count > 1
    let folds =
      isChosen
      ? try settings.split.crossValidation(x.rows, groups: loaded.groups(split.training)) : []
    var best: (score: Double, choice: Int, model: RegressionModel)?
    for choice in loaded.weights.indices {
      scaling.blocks = loaded.blocks(choice)
      let model = try RegressionModel(
        ridge: .init(alphas: alphas.values), x, y, targetNames: loaded.names, splits: folds,
        scaling: scaling, posterior: settings.spread == .posterior, threads: context.threads)
      guard case .ridge(let ridge) = model.core else { continue }
      let score = ridge.scores.filter { !$0.isNaN }.min() ?? 0
      if score < best?.score ?? .infinity { best = (score, choice, model) }
    }
    guard let (_, choice, model) = best else {
      throw InvalidData("no weights of the features have a finite score")
    }
    scaling.blocks = loaded.blocks(choice)
    var trained = TrainedModel.regression(model)
    guard case .ridge(let ridge) = model.core else {
      throw InvalidData("a ridge regression gave another model")
    }
    alphas.warnAtEdge(ridge.alpha, "alphas", context)
    if settings.spread == .committee {
      let (names, alpha, scaling) = (loaded.names, ridge.alpha, scaling)
      let committee = try Committee(
        count: settings.members, seed: settings.split.seed, x, y, threads: context.threads
      ) { x, y in
        try RegressionModel(
          ridge: .init(alphas: [alpha]), x, y, targetNames: names, splits: [], scaling: scaling)
      }
      trained = .committee(committee)
    }
    var note: [ResultSummary.Cell] = [.text("alpha"), .number(ridge.alpha)]
    for weight in loaded.weights[choice].dropFirst() { note += [.text("weight"), .number(weight)] }
    return try RegressionOutput(model: output, predictions: settings.predictions).finish(
      trained, loaded, split, note: note)
  }
}

/// Kernel ridge regression from an archive of features: a model, and predictions of the test part.
public struct KernelJob: Job {
  /// The features, perhaps `FILE.npz:ARRAY`.
  public let features: String
  /// The model; nil: it is not stored.
  public let output: String?
  /// What is learned.
  public let settings: KernelSettings
  private let alphas: NumberGrid
  private let gammas: NumberGrid
  private let isForceField: Bool

  /// Throws: `InvalidInput` for settings that make no sense.
  public init(features: String, output: String?, settings: KernelSettings) throws {
    self.features = features
    self.output = output
    self.settings = settings
    alphas = try NumberGrid(parsing: settings.alphas, quantity: "alphas")
    gammas = try settings.choice.gammas()
    _ = try settings.preparation.scaling(settings.data.scale)
    try ModelFile.checkOutputs(model: output, table: settings.predictions)
    try settings.field.validate()
    try settings.sparse.validate()
    isForceField = try settings.field.isWanted(baseline: settings.data.baseline)
    if isForceField {
      if let table = settings.predictions { _ = try TableFormat.writing(table, [.csv]) }
    } else if settings.spread != .none {
      throw InvalidInput(
        "spread", value: settings.spread.rawValue,
        expected: "none without forces: predictions have the spread of the process anyway")
    }
  }

  /// Learns, tests and writes what was asked for.
  ///
  /// Throws: `DataError` for files; `InvalidData` for samples that nothing can be learned from.
  public func run(_ context: JobContext) throws -> JobReport {
    if isForceField { return try forceField().run(context) }
    let loaded = try settings.data.load(features, groupBy: settings.split.groupBy, context)
    let split = try settings.split.make(
      loaded.features, hashes: loaded.hashes, groups: loaded.groups)
    let (x, y) = loaded.part(split.training)
    let kernels = try settings.choice.kernels()
    let isSingle = kernels.count == 1 && alphas.values.count == 1
    guard loaded.weights.count == 1 else {
      throw InvalidInput(
        "with-features", value: "\(loaded.weights.count) choices of weights",
        expected: "one weight for each; ridge chooses among several")
    }
    var scaling = try settings.preparation.scaling(settings.data.scale)
    scaling.blocks = loaded.blocks(0)
    let model = try RegressionModel(
      kernels: kernels, alphas: alphas.values, x, y, targetNames: loaded.names,
      splits: isSingle
        ? [] : settings.split.crossValidation(x.rows, groups: loaded.groups(split.training)),
      scaling: scaling, threads: context.threads)
    guard case .kernel(let fitted) = model.core else {
      throw InvalidData("a kernel regression gave another model")
    }
    alphas.warnAtEdge(fitted.alpha, "alphas", context)
    var note: [ResultSummary.Cell] = [.text("alpha"), .number(fitted.alpha)]
    switch fitted.kernel {
    case .linear: break
    case .radialBasis(let gamma), .polynomial(_, let gamma, _):
      note += [.text("gamma"), .number(gamma)]
      gammas.warnAtEdge(gamma, "gamma", context)
    }
    return try RegressionOutput(model: output, predictions: settings.predictions).finish(
      .regression(model), loaded, split, note: note)
  }
}

extension KernelJob {
  /// The same with forces.
  ///
  /// Throws: `InvalidInput` for what a force field does not have.
  private func forceField() throws -> ForceFieldJob {
    try ForceFieldJob.refuse(settings.data, settings.preparation)
    return try ForceFieldJob(
      features: features, output: output, data: settings.data, split: settings.split,
      field: settings.field, alphas: alphas,
      kernels: settings.choice.kernels(
        default: SparseKernelSettings.defaultGammas(settings.choice.kernel)),
      sparse: settings.sparse,
      members: ForceFieldJob.members(settings.spread, settings.members),
      predictions: settings.predictions)
  }
}

/// What all regressions write.
struct RegressionOutput {
  /// Where the model goes.
  let model: String?
  /// Where the predictions of the test part go.
  let predictions: String?

  /// The errors of both parts as a summary, and the files that were asked for.
  func finish(
    _ trained: TrainedModel, _ data: DataSettings.Loaded, _ split: Split,
    note: [ResultSummary.Cell]
  ) throws -> JobReport {
    try finish(trained, data, split, note: note) { rows, spreads in
      try trained.predict(data.part(rows).x, spreads: spreads)
    }
  }

  /// The same with predictions of some of the samples from elsewhere: `predict(rows, with spreads)`.
  func finish(
    _ trained: TrainedModel, _ data: DataSettings.Loaded, _ split: Split,
    note: [ResultSummary.Cell], predict: ([Int], Bool) throws -> Prediction
  ) throws -> JobReport {
    var summary = ResultSummary(
      heads: ["target", "part", "samples", "RMSE", "MAE", "R2"], note: note)
    for (part, rows) in [("training", split.training), ("test", split.testing)] {
      let y = data.targets.selecting(rows: rows)
      let prediction = try predict(rows, part == "test" && predictions != nil)
      let metrics = try Metrics.byTarget(targets: y, predictions: prediction.values)
      if let taken = data.baselines?.selecting(rows: rows) {
        // The errors are the same; R2 tells how much of the whole is met.
        let whole = try Metrics.byTarget(targets: y + taken, predictions: prediction.values + taken)
        for (name, m) in zip(data.names, whole) {
          summary.rows.append([
            .text("\(name), baseline added"), .text(part), .count(rows.count), .number(m.rmse),
            .number(m.mae), .fixed(m.r2, 6),
          ])
        }
      }
      for (name, m) in zip(data.names, metrics) {
        summary.rows.append([
          .text(name), .text(part), .count(rows.count), .number(m.rmse), .number(m.mae),
          .fixed(m.r2, 6),
        ])
      }
      if part == "test", let predictions {
        try write(prediction, data, rows, to: predictions)
      }
    }
    let names = data.names.joined(separator: ", ")
    let table = predictions.map {
      JobReport(what: "predictions", amount: "\(split.testing.count) samples", output: $0)
    }
    guard let model else {
      return JobReport(
        what: "regression", amount: names, output: nil, others: [table].compactMap { $0 },
        summary: summary)
    }
    try ModelFile(model: trained, featureHyperparameters: data.features.hyperparameters)
      .write(to: model)
    return JobReport(
      what: "model", amount: names, output: model, others: [table].compactMap { $0 },
      summary: summary)
  }

  private func write(
    _ prediction: Prediction, _ data: DataSettings.Loaded, _ rows: [Int], to path: String
  ) throws {
    let labels = ResultTable.labels(of: data.features).map { label in
      (name: label.name, values: rows.map { label.values[$0] })
    }
    var parts = [("target", data.targets.selecting(rows: rows)), ("predicted", prediction.values)]
    if let spreads = prediction.spreads { parts.append(("spread", spreads)) }
    var values = Matrix(rows: rows.count, columns: parts.count * data.names.count)
    for i in rows.indices {
      for (p, part) in parts.enumerated() {
        for t in data.names.indices { values[i, p * data.names.count + t] = part.1[i, t] }
      }
    }
    try ResultTable(
      labels: labels,
      names: parts.flatMap { part in data.names.map { "\(part.0)_\($0)" } }, values: values
    ).write(to: path)
  }
}
