import FileFormats
import Foundation
import Testing

/// Several archives, baselines, groups and components in `mesogen learn`.
@Suite struct LearnBlockTests {
  /// 40 nematics with two kinds of features; `group` holds four frames each.
  private func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "nematic", "-o", "raw.xyz", "--count", "40", "--particles", "16", "--order",
      "0:0.9", "--packing-fraction", "0.2", "--quiet",
    ])
    var frame = -1
    let lines = try scratch.read("raw.xyz").split(separator: "\n").map { line -> String in
      guard line.contains("Properties") else { return String(line) }
      frame += 1
      return line.replacingOccurrences(
        of: " phase=", with: " crystal=c\(frame / 4) guess=\(0.02 * Double(frame)) phase=")
    }
    try scratch.write(lines.joined(separator: "\n") + "\n", to: "set.xyz")
    for (name, l) in [("a", "2"), ("b", "4")] {
      try scratch.mesogenMust([
        "featurize", "set.xyz", "-o", "\(name).npz", "--max-angular", l, "--max-radial", "1",
        "--cutoff", "3", "--quiet",
      ])
    }
    return scratch
  }

  private func ridge(_ scratch: Scratch, _ more: [String]) throws -> Outcome {
    try scratch.mesogen(
      ["learn", "ridge", "a.npz", "--targets", "set.xyz", "--target", "order"] + more)
  }

  /// The RMSE of the test part.
  private func error(_ outcome: Outcome, _ target: String = "order") throws -> Double {
    let line = try #require(
      outcome.output.split(separator: "\n").first {
        $0.hasPrefix("\(target) ") && $0.contains(" test ")
      }, "\(outcome.output) \(outcome.errors)")
    let words = line.dropFirst(target.count).split(separator: " ")
    return try #require(Double(words[2]))
  }

  /// A block of next to no weight is not there; the best of several weights is named.
  @Test func weightsOfBlocks() throws {
    let scratch = try prepared()
    let alone = try error(ridge(scratch, ["--alphas", "1e-3"]))
    let ignored = try error(
      ridge(scratch, ["--alphas", "1e-3", "--with-features", "b.npz:1e-9"]))
    // Printed with five digits.
    #expect(abs(alone - ignored) <= 1e-4 * alone)
    let both = try ridge(scratch, ["--with-features", "b.npz:0.01,1", "-o", "both.npz"])
    #expect(both.output.contains("weight"))
    let array = try ridge(scratch, ["--with-features", "b.npz:features:2"])
    #expect(array.code == 0 && array.output.contains("weight 2.0"), "\(array.output)")
  }

  @Test func aBaselineIsTakenOffAndAdded() throws {
    let scratch = try prepared()
    let perfect = try ridge(scratch, ["--baseline", "order"])
    #expect(try error(perfect, "order_minus_order") < 1e-9)
    let outcome = try ridge(scratch, ["--baseline", "guess"])
    let name = "order_minus_guess"
    #expect(outcome.output.contains("\(name), baseline added"))
    let several = try ridge(scratch, ["--baseline", "order,guess"])
    #expect(several.code == 64 && several.errors.contains("baseline is 2 numbers"))
  }

  @Test func groupsStayTogether() throws {
    let scratch = try prepared()
    let outcome = try ridge(
      scratch, ["--group-by", "crystal", "--test", "0.2", "--predictions", "test.csv"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    let frames = try scratch.read("test.csv").split(separator: "\n").dropFirst().compactMap {
      $0.split(separator: ",").first.flatMap { Int($0) }
    }
    #expect(frames.count == 8)
    let counts = Dictionary(grouping: frames) { $0 / 4 }.mapValues(\.count)
    #expect(counts.count == 2 && counts.values.allSatisfy { $0 == 4 })
  }

  @Test(arguments: [
    (["--group-by", "colour"], 65, "there is no label 'colour' to group by"),
    (["--group-by", "crystal", "--split", "order"], 64, "split is order; expected random"),
    (["--with-features", "b.npz:-1"], 64, "with-features is 'b.npz:-1'"),
    (["--with-features", "c.npz"], 66, "c.npz"),
    (["--with-features", "few.npz"], 65, "few.npz: 10 rows beside 40 of a.npz"),
    (["--components", "2", "--whiten", "2"], 64, "components is 2"),
    (["--components", "1000"], 65, "1000 principal components"),
  ])
  func whatCannotBeDoneIsOneLine(_ more: [String], _ code: Int, _ message: String) throws {
    let scratch = try prepared()
    try scratch.mesogenMust([
      "featurize", "set.xyz", "-o", "few.npz", "--max-angular", "1", "--max-radial", "1",
      "--cutoff", "3", "--select-frames", "0:10", "--quiet",
    ])
    let outcome = try ridge(scratch, more + ["--quiet"])
    #expect(outcome.code == Int32(code) && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errorLines.count == 1)
  }
}
