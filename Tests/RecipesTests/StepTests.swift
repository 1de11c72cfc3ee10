import Foundation
import Geometry
import Jobs
import Recipes
import Testing

/// Options are declared once: what holds for every step, whichever steps there are.
@Suite struct StepTests {
  private static let all: [any StepOptions.Type] =
    Steps.single + Steps.groups.flatMap(\.steps)

  private func step(_ name: String) throws -> any StepOptions.Type {
    try #require(Self.all.first { $0.configuration.commandName == name })
  }

  /// A value that an option takes, by what its help says.
  private func sample(_ entry: DeclaredArguments.Entry) -> String {
    entry.defaultValue ?? "1"
  }

  /// The section of a recipe for a step, with one key more than it needs.
  private func recipe(_ type: any StepOptions.Type, _ key: String, _ value: String) -> String {
    let name = type.configuration.commandName ?? ""
    let group = Steps.groups.first { $0.steps.contains { $0 == type } }
    let selector = group.map { "\($0.selector): \(name), " } ?? ""
    let section = "{\(selector)\(key): '\(value)'}"
    let source = "name: a\ndatasets:\n  - name: n\n"
    if group?.name == "generate" { return source + "    generate: \(section)\n" }
    return source + "    generate: {phase: nematic}\n    \(group?.name ?? name): \(section)\n"
  }

  /// The keys of a recipe's section are the options of the command: all of them, and no others.
  @Test(arguments: all.indices)
  func recipeKeysAreTheOptions(_ index: Int) throws {
    let type = Self.all[index]
    let declared = DeclaredArguments(type)
    #expect(declared.entries.count >= 2)
    for entry in declared.entries {
      let text = recipe(type, entry.name, entry.kind == .flag ? "true" : sample(entry))
      do {
        _ = try Recipe(text: text, file: "r.yaml", output: "out")
      } catch let error as RecipeError {
        // Others may be missing; the key itself is known.
        #expect(!error.message.contains("not a known"), "\(entry.name): \(error)")
      }
    }
    let error = #expect(throws: RecipeError.self) {
      try Recipe(text: recipe(type, "colour", "red"), file: "r.yaml", output: "out")
    }
    #expect(error?.message.contains("'colour' is not a known key") == true)
  }

  /// The fields of settings, groups inside them included.
  private func fields(_ settings: Any) -> [String: String] {
    var result: [String: String] = [:]
    for (name, value) in SettingsCoding.fields(of: settings) {
      if let inner = value as? any Settings {
        result.merge(fields(inner)) { first, _ in first }
      } else {
        result[name] = "\(value)"
      }
    }
    return result
  }

  /// Every option of a step arrives in the field of its name: a value that is not the default changes it.
  @Test(arguments: all.indices)
  func optionsArriveInTheSettings(_ index: Int) throws {
    try arrive(Self.all[index])
  }

  private func arrive<Step: StepOptions>(_ type: Step.Type) throws {
    let declared = DeclaredArguments(type)
    let files: Set<String> = [
      "input", "output", "features", "others", "model", "featurize-options",
    ]
    // How the file is written changes nothing of the features, and is not in their description.
    let writing: Set<String> =
      type.configuration.commandName == "featurize" ? ["append", "resume"] : []
    func words(_ extra: [String], without name: String = "") -> [String] {
      var words = extra
      let options = ["cutoff": "5", "targets": "t.xyz", "target": "energy", "output": "o.npz"]
      for (key, value) in options where declared.entry(key)?.kind == .option && key != name {
        words.append("--\(key)=\(value)")
      }
      if declared.entry("count")?.defaultValue == nil, declared.entry("count") != nil,
        name != "count"
      {
        words.append("--count=3")
      }
      let positional = declared.entries.filter { $0.kind == .positional && !$0.isRepeating }
      return words + ["--"] + positional.map { "\($0.name).npz" }
    }
    let plain = fields(try type.parse(words([])).values())
    for entry in declared.entries
    where !files.union(writing).contains(entry.name) && entry.kind != .positional {
      guard let extra = changed(entry, type, words) else { continue }
      let values = fields(try type.parse(words(extra, without: entry.name)).values())
      #expect(values != plain, "--\(entry.name) of \(type) changes no field")
    }
  }

  /// Words that give an option a value that is not its default and that the declaration takes.
  private func changed<Step: StepOptions>(
    _ entry: DeclaredArguments.Entry, _ type: Step.Type, _ words: ([String], String) -> [String]
  ) -> [String]? {
    if entry.kind == .flag {
      // Of the flags for the same field one is the default.
      return entry.defaultValue == "true" || entry.name == "exact" ? nil : ["--\(entry.name)"]
    }
    let candidates =
      ["7", "0.125", "x", "1,2,3"] + (entry.allValues ?? []).filter { $0 != entry.defaultValue }
    return candidates.map { ["--\(entry.name)=\($0)"] }.first {
      (try? type.parse(words($0, entry.name))) != nil
    }
  }

  /// The help prints the defaults of the settings.
  @Test func defaultsStandInTheHelp() throws {
    let declared = try DeclaredArguments(step("featurize"))
    let standard = FeatureSettings()
    #expect(declared.entry("max-angular")?.defaultValue == "\(standard.maxAngular)")
    #expect(declared.entry("max-radial")?.defaultValue == standard.maxRadial)
    #expect(declared.entry("correlation")?.defaultValue == "\(standard.correlation)")
    let help = try step("featurize").helpMessage()
    #expect(help.contains("(default: \(FeatureSettings.defaultRadialWidth))"))
    #expect(help.contains("(default:\n") || help.contains("default: frame"))
  }

  /// Options that have no effect are refused.
  @Test(arguments: [
    ["--basis=monomial", "--radial-width=2"], ["--compact", "--correlation=1"],
    ["--compact", "--correlation=3"], ["--pairs", "--correlation=1", "--average=frame"],
    ["--pairs", "--correlation=2"], ["--frame=body"], ["--frame=axis", "--correlation=3"],
  ])
  func optionsWithoutEffect(_ words: [String]) throws {
    let step = try step("featurize").parse(words + ["--cutoff=3", "--output=a.npz", "b.xyz"])
    #expect(throws: InvalidInput.self) { try step.job() }
  }

  /// A list in a recipe is the list of the command line.
  @Test func listsInRecipes() throws {
    for species in ["[A, B]", "\"A,B\""] {
      let text = """
        name: a
        datasets:
          - name: n
            generate: {phase: nematic}
            featurize: {cutoff: 5, species: \(species), max-radial: [2, 1], max-angular: 1}
        """
      let step = try Recipe(text: text, file: "r.yaml", output: "out").datasets[0].steps[1]
      let job = try #require(step.job as? FeaturizeJob)
      #expect(job.settings.species == "A,B" && job.settings.maxRadial == "2,1")
    }
  }

  /// Learning in a recipe: the features and frames of the dataset, or those that are named.
  @Test func learningInRecipes() throws {
    let text = """
      name: a
      datasets:
        - name: n
          generate: {phase: nematic}
          featurize:
            - {cutoff: 5, correlation: 1}
            - {cutoff: 5}
          learn:
            - {task: ridge, target: order}
            - {task: kernel, target: [order, p4], features: nu1, suffix: second, targets: t.csv}
      """
    let steps = try Recipe(text: text, file: "d/r.yaml", output: "out").datasets[0].steps
    let first = try #require(steps[3].job as? RidgeJob)
    #expect(first.features == "out/n.nu2.npz" && first.settings.data.targets == "out/n.xyz")
    #expect(first.output == "out/n.ridge.npz")
    #expect(first.settings.predictions == "out/n.ridge.predictions.csv")
    let second = try #require(steps[4].job as? KernelJob)
    #expect(second.features == "out/n.nu1.npz" && second.settings.data.targets == "d/t.csv")
    #expect(second.output == "out/n.second.npz" && second.settings.data.target == ["order", "p4"])
  }
}
