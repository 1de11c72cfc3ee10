internal import Foundation

/// What is wrong with a file that somebody named: which file, where in it, and what is there.
///
/// Its description is one clear line:
/// `set.xyz: frame 3, line 17: quaternion (w, x, y, z) is (0.0, 0.0, 0.0, 0.0); expected ...`.
public struct DataError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The kinds that a program may want to tell apart.
  public enum Kind: Equatable, Sendable {
    /// The input cannot be opened.
    case noInput
    /// The input was read, and what it says cannot be used.
    case badData
    /// The output cannot be created.
    case cannotCreate
    /// Another process works on the output.
    case busy
    /// The ending of the name tells no format that could be used.
    case unknownFormat
    /// Reading or writing failed on the way, as when the disk is full.
    case inputOutput
  }

  /// The kind of trouble.
  public let kind: Kind
  /// The file as it was named; `-` stands for standard input or output.
  public let file: String
  /// The frame, counted from 0, where one is concerned.
  public let frame: Int?
  /// The line of the file, counted from 1, where one is concerned.
  public let line: Int?
  /// The trouble in words, without file, frame and line.
  public let message: String

  /// An error of that kind in that file.
  public init(
    _ kind: Kind, file: String, frame: Int? = nil, line: Int? = nil, message: String
  ) {
    self.kind = kind
    self.file = file
    self.frame = frame
    self.line = line
    self.message = message
  }

  /// The exit code of sysexits.h: 64 wrong usage (an unknown format), 65 bad data, 66 no such
  /// input, 73 cannot create, 74 input/output.
  public var exitCode: Int32 {
    switch kind {
    case .unknownFormat: 64
    case .badData: 65
    case .noInput: 66
    case .cannotCreate, .busy: 73
    case .inputOutput: 74
    }
  }

  /// One line: file, frame, line, message.
  public var description: String {
    var place: [String] = []
    if let frame { place.append("frame \(frame)") }
    if let line { place.append("line \(line)") }
    let prefix = place.isEmpty ? "" : place.joined(separator: ", ") + ": "
    return "\(file): \(prefix)\(message)"
  }

  /// An error of the system: the message is the text that belongs to `errno`.
  static func system(_ kind: Kind, file: String, errno code: Int32) -> DataError {
    DataError(kind, file: file, message: String(cString: strerror(code)))
  }
}
