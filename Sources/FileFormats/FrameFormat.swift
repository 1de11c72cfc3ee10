public import Geometry

/// Something that frames come from, one after the other.
public protocol FrameSource: AnyObject {
  /// The next frame; nil at the end.
  func next() throws -> Frame?
  /// What was doubtful in the frames read so far, one line for each kind.
  var warnings: [String] { get }
}

/// Something that frames go to, one after the other.
public protocol FrameSink: AnyObject {
  /// Adds a frame.
  func write(_ frame: Frame) throws
  /// Makes the output appear; without it nothing does.
  func commit() throws
}

/// A format of files that hold frames. A new one is a file with its reader and writer, and a line
/// in `all`.
public struct FrameFormat: Sendable {
  /// The name for people.
  public let name: String
  /// The endings of file names, in small letters, with the dot.
  public let extensions: [String]
  /// Opens a file for reading; nil when the format is only written.
  public let read: (@Sendable (String) throws -> any FrameSource)?
  /// Opens a file for writing; nil when the format is only read.
  public let write: (@Sendable (String) throws -> any FrameSink)?

  /// All formats, in the order in which `--help` may list them.
  public static let all: [FrameFormat] = [
    .extendedXYZ, .chemiscope, .lammpsDump, .lammpsData, .gsd,
  ]

  /// Extended XYZ, also compressed; `-` is this format too.
  static let extendedXYZ = FrameFormat(
    name: "extended XYZ", extensions: [".xyz", ".extxyz", ".xyz.gz", ".extxyz.gz"],
    read: { try ExtendedXYZReader($0) }, write: { try ExtendedXYZWriter($0) })

  /// The format of a path by its ending.
  ///
  /// Throws: `DataError` (`unknownFormat`) that lists the endings that are known.
  public static func of(_ path: String) throws -> FrameFormat {
    if path == "-" { return .extendedXYZ }
    let name = path.lowercased()
    if let format = all.first(where: { $0.extensions.contains { name.hasSuffix($0) } }) {
      return format
    }
    throw DataError(
      .unknownFormat, file: path,
      message: "the ending of the name tells no format; expected one of "
        + all.flatMap(\.extensions).joined(separator: " "))
  }
}

/// Reads frames from a file of any format.
public final class FrameReader: FrameSource {
  /// The path as it was given.
  public let path: String
  /// The number of frames read so far: the index of the next one.
  public private(set) var frameIndex = 0
  private let source: any FrameSource

  private init(path: String, source: any FrameSource) {
    self.path = path
    self.source = source
  }

  /// Opens a file; the format follows from the ending of its name, `-` is extended XYZ from
  /// standard input.
  ///
  /// Throws: `DataError` for an unknown ending or when there is no such file.
  public static func open(_ path: String) throws -> FrameReader {
    let format = try FrameFormat.of(path)
    guard let read = format.read else {
      throw DataError(.unknownFormat, file: path, message: "\(format.name) is only written")
    }
    return FrameReader(path: path, source: try read(path))
  }

  /// The next frame; nil at the end.
  ///
  /// Throws: `DataError` that names frame, line and value.
  public func next() throws -> Frame? {
    let frame = try source.next()
    if frame != nil { frameIndex += 1 }
    return frame
  }

  /// What was doubtful in the frames read so far, one line for each kind.
  public var warnings: [String] { source.warnings }
}

/// Writes frames to a file of any format.
public final class FrameWriter: FrameSink {
  /// The path as it was given.
  public let path: String
  private let sink: any FrameSink

  private init(path: String, sink: any FrameSink) {
    self.path = path
    self.sink = sink
  }

  /// Opens a file; the format follows from the ending of its name, `-` is extended XYZ to standard
  /// output. Nothing appears under the name before `commit()`.
  ///
  /// Throws: `DataError` for an unknown ending or when the file cannot be created.
  public static func create(_ path: String) throws -> FrameWriter {
    let format = try FrameFormat.of(path)
    guard let write = format.write else {
      throw DataError(.unknownFormat, file: path, message: "\(format.name) is only read")
    }
    return FrameWriter(path: path, sink: try write(path))
  }

  /// Adds a frame.
  public func write(_ frame: Frame) throws { try sink.write(frame) }

  /// Makes the file appear; without it nothing does.
  public func commit() throws { try sink.commit() }
}
