import FileFormats
import Foundation
import Mathematics
import Testing

/// `featurize --concatenate`, `isolate` and grouped learning curves.
@Suite struct ConcatenateTests {
  private static let small = ["--max-radial", "1", "--cutoff", "3", "--quiet"]

  private func featurize(
    _ scratch: Scratch, _ input: String, _ output: String, _ more: [String]
  ) throws {
    try scratch.mesogenMust(["featurize", input, "-o", output] + Self.small + more)
  }

  private func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "nematic", "-o", "set.xyz", "--count", "6", "--particles", "8", "--quiet",
    ])
    try featurize(scratch, "set.xyz", "a.npz", ["--max-angular", "2"])
    try featurize(scratch, "set.xyz", "b.npz", ["--max-angular", "1", "--correlation", "1"])
    return scratch
  }

  private func numbers(_ scratch: Scratch, _ file: String, _ key: String) throws -> [Double] {
    let array = try NumPyArchive(contentsOf: scratch.path(file))[key]
    return try #require(array.doubles ?? array.integers?.map(Double.init))
  }

  /// Frames are compared, not only the numbers of rows; an archive that does not say is told.
  @Test func framesMustBeTheSame() throws {
    let scratch = try prepared()
    try featurize(scratch, "set.xyz", "first.npz", ["--select-frames", "0:3"])
    let last = ["featurize", "set.xyz", "-o", "c.npz", "--select-frames", "3:6"] + Self.small
    for name in ["first.npz", "first.npz:features"] {
      let refused = try scratch.mesogen(last + ["--concatenate", name])
      #expect(refused.code == 65 && refused.errors.contains("row 0 is frame 0"), "\(refused)")
    }
    let writer = try NumPyArchiveWriter(scratch.path("bare.npz"))
    try writer.add("features", NumPyArray(shape: [3, 1], values: .float64([1, 2, 3])))
    try writer.commit()
    let told = try scratch.mesogen(last + ["--concatenate", "bare.npz"])
    #expect(told.code == 0 && told.errors.contains("bare.npz has no array 'frame'"), "\(told)")
  }

  /// Columns of both archives side by side, the other times its weight, with the labels of both.
  @Test func columnsStandBesideEachOther() throws {
    let scratch = try prepared()
    try featurize(
      scratch, "set.xyz", "both.npz", ["--max-angular", "2", "--concatenate", "b.npz:0.5"])
    let a: [Double] = try numbers(scratch, "a.npz", "features")
    let b: [Double] = try numbers(scratch, "b.npz", "features")
    let both = try numbers(scratch, "both.npz", "features")
    let (m, n) = (a.count / 6, b.count / 6)
    var expected: [Double] = []
    for k in 0..<6 {
      expected += a[k * m..<(k + 1) * m]
      expected += b[k * n..<(k + 1) * n].map { 0.5 * $0 }
    }
    #expect(both == expected)
    let blocks = try numbers(scratch, "both.npz", "block")
    #expect(blocks.prefix(m).allSatisfy { $0 == 0 } && blocks.suffix(n).allSatisfy { $0 == 1 })
    var degrees = try numbers(scratch, "a.npz", "l")
    degrees += try numbers(scratch, "b.npz", "l")
    #expect(try numbers(scratch, "both.npz", "l") == degrees)
    // Only the power spectrum has n_1.
    #expect(try numbers(scratch, "both.npz", "n_1").suffix(n).allSatisfy { $0 == -1 })
    #expect(try numbers(scratch, "both.npz", "frame") == [0, 1, 2, 3, 4, 5])
    // Blocks of an archive that has blocks itself are counted on.
    try featurize(
      scratch, "set.xyz", "three.npz", ["--max-angular", "2", "--concatenate", "both.npz"])
    let three = try numbers(scratch, "three.npz", "block")
    #expect(Set(three) == [0, 1, 2] && three.count == 2 * m + n)
  }

  /// The rows of particles too.
  @Test func particlesAreChecked() throws {
    let scratch = try prepared()
    let each = ["--max-angular", "1", "--average", "none"]
    try featurize(scratch, "set.xyz", "p.npz", each)
    try featurize(scratch, "set.xyz", "pp.npz", each + ["--concatenate", "p.npz"])
    let values = try numbers(scratch, "pp.npz", "features")
    let width = values.count / 48
    for k in 0..<48 {
      let row = Array(values[k * width..<(k + 1) * width])
      #expect(row.prefix(width / 2) == row.suffix(width / 2))
    }
    #expect(try numbers(scratch, "pp.npz", "types_center").count == 48)
  }

  @Test(arguments: [
    (["--concatenate", "b.npz:1,2"], 64, "with one weight"),
    (["--concatenate", "b.npz:-1"], 64, "concatenate is 'b.npz:-1'"),
    (["--concatenate", "absent.npz"], 66, "absent.npz"),
    (["--concatenate", "few.npz"], 65, "few.npz: row 0 is frame 2, where new.npz has frame 0"),
    (
      ["--select-frames", "0:2", "--concatenate", "b.npz"], 65, "b.npz: 6 rows beside 2 of new.npz"
    ),
    (["--average", "none", "--concatenate", "b.npz"], 65, "is a whole frame, where new.npz has"),
    (
      ["--smooth-cutoff", "1", "--gradients", "positions", "--concatenate", "b.npz"], 64,
      "none of features beside those of other archives"
    ),
    (
      ["--pairs", "--correlation", "1", "--concatenate", "b.npz"], 64,
      "none beside features of pairs"
    ),
  ])
  func whatDoesNotFitIsOneLine(_ more: [String], _ code: Int, _ message: String) throws {
    let scratch = try prepared()
    try featurize(scratch, "set.xyz", "few.npz", ["--select-frames", "2:5"])
    let outcome = try scratch.mesogen(
      ["featurize", "set.xyz", "-o", "new.npz"] + Self.small + more)
    #expect(outcome.code == Int32(code) && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errorLines.count == 1 && !scratch.names.contains("new.npz"))
  }

  /// A model of concatenated features says that it cannot make them of frames.
  @Test func aModelAsksForFeatures() throws {
    let scratch = try prepared()
    try featurize(
      scratch, "set.xyz", "both.npz", ["--max-angular", "2", "--concatenate", "b.npz"])
    try scratch.mesogenMust([
      "learn", "ridge", "both.npz", "--targets", "set.xyz", "--target", "order", "-o", "model.npz",
      "--alphas", "1e-3", "--quiet",
    ])
    let outcome = try scratch.mesogen([
      "learn", "predict", "model.npz", "set.xyz", "-o", "out.csv", "--quiet",
    ])
    #expect(outcome.code == 65 || outcome.code == 64)
    #expect(outcome.errors.contains("give features (.npz) of these frames"), "\(outcome.errors)")
    try scratch.mesogenMust([
      "learn", "predict", "model.npz", "both.npz", "-o", "out.csv", "--quiet",
    ])
  }

  /// What is computed of molecules taken apart does not know of the crystal: the molecules of all frames
  /// are the same here.
  @Test func isolatedMoleculesHaveTheirOwnFeatures() throws {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "molecular-crystal", "-o", "atoms.xyz", "--count", "3", "--space-group", "2",
      "--sites", "general", "--quiet",
    ])
    try scratch.mesogenMust(["isolate", "atoms.xyz", "-o", "apart.xyz", "--quiet"])
    for file in ["atoms", "apart"] {
      try featurize(
        scratch, "\(file).xyz", "\(file).npz", ["--max-angular", "2", "--semi-axes", "0.5,0.5,0.5"])
    }
    func spread(_ file: String) throws -> Double {
      let values = try numbers(scratch, file, "features")
      let width = values.count / 3
      return (0..<width).map { abs(values[$0] - values[width + $0]) }.max() ?? 0
    }
    let scale = try #require(numbers(scratch, "apart.npz", "features").map(abs).max())
    #expect(try spread("apart.npz") < 1e-9 * scale)
    #expect(try spread("atoms.npz") > 1e-3 * scale)
    let bad = try scratch.mesogen(["isolate", "atoms.xyz", "-o", "bad.xyz", "--distance", "-1"])
    #expect(bad.code == 64 && bad.errors.contains("distance of isolated molecules is -1"))
    let other = try scratch.mesogen(["isolate", "atoms.xyz", "-o", "bad.xyz", "--expect", "CO2"])
    #expect(other.code == 65 && other.errors.contains("frame 0") && other.errorLines.count == 1)
    #expect(!scratch.names.contains("bad.xyz"))
  }

  /// Targets are random by group. Folds of single samples choose no regularisation, since each sample has
  /// others of its group to learn from; folds of groups choose a strong one, which predicts the mean.
  @Test func learningCurvesKeepGroupsTogether() throws {
    let scratch = try Scratch()
    var stream = RandomStream(seed: 5)
    var frames = ""
    var features: [Double] = []
    for group in 0..<12 {
      let center = (0..<12).map { _ in stream.gaussian() }
      for _ in 0..<4 {
        frames += "1\nProperties=species:S:1:pos:R:3 base=g\(group) value=\((group * 7) % 12)\n"
        frames += "X 0 0 0\n"
        features += center.map { $0 + 0.001 * stream.gaussian() }
      }
    }
    try scratch.write(frames, to: "set.xyz")
    let writer = try NumPyArchiveWriter(scratch.path("f.npz"))
    try writer.add("features", Matrix(rows: 48, columns: 12, elements: features))
    try writer.commit()
    func curve(_ more: [String]) throws -> String {
      let outcome = try scratch.mesogen(
        [
          "learn", "curve", "f.npz", "-o", "-", "--targets", "set.xyz", "--target", "value",
          "--sizes", "32", "--repeats", "1", "--ridge-alphas", "1e-6,1e3", "--test", "0.25",
          "--group-by", "base", "--quiet",
        ] + more)
      return outcome.output + outcome.errors
    }
    let text = try curve([])
    let row = try #require(text.split(separator: "\n").dropFirst().first, "\(text)")
    let cells = row.split(separator: ",").compactMap { Double($0) }
    // The mean does not meet the training part.
    #expect((cells.last ?? 0) > 1, "\(text)")
  }
}
