/// The second line of a frame in extended XYZ, cut into keys and values as they are written:
/// `key=value`, `key="value with blanks"`, `key={1 2 3}`, `key=[[1, 2], [3, 4]]`, and keys alone.
struct ExtendedXYZHeader {
  /// A value as it is written.
  enum Value: Equatable {
    /// The key stands alone.
    case absent
    case bare(String)
    /// What stands between the quotation marks, without escapes.
    case quoted(String)
    /// What stands between `{` and `}`.
    case braced(String)
    /// From `[` to `]`, both included.
    case bracketed(String)

    /// The characters, however they are enclosed.
    var text: String {
      switch self {
      case .absent: ""
      case .bare(let text), .quoted(let text), .braced(let text), .bracketed(let text): text
      }
    }
  }

  /// Where an entry stands in the line: its key begins, its value begins, its value ends.
  typealias Place = (key: Int, value: Int, end: Int)

  /// Keys and values in the order of the line.
  let entries: [(key: String, value: Value)]
  /// Where each of them stands.
  let places: [Place]
  /// The line, if it is a plain comment without any `=`.
  let comment: String?

  /// Cuts the line. Throws: `ExtendedXYZSyntaxError` when an enclosure never ends.
  init(_ line: UnsafeRawBufferPointer) throws {
    guard line.contains(UInt8(ascii: "=")) else {
      let text = String(decoding: line, as: UTF8.self)
      comment = text.allSatisfy(\.isWhitespace) ? nil : text
      (entries, places) = ([], [])
      return
    }
    comment = nil
    var scanner = Scanner(bytes: line)
    var entries: [(key: String, value: Value)] = []
    var places: [Place] = []
    while let entry = try scanner.entry() {
      entries.append(entry)
      places.append((scanner.keyStart, scanner.valueStart, scanner.position))
    }
    (self.entries, self.places) = (entries, places)
  }

  private struct Scanner {
    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0
    /// Where key and value of the last entry begin.
    private(set) var (keyStart, valueStart) = (0, 0)

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
      while let byte = current, byte == 0x20 || byte == 0x09 { position += 1 }
    }

    mutating func entry() throws -> (key: String, value: Value)? {
      skipBlanks()
      guard let byte = current else { return nil }
      keyStart = position
      let key: String
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        key = try quoted()
      } else {
        key = bare(alsoUntil: UInt8(ascii: "="))
      }
      // Blanks around the sign are allowed.
      let afterKey = position
      skipBlanks()
      guard current == UInt8(ascii: "=") else {
        position = afterKey
        valueStart = position
        return (key, .absent)
      }
      position += 1
      skipBlanks()
      valueStart = position
      return (key, try value())
    }

    private mutating func value() throws -> Value {
      switch current {
      case nil: return .bare("")
      case UInt8(ascii: "\""), UInt8(ascii: "'"): return .quoted(try quoted())
      case UInt8(ascii: "{"):
        return .braced(
          String(try enclosed(UInt8(ascii: "{"), UInt8(ascii: "}")).dropFirst().dropLast()))
      case UInt8(ascii: "["):
        return .bracketed(try enclosed(UInt8(ascii: "["), UInt8(ascii: "]")))
      default: return .bare(bare(alsoUntil: nil))
      }
    }

    private mutating func bare(alsoUntil stop: UInt8?) -> String {
      let start = position
      while let byte = current, byte != 0x20, byte != 0x09, byte != stop { position += 1 }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Between quotation marks; a backslash takes the next character as it is, `\n` is a new line.
    private mutating func quoted() throws -> String {
      let opening = position
      let mark = bytes[position]
      position += 1
      var text: [UInt8] = []
      while let byte = current {
        position += 1
        if byte == mark { return String(decoding: text, as: UTF8.self) }
        if byte == UInt8(ascii: "\\"), let next = current {
          position += 1
          text.append(next == UInt8(ascii: "n") ? 0x0A : next)
        } else {
          text.append(byte)
        }
      }
      throw ExtendedXYZSyntaxError(
        "the quotation mark at column \(opening + 1) of the header is never closed")
    }

    /// From an opening to its closing bracket; brackets may be nested and stand in quotes.
    private mutating func enclosed(_ open: UInt8, _ close: UInt8) throws -> String {
      let opening = position
      var depth = 0
      var isQuoted = false
      while let byte = current {
        position += 1
        if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
        if isQuoted { continue }
        if byte == open { depth += 1 }
        if byte == close { depth -= 1 }
        if depth == 0 { return String(decoding: bytes[opening..<position], as: UTF8.self) }
      }
      throw ExtendedXYZSyntaxError(
        "the bracket at column \(opening + 1) of the header is never closed")
    }
  }
}

/// What is wrong with a line; the reader adds file, frame and line.
struct ExtendedXYZSyntaxError: Error {
  let message: String
  init(_ message: String) { self.message = message }
}
