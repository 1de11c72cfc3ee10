/// Row and column arithmetic of matrices.
extension Matrix {
  /// One column.
  public init(column: [Double]) {
    self.init(rows: column.count, columns: 1, elements: column)
  }

  /// The mean of every column; zeros for a matrix without rows.
  public var columnMeans: [Double] {
    var sums = [Double](repeating: 0, count: columns)
    for i in 0..<rows {
      for j in 0..<columns { sums[j] += self[i, j] }
    }
    return rows == 0 ? sums : sums.map { $0 / Double(rows) }
  }

  /// The sum of squares of every row.
  public var squaredRowNorms: [Double] {
    (0..<rows).map { i in row(i).reduce(0) { $0 + $1 * $1 } }
  }

  /// sqrt(sum of the squares of all elements).
  public var frobeniusNorm: Double {
    elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// `offset` added to every row.
  public func adding(row offset: [Double]) -> Matrix {
    precondition(offset.count == columns, "one number for each column")
    var result = self
    for i in 0..<rows {
      for j in 0..<columns { result[i, j] += offset[j] }
    }
    return result
  }

  /// `offset` subtracted from every row.
  public func subtracting(row offset: [Double]) -> Matrix { adding(row: offset.map { -$0 }) }

  /// Column j multiplied by `factors[j]`.
  public func scaling(columns factors: [Double]) -> Matrix {
    precondition(factors.count == columns, "one factor for each column")
    var result = self
    for i in 0..<rows {
      for j in 0..<columns { result[i, j] *= factors[j] }
    }
    return result
  }

  /// Row i multiplied by `factors[i]`.
  public func scaling(rows factors: [Double]) -> Matrix {
    precondition(factors.count == rows, "one factor for each row")
    var result = self
    for i in 0..<rows {
      for j in 0..<columns { result[i, j] *= factors[i] }
    }
    return result
  }

  /// The first `count` columns.
  public func prefix(columns count: Int) -> Matrix { selecting(columns: Array(0..<count)) }

  /// Zeros appended so that there are `count` columns.
  public func padded(toColumns count: Int) -> Matrix {
    precondition(count >= columns, "padding cannot take columns away")
    var result = Matrix(rows: rows, columns: count)
    for i in 0..<rows {
      for j in 0..<columns { result[i, j] = self[i, j] }
    }
    return result
  }

  /// `value` added to every element of the diagonal.
  public func addingToDiagonal(_ value: Double) -> Matrix {
    var result = self
    for i in 0..<min(rows, columns) { result[i, i] += value }
    return result
  }

  /// The sum, element by element.
  public static func + (a: Matrix, b: Matrix) -> Matrix { zip(a, b, +) }

  /// The difference, element by element.
  public static func - (a: Matrix, b: Matrix) -> Matrix { zip(a, b, -) }

  /// Every element multiplied.
  public static func * (a: Matrix, factor: Double) -> Matrix {
    Matrix(rows: a.rows, columns: a.columns, elements: a.elements.map { $0 * factor })
  }

  private static func zip(
    _ a: Matrix, _ b: Matrix, _ operation: (Double, Double) -> Double
  ) -> Matrix {
    precondition(a.rows == b.rows && a.columns == b.columns, "shapes must agree")
    var result = a
    for k in result.elements.indices {
      result.elements[k] = operation(a.elements[k], b.elements[k])
    }
    return result
  }
}
