/// The singular value decomposition of a small matrix in double-double arithmetic.
public enum ExtendedPrecision {
  /// A = W diag(s) V^T for a square matrix given by rows, by one-sided Jacobi rotations (Hestenes):
  /// small singular values keep their relative accuracy. Not sorted.
  ///
  /// Throws: `NumericalError` when an element is not finite or 60 sweeps do not make the columns
  /// orthogonal.
  public static func singularValues(
    _ a: [[DoubleDouble]]
  ) throws -> (w: [[DoubleDouble]], s: [DoubleDouble], v: [[DoubleDouble]]) {
    let n = a.count
    guard a.allSatisfy({ $0.allSatisfy { $0.value.isFinite } }) else {
      throw NumericalError("singular values of a \(n) x \(n) matrix that is not finite")
    }
    // Columns of A V and of V.
    var columns = (0..<n).map { j in (0..<n).map { a[$0][j] } }
    var v = (0..<n).map { j in (0..<n).map { DoubleDouble($0 == j ? 1 : 0) } }
    for _ in 0..<60 {
      var largest = 0.0
      for p in 0..<n {
        for q in (p + 1)..<max(n, p + 1) {
          largest = max(largest, rotate(&columns, &v, p, q))
        }
      }
      if largest < 1e-30 { return factors(columns, v) }
    }
    throw NumericalError("one-sided Jacobi rotations did not converge on a \(n) x \(n) matrix")
  }

  /// Makes columns p and q orthogonal; returns the cosine of the angle they had.
  private static func rotate(
    _ columns: inout [[DoubleDouble]], _ v: inout [[DoubleDouble]], _ p: Int, _ q: Int
  ) -> Double {
    let (alpha, beta) = (dot(columns[p], columns[p]), dot(columns[q], columns[q]))
    let gamma = dot(columns[p], columns[q])
    let scale = (alpha * beta).squareRoot
    guard scale > 0, gamma.magnitude > 0 else { return 0 }
    let cosine = (gamma / scale).magnitude.value
    if cosine < 1e-31 { return cosine }
    let zeta = (beta - alpha) / (gamma + gamma)
    let root = (1 + zeta * zeta).squareRoot
    let t = (zeta < 0 ? -1 : 1) / (zeta.magnitude + root)
    let c = 1 / (1 + t * t).squareRoot
    let s = c * t
    for k in columns[p].indices {
      let (x, y) = (columns[p][k], columns[q][k])
      columns[p][k] = c * x - s * y
      columns[q][k] = s * x + c * y
      let (u, w) = (v[p][k], v[q][k])
      v[p][k] = c * u - s * w
      v[q][k] = s * u + c * w
    }
    return cosine
  }

  private static func dot(_ a: [DoubleDouble], _ b: [DoubleDouble]) -> DoubleDouble {
    var sum: DoubleDouble = 0
    for (x, y) in zip(a, b) { sum += x * y }
    return sum
  }

  /// From the orthogonal columns of A V: W, s and V, the latter two by rows.
  private static func factors(
    _ columns: [[DoubleDouble]], _ v: [[DoubleDouble]]
  ) -> (w: [[DoubleDouble]], s: [DoubleDouble], v: [[DoubleDouble]]) {
    let n = columns.count
    let s = columns.map { dot($0, $0).squareRoot }
    let w = (0..<n).map { i in (0..<n).map { j in s[j] > 0 ? columns[j][i] / s[j] : 0 } }
    return (w, s, (0..<n).map { i in (0..<n).map { j in v[j][i] } })
  }

  /// The Cholesky factor B of a symmetric positive definite matrix, S = B B^T, B lower triangular.
  ///
  /// Throws: `NumericalError` when a pivot is not positive.
  public static func cholesky(_ s: [[DoubleDouble]]) throws -> [[DoubleDouble]] {
    let n = s.count
    var b = [[DoubleDouble]](repeating: Array(repeating: 0, count: n), count: n)
    for i in 0..<n {
      for j in 0...i {
        var sum = s[i][j]
        for k in 0..<j { sum -= b[i][k] * b[j][k] }
        if i == j {
          guard sum > 0 else {
            throw NumericalError(
              "a \(n) x \(n) matrix is not positive definite, even with 32 digits: "
                + "pivot \(i) is \(sum.value)")
          }
          b[i][i] = sum.squareRoot
        } else {
          b[i][j] = sum / b[j][j]
        }
      }
    }
    return b
  }
}
