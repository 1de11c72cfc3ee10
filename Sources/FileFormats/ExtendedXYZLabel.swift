internal import Foundation
internal import Geometry

// Values of frames: from the text of an extended XYZ header and back. What is written is read back
// as the same value, and ASE reads the same.

extension Frame.Label {
  /// The value that a header means. Several numbers in quotes or braces are an array, a single one
  /// is a number; what is no number is a string.
  init(_ value: ExtendedXYZHeader.Value) {
    switch value {
    case .absent: self = .logical(true)
    case .bare(let text): self = Self.scalar(text)
    case .quoted(let text):
      self = text.hasPrefix("_JSON") ? Self.json(text) : Self.list(text)
    case .braced(let text): self = Self.list(text)
    case .bracketed(let text): self = Self.nested(text) ?? .string(text)
    }
  }

  private static func scalar(_ text: String) -> Self {
    if let logical = logicals[text] { return .logical(logical) }
    if let integer = integer(text) { return .integer(integer) }
    if let real = real(text) { return .real(real) }
    return .string(text)
  }

  private static let logicals = [
    "T": true, "True": true, "true": true, "TRUE": true,
    "F": false, "False": false, "false": false, "FALSE": false,
  ]

  private static let notFinite = [
    "nan": Double.nan, "NaN": .nan, "inf": .infinity, "+inf": .infinity, "-inf": -.infinity,
    "Infinity": .infinity, "-Infinity": -.infinity,
  ]

  /// 007 is the name of something, no number.
  private static func hasLeadingZero(_ text: String) -> Bool {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }.prefix(2)
    return digits.first == 0x30 && digits.count == 2
      && digits.dropFirst().allSatisfy { 0x30...0x39 ~= $0 }
  }

  private static func integer(_ text: String) -> Int? {
    hasLeadingZero(text) ? nil : Int(text)
  }

  /// What a double cannot hold stays text: 1e999, and whole numbers too long for an integer, which
  /// are names or hashes.
  private static func real(_ text: String) -> Double? {
    if let special = notFinite[text] { return special }
    guard !hasLeadingZero(text),
      text.utf8.contains(where: { ".eEdD".utf8.contains($0) }) || Int(text) != nil,
      let value = DecimalParser.shared.parse(text), value.isFinite
    else {
      return nil
    }
    return value
  }

  /// Values after each other, divided by blanks.
  private static func list(_ text: String) -> Self {
    let items = text.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init)
    if items.count == 1, items[0].count == text.count { return scalar(text) }
    guard items.count > 1 else { return .string(text) }
    return array(items) ?? .string(text)
  }

  /// An array of one type; nil when it is none.
  private static func array(_ items: [String]) -> Self? {
    let integers = items.compactMap(integer)
    if integers.count == items.count { return .integers(integers) }
    let reals = items.compactMap(real)
    if reals.count == items.count { return .reals(reals) }
    let truth = items.compactMap { logicals[$0] }
    return truth.count == items.count ? .logicals(truth) : nil
  }

  /// `[1, 2]`, `[[1, 2], [3, 4]]`, `[a, b]`; nil when the text is none of these.
  private static func nested(_ text: String) -> Self? {
    let inner = text.dropFirst().dropLast().trimmingCharacters(in: .whitespaces)
    if inner.hasPrefix("[") {
      guard inner.hasSuffix("]") else { return nil }
      let rows = inner.dropFirst().dropLast().components(separatedBy: "]").map {
        $0.drop { $0 == "," || $0.isWhitespace || $0 == "[" }
          .split { $0 == "," || $0.isWhitespace }.map { real(String($0)) }
      }
      let matrix = rows.map { $0.compactMap { $0 } }
      let width = matrix.first?.count ?? 0
      let complete = zip(rows, matrix).allSatisfy { $0.count == width && $1.count == width }
      return complete ? .matrix(matrix) : nil
    }
    let items = inner.split { $0 == "," || $0.isWhitespace }.map(String.init)
    if items.isEmpty { return .reals([]) }
    if let values = array(items) { return values }
    return json("_JSON " + text, fallback: .strings(items))
  }

  /// What ASE writes as `"_JSON ..."`; what is neither a list nor a string stays as it is.
  private static func json(_ text: String, fallback: Self? = nil) -> Self {
    let body = text.dropFirst("_JSON".count).trimmingCharacters(in: .whitespaces)
    let kept = fallback ?? .string(text)
    // JSON does not tell 5.0 from 5; the text does.
    let isWhole = !body.utf8.contains { ".eE".utf8.contains($0) }
    if isWhole, let values: [Int] = decode(body), !values.isEmpty { return .integers(values) }
    if let values: [Double] = decode(body) { return .reals(values) }
    if let values: [Bool] = decode(body) { return .logicals(values) }
    if let values: [String] = decode(body) { return .strings(values) }
    if let rows: [[Double]] = decode(body), Set(rows.map(\.count)).count == 1 {
      return .matrix(rows)
    }
    if let value: String = decode(body) { return .string(value) }
    // Numbers that are not finite, which Python writes into JSON and Swift refuses.
    if fallback == nil, body.hasPrefix("["), body.hasSuffix("]"),
      body.contains("N") || body.contains("I"), let value = nested(body)
    {
      switch value {
      case .reals, .matrix: return value
      default: break
      }
    }
    return kept
  }

  private static func decode<Value: Decodable>(_ json: String) -> Value? {
    try? JSONDecoder().decode(Value.self, from: Data(json.utf8))
  }

  /// The value as it stands behind `key=`.
  var extendedXYZ: String {
    switch self {
    case .real(let value): return "\(value)"
    case .integer(let value): return "\(value)"
    case .logical(let value): return value ? "T" : "F"
    case .reals(let values):
      let list = "[" + values.map(Self.json).joined(separator: ", ") + "]"
      return Self.written(values, list) { "\($0)" }
    case .integers(let values): return Self.written(values, "\(values)") { "\($0)" }
    case .logicals(let values): return Self.written(values, "\(values)") { $0 ? "T" : "F" }
    case .matrix(let rows):
      let list = rows.map { "[" + $0.map(Self.json).joined(separator: ", ") + "]" }
      return "\"_JSON [\(list.joined(separator: ", "))]\""
    case .strings(let values):
      let list = values.map(JSONText.string).joined(separator: ", ")
      return Self.inQuotes("_JSON [\(list)]")
    case .string(let text):
      return Self.isReadAsText(text)
        ? (Self.needsQuotes(text) ? Self.inQuotes(text) : text)
        : Self.inQuotes("_JSON " + JSONText.string(text))
    }
  }

  /// A number as JSON, with Python's words for those that are not finite.
  private static func json(_ value: Double) -> String {
    value.isFinite ? "\(value)" : value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
  }

  /// Whether our reader and ASE both take the text for itself: not 007 for 7, 1,2 for two numbers, ""
  /// for nothing. ASE takes numbers and truth values apart at blanks and commas.
  private static func isReadAsText(_ text: String) -> Bool {
    if text.hasPrefix("_JSON") { return json(text) == .string(text) && isJSONObject(text) }
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 }), list(text) == .string(text)
    else { return false }
    let parts = text.split { $0.isWhitespace || $0 == "," }
    return !parts.allSatisfy { isPythonNumber(String($0)) }
      && !parts.allSatisfy { logicals[String($0)] != nil }
  }

  /// Python allows 1_000, and digits of all scripts.
  private static func isPythonNumber(_ text: String) -> Bool {
    let plain = text.filter { $0 != "_" }
    return Double(plain) != nil || plain.contains { !$0.isASCII && $0.isNumber }
  }

  /// What ASE decodes without fault.
  private static func isJSONObject(_ text: String) -> Bool {
    let body = Data(text.dropFirst("_JSON ".count).utf8)
    return text.hasPrefix("_JSON {")
      && (try? JSONSerialization.jsonObject(with: body)) is [String: Any]
  }

  /// Several values in quotes; fewer would be read as one, so they are written as JSON.
  private static func written<Value>(
    _ values: [Value], _ list: String, _ one: (Value) -> String
  ) -> String {
    values.count > 1
      ? "\"" + values.map(one).joined(separator: " ") + "\"" : "\"_JSON \(list)\""
  }

  static func needsQuotes(_ text: String) -> Bool {
    text.isEmpty
      || text.utf8.contains { $0 <= 0x20 || $0 >= 0x7F || "\"'=\\{}[],".utf8.contains($0) }
  }

  static func inQuotes(_ text: String) -> String {
    var result = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result + "\""
  }
}
