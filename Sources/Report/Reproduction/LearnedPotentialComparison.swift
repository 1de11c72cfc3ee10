internal import Foundation
internal import Geometry

/// What simulations of a learned potential give beside those of the true one.
struct LearnedPotentialComparison {
  typealias Means = LearnedPotentialRuns.Means

  let truth: [Means]
  let model: [Means]
  /// Of the true and the learned potential.
  let drifts: [(steps: [Double], drift: [Double])]

  private var temperatures: [Double] { LearnedPotentialFigure.states.map(\.temperature) }

  func add(particles: Int, steps: Int, to result: inout FigureResult) {
    let plots = [
      ("order", "S"), ("pressure", "P"), ("energy_per_particle", "U / N"),
    ].map { observable($0.0, $0.1, in: &result) }
    result.remarks.append(
      "The learned potential goes on where the true one ended. S of a nematic moves over more steps "
        + "than these \(steps): errors from one run of that length are too small, of S above all.")
    result.pictures += [
      .init(
        name: "", caption: "Order, pressure and energy of both potentials along the temperature.",
        content: .plots(plots, left: [], right: [])),
      .init(
        name: "correlations", caption: "g(r) of both potentials, and the drift at constant energy.",
        content: .plots(correlations(in: &result) + [drift(in: &result)], left: [], right: [])),
    ]
    speed(particles, in: &result)
    for (k, t) in temperatures.enumerated() {
      if let frame = model[k].last {
        result.frames.add(frame, row: k, caption: "learned potential at T = \(t), last frame")
      }
    }
  }

  /// One mean along the temperature.
  private func observable(
    _ name: String, _ label: String, in result: inout FigureResult
  ) -> Plot {
    var outside: [String] = []
    for (k, t) in temperatures.enumerated() {
      guard let a = truth[k].values[name], let b = model[k].values[name] else { continue }
      result.comparisons.append(
        .init(
          "\(label) at T = \(t), learned (error \(Figures.significant(b.error)))", b.mean,
          printed: "\(Figures.significant(a.mean)) (true, error \(Figures.significant(a.error)))"))
      let error = (a.error * a.error + b.error * b.error).squareRoot()
      if abs(a.mean - b.mean) > 2 * error {
        outside.append("T = \(t) by \(Figures.significant(abs(a.mean - b.mean) / error))")
      }
    }
    result.remarks.append(
      outside.isEmpty
        ? "\(label) agrees within two standard errors at every temperature."
        : "\(label) deviates by more than two standard errors: "
          + outside.joined(separator: ", ") + ".")
    func values(_ all: [Means]) -> [Double] { all.map { $0.values[name]?.mean ?? .nan } }
    return Plot(
      label, x: PlotAxis("T"), y: PlotAxis(label),
      series: [
        .init(
          "true potential", x: temperatures, y: values(truth), mark: .line(dashed: true),
          color: .of(1)),
        .init(
          "learned potential", x: temperatures, y: values(model), mark: .points(radius: 4),
          color: .of(0)),
      ])
  }

  /// g(r) of the coldest and the hottest state.
  private func correlations(in result: inout FigureResult) -> [Plot] {
    for (k, t) in temperatures.enumerated() where truth[k].radial.count == model[k].radial.count {
      let largest = zip(truth[k].radial, model[k].radial).map { abs($0 - $1) }.max() ?? .nan
      result.comparisons.append(.init("largest difference of g(r) at T = \(t)", largest))
    }
    return [0, temperatures.count - 1].map { k in
      Plot(
        "g(r) at T = \(temperatures[k])", x: PlotAxis("r"), y: PlotAxis("g(r)"),
        series: [
          .init(
            "true potential", x: truth[k].distances, y: truth[k].radial,
            mark: .line(dashed: true), color: .of(1)),
          .init(
            "learned potential", x: model[k].distances, y: model[k].radial,
            mark: .points(radius: 2.5), color: .of(0)),
        ])
    }
  }

  private func drift(in result: inout FigureResult) -> Plot {
    for (name, one) in zip(["true", "learned"], drifts) {
      guard let last = one.drift.last, let steps = one.steps.last, steps > 0 else { continue }
      result.comparisons.append(
        .init(
          "drift of the energy a particle in 10^6 steps at constant energy, \(name)",
          1e6 * last / steps))
    }
    return Plot(
      "at constant energy", x: PlotAxis("steps"), y: PlotAxis("drift of E / N"),
      series: zip(["true potential", "learned potential"], drifts).enumerated().map { k, one in
        .init(
          one.0, x: one.1.steps, y: one.1.drift, mark: .line(dashed: k == 0), color: .of(1 - k))
      })
  }

  private func speed(_ particles: Int, in result: inout FigureResult) {
    func rate(_ all: [Means]) -> Double {
      Double(particles * all.reduce(0) { $0 + $1.stepsDone }) / all.reduce(0) { $0 + $1.seconds }
    }
    result.comparisons += [
      .init("particle-steps a second and thread, true potential", rate(truth)),
      .init("particle-steps a second and thread, learned potential", rate(model)),
    ]
    let (outside, frames) = (
      model.reduce(0) { $0 + $1.outside }, model.reduce(0) { $0 + $1.frames }
    )
    result.remarks.append(
      "\(outside) of \(frames) frames of the learned potential lie outside of what it learned from."
    )
  }
}
