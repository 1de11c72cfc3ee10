import FileFormats
import Foundation
import Testing

@Suite struct LearnTests {
  /// 40 small nematics with their order parameters and features.
  private func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "nematic", "-o", "set.xyz", "--count", "40", "--particles", "16", "--order",
      "0:0.9", "--packing-fraction", "0.2", "--quiet",
    ])
    try scratch.mesogenMust([
      "order", "set.xyz", "-o", "order.csv", "--cutoff", "3", "--quiet",
    ])
    try scratch.mesogenMust([
      "featurize", "set.xyz", "-o", "set.npz", "--max-angular", "2", "--max-radial", "1",
      "--cutoff", "3", "--quiet",
    ])
    return scratch
  }

  @Test(arguments: [
    "ridge", "kernel", "predict", "curve", "gfre", "pca", "pcovr", "select", "tune",
  ])
  func helpHasAnExample(_ command: String) throws {
    let outcome = try Scratch().mesogen("learn", command, "--help")
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("\n  mesogen learn \(command) "))
  }

  @Test(arguments: [
    ["--target", "order,target_order", "--alphas", "1e-9:1:7"],
    ["--target", "order", "--alphas", "1e-6"],
    ["--target", "order", "--scale", "columns", "--split", "order", "--alphas", "1e-6:1:5"],
  ])
  func featuresInBlocksGiveTheSameModel(_ options: [String]) throws {
    let scratch = try prepared()
    func learn(_ name: String, _ further: [String]) throws -> (table: String, predictions: [Double])
    {
      let outcome = try scratch.mesogen(
        ["learn", "ridge", "set.npz", "--targets", "set.xyz", "-o", "\(name).npz", "--predictions"]
          + ["\(name).csv"] + options + further)
      try #require(outcome.code == 0, "\(outcome.errors)")
      let rows = try scratch.read("\(name).csv").split(separator: "\n").dropFirst()
      return (
        (outcome.output + outcome.errors).replacing(name, with: ""),
        rows.flatMap { $0.split(separator: ",").map { Double($0) ?? .nan } }
      )
    }
    let (whole, blocks) = (try learn("whole", []), try learn("block", ["--stream"]))
    #expect(whole.table == blocks.table)
    #expect(whole.predictions.count == blocks.predictions.count)
    #expect(zip(whole.predictions, blocks.predictions).allSatisfy { abs($0 - $1) < 1e-7 })
    for refused in [
      ["--whiten", "2"], ["--spread", "posterior"], ["--with-features", "set.npz"],
    ] {
      let outcome = try scratch.mesogen(
        ["learn", "ridge", "set.npz", "--targets", "set.xyz", "--stream"] + options + refused)
      #expect(outcome.code == 64 && outcome.errors.contains("--stream"), "\(outcome.errors)")
    }
  }

  @Test func aStoredModelPredictsWhatItSaidWhenItWasMade() throws {
    let scratch = try prepared()
    for (kind, options) in [
      ("ridge", ["--spread", "posterior"]), ("ridge", ["--spread", "committee"]), ("kernel", []),
    ] {
      let outcome = try scratch.mesogen(
        ["learn", kind, "set.npz", "--targets", "set.xyz", "--target", "order", "-o", "model.npz"]
          + ["--predictions", "test.csv"] + options)
      try #require(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("order   test"))
      try scratch.mesogenMust(["learn", "predict", "model.npz", "set.npz", "-o", "all.csv"])
      let all = try table(scratch, "all.csv")
      let test = try table(scratch, "test.csv")
      #expect(all.heads == ["frame", "order", "spread_order"])
      #expect(test.heads == ["frame", "target_order", "predicted_order", "spread_order"])
      #expect(all.rows.count == 40 && test.rows.count == 8)
      for row in test.rows {
        let again = all.rows[Int(row[0])]
        // A product of other shape adds up in another order.
        #expect(abs(again[1] - row[2]) < 1e-10)
        #expect(abs(again[2] - row[3]) < 1e-10)
        #expect(row[3] > 0)
      }
    }
  }

  /// Frames are featurized as the model wants them: the predictions are those of features made by hand,
  /// with every option that changes them; for particles too.
  @Test(arguments: [
    ["--correlation", "1"], ["--compact", "--basis", "laguerre", "--radial-width", "1.5"],
    ["--max-radial", "2,1,0", "--smooth-cutoff", "0.5", "--rcond", "1e-9", "--exclude-self"],
    ["--scale-axes", "0.7", "--semi-axes", "0.4,0.5,1.2", "--basis", "monomial"],
    ["--average", "none"],
  ])
  func modelsPredictFromFrames(_ options: [String]) throws {
    let scratch = try prepared()
    try scratch.mesogenMust(
      ["featurize", "set.xyz", "-o", "own.npz", "--max-angular", "2", "--cutoff", "3", "--quiet"]
        + options)
    let perParticle = options.contains("none")
    if perParticle {
      try scratch.mesogenMust([
        "order", "set.xyz", "-o", "local.csv", "--cutoff", "3", "--per-particle", "--quiet",
      ])
    }
    try scratch.mesogenMust([
      "learn", "ridge", "own.npz", "--targets", perParticle ? "local.csv" : "set.xyz", "--target",
      perParticle ? "local_order" : "order", "-o", "model.npz", "--quiet",
    ])
    try scratch.mesogenMust(["learn", "predict", "model.npz", "own.npz", "-o", "a.csv"])
    try scratch.mesogenMust(["learn", "predict", "model.npz", "set.xyz", "-o", "b.csv"])
    let (a, b) = (try table(scratch, "a.csv"), try table(scratch, "b.csv"))
    #expect(a.heads == b.heads && a.rows.count == b.rows.count)
    for (one, other) in zip(a.rows, b.rows) {
      #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-10 })
    }
    try scratch.mesogenMust([
      "learn", "predict", "model.npz", "set.xyz", "-o", "c.xyz", "--select-frames", "3:5",
    ])
    let reader = try FrameReader.open(scratch.path("c.xyz"))
    let frame = try #require(try reader.next())
    if perParticle {
      // The same targets from columns of the frames; those of particles cannot be learned for frames.
      try scratch.mesogenMust([
        "order", "set.xyz", "-o", "local.xyz", "--cutoff", "3", "--per-particle", "--quiet",
      ])
      let local = ["--target", "local_order", "--predictions", "test.csv", "--quiet", "--targets"]
      try scratch.mesogenMust(["learn", "ridge", "own.npz"] + local + ["local.csv"])
      let test = try table(scratch, "test.csv")
      let truth = try table(scratch, "local.csv")
      for row in test.rows {
        // frame, particle, target, prediction beside frame, particle, local_order.
        let expected = truth.rows[Int(row[0]) * 16 + Int(row[1])]
        #expect(Array(row.prefix(3)) == Array(expected.prefix(3)))
      }
      try scratch.mesogenMust(["learn", "ridge", "own.npz"] + local + ["local.xyz"])
      #expect(try table(scratch, "test.csv").rows.count == test.rows.count)
      let frames = try scratch.mesogen(["learn", "ridge", "set.npz"] + local + ["local.csv"])
      #expect(frames.code == 65 && frames.errors.contains("targets of particles"))
      guard case .reals(let values)? = frame.column("predicted_local_order")?.values else {
        Issue.record("no column of predictions")
        return
      }
      #expect(zip(values, a.rows[48...]).allSatisfy { abs($0 - ($1.last ?? .nan)) < 1e-10 })
    } else {
      #expect(abs((frame.labels["predicted_order"]?.real ?? .nan) - a.rows[3][1]) < 1e-10)
    }
    #expect(try reader.next() != nil)
    #expect(try reader.next() == nil)
  }

  @Test func targetsFromATableArchiveAndFramesAreTheSame() throws {
    let scratch = try prepared()
    func predictions(_ targets: String, _ key: String) throws -> [[Double]] {
      try scratch.mesogenMust([
        "learn", "ridge", "set.npz", "--targets", targets, "--target", key, "--predictions",
        "out.csv", "--split", "order",
      ])
      return try table(scratch, "out.csv").rows
    }
    let fromTable = try predictions("order.csv", "order")
    let values = try table(scratch, "order.csv")
    let column = try #require(values.heads.firstIndex(of: "order"))
    let writer = try NumPyArchiveWriter(scratch.path("targets.npz"))
    try writer.add("s", NumPyArray(values.rows.map { $0[column] }))
    try writer.commit()
    #expect(try predictions("targets.npz", "s") == fromTable)
    // The label of the generator and the table agree to rounding.
    let fromFrames = try predictions("set.xyz", "order")
    for (a, b) in zip(fromFrames, fromTable) { #expect(abs(a[1] - b[1]) < 1e-12) }
  }

  @Test func resultsDoNotDependOnTheNumberOfThreads() throws {
    let scratch = try prepared()
    let commands = [
      ["ridge", "set.npz", "--targets", "set.xyz", "--target", "order", "--spread", "committee"],
      ["kernel", "set.npz", "--targets", "set.xyz", "--target", "order"],
    ]
    for command in commands {
      for threads in ["1", "2"] {
        try scratch.mesogenMust(
          ["learn"] + command + ["--threads", threads, "-o", "model\(threads).npz"])
      }
      let one = try Data(contentsOf: URL(filePath: scratch.path("model1.npz")))
      let two = try Data(contentsOf: URL(filePath: scratch.path("model2.npz")))
      #expect(one == two)
    }
    let outputs = try ["1", "2"].map {
      try scratch.mesogen(
        "learn", "gfre", "set.npz", "order.csv", "--target", "order,q2", "--local", "10",
        "--distortion", "--threads", $0
      ).output
    }
    #expect(outputs[0] == outputs[1])
    #expect(outputs[0].contains("LFRE"))
  }

  @Test func reductionsAndCurvesWriteTheirTables() throws {
    let scratch = try prepared()
    try scratch.mesogenMust([
      "learn", "pca", "set.npz", "--components", "3", "--projections", "map.csv", "-o", "pca.npz",
    ])
    #expect(try table(scratch, "map.csv").heads == ["frame", "PC1", "PC2", "PC3"])
    try scratch.mesogenMust(["learn", "predict", "pca.npz", "set.npz", "-o", "again.csv"])
    #expect(try scratch.read("again.csv") == scratch.read("map.csv"))
    try scratch.mesogenMust([
      "learn", "pcovr", "set.npz", "--targets", "order.csv", "--target", "order", "--projections",
      "map.npz",
    ])
    let map = try NumPyArchive(contentsOf: scratch.path("map.npz"))
    #expect(try map["values"].shape == [40, 3])
    try scratch.mesogenMust([
      "learn", "select", "set.npz", "--axis", "samples", "--count", "5", "-o", "chosen.csv",
    ])
    #expect(Set(try table(scratch, "chosen.csv").rows.map { $0[0] }).count == 5)
    try scratch.mesogenMust([
      "learn", "curve", "set.npz", "--targets", "order.csv", "--target", "order", "--sizes",
      "16,32", "-o", "curve.csv",
    ])
    #expect(try table(scratch, "curve.csv").rows.map { $0[0] } == [16, 32])
  }

  @Test func tuningGoesOnWhereItWas() throws {
    let scratch = try prepared()
    let tune = [
      "learn", "tune", "set.xyz", "--target", "order", "--max-angular", "1,2", "--max-radial",
      "1", "--cutoff", "2,3", "--radial-width", "1", "-o", "tune.csv", "--quiet",
    ]
    try scratch.mesogenMust(tune)
    let whole = try scratch.read("tune.csv")
    #expect(try table(scratch, "tune.csv").rows.count == 4)
    // Best first, and l = 2 knows more of the nematic order than l = 1.
    let best = try table(scratch, "tune.csv").rows[0]
    let heads = try table(scratch, "tune.csv").heads
    #expect(
      heads == [
        "settings", "max_angular", "max_radial", "cutoff", "radial_width", "compact",
        "components", "model", "gamma", "samples", "features", "alpha", "score",
      ])
    #expect(best[1] == 2)
    // Without its last line the table is completed to the same bytes.
    let cut = whole.split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
    try scratch.write(cut, to: "tune.csv")
    try scratch.mesogenMust(tune + ["--threads", "1"])
    #expect(try scratch.read("tune.csv") == whole)
    // Successive halving: four candidates with a third of the samples, two with all.
    try scratch.mesogenMust(tune + ["--rounds", "2"])
    #expect(try table(scratch, "tune.csv").rows.filter { $0[9] == 13 }.count == 4)
    try scratch.mesogenMust(
      tune.map { $0 == "tune.csv" ? "gfre.csv" : $0 } + ["--score", "gfre"])
    #expect(try table(scratch, "gfre.csv").rows.allSatisfy { $0[12] > 0 && $0[12] < 1.5 })
    // Other frames under the same name: no score is taken over.
    let before = try table(scratch, "tune.csv").rows.count
    let frames = try scratch.read("set.xyz")
    try scratch.write(frames + frames, to: "set.xyz")
    let changed = try scratch.mesogen(tune)
    #expect(changed.code == 0, "\(changed.errors)")
    #expect(try table(scratch, "tune.csv").rows.count == before + 4)
    try scratch.write("mine\n", to: "tune.csv")
    #expect(try scratch.mesogen(tune).code == 73)
    #expect(try scratch.read("tune.csv") == "mine\n")
  }

  @Test func theBestOfTuningIsRepeatedByItsCommands() throws {
    let scratch = try prepared()
    let outcome = try scratch.mesogen(
      "learn", "tune", "set.xyz", "--target", "order", "--max-angular", "2", "--max-radial", "1",
      "--cutoff", "3", "--radial-width", "1,2,3", "--score", "kernel", "--gamma", "0.1,0.3,1",
      "--whiten", "0,3", "--alphas", "1e-4,1e-2,1", "--test", "10", "--seed", "3", "-o",
      "tune.csv", "--quiet")
    try #require(outcome.code == 0, "\(outcome.errors)")
    let rows = try table(scratch, "tune.csv")
    // 3 widths, 3 gammas, 2 whitenings; of 40 frames 10 are kept apart.
    #expect(rows.rows.count == 18 && rows.rows.allSatisfy { $0[9] == 30 })
    let commands = outcome.output.split(separator: "\n").filter { $0.hasPrefix("mesogen ") }
    try #require(commands.count == 2)
    for command in commands {
      try scratch.mesogenMust(
        command.split(separator: " ").dropFirst().map(String.init) + ["--quiet"]
          + (command.contains(" learn ") ? ["-o", "model.npz"] : []))
    }
    let model = try NumPyArchive(contentsOf: scratch.path("model.npz"))
    // The alpha of the table, learned from the 30 frames that were not kept apart.
    let samples = try model["samples"].shape
    #expect(samples[0] == 30)
    let header = try #require(try model["model"].strings?.first)
    #expect(header.contains("\"alpha\":\(rows.rows[0][11])"))
    #expect(
      try scratch.mesogen(
        "learn", "tune", "set.xyz", "--target", "order", "--cutoff", "3", "--test", "0.5",
        "--split", "hash", "-o", "other.csv"
      ).code == 64)
  }

  @Test func anEdgeOfAGridIsSaid() throws {
    let scratch = try prepared()
    let ridge = ["learn", "ridge", "set.npz", "--targets", "set.xyz", "--target", "order"]
    // Of two values each is an edge.
    let edge = try scratch.mesogen(ridge + ["--alphas", "1e-3,1e9"])
    #expect(edge.code == 0 && edge.errors.contains("alphas, 0.001, is the smallest of those"))
    #expect(!(try scratch.mesogen(ridge + ["--alphas", "1e2"]).errors.contains("warning")))
  }

  @Test func anEnergyIsLearnedThroughItsContactDistance() throws {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "dimers", "-o", "dimers.xyz", "--count", "60", "--semi-axes", "1,1.5,2",
      "--max-energy", "0.1", "--seed", "2",
    ])
    try scratch.mesogenMust([
      "featurize", "dimers.xyz", "-o", "dimers.npz", "--max-angular", "2", "--max-radial", "1",
      "--correlation", "3", "--cutoff", "9", "--quiet",
    ])
    let ridge = ["learn", "ridge", "dimers.npz", "--targets", "dimers.xyz", "--target"]
    try scratch.mesogenMust(
      ridge + ["h12,energy", "--transform", "lennard-jones", "--spread", "posterior"]
        + ["-o", "model.npz", "--predictions", "test.csv"])
    try scratch.mesogenMust(["learn", "predict", "model.npz", "dimers.npz", "-o", "all.csv"])
    let all = try table(scratch, "all.csv")
    #expect(all.heads == ["frame", "h12", "energy", "spread_h12", "spread_energy"])
    for row in try table(scratch, "test.csv").rows {
      #expect(abs(all.rows[Int(row[0])][2] - row[4]) < 1e-10)
    }
    for (targets, transform, code) in [
      ("energy", "lennard-jones", Int32(65)), ("h12,energy", "lennard-jones:1", 64),
      ("h12,energy", "lennard-jones:0,1", 65), ("h12,energy", "log", 64),
    ] {
      #expect(try scratch.mesogen(ridge + [targets, "--transform", transform]).code == code)
    }
    #expect(try scratch.mesogen(ridge + ["energy", "--whiten", "999"]).code == 65)
  }

  @Test func troubleIsOneLineWithItsExitCode() throws {
    let scratch = try prepared()
    let ridge = ["learn", "ridge", "set.npz", "--targets"]
    try scratch.mesogenMust(
      ridge + ["set.xyz", "--target", "order", "-o", "whole.npz", "--quiet"])
    let cases: [(code: Int32, says: String, arguments: [String])] = [
      (65, "energy", ridge + ["set.xyz", "--target", "energy"]),
      (65, "energy", ridge + ["order.csv", "--target", "energy"]),
      (66, "none.csv", ridge + ["none.csv", "--target", "order"]),
      (66, "none.npz", ["learn", "pca", "none.npz"]),
      (65, "order.csv", ["learn", "pca", "order.csv"]),
      (64, "test", ridge + ["set.xyz", "--target", "order", "--test", "-3"]),
      (65, "400", ridge + ["set.xyz", "--target", "order", "--test", "400"]),
      (64, "alphas", ridge + ["set.xyz", "--target", "order", "--alphas", "many"]),
      (65, "model", ["learn", "predict", "set.npz", "set.npz"]),
      (66, "none.xyz", ["learn", "predict", "whole.npz", "none.xyz"]),
      (64, "labelled.xyz", ["learn", "predict", "whole.npz", "set.npz", "-o", "labelled.xyz"]),
      (64, "out.txt", ["learn", "pca", "set.npz", "--projections", "out.txt"]),
      (65, "components", ["learn", "pca", "set.npz", "--components", "9999"]),
    ]
    for (code, says, arguments) in cases {
      let before = scratch.names
      let outcome = try scratch.mesogen(arguments)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(says), "\(arguments): \(outcome.errors)")
      #expect(scratch.names == before)
    }
  }

  private func table(
    _ scratch: Scratch, _ name: String
  ) throws -> (heads: [String], rows: [[Double]]) {
    let lines = try scratch.read(name).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    return (
      lines[0].map(String.init), lines.dropFirst().map { $0.map { Double($0) ?? .nan } }
    )
  }
}
