/// A format of files that hold frames. A new one is a file with its reader and writer, and a line
/// in `all`.
public struct FrameFormat: Sendable {
  /// The name for people.
  public let name: String
  /// The endings of file names, in small letters, with the dot.
  public let extensions: [String]
  /// What it is and what of a frame it can hold, in one line.
  public let summary: String
  /// Opens a file for reading; nil when the format is only written.
  public let read: (@Sendable (String, ReadOptions) throws -> any FrameSource)?
  /// Opens a file for writing; nil when the format is only read.
  public let write: (@Sendable (String, WriteOptions) throws -> any FrameSink)?
  /// Whether a file holds one frame and no more.
  public let holdsOneFrame: Bool

  /// A format of one's own; `all` are those that paths are looked up in.
  public init(
    name: String, extensions: [String], summary: String,
    read: (@Sendable (String, ReadOptions) throws -> any FrameSource)?,
    write: (@Sendable (String, WriteOptions) throws -> any FrameSink)?, holdsOneFrame: Bool = false
  ) {
    self.name = name
    self.extensions = extensions
    self.summary = summary
    self.read = read
    self.write = write
    self.holdsOneFrame = holdsOneFrame
  }

  /// All formats, in the order in which `--help` may list them.
  public static let all: [FrameFormat] = [
    .extendedXYZ, .chemiscope, .lammpsDump, .lammpsData, .gsd, .aseTrajectory,
  ]

  /// Extended XYZ, also compressed; `-` is this format too.
  static let extendedXYZ = FrameFormat(
    name: "extended XYZ", extensions: [".xyz", ".extxyz", ".xyz.gz", ".extxyz.gz"],
    summary: "text that holds everything; for ASE, libextxyz, AniSOAP, and OVITO (--for ovito)",
    read: { try ExtendedXYZReader($0, options: $1) },
    write: { try ExtendedXYZWriter($0, options: $1) })

  /// The endings of the formats that are read, or of those that are written.
  public static func extensions(toWrite: Bool) -> [String] {
    all.filter { toWrite ? $0.write != nil : $0.read != nil }.flatMap(\.extensions)
  }

  /// The format of a path by its ending.
  ///
  /// Throws: `DataError` (`unknownFormat`) that lists the endings that are known.
  public static func of(_ path: String) throws -> FrameFormat {
    try of(path, among: all.flatMap(\.extensions))
  }

  /// The format of a file to be read.
  ///
  /// Throws: `DataError` (`unknownFormat`) that lists the endings that are read.
  public static func toRead(_ path: String) throws -> FrameFormat {
    try of(path, among: extensions(toWrite: false))
  }

  /// The format of a file to be written: commands that write frames ask before they begin to work.
  ///
  /// Throws: `DataError` (`unknownFormat`) that lists the endings that are written.
  public static func toWrite(_ path: String) throws -> FrameFormat {
    try of(path, among: extensions(toWrite: true))
  }

  private static func of(_ path: String, among endings: [String]) throws -> FrameFormat {
    if path == "-" { return .extendedXYZ }
    let name = path.lowercased()
    guard let format = all.first(where: { $0.extensions.contains { name.hasSuffix($0) } }) else {
      throw DataError(
        .unknownFormat, file: path,
        message: "the ending of the name tells no format; expected one of "
          + endings.joined(separator: " "))
    }
    guard !Set(endings).isDisjoint(with: format.extensions) else {
      throw DataError(
        .unknownFormat, file: path,
        message: "\(format.name) is only \(format.read == nil ? "written" : "read"); "
          + "expected one of " + endings.joined(separator: " "))
    }
    return format
  }

  /// Refuses an output whose ending promises another format than the one that will be written, as
  /// `features.csv` for a NumPy archive. `-` passes.
  ///
  /// Throws: `DataError` (`unknownFormat`) that lists the endings that are written.
  public static func require(_ path: String, toEndWith endings: [String], for what: String) throws {
    let name = path.lowercased()
    guard path == "-" || endings.contains(where: { name.hasSuffix($0) }) else {
      throw DataError(
        .unknownFormat, file: path,
        message: "\(what) cannot be written under this ending; expected one of "
          + endings.joined(separator: " "))
    }
  }

  /// A table for people: name, endings, whether it is read and written, and the summary.
  ///
  /// Behind the formats of frames come those of tables and features.
  public static var table: String {
    let frames = all.map { format in
      let use =
        switch (format.read != nil, format.write != nil) {
        case (true, true): "read, written"
        case (true, false): "read"
        default: "written"
        }
      return [format.name, format.extensions.joined(separator: " "), use, format.summary]
    }
    let tables = TableFormat.allCases.map { format in
      [format.name, format.extensions.joined(separator: " "), "read, written", format.summary]
    }
    let rows = frames + tables
    let widths = (0..<3).map { k in rows.map { $0[k].count }.max() ?? 0 }
    return rows.map { row in
      (0..<3).map { row[$0] + String(repeating: " ", count: widths[$0] - row[$0].count + 2) }
        .joined() + row[3]
    }.joined(separator: "\n")
  }
}
