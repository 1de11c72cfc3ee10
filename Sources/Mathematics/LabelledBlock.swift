/// A small table of integers with named columns that labels the rows or columns of a matrix, one row for
/// each (metatensor's `Labels`).
public struct IndexTable: Equatable, Sendable {
  /// The names of the columns: "l", "n_1", "types_neighbor_1".
  public let names: [String]
  /// The rows, each as long as `names`.
  public var rows: [[Int]]

  /// A table with the given rows.
  public init(names: [String], rows: [[Int]] = []) {
    self.names = names
    self.rows = rows
  }

  /// The number of rows.
  public var count: Int { rows.count }

  /// The values of the column of that name; nil if there is none.
  public func column(_ name: String) -> [Int]? {
    names.firstIndex(of: name).map { index in rows.map { $0[index] } }
  }
}

/// A matrix with labels for its rows and columns.
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
