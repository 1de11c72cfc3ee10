internal import COpenBLAS

/// What went wrong in a numerical routine, with the values that caused it.
public struct NumericalError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The routine, what went wrong, and the values.
  public let description: String

  /// `description` names the routine and the values.
  public init(_ description: String) { self.description = description }
}

/// Dense linear algebra through OpenBLAS and its LAPACK; small eigenproblems and equations by ways of our
/// own, with the same bits on every processor.
public enum LinearAlgebra {
  /// How many threads OpenBLAS itself may use. Set 1 inside parallel regions of ours.
  public static func setThreads(_ count: Int) { openblas_set_num_threads(Int32(count)) }

  /// op(A) op(B), with op the transposition where asked for.
  public static func multiply(
    _ a: Matrix, _ b: Matrix, transposeA: Bool = false, transposeB: Bool = false
  ) -> Matrix {
    let m = transposeA ? a.columns : a.rows
    let k = transposeA ? a.rows : a.columns
    let n = transposeB ? b.rows : b.columns
    precondition(k == (transposeB ? b.columns : b.rows), "inner dimensions must agree")
    var result = Matrix(rows: m, columns: n)
    guard m > 0, n > 0, k > 0 else { return result }
    // Fortran sees the transposed matrices: C^T = op(B)^T op(A)^T.
    var (rowCount, columnCount, inner) = (Int32(n), Int32(m), Int32(k))
    var (leadingA, leadingB, one, zero) = (Int32(a.columns), Int32(b.columns), 1.0, 0.0)
    var leadingC = rowCount
    dgemm_(
      transposeB ? "T" : "N", transposeA ? "T" : "N", &rowCount, &columnCount, &inner, &one,
      b.elements, &leadingB, a.elements, &leadingA, &zero, &result.elements, &leadingC)
    return result
  }

  /// op(A) op(B) as `multiply` has it, in work that may be told to stop.
  ///
  /// Throws: `Stopped`.
  public static func product(
    _ a: Matrix, _ b: Matrix, transposeA: Bool = false, transposeB: Bool = false
  ) throws -> Matrix {
    let width = Double(transposeB ? b.rows : b.columns)
    return try Interruptible.run(operations: 2 * Double(a.elements.count) * width) {
      multiply(a, b, transposeA: transposeA, transposeB: transposeB)
    }
  }

  /// Eigenvalues in ascending order and eigenvectors (the columns) of a symmetric matrix.
  ///
  /// Throws: `NumericalError` when an element is not finite or LAPACK's dsyevd does not converge;
  /// `Stopped`.
  public static func symmetricEigen(
    _ a: Matrix
  ) throws -> (values: [Double], vectors: Matrix) {
    precondition(a.rows == a.columns, "the matrix must be square")
    guard a.rows > 0 else { return ([], a) }
    try requireFinite(a, "symmetric eigenvalues")
    if a.rows <= smallest { return try smallSymmetricEigen(a) }
    return try Interruptible.run(operations: 4 * cube(a.rows)) { try largeSymmetricEigen(a) }
  }

  private static func largeSymmetricEigen(
    _ a: Matrix
  ) throws -> (values: [Double], vectors: Matrix) {
    var n = Int32(a.rows)
    var work = [0.0]
    var integers: [Int32] = [0]
    var (query, info): (Int32, Int32) = (-1, 0)
    var values = [Double](repeating: 0, count: a.rows)
    var vectors = a.elements
    var leading = n
    dsyevd_("V", "U", &n, &vectors, &leading, &values, &work, &query, &integers, &query, &info)
    var size = Int32(work[0])
    var integerSize = integers[0]
    work = Array(repeating: 0, count: Int(size))
    integers = Array(repeating: 0, count: Int(integerSize))
    dsyevd_(
      "V", "U", &n, &vectors, &leading, &values, &work, &size, &integers, &integerSize, &info)
    guard info == 0 else {
      throw NumericalError("dsyevd did not converge on a \(n) x \(n) matrix (info = \(info))")
    }
    // Fortran's columns are our rows.
    return (values, Matrix(rows: a.rows, columns: a.rows, elements: vectors).transpose)
  }

  /// X with A X = B for a symmetric positive definite A, by Cholesky's factorisation.
  ///
  /// Throws: `NumericalError` when an element is not finite, or when A is not positive definite,
  /// with the order of the first minor that is not; `Stopped`.
  public static func solvePositiveDefinite(_ a: Matrix, _ b: Matrix) throws -> Matrix {
    precondition(a.rows == a.columns && a.rows == b.rows, "shapes must agree")
    guard a.rows > 0, b.columns > 0 else { return b }
    try requireFinite(a, "positive definite solution")
    try requireFinite(b, "positive definite solution, right-hand side")
    if a.rows <= smallest { return try smallPositiveDefiniteSolution(a, b) }
    let operations =
      cube(a.rows) / 3 + 2 * Double(a.rows) * Double(a.rows) * Double(b.columns)
    return try Interruptible.run(operations: operations) {
      try largePositiveDefiniteSolution(a, b)
    }
  }

  private static func largePositiveDefiniteSolution(_ a: Matrix, _ b: Matrix) throws -> Matrix {
    var n = Int32(a.rows)
    var leading = n
    var factor = a.elements
    var info: Int32 = 0
    dpotrf_("U", &n, &factor, &leading, &info)
    guard info == 0 else {
      throw NumericalError(
        "a \(n) x \(n) matrix is not positive definite: its leading minor \(info) is not")
    }
    var right = b.transpose.elements
    var rightCount = Int32(b.columns)
    dpotrs_("U", &n, &rightCount, factor, &leading, &right, &leading, &info)
    return Matrix(rows: b.columns, columns: b.rows, elements: right).transpose
  }

  /// The thin singular value decomposition A = U diag(s) V^T, singular values descending.
  ///
  /// Throws: `NumericalError` when an element is not finite or LAPACK's dgesdd does not converge;
  /// `Stopped`.
  public static func singularValues(
    _ a: Matrix
  ) throws -> (u: Matrix, s: [Double], vTransposed: Matrix) {
    let smaller = min(a.rows, a.columns)
    guard smaller > 0 else {
      return (Matrix(rows: a.rows, columns: 0), [], Matrix(rows: 0, columns: a.columns))
    }
    try requireFinite(a, "singular values")
    let operations =
      4 * Double(a.rows) * Double(a.columns) * Double(smaller) + 8 * cube(smaller)
    return try Interruptible.run(operations: operations) { try singularFactors(a) }
  }

  private static func singularFactors(
    _ a: Matrix
  ) throws -> (u: Matrix, s: [Double], vTransposed: Matrix) {
    let smaller = min(a.rows, a.columns)
    // Row-major A is column-major A^T = V S U^T: LAPACK's U is our V.
    var m = Int32(a.columns)
    var n = Int32(a.rows)
    var k = Int32(smaller)
    var elements = a.elements
    var s = [Double](repeating: 0, count: smaller)
    var v = [Double](repeating: 0, count: a.columns * smaller)
    var ut = [Double](repeating: 0, count: smaller * a.rows)
    var leading = m
    var integers = [Int32](repeating: 0, count: 8 * smaller)
    var work = [0.0]
    var size: Int32 = -1
    var info: Int32 = 0
    for _ in 0..<2 {
      dgesdd_(
        "S", &m, &n, &elements, &leading, &s, &v, &m, &ut, &k, &work, &size, &integers, &info)
      if size < 0 {
        size = Int32(work[0])
        work = Array(repeating: 0, count: Int(size))
      }
    }
    guard info == 0 else {
      throw NumericalError("dgesdd did not converge on a \(n) x \(m) matrix (info = \(info))")
    }
    return (
      Matrix(rows: a.rows, columns: smaller, elements: ut), s,
      Matrix(rows: smaller, columns: a.columns, elements: v)
    )
  }

  /// R of A = Q R, with Q^T Q = 1: upper triangular, min(rows, columns) x columns.
  ///
  /// Throws: `NumericalError` when an element is not finite; `Stopped`.
  public static func triangularFactor(_ a: Matrix) throws -> Matrix {
    let smaller = min(a.rows, a.columns)
    guard smaller > 0 else { return Matrix(rows: 0, columns: a.columns) }
    try requireFinite(a, "triangular factor")
    let operations = 2 * Double(a.rows) * Double(a.columns) * Double(smaller)
    return try Interruptible.run(operations: operations) { plainTriangularFactor(a) }
  }

  private static func plainTriangularFactor(_ a: Matrix) -> Matrix {
    let smaller = min(a.rows, a.columns)
    // Row-major A is column-major A^T = L Q^T, with R = L^T.
    var (m, n) = (Int32(a.columns), Int32(a.rows))
    var leading = m
    var elements = a.elements
    var tau = [Double](repeating: 0, count: smaller)
    var work = [0.0]
    var (size, info): (Int32, Int32) = (-1, 0)
    for _ in 0..<2 {
      dgelqf_(&m, &n, &elements, &leading, &tau, &work, &size, &info)
      if size < 0 {
        size = Int32(work[0])
        work = Array(repeating: 0, count: Int(size))
      }
    }
    var factor = Matrix(rows: smaller, columns: a.columns)
    for i in 0..<smaller {
      for j in i..<a.columns { factor[i, j] = elements[i * a.columns + j] }
    }
    return factor
  }

  /// Takes further rows into a triangle: R^T R of the result is that of R and A together (`dtplqt`, a QR
  /// decomposition of [R; A] that leaves the zeros of R alone: 2 rows columns^2 operations).
  ///
  /// R is a square of the size of A's columns, upper triangular, zeros at first.
  ///
  /// Throws: `NumericalError` when an element of A is not finite; `Stopped`, with R as it was.
  public static func update(triangle r: inout Matrix, rows a: Matrix) throws {
    precondition(r.rows == a.columns && r.columns == a.columns, "a triangle of as many columns")
    guard a.rows > 0, a.columns > 0 else { return }
    try requireFinite(a, "triangular factor")
    let (before, width) = (r, Double(a.columns))
    r = try Interruptible.run(operations: 2 * Double(a.rows) * width * width) {
      updated(triangle: before, rows: a)
    }
  }

  private static func updated(triangle r: Matrix, rows a: Matrix) -> Matrix {
    // Row-major R and A are column-major L = R^T and A^T: [L A^T] Q^T = [L' 0].
    var (m, n, trapezoid) = (Int32(a.columns), Int32(a.rows), Int32(0))
    var block = Int32(min(32, a.columns))
    var (leading, other, info) = (m, m, Int32(0))
    var (triangle, rows) = (r.elements, a.elements)
    var reflectors = [Double](repeating: 0, count: Int(block) * a.columns)
    var (size, work) = (block, [Double](repeating: 0, count: Int(block) * a.columns))
    dtplqt_(
      &m, &n, &trapezoid, &block, &triangle, &leading, &rows, &other, &reflectors, &size, &work,
      &info)
    return Matrix(rows: r.rows, columns: r.columns, elements: triangle)
  }

  /// n^3.
  static func cube(_ n: Int) -> Double { Double(n) * Double(n) * Double(n) }

  private static func requireFinite(_ a: Matrix, _ purpose: String) throws {
    if let bad = a.elements.firstIndex(where: { !$0.isFinite }) {
      throw NumericalError(
        "\(purpose): element (\(bad / a.columns), \(bad % a.columns)) is \(a.elements[bad])")
    }
  }
}
