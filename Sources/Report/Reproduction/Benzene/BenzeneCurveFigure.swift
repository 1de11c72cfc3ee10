internal import Learning
internal import Mathematics

/// Fig. S5: the error of AniSOAP against the number of crystals learned from, as boxes over five folds.
struct BenzeneCurveFigure {
  private static let folds = 5

  func result(
    of set: BenzeneSet, _ settings: ReproductionSettings,
    progress: @Sendable (String, Int, Int) -> Void
  ) throws -> FigureResult {
    var result = FigureResult(figure: .figS5)
    set.describe(in: &result, settings)
    result.set(
      "regression",
      "ridge on AniSOAP, alpha by five-fold cross-validation; each of five folds is tested once, "
        + "training samples are drawn from the others, nested")
    let learning = BenzeneLearning(set: set, settings: settings)
    let ani = try set.aniSOAP(BenzeneSet.printedSigmas, threads: settings.threads)
    let count = set.atoms.count
    var table = FigureResult.Table(
      name: "curve", heads: ["division", "training", "fold", "rmse"], rows: [])
    var series: [Plot.Series] = []
    for (k, division) in BenzeneLearning.Division.allCases.enumerated() {
      let splits =
        division == .random
        ? try Split.folds(Self.folds, of: count, shuffle: .seeded(settings.seed))
        : try Split.folds(Self.folds, groups: set.groups, shuffle: .seeded(settings.seed))
      let pool = splits.map(\.training.count).min() ?? 0
      let sizes = [50, 100, 200, 400, 800, 1600, 3200].filter { $0 < pool * 9 / 10 } + [pool]
      var medians: [Double] = []
      for (s, size) in sizes.enumerated() {
        progress("learning curve, \(division.rawValue)", s, sizes.count)
        let errors = try Parallel.map(count: splits.count, threads: settings.threads) { fold in
          try error(learning, ani, splits[fold], size: size, fold: fold, division)
        }
        let box = Box(errors)
        medians.append(box.median)
        // Beside each other.
        series += box.series(at: Double(size) * (k == 0 ? 0.95 : 1.05), color: .of(k))
        for (fold, error) in errors.enumerated() {
          table.rows.append([
            .text(division.rawValue), .number(Double(size)), .number(Double(fold)),
            .number(error),
          ])
        }
        result.comparisons.append(
          .init(
            "median RMSE, \(size) crystals, \(division.rawValue)", box.median, unit: "meV/atom"))
      }
      progress("learning curve, \(division.rawValue)", sizes.count, sizes.count)
      series.append(
        .init(
          "\(division.rawValue) folds", x: sizes.map(Double.init), y: medians,
          mark: .line(dashed: true), color: .of(k)))
      if medians.count >= 3 {
        result.comparisons.append(
          .init(
            "median RMSE at \(sizes[sizes.count - 2]) over that at \(pool), \(division.rawValue)",
            medians[medians.count - 2] / medians[medians.count - 1],
            printed: division == .random ? "saturated (no number)" : nil))
      }
    }
    result.tables = [table]
    result.remarks = [
      "The paper says that the curve is in the regime of saturation and prints no numbers. Boxes reach "
        + "from the first to the third quartile of the folds, whiskers over all of them."
    ]
    result.pictures = [
      .init(
        name: "", caption: "Boxes over five folds; lines join the medians.",
        content: .plots([
          Plot(
            "Learning curve of AniSOAP",
            x: PlotAxis("crystals learned from", scale: .logarithmic),
            y: PlotAxis("RMSE / meV/atom", scale: .logarithmic), series: series, width: 620)
        ]))
    ]
    return result
  }

  private func error(
    _ learning: BenzeneLearning, _ ani: Matrix, _ split: Split, size: Int, fold: Int,
    _ division: BenzeneLearning.Division
  ) throws -> Double {
    // A stream of its own: "figS5" in ASCII.
    var stream = RandomStream(
      seed: learning.settings.seed, stream: 0x66_6967_5335, frame: UInt64(fold))
    let order = stream.permutation(split.training.count)
    let drawn = Split(
      training: order.prefix(size).map { split.training[$0] }, testing: split.testing)
    let fit = try learning.fit([ani], targets: learning.set.energies, drawn, division)
    return try Metrics(
      targets: learning.set.energies.selecting(rows: split.testing), predictions: fit.testing
    ).rmse
  }

  /// Median, quartiles and extremes of a few numbers.
  private struct Box {
    let values: [Double]

    init(_ values: [Double]) { self.values = values.sorted() }

    /// Linear between the sorted values, as NumPy's percentiles are.
    private func quantile(_ share: Double) -> Double {
      let place = share * Double(values.count - 1)
      let k = Int(place)
      guard k + 1 < values.count else { return values[values.count - 1] }
      return values[k] + (place - Double(k)) * (values[k + 1] - values[k])
    }

    var median: Double { quantile(0.5) }

    /// Lines that draw it.
    func series(at x: Double, color: PlotColor) -> [Plot.Series] {
      let (left, right) = (x / 1.045, x * 1.045)
      let (low, high) = (quantile(0.25), quantile(0.75))
      func line(_ x: [Double], _ y: [Double]) -> Plot.Series {
        .init(nil, x: x, y: y, mark: .line(dashed: false), color: color)
      }
      return [
        line([left, right, right, left, left], [low, low, high, high, low]),
        line([left, right], [median, median]),
        line([x, x], [values[0], low]), line([x, x], [high, values[values.count - 1]]),
      ]
    }
  }
}
