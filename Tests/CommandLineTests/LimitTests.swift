import FileFormats
import Foundation
import Testing

/// Little memory, few descriptors, numbers beyond measure, and text that terminals would obey.
@Suite struct LimitTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The program under a limit of the shell, ended after a minute.
  private func limited(_ limit: String, _ arguments: String) throws -> Outcome {
    try scratch.shell(
      "ulimit \(limit); code=0; timeout -s KILL 60 '\(Scratch.program.path)' \(arguments) || code=$?; "
        + "exit $code")
  }

  /// Kilobytes of addresses: OpenBLAS' threads would ask for 128 MB again and again for ever.
  @Test(.disabled(if: Scratch.isSanitized), arguments: [153_600, 180_000, 204_800, 300_000])
  func littleMemory(limit: Int) throws {
    try scratch.write(Sample.good, to: "a.xyz")
    let outcome = try limited(
      "-v \(limit)", "featurize a.xyz -o a.npz --cutoff 4 --max-angular 2 --max-radial 2 --quiet")
    // All that is needed, or one line.
    #expect(outcome.code == 0 || outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.code != 137 && outcome.code < 128)
  }

  @Test(arguments: 3...9) func fewDescriptors(limit: Int) throws {
    try scratch.write(Sample.good, to: "a.xyz")
    let outcome = try scratch.shell(
      "ulimit -n \(limit); exec '\(Scratch.program.path)' featurize a.xyz -o a.npz --cutoff 4 --quiet"
    )
    // With fewer than the shell and the loader need nothing of ours runs.
    #expect(
      outcome.code == 0 || outcome.code < 128 && outcome.errorLines.count == 1,
      "\(outcome.code): \(outcome.errors)")
    if limit >= 7 { #expect(outcome.code == 0, "\(outcome.errors)") }
  }

  @Test(arguments: [
    ["generate", "nematic", "-o", "a.xyz", "--count", "9223372036854775807"],
    ["generate", "nematic", "-o", "a.xyz", "--count", "99999999999999999999"],
    ["generate", "nematic", "-o", "a.xyz", "--count", "1", "--particles", "100000000000"],
    ["generate", "dimers", "-o", "a.xyz", "--count=-9223372036854775808"],
    ["simulate", "b.xyz", "-o", "a.xyz", "--steps", "9223372036854775807"],
    ["featurize", "b.xyz", "-o", "a.npz", "--cutoff", "3", "--frames", "0:9223372036854775807"],
    ["featurize", "b.xyz", "-o", "a.npz", "--cutoff", "3", "--threads", "1000000000000"],
  ])
  func numbersBeyondMeasure(arguments: [String]) throws {
    try scratch.write(Sample.good, to: "b.xyz")
    let outcome = try scratch.mesogen(arguments)
    #expect((1..<128).contains(outcome.code) && outcome.errorLines.count == 1, "\(outcome)")
    #expect(scratch.names == ["b.xyz"])
  }

  @Test(arguments: ["count: 9223372036854775807", "count: 2, particles: 100000000000"])
  func numbersOfRecipes(keys: String) throws {
    try scratch.write(
      "datasets:\n  - name: a\n    generate: {phase: nematic, order: 0:1, \(keys)}\n", to: "r.yaml")
    let outcome = try scratch.mesogen("run", "r.yaml")
    #expect((1..<128).contains(outcome.code) && outcome.errorLines.count == 1, "\(outcome)")
    #expect(
      outcome.errors.contains("100000000000") || outcome.errors.contains("9223372036854775807"))
  }

  @Test func terminalsAreNotObeyed() throws {
    let evil = "\u{1B}]0;title\u{7}\u{1B}[2J\u{9B}31m"
    let header = "Properties=species:S:1:pos:R:3:c\(evil):R:1 key\(evil)=1 \(evil)"
    try scratch.write("1\n\(header)\nA\(evil) 0 0 0 1\n", to: "a.xyz")
    try scratch.write("1\n\(header)\nA\(evil) 0 0 \(evil) 1\n", to: "b.xyz")
    try scratch.write("datasets:\n  - name: \"a\\e[2J\"\n    \"g\\e[2J\": {}\n", to: "r.yaml")
    let outcomes = [
      try scratch.mesogen("info", "a.xyz"), try scratch.mesogen("info", "b.xyz"),
      try scratch.mesogen("info", "no\(evil).xyz"), try scratch.mesogen("inf\(evil)"),
      try scratch.mesogen("order", "a.xyz", "-o", "o.csv"), try scratch.mesogen("run", "r.yaml"),
      try scratch.mesogen("energy", "a.xyz", "-o", "e.xyz", "--epsilon", evil),
    ]
    for outcome in outcomes {
      let text = outcome.output + outcome.errors
      #expect(
        !text.unicodeScalars.contains {
          $0 != "\n" && ($0.value < 0x20 || (0x7F...0x9F).contains($0.value))
        }, "\(text.debugDescription)")
    }
    #expect(outcomes[0].output.contains("key\\u{1B}]0;title\\u{7}"))
  }

  @Test func messagesHaveASensibleLength() throws {
    let long = String(repeating: "x", count: 20_000)
    try scratch.write("1\nProperties=species:S:1:pos:R:3:\(long):Q:1\nA 0 0 0 1\n", to: "a.xyz")
    for outcome in [
      try scratch.mesogen("info", "a.xyz"), try scratch.mesogen("info", long),
      try scratch.mesogen("info", "a.xyz", "--columns", long),
    ] {
      #expect(outcome.code != 0)
      #expect(outcome.errors.count < 700, "\(outcome.errors.count)")
    }
  }

  /// A small model `m.npz` of the features `f.npz` of the frames `e.xyz`.
  private func learned(_ options: [String]) throws {
    try scratch.mesogenMust(
      ["generate", "dimers", "-o", "d.xyz", "--count", "40", "--seed", "1", "--quiet"])
    try scratch.mesogenMust(["energy", "d.xyz", "-o", "e.xyz", "--forces", "--quiet"])
    try scratch.mesogenMust(
      ["featurize", "e.xyz", "-o", "f.npz", "--cutoff", "9", "--smooth-cutoff", "0.5"]
        + ["--max-angular", "2", "--quiet"])
    try scratch.mesogenMust(
      [
        "learn", "ridge", "f.npz", "--targets", "e.xyz", "--target", "energy", "-o", "m.npz",
        "--quiet",
      ] + options)
  }

  /// Writes the model to another file with one of its arrays changed.
  private func writeModel(
    to file: String, _ array: String, changed: (NumPyArray) throws -> NumPyArray
  ) throws {
    let model = try NumPyArchive(contentsOf: scratch.path("m.npz"))
    #expect(model.names.contains(array))
    let writer = try NumPyArchiveWriter(scratch.path(file))
    for name in model.names {
      try writer.add(name, name == array ? changed(model[name]) : model[name])
    }
    try writer.commit()
  }

  @Test func damagedModels() throws {
    try learned([])
    // The same model with one coefficient that is no number.
    try writeModel(to: "m.npz", "coefficients") { array in
      var values = try #require(array.doubles)
      values[3] = .nan
      return NumPyArray(shape: array.shape, values: .float64(values))
    }
    let outcome = try scratch.mesogen("learn", "predict", "m.npz", "f.npz", "-o", "p.csv")
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("m.npz: array 'coefficients': element 3 is nan"))
    #expect(!scratch.names.contains("p.csv"))
  }

  /// Sizes in the descriptions that models carry, of models for predictions and of force fields.
  @Test func sizesInModels() throws {
    func refused(_ arguments: [String], _ output: String, _ what: String) throws {
      let outcome = try scratch.mesogen(arguments + ["-o", output])
      #expect((1..<128).contains(outcome.code), "\(what): \(outcome.code)")
      #expect(outcome.errorLines.count == 1, "\(what): \(outcome.errors)")
      #expect(!scratch.names.contains(output))
    }
    func replacing(_ text: String, by other: String, in array: NumPyArray) throws -> NumPyArray {
      let whole = try #require(array.strings?.first)
      #expect(whole.contains(text), "\(text) in \(whole)")
      return NumPyArray(whole.replacing(text, with: other))
    }
    let sizes = ["9223372036854775807", "1000000000000", "1e300", "-1"]
    let species = (0..<9000).map { "S\($0)" }.joined(separator: ",")
    var changes = sizes.map { ("\"max_angular\":2", "\"max_angular\":\($0)") }
    changes += ["1000000000000", String(repeating: "30,", count: 100_000) + "30"].map {
      ("\"max_radial\":\"6\"", "\"max_radial\":\"\($0)\"")
    }
    changes += ["9223372036854775807", "-1"].map {
      ("\"correlation\":2", "\"correlation\":\($0)")
    }
    changes.append(("\"species\":\"X\"", "\"species\":\"\(species)\""))
    for options in [[], ["--forces", "forces", "--contact-columns", "2"]] {
      try learned(options)
      for (text, other) in changes {
        try writeModel(to: "w.npz", "feature_hyperparameters") {
          try replacing(text, by: other, in: $0)
        }
        let what = String(other.prefix(60))
        guard options.isEmpty else {
          try refused(["energy", "e.xyz", "--potential", "w.npz"], "p.xyz", what)
          continue
        }
        try refused(["learn", "predict", "w.npz", "e.xyz"], "p.csv", what)
        // Features of other species are told, as any difference is.
        if !other.contains("S1") {
          try refused(["learn", "predict", "w.npz", "f.npz"], "p.csv", what)
        }
      }
    }
    for size in sizes {
      try writeModel(to: "w.npz", "force_field") {
        try replacing("\"contactColumns\":2", by: "\"contactColumns\":\(size)", in: $0)
      }
      try refused(["energy", "e.xyz", "--potential", "w.npz"], "p.xyz", "contact columns \(size)")
    }
  }
}
