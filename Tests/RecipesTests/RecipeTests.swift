import FileFormats
import Foundation
import GayBerne
import Generators
import Geometry
import Jobs
import Recipes
import Testing

@Suite struct RecipeTests {
  /// The repository, from the place of this file in it.
  private var repository: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  /// The program has every recipe of the repository with it, as it is.
  @Test func embeddedRecipesAreTheFiles() throws {
    let folder = repository.appending(path: "data/recipes")
    for known in Recipe.Known.allCases {
      let file = folder.appending(path: "\(known.rawValue).yaml")
      #expect(try String(contentsOf: file, encoding: .utf8) == known.text)
    }
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

  /// `run --quick`: sets that are generated are cut, others stay.
  @Test func setsCanBeMadeSmaller() throws {
    let recipe = try Recipe(.standard, output: "out", mostFrames: 300)
    let counts = recipe.datasets.compactMap { ($0.steps[0].job as? GenerateJob)?.count }
    #expect(counts.prefix(3) == [100, 100, 300])
  }

  @Test func standardRecipe() throws {
    let recipe = try Recipe(.standard, output: "out")
    #expect(recipe.name == "default")
    #expect(recipe.datasets.map(\.name) == ["nematic", "smectic", "dimers", "equilibrium"])
    for dataset in recipe.datasets { #expect(dataset.steps.count == 5) }
    guard let job = recipe.datasets[2].steps[0].job as? GenerateJob else {
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
    guard let job = try recipe(keys).datasets.first?.steps.first?.job as? GenerateJob else {
      Issue.record("nothing is generated")
      return
    }
    #expect(job.count == 2)
    #expect(throws: RecipeError.self) { try recipe(foreign) }
  }

  private func steps(_ rest: String) throws -> [Recipe.Step] {
    try Recipe(text: Self.start + rest, file: "r.yaml", output: "out").datasets[0].steps
  }

  /// What `energy` takes on the command line, a recipe takes: every potential with all its keys.
  @Test func energiesOfAnyPotential() throws {
    let read = "    read: {file: a.xyz}\n"
    func job(_ keys: String) throws -> EnergyJob {
      guard let job = try steps(read + "    energy: {\(keys)}\n")[1].job as? EnergyJob else {
        throw RecipeError(file: "r.yaml", line: nil, message: "no energy")
      }
      return job
    }
    let full = try job(
      "epsilon: 2, sigma: 0.9, gamma: 1.1, nu: 1.3, mu: 1.7, "
        + "well-depths: [\"A:1,1,0.2\", \"B:1,1,0.5\"], contact: perram-wertheim, cutoff: 8, "
        + "truncation: switched, switch-start: 6, strength: [\"A:1,1\", \"A-B:0.5,2\"], "
        + "mixing: arithmetic, paper-literal: true, forces: true, max-energy: 3, above: drop, "
        + "semi-axes: [\"A:1,1,2\", \"B:1,1,1\"], scale-axes: 0.5, select-frames: '2:5'")
    var parameters = GayBerneParameters(
      epsilon: 2, sigma: 0.9, gamma: 1.1, nu: 1.3, mu: 1.7,
      wellDepths: .bySpecies(["A": Vector3(1, 1, 0.2), "B": Vector3(1, 1, 0.5)]),
      contact: .perramWertheim, paperLiteral: true, cutoff: 8, truncation: .switched(start: 6))
    parameters.strengths.mixing = .arithmetic
    parameters.strengths.bySpecies["A"] = .init(epsilon: 1, sigma: 1)
    parameters.strengths.byPair[.init("A", "B")] = .init(epsilon: 0.5, sigma: 2)
    #expect((full.potential as? GayBerne)?.parameters == parameters)
    #expect(full.settings.forces && full.frames == 2..<5)
    #expect(try full.limit == EnergyLimit(maximum: 3, action: .drop))
    #expect(try full.shapes != ShapeOverride())

    let model = try job("model: \"GB(3,5,2,1)\", truncation: switched, cutoff: 4")
    #expect((model.potential as? GayBerne)?.parameters.mu == 2)
    #expect((model.potential as? GayBerne)?.parameters.truncation == .switched(start: 3.6))
    let squared = try job("potential: re-squared, epsilon: 39.5, sigma: 0.6, cutoff: 9")
    #expect(
      (squared.potential as? RESquared)?.parameters
        == RESquaredParameters(hamaker: 39.5, sigma: 0.6, cutoff: 9))
    let hard = try job("potential: hard, cutoff: 3")
    #expect(hard.potential is HardEllipsoids)
    let plain = try job("")
    #expect((plain.potential as? GayBerne)?.parameters == GayBerneParameters())
  }

  /// Keys that do not go together, on the line of their section.
  @Test(arguments: [
    ("potential: re-squared, nu: 2", "nu"), ("potential: hard", "cutoff"),
    ("potential: hard, cutoff: 3, forces: true", "forces"), ("model: nobody", "nobody"),
    ("model: gb-3-5-2-1, mu: 2", "mu"), ("truncation: shifted", "cutoff"),
    ("switch-start: 2, cutoff: 3", "switch-start"), ("above: drop", "above"),
    ("above: keep, max-energy: 2", "keep"), ("potential: soft", "soft"),
    ("strength: \"A:1\"", "A:1"), ("strength: [\"A:1,1\", \"A:1,2\"]", "A:1,2"),
    ("well-depths: \"1,1\"", "1,1"), ("semi-axes: \"0,1,1\"", "semi-axis"),
    ("cutoff: 0", "0"), ("max-energy: high", "high"), ("mixing: none", "none"),
  ])
  func energiesThatMakeNoSense(_ keys: String, _ mention: String) throws {
    let error = #expect(throws: RecipeError.self) {
      try steps("    read: {file: a.xyz}\n    energy: {\(keys)}\n")
    }
    #expect(error?.line == 6)
    #expect(error?.message.contains(mention) == true, "\(error?.message ?? "")")
  }

  @Test func contactsAndDimers() throws {
    let both = try steps(
      "    read: {file: a.xyz}\n"
        + "    contact: {cutoff: 3, semi-axes: \"1,1,2\", scale-axes: 2, select-frames: '0:4'}\n")
    guard let job = both[1].job as? ContactJob else {
      Issue.record("no contacts")
      return
    }
    #expect(job.input == "out/n.xyz" && job.output == "out/n.contact.csv")
    #expect(job.cutoff == 3 && job.frames == 0..<4)
    #expect(throws: RecipeError.self) {
      try steps("    read: {file: a.xyz}\n    contact: {cutoff: -3}\n")
    }
    // The particle of a model, the energies of any potential.
    let dimers = try steps(
      "    generate: {phase: dimers, count: 3, model: gb-4.4-20-1-1, distance-kind: surface}\n")
    guard let long = dimers[0].job as? GenerateJob, let pairs = long.generator as? Dimers else {
      Issue.record("no dimers")
      return
    }
    #expect(try pairs.first == SemiAxes(0.5, 0.5, 2.2))
    #expect(pairs.second == pairs.first)
    let squared = try steps(
      "    generate: {phase: dimers, count: 3, potential: re-squared, semi-axes: \"1,1,1\"}\n")
    guard let other = squared[0].job as? GenerateJob, let pairs = other.generator as? Dimers else {
      Issue.record("no dimers")
      return
    }
    #expect(pairs.potential is RESquared)
    #expect(try pairs.first == SemiAxes(1, 1, 1))
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
      guard let job = recipe.datasets[0].steps.first?.job as? ConvertJob else {
        Issue.record("nothing is read")
        return
      }
      #expect(job.input == expected)
      #expect(job.frames == 0..<2)
    }
  }
}
