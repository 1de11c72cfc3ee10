/// Pieces of JSON as text, for files that are written as a stream.
enum JSONText {
  /// A string in quotation marks, with escapes.
  static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<" ":
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// A list of finite numbers.
  static func list(_ values: some Sequence<Double>) -> String {
    "[" + values.map { "\($0)" }.joined(separator: ",") + "]"
  }
}
