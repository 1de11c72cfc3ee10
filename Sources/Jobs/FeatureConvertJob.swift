internal import FileFormats
internal import Geometry
internal import Mathematics

/// Writes features in another format: `.npz`, `.mts` and `.h5` into each other and into `.csv`, with labels,
/// description and derivatives as far as the format has them. Rows of `.h5` files pass in blocks.
public struct FeatureConvertJob: Job {
  /// The features.
  public let input: String
  /// Where they go.
  public let output: String

  /// Numbers that are in memory at a time, where the input allows it.
  private static let blockSize = 1 << 20

  /// Throws: `DataError` for endings that are no formats of features; `InvalidInput` for settings that are
  /// of frames.
  public init(input: String, output: String, settings: ConvertSettings) throws {
    (self.input, self.output) = (input, output)
    _ = try TableFormat.writing(output, FeatureArchives.formats)
    var plain = ConvertSettings()
    plain.reading = settings.reading
    guard settings == plain else {
      throw InvalidInput(
        "options", value: "of frames (shapes, frames, map)",
        expected: "none for \(input), a file of features")
    }
  }

  /// Whether these are features rather than frames, by the endings.
  public static func converts(_ input: String) -> Bool {
    [.npz, .mts, .h5].contains(TableFormat(path: input))
  }

  /// Writes all rows.
  ///
  /// Throws: `DataError` for what cannot be read or written.
  public func run(_ context: JobContext) throws -> JobReport {
    let source = try FeatureSource(input)
    let width = source.properties.count
    guard width > 0 else {
      throw DataError(
        .badData, file: input, message: "no labels of the columns, which features must have")
    }
    let archive = try FeatureArchives.create(
      output, properties: source.properties, sampleNames: source.sampleNames)
    let step = max(1, Self.blockSize / width)
    for first in stride(from: 0, to: source.rowCount, by: step) {
      let count = min(step, source.rowCount - first)
      let values = try source.rows(first, count)
      for row in 0..<count {
        let samples =
          source.sampleNames.isEmpty
          ? nil
          : IndexTable(
            names: source.sampleNames, rows: [source.labels.map { $0[first + row] }])
        try archive.add(
          FeatureRows(
            values: Array(values[row * width..<(row + 1) * width]), count: 1, samples: samples),
          frame: source.frames?[first + row] ?? first + row)
      }
      context.progress(
        JobProgress(
          task: "convert \(input)", done: first + count, total: source.rowCount, unit: "rows"))
    }
    if source.frames == nil {
      context.warning("\(input) does not say which frames its rows are; they are counted from 0")
    }
    let isTable = TableFormat(path: output) == .csv
    if isTable {
      var lost = [source.description == nil ? nil : "how the features were made"]
      lost.append(try source.hasGradients ? "their derivatives" : nil)
      let words = lost.compactMap { $0 }
      if !words.isEmpty {
        context.warning("\(output): a table has no place for \(words.joined(separator: " and "))")
      }
    }
    try archive.finish(
      description: source.description ?? "{}",
      gradients: isTable ? nil : source.gradients(beside: output))
    return JobReport(
      what: "features", amount: "\(source.rowCount) x \(width)", output: output)
  }
}
