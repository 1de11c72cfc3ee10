internal import ArgumentParser
internal import Foundation
internal import Geometry
internal import Jobs

/// What a property wrapper of parsed options holds.
private protocol ParsedOption {
  var parsed: Any { get }
}

/// A group of options inside another.
private protocol ParsedGroup {
  var parsed: Any { get }
}

extension Option: ParsedOption {
  fileprivate var parsed: Any { wrappedValue }
}

extension Flag: ParsedOption {
  fileprivate var parsed: Any { wrappedValue }
}

extension Argument: ParsedOption {
  fileprivate var parsed: Any { wrappedValue }
}

extension OptionGroup: ParsedGroup {
  fileprivate var parsed: Any { wrappedValue }
}

/// A value of parsed options, or the values of a group of them.
private enum OptionTree: Encodable {
  case value(any Encodable)
  case group([String: OptionTree])

  /// The fields of settings that are not nil.
  init(_ settings: any Settings) {
    var entries: [String: OptionTree] = [:]
    for child in Mirror(reflecting: settings).children {
      guard let label = child.label else { continue }
      if let inner = child.value as? any Settings {
        entries[label] = OptionTree(inner)
      } else if let value = child.value as? any Encodable, !Self.isNil(value) {
        entries[label] = .value(value)
      }
    }
    self = .group(entries)
  }

  /// With the values of another tree in place of those of the same names.
  func overlaid(_ other: OptionTree) -> OptionTree {
    guard case .group(let mine) = self, case .group(let others) = other else { return other }
    return .group(mine.merging(others) { $0.overlaid($1) })
  }

  static func isNil(_ value: Any) -> Bool {
    let mirror = Mirror(reflecting: value)
    return mirror.displayStyle == .optional && mirror.children.isEmpty
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .value(let value): try value.encode(to: encoder)
    case .group(let entries): try entries.encode(to: encoder)
    }
  }
}

extension StepOptions {
  /// Properties of options that name files or amounts of work and are not part of the stored value.
  static var unstored: Set<String> {
    [
      "input", "output", "features", "others", "model", "append", "resume",
    ]
  }

  /// The value that the options describe: each option goes to the field of its name. A group of options
  /// goes to the field of the group's name where there is one, else its options stand among the others.
  ///
  /// Throws: `InvalidInput`.
  public func values() throws -> Values {
    let defaults = Values()
    let given = Self.entries(self, SettingsCoding.fields(of: defaults), Self.unstored)
    let tree = OptionTree(defaults).overlaid(given)
    do {
      let data = try SettingsCoding.encoder().encode(tree)
      return try SettingsCoding.decoder().decode(Values.self, from: data)
    } catch {
      throw InvalidInput("options", value: "not understood", expected: "\(error)")
    }
  }

  private static func entries(
    _ options: Any, _ fields: [String: Any], _ unstored: Set<String>
  ) -> OptionTree {
    var entries: [String: OptionTree] = [:]
    for child in Mirror(reflecting: options).children {
      guard let label = child.label.map({ $0.hasPrefix("_") ? String($0.dropFirst()) : $0 })
      else { continue }
      let key = SettingsCoding.snakeCase(label)
      if let group = child.value as? any ParsedGroup {
        if let own = fields[key] as? any Settings {
          entries[label] = Self.entries(
            group.parsed, SettingsCoding.fields(of: own), unstored)
        } else if case .group(let inner) = Self.entries(group.parsed, fields, unstored) {
          entries.merge(inner) { _, new in new }
        }
      } else if let option = child.value as? any ParsedOption {
        if fields[key] == nil, unstored.contains(label) { continue }
        if let value = option.parsed as? any Encodable, !OptionTree.isNil(value) {
          entries[label] = .value(value)
        }
      }
    }
    return .group(entries)
  }
}

extension StepOptions {
  /// The texts that the arguments of these names were given, in the order of their declaration.
  func texts(of names: Set<String>) -> [String] { Self.texts(self, names) }

  private static func texts(_ options: Any, _ names: Set<String>) -> [String] {
    Mirror(reflecting: options).children.flatMap { child -> [String] in
      if let group = child.value as? any ParsedGroup { return texts(group.parsed, names) }
      guard let label = child.label, let option = child.value as? any ParsedOption,
        names.contains(
          SettingsCoding.snakeCase(String(label.drop { $0 == "_" })).replacing("_", with: "-"))
      else { return [] }
      switch option.parsed {
      case let text as String: return [text]
      case let texts as [String]: return texts
      case let text as String?: return [text].compactMap { $0 }
      default: return []
      }
    }
  }
}
