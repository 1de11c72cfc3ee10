/// Text as bytes: values with a blank behind each, and lines.
///
/// Numbers get as many digits as it takes to read the same bits again.
struct TextBytes: TextOutputStream {
  private(set) var bytes: [UInt8] = []

  /// Forgets the text, keeps the memory.
  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Text without a blank behind it.
  mutating func write(_ string: String) { bytes.append(contentsOf: string.utf8) }

  // The standard library hands its digits over by this, without making a string of them.
  // swift-format-ignore: NoLeadingUnderscores
  mutating func _writeASCII(_ buffer: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: buffer)
  }

  /// A word.
  mutating func append(_ word: String) {
    bytes.append(contentsOf: word.utf8)
    bytes.append(0x20)
  }

  /// A real number.
  mutating func append(_ value: Double) {
    value.write(to: &self)
    bytes.append(0x20)
  }

  /// A whole number.
  mutating func append(_ value: Int) {
    if 0..<10 ~= value {
      bytes.append(0x30 + UInt8(value))
    } else {
      bytes.append(contentsOf: String(value).utf8)
    }
    bytes.append(0x20)
  }

  /// The blank behind the last value becomes the end of the line.
  mutating func endLine() { bytes[bytes.count - 1] = 0x0A }
}
