import ArgumentParser
import Recipes

/// Looks over the words of a command line before they are parsed, so that a misspelt command or option is
/// told by its nearest name.
enum Suggestions {
  /// Options that every command takes, and those of the parser itself.
  private static let common: Set<String> = [
    "threads", "quiet", "version", "help", "help-hidden", "generate-completion-script",
    "experimental-dump-help",
  ]

  /// Throws: `UsageError` for a command or an option that does not exist; `InvalidInput` for a number that
  /// no option takes.
  static func check(_ arguments: [String]) throws {
    guard let name = arguments.first, !name.hasPrefix("-") else { return }
    let root = MesogenCommand.configuration.subcommands.compactMap(Self.name)
    guard root.contains(name) else {
      if name == "help" { return }
      throw unknown("command", name, root)
    }
    if let group = Steps.groups.first(where: { $0.name == name }) {
      guard arguments.count > 1, !arguments[1].hasPrefix("-") else { return }
      let names = group.steps.compactMap { $0.configuration.commandName }
      guard let step = group.step(named: arguments[1]) else {
        throw unknown("command", "\(name) \(arguments[1])", names.map { "\(name) \($0)" })
      }
      try check(arguments.dropFirst(2), step)
    } else if let step = Steps.single.first(where: { $0.configuration.commandName == name }) {
      try check(arguments.dropFirst(), step)
    }
  }

  private static func name(_ command: any ParsableCommand.Type) -> String? {
    command.configuration.commandName
  }

  private static func check(_ words: ArraySlice<String>, _ step: any StepOptions.Type) throws {
    var names = DeclaredArguments(step).entries.map(\.name)
    if let further = step.furtherOptions { names += DeclaredArguments(further).entries.map(\.name) }
    for word in words {
      if word == "--" { break }
      guard word.hasPrefix("--"),
        let option = word.dropFirst(2).split(separator: "=").first.map(String.init)
      else { continue }
      guard !names.contains(option), !common.contains(option) else { continue }
      if let here = step.otherNames[option] {
        throw UsageError("unknown option '--\(option)'; here it is --\(here)")
      }
      throw unknown("option", "--\(option)", names.map { "--\($0)" })
    }
    try LargestNumbers.check(words, of: step)
  }

  private static func unknown(_ kind: String, _ word: String, _ names: [String]) -> UsageError {
    let hint = DeclaredArguments.nearest(word, among: names).map { "; did you mean \($0)?" }
    return UsageError(
      "unknown \(kind) '\(word)'" + (hint ?? "; 'mesogen --help' lists what there is"))
  }
}
