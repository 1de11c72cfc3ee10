public import Mathematics

/// Rows of any number, reduced to a triangle that has all that least squares needs of them: R of A = Q R, found
/// block by block. Sums of squares of any combination of columns are those of the rows themselves, and, other
/// than with normal equations, small singular values keep their digits.
///
/// Memory: 5 columns^2 numbers; work: 2 rows columns^2.
public struct TriangularFactor: Sendable {
  /// Columns of a row.
  public let columns: Int
  /// Rows so far.
  public private(set) var rows = 0
  private var triangle: Matrix
  /// Rows that wait.
  private var pending: [Double] = []
  private let block: Int

  /// Of no rows.
  public init(columns: Int) {
    self.columns = columns
    triangle = Matrix(rows: columns, columns: columns)
    block = max(256, columns)
  }

  /// Adds rows, one after the other.
  ///
  /// Throws: `NumericalError` when a number is not finite; `Stopped`.
  public mutating func add(_ elements: [Double]) throws { try add(elements[...]) }

  /// Adds rows, one after the other.
  ///
  /// Throws: `NumericalError` when a number is not finite; `Stopped`.
  public mutating func add(_ elements: ArraySlice<Double>) throws {
    pending.append(contentsOf: elements)
    if pending.count >= block * columns { try reduce() }
  }

  private mutating func reduce() throws {
    let count = pending.count / max(1, columns)
    guard count > 0 else { return }
    rows += count
    try LinearAlgebra.update(
      triangle: &triangle, rows: Matrix(rows: count, columns: columns, elements: pending))
    pending.removeAll(keepingCapacity: true)
  }

  /// The triangle of all rows so far: columns x columns.
  ///
  /// Throws: `NumericalError` when a number is not finite; `Stopped`.
  public mutating func factor() throws -> Matrix {
    try reduce()
    return triangle
  }

  /// The triangle of the rows of several.
  ///
  /// Throws: `NumericalError`, `Stopped`.
  public static func joined(_ parts: [Matrix]) throws -> Matrix {
    let columns = parts.first?.columns ?? 0
    let all = Matrix(
      rows: parts.reduce(0) { $0 + $1.rows }, columns: columns,
      elements: parts.flatMap(\.elements))
    return try LinearAlgebra.triangularFactor(all)
  }
}

/// A ridge regression whose rows were never in memory: the folds of its cross-validation as triangles of
/// [1 X Y].
struct TriangularData {
  /// Triangle of rows [1 x y], x scaled.
  let triangle: Matrix
  let rows: Int
  let features: Int

  private var targets: Int { triangle.columns - 1 - features }

  /// Part of the columns of the rows from `first`.
  private func block(_ first: Int, _ range: Range<Int>) -> Matrix {
    let count = max(0, triangle.rows - first)
    var part = Matrix(rows: count, columns: range.count)
    for i in 0..<count {
      for (k, j) in range.enumerated() { part[i, k] = triangle[first + i, j] }
    }
    return part
  }

  /// Features and targets without their means, as far as squares and products go, and the means.
  var centred: (x: Matrix, y: Matrix, meanX: [Double], meanY: [Double]) {
    let one = rows > 0 ? triangle[0, 0] : 1
    let means = (1..<triangle.columns).map { rows > 0 ? triangle[0, $0] / one : 0 }
    return (
      block(1, 1..<1 + features), block(1, 1 + features..<triangle.columns),
      Array(means.prefix(features)), Array(means.suffix(targets))
    )
  }

  /// The mean over targets of the mean squared errors of Y = X W + b.
  func meanSquaredError(_ coefficients: Matrix, _ intercepts: [Double]) throws -> Double {
    let predicted = try LinearAlgebra.product(block(0, 1..<1 + features), coefficients)
    var sum = 0.0
    for i in 0..<triangle.rows {
      for t in 0..<targets {
        let error =
          triangle[i, 1 + features + t] - predicted[i, t] - triangle[i, 0] * intercepts[t]
        sum += error * error
      }
    }
    return sum / Double(max(1, rows)) / Double(max(1, targets))
  }
}

extension RegressionModel {
  /// A ridge regression from triangles of rows [1 x y] (`TriangularFactor`), y raw targets that are not
  /// transformed; alpha is cross-validated over the folds where there are several alphas. The same as from
  /// the rows themselves but for rounding.
  ///
  /// `folds` has a triangle and its number of rows for each fold, which together are the training part; `y`
  /// are the targets of that part, for their scaler.
  ///
  /// Throws: `InvalidData` for unusable data or settings, `NumericalError` when a decomposition fails;
  /// `Stopped`.
  public init(
    folds: [(triangle: Matrix, rows: Int)], _ y: Matrix, targetNames: [String], alphas: [Double],
    scaling: Scaling, threads: Int = Parallel.availableThreads
  ) throws {
    let rows = folds.reduce(0) { $0 + $1.rows }
    guard rows > 0, y.rows == rows, let first = folds.first,
      first.triangle.columns > y.columns + 1
    else { throw InvalidData("a regression needs features and targets of as many samples") }
    guard scaling.transform == .identity, scaling.components == nil, scaling.reduction == nil,
      scaling.blocks.isEmpty
    else { throw InvalidData("triangles are for features and targets that are only scaled") }
    let features = first.triangle.columns - 1 - y.columns
    let targets = try Scaler(fitting: y, scaling.targets)
    let whole = TriangularData(
      triangle: try TriangularFactor.joined(folds.map(\.triangle)), rows: rows, features: features)
    let scaler = try Scaler(fitting: whole, scaling.features)
    let data = folds.map {
      TriangularData(
        triangle: Self.scaled($0.triangle, scaler, targets), rows: $0.rows, features: features)
    }
    let ridge = try RidgeRegression(
      folds: data, all: Self.scaled(whole.triangle, scaler, targets), alphas: alphas,
      threads: threads)
    self.init(
      targetNames: targetNames, featureScaler: scaler, targetScaler: targets, core: .ridge(ridge),
      posterior: nil)
  }

  /// Rows [1 (x - mean) / scale (y - mean) / scale].
  private static func scaled(_ triangle: Matrix, _ x: Scaler, _ y: Scaler) -> Matrix {
    var result = triangle
    let (means, scales) = (x.means + y.means, x.scales + y.scales)
    for i in 0..<triangle.rows {
      for (k, mean) in means.enumerated() {
        result[i, k + 1] = (triangle[i, k + 1] - mean * triangle[i, 0]) / scales[k]
      }
    }
    return result
  }
}

extension Scaler {
  /// As from the rows themselves.
  init(fitting data: TriangularData, _ mode: Mode) throws {
    let (x, _, means, _) = data.centred
    var squares = [Double](repeating: 0, count: x.columns)
    for i in 0..<x.rows { for j in 0..<x.columns { squares[j] += x[i, j] * x[i, j] } }
    try self.init(
      rows: data.rows, means: means, variances: squares.map { $0 / Double(data.rows) }, mode)
  }
}

extension RidgeRegression {
  /// From triangles of scaled rows; `all` is that of all folds.
  init(folds: [TriangularData], all: Matrix, alphas: [Double], threads: Int) throws {
    guard let first = folds.first, !alphas.isEmpty, alphas.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { throw InvalidData("alphas are \(alphas); finite numbers of 0 or more are needed") }
    let rows = folds.reduce(0) { $0 + $1.rows }
    var scores: [Double] = []
    var alpha = alphas[0]
    if alphas.count > 1 {
      guard folds.count > 1 else { throw InvalidData("cross-validation without any split") }
      let errors = try Parallel.map(count: folds.count, threads: threads) { k in
        let others = folds.indices.filter { $0 != k }.map { folds[$0] }
        let rest = TriangularData(
          triangle: try TriangularFactor.joined(others.map(\.triangle)),
          rows: others.reduce(0) { $0 + $1.rows }, features: first.features)
        let factors = try RidgeFactorization(rest)
        return try alphas.map { alpha in
          try StopRequest.check()
          let fit = try RidgeRegression(factors, alpha: alpha, method: .tikhonov, scores: [])
          return try folds[k].meanSquaredError(fit.coefficients, fit.intercepts)
        }
      }
      scores = alphas.indices.map { a in
        errors.reduce(0) { $0 + $1[a] } / Double(folds.count)
      }
      guard
        let best = scores.indices.filter({ !scores[$0].isNaN })
          .min(by: { scores[$0] < scores[$1] })
      else { throw InvalidData("no alpha out of \(alphas) has a finite score") }
      alpha = alphas[best]
    }
    let factors = try RidgeFactorization(
      TriangularData(triangle: all, rows: rows, features: first.features))
    try self.init(factors, alpha: alpha, method: .tikhonov, scores: scores)
  }
}

extension RidgeFactorization {
  /// From a triangle of rows [1 x y].
  init(_ data: TriangularData) throws {
    let (x, y, meanX, meanY) = data.centred
    try self.init(centred: x, y, featureMeans: meanX, targetMeans: meanY, rows: data.rows)
  }
}
