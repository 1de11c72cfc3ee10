import FileFormats
import Foundation
import GayBerne
import Geometry
import Jobs
import Learning
import Mathematics
import TestSupport
import Testing

/// Sparse kernel models of forces.
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
    // The virial of ellipsoids is not symmetric: rows in another order would not fit.
    (settings.alphas, settings.field.virial) = ("1e-13", "virial")
    let report = try KernelJob(features: archive, output: model, settings: settings)
      .run(Self.context)
    for kind in ["energy_per_particle", "forces", "torques", "virial_per_particle"] {
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
}
