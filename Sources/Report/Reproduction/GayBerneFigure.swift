internal import GayBerne
internal import Generators
internal import Geometry
internal import Learning
internal import Mathematics

/// Fig. 3: energy curves of characteristic orientations, and parity of h12 and U.
struct GayBerneFigure {
  /// Two particles as they stand to each other.
  private struct Arrangement {
    let name: String
    let direction: Vector3
    let turn: UnitQuaternion
  }

  /// The three ways to stack parallel particles, and those with one turned by a right angle.
  private static var arrangements: [Arrangement] {
    let (x, y, z) = (Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1))
    func turn(_ axis: Vector3) -> UnitQuaternion {
      UnitQuaternion(axis: axis, halfAngleCosine: 0.5.squareRoot(), sine: 0.5.squareRoot())
    }
    return [
      Arrangement(name: "a to a", direction: x, turn: .identity),
      Arrangement(name: "b to b", direction: y, turn: .identity),
      Arrangement(name: "c to c", direction: z, turn: .identity),
      Arrangement(name: "a to b", direction: x, turn: turn(z)),
      Arrangement(name: "a to c", direction: x, turn: turn(y)),
      Arrangement(name: "b to c", direction: y, turn: turn(x)),
    ]
  }

  func result(of set: DimerSet, _ settings: ReproductionSettings) throws -> FigureResult {
    var result = FigureResult(figure: .fig3)
    set.describe(in: &result, settings)
    let curves = try addCurves(of: set.dimers, to: &result)
    let count = set.features.rows
    let split = try Split.holdout(
      testing: count / 5, training: settings.trainingDimers, of: count,
      shuffle: .seeded(settings.seed))
    result.set(
      "split", "\(split.training.count) dimers learned from, \(split.testing.count) tested")
    var plots = [Plot]()
    var columns = [[Double]]()
    for target in set.targets {
      let predictions = try set.predictions(
        of: target.values, split, seed: settings.seed, threads: settings.threads)
      let truth = target.values.selecting(rows: split.testing)
      let metrics = try Metrics(targets: truth, predictions: predictions)
      let printed = target.symbol == "h12" ? "perfect agreement (no number)" : nil
      result.comparisons += [
        .init("R2 of \(target.symbol)", metrics.r2, printed: printed),
        .init("RMSE of \(target.symbol)", metrics.rmse),
      ]
      columns += [truth.elements, predictions.elements]
      plots.append(parity(target.symbol, truth.elements, predictions.elements, rows: split.testing))
    }
    result.tables.append(
      .init(
        name: "parity", heads: ["h12", "h12_predicted", "energy", "energy_predicted"],
        rows: split.testing.indices.map { i in columns.map { .number($0[i]) } }))
    result.pictures = [
      .init(
        name: "", caption: "Energy curves (a, b, c: the poles that face each other) and parity.",
        content: .plots([curves] + plots))
    ]
    result.remarks = [
      "The paper prints neither the range of energies of its dimers nor the hyperparameters of this "
        + "study, and no error beside its parity plots; the energies here are those of its "
        + "equations as printed. AniSOAP's own script differs from them (inverse well depths, a "
        + "factor 2 in chi, r not normalised), so its curves may not be these.",
      "h12 is smooth and is learned almost exactly; U is steep near contact and no linear function of "
        + "the power spectrum, so that its error stays larger, as in the paper.",
    ]
    return result
  }

  /// Computes the curves and their wells.
  private func addCurves(of dimers: Dimers, to result: inout FigureResult) throws -> Plot {
    let (potential, axes) = (try dimers.potential ?? GayBerne(GayBerneParameters()), dimers.first)
    let distances = (0...1_000).map { 1.5 + 0.005 * Double($0) }
    var series = [Plot.Series]()
    for (k, arrangement) in Self.arrangements.enumerated() {
      let energies = try distances.map { distance in
        try potential.pair(
          Ellipsoid(semiAxes: axes), Ellipsoid(semiAxes: axes, orientation: arrangement.turn),
          displacement: arrangement.direction * distance
        ).energy
      }
      let well = energies.indices.min { energies[$0] < energies[$1] } ?? 0
      result.comparisons += [
        .init("well depth, \(arrangement.name)", -energies[well]),
        .init("well distance, \(arrangement.name)", distances[well]),
      ]
      result.frames.add(
        Frame(
          positions: [Vector3(0, 0, 0), arrangement.direction * distances[well]],
          species: ["X", "X"], orientations: [.identity, arrangement.turn], semiAxes: [axes, axes]),
        row: k, caption: "\(arrangement.name), at the bottom of its well")
      series.append(
        .init(
          arrangement.name, x: distances, y: energies, mark: .line(dashed: k >= 3),
          color: .of(k)))
    }
    result.tables.append(
      .init(
        name: "curves", heads: ["distance"] + Self.arrangements.map(\.name),
        rows: distances.indices.map { i in
          [.number(distances[i])]
            + series.map { $0.y[i].isFinite ? .number($0.y[i]) : .text("inf") }
        }))
    let depth = series.compactMap { $0.y.min() }.min() ?? -1
    return Plot(
      "Gay-Berne energies", x: PlotAxis("distance of the centres"),
      y: PlotAxis("U / epsilon", limits: 1.15 * depth...(-0.8 * depth)), series: series)
  }

  /// At most 1,500 of the tested dimers, so that the picture stays small.
  private func parity(
    _ symbol: String, _ truth: [Double], _ predictions: [Double], rows: [Int]
  ) -> Plot {
    let shown = 0..<min(1_500, truth.count)
    let ends = [truth.min() ?? 0, truth.max() ?? 1]
    return Plot(
      "\(symbol), tested dimers", x: PlotAxis("\(symbol), computed"),
      y: PlotAxis("\(symbol), predicted"),
      series: [
        .init(nil, x: ends, y: ends, mark: .line(dashed: true), color: PlotColor(0.4, 0.4, 0.4)),
        .init(
          nil, x: shown.map { truth[$0] }, y: shown.map { predictions[$0] },
          mark: .points(radius: 1.6), color: .of(symbol == "U" ? 1 : 0),
          labels: shown.map { "dimer \(rows[$0])" }),
      ])
  }
}
