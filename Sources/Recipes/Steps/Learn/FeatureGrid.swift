internal import ArgumentParser
internal import Geometry
internal import Jobs

/// Options of `featurize` with several values each, and all combinations of them.
struct FeatureGrid {
  private static let declared = DeclaredArguments(FeaturizeStep.self)
  /// Options whose values hold commas themselves.
  private static let valuesWithCommas: Set<String> = ["semi-axes", "species", "mixing"]
  /// Options that say which frames are featurized, and where to.
  private static let foreign: Set<String> = [
    "input", "output", "select-frames", "pairs", "average", "concatenate",
  ]

  private var names: [String] = []
  private var values: [String: [String]] = [:]

  /// From the words of a command line.
  ///
  /// Throws: `ValidationError` for words that are no options of `featurize` with values.
  init(_ words: [String]) throws {
    var words = words[...]
    while let word = words.popFirst() {
      guard word.hasPrefix("--") else {
        throw ValidationError("'\(word)' is not an option; expected those of featurize")
      }
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
      let name = parts.first ?? ""
      guard let entry = Self.declared.entry(name), !Self.foreign.contains(name) else {
        let known = Self.declared.entries.map(\.name).filter { !Self.foreign.contains($0) }
        let hint = DeclaredArguments.nearest(name, among: known).map { "; '--\($0)' is" } ?? ""
        throw ValidationError("'--\(name)' is not an option of tune or featurize\(hint)")
      }
      if entry.kind == .flag {
        try add(name, ["true"])
        continue
      }
      guard let text = parts.count == 2 ? parts[1] : words.popFirst() else {
        throw ValidationError("Missing value for '--\(name)'")
      }
      try add(name, Self.list(text, name))
    }
    guard values["cutoff"] != nil else {
      throw ValidationError("Missing expected argument '--cutoff <cutoff>'")
    }
  }

  private mutating func add(_ name: String, _ list: [String]) throws {
    guard values.updateValue(list, forKey: name) == nil else {
      throw ValidationError("'--\(name)' is given twice; separate several values by commas")
    }
    names.append(name)
  }

  /// Gives an option a value where it has none and the condition holds.
  mutating func setDefault(
    _ name: String, _ text: String, where condition: ([String: [String]]) -> Bool
  ) {
    guard values[name] == nil, condition(values) else { return }
    values[name] = Self.list(text, name)
    names.append(name)
  }

  /// Several values in one text.
  private static func list(_ text: String, _ name: String) -> [String] {
    if text.contains(";") || valuesWithCommas.contains(name) {
      return text.split(separator: ";").map(String.init)
    }
    if text.split(separator: ":").count == 3,
      let grid = try? NumberGrid(parsing: text, quantity: name)
    {
      return grid.values.map { "\($0)" }
    }
    return text.split(separator: ",").map(String.init)
  }

  /// All combinations, the last option changing fastest.
  ///
  /// Throws: what `featurize` says of the values.
  func candidates(
    input: String
  ) throws -> [(options: [TuneJob.Candidate.Option], settings: FeatureSettings)] {
    var all: [[TuneJob.Candidate.Option]] = [[]]
    for name in names {
      let list = values[name] ?? []
      guard all.count * list.count <= 100_000 else {
        throw InvalidInput(
          "candidates", value: "\(all.count * list.count) or more", expected: "100000 at most")
      }
      all = all.flatMap { head in list.map { head + [.init(name: name, value: $0)] } }
    }
    return try all.map { options in
      let words = options.map { $0.value == "true" ? "--\($0.name)" : "--\($0.name)=\($0.value)" }
      let step = try FeaturizeStep.parse(words + ["--output=features.npz", "--", input])
      return (options, try step.values())
    }
  }
}
