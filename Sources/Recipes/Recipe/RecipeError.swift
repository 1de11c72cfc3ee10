internal import Yams

/// What is wrong with a recipe, and on which line.
public struct RecipeError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The recipe as it was named.
  public let file: String
  /// The line, counted from 1.
  public let line: Int?
  /// The trouble in words.
  public let message: String

  /// An error on that line of that recipe.
  public init(file: String, line: Int?, message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  /// One line: file, line, message.
  public var description: String {
    "\(file): \(line.map { "line \($0): " } ?? "")\(message)"
  }

  /// What the YAML parser found.
  init(_ error: YamlError, file: String) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(file: file, line: mark.line, message: "not YAML: \(problem)")
    case .reader(let problem, _, _, _):
      self.init(file: file, line: nil, message: "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      self.init(
        file: file, line: context.mark.line,
        message: "given twice: \(duplicates.joined(separator: ", "))")
    default:
      self.init(file: file, line: nil, message: "not YAML: \(error)")
    }
  }
}
