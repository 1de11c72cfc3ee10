internal import FileFormats
internal import Foundation
internal import Geometry
internal import Jobs
internal import Recipes

/// The readers and whole files for each of them to begin with.
public enum Readers {
  /// Reads a file by the reader that its ending names. Errors are what damaged files are to give; only
  /// traps, hangs and too much memory are faults.
  public static func read(_ path: String) {
    do {
      switch path.split(separator: ".").last ?? "" {
      case "npz":
        let archive = try NumPyArchive(contentsOf: path)
        for name in archive.names { _ = try? archive[name] }
        _ = try? ModelFile(contentsOf: path)
        _ = try? FeatureTable(contentsOf: path)
        _ = try? TargetTable(contentsOf: path, keys: ["features"])
        try readFeatures(path)
      case "mts":
        _ = try? TensorMap(contentsOf: path)
        try readFeatures(path)
      case "h5": try readFeatures(path)
      case "csv":
        _ = try TargetTable(contentsOf: path, keys: ["frame", "order"])
      case "yaml": _ = try Recipe(contentsOf: path, output: "nowhere")
      default:
        let reader = try FrameReader.open(path)
        while try reader.next() != nil {}
        _ = (reader.warnings, reader.assumptions)
      }
    } catch {
      // Messages are made of what the file has; making them must not trap either.
      _ = VisibleText.message("\(error)")
    }
  }

  /// All rows and derivatives of an archive of features, as commands read them; a block at a time, too.
  private static func readFeatures(_ path: String) throws {
    _ = try? ArchiveInspection(of: path)
    if path.hasSuffix(".npz"), let stream = try? NumPyMatrixStream(contentsOf: path) {
      while let block = try? stream.next(100), !block.isEmpty {}
    }
    _ = try FeatureTable(contentsOf: path)
  }

  /// Models and features of all kinds, made by the jobs themselves from a dozen frames.
  private static func makeArchives(in folder: String) throws -> [String] {
    let context = JobContext(threads: 1)
    var liquid = PhaseSettings()
    (liquid.count, liquid.particles) = (12, 6)
    (liquid.packingFraction, liquid.order) = ("0.1", "0:0.8")
    let frames = "\(folder)/made.xyz"
    _ = try GenerateJob(output: frames, settings: liquid).run(context)
    _ = try EnergyJob(input: frames, output: "\(folder)/labelled.xyz", settings: labels()).run(
      context)
    var features = FeatureSettings(cutoff: 4)
    (features.maxAngular, features.maxRadial, features.smoothCutoff) = (1, "1", 0.5)
    for name in ["features.npz", "features.mts", "features.h5"] {
      features.average = name == "features.h5" ? FeatureSettings.Average.none : .frame
      _ = try FeaturizeJob(input: frames, output: "\(folder)/\(name)", settings: features).run(
        context)
    }
    _ = try OrderJob(input: frames, output: "\(folder)/order.csv", settings: OrderSettings()).run(
      context)
    var ridge = RidgeSettings()
    ridge.data.targets = "\(folder)/labelled.xyz"
    ridge.data.target = ["energy"]
    (ridge.split.folds, ridge.alphas) = (2, "1e-3,1")
    _ = try RidgeJob(
      features: "\(folder)/features.npz", output: "\(folder)/model.npz", settings: ridge
    ).run(context)
    ridge.field.forces = "forces"
    _ = try RidgeJob(
      features: "\(folder)/features.npz", output: "\(folder)/field.npz", settings: ridge
    ).run(context)
    return [
      "labelled.xyz", "features.npz", "features.mts", "features.h5", "order.csv", "model.npz",
      "field.npz",
    ]
  }

  private static func labels() -> EnergySettings {
    var settings = EnergySettings()
    settings.interaction.cutoff = 4
    settings.forces = true
    return settings
  }

  /// Writes whole files to a folder and says their names.
  public static func seeds(in folder: String, references: String) throws -> [String] {
    var frame = Frame(
      positions: (0..<3).map { Vector3(Double($0), 0.5, 1) }, species: ["A", "B", "A"],
      orientations: try (0..<3).map { try UnitQuaternion(w: 1, x: Double($0), y: 0, z: 0) },
      semiAxes: Array(repeating: try SemiAxes(0.5, 0.5, 1.5), count: 3),
      cell: try Cell(
        Vector3(9, 0, 0), Vector3(1, 9, 0), Vector3(0, 0, 9), periodic: (true, true, true)))
    frame.labels["energy"] = .real(-1.5)
    frame.labels["director"] = .reals([0, 0, 1])
    frame.labels["name"] = .string("a \"quoted\" name")
    try frame.set(Frame.Column(name: "charge", reals: [0.5, -1, 2]))
    var names: [String] = []
    for name in ["a.xyz", "a.xyz.gz", "a.gsd", "a.dump", "a.data"] {
      let writer = try FrameWriter.create("\(folder)/\(name)")
      try writer.write(frame)
      if name != "a.data" { try writer.write(frame) }
      try writer.commit()
      names.append(name)
    }
    try Data(Recipe.Known.standard.text.utf8).write(to: URL(filePath: "\(folder)/a.yaml"))
    names.append("a.yaml")
    for name in [
      "numpy_stored.npz", "numpy_deflated.npz", "metatensor.mts", "hoomd_mixture.gsd", "ase.traj",
    ] {
      try FileManager.default.copyItem(
        atPath: "\(references)/\(name)", toPath: "\(folder)/\(name)")
      names.append(name)
    }
    return try names + makeArchives(in: folder)
  }
}
