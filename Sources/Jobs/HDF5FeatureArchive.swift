internal import FileFormats
internal import Mathematics

/// A `.h5` file of features, with the arrays of the `.npz` archive under the same names, all of which can grow
/// along their first axis: `features` (samples x properties, in compressed chunks), `frame` and further labels
/// of the samples, one array for each label of the properties, the texts `property_names` (their order) and
/// `hyperparameters`, derivatives.
///
/// Rows are written as they come; no more than some chunks are in memory.
final class HDF5FeatureArchive: FeatureArchive {
  private let writer: HDF5Writer
  private let properties: IndexTable
  private let sampleNames: [String]
  private let isAppending: Bool
  private(set) var rowCount = 0
  var columnCount: Int { properties.count }

  /// A new file.
  ///
  /// Throws: `DataError` when the file cannot be created.
  init(_ path: String, properties: IndexTable, sampleNames: [String]) throws {
    (self.properties, self.sampleNames, isAppending) = (properties, sampleNames, false)
    writer = try HDF5Writer(path)
    try writer.makeReals("features", row: [properties.count])
    for name in ["frame"] + labels { try writer.makeIntegers(name) }
    if hasShifts { try writer.makeIntegers("shift", row: [3]) }
  }

  /// An existing file, whose rows stay and to which rows of the same form are added.
  ///
  /// Throws: `DataError` for a file of other features.
  init(
    appendingTo existing: String, properties: IndexTable, sampleNames: [String],
    description: String
  ) throws {
    (self.properties, self.sampleNames, isAppending) = (properties, sampleNames, true)
    let source = try FeatureSource(existing)
    guard source.properties == properties, source.sampleNames == sampleNames else {
      throw DataError(
        .badData, file: existing,
        message:
          "\(source.properties.count) columns with labels of their own, which are not those of "
          + "the features to add (\(properties.count) columns)")
    }
    guard try !source.hasGradients else {
      throw DataError(
        .badData, file: existing, message: "a file with derivatives, to which no rows are added")
    }
    if let known = source.description {
      let differences = try FeatureSettings.differences(known, description)
      guard differences.isEmpty else {
        throw DataError(
          .badData, file: existing,
          message: "features of other settings: \(differences.joined(separator: "; "))")
      }
    }
    writer = try HDF5Writer(existing, appendingTo: existing)
  }

  /// Labels of samples that are columns of their own.
  private var labels: [String] { sampleNames.filter { !$0.hasPrefix("shift_") } }
  private var hasShifts: Bool { sampleNames.contains("shift_a") }

  func add(_ rows: FeatureRows, frame: Int) throws {
    try writer.append(rows.values, to: "features")
    try writer.append(Array(repeating: frame, count: rows.count), to: "frame")
    for name in labels { try writer.append(rows.samples?.column(name) ?? [], to: name) }
    if hasShifts, let samples = rows.samples {
      let columns = ["shift_a", "shift_b", "shift_c"].map { samples.column($0) ?? [] }
      try writer.append((0..<rows.count).flatMap { row in columns.map { $0[row] } }, to: "shift")
    }
    rowCount += rows.count
  }

  func finish(description: String, gradients: SpooledGradients?) throws {
    if !isAppending {
      for name in properties.names {
        try writer.makeIntegers(name)
        try writer.append(properties.column(name) ?? [], to: name)
      }
      // HDF5 lists arrays by the alphabet: their order is kept as a text.
      try writer.write(properties.names.joined(separator: ","), to: "property_names")
      try writer.write(description, to: "hyperparameters")
    }
    if let gradients {
      for (name, values) in [
        ("gradient_sample", gradients.samples), ("gradient_particle", gradients.particles),
      ] {
        try writer.makeIntegers(name)
        try writer.append(values, to: name)
      }
      for kind in FeatureSettings.Gradient.allCases {
        guard let spool = gradients.spools[kind] else { continue }
        let name = "gradient_\(kind.rawValue)"
        try writer.makeReals(name, row: kind == .cell ? [3, 3, columnCount] : [3, columnCount])
        try writer.append(spool, to: name)
      }
    }
    try writer.commit()
  }
}

/// A `.csv` table of features: the labels of the samples, then a column for each property, which is called by
/// its labels: `l=2 n_1=0 types_neighbor_1=1 ...`. It holds neither description nor derivatives.
final class TextFeatureArchive: FeatureArchive {
  private let file: OutputFile
  private let sampleNames: [String]
  let columnCount: Int
  private(set) var rowCount = 0

  /// Throws: `DataError` when the file cannot be created.
  init(_ path: String, properties: IndexTable, sampleNames: [String]) throws {
    self.sampleNames = sampleNames
    columnCount = properties.count
    file = try OutputFile(path)
    let names = properties.rows.map { row in
      zip(properties.names, row).map { "\($0)=\($1)" }.joined(separator: " ")
    }
    try file.write((["frame"] + sampleNames + names).joined(separator: ",") + "\n")
  }

  func add(_ rows: FeatureRows, frame: Int) throws {
    for (k, values) in rows.rows(of: columnCount).enumerated() {
      let labels = [frame] + (rows.samples?.rows[k] ?? [])
      let cells = labels.map { "\($0)" } + values.map { "\($0)" }
      try file.write(cells.joined(separator: ",") + "\n")
      rowCount += 1
    }
  }

  func finish(description: String, gradients: SpooledGradients?) throws { try file.commit() }
}
