import CProcessor
import Foundation
import TestSupport
import Testing

/// The bytes that recipes give are part of the public interface.
struct GoldenTests {
  private struct Manifest: Decodable {
    struct Output: Decodable {
      let file: String
      let sha256: String
    }
    let outputs: [Output]
  }

  /// Only the instruction set that the checksums belong to.
  private static var isUsualBuild: Bool {
    String(cString: mesogen_instruction_set()) == "x86-64-v3"
  }

  @Test(.enabled(if: isUsualBuild)) func bytesOfRecipes() throws {
    let scratch = try Scratch()
    let recipe = ReferenceData.path("golden/recipe.yaml")
    let known = try JSONDecoder().decode(
      [String: String].self,
      from: Data(contentsOf: URL(filePath: ReferenceData.path("golden/checksums.json"))))
    try scratch.mesogenMust(["run", recipe, "--output", "o", "--no-report", "--quiet"])
    let manifest = try JSONDecoder().decode(
      Manifest.self, from: Data(scratch.read("o/manifest.json").utf8))
    for output in manifest.outputs {
      #expect(
        output.sha256 == known[output.file],
        "\(output.file) has other bytes: a breaking change, see data/reference/golden/README.md")
    }
    #expect(Set(manifest.outputs.map(\.file)) == Set(known.keys))
  }
}
