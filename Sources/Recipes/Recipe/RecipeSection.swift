internal import Geometry
internal import Yams

/// A mapping of a recipe: every key is asked for once, and those that nobody asked for are errors
/// that name their line.
struct RecipeSection {
  /// The recipe as it was named.
  let file: String
  /// What error messages call the section: "featurize".
  let name: String
  /// Where it begins.
  let line: Int?
  private let entries: [(key: String, line: Int?, value: Node)]
  private var known: Set<String> = []

  /// Throws: `RecipeError` unless the node is a mapping.
  init(_ node: Node, name: String, file: String) throws {
    guard let mapping = node.mapping else {
      throw RecipeError(
        file: file, line: node.mark?.line, message: "'\(name)' is not a mapping of keys to values")
    }
    self.file = file
    self.name = name
    line = node.mark?.line
    entries = mapping.map { ($0.key.scalar?.string ?? "", $0.key.mark?.line, $0.value) }
  }

  /// An error on the line of that key, or of the section.
  func error(_ message: String, key: String? = nil) -> RecipeError {
    let place = key.flatMap { key in entries.first { $0.key == key }?.line } ?? line
    return RecipeError(file: file, line: place, message: message)
  }

  private mutating func node(_ key: String) -> Node? {
    known.insert(key)
    return entries.first { $0.key == key }?.value
  }

  /// The mapping under that key.
  mutating func section(_ key: String) throws -> RecipeSection? {
    try node(key).map { try RecipeSection($0, name: key, file: file) }
  }

  /// The mappings under that key: one, or a list of them.
  mutating func sections(_ key: String) throws -> [RecipeSection] {
    guard let node = node(key) else { return [] }
    if case .sequence(let list) = node {
      return try list.map { try RecipeSection($0, name: key, file: file) }
    }
    return [try RecipeSection(node, name: key, file: file)]
  }

  /// The text under that key.
  mutating func text(_ key: String) throws -> String? {
    guard let node = node(key) else { return nil }
    guard let text = node.scalar?.string, !text.isEmpty else {
      throw error("\(key): expected a single value", key: key)
    }
    return text
  }

  /// The texts under that key: one, or a list of them.
  mutating func texts(_ key: String) throws -> [String] {
    guard let node = node(key) else { return [] }
    let items = node.sequence.map(Array.init) ?? [node]
    return try items.map {
      guard let text = $0.scalar?.string, !text.isEmpty else {
        throw error("\(key): expected a value or a list of values", key: key)
      }
      return text
    }
  }

  /// The finite number under that key.
  mutating func real(_ key: String) throws -> Double? {
    try value(key, "a number") { Double($0).flatMap { $0.isFinite ? $0 : nil } }
  }

  /// The whole number under that key.
  mutating func integer(_ key: String) throws -> Int? {
    try value(key, "a whole number") { Int($0) }
  }

  /// The seed under that key.
  mutating func seed(_ key: String) throws -> UInt64? {
    try value(key, "a whole number from 0") { UInt64($0) }
  }

  /// The truth value under that key.
  mutating func logical(_ key: String) throws -> Bool? {
    try value(key, "true or false") { ["true": true, "false": false][$0.lowercased()] }
  }

  /// One of the cases of an enumeration under that key.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _: Choice.Type
  ) throws -> Choice? where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    return try value(key, "one of \(names)") { Choice(rawValue: $0) }
  }

  /// The value under that key as `parse` understands it; its `InvalidInput` gets the line.
  mutating func parsed<Value>(_ key: String, _ parse: (String) throws -> Value) throws -> Value? {
    guard let text = try text(key) else { return nil }
    do {
      return try parse(text)
    } catch let invalid as InvalidInput {
      throw error("\(key): \(invalid)", key: key)
    }
  }

  private mutating func value<Value>(
    _ key: String, _ expected: String, _ parse: (String) -> Value?
  ) throws -> Value? {
    guard let text = try text(key) else { return nil }
    guard let value = parse(text) else {
      throw error("\(key) is '\(text)'; expected \(expected)", key: key)
    }
    return value
  }

  /// What `body` makes of the values; its `InvalidInput` gets the line of the section.
  func check<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let invalid as InvalidInput {
      throw error("\(name): \(invalid)")
    }
  }

  /// Throws: `RecipeError` for the first key that nobody asked for.
  func finish() throws {
    for entry in entries where !known.contains(entry.key) {
      throw RecipeError(
        file: file, line: entry.line,
        message: "'\(name)' has no key '\(entry.key)'; it has "
          + known.sorted().joined(separator: ", "))
    }
  }
}
