internal import COpenBLAS

extension LinearAlgebra {
  /// The `count` largest eigenvalues, descending, and their eigenvectors (the columns) of a symmetric
  /// matrix, without the cost of all the others.
  ///
  /// Throws: `NumericalError` when an element is not finite or LAPACK's dsyevr does not converge;
  /// `Stopped`.
  public static func largestEigenpairs(
    _ a: Matrix, count: Int
  ) throws -> (values: [Double], vectors: Matrix) {
    precondition(a.rows == a.columns, "the matrix must be square")
    precondition(count >= 0 && count <= a.rows, "not more eigenvalues than rows")
    guard count > 0 else { return ([], Matrix(rows: a.rows, columns: 0)) }
    if let bad = a.elements.firstIndex(where: { !$0.isFinite }) {
      throw NumericalError(
        "largest eigenvalues: element (\(bad / a.columns), \(bad % a.columns)) is "
          + "\(a.elements[bad])")
    }
    return try Interruptible.run(operations: 2 * cube(a.rows)) {
      try plainLargestEigenpairs(a, count: count)
    }
  }

  private static func plainLargestEigenpairs(
    _ a: Matrix, count: Int
  ) throws -> (values: [Double], vectors: Matrix) {
    var n = Int32(a.rows)
    var leading = n
    var (first, last) = (n - Int32(count) + 1, n)
    var (low, high, tolerance) = (0.0, 0.0, 0.0)
    var elements = a.elements
    var found: Int32 = 0
    var values = [Double](repeating: 0, count: a.rows)
    var vectors = [Double](repeating: 0, count: a.rows * count)
    var support = [Int32](repeating: 0, count: 2 * count)
    var (work, integers) = ([0.0], [Int32(0)])
    var (size, integerSize, info): (Int32, Int32, Int32) = (-1, -1, 0)
    for pass in 0..<2 {
      dsyevr_(
        "V", "I", "U", &n, &elements, &leading, &low, &high, &first, &last, &tolerance, &found,
        &values, &vectors, &leading, &support, &work, &size, &integers, &integerSize, &info)
      if pass == 0 {
        (size, integerSize) = (Int32(work[0]), integers[0])
        work = Array(repeating: 0, count: Int(size))
        integers = Array(repeating: 0, count: Int(integerSize))
      }
    }
    guard info == 0, found == Int32(count) else {
      throw NumericalError("dsyevr did not converge on a \(n) x \(n) matrix (info = \(info))")
    }
    // Fortran's columns, ascending, are our rows.
    let ascending = Matrix(rows: count, columns: a.rows, elements: vectors)
    return (
      values.prefix(count).reversed(),
      ascending.selecting(rows: (0..<count).reversed()).transpose
    )
  }
}
