/// A dense matrix of doubles, rows after each other.
@frozen
public struct Matrix: Equatable, Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The elements, row by row: element (i, j) is `elements[i * columns + j]`.
  public var elements: [Double]

  /// All elements zero.
  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, elements: Array(repeating: 0, count: rows * columns))
  }

  /// From the elements, row by row.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(elements.count == rows * columns, "elements must fill the matrix")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// From rows of equal length.
  public init(_ rows: [[Double]]) {
    precondition(rows.allSatisfy { $0.count == rows[0].count }, "rows must be of equal length")
    self.init(rows: rows.count, columns: rows.first?.count ?? 0, elements: rows.flatMap { $0 })
  }

  /// The unit matrix.
  public static func identity(_ n: Int) -> Matrix {
    var m = Matrix(rows: n, columns: n)
    for i in 0..<n { m[i, i] = 1 }
    return m
  }

  /// The element of row `row` and column `column`, both from 0.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  /// The elements of row `i`.
  public func row(_ i: Int) -> ArraySlice<Double> {
    elements[i * columns..<(i + 1) * columns]
  }

  /// The elements of column `j`.
  public func column(_ j: Int) -> [Double] { (0..<rows).map { self[$0, j] } }

  /// The rows with these indices, in this order.
  public func selecting(rows indices: [Int]) -> Matrix {
    var result = [Double]()
    result.reserveCapacity(indices.count * columns)
    for i in indices { result += row(i) }
    return Matrix(rows: indices.count, columns: columns, elements: result)
  }

  /// The columns with these indices, in this order.
  public func selecting(columns indices: [Int]) -> Matrix {
    var result = Matrix(rows: rows, columns: indices.count)
    for i in 0..<rows {
      for (j, source) in indices.enumerated() { result[i, j] = self[i, source] }
    }
    return result
  }

  /// The transposed matrix.
  public var transpose: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for i in 0..<rows {
      for j in 0..<columns { result[j, i] = self[i, j] }
    }
    return result
  }
}
