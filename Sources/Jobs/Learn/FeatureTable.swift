import FileFormats
import Learning
public import Mathematics

/// The features of a `.npz` archive as `featurize` writes it, or any matrix of one.
public struct FeatureTable: Sendable {
  /// As it was named: `FILE.npz`, or `FILE.npz:ARRAY`.
  public let name: String
  /// Samples by properties.
  public let values: Matrix
  /// The frame of every sample; nil for an archive that does not say.
  public let frames: [Int]?
  /// The particle of every sample, where samples are particles.
  public let particles: [Int]?
  /// How the features were made, where the archive says.
  public let hyperparameters: String?

  /// Reads the array `features`, or the one named after a colon; also the features of a `.h5` or `.mts` file.
  ///
  /// Throws: `DataError` when the archive or the array cannot be read, or is no matrix of numbers.
  public init(contentsOf name: String) throws {
    let (path, key) = TableFormat.split(name)
    if [.h5, .mts].contains(TableFormat(path: path)) {
      let source = try FeatureSource(path)
      self.init(
        name: name,
        values: Matrix(
          rows: source.rowCount, columns: source.columnCount,
          elements: try source.rows(0, source.rowCount)),
        frames: source.frames,
        particles: source.sampleNames.firstIndex(of: "particle").map { source.labels[$0] },
        hyperparameters: source.description)
      return
    }
    let archive = try NumPyArchive(contentsOf: path)
    try self.init(name, archive, key, values: Self.matrix(archive, key ?? "features"))
  }

  /// Reads what the samples are, and leaves the matrix itself where it is: as many rows of no columns.
  ///
  /// Throws: `DataError` when the archive cannot be read, or the array is no matrix that can be read in
  /// blocks.
  init(labelsOf name: String) throws {
    let (path, key) = TableFormat.split(name)
    let stream = try NumPyMatrixStream(contentsOf: path, key ?? "features")
    try self.init(
      name, NumPyArchive(contentsOf: path), key,
      values: Matrix(rows: stream.rows, columns: 0, elements: []))
  }

  private init(_ name: String, _ archive: NumPyArchive, _ key: String?, values: Matrix) throws {
    self.name = name
    self.values = values
    let path = archive.path
    let isFeatures = key == nil || key == "features"
    let rows = values.rows
    // Labels of samples belong to `features`, and to every other array of as many rows.
    func label(_ name: String) throws -> [Int]? {
      guard archive.contains(name) else { return nil }
      let list = try archive[name].integers
      return isFeatures || list?.count == rows ? list : nil
    }
    (frames, particles) = (try label("frame"), try label("particle"))
    hyperparameters =
      isFeatures && archive.contains("hyperparameters")
      ? try archive["hyperparameters"].strings?.first : nil
    for (label, list) in [("frame", frames), ("particle", particles)] {
      if let list, list.count != values.rows {
        throw DataError(
          .badData, file: path,
          message: "\(values.rows) rows of features and \(list.count) entries of '\(label)'")
      }
    }
  }

  private init(
    name: String, values: Matrix, frames: [Int]?, particles: [Int]?,
    hyperparameters: String? = nil
  ) {
    (self.name, self.values, self.frames) = (name, values, frames)
    (self.particles, self.hyperparameters) = (particles, hyperparameters)
  }

  /// The columns of all tables beside each other; how they were made is not known then.
  ///
  /// Throws: `DataError` for tables of other samples.
  func joined(with others: [FeatureTable]) throws -> FeatureTable {
    guard !others.isEmpty else { return self }
    for other in others {
      guard other.values.rows == values.rows else {
        throw DataError(
          .badData, file: other.name,
          message: "\(other.values.rows) rows beside \(values.rows) of \(name)")
      }
      for (mine, theirs) in [(frames, other.frames), (particles, other.particles)] {
        guard let mine, let theirs, mine != theirs else { continue }
        throw DataError(
          .badData, file: other.name, message: "rows of other frames or particles than \(name)")
      }
    }
    let tables = [self] + others
    let width = tables.reduce(0) { $0 + $1.values.columns }
    var elements: [Double] = []
    elements.reserveCapacity(values.rows * width)
    for i in 0..<values.rows { for table in tables { elements += table.values.row(i) } }
    return FeatureTable(
      name: tables.map(\.name).joined(separator: " + "),
      values: Matrix(rows: values.rows, columns: width, elements: elements),
      frames: tables.lazy.compactMap(\.frames).first,
      particles: tables.lazy.compactMap(\.particles).first)
  }

  /// An array of one or two dimensions as a matrix; one dimension is a column. With `isFinite` all of its
  /// numbers must be finite.
  static func matrix(
    _ archive: NumPyArchive, _ key: String, isFinite: Bool = false
  ) throws -> Matrix {
    let array = try archive[key]
    guard let numbers = array.doubles, array.shape.count == 1 || array.shape.count == 2 else {
      throw DataError(
        .badData, file: archive.path,
        message: "array '\(key)' of shape \(array.shape) is no matrix of numbers")
    }
    if isFinite, let place = numbers.firstIndex(where: { !$0.isFinite }) {
      throw DataError(
        .badData, file: archive.path,
        message: "array '\(key)': element \(place) is \(numbers[place]); expected finite numbers")
    }
    let columns = array.shape.count == 2 ? array.shape[1] : 1
    return Matrix(rows: array.shape[0], columns: columns, elements: numbers)
  }

  /// A hash of every row, for splits that do not depend on the other samples.
  public var hashes: [UInt64] {
    (0..<values.rows).map { i in
      var hash = StableHash()
      for value in values.row(i) { hash.combine(value) }
      return hash.value
    }
  }
}
