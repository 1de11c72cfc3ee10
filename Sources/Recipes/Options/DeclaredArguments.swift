internal import ArgumentParser
internal import Foundation
internal import Geometry

/// What a declaration of options says of itself: the names that are known, and what each of them takes.
public struct DeclaredArguments: Sendable {
  /// One of the arguments.
  public struct Entry: Sendable {
    /// What an argument takes.
    public enum Kind: String, Decodable, Sendable {
      /// A value without a name.
      case positional
      /// A name with a value.
      case option
      /// A name alone.
      case flag
    }

    /// The long name without dashes; of a value without a name, what the help calls it.
    public let name: String
    /// What it takes.
    public let kind: Kind
    /// Whether it may come several times.
    public let isRepeating: Bool
    /// The default as the help prints it.
    public let defaultValue: String?
    /// The values there are, where they are few.
    public let allValues: [String]?
    /// What it is for, as the help says it.
    public let help: String
  }

  /// The arguments, in the order of their declaration.
  public let entries: [Entry]

  /// Those of a step.
  public init(_ type: any StepOptions.Type) {
    struct Tool: Decodable {
      struct Command: Decodable { let arguments: [Argument]? }
      struct Argument: Decodable {
        struct Name: Decodable {
          let kind: String
          let name: String
        }
        let kind: Entry.Kind
        let names: [Name]?
        let valueName: String?
        let isRepeating: Bool
        let defaultValue: String?
        let allValues: [String]?
        let abstract: String?
        let discussion: String?
      }
      let command: Command
    }
    let tool = try? JSONDecoder().decode(Tool.self, from: Data(type._dumpHelp().utf8))
    entries = (tool?.command.arguments ?? []).compactMap { argument in
      let long = argument.names?.first { $0.kind == "long" }?.name
      guard let name = argument.kind == .positional ? argument.valueName : long,
        name != "help", name != "version"
      else { return nil }
      return Entry(
        name: name, kind: argument.kind, isRepeating: argument.isRepeating,
        defaultValue: argument.defaultValue, allValues: argument.allValues,
        help: [argument.abstract, argument.discussion].compactMap { $0 }.joined(separator: " "))
    }
  }

  /// The argument of that name.
  public func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }

  /// Of several names the one that is most like a word, if it is much like it.
  public static func nearest(_ word: String, among names: [String]) -> String? {
    let best = names.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
    guard let best, best.1 <= max(1, word.count / 3) else { return nil }
    return best.0
  }

  /// The number of letters to add, leave out or change (Levenshtein).
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var row = Array(0...b.count)
    for i in a.indices {
      var last = row[0]
      row[0] = i + 1
      for j in b.indices {
        let next = min(row[j] + 1, row[j + 1] + 1, last + (a[i] == b[j] ? 0 : 1))
        last = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }
}
