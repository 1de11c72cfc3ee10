/// The pictures of a group of datasets.
struct RunPlots {
  /// A picture, and what its file is called after the names of the datasets.
  struct Picture {
    let name: String
    let plot: Plot
  }

  private let group: RunGroup

  init(_ group: RunGroup) { self.group = group }

  /// What there are data for.
  var pictures: [Picture] { maps + [order, energy].compactMap { $0 } }

  /// Colours tell the set; saturation, where the nematic order is known, the order.
  private func series(
    _ x: [Double], _ y: [Double], radius: Double, shaded: Bool = false
  ) -> [Plot.Series] {
    let order = shaded ? group.numbers("order_max", "order") : nil
    return group.sets.indices.map { set in
      let rows = group.rows(of: set)
      let color = PlotColor.of(set)
      return Plot.Series(
        group.sets[set].name, x: rows.map { x[$0] }, y: rows.map { y[$0] },
        mark: .points(radius: radius), color: color,
        fills: order.map { order in
          rows.map {
            PlotColor.white.mixed(with: color, order[$0].isFinite ? 0.1 + 0.9 * abs(order[$0]) : 1)
          }
        } ?? [], labels: rows.map { group.properties.labels[$0] }, rows: rows)
    }
  }

  private var radius: Double { group.frameOfRow.count > 2_000 ? 1.5 : 3 }

  private var maps: [Picture] {
    group.maps.map { map in
      func label(_ k: Int) -> String {
        "PC \(k + 1) (\(Figures.fixed(100 * map.shares[k], 1)) % of the variance)"
      }
      return Picture(
        name: "\(map.suffix).map",
        plot: Plot(
          "Map of the features \(map.suffix)", x: PlotAxis(label(0)), y: PlotAxis(label(1)),
          series: series(map.plane.column(0), map.plane.column(1), radius: radius, shaded: true)))
    }
  }

  /// Layers against directions, where there are both; else bonds against directions, or the order of
  /// the frames one by one. The order of the two particles of a dimer says little.
  private var order: Picture? {
    guard let order = group.numbers("order", "order_max"), group.numbers("h12") == nil else {
      return nil
    }
    if let smectic = group.numbers("smectic_order") {
      return Picture(
        name: "order",
        plot: Plot(
          "Order of the frames", x: PlotAxis("nematic order S"), y: PlotAxis("smectic order"),
          series: series(order, smectic, radius: radius)))
    }
    if let (name, bonds) = bonds, group.numbers("energy") == nil {
      return Picture(
        name: "order",
        plot: Plot(
          "Order of the frames", x: PlotAxis("nematic order S"), y: PlotAxis("Steinhardt \(name)"),
          series: series(order, bonds, radius: radius)))
    }
    return Picture(
      name: "order",
      plot: Plot(
        "Order of the frames", x: PlotAxis("frame"), y: PlotAxis("nematic order S"),
        series: series(group.frameOfRow.map(Double.init), order, radius: radius)))
  }

  /// Of Steinhardt's invariants the one that differs most between frames.
  private var bonds: (name: String, values: [Double])? {
    (1...12).compactMap { l in group.numbers("q\(l)").map { ("q\(l)", $0) } }
      .max { a, b in
        func spread(_ values: [Double]) -> Double {
          let finite = values.filter(\.isFinite)
          return (finite.max() ?? 0) - (finite.min() ?? 0)
        }
        return spread(a.1) < spread(b.1)
      }
  }

  /// Against the distance of dimers; else against the order; else one by one.
  private var energy: Picture? {
    guard let energy = group.numbers("energy") else { return nil }
    let (x, label) =
      group.numbers("h12").map { ($0, "distance of closest approach h12") }
      ?? group.numbers("order", "order_max").map { ($0, "nematic order S") }
      ?? (group.frameOfRow.map(Double.init), "frame")
    return Picture(
      name: "energy",
      plot: Plot(
        "Energy of the frames", x: PlotAxis(label), y: PlotAxis("U"),
        series: series(x, energy, radius: radius)))
  }
}
