import Foundation
import Testing

/// A file that cannot be used, and what the message must say.
struct BadFile: CustomTestStringConvertible, Sendable {
  let name: String
  let text: String
  let mentions: [String]

  var testDescription: String { name }

  init(_ name: String, _ text: String, mentions: [String]) {
    self.name = name
    self.text = text
    self.mentions = mentions
  }

  // The second frame begins on line 6; its second row is line 9.
  static let all: [BadFile] = [
    BadFile("empty file", "", mentions: []),
    BadFile(
      "truncated frame", Sample.frame() + Sample.frame(count: "5"), mentions: ["frame 1"]),
    BadFile(
      "truncated row",
      Sample.frame() + Sample.frame(rows: [Sample.rows[0], "X 4.0 1.5", Sample.rows[2]]),
      mentions: ["frame 1", "line 9"]),
    BadFile(
      "particle count too small", Sample.frame(count: "2") + Sample.frame(),
      mentions: ["frame 1", "line 5"]),
    BadFile(
      "particle count too large", Sample.frame(count: "4") + Sample.frame(),
      mentions: ["frame 0", "line 6"]),
    BadFile(
      "particle count beyond memory", Sample.frame(count: "9223372036854775807"),
      mentions: ["frame 0"]),
    BadFile("negative particle count", Sample.frame(count: "-3"), mentions: ["frame 0", "line 1"]),
    BadFile("no particle count", "three\n" + Sample.header + "\n", mentions: ["line 1", "three"]),
    BadFile(
      "nan position", Sample.replacing(column: 1, by: "nan"),
      mentions: ["frame 1", "line 9", "nan"]),
    BadFile(
      "inf position", Sample.replacing(column: 3, by: "inf"),
      mentions: ["frame 1", "line 9", "inf"]),
    BadFile(
      "nan quaternion", Sample.replacing(column: 5, by: "nan"),
      mentions: ["frame 1", "line 9", "nan"]),
    BadFile(
      "inf diameter", Sample.replacing(column: 9, by: "-inf"),
      mentions: ["frame 1", "line 9", "inf"]),
    BadFile(
      "zero quaternion",
      Sample.frame()
        + Sample.frame(rows: [Sample.rows[0], "X 4.0 1.5 1.0 0 0 0 0 1 1 3", Sample.rows[2]]),
      mentions: ["frame 1", "line 9", "quaternion", "0"]),
    BadFile(
      "zero axis", Sample.replacing(column: 8, by: "0"), mentions: ["frame 1", "line 9", "0"]),
    BadFile(
      "negative axis", Sample.replacing(column: 10, by: "-3"),
      mentions: ["frame 1", "line 9", "-3"]),
    BadFile(
      "a word for a number", Sample.replacing(column: 2, by: "four"),
      mentions: ["frame 1", "line 9", "four"]),
    BadFile(
      "singular cell",
      Sample.frame()
        + Sample.frame(
          header: Sample.header.replacingOccurrences(
            of: "10 0 0 0 10 0 0 0 10", with: "10 0 0 0 10 0 10 0 0")),
      mentions: ["frame 1", "line 7", "10.0"]),
    BadFile(
      "nan in the cell",
      Sample.frame(
        header: Sample.header.replacingOccurrences(
          of: "10 0 0 0 10 0 0 0 10", with: "10 0 0 0 nan 0 0 0 10")),
      mentions: ["frame 0", "line 2", "nan"]),
  ]
}

/// Every command that reads frames, with everything it needs besides the input.
enum Reading: String, CaseIterable, Sendable {
  case energy, order, featurize, convert, draw, info

  func arguments(_ input: String, output: String) -> [String] {
    switch self {
    case .energy: ["energy", input, "-o", output + ".xyz", "--cutoff", "5"]
    case .order: ["order", input, "-o", output + ".csv", "--cutoff", "5"]
    case .featurize:
      [
        "featurize", input, "-o", output + ".npz", "--cutoff", "5", "--max-angular", "2",
        "--max-radial", "1",
      ]
    case .convert: ["convert", input, output + ".xyz"]
    case .draw: ["draw", input, "-o", output + ".svg", "--frame", "1"]
    case .info: ["info", input]
    }
  }
}

@Suite struct BadInputTests {
  /// One line that names the program and everything in `mentions`; the exit code; nothing left.
  func check(
    _ outcome: Outcome, code: Int32, mentions: [String], leaves names: [String], in scratch: Scratch
  ) {
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("mesogen: "), "\(outcome.errors)")
    for text in mentions { #expect(outcome.errors.contains(text), "\(text): \(outcome.errors)") }
    #expect(scratch.names == names)
  }

  @Test(arguments: BadFile.all, Reading.allCases)
  func badFile(_ file: BadFile, _ command: Reading) throws {
    let scratch = try Scratch()
    try scratch.write(file.text, to: "bad.xyz")
    let outcome = try scratch.mesogen(command.arguments("bad.xyz", output: "out"))
    check(
      outcome, code: 65, mentions: ["bad.xyz"] + file.mentions, leaves: ["bad.xyz"], in: scratch)
  }

  @Test(arguments: Reading.allCases)
  func noSuchFile(_ command: Reading) throws {
    let scratch = try Scratch()
    let outcome = try scratch.mesogen(command.arguments("absent.xyz", output: "out"))
    check(outcome, code: 66, mentions: ["absent.xyz"], leaves: [], in: scratch)
  }

  @Test(arguments: Reading.allCases)
  func folderAsInput(_ command: Reading) throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: scratch.path("folder.xyz"), withIntermediateDirectories: false)
    let outcome = try scratch.mesogen(command.arguments("folder.xyz", output: "out"))
    check(outcome, code: 66, mentions: ["folder.xyz"], leaves: ["folder.xyz"], in: scratch)
  }

  // A regular file cannot hold a file, whoever asks; folders without permission stop nobody who is
  // root.
  @Test(arguments: Reading.allCases.filter { $0 != .info })
  func outputThatCannotBeCreated(_ command: Reading) throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "good.xyz")
    for output in ["good.xyz/out", "absent/out"] {
      let outcome = try scratch.mesogen(command.arguments("good.xyz", output: output))
      check(outcome, code: 73, mentions: [output], leaves: ["good.xyz"], in: scratch)
    }
  }

  @Test func readOnlyFolder() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "good.xyz")
    let outcome = try scratch.mesogen("convert", "good.xyz", "/proc/out.xyz")
    check(outcome, code: 73, mentions: ["/proc/out.xyz"], leaves: ["good.xyz"], in: scratch)
  }

  #if os(Linux)
    @Test(arguments: [Reading.energy, .order, .convert])
    func fullDisk(_ command: Reading) throws {
      let scratch = try Scratch()
      try scratch.write(Sample.good, to: "good.xyz")
      // The device has no extension: a link gives it one.
      for suffix in [".xyz", ".csv"] {
        try FileManager.default.createSymbolicLink(
          atPath: scratch.path("full" + suffix), withDestinationPath: "/dev/full")
      }
      let outcome = try scratch.mesogen(command.arguments("good.xyz", output: "full"))
      check(
        outcome, code: 74, mentions: ["full.", "No space left on device"],
        leaves: ["full.csv", "full.xyz", "good.xyz"], in: scratch)
    }
  #endif

  /// Writing stops after 4 kB, as on a disk that fills up on the way.
  @Test(
    .disabled(if: Scratch.isSanitized),
    arguments: [Reading.energy, .order, .featurize, .convert])
  func diskThatFillsUp(_ command: Reading) throws {
    let scratch = try Scratch()
    try scratch.write(String(repeating: Sample.frame(), count: 100), to: "good.xyz")
    let arguments = command.arguments("good.xyz", output: "out").map { "'\($0)'" }
    let outcome = try scratch.shell(
      "ulimit -f 8; exec '\(Scratch.program.path)' " + arguments.joined(separator: " "))
    check(
      outcome, code: 74, mentions: ["out.", "File too large"], leaves: ["good.xyz"], in: scratch)
  }

  @Test(arguments: ["0", "-1", "nan", "inf", "five"])
  func cutoff(_ value: String) throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "good.xyz")
    for arguments in [
      ["featurize", "good.xyz", "-o", "out.npz", "--cutoff=\(value)"],
      ["order", "good.xyz", "-o", "out.csv", "--cutoff=\(value)"],
      ["energy", "good.xyz", "-o", "out.xyz", "--cutoff=\(value)"],
    ] {
      let outcome = try scratch.mesogen(arguments)
      check(outcome, code: 64, mentions: ["cutoff", value], leaves: ["good.xyz"], in: scratch)
    }
  }

  @Test func speciesThatWasNotToldOf() throws {
    let scratch = try Scratch()
    let other = ["B 1 1 1 1 0 0 0 1 1 3"] + Sample.rows.dropFirst()
    try scratch.write(Sample.frame() + Sample.frame(rows: other), to: "mixed.xyz")
    let outcome = try scratch.mesogen(
      "featurize", "mixed.xyz", "-o", "out.npz", "--cutoff", "5", "--species", "X")
    check(
      outcome, code: 65, mentions: ["mixed.xyz", "frame 1", "B"], leaves: ["mixed.xyz"],
      in: scratch)
  }

  @Test func speciesWithoutWellDepths() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "good.xyz")
    let outcome = try scratch.mesogen(
      "energy", "good.xyz", "-o", "out.xyz", "--cutoff", "4", "--well-depths", "A:1,1,1")
    check(
      outcome, code: 65, mentions: ["good.xyz", "frame 0", "X"], leaves: ["good.xyz"], in: scratch)
  }

  /// Energies and contacts of frames at the edge of what makes sense: a result without a single "nan",
  /// or one line that says what is wrong.
  @Test(arguments: [
    (["0 0 0 1 0 0 0 1 1 3"], nil), (["0 0 0 1 0 0 0 1 1 3", "0 0 0 1 0 0 0 1 1 3"], "0 and 1"),
    (["0 0 0 1 0 0 0 1 1 3", "1e-200 0 0 1 0 0 0 1 1 3"], "particles 0 and 1"),
    (["0 0 0 1 0 0 0 1e30 1 3", "9 0 0 1 0 0 0 1 1 3"], "1e-20 to 1e+20"),
    (["0 0 0 1 0 0 0 1e-60 1 3", "9 0 0 1 0 0 0 1 1 3"], "1e-20 to 1e+20"),
    (["0 0 0 1 0 0 0 1e-10 1e-10 3e-10", "5e-10 0 0 1 0 0 0 1e-10 2e-10 3e-10"], nil),
    (["0 0 0 1 0 0 0 1 1 3", "1e30 0 0 1 0 0 0 1 1 3"], nil),
  ])
  func oddFrames(_ particles: [String], _ mention: String?) throws {
    let scratch = try Scratch()
    let header =
      "Properties=species:S:1:pos:R:3:c_q:R:4:c_diameter[1]:R:1:c_diameter[2]:R:1:"
      + "c_diameter[3]:R:1"
    let rows = particles.map { "X \($0)\n" }.joined()
    try scratch.write("\(particles.count)\n\(header)\n\(rows)", to: "odd.xyz")
    for command in [
      ["energy", "odd.xyz", "-o", "out.xyz", "--forces"], ["contact", "odd.xyz", "-o", "out.csv"],
    ] {
      let outcome = try scratch.mesogen(command)
      let far = mention == nil && command[0] == "contact" && rows.contains("1e30")
      if let mention = far ? "1e-20 to 1e+20" : mention {
        check(
          outcome, code: 65, mentions: ["odd.xyz", "frame 0", mention], leaves: ["odd.xyz"],
          in: scratch)
      } else {
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(!(try scratch.read(command[3])).contains("nan"))
        try FileManager.default.removeItem(atPath: scratch.path(command[3]))
      }
    }
  }

  /// A tiny triclinic cell and a cutoff of many cells: every image counts, of the particle itself too.
  @Test func cutoffsBeyondTheCell() throws {
    let scratch = try Scratch()
    try scratch.write(
      "1\nLattice=\"2 0 0 0.5 2 0 0.3 0.2 2\" pbc=\"T T T\" Properties=species:S:1:pos:R:3:c_q:R:4:"
        + "c_diameter[1]:R:1:c_diameter[2]:R:1:c_diameter[3]:R:1\nX 0 0 0 1 0 0 0 .1 .1 .3\n",
      to: "tiny.xyz")
    #expect(
      try scratch.mesogen(["energy", "tiny.xyz", "-o", "out.xyz", "--cutoff", "15"]).code == 0)
    #expect(try scratch.read("out.xyz").contains("energy=-0.1"))
    let table = try scratch.mesogen(["contact", "tiny.xyz", "--cutoff", "15"])
    // Half of the 4 pi 15^3/3 / 8 = 1767 images.
    #expect(abs(table.output.split(separator: "\n").count - 884) < 40)
    for command in [["energy", "tiny.xyz", "-o", "o.xyz"], ["contact", "tiny.xyz"]] {
      let outcome = try scratch.mesogen(command + ["--cutoff", "1e9"])
      #expect(outcome.code == 65 && outcome.errors.contains("cutoff radius is 1000000000.0"))
    }
  }

  /// What a potential does not have, and what does not go together, is refused and not ignored.
  @Test(arguments: [
    (["--potential", "re-squared", "--nu", "2"], "nu is 2.0"),
    (["--potential", "re-squared", "--model", "gb-3-5-2-1"], "model"),
    (["--potential", "hard", "--cutoff", "4", "--epsilon", "2"], "epsilon"),
    (["--potential", "hard"], "cutoff"), (["--switch-start", "4"], "switch-start"),
    (["--above", "drop"], "above"), (["--model", "gb-3-5-2-1", "--sigma", "1"], "sigma"),
    (["--strength", "A:1,1", "--strength", "A:2,2"], "A:2,2"), (["--mu", "nan"], "mu"),
    (["--cutoff", "4", "--truncation", "switched", "--switch-start", "5"], "5.0"),
    (["--max-energy", "nan"], "nan"), (["--contact", "hardly"], "perram-wertheim"),
    (["--well-depths", "1,1,0"], "e_c"), (["--well-depths", "X:1,1"], "X:1,1"),
  ])
  func potentialsThatMakeNoSense(_ options: [String], _ mention: String) throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "good.xyz")
    let outcome = try scratch.mesogen(["energy", "good.xyz", "-o", "out.xyz"] + options)
    check(outcome, code: 64, mentions: [mention], leaves: ["good.xyz"], in: scratch)
  }

  @Test(arguments: [
    (["--distance", "3:2"], "3.0:2.0"), (["--distance", "-1:2"], "-1"), (["--count", "-3"], "-3"),
    (["--semi-axes", "0,1,1"], "semi-axis"), (["--semi-axes", "1,1"], "1,1"),
    (["--distance", "0:0.1", "--count", "1"], "draws"), (["--seed", "-1"], "-1"),
    (["--model", "gb"], "gb"), (["--max-energy", "-1e9", "--count", "1"], "draws"),
    (["--distance-kind", "middle"], "middle"), (["--potential", "hard", "--nu", "1"], "nu"),
  ])
  func dimersThatMakeNoSense(_ options: [String], _ mention: String) throws {
    let scratch = try Scratch()
    let outcome = try scratch.mesogen(["generate", "dimers", "-o", "out.xyz"] + options)
    #expect(outcome.code != 0 && outcome.code != 70)
    check(outcome, code: outcome.code, mentions: [mention], leaves: [], in: scratch)
  }

  @Test(arguments: ["0,1,1", "1,-1,1", "1,1", "1,1,1,1", "a,b,c", "nan,1,1", "X:1,1", ":1,1,1"])
  func semiAxes(_ value: String) throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "good.xyz")
    let outcome = try scratch.mesogen(
      "featurize", "good.xyz", "-o", "out.npz", "--cutoff", "5", "--semi-axes", value)
    check(outcome, code: 64, mentions: ["semi-ax"], leaves: ["good.xyz"], in: scratch)
  }

  @Test(arguments: ["5", "3:1", "a:b", "-1:4", "0:1:2"])
  func frameRanges(_ value: String) throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "good.xyz")
    let outcome = try scratch.mesogen(
      "featurize", "good.xyz", "-o", "out.npz", "--cutoff", "5", "--select-frames=\(value)")
    check(outcome, code: 64, mentions: [value], leaves: ["good.xyz"], in: scratch)
  }

  @Test func framesBeyondTheFile() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "good.xyz")
    let outcome = try scratch.mesogen(
      "featurize", "good.xyz", "-o", "out.npz", "--cutoff", "5", "--select-frames", "0:3")
    check(outcome, code: 65, mentions: ["good.xyz", "3", "2"], leaves: ["good.xyz"], in: scratch)
  }

  @Test func unknownFormat() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "good.xyz")
    try scratch.write(Sample.good, to: "good.pdf")
    let output = try scratch.mesogen("convert", "good.xyz", "out.pdf")
    check(output, code: 64, mentions: ["pdf"], leaves: ["good.pdf", "good.xyz"], in: scratch)
    let input = try scratch.mesogen("convert", "good.pdf", "out.xyz")
    check(input, code: 64, mentions: ["pdf"], leaves: ["good.pdf", "good.xyz"], in: scratch)
  }

  @Test(arguments: [
    ["featurize", "good.xyz"], ["featurize", "good.xyz", "-o", "out.npz"], ["nonsense"],
    ["featurize", "good.xyz", "-o", "out.npz", "--cutoff", "5", "--nonsense"],
    ["order", "good.xyz", "--threads", "0", "--cutoff", "5"],
    ["generate", "nematic", "-o", "out.xyz", "--order", "2"],
    ["generate", "nematic", "-o", "out.xyz", "--count=-1"],
    ["generate", "nematic", "-o", "out.xyz", "--packing-fraction", "1.5"],
    ["generate", "nematic", "-o", "out.xyz", "--aspect-ratio", "0"],
  ])
  func wrongUsage(_ arguments: [String]) throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "good.xyz")
    let outcome = try scratch.mesogen(arguments)
    check(outcome, code: 64, mentions: [], leaves: ["good.xyz"], in: scratch)
  }

  /// An older output stays as it was when the new one fails.
  @Test func olderOutputStays() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.replacing(column: 1, by: "nan"), to: "bad.xyz")
    try scratch.write("older", to: "out.csv")
    let outcome = try scratch.mesogen("order", "bad.xyz", "-o", "out.csv", "--cutoff", "5")
    check(outcome, code: 65, mentions: ["bad.xyz"], leaves: ["bad.xyz", "out.csv"], in: scratch)
    #expect(try scratch.read("out.csv") == "older")
  }
}
