import FileFormats
import Foundation
import Geometry
import Testing

/// `mesogen simulate` as a user runs it.
@Suite struct SimulateTests {
  /// A small hard nematic and a small Gay-Berne fluid to start from.
  private func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "nematic", "-o", "hard.xyz", "--count", "2", "--particles", "48",
      "--packing-fraction", "0.2:0.3", "--order", "0.5", "--seed", "4",
    ])
    try scratch.mesogenMust([
      "generate", "nematic", "-o", "soft.xyz", "--count", "1", "--particles", "64",
      "--packing-fraction", "0.35", "--order", "0.6", "--seed", "4",
    ])
    return scratch
  }

  private func frames(_ scratch: Scratch, _ name: String) throws -> [Frame] {
    let reader = try FrameReader.open(scratch.path(name))
    var frames: [Frame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return frames
  }

  private let hard = [
    "simulate", "hard.xyz", "--potential", "hard", "--equilibrate", "50", "--steps", "100",
    "--every", "10", "--quiet", "-o",
  ]

  /// Twice the mass is the same path at a time longer by the root of two; moments that are given are used;
  /// what fits nothing is refused.
  @Test func massesAndMoments() throws {
    let scratch = try prepared()
    func run(_ output: String, _ options: [String]) throws -> Frame {
      try scratch.mesogenMust(
        [
          "simulate", "soft.xyz", "-o", output, "--observables", output + ".csv", "--method", "md",
          "--ensemble", "nve", "--model", "gb-3-5-2-1", "--cutoff", "4", "--equilibrate", "0",
          "--steps", "20", "--every", "20", "--quiet",
        ] + options)
      return try #require(try frames(scratch, output).last)
    }
    let light = try run("light.xyz", ["--time-step", "0.001"])
    let heavy = try run("heavy.xyz", ["--time-step", "0.002", "--mass", "4"])
    for (a, b) in zip(light.positions, heavy.positions) { #expect((a - b).length < 1e-9) }
    let species = light.species[0]
    let named = try run("named.xyz", ["--time-step", "0.002", "--mass", species + ":4"])
    #expect(named == heavy)
    // A homogeneous ellipsoid of semi-axes 0.5, 0.5, 1.5 and mass 1.
    let same = try run(
      "same.xyz", ["--time-step", "0.001", "--moments-of-inertia", "0.5,0.5,0.1"])
    for (a, b) in zip(light.positions, same.positions) { #expect((a - b).length < 1e-9) }
    let slow = try run(
      "slow.xyz", ["--time-step", "0.001", "--moments-of-inertia", "50,50,10"])
    let turned = zip(light.orientations ?? [], slow.orientations ?? []).map {
      abs(1 - abs($0.w * $1.w + $0.x * $1.x + $0.y * $1.y + $0.z * $1.z))
    }
    #expect((turned.max() ?? 0) > 1e-6)
    let start = ["simulate", "soft.xyz", "-o", "x.xyz", "--model", "gb-3-5-2-1", "--cutoff", "4"]
    for (options, words) in [
      (["--method", "md", "--mass", "Q:2"], "'Q'"), (["--mass", "2"], "molecular dynamics"),
      (["--method", "md", "--moments-of-inertia", "1,1"], "three numbers"),
    ] {
      let result = try scratch.mesogen(start + options)
      #expect(result.code != 0 && result.errors.contains(words), "\(result)")
      #expect(!FileManager.default.fileExists(atPath: scratch.path("x.xyz")))
    }
  }

  /// The table of means never takes the place of the frames, nor of the input.
  @Test(arguments: [
    ["-o", "k.json", "--observables", "k.csv"],
    ["-o", "./k.json", "--observables", "k.csv"],
  ])
  func tablesHaveFilesOfTheirOwn(_ options: [String]) throws {
    let scratch = try prepared()
    let result = try scratch.mesogen(
      ["simulate", "hard.xyz", "--potential", "hard", "--steps", "10", "--every", "10"] + options)
    #expect(result.code == 64 && result.errors.contains("which is also the file of the frames"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path("k.json")))
  }

  /// The table of an exchange says what each rung was asked for, beside what was measured.
  @Test func askedValuesOfAnExchange() throws {
    let scratch = try prepared()
    let outcome = try scratch.mesogen([
      "simulate", "hard.xyz", "-o", "l.xyz", "--potential", "hard", "--ensemble", "npt",
      "--pressure", "1", "--exchange", "pressure:1.25,1.5", "--steps", "20", "--every", "10",
      "--equilibrate", "0", "--select-frames", "0:1", "--quiet",
    ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.first?.contains("pressure asked for") == true)
    #expect(lines[2].contains("1.2500") && lines[3].contains("1.5000"), "\(outcome.output)")
  }

  /// Tables are named after their frames, so that a second simulation of a folder loses none; the link
  /// leads to the last one, and what is no link is left.
  @Test func tablesOfSeveralSimulations() throws {
    let scratch = try prepared()
    let hard = [
      "simulate", "hard.xyz", "--potential", "hard", "--equilibrate", "0", "--select-frames", "0:1",
    ]
    try scratch.mesogenMust(hard + ["-o", "a.xyz", "--steps", "20", "--every", "10"])
    let first = try scratch.read("a.xyz.observables.csv")
    #expect(try scratch.read("observables.csv") == first)
    try scratch.mesogenMust(hard + ["-o", "b.xyz", "--steps", "30", "--every", "10"])
    #expect(try scratch.read("a.xyz.observables.csv") == first)
    #expect(try scratch.read("b.xyz.observables.csv") != first)
    #expect(
      try scratch.read("observables.csv") == (try scratch.read("b.xyz.observables.csv"))
        && (try scratch.read("observables.json")) == (try scratch.read("b.xyz.observables.json")))
    try FileManager.default.removeItem(atPath: scratch.path("observables.csv"))
    try scratch.write("mine\n", to: "observables.csv")
    let third = try scratch.mesogen(hard + ["-o", "a.xyz", "--steps", "20", "--every", "10"])
    #expect(third.code == 0 && third.errors.contains("no link, which is left as it is"))
    #expect(try scratch.read("observables.csv") == "mine\n")
    #expect(try scratch.read("a.xyz.observables.csv") == first)
  }

  /// Options that the method does not have are refused where they are given, also at their default.
  @Test(arguments: [
    (["--time-step", "0.002"], "time-step"), (["--thermostat", "langevin"], "thermostat"),
    (["--thermostat-time", "0.5"], "thermostat-time"), (["--field-axis", "0,0,1"], "field-axis"),
    (["--exchange-every", "10"], "exchange-every"), (["--volume-moves", "1"], "volume-moves"),
    (["--method", "md", "--exchange-every", "10"], "exchange-every"),
    (["--method", "md", "--barostat-time", "2"], "barostat-time"),
    (["--method", "md", "--ensemble", "nve", "--thermostat", "langevin"], "thermostat"),
    (["--potential", "model.npz", "--cutoff", "3"], "a learned potential ends where its features"),
    (["--potential", "model.npz", "--method", "md", "--cutoff", "3"], "cutoff is 3.0"),
  ])
  func ignoredOptions(_ options: [String], _ words: String) throws {
    let scratch = try prepared()
    let result = try scratch.mesogen(["simulate", "soft.xyz", "-o", "x.xyz"] + options)
    #expect(result.code == 64 && result.errors.contains(words), "\(result)")
    #expect(!scratch.names.contains("x.xyz"))
  }

  /// Every start is simulated; frames, table and summary say the same; any number of threads gives the
  /// same bytes.
  @Test func hardBodies() throws {
    let scratch = try prepared()
    try scratch.mesogenMust(hard + ["a.xyz", "--observables", "a.csv", "--threads", "1"])
    try scratch.mesogenMust(hard + ["b.xyz", "--observables", "b.csv", "--threads", "2"])
    for pair in [("a.xyz", "b.xyz"), ("a.csv", "b.csv"), ("a.json", "b.json")] {
      #expect(try scratch.read(pair.0) == scratch.read(pair.1))
    }
    let all = try frames(scratch, "a.xyz")
    #expect(all.count == 20)
    let steps = all.compactMap { $0.labels["step"]?.real }
    let expected: [Double] = (0..<20).map { k in Double(60 + 10 * (k % 10)) }
    #expect(steps == expected)
    let lines = try scratch.read("a.csv").split(separator: "\n").map { $0.split(separator: ",") }
    let heads = lines[0].map(String.init)
    for name in ["step", "energy", "temperature", "pressure", "packing_fraction", "order"] {
      #expect(heads.contains(name))
    }
    let column = try #require(heads.firstIndex(of: "order"))
    for (line, frame) in zip(lines.dropFirst(), all) {
      #expect(Double(line[column]) == frame.labels["order"]?.real)
      #expect(frame.labels["seed"] != nil && frame.labels["target_order"] == nil)
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.path("a.xyz.checkpoint")))
  }

  /// A simulation that was killed and gone on with ends in the bytes of an undisturbed one.
  @Test func resume() throws {
    let scratch = try prepared()
    let long = hard.map { ["100": "20000", "50": "200", "10": "100"][$0] ?? $0 }
    try scratch.mesogenMust(long + ["whole.xyz", "--observables", "whole.csv"])
    let outcome = try scratch.shell(
      "'\(Scratch.program.path)' "
        + (long + ["cut.xyz", "--observables", "cut.csv"]).joined(separator: " ")
        + " & sleep 0.4; kill -9 $!; wait $!; ls -d cut.xyz.checkpoint; true")
    #expect(!scratch.names.contains("cut.xyz"))
    if outcome.output.contains("checkpoint") {
      // Without --resume nothing is thrown away.
      let refused = try scratch.mesogen(long + ["cut.xyz", "--observables", "cut.csv"])
      #expect(refused.code == 73 && refused.errors.contains("--resume"))
    }
    try scratch.mesogenMust(long + ["cut.xyz", "--observables", "cut.csv", "--resume"])
    #expect(try scratch.read("cut.xyz") == scratch.read("whole.xyz"))
    #expect(try scratch.read("cut.csv") == scratch.read("whole.csv"))
  }

  /// Molecular dynamics and Monte Carlo of a Gay-Berne fluid, at constant volume and pressure.
  @Test(arguments: [
    ["--method", "md", "--steps", "40", "--every", "20", "--equilibrate", "20", "--forces"],
    ["--method", "md", "--ensemble", "nve", "--steps", "40", "--every", "20"],
    [
      "--method", "md", "--ensemble", "npt", "--pressure", "3", "--steps", "40", "--every", "20",
      "--thermostat", "langevin",
    ],
    ["--ensemble", "npt", "--pressure", "3", "--steps", "20", "--every", "10"],
    ["--field", "2", "--steps", "20", "--every", "10", "--smectic"],
    ["--bias", "500:0.3", "--steps", "20", "--every", "10"],
    ["--exchange", "temperature:1.2,1.4,1.6", "--steps", "20", "--every", "10"],
  ])
  func fluids(_ words: [String]) throws {
    let scratch = try prepared()
    try scratch.mesogenMust(
      ["simulate", "soft.xyz", "-o", "out.xyz", "--model", "gb-3-5-2-1", "--cutoff", "4"]
        + ["--temperature", "1.25", "--equilibrate", "40", "--quiet"] + words)
    let all = try frames(scratch, "out.xyz")
    #expect(all.count == (words.contains("--exchange") ? 6 : 2))
    for frame in all {
      #expect(frame.labels["energy"]?.real?.isFinite == true)
      #expect((frame.column("forces") != nil) == words.contains("--forces"))
      #expect(frame.labels["pressure"]?.real?.isFinite == true)
    }
    #expect(scratch.names.contains("observables.csv") && scratch.names.contains("observables.json"))
  }

  @Test func independentSamples() throws {
    let scratch = try prepared()
    let outcome = try scratch.mesogen(
      "simulate", "hard.xyz", "-o", "s.xyz", "--potential", "hard", "--select-frames", "0:1",
      "--samples", "12", "--every", "5", "--equilibrate", "200", "--quiet")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try frames(scratch, "s.xyz").count == 12)
    #expect(outcome.output.contains("correlation time"))
  }

  /// A simulation that explodes at once leaves nothing that stands in the way of the next one.
  @Test func explosion() throws {
    let scratch = try prepared()
    let before = scratch.names
    let words = [
      "simulate", "soft.xyz", "-o", "out.xyz", "--model", "gb-3-5-2-1", "--cutoff", "4", "--method",
      "md", "--temperature", "1.25", "--steps", "40", "--every", "20", "--equilibrate", "0",
      "--quiet",
    ]
    let outcome = try scratch.mesogen(words + ["--time-step", "3"])
    #expect(outcome.code == 65, "\(outcome.errors)")
    #expect(outcome.errors.contains("explodes") && outcome.errors.contains("step 1"))
    #expect(scratch.names == before)
    try scratch.mesogenMust(words + ["--time-step", "0.002"])
    #expect(try frames(scratch, "out.xyz").count == 2)
  }

  /// Without a cutoff one is chosen, and told: for spheres 2.5 sigma.
  @Test(arguments: ["mc", "md"]) func cutoffIsChosen(_ method: String) throws {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "nematic", "-o", "soft.xyz", "--count", "1", "--particles", "64",
      "--aspect-ratio",
      "3", "--packing-fraction", "0.35", "--order", "0.6", "--seed", "4",
    ])
    let words = ["simulate", "soft.xyz", "--method", method, "--steps", "4", "--every", "2"]
    let rest = [
      "--equilibrate", "2", "--model", "gb-3-5-2-1", "--temperature", "1.5", "--quiet", "-o",
    ]
    let outcome = try scratch.mesogen(words + rest + ["a.xyz"])
    #expect(outcome.code == 0 && outcome.errors.contains("cutoff"), "\(outcome.errors)")
    #expect(outcome.errors.contains("4.5"), "\(outcome.errors)")
    try scratch.mesogenMust(words + ["--cutoff", "4.5"] + rest + ["b.xyz"])
    #expect(try scratch.read("a.xyz") == scratch.read("b.xyz"))
  }

  /// One clear line, and nothing left behind.
  @Test(arguments: [
    (64, "pressure", ["--potential", "hard", "--ensemble", "npt"]),
    (64, "hard", ["--potential", "hard", "--method", "md"]),
    (64, "steps", ["--potential", "hard", "--steps", "0"]),
    (64, "bias", ["--potential", "hard", "--bias", "much"]),
    (64, "exchange", ["--potential", "hard", "--exchange", "colour:1,2"]),
    (64, "temperature", ["--potential", "hard", "--temperature", "-1"]),
    (64, "temperature", ["--potential", "hard", "--temperature", "nan"]),
    (64, "field", ["--potential", "hard", "--field", "inf"]),
    (64, "time step", ["--cutoff", "4", "--method", "md", "--time-step", "nan"]),
    (64, "every", ["--potential", "hard", "--every", "50", "--steps", "20"]),
    (65, "swaps", ["--potential", "hard", "--swaps", "0.3"]),
    (65, "overlap", ["--potential", "hard", "--scale-axes", "3"]),
  ])
  func trouble(_ code: Int, _ mention: String, _ words: [String]) throws {
    let scratch = try prepared()
    let before = scratch.names
    let outcome = try scratch.mesogen(["simulate", "hard.xyz", "-o", "out.xyz"] + words)
    #expect(Int(outcome.code) == code, "\(outcome.errors)")
    #expect(outcome.errors.lowercased().contains(mention), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(scratch.names == before)
  }
}
