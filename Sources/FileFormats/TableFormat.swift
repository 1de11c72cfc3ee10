/// The formats of files that hold tables of numbers, as `FrameFormat` has those of frames. A new one is a case
/// here; the compiler then names every place that reads or writes tables.
public enum TableFormat: String, CaseIterable, Sendable {
  /// Comma-separated values with a line of heads.
  case csv
  /// An archive of NumPy arrays.
  case npz
  /// Blocks of metatensor; features are written to it.
  case mts

  /// The endings of file names, in small letters, with the dot.
  public var extensions: [String] { [".\(rawValue)"] }

  /// What it is, for people.
  public var name: String {
    switch self {
    case .csv: "comma-separated values"
    case .npz: "NumPy archive"
    case .mts: "metatensor"
    }
  }

  /// The format of a path by its ending (`FILE.npz:ARRAY` names an array in an archive); nil for others.
  public init?(path: String) {
    let (file, _) = Self.split(path)
    let name = file.lowercased()
    guard
      let format = Self.allCases.first(where: { $0.extensions.contains { name.hasSuffix($0) } })
    else { return nil }
    self = format
  }

  /// `FILE.npz:ARRAY` into both parts.
  public static func split(_ path: String) -> (file: String, array: String?) {
    guard let colon = path.lastIndex(of: ":"),
      path[..<colon].lowercased().hasSuffix(".\(Self.npz.rawValue)")
    else { return (path, nil) }
    return (String(path[..<colon]), String(path[path.index(after: colon)...]))
  }

  /// The format that a table is written in, of those that are possible; `-` is printed as comma-separated
  /// values where these are possible.
  ///
  /// Throws: `DataError` (`unknownFormat`) for another ending.
  public static func writing(_ path: String, _ possible: [TableFormat] = [.csv, .npz]) throws
    -> TableFormat
  {
    if path == "-", possible.contains(.csv) { return .csv }
    guard let format = TableFormat(path: path), possible.contains(format) else {
      let endings = possible.flatMap(\.extensions).joined(separator: " or ")
      throw DataError(
        .unknownFormat, file: path, message: "this is written as \(endings), by the ending")
    }
    return format
  }
}
