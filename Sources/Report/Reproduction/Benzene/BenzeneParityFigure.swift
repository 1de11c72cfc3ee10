internal import Learning
internal import Mathematics

/// Fig. 6: energies of crystals predicted from all-atom SOAP, from SOAP of the molecules' centres and from
/// AniSOAP, with the distributions of their errors.
struct BenzeneParityFigure {
  /// A description, and what the paper prints for it.
  private struct Description {
    var name: String
    var printedError: String?
    var printedR2: String?
    var features: @Sendable (Split) throws -> Matrix
  }

  /// Gaussian widths of the spheres at the centres.
  private static let sphere = 1.0

  func result(
    of set: BenzeneSet, _ settings: ReproductionSettings,
    progress: @Sendable (String, Int, Int) -> Void
  ) throws -> FigureResult {
    var result = FigureResult(figure: .fig6)
    set.describe(in: &result, settings)
    let learning = BenzeneLearning(set: set, settings: settings)
    result.set(
      "regression",
      "ridge, alpha by five-fold cross-validation on the training part; 90 % learned from, 10 % "
        + "tested; R2 and errors pooled over \(BenzeneLearning.splits) splits, random ones and such that "
        + "keep all variants of a crystal on one side (grouped)")
    let descriptions = try self.descriptions(learning)
    var (plots, histograms) = ([Plot](), [Plot.Series]())
    var table = FigureResult.Table(
      name: "parity", heads: ["description", "frame", "energy", "predicted"], rows: [])
    let spread = try Metrics(
      targets: set.energies,
      predictions: Matrix(column: set.energies.elements.map { _ in set.energies.columnMeans[0] }))
    result.comparisons.append(
      .init("standard deviation of the energies", spread.rmse, unit: "meV/atom"))
    for (k, description) in descriptions.enumerated() {
      progress("learn energies", k, descriptions.count)
      for division in BenzeneLearning.Division.allCases {
        let splits = try learning.splits(division)
        let fits = try Parallel.map(count: splits.count, threads: settings.threads) { i in
          try learning.fit(
            [try description.features(splits[i])], targets: set.energies, splits[i], division
          ).testing
        }
        var pooled = BenzeneLearning.Pooled()
        for (split, fit) in zip(splits, fits) {
          pooled.add(set.energies.selecting(rows: split.testing), fit)
        }
        let metrics = try pooled.metrics
        let isPrinted = division == .random
        result.comparisons += [
          .init(
            "R2, \(description.name), \(division.rawValue)", metrics.r2,
            printed: isPrinted ? description.printedR2 : nil),
          .init(
            "RMSE, \(description.name), \(division.rawValue)", metrics.rmse, unit: "meV/atom",
            printed: isPrinted ? description.printedError : nil),
        ]
        guard division == .random else { continue }
        let rows = splits[0].testing
        let truth = set.energies.selecting(rows: rows).elements
        plots.append(parity(description.name, truth, fits[0].elements, rows: rows))
        histograms.append(
          histogram(
            description.name, zip(pooled.predicted, pooled.truth).map { $0 - $1 }, color: .of(k),
            width: spread.rmse))
        table.rows += rows.indices.map { i in
          [
            .text(description.name), .number(Double(rows[i])), .number(truth[i]),
            .number(fits[0].elements[i]),
          ]
        }
      }
    }
    progress("learn energies", descriptions.count, descriptions.count)
    result.tables = [table]
    result.remarks = remarks(result)
    result.pictures = [
      .init(
        name: "",
        caption: "Tested crystals of the first random split; colour: the size of the error.",
        content: .plots(plots)),
      .init(
        name: "errors", caption: "How often errors of that size occur, all random splits together.",
        content: .plots([
          Plot(
            "errors", x: PlotAxis("predicted - computed / meV/atom"),
            y: PlotAxis("tested crystals"), series: histograms)
        ])),
    ]
    return result
  }

  private func descriptions(_ learning: BenzeneLearning) throws -> [Description] {
    let threads = learning.settings.threads
    let ani = try learning.set.aniSOAP(BenzeneSet.printedSigmas, threads: threads)
    let centers = try learning.set.aniSOAP((Self.sphere, Self.sphere), threads: threads)
    let rank = ani.columns
    return [
      Description(name: "SOAP, \(rank) components", printedError: nil, printedR2: nil) {
        try learning.components(learning.set.soap, rank, $0)
      },
      Description(name: "centres", printedError: "45 to 50", printedR2: "0.4 or less") { _ in
        centers
      },
      Description(name: "AniSOAP", printedError: "15 to 20", printedR2: "about 0.9") { _ in ani },
    ]
  }

  private func parity(
    _ name: String, _ truth: [Double], _ predicted: [Double], rows: [Int]
  ) -> Plot {
    let ends = [truth.min() ?? 0, truth.max() ?? 1]
    let errors = zip(truth, predicted).map { abs($0 - $1) }
    let scale = max(errors.sorted()[errors.count * 19 / 20], 1e-9)
    return Plot(
      name, x: PlotAxis("computed / meV/atom"), y: PlotAxis("predicted / meV/atom"),
      series: [
        .init(nil, x: ends, y: ends, mark: .line(dashed: true), color: PlotColor(0.4, 0.4, 0.4)),
        .init(
          nil, x: truth, y: predicted, mark: .points(radius: 2.4), color: .of(0),
          fills: errors.map { PlotColor.of(0).mixed(with: .of(1), $0 / scale) },
          labels: rows.map { "crystal \($0)" }),
      ], width: 400, height: 380)
  }

  /// A line over bins of equal width.
  private func histogram(
    _ name: String, _ errors: [Double], color: PlotColor, width: Double
  ) -> Plot.Series {
    let (bins, reach) = (41, 2.5 * width)
    var counts = [Double](repeating: 0, count: bins)
    for error in errors {
      let place = Int(((error + reach) / (2 * reach) * Double(bins)).rounded(.down))
      counts[min(bins - 1, max(0, place))] += 1
    }
    let x = (0..<bins).map { -reach + (Double($0) + 0.5) * 2 * reach / Double(bins) }
    return .init(name, x: x, y: counts, mark: .line(dashed: false), color: color)
  }

  private func remarks(_ result: FigureResult) -> [String] {
    func r2(_ name: String) -> Double { result.value("R2, \(name), random") ?? .nan }
    let ordered = r2("centres") < r2("AniSOAP")
    return [
      "AniSOAP does better than the centres alone, as in the paper: \(ordered ? "yes" : "no"). The paper's "
        + "errors in meV/atom are of other energies (PBE-D3 of its own crystals, which are "
        + "unpublished): compare shares of the variance.",
      "Variants of one crystal are on both sides of a random split, so that a model needs to tell their "
        + "orientations only; grouped splits ask for crystals that it has never seen.",
      "The energies are those of rigid molecules; GFN1-xTB is sampled at the Gamma point of cells of three "
        + "or four molecules.",
    ]
  }
}
