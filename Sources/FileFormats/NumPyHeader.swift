/// The header of a `.npy` file: type, order and shape.
///
/// Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>: the magic
/// `\x93NUMPY`, version, length of the header, and a Python dictionary as text, padded with blanks
/// so that the data begin at a multiple of 64 bytes.
struct NumPyHeader: Equatable {
  /// The type of one field, as NumPy writes it (`<f8`); a plain array has one field without a name.
  struct Field: Equatable {
    let name: String
    let type: String
  }

  let fields: [Field]
  let isStructured: Bool
  let fortranOrder: Bool
  let shape: [Int]

  /// The header of a plain array in C order.
  init(type: String, shape: [Int]) {
    fields = [Field(name: "", type: type)]
    isStructured = false
    fortranOrder = false
    self.shape = shape
  }

  /// The header of a 1-d structured array, all of whose fields have one type.
  init(fieldNames: [String], type: String, count: Int) {
    fields = fieldNames.map { Field(name: $0, type: type) }
    isStructured = true
    fortranOrder = false
    shape = [count]
  }

  /// Version 1.0 (2.0 where the text is too long for it), padded to a multiple of `alignment`
  /// and to at least `minimumSize` bytes.
  func encoded(alignment: Int = 64, minimumSize: Int = 0) -> [UInt8] {
    let axes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let descriptor =
      isStructured
      ? "[" + fields.map { "('\($0.name)', '\($0.type)')" }.joined(separator: ", ") + "]"
      : "'\(fields[0].type)'"
    var text = Array(
      "{'descr': \(descriptor), 'fortran_order': False, 'shape': (\(axes)), }".utf8)
    let prefix = text.count + alignment + 10 > 65_535 ? 12 : 10
    let size = max(minimumSize, prefix + text.count + 1)
    let total = (size + alignment - 1) / alignment * alignment
    text += [UInt8](repeating: 0x20, count: total - prefix - text.count - 1) + [0x0A]
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [prefix == 12 ? 2 : 1, 0]
    for k in 0..<(prefix - 8) { bytes.append(UInt8(truncatingIfNeeded: text.count >> (8 * k))) }
    return bytes + text
  }

  /// Reads the header at the beginning of `bytes` and says where the data begin.
  ///
  /// Throws: `NumPyFormatError`.
  static func parse(_ bytes: [UInt8]) throws -> (header: NumPyHeader, dataOffset: Int) {
    guard bytes.count >= 10, bytes[0] == 0x93, bytes[1..<6].elementsEqual("NUMPY".utf8) else {
      throw NumPyFormatError("not a NumPy array (the magic bytes are missing)")
    }
    let prefix = bytes[6] == 1 ? 10 : 12
    guard (1...3).contains(bytes[6]), bytes.count >= prefix else {
      throw NumPyFormatError("version \(bytes[6]).\(bytes[7]) of the NumPy format is not known")
    }
    var length = 0
    for k in 0..<(prefix - 8) { length |= Int(bytes[8 + k]) << (8 * k) }
    guard bytes.count >= prefix + length else { throw NumPyFormatError("the header is cut off") }
    var parser = PythonLiteralParser(Array(bytes[prefix..<prefix + length]))
    let header = try NumPyHeader(literal: parser.value())
    return (header, prefix + length)
  }

  private init(literal: PythonLiteral) throws {
    guard case .dictionary(let entries) = literal, let descriptor = entries["descr"],
      case .boolean(let fortran)? = entries["fortran_order"],
      case .sequence(let axes)? = entries["shape"]
    else { throw NumPyFormatError("the header lacks descr, fortran_order or shape") }
    fortranOrder = fortran
    shape = try axes.map {
      guard case .integer(let n) = $0, n >= 0 else {
        throw NumPyFormatError("the shape in the header is not made of counts")
      }
      return n
    }
    switch descriptor {
    case .string(let type):
      fields = [Field(name: "", type: type)]
      isStructured = false
    case .sequence(let items):
      fields = try items.map {
        guard case .sequence(let pair) = $0, pair.count == 2, case .string(let name) = pair[0],
          case .string(let type) = pair[1]
        else { throw NumPyFormatError("the structured type in the header is not understood") }
        return Field(name: name, type: type)
      }
      isStructured = true
    default: throw NumPyFormatError("the type in the header is not understood")
    }
  }
}

/// Why bytes are no NumPy array that can be read; readers wrap it with the name of the file.
struct NumPyFormatError: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

/// The part of Python's literals that NumPy's headers use.
indirect enum PythonLiteral: Equatable {
  case string(String)
  case integer(Int)
  case boolean(Bool)
  case sequence([PythonLiteral])
  case dictionary([String: PythonLiteral])
}

/// Reads one Python literal.
struct PythonLiteralParser {
  private let bytes: [UInt8]
  private var position = 0
  /// How many brackets are open.
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x09 { position += 1 }
  }

  /// The next literal. Throws: `NumPyFormatError`.
  mutating func value() throws -> PythonLiteral {
    guard depth < InputLimits.nesting else {
      throw NumPyFormatError(
        "the header has more than \(InputLimits.nesting) brackets inside each other")
    }
    depth += 1
    defer { depth -= 1 }
    skipBlanks()
    switch current {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "("): return .sequence(try sequence(until: UInt8(ascii: ")")))
    case UInt8(ascii: "["): return .sequence(try sequence(until: UInt8(ascii: "]")))
    case UInt8(ascii: "{"): return .dictionary(try dictionary())
    default: return try word()
    }
  }

  private mutating func string() throws -> String {
    let quote = bytes[position]
    guard let end = bytes[(position + 1)...].firstIndex(of: quote) else {
      throw NumPyFormatError("the header has an open string")
    }
    defer { position = end + 1 }
    return String(decoding: bytes[position + 1..<end], as: UTF8.self)
  }

  private mutating func sequence(until close: UInt8) throws -> [PythonLiteral] {
    position += 1
    var items: [PythonLiteral] = []
    while true {
      skipBlanks()
      if current == close { break }
      items.append(try value())
      try skipComma(orBefore: close)
    }
    position += 1
    return items
  }

  private mutating func dictionary() throws -> [String: PythonLiteral] {
    let close = UInt8(ascii: "}")
    position += 1
    var entries: [String: PythonLiteral] = [:]
    while true {
      skipBlanks()
      if current == close { break }
      guard case .string(let key) = try value() else {
        throw NumPyFormatError("a key of the header is not a string")
      }
      skipBlanks()
      guard current == UInt8(ascii: ":") else { throw NumPyFormatError("the header is garbled") }
      position += 1
      entries[key] = try value()
      try skipComma(orBefore: close)
    }
    position += 1
    return entries
  }

  private mutating func skipComma(orBefore close: UInt8) throws {
    skipBlanks()
    if current == UInt8(ascii: ",") {
      position += 1
    } else if current != close {
      throw NumPyFormatError("the header is garbled")
    }
  }

  private mutating func word() throws -> PythonLiteral {
    let start = position
    while let byte = current, !" \n\t,:()[]{}".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if text == "True" { return .boolean(true) }
    if text == "False" { return .boolean(false) }
    // Python 2 wrote long integers with an L.
    if let number = Int(text.hasSuffix("L") ? String(text.dropLast()) : text) {
      return .integer(number)
    }
    throw NumPyFormatError("the header is garbled at '\(text)'")
  }
}
