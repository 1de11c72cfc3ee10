internal import FileFormats

/// What is in a NumPy archive.
public struct ArchiveInspection: Sendable {
  /// The arrays: their names, types and shapes, in the order of the file.
  public let arrays: [(name: String, type: String, shape: String)]
  /// What the file says about how its features were computed; nil where it says nothing.
  public let hyperparameters: String?

  /// Reads all arrays.
  ///
  /// Throws: `DataError` where the file or an array cannot be read.
  public init(of input: String) throws {
    let archive = try NumPyArchive(contentsOf: input)
    var text: String?
    arrays = try archive.names.map { name in
      let array = try archive[name]
      if name == "hyperparameters" { text = array.strings?.first }
      let shape = array.shape.map(String.init).joined(separator: " x ")
      return (name, Self.type(of: array.values), shape.isEmpty ? "one value" : shape)
    }
    hyperparameters = text
  }

  private static func type(of values: NumPyArray.Values) -> String {
    switch values {
    case .float64: "float64"
    case .int64: "int64"
    case .int32: "int32"
    case .bool: "bool"
    case .strings: "text"
    }
  }
}
