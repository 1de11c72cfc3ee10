import FileFormats
import Foundation
import GayBerne
import Geometry
import Jobs
import Learning
import Mathematics
import TestSupport
import Testing

/// Sparse kernel models of forces, committees, and frames outside of what was learned from.
@Suite struct KernelForceFieldTests {
  private let base = ForceFieldTests()
  private static let context = JobContext(threads: 2)

  private func settings(_ targets: String) -> KernelSettings {
    var settings = KernelSettings()
    (settings.data.targets, settings.data.target) = (targets, ["energy"])
    (settings.field.forces, settings.field.torques) = ("forces", "torques")
    settings.data.baseline = "wca"
    (settings.sparse.inducing, settings.choice.gamma) = (30, "0.1")
    settings.alphas = "1e-10:1e-2:5"
    settings.split.folds = 4
    return settings
  }

  private func frames(_ path: String) throws -> [Frame] {
    let reader = try FrameReader.open(path)
    var frames: [Frame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return frames
  }

  /// Forces, torques and virials of a kernel model are derivatives of its energy, which does not change when
  /// everything turns.
  @Test(arguments: [KernelChoiceSettings.Name.rbf, .polynomial, .linear], [false, true])
  func forcesAreDerivatives(_ kernel: KernelChoiceSettings.Name, _ mixed: Bool) throws {
    let folder = try ScratchFolder()
    let targets = try base.labelled(
      base.frames(in: folder, count: 12, mixed: mixed), in: folder)
    var settings = settings(targets)
    (settings.choice.kernel, settings.choice.gamma) = (kernel, nil)
    (settings.choice.degree, settings.field.virial) = (2, "virial")
    settings.sparse.inducing = 10
    let model = folder.file("model.npz")
    let report = try KernelJob(
      features: base.features(targets, in: folder), output: model, settings: settings
    ).run(Self.context)
    #expect(try base.score(report, "forces", "training") > 0)
    let potential = try ForceFieldFile(contentsOf: model).potential
    let frame = try #require(try frames(targets).first)
    let result = try potential.evaluate(frame, forces: true, threads: 1)
    let scale = result.forces.map(\.length).max() ?? 1
    #expect(result.forces.reduce(.zero, +).length < 1e-9 * scale)
    func energy(_ change: (inout [Vector3], inout [UnitQuaternion]) throws -> Void) throws
      -> Double
    {
      var (positions, turns) = (frame.positions, frame.orientations ?? [])
      try change(&positions, &turns)
      var moved = frame
      try moved.set(positions: positions)
      try moved.set(orientations: turns)
      return try potential.evaluate(moved, forces: false, threads: 1).energy
    }
    let h = 1e-4
    for k in 0..<3 {
      let up = try energy { positions, _ in positions[4][k] += h }
      let down = try energy { positions, _ in positions[4][k] -= h }
      #expect(abs((down - up) / (2 * h) - result.forces[4][k]) < 1e-5 * scale)
      func turned(_ angle: Double) throws -> Double {
        var axis = [0.0, 0, 0]
        axis[k] = sin(angle / 2)
        let turn = try UnitQuaternion(w: cos(angle / 2), x: axis[0], y: axis[1], z: axis[2])
        return try energy { _, turns in turns[4] = turn * turns[4] }
      }
      let torque = (try turned(-h) - turned(h)) / (2 * h)
      #expect(abs(torque - result.torques[4][k]) < 1e-5 * scale)
    }
    // Turned as a whole, with the cell.
    var stream = RandomStream(seed: 4)
    let rotation = try RandomFrames.rotation(&stream)
    let matrix = rotation.rotationMatrix
    var turned = frame
    try turned.set(positions: frame.positions.map { matrix * $0 })
    try turned.set(orientations: (frame.orientations ?? []).map { rotation * $0 })
    if let cell = frame.cell {
      turned.cell = try Cell(
        matrix * cell.vector(0), matrix * cell.vector(1), matrix * cell.vector(2))
    }
    let other = try potential.evaluate(turned, forces: true, threads: 2)
    #expect(abs(other.energy - result.energy) < 1e-8 * abs(result.energy))
    for (a, b) in zip(other.forces, result.forces) {
      #expect((a - matrix * b).length < 1e-8 * scale)
    }
  }

  /// Labels that are such a model's own are learned again exactly, and the file does what it says.
  @Test func findsAKnownFunction() throws {
    let folder = try ScratchFolder()
    let first = try base.labelled(base.frames(in: folder, count: 16), in: folder)
    let archive = try base.features(first, in: folder)
    let (truth, model) = (folder.file("truth.npz"), folder.file("model.npz"))
    _ = try KernelJob(features: archive, output: truth, settings: settings(first))
      .run(Self.context)
    var energy = EnergySettings()
    (energy.interaction.potential, energy.forces) = (.learned(truth), true)
    let targets = folder.file("own.xyz")
    _ = try EnergyJob(input: first, output: targets, settings: energy).run(Self.context)
    var settings = settings(targets)
    settings.alphas = "1e-13"
    let report = try KernelJob(features: archive, output: model, settings: settings)
      .run(Self.context)
    for kind in ["energy_per_particle", "forces", "torques"] {
      #expect(try base.score(report, kind, "test") > 1 - 1e-6, "\(kind)")
    }
    // Any number of threads learns the same.
    let again = folder.file("again.npz")
    _ = try KernelJob(features: archive, output: again, settings: settings)
      .run(JobContext(threads: 1))
    let (a, b) = (
      try ForceFieldFile(contentsOf: model).potential,
      try ForceFieldFile(contentsOf: again).potential
    )
    let frame = try #require(try frames(targets).last)
    let energies = try [a, b].map { try $0.evaluate(frame, forces: false, threads: 1).energy }
    #expect(energies[0] == energies[1])
    // `learn predict` says what `energy` says.
    let predicted = folder.file("predicted.xyz")
    var settingsOfPrediction = PredictionSettings()
    settingsOfPrediction.forces = true
    _ = try PredictJob(
      model: model, input: targets, output: predicted, settings: settingsOfPrediction
    ).run(Self.context)
    let labelled = try #require(try frames(predicted).last)
    #expect(labelled.labels["predicted_energy"]?.real == energies[0])
    #expect(labelled.column("predicted_forces")?.width == 3)
    let table = folder.file("predicted.csv")
    _ = try PredictJob(
      model: model, input: targets, output: table, settings: PredictionSettings()
    ).run(Self.context)
    #expect(try folder.text("predicted.csv").hasPrefix("frame,energy,extrapolation\n"))
  }

  /// On plain arrays a learned potential gives what it gives for frames, step after step.
  @Test func plainArrays() throws {
    let folder = try ScratchFolder()
    let targets = try base.labelled(base.frames(in: folder, count: 10), in: folder)
    let model = folder.file("model.npz")
    var settings = settings(targets)
    settings.field.contactColumns = 4
    _ = try KernelJob(
      features: base.features(targets, in: folder), output: model, settings: settings
    ).run(Self.context)
    let potential = try ForceFieldFile(contentsOf: model).potential
    var frame = try #require(try frames(targets).first)
    let evaluator = try PlainEvaluator(potential, frame: frame)
    let n = frame.count
    let cell = try #require(frame.cell)
    let lattice = (0..<3).flatMap { [cell.vector($0).x, cell.vector($0).y, cell.vector($0).z] }
    var (forces, torques) = (
      [Double](repeating: 0, count: 3 * n), [Double](repeating: 0, count: 3 * n)
    )
    var virial = [Double](repeating: 0, count: 9)
    for step in 0..<3 {
      try frame.set(positions: frame.positions.map { $0 + Vector3(0.01 * Double(step), 0, 0.02) })
      let positions = frame.positions.flatMap { [$0.x, $0.y, $0.z] }
      let turns = (frame.orientations ?? []).flatMap { [$0.w, $0.x, $0.y, $0.z] }
      let energy = try evaluator.energyForcesTorques(
        positions: positions, quaternions: step == 1 ? nil : turns, lattice: lattice,
        forces: &forces, torques: &torques, virial: &virial)
      let direct = try potential.evaluate(frame, forces: true, threads: 1)
      #expect(abs(energy - direct.energy) < 1e-9 * abs(direct.energy))
      for i in 0..<n {
        for a in 0..<3 {
          #expect(abs(forces[3 * i + a] - direct.forces[i][a]) < 1e-8)
          #expect(abs(torques[3 * i + a] - direct.torques[i][a]) < 1e-8)
        }
      }
      for k in 0..<9 { #expect(abs(virial[k] - direct.virial[k / 3, k % 3]) < 1e-7) }
    }
  }

  /// An evaluator that is given the reference of another continues with the same bits, with features and with
  /// contact columns.
  @Test func listsContinue() throws {
    let folder = try ScratchFolder()
    let targets = try base.labelled(base.frames(in: folder, count: 10), in: folder)
    let model = folder.file("model.npz")
    var settings = base.settings(targets)
    settings.field.contactColumns = 4
    _ = try RidgeJob(
      features: base.features(targets, in: folder), output: model, settings: settings
    ).run(Self.context)
    let potential = try ForceFieldFile(contentsOf: model).potential
    let frame = try #require(try frames(targets).first)
    let evaluator = try potential.evaluator(for: frame)
    var result = Interaction()
    var positions = frame.positions
    func evaluate(_ one: any PotentialEvaluator, _ result: inout Interaction) throws {
      try one.evaluate(
        positions: positions, orientations: frame.orientations ?? [], cell: frame.cell,
        threads: 1, into: &result)
    }
    for step in 0..<9 {
      // The lists are made anew after some of these steps, not after all.
      positions[step % 3] += Vector3(0.06, 0.03, 0)
      try evaluator.evaluate(
        positions: positions, orientations: frame.orientations ?? [], cell: frame.cell,
        threads: 1, into: &result)
      let other = try potential.evaluator(for: frame)
      try other.restore(evaluator.reference)
      var again = Interaction()
      try evaluate(other, &again)
      #expect(again == result, "\(step)")
      let copy = try evaluator.copy()
      try evaluate(copy, &again)
      #expect(again == result)
    }
  }

  /// Points by CUR, several gammas and several weights: what cross-validates best is taken.
  @Test func choices() throws {
    let folder = try ScratchFolder()
    let targets = try base.labelled(base.frames(in: folder, count: 12), in: folder)
    let archive = try base.features(targets, in: folder)
    var settings = settings(targets)
    (settings.sparse.inducing, settings.sparse.inducingBy) = (8, .cur)
    (settings.choice.gamma, settings.field.weights) = ("1e-9,0.1", "1,1e-9,1e-9,0;1,1,1,0")
    let report = try KernelJob(features: archive, output: nil, settings: settings)
      .run(Self.context)
    let note = try #require(report.summary?.note)
    let place = try #require(note.firstIndex(of: .text("weights")))
    #expect(note[place + 2] == .number(1))
    let gamma = try #require(note.firstIndex(of: .text("gamma")))
    #expect(note[gamma + 1] == .number(0.1))
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

  /// What `--columns` and `--types` said when the features were made holds for the frames with the targets.
  @Test func readingIsThatOfTheFeatures() throws {
    let folder = try ScratchFolder()
    let plain = try base.labelled(base.frames(in: folder, count: 10), in: folder)
    let targets = folder.file("renamed.xyz")
    let text = try folder.text("labelled.xyz")
    try text.replacing("\nA ", with: "\nQ ").replacing("c_q:R:4", with: "turn:R:4").write(
      toFile: targets, atomically: true, encoding: .utf8)
    var features = FeatureSettings(cutoff: 4)
    (features.maxAngular, features.maxRadial, features.radialWidth) = (2, "2", 1)
    (features.smoothCutoff, features.shapes.scaleAxes) = (1, 0.6)
    (features.reading.types, features.reading.columns) = ("Q:A", "orientation=turn:wxyz")
    let archive = folder.file("features.npz")
    _ = try FeaturizeJob(input: targets, output: archive, settings: features).run(Self.context)
    var settings = base.settings(targets)
    settings.data.baseline = "wca"
    let model = folder.file("model.npz")
    _ = try RidgeJob(features: archive, output: model, settings: settings).run(Self.context)
    // It knows the species by the name that it was given.
    let potential = try ForceFieldFile(contentsOf: model).potential
    let frame = try #require(try frames(plain).first)
    #expect(try potential.evaluate(frame, forces: false, threads: 1).energy.isFinite)
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
    #expect(
      lines.first
        == "samples,energy_rmse,energy_deviation,energy_r2,forces_rmse,forces_deviation,forces_r2")
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
    let good = settings(targets)
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
