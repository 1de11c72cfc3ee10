/// The formats of files that hold tables of numbers, as `FrameFormat` has those of frames. A new one is a case
/// here; the compiler then names every place that reads or writes tables.
public enum TableFormat: String, CaseIterable, Sendable {
  /// Comma-separated values with a line of heads.
  case csv
  /// An archive of NumPy arrays.
  case npz
  /// Blocks of metatensor: features.
  case mts
  /// A file of HDF5: features.
  case h5

  /// The endings of file names, in small letters, with the dot.
  public var extensions: [String] { self == .h5 ? [".h5", ".hdf5"] : [".\(rawValue)"] }

  /// What it is, for people.
  public var name: String {
    switch self {
    case .csv: "comma-separated values"
    case .npz: "NumPy archive"
    case .mts: "metatensor"
    case .h5: "HDF5"
    }
  }

  /// What it carries, in one line.
  public var summary: String {
    switch self {
    case .csv:
      "tables of numbers: order, contacts, observables, predictions; features without description"
    case .npz: "features, models, predictions: arrays for NumPy, with labels and description"
    case .mts: "features with labels and derivatives, for metatensor and featomic"
    case .h5: "features in compressed chunks, for h5py and sets larger than the memory"
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
