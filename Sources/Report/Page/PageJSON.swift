/// JSON for the scripts of a page. Numbers have the precision of `Float`, enough for a picture; those
/// that are not finite become null.
indirect enum PageJSON: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral {
  case number(Double)
  case numbers([Double])
  case text(String)
  case logical(Bool)
  case list([PageJSON])
  /// Members in their order.
  case object([(String, PageJSON)])
  case null

  init(stringLiteral value: String) { self = .text(value) }

  init(dictionaryLiteral elements: (String, PageJSON)...) { self = .object(elements) }

  static func integers(_ values: [Int]) -> PageJSON { .numbers(values.map(Double.init)) }

  static func texts(_ values: [String]) -> PageJSON { .list(values.map { .text($0) }) }

  /// The text, which may stand in a script element: it has no `<`.
  var text: String {
    var result = ""
    write(to: &result)
    return result
  }

  private func write(to result: inout String) {
    switch self {
    case .number(let value): result += Self.number(value)
    case .numbers(let values):
      result += "["
      for (k, value) in values.enumerated() {
        if k > 0 { result += "," }
        result += Self.number(value)
      }
      result += "]"
    case .text(let value): Self.write(value, to: &result)
    case .logical(let value): result += value ? "true" : "false"
    case .list(let values):
      result += "["
      for (k, value) in values.enumerated() {
        if k > 0 { result += "," }
        value.write(to: &result)
      }
      result += "]"
    case .object(let members):
      result += "{"
      for (k, member) in members.enumerated() {
        if k > 0 { result += "," }
        Self.write(member.0, to: &result)
        result += ":"
        member.1.write(to: &result)
      }
      result += "}"
    case .null: result += "null"
    }
  }

  private static func number(_ value: Double) -> String {
    if let integer = Int(exactly: value), abs(integer) < 1 << 53 { return "\(integer)" }
    let short = Float(value)
    return short.isFinite ? "\(short)" : "null"
  }

  private static func write(_ text: String, to result: inout String) {
    result += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<" ", "<", "\u{2028}", "\u{2029}":
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    result += "\""
  }
}
