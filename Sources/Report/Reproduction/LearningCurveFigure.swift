internal import Learning
internal import Mathematics

/// Fig. S4: the error of h12 and U against the number of dimers learned from, over five folds.
struct LearningCurveFigure {
  private static let folds = 5

  func result(
    of set: DimerSet, _ settings: ReproductionSettings, progress: (String, Int, Int) -> Void
  ) throws -> FigureResult {
    var result = FigureResult(figure: .figS4)
    set.describe(in: &result, settings)
    let splits = try Split.folds(
      Self.folds, of: set.features.rows, shuffle: .seeded(settings.seed))
    let pool = splits.map(\.training.count).min() ?? 0
    let sizes = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000].filter { $0 < pool } + [pool]
    var plots = [Plot]()
    var table = FigureResult.Table(
      name: "curve", heads: ["target", "training", "rmse_mean", "rmse_min", "rmse_max"], rows: [])
    for (t, target) in set.targets.enumerated() {
      var bounds = [(mean: Double, low: Double, high: Double)]()
      for (k, size) in sizes.enumerated() {
        progress("learning curve of \(target.symbol)", k, sizes.count)
        let errors = try splits.enumerated().map { fold, split in
          try error(of: set, target.values, split, size: size, fold: fold, settings)
        }
        let bound = (
          errors.reduce(0, +) / Double(errors.count), errors.min() ?? .nan, errors.max() ?? .nan
        )
        bounds.append(bound)
        table.rows.append(
          [.text(target.symbol)]
            + [Double(size), bound.0, bound.1, bound.2].map { .number($0) })
        result.comparisons.append(.init("RMSE of \(target.symbol), \(size) dimers", bound.0))
      }
      progress("learning curve of \(target.symbol)", sizes.count, sizes.count)
      plots.append(plot(target.symbol, sizes, bounds, color: .of(t)))
    }
    result.tables = [table]
    result.remarks = remarks(result, pool: pool)
    result.pictures = [
      .init(
        name: "", caption: "Mean over five folds; the band reaches from the least to the largest.",
        content: .plots(plots))
    ]
    return result
  }

  private func error(
    of set: DimerSet, _ target: Matrix, _ split: Split, size: Int, fold: Int,
    _ settings: ReproductionSettings
  ) throws -> Double {
    // A stream of its own: "figS4" in ASCII.
    var stream = RandomStream(seed: settings.seed, stream: 0x66_6967_5334, frame: UInt64(fold))
    let order = stream.permutation(split.training.count)
    let drawn = Split(
      training: order.prefix(size).map { split.training[$0] }, testing: split.testing)
    return try Metrics(
      targets: target.selecting(rows: split.testing),
      predictions: set.predictions(
        of: target, drawn, seed: settings.seed, threads: settings.threads)
    ).rmse
  }

  private func remarks(_ result: FigureResult, pool: Int) -> [String] {
    let gains = ["h12", "U"].compactMap { symbol -> String? in
      guard let early = result.value("RMSE of \(symbol), 1000 dimers"),
        let late = result.value("RMSE of \(symbol), \(pool) dimers")
      else { return nil }
      return "\(Figures.fixed(early / late, 2)) for \(symbol)"
    }
    return [
      "The paper says in words that learning converges with as few as 1,000 dimers and prints no "
        + "errors. Here the error at 1,000 over that at \(pool) is "
        + "\(gains.isEmpty ? "not known for so few dimers" : gains.joined(separator: " and ")). "
        + "What is left for U is the limit of a linear model at these hyperparameters."
    ]
  }

  private func plot(
    _ symbol: String, _ sizes: [Int], _ bounds: [(mean: Double, low: Double, high: Double)],
    color: PlotColor
  ) -> Plot {
    let x = sizes.map(Double.init)
    return Plot(
      "Learning curve of \(symbol)", x: PlotAxis("dimers learned from", scale: .logarithmic),
      y: PlotAxis("RMSE of \(symbol)", scale: .logarithmic),
      series: [
        .init(
          nil, x: x, y: bounds.map(\.low), mark: .band(upper: bounds.map(\.high)), color: color),
        .init(nil, x: x, y: bounds.map(\.mean), mark: .line(dashed: false), color: color),
        .init(nil, x: x, y: bounds.map(\.mean), mark: .points(radius: 3), color: color),
      ])
  }
}
