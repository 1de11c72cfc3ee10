internal import FileFormats
internal import Foundation
public import Geometry

/// What is known of the files of a recipe before anything is made: those that stand on the disk are looked
/// at, and of those that are to be made one frame stands for all.
public struct Forecast: Sendable {
  /// What is in a file.
  public enum Content: Sendable {
    /// Frames of which one is known.
    case frames(Frame, count: Int)
    /// A table with these columns.
    case table([String], rows: Int)
    /// An archive of features; with `particles` a row belongs to a particle or pair.
    case features(rows: Int, columns: Int, particles: Bool)
    /// Something else.
    case other
  }

  private var known: [String: Content] = [:]
  /// How many threads the work has.
  public let threads: Int

  /// Nothing is made yet.
  public init(threads: Int) { self.threads = threads }

  /// A file will have this content.
  public mutating func add(_ path: String, _ content: Content) { known[path] = content }

  /// What will be in a file; nil for one that nobody makes and that is not on the disk.
  ///
  /// Throws: `DataError` where a file on the disk cannot be read.
  public mutating func content(of name: String) throws -> Content? {
    let (path, array) = TableFormat.split(name)
    if let content = known[path] { return content }
    guard FilePath.exists(path) else { return nil }
    let content = try Self.onDisk(path, array: array)
    known[path] = content
    return content
  }

  /// The frames of a file, of which `frames` are wanted.
  ///
  /// Throws: `DataError` (`noInput`) where there is no such file; (`badData`) where it has none.
  mutating func frames(
    of path: String, _ wanted: Range<Int>? = nil
  ) throws -> (sample: Frame, count: Int) {
    guard let content = try content(of: path) else {
      throw DataError(.noInput, file: path, message: "no such file, and no step before makes it")
    }
    guard case .frames(let sample, let count) = content else {
      throw DataError(.badData, file: path, message: "frames are needed here")
    }
    let range = (wanted ?? 0..<count)
    guard range.upperBound == Int.max || range.upperBound <= count else {
      throw DataError(
        .badData, file: path,
        message: "frames \(range.lowerBound):\(range.upperBound) were asked for; there are \(count)"
      )
    }
    return (sample, range.clamped(to: 0..<count).count)
  }

  private static func onDisk(_ path: String, array: String?) throws -> Content {
    switch TableFormat(path: path) {
    case .csv:
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw DataError(.noInput, file: path, message: "cannot be read as a table")
      }
      let lines = text.split(separator: "\n")
      let heads = lines.first?.split(separator: ",").map(String.init) ?? []
      return .table(heads, rows: max(0, lines.count - 1))
    case .npz, .h5, .mts:
      guard let table = try? FeatureTable(contentsOf: array.map { "\(path):\($0)" } ?? path) else {
        return .other
      }
      return .features(
        rows: table.values.rows, columns: table.values.columns, particles: table.particles != nil)
    case nil:
      guard (try? FrameFormat.toRead(path)) != nil else { return .other }
      let reader = try FrameReader.open(path)
      guard let first = try reader.next() else {
        throw DataError(.badData, file: path, message: "no frames")
      }
      var count = 1
      while try reader.next() != nil { count += 1 }
      return .frames(first, count: count)
    }
  }
}

/// What a job would make.
public struct JobForecast: Sendable {
  /// What: "nematic frames".
  public var what: String
  /// How much of it: "100 frames x 128 particles".
  public var amount: String
  /// The file; nil where there is none.
  public var output: String?
  /// Its size in bytes, roughly; nil where nobody knows.
  public var bytes: Double?
  /// How long it takes in seconds, roughly; nil where nobody knows.
  public var seconds: Double?

  /// What is known.
  public init(
    _ what: String, amount: String = "", output: String?, bytes: Double? = nil,
    seconds: Double? = nil
  ) {
    (self.what, self.amount, self.output) = (what, amount, output)
    (self.bytes, self.seconds) = (bytes, seconds)
  }
}

/// A job that can tell what it would make without making it.
public protocol ForecastingJob: Job {
  /// What would be made; `forecast` learns of its files. One frame is worked on in memory, nothing is
  /// written.
  ///
  /// Throws: `DataError` and `InvalidInput` for what would fail; `UnknownKey` for a key that the targets do
  /// not have.
  func forecast(_ forecast: inout Forecast) throws -> JobForecast
}

/// A key of targets that will not be there.
public struct UnknownKey: Error, CustomStringConvertible {
  /// The option that it was given to: `target`.
  public let option: String
  /// What is to be said.
  public let description: String
}

extension Forecast {
  /// The result of work on one frame, and its time in seconds; short work is done twice, so that the
  /// first call of everything does not count.
  static func measured<Result>(_ body: () throws -> Result) rethrows -> (Result, Double) {
    func once() throws -> (Result, Double) {
      let start = ContinuousClock.now
      let result = try body()
      let time = start.duration(to: .now).components
      return (result, Double(time.seconds) + 1e-18 * Double(time.attoseconds))
    }
    let first = try once()
    return first.1 > 0.2 ? first : try once()
  }

  /// The time of so many frames, one of which takes `seconds` on one thread.
  func time(_ seconds: Double, frames: Int) -> Double {
    seconds * Double(frames) / Double(max(1, min(threads, frames)))
  }

  /// The bytes of frames as extended XYZ, all as long as this one; other formats need about half.
  static func bytes(_ frame: Frame, count: Int, path: String) -> Double {
    let text = Double(count) * Double((try? ExtendedXYZWriter.text(of: frame).count) ?? 0)
    // gzip halves such digits.
    let isText = [".xyz", ".extxyz", "-"].contains { path.hasSuffix($0) }
    return isText ? text : text / 2
  }

  /// The seconds that it takes to read the text of frames and to write text and numbers: 60, 40 and 100 MB a
  /// second.
  static func transfer(
    reading frame: Frame? = nil, count: Int = 0, text: Double = 0, numbers: Double = 0
  ) -> Double {
    let read = frame.map { bytes($0, count: count, path: "-") } ?? 0
    return read / 60e6 + text / 40e6 + numbers / 100e6
  }

  /// Throws: `UnknownKey` for a key that the file with the targets will not have.
  mutating func check(_ keys: [String], option: String, of path: String) throws {
    let names: [String]
    switch try content(of: path) {
    case nil:
      throw DataError(.noInput, file: path, message: "no such file, and no step before makes it")
    case .frames(let frame, _):
      names = frame.labels.names + frame.columns.map(\.name)
    case .table(let columns, _): names = columns
    case .features, .other: return
    }
    for key in keys where !names.contains(key) {
      throw UnknownKey(
        option: option,
        description:
          "there is no '\(key)' in \(path); it will have \(names.joined(separator: ", "))")
    }
  }
}
