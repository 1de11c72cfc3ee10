public import Foundation
internal import Geometry

/// What a calculation depends on, as a value that can be stored: the fields of a command's options under
/// the same names, texts where the command line has texts.
///
/// The JSON of such a value, with keys in snake case, is what an archive of features stores as its
/// description, what a model carries, and what is read again to repeat a calculation. Every field has
/// its default here and nowhere else; a field without a sensible default is optional, and its absence
/// is an error when it is needed.
public protocol Settings: Codable, Equatable, Sendable {
  /// The defaults.
  init()
}

extension Settings {
  /// JSON text, keys in snake case and alphabetical order, without fields that are nil.
  ///
  /// Throws: never in practice; as `JSONEncoder`.
  public var json: String {
    get throws {
      String(decoding: try SettingsCoding.encoder().encode(self), as: UTF8.self)
    }
  }

  /// From JSON text: fields that it does not have keep their defaults.
  ///
  /// Throws: `InvalidInput` for a text that is no such JSON, and for a field that is not known, except
  /// those of `ignoring`.
  public init(json text: String, ignoring: Set<String> = []) throws {
    guard
      let given = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    else {
      throw InvalidInput("description", value: "'\(text.prefix(200))'", expected: "a JSON object")
    }
    try self.init(fields: given.filter { !ignoring.contains($0.key) })
  }

  /// From fields by their names in snake case, over the defaults.
  ///
  /// Throws: `InvalidInput` for a field that is not known or whose value is not of its kind.
  init(fields: [String: Any]) throws {
    if let unknown = SettingsCoding.unknown(fields, Self()) {
      throw InvalidInput("description", value: "'\(unknown)'", expected: "fields that are known")
    }
    let defaults = try SettingsCoding.encoder().encode(Self())
    let base = try JSONSerialization.jsonObject(with: defaults) as? [String: Any] ?? [:]
    let merged = SettingsCoding.merge(base, fields)
    do {
      let data = try JSONSerialization.data(withJSONObject: merged)
      self = try SettingsCoding.decoder().decode(Self.self, from: data)
    } catch let DecodingError.dataCorrupted(context), let DecodingError.typeMismatch(_, context) {
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw InvalidInput(
        path.isEmpty ? "description" : path, value: "not understood",
        expected: context.debugDescription)
    } catch {
      throw InvalidInput("description", value: "not understood", expected: "\(error)")
    }
  }
}

/// How settings are written and read.
public enum SettingsCoding {
  /// Keys in snake case and alphabetical order; numbers that are not finite as texts.
  public static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .asText
    return encoder
  }

  /// Reads what `encoder()` writes.
  public static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }

  /// The names of the fields of a value in snake case, with the value of each.
  public static func fields(of value: Any) -> [String: Any] {
    var fields: [String: Any] = [:]
    for child in Mirror(reflecting: value).children {
      if let label = child.label { fields[snakeCase(label)] = child.value }
    }
    return fields
  }

  /// `semiAxes` to `semi_axes`.
  public static func snakeCase(_ name: String) -> String {
    name.reduce(into: "") { text, character in
      if character.isUppercase { text += "_" }
      text += character.lowercased()
    }
  }

  /// A field that is not one of the value's, or of the settings in it.
  static func unknown(_ given: [String: Any], _ value: Any) -> String? {
    let known = fields(of: value)
    for (key, entry) in given.sorted(by: { $0.key < $1.key }) {
      guard let own = known[key] else { return key }
      if own is any Settings, let inner = entry as? [String: Any],
        let name = unknown(inner, own)
      {
        return "\(key).\(name)"
      }
    }
    return nil
  }

  static func merge(_ base: [String: Any], _ over: [String: Any]) -> [String: Any] {
    base.merging(over) { old, new in
      if let old = old as? [String: Any], let new = new as? [String: Any] {
        return merge(old, new)
      }
      return new
    }
  }
}
