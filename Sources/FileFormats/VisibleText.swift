/// Text of files and of unknown origin, made fit for terminals.
///
/// A name in a file may hold the escape sequences of terminals, which move the cursor, set titles or hide
/// what stands before; or marks that turn the direction of writing. They are shown instead, as Swift
/// writes them: `\u{1B}`.
public enum VisibleText {
  /// Characters of a message for people.
  static let longestMessage = 600

  /// The text with everything visible that would be carried out.
  public static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isUnsafe(scalar):
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Escaped, and without its middle where it is longer than `length` characters.
  public static func shortened(_ text: String, to length: Int) -> String {
    // Cut first: escaping makes longer, and a text may be as long as a file.
    guard text.unicodeScalars.count > length else { return escaped(text) }
    let scalars = text.unicodeScalars
    let tail = length / 4
    let left = scalars.count - length
    let first = String(String.UnicodeScalarView(scalars.prefix(length - tail)))
    let last = String(String.UnicodeScalarView(scalars.suffix(tail)))
    return escaped(first) + " ... (\(left) characters) ... " + escaped(last)
  }

  /// A message in one line of a sensible length.
  public static func message(_ text: String) -> String { shortened(text, to: longestMessage) }

  /// Control characters (C0, DEL, C1), formatting such as the marks of direction, and separators of lines.
  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value < 0x20 }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: return true
    // The joiners belong to the writing of languages and to pictures.
    case .format: return scalar.value != 0x200C && scalar.value != 0x200D
    default: return false
    }
  }
}
