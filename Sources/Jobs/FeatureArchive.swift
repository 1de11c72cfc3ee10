internal import FileFormats
internal import Mathematics

/// A `.npz` file of features under way: rows are written as they come.
///
/// Arrays: `features` (samples x properties), `frame` and further labels of the samples, one integer
/// array for each label of the properties, `hyperparameters`.
final class FeatureArchive {
  private let writer: NumPyArchiveWriter
  private let properties: IndexTable
  private let sampleNames: [String]
  private var frames: [Int] = []
  private var samples: [[Int]]

  /// The number of rows so far.
  var rowCount: Int { frames.count }
  /// The number of columns.
  var columnCount: Int { properties.count }

  /// Throws: `DataError` when the file cannot be created.
  init(_ path: String, properties: IndexTable, sampleNames: [String]) throws {
    self.properties = properties
    self.sampleNames = sampleNames
    samples = Array(repeating: [], count: sampleNames.count)
    writer = try NumPyArchiveWriter(path)
    try writer.beginMatrix("features", columns: properties.count)
  }

  /// Some rows, and what they are besides their frame.
  struct Rows: Sendable {
    let values: [Double]
    let count: Int
    let samples: IndexTable?

    /// The rows one by one, of so many columns each.
    func rows(of columns: Int) -> [ArraySlice<Double>] {
      (0..<count).map { values[$0 * columns..<($0 + 1) * columns] }
    }
  }

  /// Adds the rows of a frame.
  func add(_ rows: Rows, frame: Int) throws {
    try writer.append(rows: rows.values)
    frames += Array(repeating: frame, count: rows.count)
    for (k, name) in sampleNames.enumerated() { samples[k] += rows.samples?.column(name) ?? [] }
  }

  /// Writes the labels and makes the file appear.
  func finish(description: String) throws {
    try writer.endMatrix()
    try writer.add("frame", NumPyArray(frames))
    for (k, name) in sampleNames.enumerated() where !name.hasPrefix("shift_") {
      try writer.add(name, NumPyArray(samples[k]))
    }
    if let a = sampleNames.firstIndex(of: "shift_a") {
      let shifts = frames.indices.flatMap { row in (0..<3).map { samples[a + $0][row] } }
      try writer.add("shift", NumPyArray(shape: [frames.count, 3], values: .int64(shifts)))
    }
    for name in properties.names {
      try writer.add(name, NumPyArray(properties.column(name) ?? []))
    }
    try writer.add("hyperparameters", NumPyArray(description))
    try writer.commit()
  }
}

extension FeatureArchive.Rows {
  /// All rows of a block.
  init(_ block: LabelledBlock) {
    self.init(values: block.values.elements, count: block.values.rows, samples: block.samples)
  }
}
