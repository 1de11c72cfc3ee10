import FileFormats
import Foundation
import Testing

/// The archive of `featurize`: names, types, shapes and order, on which scripts of users rely.
@Suite struct FeaturizeTests {
  private static let basis = ["--max-angular", "2", "--max-radial", "1", "--cutoff", "4"]

  private func archive(_ scratch: Scratch, _ arguments: [String]) throws -> NumPyArchive {
    try scratch.mesogenMust(
      ["featurize", "in.xyz", "-o", "out.npz", "--quiet"] + Self.basis + arguments)
    return try NumPyArchive(contentsOf: scratch.path("out.npz"))
  }

  private func integers(_ archive: NumPyArchive, _ name: String) throws -> [Int] {
    guard case .int64(let values) = try archive[name].values else {
      Issue.record("\(name) is not of type int64")
      return []
    }
    return values
  }

  private static let mixed: String = {
    let rows = [
      "A2 1 1 1 1 0 0 0 1 1 3", "X 2 2 1 1 0 0 0 1 2 1", "A2 4 4 4 1 1 0 0 1 1 1",
    ]
    return Sample.frame() + Sample.frame(rows: rows)
  }()

  @Test func powerSpectrum() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "in.xyz")
    let found = try archive(scratch, [])
    #expect(
      Set(found.names) == [
        "features", "frame", "l", "n_1", "types_neighbor_1", "n_2", "types_neighbor_2",
        "hyperparameters",
      ])
    #expect(try found["features"].shape == [2, 12])
    #expect(try integers(found, "frame") == [0, 1])
    #expect(try integers(found, "l") == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    #expect(try integers(found, "n_1") == [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1])
    #expect(try integers(found, "n_2") == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    #expect(try integers(found, "types_neighbor_1") == Array(repeating: 0, count: 12))
  }

  @Test func coefficientsOfParticles() throws {
    let scratch = try Scratch()
    try scratch.write(Self.mixed, to: "in.xyz")
    let found = try archive(scratch, ["--correlation", "1", "--average", "none"])
    #expect(
      Set(found.names) == [
        "features", "frame", "particle", "types_center", "l", "m", "n", "types_neighbor",
        "hyperparameters",
      ])
    // (1 + 3 + 5) x 2 radial functions x 2 species.
    #expect(try found["features"].shape == [6, 36])
    #expect(try integers(found, "frame") == [0, 0, 0, 1, 1, 1])
    #expect(try integers(found, "particle") == [0, 1, 2, 0, 1, 2])
    #expect(try integers(found, "types_center") == [0, 0, 0, 2, 0, 2])
    #expect(try integers(found, "l").prefix(5) == [0, 0, 0, 0, 1])
    #expect(try integers(found, "m").prefix(9) == [0, 0, 0, 0, -1, -1, -1, -1, 0])
    #expect(try integers(found, "n").prefix(5) == [0, 0, 1, 1, 0])
    #expect(try integers(found, "types_neighbor").prefix(5) == [0, 2, 0, 2, 0])
  }

  @Test func bispectrum() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "in.xyz")
    for (average, rows) in [("frame", 2), ("none", 6)] {
      let found = try archive(scratch, ["--correlation", "3", "--average", average])
      let names = [
        "l_1", "l_2", "l_3", "n_1", "types_neighbor_1", "n_2", "types_neighbor_2", "n_3",
        "types_neighbor_3",
      ]
      #expect(Set(found.names).isSuperset(of: names))
      // 000, 011, 022, 112, 222: l_1 <= l_2 <= l_3 with an even sum that make a triangle.
      let l = try (0..<3).map { try integers(found, names[$0]) }
      let triples = Set(l[0].indices.map { [l[0][$0], l[1][$0], l[2][$0]] })
      #expect(triples == [[0, 0, 0], [0, 1, 1], [0, 2, 2], [1, 1, 2], [2, 2, 2]])
      #expect(try found["features"].shape == [rows, 5 * 8])
    }
  }

  /// Averages over several species: columns of each centre species, absent ones zero.
  @Test func severalSpecies() throws {
    let scratch = try Scratch()
    try scratch.write(Self.mixed, to: "in.xyz")
    let found = try archive(scratch, [])
    #expect(try found["features"].shape == [2, 2 * 3 * 16])
    #expect(try integers(found, "types_center") == (0..<96).map { $0 < 48 ? 0 : 2 })
    let values = try #require(try found["features"].doubles)
    // The first frame has no A2: neither its centres nor its densities.
    #expect(values[48..<96].allSatisfy { $0 == 0 })
    #expect(values[0..<48].contains { $0 != 0 })
    let second = try integers(found, "types_neighbor_2")
    #expect((0..<48).allSatisfy { second[$0] == 0 || values[$0] == 0 })
    #expect(values[96...].contains { $0 != 0 })

    // Another order of the species, another order of the columns.
    let turned = try archive(scratch, ["--species", "A2,X"])
    #expect(try integers(turned, "types_center") == (0..<96).map { $0 < 48 ? 2 : 0 })
  }

  @Test func pairs() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.frame(), to: "in.xyz")
    let found = try archive(scratch, ["--correlation", "1", "--pairs"])
    let summed = try archive(scratch, ["--correlation", "1", "--average", "none"])
    #expect(
      Set(found.names) == [
        "features", "frame", "first", "second", "shift", "l", "m", "n", "hyperparameters",
      ])
    let rows = try integers(found, "first")
    #expect(try found["shift"].shape == [rows.count, 3])
    // The coefficients of a particle are the sum over its pairs.
    var sums = [Double](repeating: 0, count: 3 * 18)
    let values = try #require(try found["features"].doubles)
    for (row, first) in rows.enumerated() {
      for k in 0..<18 { sums[first * 18 + k] += values[row * 18 + k] }
    }
    let expected = try #require(try summed["features"].doubles)
    let largest = expected.map(abs).max() ?? 0
    // Another order of summation: a few roundings.
    for (a, b) in zip(sums, expected) { #expect(abs(a - b) < 1e-13 * largest) }
    let refused = try scratch.mesogen(
      ["featurize", "in.xyz", "-o", "no.npz", "--pairs"] + Self.basis)
    #expect(refused.code == 64)
  }

  /// Frames count in the input; every frame has a row, with neighbours or without.
  @Test func everyFrameHasARow() throws {
    let scratch = try Scratch()
    let alone = Sample.frame(rows: [Sample.rows[0]])
    try scratch.write(Sample.good + alone + Sample.frame(), to: "in.xyz")
    for extra in [[], ["--exclude-self"]] {
      let found = try archive(scratch, extra + ["--select-frames", "1:4"])
      #expect(try integers(found, "frame") == [1, 2, 3])
      #expect(try found["features"].shape == [3, 12])
      let values = try #require(try found["features"].doubles)
      #expect(values[12..<24].allSatisfy { $0 == 0 } == (extra == ["--exclude-self"]))
      #expect(values.allSatisfy { $0.isFinite })
    }
    let one = try archive(scratch, ["--select-frames", "2:3", "--max-angular", "0"])
    #expect(try one["features"].shape == [1, 4])
  }

  @Test func sameBytesWithAnyNumberOfThreads() throws {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "nematic", "-o", "in.xyz", "--count", "9", "--particles", "20",
    ])
    for extra in [[], ["--average", "none"]] {
      _ = try archive(scratch, extra + ["--threads", "1"])
      let one = try Data(contentsOf: scratch.folder.appending(path: "out.npz"))
      for threads in ["2", "5"] {
        _ = try archive(scratch, extra + ["--threads", threads])
        #expect(try Data(contentsOf: scratch.folder.appending(path: "out.npz")) == one)
      }
    }
  }

  @Test func standardInputNeedsSpecies() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "in.xyz")
    let file = try archive(scratch, [])
    let expected = try file["features"]
    let arguments = ["featurize", "-", "-o", "piped.npz"] + Self.basis
    let refused = try scratch.mesogen(arguments, input: Sample.good)
    #expect(refused.code == 64)
    #expect(refused.errors.contains("--species"))
    let outcome = try scratch.mesogen(arguments + ["--species", "X"], input: Sample.good)
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(try NumPyArchive(contentsOf: scratch.path("piped.npz"))["features"] == expected)
  }

  @Test func hyperparametersRepeatTheCalculation() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "in.xyz")
    let found = try archive(
      scratch, ["--semi-axes", "1,2,3", "--scale-axes", "0.5", "--basis", "monomial"])
    let array = try found["hyperparameters"]
    #expect(array.shape == [])
    let text = try #require(array.strings?.first)
    let json = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(json["program"] as? String == "mesogen")
    #expect((json["version"] as? String)?.isEmpty == false)
    #expect(json["basis"] as? String == "monomial")
    #expect(json["cutoff"] as? Double == 4)
    #expect(json["max_angular"] as? Int == 2)
    #expect(json["max_radial"] as? String == "1")
    let shapes = try #require(json["shapes"] as? [String: Any])
    #expect(shapes["semi_axes"] as? [String] == ["1,2,3"])
    #expect(shapes["scale_axes"] as? Double == 0.5)
    #expect(json["species"] as? String == "X")
    #expect(json["average"] as? String == "frame")
    #expect(json["correlation"] as? Int == 2)
  }

  /// Weights that mix species are part of the description: archives that differ by them say so.
  @Test func mixingIsPartOfTheDescription() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "in.xyz")
    let texts = try [[], ["--mixing", "1"], ["--mixing", "0.5"]].map { extra in
      try archive(scratch, extra)["hyperparameters"].strings?.first
    }
    #expect(Set(texts).count == 3)
    let plain = try archive(scratch, [])["features"]
    let half = try archive(scratch, ["--mixing", "0.5"])["features"]
    // The power spectrum is of second order in the coefficients.
    for (a, b) in zip(plain.doubles ?? [], half.doubles ?? []) {
      #expect(abs(a - 4 * b) <= 1e-12 * max(abs(a), 1))
    }
  }

  /// `--scale-axes` multiplies what `--semi-axes` says, and both replace the file's shapes.
  @Test func shapesOnTheCommandLine() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "in.xyz")
    let own = try archive(scratch, [])["features"]
    #expect(try archive(scratch, ["--semi-axes", "0.5,0.5,1.5"])["features"] == own)
    #expect(
      try archive(scratch, ["--semi-axes", "X:1,1,3", "--scale-axes", "0.5"])["features"] == own)
    #expect(try archive(scratch, ["--scale-axes", "0.5"])["features"] != own)
  }

  /// One more radial function than --max-radial says; auto gives (lmax - l) / 2 + 1.
  @Test func radialSizes() throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "in.xyz")
    #expect(try archive(scratch, ["--max-radial", "auto"])["features"].shape == [2, 4 + 1 + 1])
    #expect(try archive(scratch, ["--max-radial", "2,0,1"])["features"].shape == [2, 9 + 1 + 4])
  }

  /// Derivatives beside the features: shapes, labels, the derivative of a column by differences of files.
  @Test func gradientsOfFrames() throws {
    let scratch = try Scratch()
    try scratch.write(Self.mixed, to: "in.xyz")
    let options = [
      "--smooth-cutoff", "1", "--average", "frame", "--gradients",
      "positions,orientations,cell",
    ]
    let found = try archive(scratch, options)
    let features = try found["features"]
    let columns = features.shape[1]
    #expect(try found["gradient_positions"].shape == [6, 3, columns])
    #expect(try found["gradient_orientations"].shape == [6, 3, columns])
    #expect(try found["gradient_cell"].shape == [2, 3, 3, columns])
    #expect(try integers(found, "gradient_sample") == [0, 0, 0, 1, 1, 1])
    #expect(try integers(found, "gradient_particle") == [0, 1, 2, 0, 1, 2])
    // Without derivatives the features are the same, to rounding.
    let plain = try archive(scratch, ["--smooth-cutoff", "1"])
    let (a, b) = (features.doubles ?? [], try plain["features"].doubles ?? [])
    let scale = a.map(abs).max() ?? 0
    #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-13 * scale })
    // The middle particle of the second frame, moved along y.
    func moved(_ y: String) throws -> [Double] {
      try scratch.write(
        Self.mixed.split(separator: "\n").enumerated().map { line, text in
          line == 8 ? text.replacingOccurrences(of: "X 2 2 1", with: "X 2 \(y) 1") : String(text)
        }.joined(separator: "\n") + "\n", to: "in.xyz")
      let values = try archive(scratch, ["--smooth-cutoff", "1"])["features"].doubles ?? []
      return Array(values[columns...])
    }
    let (up, down) = (try moved("2.0001"), try moved("1.9999"))
    let gradient = try found["gradient_positions"].doubles ?? []
    let row = gradient[((3 * 4 + 1) * columns)..<((3 * 4 + 2) * columns)]
    let size = row.map(abs).max() ?? 0
    #expect(size > 0)
    for (derivative, (x, y)) in zip(row, zip(up, down)) {
      #expect(abs(derivative - (x - y) / 2e-4) <= 1e-6 * size)
    }
  }

  @Test(arguments: ["1", "2", "3"])
  func gradientsOfParticles(_ nu: String) throws {
    let scratch = try Scratch()
    try scratch.write(Self.mixed, to: "in.xyz")
    let options = [
      "--smooth-cutoff", "1", "--average", "none", "--correlation", nu, "--gradients",
    ]
    let found = try archive(scratch, options + ["positions,cell"])
    let columns = try found["features"].shape[1]
    let samples = try integers(found, "gradient_sample")
    let particles = try integers(found, "gradient_particle")
    #expect(try found["gradient_positions"].shape == [samples.count, 3, columns])
    #expect(try found["gradient_cell"].shape == [6, 3, 3, columns])
    #expect(!found.contains("gradient_orientations"))
    // In the first frame particle 0 sees both others, which do not see each other; in the second the
    // last sees nothing but itself.
    #expect(samples == [0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5])
    #expect(particles == [0, 1, 2, 0, 1, 0, 2, 0, 1, 0, 1, 2])
    // Features do not change when all particles move together.
    let values = try found["gradient_positions"].doubles ?? []
    let scale = values.map(abs).max() ?? 0
    for k in 0..<(3 * columns) {
      let sum = values[k] + values[3 * columns + k] + values[6 * columns + k]
      #expect(abs(sum) <= 1e-13 * scale)
    }
  }

  @Test func gradientsForMetatensor() throws {
    let scratch = try Scratch()
    try scratch.write(Self.mixed, to: "in.xyz")
    let options = [
      "--smooth-cutoff", "1", "--average", "none", "--gradients",
      "positions,orientations,cell",
    ]
    let found = try archive(scratch, options)
    try scratch.mesogenMust(
      ["featurize", "in.xyz", "-o", "out.mts", "--quiet"] + Self.basis + options)
    let map = try TensorMap(contentsOf: scratch.path("out.mts"))
    let block = try #require(map.blocks.first)
    #expect(block.samples.names == ["system", "atom", "center_type"])
    #expect(block.values == (try found["features"].doubles))
    #expect(map.info["hyperparameters"] == (try found["hyperparameters"].strings?.first))
    for name in ["positions", "orientations"] {
      let gradient = try TensorBlock(gradient: name, ofBlock: 0, in: scratch.path("out.mts"))
      #expect(gradient.samples.names == ["sample", "system", "atom"])
      #expect(gradient.components.map(\.names) == [["xyz"]])
      #expect(gradient.values == (try found["gradient_\(name)"].doubles))
    }
    let strain = try TensorBlock(gradient: "strain", ofBlock: 0, in: scratch.path("out.mts"))
    #expect(strain.samples.names == ["sample"])
    #expect(strain.components.map(\.names) == [["xyz_1"], ["xyz_2"]])
    #expect(strain.values == (try found["gradient_cell"].doubles))
  }

  /// What makes no sense: one line, the code of wrong usage, and nothing is left.
  @Test(arguments: [
    (["--gradients", "positions"], "smooth cutoff"),
    (["--smooth-cutoff", "1", "--gradients", "momenta"], "positions, orientations or cell"),
    (["--smooth-cutoff", "1", "--gradients", "cell,cell"], "at most once"),
    (
      ["--smooth-cutoff", "1", "--pairs", "--correlation", "1", "--gradients", "cell"],
      "features of pairs"
    ),
    (["--smooth-cutoff", "1", "--density", "box", "--gradients", "cell"], "Gaussian densities"),
  ])
  func gradientsRefused(_ options: [String], _ message: String) throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "in.xyz")
    let outcome = try scratch.mesogen(
      ["featurize", "in.xyz", "-o", "out.npz", "--quiet"] + Self.basis + options)
    #expect(outcome.code == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(scratch.names == ["in.xyz"])
    // With the jumps left out on purpose it goes.
    if options.count == 2 {
      try scratch.mesogenMust(
        ["featurize", "in.xyz", "-o", "out.npz", "--quiet", "--allow-hard-cutoff"] + Self.basis
          + options)
    }
  }
}
