internal import Foundation

/// What is believed of files: no size that a file announces is used before it is compared with what is
/// really there, and what no honest file needs is refused.
enum InputLimits {
  /// Bytes of a line of text; a header with a million numbers has a third of it.
  static let line = 1 << 26
  /// Lines without any text that follow each other.
  static let blankLines = 1_000_000
  /// Values in a row of text.
  static let rowWidth = 1_000_000
  /// Elements that take no bytes, and entries of an axis of an array without elements.
  static let emptyElements = 1_000_000
  /// How deeply the literals of a header may be nested; NumPy needs four levels.
  static let nesting = 16
  /// Bytes that anything may unpack to, however small it is: more must be less than `ratio` times what
  /// it is unpacked from. Text of simulations has a ratio of 3 to 10, arrays of zeros 1,000.
  static let unpacked = 1 << 28
  /// How many times its size something may unpack to.
  static let ratio = 200

  /// What is wrong with data that unpack to so many bytes; nil when nothing is.
  static func problem(unpacked: Int, from packed: Int) -> String? {
    guard unpacked > Self.unpacked, unpacked / ratio >= max(1, packed) else { return nil }
    return "\(packed) bytes unpack to \(unpacked) or more; beyond \(Self.unpacked) bytes at most "
      + "\(ratio) times the packed size is taken: unpack the file first, if it is what you mean"
  }
}
