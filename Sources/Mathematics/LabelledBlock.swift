/// Names of integer labels and one row of values a sample or property: a small table as metatensor's
/// `Labels`.
public struct IndexTable: Equatable, Sendable {
  /// The names of the columns: "l", "n_1", "types_neighbor_1".
  public let names: [String]
  /// One row an entry, each as long as `names`.
  public var rows: [[Int]]

  /// A table with the given rows.
  public init(names: [String], rows: [[Int]] = []) {
    self.names = names
    self.rows = rows
  }

  /// The number of rows.
  public var count: Int { rows.count }

  /// The values of the column of that name.
  public func column(_ name: String) -> [Int]? {
    names.firstIndex(of: name).map { index in rows.map { $0[index] } }
  }
}

/// A matrix whose rows and columns say what they are.
public struct LabelledBlock: Equatable, Sendable {
  /// What each row is.
  public var samples: IndexTable
  /// What each column is.
  public let properties: IndexTable
  /// Samples x properties.
  public var values: Matrix

  /// A block of `samples.count` rows and `properties.count` columns.
  public init(samples: IndexTable, properties: IndexTable, values: Matrix) {
    precondition(values.rows == samples.count && values.columns == properties.count)
    self.samples = samples
    self.properties = properties
    self.values = values
  }
}
