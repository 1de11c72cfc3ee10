import FileFormats
import Foundation
import Geometry
import Testing

/// The phases beyond nematic, smectic and dimers, and what they take.
@Suite struct GenerateTests {
  private func frames(_ scratch: Scratch, _ name: String) throws -> [Frame] {
    let reader = try FrameReader.open(scratch.path(name))
    var frames: [Frame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return frames
  }

  /// Runs `generate` with these arguments and reads what it made.
  private func generate(_ arguments: String...) throws -> [Frame] {
    let scratch = try Scratch()
    try scratch.mesogenMust(["generate"] + arguments + ["-o", "set.xyz"])
    return try frames(scratch, "set.xyz")
  }

  /// What the frames call themselves, and the label that tells the phase from others.
  @Test(arguments: [
    (["isotropic"], "isotropic", "order", 0.0, 1e-12),
    (["cholesteric", "--half-turns", "-2"], "cholesteric", "half_turns", -2, 0),
    (["biaxial", "--biaxial-order", "0.3"], "biaxial nematic", "biaxial_order", 0.3, 1e-10),
    (
      ["smectic-b", "--hexatic-order", "0.7", "--layers", "2"], "smectic B", "hexatic_order", 0.7,
      0.005
    ),
    (["columnar", "--columnar-order", "0.9"], "columnar", "columnar_order", 0.9, 1e-6),
    (["smectic", "--tilt", "20", "--layers", "2"], "smectic C", "tilt", 20, 1e-9),
  ])
  func phases(
    _ arguments: [String], _ phase: String, _ label: String, _ value: Double, _ tolerance: Double
  ) throws {
    let scratch = try Scratch()
    let common = ["--count", "2", "--particles", "32", "--packing-fraction", "0.15", "--seed", "3"]
    try scratch.mesogenMust(["generate"] + arguments + common + ["-o", "set.xyz"])
    let set = try frames(scratch, "set.xyz")
    #expect(set.count == 2)
    for frame in set {
      #expect(frame.count == 32)
      #expect(frame.labels["phase"] == .string(phase))
      let found = frame.labels[label]?.real ?? .nan
      #expect(abs(found - value) <= tolerance, "\(label) is \(found)")
    }
    // A shard is a part of the whole.
    try scratch.mesogenMust(
      ["generate"] + arguments + common + ["-o", "part.xyz", "--frames", "1:2"])
    #expect(try frames(scratch, "part.xyz") == [set[1]])
  }

  @Test func crystal() throws {
    let set = try generate(
      "crystal", "--count", "1", "--lattice", "bcc", "--cells", "2,3,1", "--semi-axes", "1,1,2",
      "--packing-fraction", "0.6")
    let frame = try #require(set.first)
    #expect(frame.count == 12)
    #expect(frame.labels["lattice"] == .string("bcc"))
  }

  @Test func mixtures() throws {
    let set = try generate(
      "nematic", "--count", "1", "--particles", "20", "--packing-fraction", "0.1", "--order", "0.5",
      "--component", "A:0.5,0.5,1.5:3", "--component", "B:0.6,0.6,0.3", "--polydispersity", "0.1")
    let frame = try #require(set.first)
    #expect(frame.species.count { $0 == "A" } == 15)
    #expect(frame.species.count { $0 == "B" } == 5)
    // Every particle has its own size.
    #expect(Set((frame.semiAxes ?? []).map(\.smallest)).count == 20)
  }

  /// Independent draws miss the target, soft positions overlap, and both say so.
  @Test func independentAndSoft() throws {
    let set = try generate(
      "nematic", "--count", "1", "--particles", "40", "--packing-fraction", "0.5", "--order", "0.5",
      "--independent", "--soft", "--distribution", "onsager")
    let frame = try #require(set.first)
    #expect(abs((frame.labels["order"]?.real ?? 0.5) - 0.5) > 1e-4)
    #expect((frame.labels["deepest_overlap"]?.real ?? 0) > 0)
    let watson = try generate(
      "nematic", "--count", "1", "--particles", "40", "--packing-fraction", "0.5", "--order", "0.5",
      "--independent", "--soft")
    #expect(watson.first?.orientations != frame.orientations)
  }

  @Test(arguments: [
    ["nematic", "--aspect-ratio", "2", "--semi-axes", "1,1,2"],
    ["nematic", "--component", "A:1,1"], ["nematic", "--component", "A:1,1,2:-1"],
    ["nematic", "--polydispersity", "2"], ["nematic", "--exact", "--independent"],
    ["nematic", "--distribution", "onsager", "--order", "-0.2"],
    ["isotropic", "--order", "0.5"], ["crystal", "--cells", "2,2"],
    ["crystal", "--packing-fraction", "0.8"], ["molecular-crystal", "--space-group", "231"],
    ["molecular-crystal", "--volume", "3"],
  ])
  func badValues(_ arguments: [String]) throws {
    let scratch = try Scratch()
    let outcome = try scratch.mesogen(
      ["generate"] + arguments + ["--count", "1", "-o", "set.xyz"])
    #expect(outcome.code == 64, "\(outcome.errors)")
    #expect(outcome.errorLines.count >= 1)
    #expect(scratch.names == [])
  }

  @Test func molecularCrystals() throws {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "molecular-crystal", "-o", "atoms.xyz", "--pair", "ellipsoids.xyz", "--count",
      "3", "--space-group", "2,14", "--shape", "1.8,3.4,3.4",
    ])
    let atoms = try frames(scratch, "atoms.xyz")
    let ellipsoids = try frames(scratch, "ellipsoids.xyz")
    #expect(atoms.count == 3 && ellipsoids.count == 3)
    for (fine, coarse) in zip(atoms, ellipsoids) {
      #expect(fine.count == 12 * coarse.count)
      #expect(fine.labels["identifier"] != nil)
      #expect(fine.labels["identifier"] == coarse.labels["identifier"])
      #expect(coarse.semiAxes?.first == (try SemiAxes(1.8, 3.4, 3.4)))
    }
    let absent = try scratch.mesogen([
      "generate", "molecular-crystal", "-o", "a.xyz", "--molecule", "absent.xyz",
    ])
    #expect(absent.code == 66)
  }

  /// What `--pair` makes, `coarse-grain` makes of the atoms, by bonds, by the column and by lists.
  @Test func coarseGraining() throws {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "molecular-crystal", "-o", "atoms.xyz", "--pair", "pair.xyz", "--count", "2",
      "--space-group", "2", "--sites", "general",
    ])
    let pair = try frames(scratch, "pair.xyz")
    try #require(pair.first?.count == 2)
    let ways = [
      ["--bond-tolerance", "1.25"], ["--column", "molecule"],
      ["--group", "0:11", "--group", "12:23"],
    ]
    for way in ways {
      try scratch.mesogenMust(
        ["coarse-grain", "atoms.xyz", "-o", "out.xyz", "--species", "X"] + way)
      for (found, expected) in try zip(frames(scratch, "out.xyz"), pair) {
        #expect(found.species == expected.species)
        for (a, b) in zip(found.positions, expected.positions) {
          let away = found.cell?.minimumImage(a - b) ?? a - b
          // Files hold positions to their last bit; sums over molecules begin elsewhere.
          #expect(away.length < 1e-9)
        }
      }
    }
    try scratch.mesogenMust([
      "coarse-grain", "atoms.xyz", "-o", "one.xyz", "--select-frames", "1:2", "--scale-axes",
      "0.5", "--shape", "1,2,3",
    ])
    let one = try frames(scratch, "one.xyz")
    #expect(one.count == 1)
    #expect(one.first?.species.first == "C6H6")
    #expect(one.first?.semiAxes?.first == (try SemiAxes(0.5, 1, 1.5)))
    #expect(one.first?.labels["identifier"] == pair[1].labels["identifier"])

    for (bad, code) in [
      (["--column", "absent"], 65), (["--group", "0:99"], 65), (["--group", "x"], 64),
      (["--column", "molecule", "--group", "0:11"], 64), (["--shape", "round"], 64),
      (["--bond-tolerance", "-1"], 64),
      // A flat molecule has no thickness in its gyration tensor.
      (["--shape", "gyration"], 65),
    ] as [([String], Int32)] {
      let outcome = try scratch.mesogen(["coarse-grain", "atoms.xyz", "-o", "bad.xyz"] + bad)
      #expect(outcome.code == code, "\(bad): \(outcome.errors)")
      #expect(!scratch.names.contains("bad.xyz"))
    }
  }

  /// Interrupted and resumed, a set has the same bytes as one made at once; parts that other
  /// settings made are refused.
  @Test func resuming() throws {
    let scratch = try Scratch()
    let set = ["generate", "nematic", "--count", "1500", "--particles", "32"]
    try scratch.mesogenMust(set + ["-o", "whole.xyz"])
    let process = try scratch.start(set + ["-o", "set.xyz", "--resume", "--threads", "1"])
    // Until the first part is there.
    func parts() -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: scratch.path("set.xyz.parts"))) ?? [])
        .filter { $0.hasSuffix(".sum") }
    }
    while parts().isEmpty && process.isRunning { usleep(500) }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(try scratch.outcome(process).code == 130)
    #expect(scratch.names == ["set.xyz.parts", "whole.xyz"])
    let done = parts()
    #expect(!done.isEmpty && done.count < 12, "\(done)")

    let other = try scratch.mesogen(set + ["-o", "set.xyz", "--resume", "--seed", "2"])
    #expect(other.code == 65 && other.errors.contains("other settings"))
    try scratch.mesogenMust(set + ["-o", "set.xyz", "--resume"])
    #expect(scratch.names == ["set.xyz", "whole.xyz"])
    #expect(try scratch.read("set.xyz") == scratch.read("whole.xyz"))
    #expect(try scratch.mesogen(set + ["-o", "-", "--resume"]).code == 64)
  }
}
