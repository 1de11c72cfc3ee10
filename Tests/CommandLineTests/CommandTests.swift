import FileFormats
import Foundation
import Geometry
import Testing

@Suite struct CommandTests {
  /// Runs the program, which must succeed.
  @discardableResult
  private func run(_ scratch: Scratch, _ arguments: String..., input: String = "") throws -> Outcome
  {
    let outcome = try scratch.mesogen(arguments, input: input)
    try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
    return outcome
  }

  private func frames(_ path: String) throws -> [Frame] {
    let reader = try FrameReader.open(path)
    var frames: [Frame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return frames
  }

  // MARK: Help

  @Test(arguments: [
    ["generate"], ["generate", "nematic"], ["generate", "smectic"], ["generate", "dimers"],
    ["generate", "isotropic"], ["generate", "cholesteric"], ["generate", "biaxial"],
    ["generate", "smectic-b"], ["generate", "columnar"], ["generate", "crystal"],
    ["generate", "molecular-crystal"], ["coarse-grain"], ["isolate"],
    ["energy"], ["contact"], ["order"], ["featurize"], ["run"], ["convert"], ["info"], ["draw"],
  ])
  func helpHasAnExample(_ command: [String]) throws {
    let scratch = try Scratch()
    let outcome = try scratch.mesogen(command + ["--help"])
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output.contains("\n  mesogen \(command.joined(separator: " ")) "))
    #expect(outcome.output.contains("--threads") || command == ["generate"])
  }

  @Test func versionAndCompletion() throws {
    let scratch = try Scratch()
    for arguments in [["--version"], ["energy", "--version"]] {
      let outcome = try scratch.mesogen(arguments)
      #expect(outcome.code == 0)
      #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+( \([0-9a-f]+(\+changes)?\))?\n/) != nil)
    }
    for shell in ["bash", "zsh", "fish"] {
      let outcome = try scratch.mesogen(["--generate-completion-script", shell])
      #expect(outcome.code == 0)
      #expect(outcome.output.contains("featurize"))
    }
  }

  // MARK: Generate

  private static let sets: [[String]] = [
    ["generate", "nematic", "--count", "7", "--particles", "24", "--order", "0:0.9"],
    ["generate", "smectic", "--count", "7", "--particles", "24", "--smectic-order", "0.5:0.9"],
    ["generate", "dimers", "--count", "7", "--max-energy", "0"],
  ]

  /// The same bytes with any number of threads and to standard output; a shard is a part of the whole.
  @Test(arguments: sets)
  func generatedFramesFollowFromSeedAndIndex(_ arguments: [String]) throws {
    let scratch = try Scratch()
    let one = try scratch.mesogen(arguments + ["-o", "one.xyz", "--threads", "1", "--seed", "5"])
    try #require(one.code == 0, "\(one.errors)")
    for extra in [["--threads", "3"], ["--quiet"]] {
      let outcome = try scratch.mesogen(arguments + ["-o", "other.xyz", "--seed", "5"] + extra)
      #expect(outcome.code == 0)
      #expect(try scratch.read("one.xyz") == scratch.read("other.xyz"))
      #expect(outcome.output == "")
      #expect(outcome.errors.isEmpty == (extra == ["--quiet"]))
    }
    let printed = try scratch.mesogen(arguments + ["-o", "-", "--seed", "5"])
    #expect(try scratch.read("one.xyz") == printed.output)
    try scratch.mesogenMust(arguments + ["-o", "part.xyz", "--seed", "5", "--frames", "2:5"])
    #expect(try frames(scratch.path("part.xyz")) == Array(frames(scratch.path("one.xyz"))[2..<5]))
    try scratch.mesogenMust(arguments + ["-o", "seed.xyz", "--seed", "6"])
    #expect(try scratch.read("one.xyz") != scratch.read("seed.xyz"))
  }

  @Test func generatedFramesSayWhatTheyAre() throws {
    let scratch = try Scratch()
    try run(
      scratch, "generate", "nematic", "-o", "set.xyz", "--count", "3", "--particles", "32",
      "--aspect-ratio", "0.5", "--order", "0:0.8", "--director", "0,0,-2", "--packing-fraction",
      "0.2")
    let frames = try frames(scratch.path("set.xyz"))
    #expect(frames.count == 3)
    for (k, frame) in frames.enumerated() {
      let target = 0.4 * Double(k)
      #expect(frame.count == 32)
      #expect(frame.labels["frame"] == .integer(k))
      // Orders are exact to 1e-12 by the generator's promise.
      #expect(abs((frame.labels["order"]?.real ?? .nan) - target) < 1e-12)
      #expect(abs((frame.labels["target_order"]?.real ?? .nan) - target) < 1e-15)
      #expect(frame.semiAxes?.first == (try SemiAxes(0.5, 0.5, 0.25)))
    }
  }

  // MARK: Energy

  /// Two spheres of diameter 1: Lennard-Jones, also for the forces.
  @Test func spheresAreLennardJones() throws {
    let scratch = try Scratch()
    let r = 1.3
    try scratch.write(
      "2\nProperties=\"species:S:1:pos:R:3:c_q:R:4:c_diameter[1]:R:1:c_diameter[2]:R:1:"
        + "c_diameter[3]:R:1\" id=\"sha256:1e5\"\nX 0 0 0 1 0 0 0 1 1 1\n"
        + "X 0 \(r) 0 1 0 0 0 1 1 1\n", to: "two.xyz")
    try run(
      scratch, "energy", "two.xyz", "-o", "out.xyz", "--forces", "--well-depths", "1,1,1",
      "--epsilon", "2")
    let frame = try #require(try frames(scratch.path("out.xyz")).first)
    let expected = 8 * (pow(r, -12) - pow(r, -6))
    let force = 8 * (12 * pow(r, -13) - 6 * pow(r, -7))
    // A few roundings of numbers of order 1.
    #expect(abs((frame.labels["energy"]?.real ?? .nan) - expected) < 1e-14)
    #expect(abs((frame.labels["h12"]?.real ?? .nan) - (r - 1)) < 1e-14)
    #expect(frame.labels["id"] == .string("sha256:1e5"))
    guard case .reals(let forces)? = frame.column("forces")?.values else {
      Issue.record("no forces")
      return
    }
    #expect(abs(forces[4] - force) < 1e-13 && abs(forces[1] + force) < 1e-13)
    #expect(frame.column("torques") != nil)

    try run(
      scratch, "energy", "two.xyz", "-o", "literal.xyz", "--well-depths", "1,1,1", "--epsilon", "2",
      "--paper-literal")
    let literal = try #require(try frames(scratch.path("literal.xyz")).first)
    #expect(abs((literal.labels["energy"]?.real ?? .nan) - expected / 2) < 1e-14)
  }

  @Test func generatedEnergiesAreThoseOfEnergy() throws {
    let scratch = try Scratch()
    let options = ["--mu", "2", "--nu", "1.5", "--well-depths", "3,2,1", "--gamma", "0.8"]
    try scratch.mesogenMust(["generate", "dimers", "-o", "a.xyz", "--count", "20"] + options)
    try scratch.mesogenMust(["energy", "a.xyz", "-o", "b.xyz"] + options)
    for (a, b) in try zip(frames(scratch.path("a.xyz")), frames(scratch.path("b.xyz"))) {
      for key in ["energy", "h12", "eta", "chi"] {
        let (x, y) = try (#require(a.labels[key]?.real), #require(b.labels[key]?.real))
        // One evaluates a pair, the other a frame, in another order of operations.
        #expect(abs(x - y) <= 1e-12 * max(1, abs(x)))
      }
    }
  }

  @Test func singularPairsAreInfiniteAndLimitsCapOrDrop() throws {
    let scratch = try Scratch()
    let header =
      #"Properties=species:S:1:pos:R:3:c_q:R:4:c_diameter[1]:R:1:c_diameter[2]:R:1:"#
      + #"c_diameter[3]:R:1"#
    var text = ""
    for z in [0.4, 2.9, 3.2] {
      text += "2\n\(header)\nX 0 0 0 1 0 0 0 1 1 3\nX 0 0 \(z) 1 0 0 0 1 1 3\n"
    }
    try scratch.write(text, to: "in.xyz")
    try run(scratch, "energy", "in.xyz", "-o", "out.xyz")
    let plain = try frames(scratch.path("out.xyz")).map { $0.labels["energy"]?.real ?? .nan }
    #expect(plain[0] == .infinity && plain[1] > 0 && plain[2] < 0)
    #expect(try frames(scratch.path("out.xyz"))[0].labels["singular_pairs"] == .integer(1))

    let capped = try run(scratch, "energy", "in.xyz", "-o", "capped.xyz", "--max-energy", "0.5")
    #expect(capped.errors.contains("2 capped"))
    let cap = try frames(scratch.path("capped.xyz"))
    #expect(cap.map { $0.labels["energy"]?.real } == [0.5, 0.5, plain[2]])
    #expect(cap[1].labels["capped"] == .logical(true) && cap[2].labels["capped"] == nil)
    let dropped = try run(
      scratch, "energy", "in.xyz", "-o", "dropped.xyz", "--max-energy", "0.5", "--above", "drop")
    #expect(dropped.errors.contains("2 dropped"))
    #expect(try frames(scratch.path("dropped.xyz")).map { $0.labels["energy"]?.real } == [plain[2]])

    try run(
      scratch, "energy", "in.xyz", "-o", "hard.xyz", "--potential", "hard", "--cutoff", "3.2")
    let hard = try frames(scratch.path("hard.xyz")).map { $0.labels["energy"]?.real }
    #expect(hard == [.infinity, .infinity, 0])
    try run(scratch, "energy", "in.xyz", "-o", "model.xyz", "--model", "GB(3,5,2,1)", "--forces")
    let model = try frames(scratch.path("model.xyz"))[2]
    // End to end at h = 0.2: U_r eta / 5, eta = 1 for parallel particles... of sigma_0 = 1.
    let h = 1.2
    let u = 4 * (pow(h, -12) - pow(h, -6))
    let eta = try #require(model.labels["eta"]?.real)
    #expect(abs((model.labels["energy"]?.real ?? .nan) - u * eta / 5) < 1e-13)
    #expect(abs((model.labels["U_r"]?.real ?? .nan) - u) < 1e-13)
    #expect(model.labels["virial"] != nil)
    for bad in [
      ["--model", "nobody"], ["--model", "gb-3-5-2-1", "--mu", "3"], ["--truncation", "shifted"],
      ["--potential", "hard", "--cutoff", "4", "--forces"], ["--strength", "A=1"],
    ] {
      #expect(try scratch.mesogen(["energy", "in.xyz", "-o", "bad.xyz"] + bad).code == 64)
    }
  }

  @Test func contactTabulatesAllThreeFunctions() throws {
    let scratch = try Scratch()
    let header =
      #"Properties=species:S:1:pos:R:3:c_q:R:4:c_diameter[1]:R:1:c_diameter[2]:R:1:"#
      + #"c_diameter[3]:R:1"#
    var text = ""
    for z in [4.0, 1.5] {
      text += "2\n\(header)\nX 0 0 1 1 0 0 0 1 1 1\nX 0 0 \(z + 1) 1 0 0 0 1 1 3\n"
    }
    try scratch.write(text, to: "in.xyz")
    let outcome = try run(scratch, "contact", "in.xyz")
    let lines = outcome.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    try #require(lines.count == 3)
    #expect(lines[0].count == 15 && lines[0][8] == "surface_distance")
    let first = lines[1].compactMap { Double($0) }
    try #require(first.count == 15)
    // Spheres of radius 0.5 and 1.5 as seen along z: rounding.
    let expected = [0, 0, 1, 4, 5.0.squareRoot(), 2, 4, 0.25, 2, 0, 0, 1.5, 0, 0, 3.5]
    for (value, right) in zip(first, expected) { #expect(abs(value - right) < 1e-12) }
    #expect(lines[2][8...].allSatisfy { $0.isEmpty })
    try run(scratch, "contact", "in.xyz", "-o", "out.csv", "--cutoff", "2")
    #expect(try scratch.read("out.csv").split(separator: "\n").count == 2)
  }

  // MARK: Order

  @Test func orderTable() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "in.xyz")
    let arguments = ["order", "in.xyz", "--cutoff", "5", "--steinhardt", "0:2"]
    let printed = try scratch.mesogen(arguments)
    try scratch.mesogenMust(arguments + ["-o", "out.csv"])
    #expect(try scratch.read("out.csv") == printed.output)
    let lines = printed.output.split(separator: "\n")
    #expect(
      lines[0] == "frame,order,order_max,director_x,director_y,director_z,biaxiality,p4,"
        + "q0,q1,q2,neighbors")
    #expect(lines.count == 3)
    let values = lines[2].split(separator: ",").map { Double($0) }
    #expect(values[0] == 1)
    // q_0 is 1 where there are neighbours; each of the three sees both others.
    #expect(abs((values[8] ?? .nan) - 1) < 1e-14)
    #expect(values[11] == 2)

    try run(scratch, "order", "in.xyz", "-o", "out.xyz", "--cutoff", "5")
    let frame = try #require(try frames(scratch.path("out.xyz")).first)
    #expect(frame.labels["order"]?.real == lines[1].split(separator: ",").map { Double($0) }[1])
    #expect(frame.labels["q6"] != nil)
  }

  /// Voronoi weights need no cutoff; without either there are no invariants.
  @Test func orderWithoutCutoff() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "in.xyz")
    let voronoi = try run(scratch, "order", "in.xyz", "--weights", "voronoi")
    #expect(voronoi.output.split(separator: "\n")[0].contains(",q6,"))
    let bare = try run(scratch, "order", "in.xyz")
    #expect(bare.output.split(separator: "\n")[0].hasSuffix(",p4"))
  }

  // MARK: Convert and info

  @Test func conversionKeepsEverything() throws {
    let scratch = try Scratch()
    try run(
      scratch, "generate", "smectic", "-o", "a.xyz", "--count", "2", "--particles", "20")
    try run(scratch, "convert", "a.xyz", "b.extxyz.gz")
    try run(scratch, "convert", "b.extxyz.gz", "c.xyz")
    #expect(try scratch.read("a.xyz") == scratch.read("c.xyz"))
    let piped = try run(scratch, "convert", "-", "-", input: scratch.read("a.xyz"))
    #expect(try scratch.read("a.xyz") == piped.output)
    try run(
      scratch, "convert", "a.xyz", "d.xyz", "--semi-axes", "X:2,2,0.25", "--scale-axes", "0.5",
      "--select-frames", "1:2")
    let changed = try frames(scratch.path("d.xyz"))
    #expect(changed.count == 1)
    #expect(changed[0].labels["frame"] == .integer(1))
    #expect(changed[0].semiAxes?.first == (try SemiAxes(1, 1, 0.125)))
  }

  @Test func infoCounts() throws {
    let scratch = try Scratch()
    let other = [Sample.rows[0].replacingOccurrences(of: "X ", with: "A2 ")]
    try scratch.write(Sample.frame() + Sample.frame(rows: other), to: "in.xyz")
    let outcome = try run(scratch, "info", "in.xyz")
    for text in [
      "frames        2\n", "particles     4, 1 to 3 in a frame\n", "X (3), A2 (1)",
      "all semi-axes 0.5, 0.5, 1.5", "in 2 frames", "2 periodic", "problems      none\n",
    ] { #expect(outcome.output.contains(text), "\(text) in \(outcome.output)") }
  }

  // MARK: Run

  @Test func recipeFromStartToEnd() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "given.xyz")
    try scratch.write(
      """
      name: small
      seed: 4
      datasets:
        - name: n
          generate: {phase: nematic, count: 3, particles: 16, packing-fraction: 0.2}
          energy: {cutoff: 3, well-depths: "1,1,0.2"}
          order: {cutoff: 3, averaged: true, pair-correlation: true, bins: 12}
          featurize:
            - {correlation: 1, max-angular: 2, max-radial: 1, cutoff: 3}
            - {correlation: 2, max-angular: 2, max-radial: 1, cutoff: 3}
        - name: r
          read: {file: given.xyz, scale-axes: 0.5}
          featurize: {max-angular: 2, max-radial: 1, cutoff: 3, average: none, suffix: each}

      """, to: "recipe.yaml")
    let outcome = try run(scratch, "run", "recipe.yaml", "-o", "out")
    #expect(outcome.output.contains("out/manifest.json"))
    let names = [
      "manifest.json", "n.nu1.npz", "n.nu2.npz", "n.order.csv",
      "n.pair-correlation.csv", "n.xyz",
      "r.each.npz", "r.xyz",
    ]
    let pictures = ["n.energy.svg", "n.nu1.map.svg", "n.nu2.map.svg", "n.order.svg", "report.html"]
    let folder = scratch.path("out")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        == (names + pictures).sorted())
    for frame in try frames(folder + "/n.xyz") { #expect(frame.labels["energy"]?.real != nil) }
    #expect(try NumPyArchive(contentsOf: folder + "/r.each.npz")["features"].shape[0] == 6)

    let manifest = try scratch.read("out/manifest.json")
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(manifest.utf8)) as? [String: Any])
    let outputs = try #require(json["outputs"] as? [[String: Any]])
    #expect(outputs.compactMap { $0["file"] as? String }.sorted() == Array(names.dropFirst()))
    // The same recipe gives the same bytes, checksums included, with other threads and in another folder too.
    try run(scratch, "run", "recipe.yaml", "-o", "out", "--threads", "1", "--anew")
    #expect(try scratch.read("out/manifest.json") == manifest)
    try run(scratch, "run", "recipe.yaml", "-o", "other", "--quiet")
    #expect(try scratch.read("other/manifest.json") == manifest)
    let isSame = try scratch.read("other/report.html") == scratch.read("out/report.html")
    #expect(isSame)
    try run(scratch, "run", "recipe.yaml", "-o", "bare", "--no-report")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.path("bare")).sorted() == names)
    if let file = outputs.first?["file"] as? String, let sum = outputs.first?["sha256"] as? String,
      let independent = Self.sha256sum(folder + "/" + file)
    {
      #expect(sum == independent)
    }
  }

  /// What coreutils say; nil where they are not.
  private static func sha256sum(_ path: String) -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/sha256sum")
    process.arguments = [path]
    let pipe = Pipe()
    process.standardOutput = pipe
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: " ").first.map(String.init)
  }

  @Test func badRecipes() throws {
    let scratch = try Scratch()
    let absent = try scratch.mesogen("run", "absent.yaml")
    #expect(absent.code == 66 && absent.errors.contains("absent.yaml"))
    try scratch.write("name: a\ndatasets:\n  - name: b\n    sample: 3\n", to: "bad.yaml")
    let unknown = try scratch.mesogen("run", "bad.yaml", "-o", "out")
    #expect(unknown.code == 65)
    #expect(unknown.errorLines.count == 1)
    #expect(unknown.errors.contains("bad.yaml: line "))
    #expect(scratch.names == ["bad.yaml"])
    // A folder cannot stand below a file.
    let blocked = try scratch.mesogen("run", "-o", "bad.yaml/out")
    #expect(blocked.code == 73)
    #expect(blocked.errorLines.count == 1)
  }

  @Test func defaultRecipeIsShown() throws {
    let scratch = try Scratch()
    let shown = try run(scratch, "run", "--show")
    #expect(shown.output.contains("datasets:"))
    #expect(scratch.names == [])
  }

  // MARK: Draw

  @Test func drawing() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "in.xyz")
    try run(scratch, "draw", "in.xyz", "-o", "out.svg", "--frame", "1")
    #expect(try scratch.read("out.svg").contains("<svg"))
    let beyond = try scratch.mesogen("draw", "in.xyz", "-o", "no.svg", "--frame", "2")
    #expect(beyond.code == 65 && beyond.errors.contains("there are 2"))
    #expect(scratch.names == ["in.xyz", "out.svg"])
  }

  // MARK: Interruption

  /// Interrupted while it writes: the code says so, and nothing is left.
  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func interruption(_ signal: Int32, _ code: Int32) throws {
    let scratch = try Scratch()
    let process = try scratch.start([
      "generate", "nematic", "-o", "out.xyz", "--count", "1000000", "--particles", "64",
    ])
    // The temporary file shows that it is under way.
    while scratch.names.isEmpty && process.isRunning { usleep(2000) }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    let outcome = try scratch.outcome(process)
    #expect(process.terminationReason == .exit)
    #expect(outcome.code == code)
    #expect(outcome.errors.contains("interrupted"))
    #expect(scratch.names == [])
  }
}
