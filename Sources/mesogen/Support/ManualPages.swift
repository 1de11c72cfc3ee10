import Foundation

/// Manual pages in the language of `man`, made of what the commands declare of themselves.
struct ManualPages {
  private struct Tool: Decodable { let command: Command }

  private struct Command: Decodable {
    let commandName: String
    let superCommands: [String]?
    let abstract: String?
    let discussion: String?
    let arguments: [Argument]?
    let subcommands: [Command]?
    let shouldDisplay: Bool?

    /// The words that call it: "mesogen generate nematic".
    var path: [String] { (superCommands ?? []) + [commandName] }
    var shown: [Command] {
      (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }
  }

  private struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
      /// With its dashes.
      var spelled: String { (kind == "short" ? "-" : "--") + name }
    }
    let kind: String
    let names: [Name]?
    let valueName: String?
    let abstract: String?
    let discussion: String?
    let defaultValue: String?
    let allValues: [String]?
    let isOptional: Bool
    let isRepeating: Bool
    let shouldDisplay: Bool?
  }

  private let root: Command
  private let version: String

  /// Throws: `DecodingError` for a description that is none.
  init(dump: String, version: String) throws {
    root = try JSONDecoder().decode(Tool.self, from: Data(dump.utf8)).command
    self.version = version
  }

  /// Names of files and their texts, a page for every command.
  var pages: [(name: String, text: String)] { Self.all(root).map { ("\(name($0)).1", page($0)) } }

  private static func all(_ command: Command) -> [Command] {
    [command] + command.shown.flatMap(all)
  }

  private func name(_ command: Command) -> String { command.path.joined(separator: "-") }

  private func page(_ command: Command) -> String {
    let called = command.path.joined(separator: " ")
    var lines = [
      ".TH \"\(name(command).uppercased())\" 1 \"\" \"mesogen \(version)\" \"Mesogen\"", ".SH NAME",
      "\(Self.text(name(command))) \\- \(Self.text(command.abstract ?? ""))", ".SH SYNOPSIS",
    ]
    lines += synopsis(command, called)
    if let discussion = command.discussion, !discussion.isEmpty {
      lines.append(".SH DESCRIPTION")
      lines += Self.paragraphs(discussion)
    }
    let arguments = (command.arguments ?? []).filter { $0.shouldDisplay != false }
    for (title, kinds) in [("ARGUMENTS", ["positional"]), ("OPTIONS", ["option", "flag"])] {
      let own = arguments.filter { kinds.contains($0.kind) }
      if own.isEmpty { continue }
      lines.append(".SH \(title)")
      lines += own.flatMap(Self.entry)
    }
    if !command.shown.isEmpty {
      lines.append(".SH COMMANDS")
      for inner in command.shown {
        lines += [".TP", "\\fB\(Self.text(name(inner)))\\fR(1)", Self.text(inner.abstract ?? "")]
      }
    }
    let others = Self.all(root).filter { other in
      other.path == command.path.dropLast() || Array(other.path.dropLast()) == command.path
    }
    if !others.isEmpty {
      lines.append(".SH SEE ALSO")
      lines.append(
        others.map { "\\fB\(Self.text(name($0)))\\fR(1)" }.joined(separator: ", "))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func synopsis(_ command: Command, _ called: String) -> [String] {
    guard command.shown.isEmpty else {
      return ["\\fB\(Self.text(called))\\fR \\fIcommand\\fR [\\fIoptions\\fR]"]
    }
    var words = ["\\fB\(Self.text(called))\\fR"]
    for argument in command.arguments ?? [] where argument.shouldDisplay != false {
      let value = "\\fI\(Self.text(argument.valueName ?? "value"))\\fR"
      switch argument.kind {
      case "positional": words.append(argument.isOptional ? "[\(value)]" : value)
      case "option" where !argument.isOptional:
        words.append("\(Self.spelled(argument).last ?? "") \(value)")
      default: break
      }
    }
    return [(words + ["[\\fIoptions\\fR]"]).joined(separator: " ")]
  }

  private static func spelled(_ argument: Argument) -> [String] {
    (argument.names ?? []).map { "\\fB\(text($0.spelled))\\fR" }
  }

  private static func entry(_ argument: Argument) -> [String] {
    let value = "\\fI\(text(argument.valueName ?? "value"))\\fR"
    let head =
      switch argument.kind {
      case "positional": value
      case "option": spelled(argument).joined(separator: ", ") + " " + value
      default: spelled(argument).joined(separator: ", ")
      }
    var words = [argument.abstract, argument.discussion].compactMap { $0 }.filter { !$0.isEmpty }
    if let values = argument.allValues, !values.isEmpty {
      words.append("One of: \(values.joined(separator: ", ")).")
    }
    if let value = argument.defaultValue, !value.isEmpty { words.append("Default: \(value).") }
    return [".TP", head] + words.map(text)
  }

  /// Paragraphs between empty lines; indented lines, which are commands, as they are.
  private static func paragraphs(_ discussion: String) -> [String] {
    var lines: [String] = []
    for paragraph in discussion.components(separatedBy: "\n\n") {
      let own = paragraph.split(separator: "\n").map(String.init)
      guard !own.isEmpty else { continue }
      if own.allSatisfy({ $0.hasPrefix("  ") }) {
        lines += [".PP", ".nf"] + own.map(text) + [".fi"]
      } else {
        lines += [".PP"] + own.map(text)
      }
    }
    return lines
  }

  /// A text as it stands: what the language takes for its own is escaped.
  private static func text(_ line: String) -> String {
    let escaped = line.replacing("\\", with: "\\e").replacing("-", with: "\\-")
      .replacing("\n", with: " ")
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}
