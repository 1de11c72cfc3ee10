internal import FileFormats

/// What is in an archive of arrays: NumPy's, or a file of HDF5 or metatensor.
public struct ArchiveInspection: Sendable {
  /// The arrays: their names, types and shapes, in the order of the file.
  public let arrays: [(name: String, type: String, shape: String)]
  /// What the file says about how its features were computed; nil where it says nothing.
  public let hyperparameters: String?

  /// Reads all arrays.
  ///
  /// Throws: `DataError` where the file or an array cannot be read.
  public init(of input: String) throws {
    switch TableFormat(path: input) {
    case .h5: try self.init(hdf5: input)
    case .mts: try self.init(metatensor: input)
    default: try self.init(numPy: input)
    }
  }

  /// Shapes alone are read, not the arrays.
  private init(hdf5 input: String) throws {
    let reader = try HDF5Reader(input)
    arrays = reader.arrays.map { array in
      let type =
        switch array.kind {
        case .real(let bytes): "float\(8 * bytes)"
        case .integer(let bytes): "int\(8 * bytes)"
        case .text: "text"
        case .other: "no array"
        }
      return (array.name, type, Self.shape(array.shape))
    }
    hyperparameters =
      reader.array("hyperparameters") == nil ? nil : try reader.text("hyperparameters")
  }

  /// A row for the keys, and for each block one with its key, and one for each of its gradients.
  private init(metatensor input: String) throws {
    let map = try TensorMap(contentsOf: input)
    func labels(_ labels: TensorLabels) -> String {
      "\(labels.count) (\(labels.names.joined(separator: ", ")))"
    }
    func axes(_ block: TensorBlock) -> String {
      ([block.samples] + block.components + [block.properties]).map(labels).joined(separator: " x ")
    }
    var found = [(name: "keys", type: "labels", shape: labels(map.keys))]
    for (k, block) in map.blocks.enumerated() {
      let key = zip(map.keys.names, map.keys[k]).map { "\($0)=\($1)" }.joined(separator: " ")
      found.append(("block \(k): \(key)", "float64", axes(block)))
      for name in try TensorMap.gradientNames(ofBlock: k, in: input) {
        found.append(
          (
            "block \(k), gradient \(name)", "float64",
            axes(try TensorBlock(gradient: name, ofBlock: k, in: input))
          ))
      }
    }
    arrays = found
    hyperparameters = map.info["hyperparameters"]
  }

  private static func shape(_ shape: [Int]) -> String {
    shape.isEmpty ? "one value" : shape.map(String.init).joined(separator: " x ")
  }

  private init(numPy input: String) throws {
    let archive = try NumPyArchive(contentsOf: input)
    var text: String?
    arrays = try archive.names.map { name in
      // Of large matrices nothing but the header is read.
      if let matrix = try? NumPyMatrixStream(contentsOf: input, name) {
        return (name, "float64", Self.shape([matrix.rows, matrix.columns]))
      }
      let array = try archive[name]
      if name == "hyperparameters" { text = array.strings?.first }
      return (name, Self.type(of: array.values), Self.shape(array.shape))
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
