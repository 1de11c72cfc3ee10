/// Predictions against targets, where a table has both: columns `target_NAME` and `predicted_NAME`.
struct ParityPlots {
  /// One target each.
  let plots: [(target: String, plot: Plot)]

  init(_ table: NumberTable) {
    plots = table.heads.enumerated().compactMap { column, head in
      guard head.hasPrefix("target_"),
        let other = table.heads.firstIndex(of: "predicted_" + head.dropFirst("target_".count))
      else { return nil }
      let name = String(head.dropFirst("target_".count))
      let rows = table.rows.filter { $0[column].isFinite && $0[other].isFinite }
      let (x, y) = (rows.map { $0[column] }, rows.map { $0[other] })
      guard let low = (x + y).min(), let high = (x + y).max() else { return nil }
      return (
        name,
        Plot(
          "Test part: \(name)", x: PlotAxis(name), y: PlotAxis("predicted \(name)"),
          series: [
            Plot.Series(
              "equal", x: [low, high], y: [low, high], mark: .line(dashed: true), color: .of(1)),
            Plot.Series(
              "predictions", x: x, y: y, mark: .points(radius: x.count > 500 ? 1.5 : 3),
              color: .of(0)),
          ])
      )
    }
  }
}
