internal import Geometry
internal import Learning
internal import Mathematics

/// Fig. 7: energies by AniSOAP, by SOAP on what AniSOAP leaves, and by both at once; a map of the crystals
/// by principal covariates of SOAP and the errors of AniSOAP.
struct BenzeneBaselineFigure {
  /// SOAP is learned from through so many of its principal components.
  private static let components = 300
  /// The weights of SOAP beside AniSOAP.
  private static let weights = [0.1, 0.3, 1, 3, 10].map { [1, $0] }
  /// Crystals in the map for chemiscope.
  private static let mapped = 400

  /// The ways to predict, in the order of the fits.
  private static let names = ["AniSOAP", "SOAP", "AniSOAP, then SOAP", "both at once"]

  func result(
    of set: BenzeneSet, _ settings: ReproductionSettings,
    progress: @Sendable (String, Int, Int) -> Void
  ) throws -> FigureResult {
    var result = FigureResult(figure: .fig7)
    set.describe(in: &result, settings)
    result.set(
      "regression",
      "ridge; SOAP through its first \(Self.components) principal components of the training part; then: "
        + "SOAP learns what the AniSOAP model leaves of the training part; at once: both beside each "
        + "other, the weight of SOAP by five-fold cross-validation among 0.1 to 10")
    let learning = BenzeneLearning(set: set, settings: settings)
    let ani = try set.aniSOAP(BenzeneSet.printedSigmas, threads: settings.threads)
    var plots: [Plot] = []
    for (k, division) in BenzeneLearning.Division.allCases.enumerated() {
      progress("learn with baselines", k, 2)
      let splits = try learning.splits(division)
      let fits = try Parallel.map(count: splits.count, threads: settings.threads) { i in
        try predictions(learning, ani, splits[i], division)
      }
      for (way, name) in Self.names.enumerated() {
        var pooled = BenzeneLearning.Pooled()
        for (split, fit) in zip(splits, fits) {
          pooled.add(set.energies.selecting(rows: split.testing), fit[way])
        }
        let metrics = try pooled.metrics
        let printed =
          way == 0 && division == .random
          ? "15 to 20" : way == 2 ? "better than AniSOAP (no number)" : nil
        result.comparisons += [
          .init(
            "RMSE, \(name), \(division.rawValue)", metrics.rmse, unit: "meV/atom",
            printed: printed),
          .init("R2, \(name), \(division.rawValue)", metrics.r2),
        ]
      }
      if let soap = result.value("RMSE, SOAP, \(division.rawValue)"),
        let joint = result.value("RMSE, both at once, \(division.rawValue)")
      {
        result.comparisons.append(
          .init("RMSE of both at once over that of SOAP, \(division.rawValue)", joint / soap))
      }
      if division == .random { plots.append(parity(set, splits[0], fits[0])) }
    }
    progress("learn with baselines", 2, 2)
    let map = try map(set, ani, learning)
    result.explorable = map.explorable
    result.remarks = remarks(result)
    result.pictures = [
      .init(
        name: "",
        caption:
          "Left: tested crystals of the first random split. Right: principal covariates of SOAP "
          + "and of what AniSOAP leaves; colour: blue where AniSOAP predicts too much, vermillion "
          + "where too little.", content: .plots(plots + [map.plot]))
    ]
    for (row, index) in map.rows.enumerated() {
      result.frames.add(set.ellipsoids[index], row: row, caption: "crystal \(index)")
    }
    return result
  }

  /// What each way predicts for the test part.
  private func predictions(
    _ learning: BenzeneLearning, _ ani: Matrix, _ split: Split,
    _ division: BenzeneLearning.Division
  ) throws -> [Matrix] {
    let energies = learning.set.energies
    let soap = try learning.components(learning.set.soap, Self.components, split)
    let base = try learning.fit([ani], targets: energies, split, division)
    let alone = try learning.fit([soap], targets: energies, split, division)
    var rest = energies
    for (row, value) in zip(split.training, base.training.elements) { rest[row, 0] -= value }
    let correction = try learning.fit([soap], targets: rest, split, division)
    let joint = try learning.fit(
      [ani, soap], weights: Self.weights, targets: energies, split, division)
    return [base.testing, alone.testing, base.testing + correction.testing, joint.testing]
  }

  private func parity(_ set: BenzeneSet, _ split: Split, _ fits: [Matrix]) -> Plot {
    let truth = set.energies.selecting(rows: split.testing).elements
    let ends = [truth.min() ?? 0, truth.max() ?? 1]
    var series: [Plot.Series] = [
      .init(nil, x: ends, y: ends, mark: .line(dashed: true), color: PlotColor(0.4, 0.4, 0.4))
    ]
    for (color, way) in [0, 2].enumerated() {
      series.append(
        .init(
          Self.names[way], x: truth, y: fits[way].elements, mark: .points(radius: 2.2),
          color: .of(color), labels: split.testing.map { "crystal \($0)" }))
    }
    return Plot(
      "with and without a correction", x: PlotAxis("computed / meV/atom"),
      y: PlotAxis("predicted / meV/atom"), series: series)
  }

  /// The map of some crystals, evenly chosen.
  private func map(
    _ set: BenzeneSet, _ ani: Matrix, _ learning: BenzeneLearning
  ) throws -> (plot: Plot, rows: [Int], explorable: FigureResult.Explorable) {
    let split = try learning.splits(.random)[0]
    let base = try learning.fit([ani], targets: set.energies, split, .random)
    let rows = split.training
    var errors = set.energies.selecting(rows: rows)
    for i in rows.indices { errors[i, 0] -= base.training[i, 0] }
    let x = set.soap.selecting(rows: rows)
    let scaledX = try Scaler(fitting: x, .matrix).transform(x)
    let scaledY = try Scaler(fitting: errors, .matrix).transform(errors)
    let covariates = try PrincipalCovariates(
      scaledX, scaledY, mixing: 0.5, count: 2, alpha: 1e-4)
    let plane = try covariates.transform(scaledX)
    let step = max(1, rows.count / Self.mapped)
    let shown = Array(stride(from: 0, to: rows.count, by: step).prefix(Self.mapped))
    let size = errors.elements.map(abs).sorted()[errors.rows * 19 / 20]
    func color(_ error: Double) -> PlotColor {
      PlotColor.white.mixed(with: .of(error > 0 ? 1 : 0), abs(error) / max(size, 1e-9))
    }
    let plot = Plot(
      "principal covariates of SOAP", x: PlotAxis("PCov 1"), y: PlotAxis("PCov 2"),
      series: [
        .init(
          nil, x: shown.map { plane[$0, 0] }, y: shown.map { plane[$0, 1] },
          mark: .points(radius: 3), color: PlotColor(0.4, 0.4, 0.4),
          fills: shown.map { color(errors[$0, 0]) },
          labels: shown.map {
            "crystal \(rows[$0]): \(Figures.fixed(errors[$0, 0], 1)) meV/atom are left"
          }, rows: Array(shown.indices))
      ])
    return (
      plot, shown.map { rows[$0] },
      FigureResult.Explorable(
        frames: shown.map { set.atoms[rows[$0]] },
        properties: [
          ("PCov1", shown.map { plane[$0, 0] }), ("PCov2", shown.map { plane[$0, 1] }),
          ("error of AniSOAP, meV/atom", shown.map { errors[$0, 0] }),
          ("energy, meV/atom", shown.map { set.energies[rows[$0], 0] }),
        ])
    )
  }

  private func remarks(_ result: FigureResult) -> [String] {
    func error(_ name: String, _ division: String) -> Double {
      result.value("RMSE, \(name), \(division)") ?? .nan
    }
    let verdicts = ["random", "grouped"].map { division in
      let better = error("AniSOAP, then SOAP", division) < error("SOAP", division)
      return "\(division) splits: \(better ? "yes" : "no")"
    }.joined(separator: ", ")
    return [
      "A correction by SOAP improves AniSOAP, as the paper says. Whether AniSOAP first and SOAP on the rest "
        + "beats SOAP alone: \(verdicts). The second model learns from residuals of samples that the "
        + "first has seen, which are smaller than those it will meet; a joint fit has no such step.",
      "The map for chemiscope is in fig7-map.json.gz.",
    ]
  }
}
