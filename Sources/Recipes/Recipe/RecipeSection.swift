internal import Yams

/// A mapping of a recipe, with the lines of its keys.
struct RecipeSection {
  /// A key and what stands under it.
  struct Entry {
    let key: String
    let line: Int?
    let value: Node

    /// The text, or the texts of a list; nil for anything else.
    var texts: [String]? {
      if let text = value.scalar?.string { return text.isEmpty ? nil : [text] }
      let items = value.sequence?.map { $0.scalar?.string ?? "" } ?? [""]
      return items.contains("") ? nil : items
    }
  }

  /// The recipe as it was named.
  let file: String
  /// What error messages call the section: "featurize".
  let name: String
  /// Where it begins.
  let line: Int?
  /// The entries in the order of the recipe.
  private(set) var entries: [Entry]

  /// Throws: `RecipeError` unless the node is a mapping.
  init(_ node: Node, name: String, file: String) throws {
    guard let mapping = node.mapping else {
      throw RecipeError(
        file: file, line: node.mark?.line, message: "'\(name)' is not a mapping of keys to values")
    }
    self.file = file
    self.name = name
    line = node.mark?.line
    entries = mapping.map {
      Entry(key: $0.key.scalar?.string ?? "", line: $0.key.mark?.line, value: $0.value)
    }
  }

  /// The line of every key, and of the section under the empty name.
  var lines: [String: Int] {
    let known = entries.compactMap { entry in entry.line.map { (entry.key, $0) } }
    return Dictionary(
      known + (line.map { [("", $0)] } ?? []), uniquingKeysWith: { first, _ in first })
  }

  /// An error on the line of that key, or of the section.
  func error(_ message: String, key: String? = nil) -> RecipeError {
    let place = key.flatMap { key in entries.first { $0.key == key }?.line } ?? line
    return RecipeError(file: file, line: place, message: message)
  }

  /// Takes an entry out of the section.
  mutating func take(_ key: String) -> Entry? {
    guard let place = entries.firstIndex(where: { $0.key == key }) else { return nil }
    return entries.remove(at: place)
  }

  /// Takes the single text under that key out of the section.
  mutating func text(_ key: String) throws -> String? {
    guard let entry = take(key) else { return nil }
    guard let texts = entry.texts, texts.count == 1, entry.value.scalar != nil else {
      throw RecipeError(file: file, line: entry.line, message: "\(key): expected a single value")
    }
    return texts[0]
  }

  /// Gives keys other names.
  mutating func rename(_ names: [String: String]) {
    entries = entries.map {
      Entry(key: names[$0.key] ?? $0.key, line: $0.line, value: $0.value)
    }
  }

  /// The mappings of an entry: one, or a list of them.
  func sections(_ entry: Entry) throws -> [RecipeSection] {
    if case .sequence(let list) = entry.value {
      return try list.map { try RecipeSection($0, name: entry.key, file: file) }
    }
    return [try RecipeSection(entry.value, name: entry.key, file: file)]
  }
}
