internal import Simulation

/// Observables of simulations: against the steps, with the end of equilibration, and the means of several
/// simulations against what tells them apart.
struct SimulationPlots {
  /// One simulation of a table as `simulate` writes it.
  struct Walk {
    /// The dataset.
    let set: String
    let name: String
    let columns: [String: [Double]]

    /// The mean and its standard error over what comes after equilibration.
    func mean(_ name: String) -> ObservableSummary? {
      guard let values = columns[name], values.count > 1, values.allSatisfy(\.isFinite) else {
        return nil
      }
      return ObservableSummary(values)
    }
  }

  /// The simulations of the tables, in their order.
  let walks: [Walk]

  /// Of tables with names for people; a table without a column `step` is none of a simulation.
  init(_ tables: [(name: String, table: NumberTable)]) {
    walks = tables.flatMap { name, table -> [Walk] in
      guard table.heads.contains("step") else { return [] }
      let places = ["start", "rung"].map { table.heads.firstIndex(of: $0) }
      var (order, rows): ([String], [String: [[Double]]]) = ([], [:])
      for row in table.rows where row.count == table.heads.count {
        let key = places.compactMap { $0.map { "\(Int(row[$0]))" } }.joined(separator: ".")
        if rows[key] == nil { order.append(key) }
        rows[key, default: []].append(row)
      }
      return order.map { key in
        let own = rows[key] ?? []
        return Walk(
          set: name, name: key.isEmpty ? name : "\(name) \(key)",
          columns: Dictionary(
            table.heads.enumerated().map { k, head in (head, own.map { $0[k] }) },
            uniquingKeysWith: { first, _ in first }))
      }
    }
  }

  private static let shown = [
    ("order", "nematic order S"), ("energy_per_particle", "energy per particle"),
    ("packing_fraction", "packing fraction"), ("pressure", "pressure"),
    ("smectic_order", "smectic order"),
  ]
  /// More lines than this make a plot unreadable.
  private static let mostLines = 12

  /// Every observable that varies against the steps; a dashed line says where equilibration has ended in
  /// the last of the simulations.
  var series: [Plot] {
    Self.shown.compactMap { column, label in
      let drawn = walks.prefix(Self.mostLines).filter { walk in
        guard let values = walk.columns[column], walk.columns["step"] != nil else { return false }
        return values.contains { $0.isFinite && $0 != values[0] }
      }
      guard !drawn.isEmpty else { return nil }
      var lines = drawn.enumerated().map { k, walk in
        Plot.Series(
          walk.name, x: walk.columns["step"] ?? [], y: walk.columns[column] ?? [],
          mark: .line(dashed: false), color: .of(k))
      }
      let ends = drawn.map { walk -> Double in
        let start = TimeSeries.equilibration(walk.columns[column] ?? []).start
        return walk.columns["step"]?[start] ?? 0
      }
      let values = drawn.flatMap { $0.columns[column] ?? [] }.filter(\.isFinite)
      if let end = ends.max(), let low = values.min(), let high = values.max() {
        lines.append(
          Plot.Series(
            "equilibrated", x: [end, end], y: [low, high], mark: .line(dashed: true),
            color: .of(7)))
      }
      return Plot(
        "\(label) against steps", x: PlotAxis("step"), y: PlotAxis(label), series: lines)
    }
  }

  /// The simulations of one dataset belong together where it has several; else all do.
  private var families: [(name: String, walks: [Walk])] {
    let sets = walks.reduce(into: [String]()) { if $0.last != $1.set { $0.append($1.set) } }
    let families = sets.map { set in (name: set, walks: walks.filter { $0.set == set }) }
    return families.contains { $0.walks.count > 1 } ? families : [("means", walks)]
  }

  /// Means of three simulations or more against the quantity that tells most of them apart.
  var curves: [Plot] {
    guard walks.count >= 3 else { return [] }
    let candidates = [
      ("temperature", "temperature"), ("packing_fraction", "packing fraction"),
      ("pressure", "pressure"),
    ]
    func distinct(_ column: String) -> Int {
      Set(walks.compactMap { $0.mean(column).map { Figures.significant($0.mean) } }).count
    }
    guard let axis = candidates.first(where: { distinct($0.0) >= 3 }) else { return [] }
    return Self.shown.filter { $0.0 != axis.0 }.compactMap { column, label in
      let series = families.enumerated().flatMap { k, family -> [Plot.Series] in
        let points = family.walks.compactMap { walk -> (x: Double, y: Double)? in
          guard let x = walk.mean(axis.0), let y = walk.mean(column) else { return nil }
          return (x.mean, y.mean)
        }.sorted { $0.x < $1.x }
        guard points.contains(where: { $0.y != points[0].y }) else { return [] }
        let (x, y) = (points.map(\.x), points.map(\.y))
        return [
          Plot.Series(family.name, x: x, y: y, mark: .points(radius: 4), color: .of(k)),
          Plot.Series(nil, x: x, y: y, mark: .line(dashed: true), color: .of(k)),
        ]
      }
      guard !series.isEmpty else { return nil }
      return Plot(label, x: PlotAxis(axis.1), y: PlotAxis(label), series: series)
    }
  }
}
