internal import FileFormats
internal import Foundation
internal import Geometry
internal import Jobs
internal import Mathematics

/// A potential learned from simulated frames of GB(3, 5, 2, 1), and simulations with it beside those of the
/// potential that it learned from.
struct LearnedPotentialFigure {
  /// A state at rho = 0.32: its temperature, the order of the drawn frame that it starts from, and whether it
  /// is learned from. The nematic is stable up to T = 1.25 or so.
  struct State {
    let temperature: Double
    let order: String
    let isLearned: Bool
  }

  static let states = [
    State(temperature: 0.9, order: "0.7", isLearned: true),
    State(temperature: 1, order: "0.7", isLearned: false),
    State(temperature: 1.1, order: "0.7", isLearned: true),
    State(temperature: 1.8, order: "0", isLearned: false),
    State(temperature: 2.2, order: "0", isLearned: true),
  ]
  private static let cutoff = 4.0
  /// rho = 0.32: packing fraction rho pi L / 6 of L = 3.
  private static let packing = "0.5027"

  /// What the energy is made of besides features.
  private struct Form {
    let name: String
    let goal: String
    let settings: RidgeSettings
    /// Features of the particles' own frames in place of the power spectrum.
    var isBody = false
    /// So many points of a kernel; nil: linear in the features.
    var inducing: Int?

    init(_ name: String, goal: String, _ change: (inout RidgeSettings) -> Void) {
      var settings = RidgeSettings()
      (settings.field.forces, settings.field.torques) = ("forces", "torques")
      change(&settings)
      (self.name, self.goal, self.settings) = (name, goal, settings)
    }

    /// The same with features of the particles' own frames.
    func inBodyFrame() -> Form {
      var form = self
      form.isBody = true
      return form
    }

    /// The same with a kernel.
    func withKernel(_ inducing: Int) -> Form {
      var form = self
      form.inducing = inducing
      return form
    }
  }

  private static let forms = [
    Form("AniSOAP alone", goal: "none") { _ in },
    Form("AniSOAP and a fitted repulsion", goal: "0.95") { $0.data.baseline = "wca" },
    Form("a kernel of 100 neighbourhoods and a fitted repulsion", goal: "0.95") {
      $0.data.baseline = "wca"
    }.withKernel(100),
    Form("nu = 1 in the body frame and a fitted repulsion", goal: "0.95") {
      $0.data.baseline = "wca"
    }.inBodyFrame(),
    Form("AniSOAP and 64 columns of another contact", goal: "0.98") {
      ($0.field.contactColumns, $0.field.contact) = (64, .perramWertheim)
    },
    Form("AniSOAP and 16 columns of the labels' contact", goal: "0.999") {
      $0.field.contactColumns = 16
    },
  ]

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
    let runs = LearnedPotentialRuns(settings: settings, steps: steps, cutoff: Self.cutoff)
    progress("simulate GB(3,5,2,1)", 0, 4)
    let starts = try starts(folder, particles, settings)
    let truth = try runs.simulate(nil, from: starts, folder + "true")
    let (targets, testing) = try join(folder + "true", to: folder + "all.xyz")
    progress("learn", 1, 4)
    let last = try learn(folder, targets, testing, settings, to: &result)
    progress("simulate the learned potential", 2, 4)
    let ends = try ends(folder + "true", folder)
    let model = try runs.simulate(last, from: ends, folder + "model")
    progress("at constant energy", 3, 4)
    let drifts = try [nil, last].map { try runs.drift($0, from: ends[1], folder + "nve") }
    LearnedPotentialComparison(truth: truth, model: model, drifts: drifts)
      .add(particles: particles, steps: steps, to: &result)
    progress("at constant energy", 4, 4)
    return result
  }

  /// The drawn frames that the states start from.
  private func starts(
    _ folder: String, _ particles: Int, _ settings: ReproductionSettings
  ) throws -> [String] {
    try Self.states.enumerated().map { k, state in
      var phase = PhaseSettings(.nematic)
      phase.count = 1
      (phase.particles, phase.order) = (particles, state.order)
      phase.packingFraction = Self.packing
      phase.set.seed = settings.seed
      let path = folder + "start-\(k).xyz"
      _ = try GenerateJob(output: path, settings: phase).run(JobContext(threads: 1))
      return path
    }
  }

  /// The last frame of every simulation, from which those of the learned potential go on.
  private func ends(_ name: String, _ folder: String) throws -> [String] {
    try Self.states.indices.map { k in
      let reader = try FrameReader.open("\(name)-\(k).xyz")
      var last: Frame?
      while let frame = try reader.next() { last = frame }
      let path = folder + "end-\(k).xyz"
      let writer = try FrameWriter.create(path)
      if let last { try writer.write(last) }
      try writer.commit()
      return path
    }
  }

  /// Learns all forms; the file of the last.
  private func learn(
    _ folder: String, _ targets: String, _ testing: Int, _ settings: ReproductionSettings,
    to result: inout FigureResult
  ) throws -> String {
    let context = JobContext(threads: settings.threads)
    let (features, body) = (folder + "all.npz", folder + "body.npz")
    _ = try FeaturizeJob(input: targets, output: features, settings: Self.features).run(context)
    var own = Self.features
    (own.correlation, own.frame, own.compact) = (1, .axis, false)
    _ = try FeaturizeJob(input: targets, output: body, settings: own).run(context)
    var (last, plots) = ("", [Plot]())
    for (k, form) in Self.forms.enumerated() {
      last = folder + "model-\(k).npz"
      let table = folder + "test-\(k).csv"
      var ridge = regression(form.settings, targets, testing, settings)
      ridge.predictions = table
      let report: JobReport
      if let inducing = form.inducing {
        var kernel = KernelSettings()
        (kernel.data, kernel.split, kernel.field) = (ridge.data, ridge.split, ridge.field)
        (kernel.alphas, kernel.predictions) = (ridge.alphas, table)
        (kernel.sparse.inducing, kernel.choice.gamma) = (inducing, "0.1")
        report = try KernelJob(features: features, output: last, settings: kernel).run(context)
      } else {
        report = try RidgeJob(
          features: form.isBody ? body : features, output: last, settings: ridge
        ).run(context)
      }
      add(form, report, to: &result)
      plots += try ParityPlots(contentsOf: table, of: form.name).plots
        .filter { ["forces", "torques"].contains($0.target) }.map(\.plot)
    }
    result.pictures.append(
      .init(
        name: "parity",
        caption: "Components of forces and torques on the temperatures that were "
          + "not learned from.", content: .plots(plots, left: [], right: [])))
    return last
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
        + Self.states.map {
          "\($0.temperature)\($0.order == "0" ? " (isotropic)" : "")\($0.isLearned ? "" : ", tested")"
        }.joined(separator: ", "))
    result.set(
      "dynamics",
      "velocity rescaling, steps of 0.002: of the true potential \(5 * steps) after \(5 * steps) from "
        + "drawn frames, then of the learned one \(steps) after \(steps / 5)")
    result.set("features", Self.features.words + ", smooth cutoff 0.5")
    result.set("seed", "\(settings.seed)")
  }

  /// The frames that are learned from, then those that are tested on, in one file; how many are the latter.
  private func join(_ name: String, to path: String) throws -> (path: String, testing: Int) {
    let writer = try FrameWriter.create(path)
    var testing = 0
    for isTest in [false, true] {
      for k in Self.states.indices where Self.states[k].isLearned != isTest {
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
}
