internal import FileFormats
internal import Mathematics

/// A file of features for reading, whatever its format: `.npz`, `.mts` or `.h5` as `featurize` writes them.
/// Rows of a `.h5` file are read as they are asked for; the others are read as a whole.
final class FeatureSource {
  /// The path as it was given.
  let path: String
  /// What each column is.
  let properties: IndexTable
  /// The labels of a sample besides its frame, as `FeatureArchive` has them.
  let sampleNames: [String]
  /// The frame of every row; nil where the file does not say.
  let frames: [Int]?
  /// The further labels of every row, one list for each of the names.
  let labels: [[Int]]
  /// How the features were made; nil where the file does not say.
  let description: String?
  /// The number of rows.
  let rowCount: Int
  /// The number of columns, also where there are no labels of them.
  let columnCount: Int

  private enum Storage {
    case matrix(Matrix)
    case file(HDF5Reader)
  }
  private let storage: Storage

  private static let known = ["particle", "types_center", "first", "second"]
  /// What metatensor calls the labels of samples.
  static let names = ["system": "frame", "atom": "particle", "center_type": "types_center"]

  /// Opens a file by its ending.
  ///
  /// Throws: `DataError` when it cannot be read, or holds no features.
  convenience init(_ path: String) throws {
    switch TableFormat(path: path) {
    case .mts: try self.init(metatensor: path)
    case .h5: try self.init(hdf5: path)
    case .npz: try self.init(numPy: path)
    case .csv, nil:
      throw DataError(
        .unknownFormat, file: path, message: "features are read from .npz, .mts or .h5")
    }
  }

  private init(metatensor path: String) throws {
    let map = try TensorMap(contentsOf: path)
    guard map.blocks.count == 1, let block = map.blocks.first, block.components.isEmpty else {
      throw DataError(
        .badData, file: path,
        message: "\(map.blocks.count) blocks, or blocks with components; features are one block of "
          + "samples x properties (mesogen info lists what there is)")
    }
    self.path = path
    let names = block.samples.names.map { Self.names[$0] ?? $0 }
    let columns = block.samples.names.map { block.samples.column($0) }
    frames = names.firstIndex(of: "frame").map { columns[$0] }
    sampleNames = names.filter { $0 != "frame" }
    labels = zip(names, columns).filter { $0.0 != "frame" }.map(\.1)
    properties = IndexTable(
      names: block.properties.names,
      rows: (0..<block.properties.count).map { block.properties[$0].map { Int($0) } })
    description = map.info["hyperparameters"]
    (rowCount, columnCount) = (block.samples.count, block.properties.count)
    storage = .matrix(Matrix(rows: rowCount, columns: columnCount, elements: block.values))
  }

  private convenience init(hdf5 path: String) throws {
    let reader = try HDF5Reader(path)
    guard let features = reader.array("features"), features.shape.count == 2,
      case .real = features.kind
    else {
      throw DataError(.badData, file: path, message: "there is no matrix 'features'")
    }
    func text(_ name: String) throws -> String? {
      reader.array(name) == nil ? nil : try reader.text(name)
    }
    // HDF5 lists arrays by the alphabet.
    let order = try text("property_names")?.split(separator: ",").map(String.init)
    try self.init(
      path, rows: features.shape[0], columns: features.shape[1],
      names: order ?? reader.arrays.map(\.name), description: text("hyperparameters"),
      storage: .file(reader)
    ) { name, shape in
      guard let array = reader.array(name), array.shape == shape, case .integer = array.kind else {
        return nil
      }
      return try reader.integers(name)
    }
  }

  private convenience init(numPy path: String) throws {
    let archive = try NumPyArchive(contentsOf: path)
    let matrix = try FeatureTable.matrix(archive, "features")
    let description =
      archive.contains("hyperparameters") ? try archive["hyperparameters"].strings?.first : nil
    try self.init(
      path, rows: matrix.rows, columns: matrix.columns, names: archive.names,
      description: description, storage: .matrix(matrix)
    ) { name, shape in
      guard archive.contains(name) else { return nil }
      let array = try archive[name]
      return array.shape == shape ? array.integers : nil
    }
  }

  /// Arrays of a shape by their names: `names` are those that may be labels of the columns, in their order.
  private init(
    _ path: String, rows: Int, columns: Int, names: [String], description: String?,
    storage: Storage, _ integers: (_ name: String, _ shape: [Int]) throws -> [Int]?
  ) throws {
    self.path = path
    frames = try integers("frame", [rows])
    var (found, values) = ([String](), [[Int]]())
    for name in Self.known {
      // Without particles the species of centres is a label of the columns.
      if let label = try integers(name, [rows]),
        name != "types_center" || found.contains("particle")
      {
        found.append(name)
        values.append(label)
      }
    }
    if let shift = try integers("shift", [rows, 3]) {
      for (k, name) in ["shift_a", "shift_b", "shift_c"].enumerated() {
        found.append(name)
        values.append((0..<rows).map { shift[3 * $0 + k] })
      }
    }
    var lists: [(name: String, values: [Int])] = []
    let foreign = ["features", "frame", "shift"] + found
    for name in names where !foreign.contains(name) && !name.hasPrefix("gradient_") {
      if let label = try integers(name, [columns]) { lists.append((name, label)) }
    }
    (sampleNames, labels) = (found, values)
    properties = IndexTable(
      names: lists.map(\.name),
      rows: lists.isEmpty ? [] : (0..<columns).map { k in lists.map { $0.values[k] } })
    self.description = description
    (rowCount, columnCount) = (rows, columns)
    self.storage = storage
  }

  /// Rows of features, after each other.
  ///
  /// Throws: `DataError` when reading fails.
  func rows(_ first: Int, _ count: Int) throws -> [Double] {
    switch storage {
    case .matrix(let matrix):
      let width = matrix.columns
      return Array(matrix.elements[first * width..<(first + count) * width])
    case .file(let reader): return try reader.rows("features", first: first, count: count)
    }
  }

  /// Whether there are derivatives.
  var hasGradients: Bool {
    get throws {
      switch TableFormat(path: path) {
      case .npz: try NumPyArchive(contentsOf: path).contains("gradient_sample")
      case .h5:
        if case .file(let reader) = storage {
          reader.array("gradient_sample") != nil
        } else {
          false
        }
      default:
        try !TensorMap.gradientNames(ofBlock: 0, in: path).isEmpty
      }
    }
  }
}

extension FeatureSource {
  /// Derivatives on their way into another file; nil where there are none.
  ///
  /// Throws: `DataError` when they cannot be read, or a spool not be made beside `output`.
  func gradients(beside output: String) throws -> SpooledGradients? {
    guard try hasGradients else { return nil }
    var found = SpooledGradients(samples: [], particles: [], spools: [:])
    func keep(_ kind: FeatureSettings.Gradient, _ values: some Sequence<Double>) throws {
      let spool = found.spools[kind] ?? SpooledRows(beside: output)
      try spool.append(values)
      found.spools[kind] = spool
    }
    switch TableFormat(path: path) {
    case .npz:
      let archive = try NumPyArchive(contentsOf: path)
      found.samples = try archive["gradient_sample"].integers ?? []
      found.particles = try archive["gradient_particle"].integers ?? []
      for kind in FeatureSettings.Gradient.allCases
      where archive.contains("gradient_\(kind.rawValue)") {
        try keep(kind, archive["gradient_\(kind.rawValue)"].doubles ?? [])
      }
    case .h5:
      guard case .file(let reader) = storage else { return nil }
      found.samples = try reader.integers("gradient_sample")
      found.particles = try reader.integers("gradient_particle")
      for kind in FeatureSettings.Gradient.allCases {
        guard let array = reader.array("gradient_\(kind.rawValue)") else { continue }
        let rows = array.shape.first ?? 0
        for first in stride(from: 0, to: rows, by: 64) {
          try keep(
            kind, reader.rows(array.name, first: first, count: min(64, rows - first)))
        }
      }
    default:
      for name in try TensorMap.gradientNames(ofBlock: 0, in: path) {
        let block = try TensorBlock(gradient: name, ofBlock: 0, in: path)
        let kind = name == "strain" ? .cell : FeatureSettings.Gradient(rawValue: name)
        guard let kind else {
          throw DataError(
            .badData, file: path,
            message: "derivatives by '\(name)', which other formats do not have")
        }
        if kind != .cell {
          found.samples = block.samples.column("sample")
          found.particles = block.samples.column("atom")
        }
        try keep(kind, block.values)
      }
    }
    return found
  }
}
