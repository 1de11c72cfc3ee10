public import Geometry

/// Something that frames go to, one after the other.
public protocol FrameSink: AnyObject {
  /// Adds a frame.
  func write(_ frame: Frame) throws
  /// Makes the output appear; without it nothing does.
  func commit() throws
  /// What the frames written so far had and the format has no place for.
  var losses: [FormatLoss] { get }
}

/// For whom a file is written, where programs want different things of one format.
public struct WriteOptions: Equatable, Sendable {
  /// A program that will read the file.
  public enum Program: String, CaseIterable, Codable, Sendable {
    /// ASE, and all that read extended XYZ as ASE does. Species that are no elements are `X`, with
    /// their names in the column `species_name`.
    case ase
    /// OVITO: species by their own names, and `orientation` and `aspherical_shape` beside `c_q` and
    /// `c_diameter`, so that ellipsoids are shown.
    case ovito
  }

  /// The program; extended XYZ is the format where it matters.
  public var program: Program

  /// For ASE, unless told otherwise.
  public init(for program: Program = .ase) { self.program = program }
}

/// Writes frames to a file of any format.
public final class FrameWriter: FrameSink {
  /// The path as it was given.
  public let path: String
  /// The format by the ending of the path.
  public let format: FrameFormat
  private let sink: any FrameSink

  private init(path: String, format: FrameFormat, sink: any FrameSink) {
    self.path = path
    self.format = format
    self.sink = sink
  }

  /// Opens a file; the format follows from the ending of its name, `-` is extended XYZ to standard
  /// output. Nothing appears under the name before `commit()`.
  ///
  /// Throws: `DataError` for an unknown ending or when the file cannot be created.
  public static func create(
    _ path: String, options: WriteOptions = WriteOptions()
  ) throws -> FrameWriter {
    let format = try FrameFormat.toWrite(path)
    guard let write = format.write else {
      throw DataError(.unknownFormat, file: path, message: "\(format.name) is only read")
    }
    return FrameWriter(path: path, format: format, sink: try write(path, options))
  }

  /// Adds a frame.
  public func write(_ frame: Frame) throws { try sink.write(frame) }

  /// Makes the file appear; without it nothing does.
  public func commit() throws { try sink.commit() }

  /// What the frames written so far had and the format has no place for; complete after `commit()`.
  public var losses: [FormatLoss] { sink.losses }

  /// The losses as one line; nil when there are none.
  public var lossWarning: String? {
    losses.isEmpty
      ? nil
      : "\(path): \(format.name) has no place for "
        + losses.map(\.description).joined(separator: "; ")
  }
}
