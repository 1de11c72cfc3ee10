internal import Foundation
public import Mathematics

/// Linear regression with regularisation: minimises |Y - X W|^2 + alpha |W|^2 (scikit-learn's
/// `Ridge`), or drops singular values at or below alpha (scikit-matter's `cutoff`).
public struct RidgeRegression: Equatable, Sendable {
  /// How alpha acts.
  public enum Method: String, CaseIterable, Codable, Sendable {
    /// Singular values s become s / (s^2 + alpha).
    case tikhonov
    /// Singular values at or below alpha are dropped, the others inverted.
    case cutoff
  }

  /// Settings of a fit whose alpha is found by cross-validation.
  public struct Settings: Equatable, Codable, Sendable {
    /// The values tried.
    public var alphas: [Double]
    /// Whether alphas are multiples of the largest singular value of all folds, as scikit-matter's
    /// `relative`.
    public var isRelative: Bool
    /// How alpha acts.
    public var method: Method
    /// What is minimised.
    public var score: Score
    /// Whether the means of features and targets are taken off first.
    public var intercept: Bool

    /// Tikhonov regularisation over absolute alphas with an intercept, unless said otherwise.
    public init(
      alphas: [Double], isRelative: Bool = false, method: Method = .tikhonov,
      score: Score = .meanSquaredError, intercept: Bool = true
    ) {
      self.alphas = alphas
      self.isRelative = isRelative
      self.method = method
      self.score = score
      self.intercept = intercept
    }

    /// `count` values from `first` to `last` in geometric progression.
    public static func geometric(_ first: Double, _ last: Double, count: Int) -> [Double] {
      guard count > 1 else { return [first] }
      return (0..<count).map { k in
        switch k {
        case 0: first
        case count - 1: last
        default: first * pow(last / first, Double(k) / Double(count - 1))
        }
      }
    }
  }

  /// W: features by targets.
  public let coefficients: Matrix
  /// What is added to X W, one number for each target.
  public let intercepts: [Double]
  /// The alpha of the fit, absolute.
  public let alpha: Double
  /// The cross-validated score of every alpha tried, less is better; empty for a given alpha.
  public let scores: [Double]

  init(coefficients: Matrix, intercepts: [Double], alpha: Double, scores: [Double]) {
    self.coefficients = coefficients
    self.intercepts = intercepts
    self.alpha = alpha
    self.scores = scores
  }

  /// A fit with the given alpha.
  ///
  /// Throws: `InvalidData` for unusable data or alpha, `NumericalError` when the decomposition fails;
  /// `Stopped`.
  public init(
    _ x: Matrix, _ y: Matrix, alpha: Double, method: Method = .tikhonov, intercept: Bool = true
  ) throws {
    try Self.check(x, y, alphas: [alpha])
    let factors = try RidgeFactorization(x, y, intercept: intercept)
    try self.init(factors, alpha: alpha, method: method, scores: [])
  }

  /// A fit with the alpha that cross-validates best over the splits: one decomposition for each
  /// split and one for all samples. The score of an alpha is its mean over the splits; the first best wins.
  ///
  /// With two folds this is scikit-matter's `Ridge2FoldCV`.
  ///
  /// Throws: `InvalidData` for unusable data or settings, `NumericalError` when a decomposition fails;
  /// `Stopped`.
  public init(
    _ x: Matrix, _ y: Matrix, splits: [Split], _ settings: Settings,
    threads: Int = Parallel.availableThreads
  ) throws {
    try Self.check(x, y, alphas: settings.alphas)
    guard !splits.isEmpty else { throw InvalidData("cross-validation without any split") }
    let parts = try Parallel.map(count: splits.count, threads: threads) { k in
      let split = splits[k]
      let factors = try RidgeFactorization(
        x.selecting(rows: split.training), y.selecting(rows: split.training),
        intercept: settings.intercept)
      return (
        factors, try factors.projected(x.selecting(rows: split.testing)),
        y.selecting(rows: split.testing)
      )
    }
    let largest = parts.compactMap { $0.0.singularValues.first }.max() ?? 0
    let scaled = settings.alphas.map { settings.isRelative ? $0 * largest : $0 }
    let scores = try scaled.map { alpha in
      try parts.reduce(0) { sum, part in
        try StopRequest.check()
        let predictions = try part.0.predictions(part.1, alpha, settings.method)
        return sum + settings.score.value(targets: part.2, predictions: predictions)
      } / Double(parts.count)
    }
    guard
      let best = scores.indices.filter({ !scores[$0].isNaN }).min(by: { scores[$0] < scores[$1] })
    else { throw InvalidData("no alpha out of \(settings.alphas) has a finite score") }
    let factors = try RidgeFactorization(x, y, intercept: settings.intercept)
    try self.init(factors, alpha: scaled[best], method: settings.method, scores: scores)
  }

  init(
    _ factors: RidgeFactorization, alpha: Double, method: Method, scores: [Double]
  ) throws {
    coefficients = try factors.coefficients(alpha, method)
    let shift = LinearAlgebra.multiply(
      Matrix(rows: 1, columns: factors.featureMeans.count, elements: factors.featureMeans),
      coefficients)
    intercepts = zip(factors.targetMeans, shift.elements).map { $0 - $1 }
    self.alpha = alpha
    self.scores = scores
  }

  /// X W + intercepts.
  ///
  /// Throws: `InvalidData` when the number of features is another than in the fit; `Stopped`.
  public func predict(_ x: Matrix) throws -> Matrix {
    guard x.columns == coefficients.rows else {
      throw InvalidData("\(x.columns) features where \(coefficients.rows) were learned from")
    }
    return try LinearAlgebra.product(x, coefficients).adding(row: intercepts)
  }

  static func check(_ x: Matrix, _ y: Matrix, alphas: [Double]) throws {
    guard x.rows == y.rows, x.rows > 0, x.columns > 0, y.columns > 0 else {
      throw InvalidData(
        "\(x.rows) x \(x.columns) features and \(y.rows) x \(y.columns) targets: as many samples "
          + "in both, and at least one of each, are needed")
    }
    guard !alphas.isEmpty, alphas.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw InvalidData("alphas are \(alphas); finite numbers of 0 or more are needed")
    }
    for (name, matrix) in [("feature", x), ("target", y)] {
      if let bad = matrix.elements.firstIndex(where: { !$0.isFinite }) {
        throw InvalidData(
          "\(name) \(bad % matrix.columns) of sample \(bad / matrix.columns) is "
            + "\(matrix.elements[bad])")
      }
    }
  }
}
