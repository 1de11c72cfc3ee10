internal import Mathematics

/// One singular value decomposition of the (centred) features X = U S V^T and U^T Y, from which the
/// coefficients of every regularisation follow at the price of a matrix product.
struct RidgeFactorization {
  let featureMeans: [Double]
  let targetMeans: [Double]
  let singularValues: [Double]
  /// Features by rank.
  let right: Matrix
  /// U^T Y: rank by targets.
  let projectedTargets: Matrix

  /// Singular values below max(n, p) ulp s_max are rounding and left out.
  init(_ x: Matrix, _ y: Matrix, intercept: Bool) throws {
    let featureMeans = intercept ? x.columnMeans : Array(repeating: 0, count: x.columns)
    let targetMeans = intercept ? y.columnMeans : Array(repeating: 0, count: y.columns)
    try self.init(
      centred: intercept ? x.subtracting(row: featureMeans) : x,
      intercept ? y.subtracting(row: targetMeans) : y, featureMeans: featureMeans,
      targetMeans: targetMeans, rows: x.rows)
  }

  /// Features and targets without their means, or any others with the same squares and products, of so many
  /// rows.
  init(
    centred x: Matrix, _ y: Matrix, featureMeans: [Double], targetMeans: [Double], rows: Int
  ) throws {
    (self.featureMeans, self.targetMeans) = (featureMeans, targetMeans)
    let (u, s, vTransposed) = try LinearAlgebra.singularValues(x)
    let smallest = Double(max(rows, x.columns)) * Double.ulpOfOne * (s.first ?? 0)
    let rank = s.prefix { $0 > smallest }.count
    singularValues = Array(s.prefix(rank))
    right = vTransposed.selecting(rows: Array(0..<rank)).transpose
    projectedTargets = try LinearAlgebra.product(
      u.prefix(columns: rank), y, transposeA: true)
  }

  /// f(s) of U^T Y -> coefficients in the right singular basis.
  func filter(_ alpha: Double, _ method: RidgeRegression.Method) -> [Double] {
    singularValues.map { s in
      switch method {
      case .tikhonov: s / (s * s + alpha)
      case .cutoff: s > alpha ? 1 / s : 0
      }
    }
  }

  /// Features by targets.
  func coefficients(_ alpha: Double, _ method: RidgeRegression.Method) throws -> Matrix {
    try LinearAlgebra.product(right, projectedTargets.scaling(rows: filter(alpha, method)))
  }

  /// The features of other samples in the right singular basis.
  func projected(_ x: Matrix) throws -> Matrix {
    try LinearAlgebra.product(x.subtracting(row: featureMeans), right)
  }

  /// The predictions for samples given by `projected`.
  func predictions(
    _ projected: Matrix, _ alpha: Double, _ method: RidgeRegression.Method
  ) throws -> Matrix {
    try LinearAlgebra.product(projected, projectedTargets.scaling(rows: filter(alpha, method)))
      .adding(row: targetMeans)
  }
}
