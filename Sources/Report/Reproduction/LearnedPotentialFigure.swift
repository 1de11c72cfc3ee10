internal import FileFormats
internal import Foundation
internal import Geometry
internal import Jobs
internal import Mathematics

/// A potential learned from simulated frames of GB(3, 5, 2, 1), and simulations with it beside those of the
/// potential that it learned from.
struct LearnedPotentialFigure {
  private static let temperatures = [0.95, 1.1, 1.25, 1.6, 2.0]
  /// The temperatures that are learned from; the others are tested on.
  private static let learned: Set<Int> = [0, 2, 4]
  private static let cutoff = 4.0
  /// rho = 0.32: packing fraction rho pi L / 6 of L = 3.
  private static let packing = "0.5027"

  /// What the energy is made of besides features.
  private struct Form {
    let name: String
    let goal: String
    let settings: RidgeSettings

    init(_ name: String, goal: String, _ change: (inout RidgeSettings) -> Void) {
      var settings = RidgeSettings()
      (settings.field.forces, settings.field.torques) = ("forces", "torques")
      change(&settings)
      (self.name, self.goal, self.settings) = (name, goal, settings)
    }
  }

  private static let forms = [
    Form("AniSOAP alone", goal: "none") { _ in },
    Form("AniSOAP and a fitted repulsion", goal: "0.95") { $0.data.baseline = "wca" },
    Form("AniSOAP and 64 columns of another contact", goal: "0.98") {
      ($0.field.contactColumns, $0.field.contact) = (64, .perramWertheim)
    },
    Form("AniSOAP and 16 columns of the labels' contact", goal: "0.999") {
      $0.field.contactColumns = 16
    },
  ]

  /// The means of a simulation with their errors.
  private struct Means: Sendable {
    var values: [String: (mean: Double, error: Double)] = [:]
    var seconds = 0.0
    var frame: Frame?
  }

  func result(
    _ settings: ReproductionSettings, progress: (String, Int, Int) -> Void
  ) throws -> FigureResult {
    let temporary = try TemporaryFolder()
    defer { withExtendedLifetime(temporary) {} }
    let folder = temporary.path + "/"
    var result = FigureResult(figure: .learnedGayBerne)
    let steps = 20 * settings.configurations
    let particles = settings.configurations >= 500 ? 256 : 108
    describe(steps, particles, settings, in: &result)
    let start = folder + "start.xyz"
    var phase = PhaseSettings(.nematic)
    phase.count = 1
    (phase.particles, phase.order, phase.packingFraction) = (particles, "0.7", Self.packing)
    phase.set.seed = settings.seed
    _ = try GenerateJob(output: start, settings: phase).run(JobContext(threads: 1))
    progress("simulate GB(3,5,2,1)", 0, 3)
    let truth = try simulate(nil, from: start, steps, folder + "true", settings)
    let (targets, testing) = try join(folder + "true", to: folder + "all.xyz")
    progress("learn", 1, 3)
    let features = folder + "all.npz"
    let context = JobContext(threads: settings.threads)
    _ = try FeaturizeJob(input: targets, output: features, settings: Self.features).run(context)
    var last = ""
    for (k, form) in Self.forms.enumerated() {
      last = folder + "model-\(k).npz"
      let report = try RidgeJob(
        features: features, output: last,
        settings: regression(form.settings, targets, testing, settings)
      ).run(context)
      add(form, report, to: &result)
    }
    progress("simulate the learned potential", 2, 3)
    let model = try simulate(last, from: start, steps, folder + "model", settings)
    compare(truth, model, particles, steps, in: &result)
    progress("simulate the learned potential", 3, 3)
    return result
  }

  private static var features: FeatureSettings {
    var features = FeatureSettings(cutoff: cutoff)
    (features.maxAngular, features.maxRadial, features.radialWidth) = (4, "10", 0.5)
    (features.smoothCutoff, features.compact) = (0.5, true)
    features.shapes.scaleAxes = 0.5
    return features
  }

  private func describe(
    _ steps: Int, _ particles: Int, _ settings: ReproductionSettings, in result: inout FigureResult
  ) {
    result.set("labels", "GB(3,5,2,1), cutoff \(Self.cutoff), switched off smoothly")
    result.set(
      "states",
      "\(particles) particles at rho = 0.32, T = "
        + Self.temperatures.map { "\($0)" }.joined(separator: ", ")
        + "; learned from every second one, tested on the others")
    result.set(
      "dynamics", "velocity rescaling, \(steps) steps of 0.002 after \(steps / 2), a frame every 50"
    )
    result.set("features", Self.features.words + ", smooth cutoff 0.5")
    result.set("seed", "\(settings.seed)")
  }

  /// One simulation at every temperature, side by side.
  private func simulate(
    _ model: String?, from start: String, _ steps: Int, _ name: String,
    _ settings: ReproductionSettings
  ) throws -> [Means] {
    try Parallel.map(count: Self.temperatures.count, threads: settings.threads) { k in
      var simulation = SimulateSettings()
      simulation.method = .molecularDynamics
      if let model {
        simulation.interaction.potential = .learned(model)
      } else {
        (simulation.interaction.model, simulation.interaction.cutoff) = ("gb-3-5-2-1", Self.cutoff)
      }
      simulation.temperature = Self.temperatures[k]
      (simulation.steps, simulation.equilibrate, simulation.every) = (steps, steps / 2, 50)
      simulation.forces = model == nil
      simulation.seed = settings.seed &+ UInt64(k)
      simulation.observables = "\(name)-\(k).csv"
      let clock = ContinuousClock()
      let begin = clock.now
      let report = try SimulateJob(
        input: start, output: "\(name)-\(k).xyz", settings: simulation
      ).run(JobContext(threads: 1))
      let elapsed = begin.duration(to: clock.now).components
      var means = Means()
      means.seconds = Double(elapsed.seconds) + 1e-18 * Double(elapsed.attoseconds)
      for row in report.summary?.rows ?? [] {
        if case .text(let name) = row[0], case .number(let mean) = row[1],
          case .number(let error) = row[2]
        {
          means.values[name] = (mean, error)
        }
      }
      let reader = try FrameReader.open("\(name)-\(k).xyz")
      while let frame = try reader.next() { means.frame = frame }
      return means
    }
  }

  /// The frames that are learned from, then those that are tested on, in one file; how many are the latter.
  private func join(_ name: String, to path: String) throws -> (path: String, testing: Int) {
    let writer = try FrameWriter.create(path)
    var testing = 0
    for isTest in [false, true] {
      for k in Self.temperatures.indices where Self.learned.contains(k) != isTest {
        let reader = try FrameReader.open("\(name)-\(k).xyz")
        while let frame = try reader.next() {
          try writer.write(frame)
          testing += isTest ? 1 : 0
        }
      }
    }
    try writer.commit()
    return (path, testing)
  }

  private func regression(
    _ form: RidgeSettings, _ targets: String, _ testing: Int,
    _ settings: ReproductionSettings
  ) -> RidgeSettings {
    var regression = form
    (regression.data.targets, regression.data.target) = (targets, ["energy"])
    (regression.split.split, regression.split.test) = (.order, "\(testing)")
    regression.split.seed = settings.seed
    regression.alphas = "1e-13:1e-2:12"
    return regression
  }

  /// What a form reached on the temperatures that it did not learn from.
  private func add(_ form: Form, _ report: JobReport, to result: inout FigureResult) {
    for row in report.summary?.rows ?? [] where row[1] == .text("test") {
      guard case .text(let kind) = row[0], case .fixed(let r2, _) = row[5] else { continue }
      let goal = kind == "energy_per_particle" || form.goal == "none" ? "" : "\(form.goal) (goal)"
      result.comparisons.append(
        .init(
          "R2 of \(kind.replacing("_", with: " ")), \(form.name)", r2,
          printed: goal.isEmpty ? nil : goal))
    }
  }

  private func compare(
    _ truth: [Means], _ model: [Means], _ particles: Int, _ steps: Int,
    in result: inout FigureResult
  ) {
    var plots: [Plot] = []
    for (name, label) in [
      ("order", "S"), ("pressure", "P"), ("energy_per_particle", "U / N"),
    ] {
      var outside: [String] = []
      for (k, t) in Self.temperatures.enumerated() {
        guard let a = truth[k].values[name], let b = model[k].values[name] else { continue }
        result.comparisons.append(
          .init(
            "\(label) at T = \(t), learned (error \(Figures.significant(b.error)))", b.mean,
            printed: "\(Figures.significant(a.mean)) (true, error \(Figures.significant(a.error)))")
        )
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
      plots.append(
        Plot(
          label, x: PlotAxis("T"), y: PlotAxis(label),
          series: [
            .init(
              "true potential", x: Self.temperatures, y: values(truth), mark: .line(dashed: true),
              color: .of(1)),
            .init(
              "learned potential", x: Self.temperatures, y: values(model),
              mark: .points(radius: 4), color: .of(0)),
          ]))
    }
    result.remarks.append(
      "Both potentials start from the same drawn nematic. S of a nematic moves over more steps than "
        + "these \(steps): errors from one run of that length are too small, of S above all.")
    result.pictures.append(
      .init(
        name: "", caption: "Order, pressure and energy of both potentials along the temperature.",
        content: .plots(plots, left: [], right: [])))
    let total = Double(steps * particles * 3 / 2 * Self.temperatures.count)
    func rate(_ all: [Means]) -> Double { total / all.reduce(0) { $0 + $1.seconds } }
    result.comparisons += [
      .init("particle-steps a second and thread, true potential", rate(truth)),
      .init("particle-steps a second and thread, learned potential", rate(model)),
    ]
    for (k, t) in Self.temperatures.enumerated() {
      if let frame = model[k].frame {
        result.frames.add(frame, row: k, caption: "learned potential at T = \(t), last frame")
      }
    }
  }
}
