internal import Foundation

/// JSON for the scripts of a page. Single numbers have the precision of `Float`; those of lists have five
/// significant digits, or as many more as 1e-5 of what the list spans takes, enough for a picture.
/// Numbers that are not finite become null.
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
      let finite = values.filter(\.isFinite)
      let span = (finite.max() ?? 0) - (finite.min() ?? 0)
      let finest = span > 0 && span.isFinite ? 5 - Int(log10(span).rounded(.down)) : 0
      result += "["
      for (k, value) in values.enumerated() {
        if k > 0 { result += "," }
        result += Self.number(Self.rounded(value, decimals: finest))
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
    // Numbers that a Float cannot hold are left as they are.
    return short.isFinite && short != 0 ? "\(short)" : value.isFinite ? "\(value)" : "null"
  }

  /// The number with five significant digits, or with so many decimals if these are more.
  private static func rounded(_ value: Double, decimals: Int) -> Double {
    guard value.isFinite, value != 0 else { return value }
    let digits = max(decimals, 4 - Int(log10(abs(value)).rounded(.down)))
    guard (0...15).contains(digits) else { return value }
    let scale = pow(10, Double(digits))
    let rounded = (value * scale).rounded() / scale
    return rounded.isFinite ? rounded : value
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
