import FileFormats
import Foundation
import Geometry
import Recipes
import Testing

@Suite struct RecipeTests {
  /// The repository, from the place of this file in it.
  private var repository: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  @Test func embeddedRecipeIsTheFile() throws {
    let file = repository.appending(path: "data/recipes/default.yaml")
    #expect(try String(contentsOf: file, encoding: .utf8) == Recipe.defaultText)
  }

  /// Every recipe of the repository can be understood.
  @Test func recipesOfTheRepository() throws {
    let folder = repository.appending(path: "data/recipes").path
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".yaml") }
    #expect(!names.isEmpty)
    for name in names {
      #expect(throws: Never.self) {
        try Recipe(contentsOf: "\(folder)/\(name)", output: "output")
      }
    }
  }

  @Test func standardRecipe() throws {
    let recipe = try Recipe.standard(output: "out")
    #expect(recipe.name == "default")
    #expect(recipe.datasets.map(\.name) == ["nematic", "smectic", "dimers"])
    for dataset in recipe.datasets { #expect(dataset.steps.count == 4) }
    guard case .generate(let job) = recipe.datasets[2].steps[0] else {
      Issue.record("the dimers are not generated")
      return
    }
    #expect(job.count == 2500)
    #expect(job.output == "out/dimers.xyz")
  }

  /// Every phase can be asked for, with the keys that belong to it and no others.
  @Test(arguments: [
    ("isotropic", "soft: true, semi-axes: \"1,1,2\"", "order: 0.5"),
    ("cholesteric", "half-turns: -2, order: 0.6, distribution: onsager", "tilt: 3"),
    ("biaxial", "biaxial-order: 0:0.2, independent: true", "half-turns: 2"),
    ("smectic", "tilt: 20, layers: 3, profile: von-mises", "columns: 4"),
    ("smectic-b", "hexatic-order: 0.7, layers: 3", "tilt: 3"),
    ("columnar", "columnar-order: 0.9, columns: 4", "layers: 3"),
    ("nematic", "component: [\"A:1,1,2:3\", \"B:1,1,1\"], polydispersity: 0.1", "layers: 2"),
    ("crystal", "lattice: hcp, cells: \"2,2,3\", semi-axes: \"1,1,2\"", "particles: 3"),
    ("molecular-crystal", "space-group: \"2,61:64\", volume: 100:200", "particles: 3"),
  ])
  func phases(_ phase: String, _ keys: String, _ foreign: String) throws {
    func recipe(_ keys: String) throws -> Recipe {
      try Recipe(
        text: Self.start + "    generate: {phase: \(phase), count: 2, \(keys)}\n",
        file: "r.yaml", output: "out")
    }
    guard case .generate(let job)? = try recipe(keys).datasets.first?.steps.first else {
      Issue.record("nothing is generated")
      return
    }
    #expect(job.count == 2)
    #expect(throws: RecipeError.self) { try recipe(foreign) }
  }

  private static let start = "name: a\nseed: 3\ndatasets:\n  - name: n\n"

  /// What is wrong, on which line (the lines above are four), and what the message mentions.
  @Test(arguments: [
    ("    generate: {phase: nematic, count: 1}\n    colour: red\n", 6, "colour"),
    ("    generate:\n      phase: nematic\n      count: 1\n      ordr: 0.5\n", 8, "ordr"),
    ("    generate:\n      phase: quasicrystal\n      count: 1\n", 6, "quasicrystal"),
    ("    generate:\n      phase: nematic\n      count: many\n", 7, "many"),
    ("    generate:\n      phase: nematic\n      count: 1\n      order: 0:x\n", 8, "0:x"),
    ("    generate: {phase: nematic, count: 1}\n    order:\n      cutoff: -2\n", 7, "-2"),
    ("    generate: {phase: nematic, count: 1}\n    featurize:\n      cutoff: 0\n", 7, "0"),
    ("    generate: {phase: nematic, count: 1}\n    featurize: {basis: gto}\n", 6, "cutoff"),
    (
      "    generate: {phase: nematic, count: 1}\n    featurize:\n"
        + "      - {cutoff: 5}\n      - {cutoff: 6}\n", 8, "n.nu2.npz"
    ),
    ("    generate: {phase: nematic, count: 1}\n    read: {file: a.xyz}\n", 4, "either"),
    ("    order: {cutoff: 5}\n", 4, "either"),
    ("    generate: [1, 2]\n", 5, "generate"),
    (
      "    generate: {phase: nematic, count: 1}\n  - name: n\n"
        + "    generate: {phase: nematic, count: 1}\n", 6, "n"
    ),
  ])
  func errorsNameTheirLine(_ rest: String, _ line: Int, _ mention: String) throws {
    let error = try #require(throws: RecipeError.self) {
      try Recipe(text: Self.start + rest, file: "r.yaml", output: "out")
    }
    #expect(error.line == line, "\(error)")
    #expect(error.message.contains(mention), "\(error)")
    #expect(error.description.hasPrefix("r.yaml: line \(line): "))
    #expect(!error.description.contains("\n"))
  }

  @Test(arguments: ["", "- 1\n", "a: [1\n", "name: a\n", "datasets: 3\n", "a: 1\na: 2\n"])
  func notARecipe(_ text: String) {
    #expect(throws: RecipeError.self) { try Recipe(text: text, file: "r.yaml", output: "out") }
  }

  /// Inputs are sought beside the recipe.
  @Test func inputsBesideTheRecipe() throws {
    let text = Self.start + "    read: {file: b/c.xyz, select-frames: '0:2'}\n"
    for (file, expected) in [("r.yaml", "b/c.xyz"), ("d/r.yaml", "d/b/c.xyz")] {
      let recipe = try Recipe(text: text, file: file, output: "out")
      guard case .read(let job)? = recipe.datasets[0].steps.first else {
        Issue.record("nothing is read")
        return
      }
      #expect(job.input == expected)
      #expect(job.frames == 0..<2)
    }
  }
}
