internal import FileFormats
internal import Mathematics

/// A file of features under way: rows, and derivatives where they are wanted, are written as they come.
protocol FeatureArchive: AnyObject {
  /// The number of rows so far.
  var rowCount: Int { get }
  /// The number of columns.
  var columnCount: Int { get }

  /// Adds the rows of a frame.
  ///
  /// Throws: `DataError` when writing fails.
  func add(_ rows: FeatureRows, frame: Int) throws

  /// Writes the labels and makes the file appear.
  ///
  /// Throws: `DataError` when writing fails.
  func finish(description: String, gradients: SpooledGradients?) throws
}

/// Derivatives of features that wait on disk: which row of the features and which particle each of their rows
/// belongs to, and the values.
struct SpooledGradients {
  var samples: [Int]
  var particles: [Int]
  var spools: [FeatureSettings.Gradient: SpooledRows]
}

/// The archives that features are written to, by the ending of the name.
enum FeatureArchives {
  /// The formats, for options and errors.
  static let formats: [TableFormat] = [.npz, .mts, .h5, .csv]

  /// Throws: `DataError` when the file cannot be created.
  static func create(
    _ path: String, properties: IndexTable, sampleNames: [String]
  ) throws -> any FeatureArchive {
    switch try TableFormat.writing(path, formats) {
    case .npz:
      try NumPyFeatureArchive(path, properties: properties, sampleNames: sampleNames)
    case .mts:
      try TensorFeatureArchive(path, properties: properties, sampleNames: sampleNames)
    case .h5: try HDF5FeatureArchive(path, properties: properties, sampleNames: sampleNames)
    case .csv: try TextFeatureArchive(path, properties: properties, sampleNames: sampleNames)
    }
  }
}

/// Some rows, and what they are besides their frame.
struct FeatureRows: Sendable {
  let values: [Double]
  let count: Int
  let samples: IndexTable?

  init(values: [Double], count: Int, samples: IndexTable?) {
    (self.values, self.count, self.samples) = (values, count, samples)
  }

  /// All rows of a block.
  init(_ block: LabelledBlock) {
    self.init(values: block.values.elements, count: block.values.rows, samples: block.samples)
  }

  /// The rows one by one, of so many columns each.
  func rows(of columns: Int) -> [ArraySlice<Double>] {
    (0..<count).map { values[$0 * columns..<($0 + 1) * columns] }
  }
}

/// What samples are: their frames and further labels.
struct SampleLabels {
  let names: [String]
  private(set) var frames: [Int] = []
  private(set) var others: [[Int]]

  init(_ names: [String]) {
    self.names = names
    others = Array(repeating: [], count: names.count)
  }

  mutating func add(_ rows: FeatureRows, frame: Int) {
    frames += Array(repeating: frame, count: rows.count)
    for (k, name) in names.enumerated() { others[k] += rows.samples?.column(name) ?? [] }
  }
}

/// A `.npz` file of features.
///
/// Arrays: `features` (samples x properties), `frame` and further labels of the samples, one integer
/// array for each label of the properties, `hyperparameters`; with derivatives `gradient_positions`,
/// `gradient_orientations`, `gradient_cell`, `gradient_sample`, `gradient_particle`.
final class NumPyFeatureArchive: FeatureArchive {
  private let writer: NumPyArchiveWriter
  private let properties: IndexTable
  /// Labels of the samples wait on disk: there are as many as rows.
  private let labels: [(name: String, columns: [String], spool: ByteSpool)]

  private(set) var rowCount = 0
  var columnCount: Int { properties.count }

  /// Throws: `DataError` when the file cannot be created.
  init(_ path: String, properties: IndexTable, sampleNames: [String]) throws {
    self.properties = properties
    let shifts = sampleNames.filter { $0.hasPrefix("shift_") }
    let single = ["frame"] + sampleNames.filter { !$0.hasPrefix("shift_") }
    let arrays = single.map { ($0, [$0]) } + (shifts.isEmpty ? [] : [("shift", shifts)])
    labels = arrays.map { ($0.0, $0.1, ByteSpool(beside: path)) }
    writer = try NumPyArchiveWriter(path)
    try writer.beginMatrix("features", columns: properties.count)
  }

  func add(_ rows: FeatureRows, frame: Int) throws {
    try writer.append(rows: rows.values)
    for (name, columns, spool) in labels {
      if name == "frame" {
        try spool.append(values: Array(repeating: frame, count: rows.count))
      } else if let samples = rows.samples {
        let lists = columns.map { samples.column($0) ?? [] }
        try spool.append(values: (0..<rows.count).flatMap { row in lists.map { $0[row] } })
      }
    }
    rowCount += rows.count
  }

  func finish(description: String, gradients: SpooledGradients?) throws {
    try writer.endMatrix()
    for (name, columns, spool) in labels {
      let shape = columns.count == 1 ? [rowCount] : [rowCount, columns.count]
      try writer.add(name, integers: spool, shape: shape)
    }
    for name in properties.names {
      try writer.add(name, NumPyArray(properties.column(name) ?? []))
    }
    try writer.add("hyperparameters", NumPyArray(description))
    if let gradients {
      try writer.add("gradient_sample", NumPyArray(gradients.samples))
      try writer.add("gradient_particle", NumPyArray(gradients.particles))
      for kind in FeatureSettings.Gradient.allCases {
        guard let spool = gradients.spools[kind] else { continue }
        let shape =
          kind == .cell
          ? [rowCount, 3, 3, columnCount] : [gradients.samples.count, 3, columnCount]
        try writer.add("gradient_\(kind.rawValue)", spool, shape: shape)
      }
    }
    try writer.commit()
  }
}

/// A `.mts` file of features, as metatensor and featomic have them: one block whose samples are systems
/// (and atoms), with derivatives as its gradients `positions`, `orientations` (samples `sample`,
/// `system`, `atom`; component `xyz`) and `strain` (samples `sample`; components `xyz_1`, `xyz_2`).
final class TensorFeatureArchive: FeatureArchive {
  private let writer: TensorMapWriter
  private let properties: IndexTable
  private var labels: SampleLabels

  var rowCount: Int { labels.frames.count }
  var columnCount: Int { properties.count }

  /// Throws: `DataError` when the file cannot be created.
  init(_ path: String, properties: IndexTable, sampleNames: [String]) throws {
    self.properties = properties
    labels = SampleLabels(sampleNames)
    writer = try TensorMapWriter(path, columns: properties.count)
  }

  func add(_ rows: FeatureRows, frame: Int) throws {
    try writer.append(rows: rows.values)
    labels.add(rows, frame: frame)
  }

  func finish(description: String, gradients: SpooledGradients?) throws {
    let others = ["particle": "atom", "types_center": "center_type"]
    let samples = TensorLabels(
      names: ["system"] + labels.names.map { others[$0] ?? $0 },
      values: labels.frames.indices.flatMap { row in
        [Int32(labels.frames[row])] + labels.others.map { Int32($0[row]) }
      })
    try writer.finish(
      samples: samples,
      properties: TensorLabels(
        names: properties.names, values: properties.rows.flatMap { $0.map { Int32($0) } }),
      gradients: gradients.map(blocks) ?? [], info: ["hyperparameters": description])
  }

  private func blocks(_ gradients: SpooledGradients) -> [TensorMapWriter.Gradient] {
    let particles = TensorLabels(
      names: ["sample", "system", "atom"],
      values: zip(gradients.samples, gradients.particles).flatMap { sample, particle in
        [Int32(sample), Int32(labels.frames[sample]), Int32(particle)]
      })
    return FeatureSettings.Gradient.allCases.compactMap { kind in
      guard let spool = gradients.spools[kind] else { return nil }
      if kind == .cell {
        return TensorMapWriter.Gradient(
          name: "strain", samples: TensorLabels("sample", range: rowCount),
          components: [TensorLabels("xyz_1", range: 3), TensorLabels("xyz_2", range: 3)],
          values: spool)
      }
      return TensorMapWriter.Gradient(
        name: kind.rawValue, samples: particles, components: [TensorLabels("xyz", range: 3)],
        values: spool)
    }
  }
}
