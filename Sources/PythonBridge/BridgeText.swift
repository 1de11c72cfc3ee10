internal import ArgumentParser
internal import FileFormats
internal import Foundation
internal import Jobs
internal import Recipes

/// Texts about the library, and words on their way in.
enum BridgeText {
  /// Throws: `WordsError` for a question that is not known.
  static func answer(_ question: String) throws -> String {
    let words = question.split(separator: " ", maxSplits: 1).map(String.init)
    switch words.first {
    case "about": return about
    case "options" where words.count == 2: return options(of: try step(words[1]))
    default: throw WordsError(message: "unknown question '\(question)'")
    }
  }

  /// The step of that name: `featurize`, `generate nematic`.
  ///
  /// Throws: `WordsError`.
  static func step(_ name: String) throws -> any StepOptions.Type {
    let words = name.split(separator: " ").map(String.init)
    if words.count == 2, let group = Steps.groups.first(where: { $0.name == words[0] }),
      let step = group.step(named: words[1])
    {
      return step
    }
    guard let step = Steps.single.first(where: { $0.configuration.commandName == name }) else {
      throw WordsError(message: "unknown step '\(name)'")
    }
    return step
  }

  /// The version, and the names of all steps.
  private static var about: String {
    let groups = Steps.groups.map { group in
      (group.name, group.steps.compactMap { $0.configuration.commandName })
    }
    let about: [String: Any] = [
      "version": Version.current, "full_version": Version.full,
      "steps": Steps.single.compactMap { $0.configuration.commandName },
      "groups": Dictionary(uniqueKeysWithValues: groups),
      "read": FrameFormat.extensions(toWrite: false),
      "write": FrameFormat.extensions(toWrite: true),
    ]
    return json(about)
  }

  /// The options of a step as they are declared, names with underscores.
  private static func options(of step: any StepOptions.Type) -> String {
    let further = step.furtherOptions.map { DeclaredArguments($0).entries } ?? []
    let own = DeclaredArguments(step).entries
    let entries = (own + further.filter { entry in !own.contains { $0.name == entry.name } }).map {
      entry -> [String: Any] in
      var fields: [String: Any] = [
        "name": entry.name.replacing("-", with: "_"), "word": entry.name,
        "kind": entry.kind.rawValue, "repeating": entry.isRepeating, "help": entry.help,
      ]
      fields["default"] = entry.defaultValue
      fields["values"] = entry.allValues
      return fields
    }
    return json([
      "abstract": step.configuration.abstract, "discussion": step.configuration.discussion,
      "options": entries, "inputs": step.inputFiles.sorted(),
      "outputs": step.outputFiles.sorted(), "other_names": step.otherNames,
    ])
  }

  static func json(_ value: [String: Any]) -> String {
    let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])
    return String(decoding: data ?? Data("{}".utf8), as: UTF8.self)
  }

  /// Words with a NUL after each.
  static func split(_ bytes: UnsafeRawBufferPointer) -> [String] {
    var words = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    if words.last == "" { words.removeLast() }
    return words
  }
}
