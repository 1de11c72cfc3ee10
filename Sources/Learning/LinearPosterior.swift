public import Mathematics

/// The spread of the predictions of a ridge regression, as the posterior of the Gaussian model that
/// it is the mean of: noise of variance sigma^2, weights of variance sigma^2 / alpha.
///
///     variance(x) = sigma^2 (1 + 1/n + x^T (X^T X + alpha I)^-1 x),
///     sigma^2     = |Y - X W|^2 / (n - 1 - sum s^2 / (s^2 + alpha)),
///
/// with x and X centred and s the singular values of X; without an intercept there is no 1/n and
/// no - 1.
public struct LinearPosterior: Equatable, Sendable {
  /// The means of the features; zeros without an intercept.
  public let means: [Double]
  /// Right singular vectors of the training features: features by rank.
  public let directions: Matrix
  /// 1 / (s^2 + alpha) along each of them.
  public let variances: [Double]
  /// The regularisation.
  public let alpha: Double
  /// What the intercept adds: 1/n, or 0.
  public let intercept: Double
  /// sigma, one number for each target.
  public let noise: [Double]

  init(
    means: [Double], directions: Matrix, variances: [Double], alpha: Double, intercept: Double,
    noise: [Double]
  ) {
    self.means = means
    self.directions = directions
    self.variances = variances
    self.alpha = alpha
    self.intercept = intercept
    self.noise = noise
  }

  /// The posterior that belongs to `RidgeRegression(x, y, alpha:intercept:)`.
  ///
  /// Throws: `InvalidData` for unusable data, `NumericalError` when the decomposition fails;
  /// `Stopped`.
  public init(_ x: Matrix, _ y: Matrix, alpha: Double, intercept: Bool = true) throws {
    try RidgeRegression.check(x, y, alphas: [alpha])
    let factors = try RidgeFactorization(x, y, intercept: intercept)
    let residuals =
      y - (try factors.predictions(factors.projected(x), alpha, .tikhonov))
    let used = factors.singularValues.reduce(0) { $0 + $1 * $1 / ($1 * $1 + alpha) }
    let free = Double(x.rows) - used - (intercept ? 1 : 0)
    self.init(
      means: factors.featureMeans, directions: factors.right,
      variances: factors.singularValues.map { 1 / ($0 * $0 + alpha) }, alpha: alpha,
      intercept: intercept ? 1 / Double(x.rows) : 0,
      noise: (0..<y.columns).map { t in
        let squares = residuals.column(t).reduce(0) { $0 + $1 * $1 }
        return free > 0 ? (squares / free).squareRoot() : .infinity
      })
  }

  /// x^T (X^T X + alpha I)^-1 x of every sample, centred; infinite along a direction that was never
  /// seen when alpha is 0.
  ///
  /// Throws: `Stopped`.
  public func leverages(_ x: Matrix) throws -> [Double] {
    let centred = x.subtracting(row: means)
    let projected = try LinearAlgebra.product(centred, directions)
    let isComplete = directions.columns == x.columns
    let lengths = centred.squaredRowNorms
    return (0..<x.rows).map { i in
      var (sum, inside) = (0.0, 0.0)
      for (k, value) in projected.row(i).enumerated() {
        sum += value * value * variances[k]
        inside += value * value
      }
      // What lies outside of the directions seen; rounding leaves some 1e-16 of the length.
      let outside = isComplete ? 0 : lengths[i] - inside
      if outside > 1e-13 * lengths[i] { sum += outside / alpha }
      return sum
    }
  }

  /// The standard deviation of every prediction, noise included: samples by targets, in the unit of
  /// the targets.
  ///
  /// Throws: `Stopped`.
  public func deviations(_ x: Matrix) throws -> Matrix {
    let leverages = try leverages(x)
    var result = Matrix(rows: x.rows, columns: noise.count)
    for i in 0..<x.rows {
      for t in noise.indices {
        result[i, t] = noise[t] * (1 + intercept + leverages[i]).squareRoot()
      }
    }
    return result
  }
}
