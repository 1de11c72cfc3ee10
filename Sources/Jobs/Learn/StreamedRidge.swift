internal import FileFormats
internal import Geometry
internal import Learning
internal import Mathematics

/// Linear ridge regression from features that are never in memory as a whole: two passes over the archive,
/// one for the triangles of the folds (`TriangularFactor`), one for the predictions.
///
/// In memory are targets and labels of all samples (some 100 bytes a sample) and, for p columns and f folds,
/// some 8 (f + 1) p^2 numbers. The model is that of `RidgeJob` but for rounding.
struct StreamedRidgeJob {
  let features: String
  let output: String?
  let settings: RidgeSettings
  let alphas: NumberGrid

  /// Features of more bytes than this are not held in memory.
  static let mostBytes = 2 << 30

  /// Whether the features are too large to be held, and can be read row by row. Archives that cannot be
  /// read at all are left to those who say why.
  static func isWanted(_ features: String) -> Bool {
    let (path, key) = TableFormat.split(features)
    guard let stream = try? NumPyMatrixStream(contentsOf: path, key ?? "features") else {
      return false
    }
    return stream.rows > mostBytes / 8 / max(1, stream.columns)
  }

  /// Learns, tests and writes what was asked for.
  ///
  /// Throws: `InvalidInput` for settings that need all features at once; `DataError` for files;
  /// `InvalidData` for samples that nothing can be learned from.
  func run(_ context: JobContext) throws -> JobReport {
    try refuse()
    let loaded = try settings.data.load(
      features, groupBy: settings.split.groupBy, streamed: true, context)
    let count = loaded.features.values.rows
    guard loaded.hashes != nil || settings.split.split != .hash else {
      throw InvalidInput(
        "split", value: settings.split.split.rawValue,
        expected: "random or order where features are read in blocks and targets have no frames")
    }
    let split = try settings.split.make(count, groups: loaded.groups) { loaded.hashes ?? [] }
    let folds =
      alphas.values.count > 1
      ? try settings.split.crossValidation(
        split.training.count, groups: loaded.groups(split.training)) : []
    // The fold of every sample; -1: it is not learned from.
    var fold = [Int](repeating: -1, count: count)
    for sample in split.training { fold[sample] = 0 }
    for (k, part) in folds.enumerated() {
      for place in part.testing { fold[split.training[place]] = k }
    }
    let factors = try factors(loaded, fold, count: max(1, folds.count), context)
    let model = try RegressionModel(
      folds: factors, loaded.targets.selecting(rows: split.training), targetNames: loaded.names,
      alphas: alphas.values, scaling: settings.preparation.scaling(settings.data.scale),
      threads: context.threads)
    guard case .ridge(let ridge) = model.core else {
      throw InvalidData("a ridge regression gave another model")
    }
    alphas.warnAtEdge(ridge.alpha, "alphas", context)
    let trained = TrainedModel.regression(model)
    let predictions = try predictions(trained, loaded, context)
    return try RegressionOutput(model: output, predictions: settings.predictions).finish(
      trained, loaded, split, note: [.text("alpha"), .number(ridge.alpha)]
    ) { rows, _ in Prediction(values: predictions.selecting(rows: rows)) }
  }

  private func refuse() throws {
    func refuse(_ option: String, _ value: String) throws {
      throw InvalidInput(
        option, value: value, expected: "none where features are read in blocks (--stream)")
    }
    if let first = settings.data.withFeatures.first { try refuse("with-features", first) }
    if let count = settings.preparation.whiten { try refuse("whiten", "\(count)") }
    if let count = settings.preparation.components { try refuse("components", "\(count)") }
    if let text = settings.preparation.transform { try refuse("transform", text) }
    if settings.spread != .none { try refuse("spread", settings.spread.rawValue) }
  }

  /// Goes over the rows in blocks of some 32 MB.
  private func forEachBlock(
    _ task: String, _ context: JobContext,
    _ body: (_ first: Int, _ block: Matrix) throws -> Void
  ) throws {
    let (path, key) = TableFormat.split(features)
    let stream = try NumPyMatrixStream(contentsOf: path, key ?? "features")
    let size = max(64, (1 << 22) / max(1, stream.columns))
    var first = 0
    while first < stream.rows {
      try StopRequest.check()
      let elements = try stream.next(size)
      let count = elements.count / max(1, stream.columns)
      guard count > 0 else { break }
      if let bad = elements.firstIndex(where: { !$0.isFinite }) {
        throw DataError(
          .badData, file: path,
          message: "feature \(bad % stream.columns) of sample \(first + bad / stream.columns) is "
            + "\(elements[bad]); expected finite numbers")
      }
      try body(first, Matrix(rows: count, columns: stream.columns, elements: elements))
      first += count
      context.progress(JobProgress(task: task, done: first, total: stream.rows, unit: "samples"))
    }
  }

  /// The triangles of [1 x y] of the folds.
  private func factors(
    _ loaded: DataSettings.Loaded, _ fold: [Int], count: Int, _ context: JobContext
  ) throws -> [(triangle: Matrix, rows: Int)] {
    let targets = loaded.targets
    var factors: [TriangularFactor] = []
    var check = FeatureCheck()
    try forEachBlock("learn ridge \(features)", context) { first, block in
      if factors.isEmpty {
        factors = (0..<count).map { _ in
          TriangularFactor(columns: 1 + block.columns + targets.columns)
        }
      }
      for i in 0..<block.rows where !check.hasEnoughRows { check.add(row: block.row(i)) }
      try factors.withUnsafeMutableBufferPointer { buffer in
        let shared = Parallel.Elements(buffer)
        try Parallel.forEach(count: count, threads: context.threads) {
          [Double]()
        } _: { k, row in
          for i in 0..<block.rows where fold[first + i] == k {
            row.removeAll(keepingCapacity: true)
            row.append(1)
            row.append(contentsOf: block.row(i))
            row.append(contentsOf: targets.row(first + i))
            try shared[k].add(row)
          }
        }
      }
    }
    for warning in check.warnings(cutoff: nil) { context.warning("\(features): \(warning)") }
    return try factors.map { factor in
      var factor = factor
      let triangle = try factor.factor()
      return (triangle, factor.rows)
    }
  }

  private func predictions(
    _ model: TrainedModel, _ loaded: DataSettings.Loaded, _ context: JobContext
  ) throws -> Matrix {
    var elements: [Double] = []
    try forEachBlock("predict \(features)", context) { _, block in
      elements += try model.predict(block, spreads: false).values.elements
    }
    return Matrix(
      rows: loaded.targets.rows, columns: loaded.targets.columns, elements: elements)
  }
}
