import FileFormats
import Foundation
import Mathematics
import TestSupport
import Testing

/// Features as .npz, .h5, .mts and .csv: written, converted into each other, read by other programs.
@Suite struct FeatureFormatTests {
  private static let small = [
    "--max-angular", "2", "--max-radial", "2", "--cutoff", "3", "--quiet",
  ]

  private func prepared(_ count: Int = 5) throws -> Scratch {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "nematic", "-o", "set.xyz", "--count", "\(count)", "--particles", "12",
      "--packing-fraction", "0.25", "--component", "A:0.5,0.5,1.5:2", "--component",
      "B:0.4,0.4,0.4:1", "--quiet",
    ])
    return scratch
  }

  private func featurize(_ scratch: Scratch, _ output: String, _ more: [String] = []) throws {
    try scratch.mesogenMust(["featurize", "set.xyz", "-o", output] + Self.small + more)
  }

  private func sameArchives(_ scratch: Scratch, _ a: String, _ b: String) throws {
    let (one, other) = (
      try NumPyArchive(contentsOf: scratch.path(a)), try NumPyArchive(contentsOf: scratch.path(b))
    )
    #expect(one.names == other.names)
    for name in one.names { #expect(try one[name] == other[name], "\(name)") }
  }

  /// What went through all formats is what it was, bit by bit: labels, description, derivatives.
  @Test(arguments: [
    [], ["--average", "none"], ["--correlation", "1", "--pairs"], ["--correlation", "3"],
    ["--smooth-cutoff", "0.5", "--gradients", "positions,orientations,cell"],
    ["--smooth-cutoff", "0.5", "--gradients", "positions", "--average", "none"],
  ])
  func throughAllFormats(_ options: [String]) throws {
    let scratch = try prepared()
    try featurize(scratch, "a.npz", options)
    for (from, to) in [("a.npz", "b.mts"), ("b.mts", "c.h5"), ("c.h5", "d.npz")] {
      try scratch.mesogenMust(["convert", from, to, "--quiet"])
    }
    try sameArchives(scratch, "a.npz", "d.npz")
    // Written at once, the same features.
    try featurize(scratch, "e.h5", options)
    try scratch.mesogenMust(["convert", "e.h5", "f.npz", "--quiet"])
    try sameArchives(scratch, "a.npz", "f.npz")
    for file in ["b.mts", "c.h5"] {
      let told = try scratch.mesogen("info", file)
      #expect(told.code == 0 && told.output.contains("hyperparameters: {"), "\(told)")
    }
  }

  /// A table has the values and says what it lacks.
  @Test func tables() throws {
    let scratch = try prepared()
    try featurize(scratch, "a.npz", ["--average", "none"])
    let told = try scratch.mesogen("convert", "a.npz", "a.csv")
    #expect(told.code == 0 && told.errors.contains("no place for how the features were made"))
    try featurize(scratch, "b.csv", ["--average", "none"])
    #expect(try scratch.read("a.csv") == scratch.read("b.csv"))
    let lines = try scratch.read("a.csv").split(separator: "\n")
    let features = try NumPyArchive(contentsOf: scratch.path("a.npz"))["features"]
    #expect(lines.count == 1 + features.shape[0])
    #expect(lines[0].hasPrefix("frame,particle,types_center,l=0 n_1=0 types_neighbor_1="))
    let values = lines.dropFirst().flatMap { $0.split(separator: ",").dropFirst(3) }
    #expect(values.map { Double($0) } == features.doubles)
    let refused = try scratch.mesogen("convert", "a.csv", "c.npz")
    #expect(refused.code != 0)
  }

  /// Learning takes features from any of the formats that hold them whole.
  @Test func learning() throws {
    let scratch = try prepared(8)
    try featurize(scratch, "a.npz")
    var tables: [String] = []
    for file in ["a.npz", "a.h5", "a.mts"] {
      if file != "a.npz" { try scratch.mesogenMust(["convert", "a.npz", file, "--quiet"]) }
      let outcome = try scratch.mesogen(
        "learn", "ridge", file, "--targets", "set.xyz", "--target", "order", "--folds", "2",
        "-o", "model.npz")
      #expect(outcome.code == 0, "\(outcome.errors)")
      tables.append(outcome.output)
      let predicted = try scratch.mesogen("learn", "predict", "model.npz", file, "-o", "-")
      #expect(predicted.code == 0, "\(predicted.errors)")
      tables.append(predicted.output)
    }
    #expect(Set(tables).count == 2)
  }

  /// Rows are added to a file that is there; what does not fit is refused and leaves it alone.
  @Test func appending() throws {
    let scratch = try prepared()
    try featurize(scratch, "whole.h5")
    try featurize(scratch, "grown.h5", ["--select-frames", "0:2"])
    try featurize(scratch, "grown.h5", ["--select-frames", "2:5", "--append"])
    let whole = try HDF5Reader(scratch.path("whole.h5"))
    let grown = try HDF5Reader(scratch.path("grown.h5"))
    let rows = try whole.rows("features", first: 0, count: 5)
    #expect(try grown.rows("features", first: 0, count: 5) == rows)
    // Frames 2, 3 and 4 of the file, counted on from the two that were there.
    #expect(try grown.integers("frame") == [0, 1, 4, 5, 6])
    let before = try Data(contentsOf: URL(filePath: scratch.path("grown.h5")))
    for options in [
      ["--max-angular", "1"], ["--cutoff", "4"], ["--average", "none"], ["--scale-axes", "2"],
    ] {
      let refused = try scratch.mesogen(
        ["featurize", "set.xyz", "-o", "grown.h5", "--append"] + Self.small + options)
      #expect(refused.code == 65, "\(options): \(refused)")
      #expect(try Data(contentsOf: URL(filePath: scratch.path("grown.h5"))) == before)
    }
    let archive = try scratch.mesogen(
      ["featurize", "set.xyz", "-o", "a.npz", "--append"] + Self.small)
    #expect(archive.code == 64 && archive.errors.contains("HDF5"))
  }

  /// A run that was killed goes on, and ends in the bytes of an undisturbed one, in every format.
  @Test(arguments: ["npz", "h5", "mts", "csv"])
  func resuming(_ ending: String) throws {
    let scratch = try prepared(300)
    let long = ["featurize", "set.xyz", "--average", "none", "--resume"] + Self.small
    try scratch.mesogenMust(long + ["-o", "whole.\(ending)"])
    #expect(!scratch.names.contains("whole.\(ending).parts"))
    let process = try scratch.start(long + ["-o", "cut.\(ending)"])
    let parts = scratch.path("cut.\(ending).parts")
    for _ in 0..<2000 {
      if FileManager.default.fileExists(atPath: parts + "/0.sum") || !process.isRunning { break }
      usleep(2000)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    if FileManager.default.fileExists(atPath: parts + "/0.sum") {
      // Parts of other settings are refused, a damaged one is made anew.
      let other = try scratch.mesogen(long + ["-o", "cut.\(ending)", "--rcond", "1e-9"])
      #expect(other.code == 65 && other.errors.contains("made with other settings"), "\(other)")
      var bytes = try Data(contentsOf: URL(filePath: parts + "/0.rows"))
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: URL(filePath: parts + "/0.rows"))
      let again = try scratch.mesogen(long.filter { $0 != "--quiet" } + ["-o", "cut.\(ending)"])
      #expect(again.code == 0 && again.errors.contains("1 finished parts were damaged"), "\(again)")
    } else {
      try scratch.mesogenMust(long + ["-o", "cut.\(ending)"])
    }
    #expect(!scratch.names.contains("cut.\(ending).parts"))
    let one = try Data(contentsOf: URL(filePath: scratch.path("whole.\(ending)")))
    let two = try Data(contentsOf: URL(filePath: scratch.path("cut.\(ending)")))
    #expect(one == two)
  }

  @Test(.enabled(if: LivePython.hasH5py)) func h5pyReads() throws {
    let scratch = try prepared()
    try featurize(scratch, "a.npz")
    try featurize(scratch, "a.h5")
    let outcome = try scratch.shell(
      "'\(LivePython.command)' - <<'END'\n"
        + """
        import h5py, json, numpy
        a, h = numpy.load("a.npz"), h5py.File("a.h5")
        assert set(a.files) | {"property_names"} == set(h), set(h)
        for name in a.files:
            if name == "hyperparameters":
                assert json.loads(h[name][()]) == json.loads(str(a[name]))
            else:
                assert (h[name][:] == a[name]).all(), name
        f = h["features"]
        assert f.chunks and f.compression == "gzip" and f.shuffle and f.maxshape[0] is None
        print("same", f.shape)
        with h5py.File("a.h5", "r+") as g:
            g["features"].resize(7, axis=0)
        with h5py.File("a.h5") as g, h5py.File("huge.h5", "w") as huge:
            g.copy("frame", huge)
            huge.create_dataset("features", (10**15, 216), chunks=(1, 216), dtype="f8")
        END
        """)
    #expect(outcome.code == 0 && outcome.output.hasPrefix("same"), "\(outcome.errors)")
    #expect(try scratch.mesogen("info", "a.h5").output.contains("7 x "))
    let huge = try scratch.mesogen("convert", "huge.h5", "b.npz")
    #expect(huge.code == 65 && huge.errors.contains("more than a file of"), "\(huge)")
  }

  @Test(.enabled(if: LivePython.hasMetatensor)) func metatensorReads() throws {
    let scratch = try prepared()
    try featurize(scratch, "a.npz")
    try scratch.mesogenMust(["convert", "a.npz", "a.mts", "--quiet"])
    let outcome = try scratch.shell(
      "'\(LivePython.command)' - <<'END'\n"
        + """
        import metatensor, numpy
        block = metatensor.load("a.mts").block(0)
        a = numpy.load("a.npz")
        assert (block.values == a["features"]).all()
        assert (block.properties["l"] == a["l"]).all()
        metatensor.save("b.mts", metatensor.load("a.mts"))
        print("same")
        END
        """)
    #expect(outcome.code == 0 && outcome.output == "same\n", "\(outcome.errors)")
    // What metatensor itself writes.
    try scratch.mesogenMust(["convert", "b.mts", "b.npz", "--quiet"])
  }

  /// Files that are none, or hold something else, are refused in a line.
  @Test func hostileFiles() throws {
    let scratch = try prepared()
    try featurize(scratch, "a.h5")
    let bytes = try Data(contentsOf: URL(filePath: scratch.path("a.h5")))
    try scratch.write("not HDF5", to: "text.h5")
    try bytes.prefix(bytes.count / 2).write(to: URL(filePath: scratch.path("half.h5")))
    try Data().write(to: URL(filePath: scratch.path("empty.h5")))
    for file in ["text.h5", "half.h5", "empty.h5", "missing.h5"] {
      for command in [["info", file], ["convert", file, "b.npz"]] {
        let outcome = try scratch.mesogen(command)
        #expect([65, 66].contains(outcome.code), "\(outcome)")
        #expect(outcome.errorLines.count == 1 && outcome.errors.contains(file), "\(outcome.errors)")
      }
    }
    var state = UInt64(7)
    for _ in 0..<60 {
      var damaged = bytes
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        damaged[Int(state >> 33) % damaged.count] = UInt8(truncatingIfNeeded: state >> 20)
      }
      try damaged.write(to: URL(filePath: scratch.path("damaged.h5")))
      let outcome = try scratch.mesogen("convert", "damaged.h5", "c.npz", "--quiet")
      #expect([0, 65].contains(outcome.code), "\(outcome)")
    }
  }

  @Test func listOfFormats() throws {
    let scratch = try Scratch()
    let list = try scratch.mesogen("convert", "--list").output
    for word in ["extended XYZ", ".gsd", ".data", ".npz", ".h5", ".mts", ".csv", "chemiscope"] {
      #expect(list.contains(word), "\(word)")
    }
  }
}
