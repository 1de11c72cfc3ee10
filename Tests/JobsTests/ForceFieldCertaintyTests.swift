import FileFormats
import Foundation
import GayBerne
import Geometry
import Jobs
import Learning
import Mathematics
import TestSupport
import Testing

/// Spreads of force fields, frames outside of what they learned from, curves and tuning.
@Suite struct ForceFieldCertaintyTests {
  private let base = ForceFieldTests()
  private static let context = JobContext(threads: 2)

  private func frames(_ path: String) throws -> [Frame] {
    let reader = try FrameReader.open(path)
    var frames: [Frame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return frames
  }

  /// Spreads are as large as errors on frames that were not learned from, in the table, in `energy` and in
  /// `learn predict`.
  @Test func spreads() throws {
    let folder = try ScratchFolder()
    let targets = try base.labelled(base.frames(in: folder, count: 60), in: folder)
    let archive = try base.features(targets, in: folder)
    var settings = base.settings(targets)
    settings.field.virial = nil
    settings.data.baseline = "wca"
    (settings.spread, settings.members, settings.split.folds) = (.committee, 8, 4)
    settings.predictions = folder.file("test.csv")
    let model = folder.file("model.npz")
    let report = try RidgeJob(features: archive, output: model, settings: settings)
      .run(Self.context)
    #expect(report.summary?.heads.last == "spread")
    var sums: [String: (errors: Double, spreads: Double)] = [:]
    for line in try folder.text("test.csv").split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      let numbers = cells.map { Double($0) ?? .nan }
      let error = numbers[3] - numbers[4]
      sums[String(cells[1]), default: (0, 0)].errors += error * error
      sums[String(cells[1]), default: (0, 0)].spreads += numbers[5] * numbers[5]
    }
    for kind in ["forces", "torques"] {
      let own = try #require(sums[kind])
      // Hundreds of rows: the square root of the mean squared error over the spread.
      let z = (own.errors / own.spreads).squareRoot()
      #expect(z > 0.6 && z < 1.4, "\(kind) \(z)")
    }
    var energy = EnergySettings()
    (energy.interaction.potential, energy.forces, energy.spread) = (.learned(model), true, true)
    let output = folder.file("out.xyz")
    _ = try EnergyJob(input: targets, output: output, settings: energy).run(Self.context)
    let frame = try #require(try frames(output).first)
    let potential = try ForceFieldFile(contentsOf: model).potential
    let spread = try potential.spread(of: frame, forces: true, threads: 1)
    #expect(frame.labels["spread_energy"]?.real == spread.energy && spread.energy > 0)
    #expect(frame.column("spread_forces")?.width == 3)
    #expect(spread.torques.count == frame.count && spread.largestForce > 0)
    var wanted = PredictionSettings()
    wanted.spread = true
    _ = try PredictJob(
      model: model, input: targets, output: folder.file("p.csv"), settings: wanted
    ).run(Self.context)
    #expect(try folder.text("p.csv").hasPrefix("frame,energy,extrapolation,spread_energy\n"))
    try simulations(model, targets, folder)
  }

  /// A simulation stops at a spread, and labels that frame; an innocent spread never stops it.
  private func simulations(_ model: String, _ start: String, _ folder: ScratchFolder) throws {
    for (spread, rows) in [(1e-9, 1), (1e9, 3)] {
      var simulation = SimulateSettings()
      simulation.method = .molecularDynamics
      (simulation.interaction.potential, simulation.untilSpread) = (.learned(model), spread)
      (simulation.equilibrate, simulation.steps, simulation.every) = (0, 6, 2)
      (simulation.temperature, simulation.selectFrames) = (0.1, "0:1")
      let output = folder.file("walk-\(rows).xyz")
      simulation.observables = folder.file("walk-\(rows).csv")
      let told = Warnings()
      _ = try SimulateJob(input: start, output: output, settings: simulation).run(
        JobContext(threads: 1, warning: told.add))
      let written = try frames(output)
      #expect(written.count == rows)
      #expect(written.last?.labels["spread_force"]?.real ?? 0 > 0)
      #expect(written.last?.labels["extrapolation"] != nil)
      #expect(told.all.contains { $0.contains("stopped at step 2") } == (rows == 1))
    }
  }

  /// What is said by several threads.
  private final class Warnings: @unchecked Sendable {
    private let lock = NSLock()
    private var texts: [String] = []
    var all: [String] { lock.withLock { texts } }
    func add(_ text: String) { lock.withLock { texts.append(text) } }
  }

  /// Frames that were learned from are inside, compressed ones outside: told with frame and distance, by
  /// `energy` and by simulations.
  @Test func extrapolation() throws {
    let folder = try ScratchFolder()
    let targets = try base.labelled(base.frames(in: folder, count: 30), in: folder)
    let archive = try base.features(targets, in: folder)
    let model = folder.file("model.npz")
    var settings = base.settings(targets)
    settings.field.virial = nil
    settings.data.baseline = "wca"
    settings.split.split = .order
    _ = try RidgeJob(features: archive, output: model, settings: settings).run(Self.context)
    let potential = try ForceFieldFile(contentsOf: model).potential
    let all = try frames(targets)
    var largest = 0.0
    for frame in all.prefix(24) {
      let distance = try #require(try potential.distance(of: frame, threads: 1))
      #expect(!distance.isOutside)
      largest = max(largest, distance.ratio)
    }
    // The farthest of the training part is the limit itself.
    #expect(abs(largest - 1) < 1e-12)
    var dense = all[0]
    try dense.set(positions: all[0].positions.map { 0.9 * $0 })
    if let cell = all[0].cell {
      dense.cell = try Cell(
        0.9 * cell.vector(0), 0.9 * cell.vector(1), 0.9 * cell.vector(2))
    }
    let path = folder.file("dense.xyz")
    let writer = try FrameWriter.create(path)
    for _ in 0..<3 { try writer.write(dense) }
    try writer.write(all[1])
    try writer.commit()
    let told = Warnings()
    var energy = EnergySettings()
    energy.interaction.potential = .learned(model)
    let output = folder.file("out.xyz")
    _ = try EnergyJob(input: path, output: output, settings: energy).run(
      JobContext(threads: 2, warning: told.add))
    let ratios = try frames(output).compactMap { $0.labels["extrapolation"]?.real }
    #expect(ratios.count == 4 && ratios[0] > 1.2 && ratios[3] <= 1)
    // The first, the second, and the total.
    #expect(told.all.count == 3, "\(told.all)")
    #expect(told.all.first?.contains("frame 0 lies outside") == true)
    #expect(told.all.last?.contains("3 of 4 frames lie outside") == true)

    var simulation = SimulateSettings()
    simulation.method = .molecularDynamics
    simulation.interaction.potential = .learned(model)
    (simulation.equilibrate, simulation.steps, simulation.every) = (0, 5, 1)
    (simulation.temperature, simulation.timeStep, simulation.selectFrames) = (0.01, 1e-4, "0:1")
    simulation.observables = folder.file("walk.csv")
    let heard = Warnings()
    _ = try SimulateJob(
      input: path, output: folder.file("walk.xyz"), settings: simulation
    ).run(JobContext(threads: 1, warning: heard.add))
    let outside = heard.all.filter { $0.contains("outside") }
    // After 1, 2 and 4 frames, and all five at the end.
    #expect(outside.count == 4, "\(heard.all)")
    #expect(outside.last?.contains("5 of 5") == true)
  }

  /// Learning curves and tuning by force errors.
  @Test(arguments: [CurveSettings.Regression.ridge, .kernel])
  func curve(_ model: CurveSettings.Regression) throws {
    let folder = try ScratchFolder()
    let targets = try base.labelled(base.frames(in: folder, count: 24), in: folder)
    var settings = CurveSettings()
    (settings.data.targets, settings.data.target) = (targets, ["energy"])
    (settings.field.forces, settings.data.baseline) = ("forces", "wca")
    (settings.sizes, settings.repeats, settings.model) = ("6,18", 2, model)
    (settings.split.test, settings.split.folds) = ("6", 3)
    (settings.ridgeAlphas, settings.alphas) = ("1e-12:1:7", "1e-12:1:7")
    (settings.sparse.inducing, settings.choice.gamma) = (12, "0.1")
    let archive = try base.features(targets, in: folder)
    let output = folder.file("curve.csv")
    _ = try CurveJob(features: archive, output: output, settings: settings).run(Self.context)
    let lines = try folder.text("curve.csv").split(separator: "\n")
    let heads = [
      "samples", "energy_per_particle_rmse", "energy_per_particle_deviation",
      "energy_per_particle_r2", "forces_rmse", "forces_deviation", "forces_r2",
    ]
    #expect(lines.first?.split(separator: ",").map(String.init) == heads)
    let rows = lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    #expect(rows.map { $0[0] } == [6, 18])
    #expect(rows[1][4] < rows[0][4])
    // The largest draw is the whole training part: as `learn` has it.
    guard model == .ridge else { return }
    var whole = RidgeSettings()
    (whole.data, whole.field, whole.split) = (settings.data, settings.field, settings.split)
    whole.alphas = settings.ridgeAlphas
    let report = try RidgeJob(features: archive, output: nil, settings: whole).run(Self.context)
    // Folds are drawn otherwise, so that alpha may differ by a step.
    #expect(abs(try base.score(report, "forces", "test") - rows[1][6]) < 0.05)
  }

  @Test func tuneByForces() throws {
    let folder = try ScratchFolder()
    let targets = try base.labelled(base.frames(in: folder, count: 12), in: folder)
    var settings = TuneSettings()
    (settings.target, settings.score, settings.baseline) = (["energy"], .forces, "wca")
    (settings.field.forces, settings.field.torques) = ("forces", "torques")
    let candidates = [1, 3].map {
      width -> (options: [TuneJob.Candidate.Option], settings: FeatureSettings) in
      var features = FeatureSettings(cutoff: 4)
      (features.maxAngular, features.maxRadial, features.radialWidth) = (2, "2", Double(width))
      (features.smoothCutoff, features.compact) = (1, true)
      return ([.init(name: "radial-width", value: "\(width)")], features)
    }
    let output = folder.file("tune.csv")
    let report = try TuneJob(
      input: targets, output: output, settings: settings, features: candidates
    ).run(Self.context)
    let lines = try folder.text("tune.csv").split(separator: "\n")
    #expect(lines.count == 3)
    for line in lines.dropFirst() {
      let score = try #require(line.split(separator: ",").last.flatMap { Double($0) })
      #expect(score > 0 && score < 1.5)
    }
    let command = try #require(report.summary?.commands.last)
    #expect(command.contains("learn ridge") && command.contains("--torques torques"))
    #expect(command.contains("--baseline wca"))
    settings.field = ForceFieldSettings()
    #expect(throws: InvalidInput.self) {
      try TuneJob(input: targets, output: output, settings: settings, features: candidates)
    }
  }

  /// What has no spread, no such options or not so many neighbourhoods is refused.
  @Test func refusals() throws {
    let folder = try ScratchFolder()
    let targets = try base.labelled(base.frames(in: folder, count: 10), in: folder)
    let archive = try base.features(targets, in: folder)
    let model = folder.file("model.npz")
    var good = KernelSettings()
    (good.data.targets, good.data.target) = (targets, ["energy"])
    (good.field.forces, good.data.baseline) = ("forces", "wca")
    (good.sparse.inducing, good.choice.gamma, good.split.folds) = (10, "0.1", 4)
    _ = try KernelJob(features: archive, output: model, settings: good).run(Self.context)
    func refused(_ change: (inout KernelSettings) -> Void) {
      var wrong = good
      change(&wrong)
      #expect(throws: (any Error).self) {
        try KernelJob(features: archive, output: folder.file("no.npz"), settings: wrong)
          .run(Self.context)
      }
      #expect(!FileManager.default.fileExists(atPath: folder.file("no.npz")))
    }
    refused { $0.sparse.inducing = 1000 }
    refused { $0.sparse.inducing = 0 }
    refused { $0.spread = .posterior }
    refused { ($0.spread, $0.members) = (.committee, 2) }
    refused { ($0.choice.kernel, $0.choice.offset) = (.polynomial, -3) }
    refused { $0.field.weights = "1,1,1,1;0,1,1,1" }
    refused { $0.data.target = ["no_energy"] }
    refused { ($0.field, $0.data.baseline, $0.spread) = (.init(), nil, .committee) }
    // A model without a committee has no spread; another cutoff than its own is refused.
    for change: (inout EnergySettings) -> Void in [
      { $0.spread = true }, { $0.interaction.cutoff = 5 },
    ] {
      var energy = EnergySettings()
      energy.interaction.potential = .learned(model)
      change(&energy)
      #expect(throws: InvalidInput.self) {
        try EnergyJob(input: targets, output: folder.file("no.xyz"), settings: energy)
      }
    }
    var plain = EnergySettings()
    plain.spread = true
    #expect(throws: InvalidInput.self) {
      try EnergyJob(input: targets, output: folder.file("no.xyz"), settings: plain)
    }
    var simulation = SimulateSettings()
    (simulation.interaction.potential, simulation.untilSpread) = (.learned(model), 1)
    (simulation.method, simulation.selectFrames) = (.molecularDynamics, "0:1")
    simulation.observables = folder.file("no.csv")
    #expect(throws: (any Error).self) {
      try SimulateJob(input: targets, output: folder.file("no.xyz"), settings: simulation)
        .run(Self.context)
    }
    simulation.samples = 3
    #expect(throws: InvalidInput.self) {
      try SimulateJob(input: targets, output: folder.file("no.xyz"), settings: simulation)
    }
    // Features, and tables with forces.
    for (input, output, forces) in [(archive, "p.csv", false), (targets, "p.csv", true)] {
      var wanted = PredictionSettings()
      wanted.forces = forces
      #expect(throws: (any Error).self) {
        try PredictJob(
          model: model, input: input, output: folder.file(output), settings: wanted
        ).run(Self.context)
      }
    }
  }
}
