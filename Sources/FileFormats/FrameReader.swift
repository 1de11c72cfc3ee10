public import Geometry

/// Something that frames come from, one after the other.
public protocol FrameSource: AnyObject {
  /// The next frame; nil at the end.
  func next() throws -> Frame?
  /// The species of the next frame, one a particle, for who wants nothing else; nil at the end. What is
  /// wrong with the rest of the frame may stay unseen.
  func nextSpecies() throws -> [String]?
  /// What was doubtful in the frames read so far, one line for each kind.
  var warnings: [String] { get }
  /// What was assumed of the frames read so far, where the file could have meant something else: the
  /// order of quaternions, full lengths or half of them.
  var assumptions: [String] { get }
}

extension FrameSource {
  /// Those of the whole frame.
  public func nextSpecies() throws -> [String]? { try next()?.species }
}

/// Reads frames from a file of any format.
public final class FrameReader: FrameSource {
  /// The path as it was given.
  public let path: String
  /// The number of frames read so far: the index of the next one.
  public private(set) var frameIndex = 0
  private let source: any FrameSource
  private let options: ReadOptions
  private var points: PointParticles
  private var suspects = WarningCollector()
  private var assigned = AssumptionList()
  private var unmetTypes: Set<String>

  private init(path: String, source: any FrameSource, options: ReadOptions) {
    self.path = path
    self.source = source
    self.options = options
    points = PointParticles(path: path, options: options)
    unmetTypes = Set(options.types.values)
  }

  /// Opens a file; the format follows from the ending of its name, `-` is extended XYZ from
  /// standard input.
  ///
  /// Throws: `DataError` for an unknown ending or when there is no such file; `InvalidInput` for
  /// options that contradict themselves.
  public static func open(
    _ path: String, options: ReadOptions = ReadOptions()
  ) throws -> FrameReader {
    try options.validate()
    let format = try FrameFormat.toRead(path)
    guard let read = format.read else {
      throw DataError(.unknownFormat, file: path, message: "\(format.name) is only written")
    }
    return FrameReader(path: path, source: try read(path, options), options: options)
  }

  /// The next frame; nil at the end.
  ///
  /// Throws: `DataError` that names frame, line and value.
  public func next() throws -> Frame? {
    guard var frame = try source.next() else { return nil }
    if !options.columns.isEmpty {
      points.begin(frame: frameIndex)
      do {
        let roles = ColumnRoles(options: options)
        for text in try roles.apply(to: &frame, points: &points) { assigned.add(text) }
      } catch let error as InvalidInput {
        throw DataError(.badData, file: path, frame: frameIndex, message: error.description)
      }
    }
    if !unmetTypes.isEmpty { unmetTypes.subtract(frame.species) }
    for suspect in ColumnRoles.suspects(in: frame) {
      suspects.add(suspect.text, "\(path): frame \(frameIndex): \(suspect.text)")
    }
    frameIndex += 1
    return frame
  }

  /// The species of the next frame, one a particle; nil at the end. Where the format allows it, nothing
  /// else of the frame is read, and what is wrong with the rest stays unseen.
  ///
  /// Throws: `DataError` that names frame, line and value.
  public func nextSpecies() throws -> [String]? {
    guard options.columns.isEmpty else { return try next()?.species }
    guard let species = try source.nextSpecies() else { return nil }
    frameIndex += 1
    return species
  }

  /// What was doubtful in the frames read so far, one line for each kind: what the format's reader
  /// found, columns that look like orientations or shapes and were not taken, and types that were
  /// named and never met.
  public var warnings: [String] {
    var texts = source.warnings + points.warnings.texts + suspects.texts
    let unmet = options.types.filter { unmetTypes.contains($0.value) }.keys.sorted()
    if frameIndex > 0, !unmet.isEmpty {
      texts.append("\(path): no particle is of type \(unmet.joined(separator: ", "))")
    }
    return texts
  }

  /// What was assumed of the frames read so far, one line for each kind.
  public var assumptions: [String] { source.assumptions + assigned.texts }
}

/// Assumptions, each once, in the order in which they were made.
struct AssumptionList {
  private(set) var texts: [String] = []

  mutating func add(_ text: String) {
    if !texts.contains(text) { texts.append(text) }
  }
}

/// Warnings, of each kind the first and the number of the others.
struct WarningCollector {
  private var found: [(kind: String, text: String, count: Int)] = []

  mutating func add(_ kind: String, _ text: @autoclosure () -> String) {
    if let index = found.firstIndex(where: { $0.kind == kind }) {
      found[index].count += 1
    } else {
      found.append((kind, text(), 1))
    }
  }

  /// One line for each kind.
  var texts: [String] {
    found.map { $0.count == 1 ? $0.text : "\($0.text) (and \($0.count - 1) more like it)" }
  }
}
