public import Mathematics

/// The sums that linear least squares needs of its rows, whatever their number: sum of w x x^T, w x y, w y^2
/// and w. Rows come block by block and are not kept.
public struct NormalEquations: Sendable {
  /// Sum of w x x^T.
  public private(set) var gram: Matrix
  /// Sum of w y x.
  public private(set) var moments: [Double]
  /// Sum of w y^2.
  public private(set) var square = 0.0
  /// Sum of w.
  public private(set) var weight = 0.0
  /// The number of rows.
  public private(set) var rows = 0.0
  /// Sum of w y.
  private var targets = 0.0

  /// Of no rows of so many columns.
  public init(columns: Int) {
    gram = Matrix(rows: columns, columns: columns)
    moments = Array(repeating: 0, count: columns)
  }

  /// Adds rows that weigh the same.
  public mutating func add(_ x: Matrix, _ y: [Double], weight: Double) {
    precondition(x.rows == y.count && x.columns == moments.count, "shapes must agree")
    guard weight > 0, x.rows > 0 else { return }
    let product = LinearAlgebra.multiply(x, x, transposeA: true)
    for k in gram.elements.indices { gram.elements[k] += weight * product.elements[k] }
    for (i, target) in y.enumerated() {
      let scaled = weight * target
      for (k, value) in x.row(i).enumerated() { moments[k] += scaled * value }
      square += scaled * target
      targets += scaled
    }
    self.weight += weight * Double(x.rows)
    rows += Double(x.rows)
  }

  /// Adds the rows of others.
  public mutating func add(_ other: NormalEquations) { combine(other, 1) }

  /// Adds the rows of others, whose weights are multiplied by a factor.
  public mutating func add(_ other: NormalEquations, times factor: Double) {
    combine(other, factor)
  }

  /// Leaves out the rows of others, which were added before.
  public mutating func remove(_ other: NormalEquations) { combine(other, -1) }

  private mutating func combine(_ other: NormalEquations, _ factor: Double) {
    precondition(other.moments.count == moments.count, "shapes must agree")
    for k in gram.elements.indices { gram.elements[k] += factor * other.gram.elements[k] }
    for k in moments.indices { moments[k] += factor * other.moments[k] }
    square += factor * other.square
    weight += factor * other.weight
    targets += factor * other.targets
    rows += factor < 0 ? -other.rows : other.rows
  }

  /// The weighted mean of squared errors with these coefficients.
  public func meanSquaredError(_ coefficients: [Double]) -> Double {
    var sum = square + squaredPredictions(coefficients)
    for (i, value) in coefficients.enumerated() { sum -= 2 * value * moments[i] }
    // Where the fit is nearly exact, this is a small difference of large numbers.
    return max(0, sum) / weight
  }

  /// The weighted mean of squared deviations of the targets from their mean.
  public var targetVariance: Double {
    weight > 0 ? max(0, square / weight - targets * targets / (weight * weight)) : 0
  }

  /// The weighted sum of squared predictions with these coefficients, c^T (sum of w x x^T) c.
  public func squaredPredictions(_ coefficients: [Double]) -> Double {
    var sum = 0.0
    for (i, value) in coefficients.enumerated() {
      var row = 0.0
      for (element, other) in zip(gram.row(i), coefficients) { row += element * other }
      sum += value * row
    }
    return sum
  }
}

/// Ridge regression from normal equations, the regularisation chosen by cross-validation over their parts.
///
/// Columns are divided by their scales, rows count by their weights, and alpha is in units of the mean of
/// w x^2 of a scaled column: minimises sum w (y - x.c)^2 / sum w + alpha |scale c|^2. Numbers squared
/// cannot tell what lies below 1e-16 of the largest: alphas below 1e-13 of the largest eigenvalue mean
/// that.
public struct StreamedRidge: Sendable {
  /// The coefficients, of columns as they came.
  public let coefficients: [Double]
  /// Those learned without each part of the rows, which predict that part in the cross-validation; none
  /// from a single part.
  public let leftOut: [[Double]]
  /// The best alpha.
  public let alpha: Double
  /// The root of the mean squared error of the parts left out, at every alpha.
  public let errors: [Double]

  /// `parts` are the folds of the cross-validation.
  ///
  /// Throws: `InvalidData` without rows or alphas; `NumericalError`, `Stopped`.
  public init(parts: [NormalEquations], scales: [Double], alphas: [Double]) throws {
    guard let first = parts.first, !alphas.isEmpty else {
      throw InvalidData("a regression needs rows and alphas")
    }
    var all = NormalEquations(columns: first.moments.count)
    for part in parts { all.add(part) }
    guard all.weight > 0 else { throw InvalidData("there are no rows to learn from") }
    let whole = try Factors(all, scales)
    var squares = alphas.map { _ in 0.0 }
    var solutions: [[[Double]]] = []
    if parts.count > 1 {
      for part in parts {
        try StopRequest.check()
        var rest = all
        rest.remove(part)
        let factors = try Factors(rest, scales)
        let own = try alphas.map {
          try StopRequest.check()
          return factors.coefficients($0)
        }
        for (k, solution) in own.enumerated() {
          try StopRequest.check()
          squares[k] += part.weight * part.meanSquaredError(solution)
        }
        solutions.append(own)
      }
    }
    let errors = squares.map { ($0 / all.weight).squareRoot() }
    // Of alphas that do as well the largest: it is the safer one.
    let least = errors.min() ?? 0
    let best =
      alphas.indices.filter { errors[$0] <= least * (1 + 1e-9) }
      .max { alphas[$0] < alphas[$1] } ?? 0
    self.errors = errors
    alpha = alphas[best]
    coefficients = whole.coefficients(alpha)
    leftOut = solutions.map { $0[best] }
  }

  /// The eigenvectors of scaled normal equations.
  struct Factors {
    private let values: [Double]
    private let vectors: Matrix
    private let projected: [Double]
    private let scales: [Double]

    /// Throws: `NumericalError`.
    init(_ equations: NormalEquations, _ scales: [Double]) throws {
      var gram = equations.gram
      for i in 0..<gram.rows {
        for j in 0..<gram.columns {
          gram[i, j] /= scales[i] * scales[j] * equations.weight
        }
      }
      (values, vectors) = try LinearAlgebra.symmetricEigen(gram)
      let moments = zip(equations.moments, scales).map { $0 / ($1 * equations.weight) }
      let vectors = vectors
      projected = (0..<gram.rows).map { k in
        moments.indices.reduce(0) { $0 + vectors[$1, k] * moments[$1] }
      }
      self.scales = scales
    }

    /// Those of columns as they came.
    func coefficients(_ alpha: Double) -> [Double] {
      let floor = 1e-13 * max(0, values.last ?? 0)
      let filtered = zip(projected, values).map { $0 / (max($1, 0) + max(alpha, floor, 1e-300)) }
      return scales.indices.map { i in
        filtered.indices.reduce(0) { $0 + vectors[i, $1] * filtered[$1] } / scales[i]
      }
    }
  }
}

/// Errors of predictions that come one after the other.
public struct RunningMetrics: Sendable {
  private var count = 0.0
  private var (squares, absolutes) = (0.0, 0.0)
  private var (mean, deviations) = (0.0, 0.0)

  /// Of nothing yet.
  public init() {}

  /// How many were compared.
  public var samples: Int { Int(count) }

  /// A target and its prediction.
  public mutating func add(_ target: Double, _ predicted: Double) {
    count += 1
    squares += (target - predicted) * (target - predicted)
    absolutes += abs(target - predicted)
    // Welford's update.
    let deviation = target - mean
    mean += deviation / count
    deviations += deviation * (target - mean)
  }

  /// sqrt(mean of squared errors).
  public var rmse: Double { (squares / count).squareRoot() }
  /// Mean of absolute errors.
  public var mae: Double { absolutes / count }
  /// 1 - squared errors / squared deviations from the mean; NaN of a single sample, which has none.
  public var r2: Double {
    count < 2 ? .nan : deviations > 0 ? 1 - squares / deviations : (squares == 0 ? 1 : 0)
  }
  /// The mean of squared deviations of the targets from their mean.
  public var variance: Double { count > 0 ? deviations / count : 0 }
}
