public import Mathematics

/// Principal covariates regression (de Jong and Kiers, Chemom. Intell. Lab. Syst. 14, 155 (1992);
/// Helfrecht et al., Mach. Learn.: Sci. Technol. 1, 045021 (2020), doi:10.1088/2632-2153/aba9ef):
/// a map between principal components (mixing 1) and regression (mixing 0). The values are those of
/// scikit-matter's `PCovR` with the full solver.
///
/// Features and targets are to be centred and scaled to unit variance as whole matrices.
public struct PrincipalCovariates: Equatable, Sendable {
  /// The weight of the structure of the features against the targets, 0 to 1.
  public let mixing: Double
  /// Features to components.
  public let projector: Matrix
  /// Components to features.
  public let featureLoadings: Matrix
  /// Components to targets.
  public let targetLoadings: Matrix
  /// The eigenvalues of the components, descending.
  public let eigenvalues: [Double]

  /// Eigenvalues at or below it count as zero, as in scikit-matter.
  private static let tolerance = 1e-12

  init(
    mixing: Double, projector: Matrix, featureLoadings: Matrix, targetLoadings: Matrix,
    eigenvalues: [Double]
  ) {
    self.mixing = mixing
    self.projector = projector
    self.featureLoadings = featureLoadings
    self.targetLoadings = targetLoadings
    self.eigenvalues = eigenvalues
  }

  /// The targets enter through their ridge regression on the features with `alpha`, without an
  /// intercept. Works on the covariance matrix with more samples than features, else on the Gram
  /// matrix.
  ///
  /// Throws: `InvalidData` for unusable data or settings, `NumericalError` when a decomposition fails;
  /// `Stopped`.
  public init(
    _ x: Matrix, _ y: Matrix, mixing: Double, count: Int, alpha: Double = 1e-6
  ) throws {
    guard mixing >= 0, mixing <= 1 else {
      throw InvalidData("the mixing of principal covariates is \(mixing); 0 to 1 is possible")
    }
    guard count >= 1, count <= min(x.rows, x.columns) else {
      throw InvalidData(
        "\(count) principal covariates of \(x.rows) samples with \(x.columns) features; 1 to "
          + "\(min(x.rows, x.columns)) are possible")
    }
    let regression = try RidgeRegression(x, y, alpha: alpha, intercept: false)
    let fitted = try regression.predict(x)
    self =
      x.rows > x.columns
      ? try Self.inFeatureSpace(x, y, fitted, mixing, count)
      : try Self.inSampleSpace(x, y, fitted, regression.coefficients, mixing, count)
  }

  /// C = mixing X^T X + (1 - mixing) (X^T X)^-1/2 X^T Y Y^T X (X^T X)^-1/2 with the fitted Y.
  private static func inFeatureSpace(
    _ x: Matrix, _ y: Matrix, _ fitted: Matrix, _ mixing: Double, _ count: Int
  ) throws -> PrincipalCovariates {
    let covariance = try LinearAlgebra.product(x, x, transposeA: true)
    let (values, vectors) = try LinearAlgebra.symmetricEigen(covariance)
    let power = { (exponent: Double) in
      let factors = values.map { value in
        value > tolerance ? (exponent < 0 ? 1 / value.squareRoot() : value.squareRoot()) : 0
      }
      return try LinearAlgebra.product(vectors.scaling(columns: factors), vectors, transposeB: true)
    }
    let (root, inverseRoot) = (try power(0.5), try power(-0.5))
    let projected = try LinearAlgebra.product(
      inverseRoot, LinearAlgebra.product(x, fitted, transposeA: true))
    let modified =
      try covariance * mixing
      + LinearAlgebra.product(projected, projected, transposeB: true) * (1 - mixing)
    let (s, u) = try leading(modified, count)
    return try PrincipalCovariates(
      mixing: mixing,
      projector: LinearAlgebra.product(inverseRoot, u.scaling(columns: roots(s))),
      featureLoadings: LinearAlgebra.product(
        u.scaling(columns: inverseRoots(s)), root, transposeA: true),
      targetLoadings: LinearAlgebra.product(
        u.scaling(columns: inverseRoots(s)),
        LinearAlgebra.product(inverseRoot, LinearAlgebra.product(x, y, transposeA: true)),
        transposeA: true),
      eigenvalues: s)
  }

  /// K = mixing X X^T + (1 - mixing) Y Y^T with the fitted Y = X W.
  private static func inSampleSpace(
    _ x: Matrix, _ y: Matrix, _ fitted: Matrix, _ w: Matrix, _ mixing: Double, _ count: Int
  ) throws -> PrincipalCovariates {
    let modified =
      try LinearAlgebra.product(x, x, transposeB: true) * mixing
      + LinearAlgebra.product(fitted, fitted, transposeB: true) * (1 - mixing)
    let (s, u) = try leading(modified, count)
    let scaled = u.scaling(columns: inverseRoots(s))
    let back =
      try LinearAlgebra.product(x, scaled, transposeA: true) * mixing
      + LinearAlgebra.product(w, LinearAlgebra.product(fitted, scaled, transposeA: true))
      * (1 - mixing)
    return try PrincipalCovariates(
      mixing: mixing, projector: back,
      featureLoadings: LinearAlgebra.product(scaled, x, transposeA: true),
      targetLoadings: LinearAlgebra.product(scaled, y, transposeA: true), eigenvalues: s)
  }

  /// The largest eigenvalues, not below zero, and eigenvectors of definite sign.
  private static func leading(_ m: Matrix, _ count: Int) throws -> ([Double], Matrix) {
    let (values, vectors) = try LinearAlgebra.largestEigenpairs(m, count: count)
    return (values.map { max(0, $0) }, PrincipalComponents.signed(vectors.transpose).transpose)
  }

  private static func roots(_ s: [Double]) -> [Double] {
    s.map { $0 > tolerance ? $0.squareRoot() : 0 }
  }

  private static func inverseRoots(_ s: [Double]) -> [Double] {
    s.map { $0 > tolerance ? 1 / $0.squareRoot() : 0 }
  }

  /// Samples by components.
  ///
  /// Throws: `InvalidData` when the number of features is another than in the fit; `Stopped`.
  public func transform(_ x: Matrix) throws -> Matrix {
    guard x.columns == projector.rows else {
      throw InvalidData("\(x.columns) features where \(projector.rows) were learned from")
    }
    return try LinearAlgebra.product(x, projector)
  }

  /// The targets, by way of the components.
  ///
  /// Throws: `InvalidData` when the number of features is another than in the fit; `Stopped`.
  public func predict(_ x: Matrix) throws -> Matrix {
    try LinearAlgebra.product(transform(x), targetLoadings)
  }
}
