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
  init(_ path: String) throws {
    self.path = path
    switch TableFormat(path: path) {
    case .mts:
      let map = try TensorMap(contentsOf: path)
      guard map.blocks.count == 1, let block = map.blocks.first, block.components.isEmpty else {
        throw DataError(
          .badData, file: path,
          message:
            "\(map.blocks.count) blocks, or blocks with components; features are one block of "
            + "samples x properties (mesogen info lists what there is)")
      }
      func columns(_ labels: TensorLabels) -> [(name: String, values: [Int])] {
        labels.names.indices.map { k in
          (
            Self.names[labels.names[k]] ?? labels.names[k],
            (0..<labels.count).map { Int(labels.values[$0 * labels.names.count + k]) }
          )
        }
      }
      let samples = columns(block.samples)
      frames = samples.first { $0.name == "frame" }?.values
      let others = samples.filter { $0.name != "frame" }
      (sampleNames, labels) = (others.map(\.name), others.map(\.values))
      properties = IndexTable(
        names: block.properties.names,
        rows: (0..<block.properties.count).map { block.properties[$0].map { Int($0) } })
      description = map.info["hyperparameters"]
      rowCount = block.samples.count
      storage = .matrix(
        Matrix(rows: rowCount, columns: block.properties.count, elements: block.values))
    case .h5:
      let reader = try HDF5Reader(path)
      guard let features = reader.array("features"), features.shape.count == 2,
        case .real = features.kind
      else {
        throw DataError(.badData, file: path, message: "there is no matrix 'features'")
      }
      let (rows, columns) = (features.shape[0], features.shape[1])
      func list(_ name: String, _ count: Int) throws -> [Int]? {
        guard let array = reader.array(name), array.shape == [count], case .integer = array.kind
        else { return nil }
        return try reader.integers(name)
      }
      frames = try list("frame", rows)
      var (names, values) = ([String](), [[Int]]())
      for name in Self.known {
        if let label = try list(name, rows), name != "types_center" || names.contains("particle") {
          names.append(name)
          values.append(label)
        }
      }
      if let shift = reader.array("shift"), shift.shape == [rows, 3] {
        let all = try reader.integers("shift")
        for k in 0..<3 {
          names.append(["shift_a", "shift_b", "shift_c"][k])
          values.append((0..<rows).map { all[3 * $0 + k] })
        }
      }
      (sampleNames, labels) = (names, values)
      let text = reader.array("hyperparameters") == nil ? nil : try reader.text("hyperparameters")
      description = text
      let candidates = reader.arrays.filter {
        $0.shape == [columns] && !(["frame"] + names).contains($0.name)
          && !$0.name.hasPrefix("gradient_")
      }
      // HDF5 lists by the alphabet.
      let order =
        reader.array("property_names") == nil
        ? candidates.map(\.name)
        : try reader.text("property_names").split(separator: ",").map(String.init)
      let lists = try order.compactMap { name in try list(name, columns).map { (name, $0) } }
      properties = IndexTable(
        names: lists.map(\.0), rows: (0..<columns).map { k in lists.map { $0.1[k] } })
      rowCount = rows
      storage = .file(reader)
    case .npz:
      let archive = try NumPyArchive(contentsOf: path)
      let matrix = try FeatureTable.matrix(archive, "features")
      func list(_ name: String, _ count: Int) throws -> [Int]? {
        guard archive.contains(name) else { return nil }
        let array = try archive[name]
        return array.shape == [count] ? array.integers : nil
      }
      frames = try list("frame", matrix.rows)
      var (names, values) = ([String](), [[Int]]())
      for name in Self.known {
        if let label = try list(name, matrix.rows),
          name != "types_center" || names.contains("particle")
        {
          names.append(name)
          values.append(label)
        }
      }
      if archive.contains("shift"), let all = try archive["shift"].integers,
        all.count == 3 * matrix.rows
      {
        for k in 0..<3 {
          names.append(["shift_a", "shift_b", "shift_c"][k])
          values.append((0..<matrix.rows).map { all[3 * $0 + k] })
        }
      }
      (sampleNames, labels) = (names, values)
      description =
        archive.contains("hyperparameters") ? try archive["hyperparameters"].strings?.first : nil
      var lists: [(String, [Int])] = []
      for name in archive.names
      where !(["frame", "shift"] + names).contains(name) && !name.hasPrefix("gradient_") {
        if let label = try list(name, matrix.columns) { lists.append((name, label)) }
      }
      properties = IndexTable(
        names: lists.map(\.0), rows: (0..<matrix.columns).map { k in lists.map { $0.1[k] } })
      rowCount = matrix.rows
      storage = .matrix(matrix)
    case .csv, nil:
      throw DataError(
        .unknownFormat, file: path, message: "features are read from .npz, .mts or .h5")
    }
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
