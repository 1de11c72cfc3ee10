internal import Geometry
internal import Learning
internal import Mathematics

/// Figs. 5 and S6: the error of reconstructing all-atom SOAP from AniSOAP, over the Gaussian widths
/// sigma_1 = sigma_2 and sigma_3 of the ellipsoids, for one radial width or several.
struct ShapeFigure {
  let figure: PaperFigure

  init(_ figure: PaperFigure) { self.figure = figure }

  /// Widths in angstroms: 0.25 to 4 in steps of a factor sqrt 2.
  private static let sigmas = (0...8).map { k in
    var value = 0.25
    for _ in 0..<(k / 2) { value *= 2 }
    return k % 2 == 0 ? value : value * 2.0.squareRoot()
  }
  /// The errors that colours tell apart.
  private static let shown = 0.25...0.7
  /// So many crystals: half learned from, half tested.
  private static let crystals = 600

  private var widths: [Double] {
    figure == .fig5 ? [BenzeneSet.printedWidth] : [0.5, 1, 1.5, 2, 2.5, 3]
  }

  /// The kinds of shapes.
  private enum Kind: String, CaseIterable {
    case oblate, sphere, prolate

    init(_ first: Double, _ third: Double) {
      self = first > third ? .oblate : first < third ? .prolate : .sphere
    }
  }

  func result(
    of set: BenzeneSet, _ settings: ReproductionSettings,
    progress: @Sendable (String, Int, Int) -> Void
  ) throws -> FigureResult {
    var result = FigureResult(figure: figure)
    set.describe(in: &result, settings)
    let rows = try chosen(set, settings)
    result.set(
      "error",
      "GFRE(AniSOAP, SOAP) as scikit-matter defines it: \(rows.count) crystals, half learned from, half "
        + "tested, variants of a crystal in the same half; ridge by two-fold cross-validation")
    var table = FigureResult.Table(
      name: "gfre", heads: ["radial_width", "sigma_1", "sigma_3", "gfre"], rows: [])
    var (maps, best) = ([Plot](), [Kind: (error: Double, width: Double, at: (Double, Double))]())
    for (k, width) in widths.enumerated() {
      progress("reconstruct SOAP", k, widths.count)
      let errors = try errors(of: set, rows, width: width, settings)
      for (i, first) in Self.sigmas.enumerated() {
        for (j, third) in Self.sigmas.enumerated() {
          table.rows.append([width, first, third, errors[i][j]].map { .number($0) })
          let kind = Kind(first, third)
          if errors[i][j] < best[kind]?.error ?? .infinity {
            best[kind] = (errors[i][j], width, (first, third))
          }
        }
      }
      maps.append(plot(errors, width: width))
      if figure == .figS6 { compareWidths(errors, width, &result) }
    }
    progress("reconstruct SOAP", widths.count, widths.count)
    compare(best, &result)
    result.tables = [table]
    result.remarks = remarks(best)
    let rowsOfMaps = stride(from: 0, to: maps.count, by: 3).map { first in
      Array(maps[first..<min(first + 3, maps.count)])
    }
    result.pictures = rowsOfMaps.enumerated().map { k, plots in
      .init(
        name: k == 0 ? "" : "\(k + 1)",
        caption:
          "Points and lines of equal GFRE, every 0.05; dark is a small error. On the diagonal are "
          + "spheres, below it oblate shapes.",
        content: .plots(plots))
    }
    return result
  }

  /// Whole groups, so that variants of one crystal are not on both sides.
  private func chosen(_ set: BenzeneSet, _ settings: ReproductionSettings) throws -> [Int] {
    Array(set.atoms.indices.prefix(Self.crystals))
  }

  private func errors(
    of set: BenzeneSet, _ rows: [Int], width: Double, _ settings: ReproductionSettings
  ) throws -> [[Double]] {
    let split = try Split.holdout(
      testing: rows.count / 2, groups: rows.map { set.groups[$0] }, shuffle: .seeded(settings.seed))
    let soap = set.soap.selecting(rows: rows)
    // The error is the same in the axes of SOAP's own components, of which there are fewer than columns.
    let scaled = try Scaler(fitting: soap.selecting(rows: split.training), .matrix)
    let all = try scaled.transform(soap)
    let components = try PrincipalComponents(
      all.selecting(rows: split.training), count: min(150, split.training.count - 1))
    let target = try components.transform(all)
    let lost = try unseen(all, target, split)
    let count = Self.sigmas.count
    let errors = try Parallel.map(count: count * count, threads: settings.threads) { k in
      let sigma = (first: Self.sigmas[k / count], third: Self.sigmas[k % count])
      let x = try set.aniSOAP(sigma, width: width, rows: rows, threads: 1)
      let measure = ReconstructionError(threads: 1)
      let error = try measure.globalError(x, target, split)
      return (error * error * (1 - lost.training) + lost.testing).squareRoot()
    }
    return (0..<count).map { i in Array(errors[i * count..<(i + 1) * count]) }
  }

  /// The parts of SOAP's variance that its leading components do not have: they count as not
  /// reconstructed.
  private func unseen(
    _ all: Matrix, _ target: Matrix, _ split: Split
  ) throws -> (training: Double, testing: Double) {
    func part(_ rows: [Int]) -> Double {
      let whole = all.selecting(rows: rows).squaredRowNorms.reduce(0, +)
      let seen = target.selecting(rows: rows).squaredRowNorms.reduce(0, +)
      return max(0, whole - seen) / Double(rows.count)
    }
    return (part(split.training), part(split.testing))
  }

  private func compareWidths(
    _ errors: [[Double]], _ width: Double, _ result: inout FigureResult
  ) {
    let least = errors.joined().min() ?? .nan
    result.comparisons.append(
      .init(
        "least GFRE, radial width \(width)", least,
        printed: width >= 1 ? "similar from 1.0 to 3.0 (no number)" : "worse (no number)"))
  }

  private func compare(
    _ best: [Kind: (error: Double, width: Double, at: (Double, Double))],
    _ result: inout FigureResult
  ) {
    for kind in Kind.allCases {
      guard let found = best[kind] else { continue }
      result.comparisons.append(
        .init(
          "least GFRE, \(kind.rawValue)", found.error,
          printed: kind == .oblate ? "best (no number)" : "notably worse (no number)"))
    }
    guard let oblate = best[.oblate] else { return }
    // The paper's 4.0 and 0.5 are probably full lengths, as in AniSOAP's files.
    result.comparisons += [
      .init(
        "sigma_1 = sigma_2 of the best point", oblate.at.0, unit: "angstrom",
        printed: "4.0 (as a diameter 2.0)"),
      .init(
        "sigma_3 of the best point", oblate.at.1, unit: "angstrom",
        printed: "0.5 (as a diameter 0.25)"),
    ]
    if figure == .figS6 {
      result.comparisons.append(
        .init("radial width of the best point", oblate.width, unit: "angstrom", printed: "1.5"))
    }
  }

  private func remarks(
    _ best: [Kind: (error: Double, width: Double, at: (Double, Double))]
  ) -> [String] {
    let errors = Kind.allCases.map { best[$0]?.error ?? .nan }
    let ordered = errors[0] < errors[1] && errors[0] < errors[2]
    return [
      "Oblate shapes reconstruct SOAP better than spheres and prolate ones, as in the paper: "
        + "\(ordered ? "yes" : "no").",
      "The paper prints 4.0 and 0.5 for its best widths. AniSOAP's files carry full lengths and its "
        + "code halves them, so that its Gaussians probably had 2.0 and 0.25; ours are the widths of "
        + "the Gaussians themselves. The minimum is flat: its place depends on the crystals.",
      "SOAP is reconstructed through its first principal components of the training half; what "
        + "they do not hold counts as lost. GFRE is an error of features: how well energies are learned "
        + "follows from it only roughly (Fig. 6 has the energies).",
    ]
  }

  private func plot(_ errors: [[Double]], width: Double) -> Plot {
    let (low, high) = (errors.joined().min() ?? 0, errors.joined().max() ?? 1)
    // Colours and levels are the same in all maps, as in the paper: what is above is as the largest.
    func color(_ error: Double) -> PlotColor {
      PlotColor(0.27, 0.0, 0.33).mixed(
        with: PlotColor(0.99, 0.91, 0.14),
        (error - Self.shown.lowerBound) / (Self.shown.upperBound - Self.shown.lowerBound))
    }
    let levels = (1...8).map { Self.shown.lowerBound + 0.05 * Double($0) }
    let logs = Contours.logarithms(Self.sigmas)
    var series = levels.flatMap { level in
      Contours.lines(errors, x: logs, y: logs, level: level).map { line in
        Plot.Series(
          nil, x: line.map { Contours.power($0.x) }, y: line.map { Contours.power($0.y) },
          mark: .line(dashed: false), color: color(level))
      }
    }
    let ends = [Self.sigmas[0], Self.sigmas[Self.sigmas.count - 1]]
    series.append(
      .init(
        "spheres", x: ends, y: ends, mark: .line(dashed: true), color: PlotColor(0.4, 0.4, 0.4)))
    let grid = Self.sigmas.indices.flatMap { i in Self.sigmas.indices.map { (i, $0) } }
    series.append(
      .init(
        nil, x: grid.map { Self.sigmas[$0.0] }, y: grid.map { Self.sigmas[$0.1] },
        mark: .points(radius: 5), color: color(low), fills: grid.map { color(errors[$0.0][$0.1]) },
        labels: grid.map { "GFRE \(Figures.fixed(errors[$0.0][$0.1], 3))" }))
    let place = grid.min { errors[$0.0][$0.1] < errors[$1.0][$1.1] } ?? (0, 0)
    return Plot(
      "radial width \(width): \(Figures.fixed(low, 2)) to \(Figures.fixed(high, 2))",
      x: PlotAxis("sigma_1 = sigma_2 / angstrom", scale: .logarithmic),
      y: PlotAxis("sigma_3 / angstrom", scale: .logarithmic), series: series,
      notes: [.init("best", x: Self.sigmas[place.0], y: Self.sigmas[place.1])], width: 430,
      height: 400)
  }
}
