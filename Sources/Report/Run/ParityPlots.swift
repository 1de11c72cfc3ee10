internal import Foundation

/// Predictions against targets, where a table has both: columns `target_NAME` and `predicted_NAME`, or, of
/// force fields, rows of the columns `kind`, `target` and `predicted`.
struct ParityPlots {
  /// One target each.
  let plots: [(target: String, plot: Plot)]

  /// Of more points than these a part is drawn, evenly over the table.
  private static let mostPoints = 3000

  /// `subject` goes into the titles.
  ///
  /// Throws: `DataError` when the file cannot be read.
  init(contentsOf path: String, of subject: String = "Test part") throws {
    let table = try NumberTable(contentsOf: path)
    if let kinds = table.texts["kind"], let target = table.heads.firstIndex(of: "target"),
      let predicted = table.heads.firstIndex(of: "predicted")
    {
      var names: [String] = []
      for kind in kinds where !names.contains(kind) { names.append(kind) }
      plots = names.compactMap { name in
        let rows = zip(kinds, table.rows).filter { $0.0 == name }.map {
          [$0.1[target], $0.1[predicted]]
        }
        return Self.plot(name, rows, subject).map { (name, $0) }
      }
      return
    }
    plots = table.heads.enumerated().compactMap { column, head in
      guard head.hasPrefix("target_"),
        let other = table.heads.firstIndex(of: "predicted_" + head.dropFirst("target_".count))
      else { return nil }
      let name = String(head.dropFirst("target_".count))
      return Self.plot(name, table.rows.map { [$0[column], $0[other]] }, subject).map { (name, $0) }
    }
  }

  private static func plot(_ name: String, _ pairs: [[Double]], _ subject: String) -> Plot? {
    let known = pairs.filter { $0[0].isFinite && $0[1].isFinite }
    let step = 1 + known.count / mostPoints
    let rows = stride(from: 0, to: known.count, by: step).map { known[$0] }
    let (x, y) = (rows.map { $0[0] }, rows.map { $0[1] })
    guard let low = (x + y).min(), let high = (x + y).max() else { return nil }
    return Plot(
      "\(subject): \(name)", x: PlotAxis(name), y: PlotAxis("predicted \(name)"),
      series: [
        Plot.Series(
          "equal", x: [low, high], y: [low, high], mark: .line(dashed: true), color: .of(1)),
        Plot.Series(
          "predictions", x: x, y: y, mark: .points(radius: x.count > 500 ? 1.5 : 3),
          color: .of(0)),
      ])
  }
}
