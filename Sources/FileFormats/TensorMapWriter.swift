/// Writes a `.mts` file (`TensorMap`) with a single block whose values, a matrix, come row by row, and
/// with gradients of these values.
///
/// metatensor keeps gradients below `blocks/0/gradients/NAME` with samples and components of their own
/// and the properties of the values. The file appears when `finish` is called.
public final class TensorMapWriter {
  /// A gradient: its name and labels, and the values in a spool.
  public struct Gradient {
    let name: String
    let samples: TensorLabels
    let components: [TensorLabels]
    let values: SpooledRows

    /// Values that fill samples x components x properties. The first label of a sample is the row of the
    /// values that it belongs to, named `sample`.
    public init(
      name: String, samples: TensorLabels, components: [TensorLabels], values: SpooledRows
    ) {
      (self.name, self.samples, self.components, self.values) = (name, samples, components, values)
    }
  }

  private let zip: ZipWriter
  private let columns: Int
  private let headerSize: Int
  private var rows = 0

  /// Opens the file, for rows of so many columns.
  ///
  /// Throws: `DataError` when it cannot be created; it cannot go to standard output.
  public init(_ path: String, columns: Int) throws {
    zip = try ZipWriter(path)
    self.columns = columns
    headerSize = NumPyHeader(type: "<f8", shape: [Int.max, columns]).encoded().count
    try zip.begin("blocks/0/values.npy")
    try zip.reserve(headerSize)
  }

  /// Adds one or more rows, after each other.
  ///
  /// Throws: `DataError` when writing fails, as on a full disk.
  public func append(rows values: [Double]) throws {
    precondition(columns > 0 && values.count % columns == 0, "values must fill whole rows")
    try values.withUnsafeBytes { try zip.write($0) }
    rows += values.count / columns
  }

  /// Adds labels, gradients and text; the file appears.
  ///
  /// Throws: `DataError` when writing fails.
  public func finish(
    samples: TensorLabels, properties: TensorLabels, gradients: [Gradient], info: [String: String]
  ) throws {
    precondition(samples.count == rows && properties.count == columns, "labels must fit")
    let header = NumPyHeader(type: "<f8", shape: [rows, columns])
    try zip.end(replacingBeginning: header.encoded(minimumSize: headerSize))
    try zip.add("keys.npy", TensorLabels(names: ["_"], values: [0]).npyBytes())
    try zip.add("blocks/0/samples.npy", samples.npyBytes())
    try zip.add("blocks/0/properties.npy", properties.npyBytes())
    for gradient in gradients {
      let folder = "blocks/0/gradients/\(gradient.name)"
      let shape =
        [gradient.samples.count] + gradient.components.map(\.count) + [properties.count]
      try zip.add("\(folder)/values.npy", gradient.values, shape: shape)
      try zip.add("\(folder)/samples.npy", gradient.samples.npyBytes())
      for (k, component) in gradient.components.enumerated() {
        try zip.add("\(folder)/components/\(k).npy", component.npyBytes())
      }
    }
    if !info.isEmpty { try zip.add("info.json", TensorMap.encoded(info)) }
    try zip.commit()
  }
}

/// Reads the gradient of that name of a block of a `.mts` file.
extension TensorBlock {
  /// Values, samples and components of a gradient; properties are those of the block.
  ///
  /// Throws: `DataError` when there is none or it cannot be read.
  public init(gradient name: String, ofBlock block: Int, in path: String) throws {
    let zip = try ZipReader(path)
    let places = Dictionary(
      zip.members.enumerated().map { ($1, UInt64($0)) }, uniquingKeysWith: { _, last in last })
    func bytes(_ member: String) throws -> [UInt8] {
      guard let place = places[member] else {
        throw DataError(.badData, file: path, message: "there is no '\(member)'")
      }
      return try zip.bytes(of: place)
    }
    let folder = "blocks/\(block)/gradients/\(name)"
    do {
      let array = try NumPyArray(npy: bytes("\(folder)/values.npy"))
      let samples = try TensorLabels(npy: bytes("\(folder)/samples.npy"))
      let properties = try TensorLabels(npy: bytes("blocks/\(block)/properties.npy"))
      let components = try (0..<max(0, array.shape.count - 2)).map {
        try TensorLabels(npy: bytes("\(folder)/components/\($0).npy"))
      }
      let shape = [samples.count] + components.map(\.count) + [properties.count]
      guard let values = array.doubles, array.shape == shape else {
        throw NumPyFormatError("shape \(array.shape); its labels ask for \(shape)")
      }
      self.init(samples: samples, components: components, properties: properties, values: values)
    } catch let error as NumPyFormatError {
      throw DataError(.badData, file: path, message: "'\(folder)': \(error.message)")
    }
  }
}
