internal import Learning
internal import Mathematics

/// Figs. 2 and S3: how well each description reconstructs each other one (GFRE).
struct ReconstructionFigure {
  let figure: PaperFigure

  init(_ figure: PaperFigure) { self.figure = figure }

  /// What the text of the paper prints for Fig. 2, by the names of input and target.
  private static let printed = [
    "AniSOAP nu = 1 -> Steinhardt": "6 to 8 %", "AniSOAP nu = 2 -> Steinhardt": "6 to 8 %",
    "Steinhardt -> AniSOAP nu = 1": "12 to 14 %", "Steinhardt -> AniSOAP nu = 2": "12 to 14 %",
    "AniSOAP nu = 2 -> orientation": "6 %", "AniSOAP nu = 1 -> orientation": "24 %",
    "Steinhardt -> orientation": "39 %",
  ]

  func result(of set: LiquidCrystalSet, _ settings: ReproductionSettings) throws -> FigureResult {
    var result = FigureResult(figure: figure)
    set.describe(in: &result, settings)
    result.set(
      "error",
      "global feature reconstruction error as scikit-matter defines it: half of the frames learned "
        + "from, half tested, scaled as a whole, ridge by two-fold cross-validation")
    let descriptions = [
      ("Steinhardt", set.steinhardt), ("AniSOAP nu = 1", set.radialSpectrum),
      ("AniSOAP nu = 2", set.powerSpectrum), ("orientation", set.orientation),
    ]
    let count = set.frames.count
    let split = try Split.holdout(testing: count / 2, of: count, shuffle: .seeded(settings.seed))
    let pairs = descriptions.indices.flatMap { i in
      descriptions.indices.filter { $0 != i }.map { (i, $0) }
    }
    let measure = ReconstructionError(threads: 1)
    let errors = try Parallel.map(count: pairs.count, threads: settings.threads) { k in
      let (input, target) = pairs[k]
      return 100 * (try measure.globalError(descriptions[input].1, descriptions[target].1, split))
    }
    var values = [[Double?]](repeating: Array(repeating: nil, count: 4), count: 4)
    for ((input, target), error) in zip(pairs, errors) {
      values[input][target] = error
      let name = "\(descriptions[input].0) -> \(descriptions[target].0)"
      result.comparisons.append(
        .init(name, error, unit: "%", printed: figure == .fig2 ? Self.printed[name] : nil))
    }
    result.remarks = remarks(result)
    let names = descriptions.map(\.0)
    result.pictures = [
      .init(
        name: "", caption: "Rows: what is given; columns: what is reconstructed; 0 is perfect.",
        content: .table(
          HeatTable(
            "Global feature reconstruction error", rows: names, columns: names, values: values,
            format: { Figures.fixed($0, 1) + " %" }
          )))
    ]
    return result
  }

  /// What holds of the paper's claims, and why the percentages are others.
  private func remarks(_ result: FigureResult) -> [String] {
    func error(_ input: String, _ target: String) -> Double {
      result.value("\(input) -> \(target)") ?? .nan
    }
    let (one, two) = ("AniSOAP nu = 1", "AniSOAP nu = 2")
    let (sop, oop) = ("Steinhardt", "orientation")
    let orders = error(two, oop) < error(one, oop) && error(one, oop) < error(sop, oop)
    let richer = error(two, sop) < error(sop, two) && error(one, sop) < error(sop, one)
    return [
      "The nematic order is reconstructed best from nu = 2, then nu = 1, then Steinhardt, as in the "
        + "paper: \(orders ? "yes" : "no"). AniSOAP reconstructs Steinhardt better than the "
        + "reverse, as in the paper: \(richer ? "yes" : "no").",
      "The percentages are not the paper's: they depend on its unpublished configurations (density, "
        + "number of particles, how strongly layered). The power spectrum is quadratic in the "
        + "density and so sees squares of the nematic order S, from which a linear map cannot "
        + "restore S exactly; nu = 1 holds l = 0 only and sees orientation through "
        + "the angle between a neighbour's axis and the line to it. No parameter was tuned towards a printed percentage.",
    ]
      + (figure == .figS3
        ? ["The paper shows Fig. S3 as a picture; its text prints no numbers for it."] : [])
  }
}
