import FileFormats
public import Mathematics

/// Numbers with names of their columns, and what their rows belong to, as a `.csv` table or as a
/// `.npz` archive.
public struct ResultTable: Sendable {
  /// Integer columns that say what a row is: `frame`, `particle`.
  public var labels: [(name: String, values: [Int])]
  /// The names of the columns.
  public var names: [String]
  /// Rows by columns.
  public var values: Matrix

  /// From the parts.
  public init(labels: [(name: String, values: [Int])], names: [String], values: Matrix) {
    self.labels = labels
    self.names = names
    self.values = values
  }

  /// The frame and particle of the samples of a feature table; samples are counted where it does not
  /// say.
  public static func labels(of features: FeatureTable) -> [(name: String, values: [Int])] {
    guard let frames = features.frames else {
      return [("sample", Array(0..<features.values.rows))]
    }
    return [("frame", frames)] + (features.particles.map { [("particle", $0)] } ?? [])
  }

  /// Writes by the ending of the name; `-` prints the table.
  ///
  /// Throws: `DataError` when the ending is neither or the output cannot be written; `Stopped`.
  public func write(to path: String) throws {
    switch try TableFormat.writing(path) {
    // `writing` gives no others here.
    case .csv, .mts, .h5:
      let output = try OutputFile(path)
      try output.write((labels.map(\.name) + names).joined(separator: ",") + "\n")
      for i in 0..<values.rows {
        try StopRequest.check()
        let row = labels.map { "\($0.values[i])" } + values.row(i).map { "\($0)" }
        try output.write(row.joined(separator: ",") + "\n")
      }
      try output.commit()
    case .npz:
      let writer = try NumPyArchiveWriter(path)
      for label in labels { try writer.add(label.name, NumPyArray(label.values)) }
      try writer.add("names", NumPyArray(names))
      try writer.add("values", values)
      try writer.commit()
    }
  }
}
