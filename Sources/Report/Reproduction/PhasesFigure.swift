internal import Generators
internal import Geometry
internal import Jobs
internal import Mathematics
internal import Simulation

/// Equations of state and nematic order of hard particles by simulation, beside closed forms and an
/// independent program: what a drawn configuration cannot show.
struct PhasesFigure {
  /// A pressure P* = P v_0 / kT of prolate ellipsoids L/D = 3, with the packing fraction and S that an
  /// independent program found (`data/reference/simulation`, N = 256), and where to start from.
  private struct Point {
    let pressure: Double
    let packing: Double
    let order: Double
    let start: (packing: Double, order: Double)
  }

  private static let prolate = [
    Point(pressure: 1.5, packing: 0.2923, order: 0.0605, start: (0.28, 0)),
    Point(pressure: 4, packing: 0.4057, order: 0.0755, start: (0.38, 0)),
    Point(pressure: 8, packing: 0.4858, order: 0.0898, start: (0.45, 0)),
    Point(pressure: 13, packing: 0.5515, order: 0.7230, start: (0.50, 0.9)),
    Point(pressure: 20, packing: 0.6033, order: 0.8341, start: (0.50, 0.95)),
  ]
  private static let spheres = [0.1, 0.2, 0.3, 0.4]

  /// Carnahan and Starling's equation of state of hard spheres, Z = P V / N kT (doi:10.1063/1.1672048).
  private static func carnahanStarling(_ phi: Double) -> Double {
    let rest = 1 - phi
    return (1 + phi + phi * phi - phi * phi * phi) / (rest * rest * rest)
  }

  /// What a run gave.
  private struct Outcome: Sendable {
    let packing: ObservableSummary
    let pressure: ObservableSummary
    let order: ObservableSummary?
    let frame: Frame
  }

  func result(
    _ settings: ReproductionSettings, progress: (String, Int, Int) -> Void
  ) throws -> FigureResult {
    var result = FigureResult(figure: .phases)
    // A tenth of the configurations makes a tenth of the sweeps.
    let sweeps = 160 * settings.configurations
    result.set("particles", "256 in every simulation, Monte Carlo")
    result.set("sweeps", "\(sweeps), after a quarter as many of equilibration")
    result.set("seed", "\(settings.seed)")
    let runs = Self.prolate.count + Self.spheres.count
    progress("phases", 0, runs)
    let outcomes = try Parallel.map(count: runs, threads: settings.threads) { k in
      k < Self.prolate.count
        ? try constantPressure(Self.prolate[k], sweeps, seed: settings.seed &+ UInt64(k))
        : try constantVolume(
          Self.spheres[k - Self.prolate.count], sweeps, seed: settings.seed &+ UInt64(k))
    }
    progress("phases", runs, runs)
    add(Array(outcomes.prefix(Self.prolate.count)), to: &result)
    addSpheres(Array(outcomes.dropFirst(Self.prolate.count)), to: &result)
    return result
  }

  private func constantPressure(_ point: Point, _ sweeps: Int, seed: UInt64) throws -> Outcome {
    var phase = PhaseSettings(.nematic)
    (phase.particles, phase.order) = (256, "\(point.start.order)")
    phase.packingFraction = "\(point.start.packing)"
    let frame = try phase.generator().frame(index: 0, of: 1, seed: seed)
    let volume = frame.semiAxes?[0].volume ?? 1
    var settings = MonteCarloSettings(.hard, pressure: point.pressure / volume, seed: seed)
    // With one trial a sweep the volume of dense points is still on its way after thousands of sweeps.
    settings.volumeMoves = 10
    return try run(frame, settings, sweeps)
  }

  private func constantVolume(_ packing: Double, _ sweeps: Int, seed: UInt64) throws -> Outcome {
    var phase = PhaseSettings(.isotropic)
    (phase.particles, phase.semiAxes, phase.packingFraction) = (256, "0.5,0.5,0.5", "\(packing)")
    phase.draws = .independent
    let frame = try phase.generator().frame(index: 0, of: 1, seed: seed)
    return try run(frame, MonteCarloSettings(.hard, seed: seed), sweeps)
  }

  private func run(_ frame: Frame, _ settings: MonteCarloSettings, _ sweeps: Int) throws -> Outcome
  {
    var engine = try MonteCarlo(frame, settings: settings)
    try engine.advance(sweeps / 4, threads: 1)
    engine.endEquilibration()
    var (packing, pressure, order): ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<max(20, sweeps / 20) {
      try engine.advance(20, threads: 1)
      let measured = try engine.measure(threads: 1)
      packing.append(measured.packingFraction ?? .nan)
      pressure.append(measured.pressure ?? .nan)
      order.append(measured.order ?? .nan)
    }
    return Outcome(
      packing: ObservableSummary(packing), pressure: ObservableSummary(pressure),
      order: order.allSatisfy(\.isFinite) ? ObservableSummary(order) : nil, frame: engine.frame)
  }

  private func add(_ outcomes: [Outcome], to result: inout FigureResult) {
    for (k, (point, outcome)) in zip(Self.prolate, outcomes).enumerated() {
      result.comparisons += [
        .init(
          "packing fraction of L/D = 3 at P* = \(point.pressure) (error "
            + "\(Figures.significant(outcome.packing.standardError)))", outcome.packing.mean,
          printed: "\(point.packing) (independent program)"),
        .init(
          "S of L/D = 3 at P* = \(point.pressure) (error "
            + "\(Figures.significant(outcome.order?.standardError ?? .nan)))",
          outcome.order?.mean ?? .nan,
          printed: "\(point.order) (independent program, largest eigenvalue)"),
      ]
      result.frames.add(
        outcome.frame, row: k, caption: "L/D = 3 at P* = \(point.pressure), last frame")
    }
    result.tables.append(
      .init(
        name: "prolate", heads: ["pressure", "packing_fraction", "error", "order", "error_order"],
        rows: zip(Self.prolate, outcomes).map { point, outcome in
          [
            point.pressure, outcome.packing.mean, outcome.packing.standardError,
            outcome.order?.mean ?? .nan, outcome.order?.standardError ?? .nan,
          ].map { .number($0) }
        }))
    let (x, pressures) = (outcomes.map(\.packing.mean), Self.prolate.map(\.pressure))
    let rows = Array(outcomes.indices)
    let equation = Plot(
      "Hard ellipsoids L/D = 3", x: PlotAxis("packing fraction"), y: PlotAxis("P v0 / kT"),
      series: [
        .init(
          "here", x: x, y: pressures, mark: .points(radius: 4), color: .of(0),
          labels: rows.map { "P* = \(pressures[$0])" }, rows: rows),
        .init(
          "independent program", x: Self.prolate.map(\.packing), y: pressures,
          mark: .line(dashed: true), color: .of(1)),
      ])
    let order = Plot(
      "Nematic order", x: PlotAxis("packing fraction"), y: PlotAxis("S"),
      series: [
        .init(
          "here", x: x, y: outcomes.map { $0.order?.mean ?? .nan }, mark: .points(radius: 4),
          color: .of(0), labels: rows.map { "P* = \(pressures[$0])" }, rows: rows),
        .init(
          "independent program", x: Self.prolate.map(\.packing), y: Self.prolate.map(\.order),
          mark: .line(dashed: true), color: .of(1)),
      ])
    result.pictures.append(
      .init(
        name: "prolate",
        caption: "Equation of state and order along the pressure (constant pressure, N = 256).",
        content: .plots([equation, order])))
    result.remarks.append(
      "S of an isotropic frame of 256 particles is about 0.05 and not 0: the eigenvalue of largest "
        + "magnitude of a finite sample. In the nematic S relaxes over thousands of sweeps; the "
        + "independent program gives it to 0.015, packing fractions to 0.002. At P* = 13, near the "
        + "transition, runs of 140,000 sweeps from an aligned and from an isotropic start did not meet: "
        + "packing 0.556 and S falling to 0.72 from the one, 0.543 and S rising to 0.25 from the other "
        + "(the independent program: 0.559 and 0.77, 0.540 and 0.12). The errors of that point are those of "
        + "its start.")
  }

  private func addSpheres(_ outcomes: [Outcome], to result: inout FigureResult) {
    let sphere = 4.0 / 3 * Double.pi * 0.125
    var measured: [Double] = []
    for (phi, outcome) in zip(Self.spheres, outcomes) {
      let z = outcome.pressure.mean * sphere / phi
      let error = outcome.pressure.standardError * sphere / phi
      measured.append(z)
      result.comparisons.append(
        .init(
          "Z of hard spheres at packing fraction \(phi) (error \(Figures.significant(error)))", z,
          printed: Figures.significant(Self.carnahanStarling(phi)) + " (Carnahan and Starling)"))
    }
    let grid = (1...90).map { 0.005 * Double($0) }
    result.pictures.append(
      .init(
        name: "spheres", caption: "Hard spheres: pressure by virtual compressions.",
        content: .plots([
          Plot(
            "Hard spheres", x: PlotAxis("packing fraction"), y: PlotAxis("Z = P V / N kT"),
            series: [
              .init("here", x: Self.spheres, y: measured, mark: .points(radius: 4), color: .of(0)),
              .init(
                "Carnahan and Starling", x: grid, y: grid.map(Self.carnahanStarling),
                mark: .line(dashed: true), color: .of(1)),
            ])
        ])))
  }
}
