// Small matrices are worked on here and not by OpenBLAS, which picks its kernels by the processor: their
// sums run in another order on another machine. What is generated, and the order parameters of frames,
// have the same bytes everywhere.

extension LinearAlgebra {
  /// Up to so many rows.
  static let smallest = 16

  /// Eigenvalues in ascending order and eigenvectors (the columns) of a small symmetric matrix, by cyclic
  /// Jacobi rotations (H. Rutishauser, Numer. Math. 9, 1 (1966), DOI 10.1007/BF02165223).
  static func smallSymmetricEigen(_ matrix: Matrix) throws -> (values: [Double], vectors: Matrix) {
    let n = matrix.rows
    var a = matrix
    for p in 0..<n { for q in 0..<p { a[p, q] = a[q, p] } }
    var v = Matrix(rows: n, columns: n)
    for k in 0..<n { v[k, k] = 1 }
    for _ in 0..<60 {
      var isDiagonal = true
      for p in 0..<n {
        for q in (p + 1)..<max(n, p + 1) where a[p, q] != 0 {
          let (x, y, z) = (a[p, p], a[q, q], a[p, q])
          // Far below the last digit of both diagonal elements.
          if abs(x) + abs(z) / 64 == abs(x), abs(y) + abs(z) / 64 == abs(y) {
            (a[p, q], a[q, p]) = (0, 0)
            continue
          }
          isDiagonal = false
          let theta = (y - x) / (2 * z)
          let root = (1 + theta * theta).squareRoot()
          let t = (theta < 0 ? -1 : 1) / (abs(theta) + root)
          let c = 1 / (1 + t * t).squareRoot()
          rotate(&a, &v, p, q, sine: t * c, cosine: c)
          (a[p, q], a[q, p]) = (0, 0)
          (a[p, p], a[q, q]) = (x - t * z, y + t * z)
        }
      }
      if isDiagonal {
        let order = (0..<n).sorted { (a[$0, $0], $0) < (a[$1, $1], $1) }
        var vectors = Matrix(rows: n, columns: n)
        for (k, from) in order.enumerated() { for i in 0..<n { vectors[i, k] = v[i, from] } }
        return (order.map { a[$0, $0] }, vectors)
      }
    }
    throw NumericalError("Jacobi rotations did not converge on a \(n) x \(n) matrix")
  }

  /// Turns the axes p and q: other rows and columns of `a`, and columns of `v`.
  private static func rotate(
    _ a: inout Matrix, _ v: inout Matrix, _ p: Int, _ q: Int, sine s: Double, cosine c: Double
  ) {
    for i in 0..<a.rows {
      let (x, y) = (v[i, p], v[i, q])
      (v[i, p], v[i, q]) = (c * x - s * y, s * x + c * y)
      guard i != p, i != q else { continue }
      let (f, g) = (a[i, p], a[i, q])
      (a[i, p], a[i, q]) = (c * f - s * g, s * f + c * g)
      (a[p, i], a[q, i]) = (a[i, p], a[i, q])
    }
  }

  /// X with A X = B for a small symmetric positive definite A, by Cholesky's factorisation A = L L^T.
  static func smallPositiveDefiniteSolution(_ a: Matrix, _ b: Matrix) throws -> Matrix {
    let n = a.rows
    var l = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0...i {
        var sum = a[i, j]
        for k in 0..<j { sum -= l[i, k] * l[j, k] }
        if i > j {
          l[i, j] = sum / l[j, j]
        } else {
          guard sum > 0 else {
            throw NumericalError(
              "a \(n) x \(n) matrix is not positive definite: its leading minor \(i + 1) is not")
          }
          l[i, i] = sum.squareRoot()
        }
      }
    }
    var x = b
    for column in 0..<b.columns {
      for i in 0..<n {
        for k in 0..<i { x[i, column] -= l[i, k] * x[k, column] }
        x[i, column] /= l[i, i]
      }
      for i in stride(from: n - 1, through: 0, by: -1) {
        for k in (i + 1)..<max(n, i + 1) { x[i, column] -= l[k, i] * x[k, column] }
        x[i, column] /= l[i, i]
      }
    }
    return x
  }
}
