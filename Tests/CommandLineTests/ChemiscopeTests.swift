import FileFormats
import Foundation
import TestSupport
import Testing

/// `convert` to chemiscope, with principal components.
@Suite struct ChemiscopeTests {
  private struct File: Decodable {
    struct Property: Decodable {
      let target: String
      let values: [Value]

      var numbers: [Double] {
        values.compactMap { if case .number(let value) = $0 { value } else { nil } }
      }
    }

    enum Value: Decodable {
      case number(Double)
      case word(String)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else {
          self = .word(try container.decode(String.self))
        }
      }
    }

    struct Environment: Decodable, Equatable {
      let structure: Int
      let center: Int
      let cutoff: Double
    }

    let properties: [String: Property]
    let environments: [Environment]?
  }

  /// Six frames of eight ellipsoids and their features.
  private func scratch(average: String = "frame") throws -> Scratch {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "nematic", "-o", "set.xyz", "--count", "6", "--particles", "8", "--order", "0:1",
      "--seed", "5",
    ])
    try scratch.mesogenMust([
      "featurize", "set.xyz", "-o", "set.npz", "--max-angular", "2", "--max-radial", "2",
      "--cutoff", "3", "--average", average,
    ])
    return scratch
  }

  private func file(_ scratch: Scratch, _ name: String = "set.chemiscope.json") throws -> File {
    try JSONDecoder().decode(File.self, from: Data(contentsOf: URL(filePath: scratch.path(name))))
  }

  private let convert = ["convert", "set.xyz", "set.chemiscope.json", "--features", "set.npz"]

  /// More points than a browser shows: one of so many frames, with a word.
  @Test func largeMaps() throws {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "dimers", "-o", "set.xyz", "--count", "50001", "--semi-axes", "0.5,0.5,1",
      "--distance", "3:5", "--quiet",
    ])
    try scratch.mesogenMust([
      "featurize", "set.xyz", "-o", "set.npz", "--max-angular", "1", "--max-radial", "1",
      "--cutoff", "6", "--quiet",
    ])
    let told = try scratch.mesogen(convert)
    #expect(told.code == 0, "\(told.errors)")
    #expect(told.errors.contains("25001 of 50001 frames are shown, one of 2"))
    let frames = try #require(try file(scratch).properties["frame"]).numbers
    #expect(frames == stride(from: 0, through: 50000, by: 2).map(Double.init))
  }

  @Test func componentsOfFrames() throws {
    let scratch = try scratch()
    try scratch.mesogenMust(convert + ["--pca", "4"])
    let properties = try file(scratch).properties
    #expect(properties["phase"]?.values.count == 6)
    let features = try NumPyArchive(contentsOf: scratch.path("set.npz"))["features"]
    let numbers = try #require(features.doubles)
    let width = features.shape[1]
    // The variance of all components is at most that of the features; they are centred, not
    // correlated, and ordered.
    let scores = try (1...4).map { try #require(properties["PCA[\($0)]"]).numbers }
    func variance(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / 6
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    let total = (0..<width).reduce(0.0) { sum, j in
      sum + variance((0..<6).map { numbers[$0 * width + j] })
    }
    let size = variance(scores[0])
    for (k, a) in scores.enumerated() {
      // Roundings of sums of six numbers.
      #expect(abs(a.reduce(0, +)) < 1e-12 * size.squareRoot())
      for b in scores[..<k] {
        #expect(abs(zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-12 * size)
        #expect(variance(a) <= variance(b))
      }
    }
    let share = scores.reduce(0) { $0 + variance($1) } / total
    #expect(share > 0.9 && share < 1 + 1e-12)
  }

  @Test func componentsOfParticles() throws {
    let scratch = try scratch(average: "none")
    try scratch.mesogenMust(convert + ["--select-frames", "2:5"])
    let file = try file(scratch)
    let property = try #require(file.properties["PCA[2]"])
    #expect(property.target == "atom" && property.numbers.count == 24)
    #expect(file.properties["PCA[3]"] == nil)
    #expect(file.properties["order"]?.target == "structure")
    let environments = try #require(file.environments)
    #expect(environments.count == 24)
    #expect(environments[17] == File.Environment(structure: 2, center: 1, cutoff: 3))
  }

  /// What cannot be done is said in a line, and nothing is left behind.
  @Test func whatDoesNotFit() throws {
    let scratch = try scratch()
    try scratch.mesogenMust(["convert", "set.xyz", "few.xyz", "--select-frames", "0:4"])
    try scratch.mesogenMust([
      "featurize", "few.xyz", "-o", "pairs.npz", "--max-angular", "1", "--max-radial", "1",
      "--cutoff", "3", "--correlation", "1", "--pairs",
    ])
    let before = scratch.names
    let cases: [(arguments: [String], code: Int32, says: [String])] = [
      (
        ["few.xyz", "a.json", "--features", "set.npz"], 65,
        ["set.npz", "6 frames", "few.xyz has 4"]
      ),
      (
        ["set.xyz", "a.json", "--features", "set.npz", "--pca", "7"], 65,
        ["set.npz", "7 principal"]
      ),
      (["set.xyz", "a.json", "--features", "set.npz", "--pca", "0"], 64, ["0", "1 or more"]),
      (["set.xyz", "a.json", "--features", "set.npz", "--pca", "two"], 64, ["two"]),
      (["set.xyz", "a.json", "--pca", "2"], 64, ["--features"]),
      (["set.xyz", "a.xyz", "--features", "set.npz"], 64, ["a.xyz", "chemiscope"]),
      (["set.xyz", "a.json", "--features", "none.npz"], 66, ["none.npz"]),
      (["set.xyz", "a.json", "--features", "set.xyz"], 65, ["set.xyz", "zip"]),
      (["set.xyz", "a.json", "--features", "set.npz:nothing"], 65, ["nothing"]),
      (["few.xyz", "a.json", "--features", "pairs.npz"], 65, ["pairs.npz", "frame 0", "rows"]),
    ]
    for (arguments, code, says) in cases {
      let outcome = try scratch.mesogen(["convert"] + arguments)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.errorLines.count == 1)
      for word in says { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
    }
    #expect(scratch.names == before)
  }

  /// The folder of the Python package, whose own checks and viewer read the file.
  private static let package: String? = {
    let python = ProcessInfo.processInfo.environment["MESOGEN_PYTHON"] ?? "python3"
    let line = "import chemiscope, os; print(os.path.dirname(chemiscope.__file__))"
    let outcome = try? Scratch().shell("'\(python)' -c '\(line)'")
    return outcome?.code == 0
      ? outcome?.output.trimmingCharacters(in: .whitespacesAndNewlines) : nil
  }()

  @Test(
    .enabled(if: package != nil, "chemiscope is not importable in this Python (MESOGEN_PYTHON)"),
    arguments: ["frame", "none"])
  func chemiscopeItselfAcceptsIt(average: String) throws {
    let scratch = try scratch(average: average)
    try scratch.mesogenMust(["convert", "set.xyz", "a.json.gz", "--features", "set.npz"])
    try scratch.write(
      """
      import gzip, json
      from chemiscope import input as checks
      data = json.load(gzip.open('a.json.gz'))
      for name, property in data['properties'].items():
          checks._validate_property(name, property)
      checks._validate_shapes(data['structures'], data['shapes'])
      if 'environments' in data:
          rows = [(e['structure'], e['center'], e['cutoff']) for e in data['environments']]
          assert checks._normalize_environments(rows, data['structures']) == data['environments']
      print(len(data['structures']), len(data['shapes']['ellipsoids']['parameters']['atom']))
      json.dump(data, open('plain.json', 'w'))
      """, to: "check.py")
    let python = ProcessInfo.processInfo.environment["MESOGEN_PYTHON"] ?? "python3"
    let outcome = try scratch.shell("'\(python)' check.py")
    #expect(outcome.output == "6 48\n", "\(outcome.errors)")
    let script = (Self.package ?? "") + "/sphinx/static/chemiscope.min.js"
    guard Browser.isInstalled, FileManager.default.fileExists(atPath: script) else { return }
    // The viewer checks every part when it loads a file.
    let visit = try Browser.visit(
      """
      <!DOCTYPE html>
      <html><head></head><body>
      <div id="meta"></div><div id="map" style="width: 600px; height: 400px"></div>
      <div id="structure" style="width: 400px; height: 400px"></div><div id="info"></div>
      <script src="file://\(script)"></script>
      <script>
      const data = \(try scratch.read("plain.json"));
      const places = { meta: 'meta', map: 'map', structure: 'structure', info: 'info' };
      Chemiscope.DefaultVisualizer.load(places, data).then(viewer => {
        window.viewer = viewer;
        document.body.dataset.drawn = 1;
      });
      </script></body></html>
      """,
      steps: [
        "viewer.saveSettings().target", "viewer.saveSettings().map.x.property",
        "viewer.saveSettings().structure[0].shape",
      ])
    #expect(visit.troubles == [])
    #expect(visit.results == [average == "frame" ? "structure" : "atom", "PCA[1]", "ellipsoids"])
  }
}
