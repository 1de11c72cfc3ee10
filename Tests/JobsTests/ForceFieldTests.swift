import FileFormats
import Foundation
import GayBerne
import Geometry
import Jobs
import Mathematics
import TestSupport
import Testing

/// Learned potentials, from frames to a file and back.
@Suite struct ForceFieldTests {
  private static let context = JobContext(threads: 2)

  /// Frames of 12 rods (or of 8 rods and 4 discs) on a lattice that is shaken, in a sheared cell.
  func frames(in folder: ScratchFolder, count: Int, mixed: Bool = false) throws -> String {
    let path = folder.file("frames.xyz")
    let writer = try FrameWriter.create(path)
    for k in 0..<count {
      var stream = RandomStream(seed: 3, stream: 0, frame: UInt64(k))
      let cell = try Cell(Vector3(8, 0, 0), Vector3(1, 7.5, 0), Vector3(0, 0.5, 6))
      var positions: [Vector3] = []
      for i in 0..<12 {
        let site = Vector3(Double(i % 3), Double(i / 3 % 2), Double(i / 6))
        positions.append(
          Vector3(2.67 * site.x, 3.7 * site.y + site.x / 3, 3 * site.z)
            + 0.3 * stream.direction())
      }
      let species = (0..<12).map { mixed && $0 % 3 == 0 ? "B" : "A" }
      let frame = Frame(
        positions: positions, species: species,
        orientations: try (0..<12).map { _ in try RandomFrames.rotation(&stream) },
        semiAxes: try species.map {
          try $0 == "A" ? SemiAxes(0.5, 0.5, 0.9) : SemiAxes(0.7, 0.7, 0.4)
        },
        cell: cell)
      try writer.write(frame)
    }
    try writer.commit()
    return path
  }

  /// Energies, forces, torques and virials by the Gay-Berne potential, 1.7 times as strong as a baseline.
  func labelled(_ path: String, in folder: ScratchFolder) throws -> String {
    var settings = EnergySettings()
    settings.interaction.epsilon = 1.7
    settings.interaction.cutoff = 4
    settings.interaction.truncation = .switched
    settings.forces = true
    let output = folder.file("labelled.xyz")
    _ = try EnergyJob(input: path, output: output, settings: settings).run(Self.context)
    return output
  }

  func features(
    _ path: String, in folder: ScratchFolder, correlation: Int = 2, smooth: Double? = 1
  ) throws -> String {
    var settings = FeatureSettings(cutoff: 4)
    (settings.maxAngular, settings.radialWidth) = (2, 1)
    // The bispectrum has many columns.
    settings.maxRadial = correlation == 3 ? "0" : "2"
    (settings.smoothCutoff, settings.correlation) = (smooth, correlation)
    settings.shapes.scaleAxes = 0.6
    let output = folder.file("features.npz")
    _ = try FeaturizeJob(input: path, output: output, settings: settings).run(Self.context)
    return output
  }

  func settings(_ targets: String) -> RidgeSettings {
    var settings = RidgeSettings()
    settings.data.targets = targets
    settings.data.target = ["energy"]
    settings.alphas = "1e-13:1e-3:6"
    (settings.field.forces, settings.field.torques, settings.field.virial) = (
      "forces", "torques", "virial"
    )
    return settings
  }

  /// The R2 of a kind of row of a part, from the summary.
  func score(_ report: JobReport, _ kind: String, _ part: String) throws -> Double {
    let summary = try #require(report.summary)
    let row = try #require(
      summary.rows.first { $0[0] == .text(kind) && $0[1] == .text(part) })
    guard case .fixed(let value, _) = row[5] else { return .nan }
    return value
  }

  /// Labels that are 1.7 times the baseline are learned exactly: rows, weights, signs and the file agree.
  @Test(arguments: [false, true]) func findsTheStrengthOfABaseline(_ mixed: Bool) throws {
    let folder = try ScratchFolder()
    let targets = try labelled(frames(in: folder, count: 20, mixed: mixed), in: folder)
    var settings = settings(targets)
    settings.data.baseline = "gay-berne"
    settings.predictions = folder.file("test.csv")
    let model = folder.file("model.npz")
    let report = try RidgeJob(
      features: features(targets, in: folder), output: model, settings: settings
    ).run(Self.context)
    for kind in ["energy_per_particle", "forces", "torques", "virial_per_particle"] {
      #expect(try score(report, kind, "test") > 1 - 1e-8, "\(kind)")
    }
    let table = try folder.text("test.csv").split(separator: "\n")
    #expect(table.count == 1 + 4 * (1 + 36 + 36 + 9))

    // The file gives the same energies, and forces that are their derivatives.
    let potential = try ForceFieldFile(contentsOf: model).potential
    let reader = try FrameReader.open(targets)
    let frame = try #require(try reader.next())
    let result = try potential.evaluate(frame, forces: true, threads: 1)
    let energy = try #require(frame.labels["energy"]?.real)
    #expect(abs(result.energy - energy) < 1e-4 * abs(energy))
    #expect(result.forces.reduce(.zero, +).length < 1e-9)
    #expect(abs(result.energies.reduce(0, +) - result.energy) < 1e-9 * abs(energy))
    // And the evaluator of simulations does the same, wherever its lists were made.
    let evaluator = try potential.evaluator(for: frame)
    var moved = frame.positions
    var again = Interaction()
    try evaluator.evaluate(
      positions: moved, orientations: frame.orientations ?? [], cell: frame.cell, threads: 2,
      into: &again)
    moved[3] += Vector3(0.05, 0, 0)
    try evaluator.evaluate(
      positions: moved, orientations: frame.orientations ?? [], cell: frame.cell, threads: 2,
      into: &again)
    var other = frame
    try other.set(positions: moved)
    let fresh = try potential.evaluate(other, forces: true, threads: 1)
    #expect(abs(again.energy - fresh.energy) < 1e-9 * abs(energy))
    for (a, b) in zip(again.forces, fresh.forces) { #expect((a - b).length < 1e-8) }
    for (a, b) in zip(again.torques, fresh.torques) { #expect((a - b).length < 1e-8) }
  }

  /// A model of features and contact columns: forces and torques are the derivatives of its energy.
  @Test(arguments: [1, 2, 3]) func forcesAreDerivatives(_ correlation: Int) throws {
    let folder = try ScratchFolder()
    let targets = try labelled(frames(in: folder, count: 12, mixed: true), in: folder)
    var settings = settings(targets)
    settings.field.contactColumns = 4
    settings.data.baseline = "wca"
    let model = folder.file("model.npz")
    _ = try RidgeJob(
      features: features(targets, in: folder, correlation: correlation), output: model,
      settings: settings
    ).run(Self.context)
    let potential = try ForceFieldFile(contentsOf: model).potential
    let frame = try #require(try FrameReader.open(targets).next())
    let result = try potential.evaluate(frame, forces: true, threads: 1)
    let h = 1e-4
    func energy(_ step: Double, _ k: Int) throws -> Double {
      var moved = frame
      var positions = frame.positions
      positions[5][k] += step
      try moved.set(positions: positions)
      return try potential.evaluate(moved, forces: false, threads: 1).energy
    }
    let scale = result.forces.map(\.length).max() ?? 1
    for k in 0..<3 {
      let force = -(try energy(h, k) - energy(-h, k)) / (2 * h)
      #expect(abs(force - result.forces[5][k]) < 1e-6 * scale)
    }
  }

  /// What a model did not learn from is refused, and so is what nothing can be learned from.
  @Test func refusals() throws {
    let folder = try ScratchFolder()
    let plain = try frames(in: folder, count: 10)
    let targets = try labelled(plain, in: folder)
    let archive = try features(targets, in: folder)
    let model = folder.file("model.npz")
    var settings = settings(targets)
    settings.data.baseline = "wca"
    _ = try RidgeJob(features: archive, output: model, settings: settings).run(Self.context)
    let potential = try ForceFieldFile(contentsOf: model).potential
    var frame = try #require(try FrameReader.open(targets).next())
    try frame.set(semiAxes: Array(repeating: SemiAxes(0.5, 0.5, 1), count: 12))
    #expect(throws: InvalidInput.self) {
      try potential.evaluate(frame, forces: false, threads: 1)
    }
    let other = Frame(
      positions: frame.positions, species: ["Z"], orientations: frame.orientations,
      semiAxes: frame.semiAxes, cell: frame.cell)
    #expect(throws: InvalidInput.self) {
      try potential.evaluate(other, forces: false, threads: 1)
    }

    func refused(_ change: (inout RidgeSettings) -> Void, _ archive: String) {
      var wrong = settings
      change(&wrong)
      #expect(throws: (any Error).self) {
        try RidgeJob(features: archive, output: model, settings: wrong).run(Self.context)
      }
    }
    refused({ $0.field.weights = "0,1,1,1" }, archive)
    refused({ $0.data.baseline = "hard" }, archive)
    refused({ $0.field.contactColumns = -1 }, archive)
    refused({ $0.data.target = ["energy", "h12"] }, archive)
    refused({ $0.field.forces = "c_q" }, archive)
    refused({ $0.field.torques = "spin" }, archive)
    refused({ $0.data.targets = plain }, archive)
    refused({ $0.preparation.whiten = 3 }, archive)
    // Features of other frames, or with a hard cutoff.
    let hard = try features(targets, in: folder, smooth: nil)
    refused({ _ in }, hard)
    #expect(throws: DataError.self) { try ForceFieldFile(contentsOf: hard) }
    // `learn predict` says where the file belongs.
    let error = #expect(throws: DataError.self) { try ModelFile(contentsOf: model) }
    #expect(error?.message.contains("energy FRAMES --potential") == true)
  }
}
