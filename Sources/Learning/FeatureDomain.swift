public import Mathematics

/// How far samples lie from those that something was learned from: Mahalanobis' distance by principal
/// components,
///
///     d^2 = sum_k p_k^2 / lambda_k + |rest|^2 / lambda_rest
///
/// with p the components of x - mean that vary most and lambda their variances; what lies outside of them
/// counts by the mean variance that the others have. A sample is outside of the domain where d exceeds the
/// largest of what was learned from (`limit`).
public struct FeatureDomain: Equatable, Sendable {
  /// The means of the features.
  public let means: [Double]
  /// Components by features, each divided by its standard deviation.
  public let directions: Matrix
  /// The standard deviation of each component.
  public let deviations: [Double]
  /// The mean variance of a direction outside of the components.
  public let rest: Double
  /// The largest distance of a sample that was learned from.
  public var limit: Double

  /// At most so many components, and at least so many samples for each.
  private static let (mostComponents, samplesEach) = (64, 4)
  /// Variances below so much of the largest are rounding.
  private static let negligible = 1e-10

  /// From its parts, as stored.
  ///
  /// Throws: `InvalidData` when they do not fit each other.
  public init(
    means: [Double], directions: Matrix, deviations: [Double], rest: Double, limit: Double
  ) throws {
    guard directions.columns == means.count, directions.rows == deviations.count, rest > 0 else {
      throw InvalidData("the domain of a model whose parts do not fit each other")
    }
    (self.means, self.directions, self.deviations) = (means, directions, deviations)
    (self.rest, self.limit) = (rest, limit)
  }

  /// Of samples (rows), which may be a part of those that are learned from; the limit is that of these.
  ///
  /// Throws: `InvalidData` without samples, `NumericalError` when the decomposition fails; `Stopped`.
  public init(_ x: Matrix) throws {
    guard x.rows > 0, x.columns > 0 else { throw InvalidData("a domain without samples") }
    means = x.columnMeans
    let centred = x.subtracting(row: means)
    let total = centred.squaredRowNorms.reduce(0, +) / Double(max(1, x.rows - 1))
    let count = min(Self.mostComponents, x.rows / Self.samplesEach, x.columns)
    var kept: [(value: Double, row: [Double])] = []
    if count > 0, total > 0 {
      let isWide = x.columns > x.rows
      let gram = try LinearAlgebra.product(
        centred, centred, transposeA: !isWide, transposeB: isWide)
      let (values, vectors) = try LinearAlgebra.largestEigenpairs(gram, count: count)
      let rows =
        isWide
        ? try LinearAlgebra.product(vectors, centred, transposeA: true)
        : vectors.transpose
      for k in 0..<rows.rows where values[k] > Self.negligible * (values.max() ?? 0) {
        let row = Array(rows.row(k))
        let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        kept.append((values[k] / Double(max(1, x.rows - 1)), row.map { $0 / length }))
      }
    }
    deviations = kept.map { $0.value.squareRoot() }
    directions = Matrix(
      rows: kept.count, columns: x.columns,
      elements: kept.flatMap { entry in entry.row.map { $0 / entry.value.squareRoot() } })
    let others = Double(max(1, min(x.columns, x.rows) - kept.count))
    let left = total - kept.reduce(0) { $0 + $1.value }
    rest = max(left / others, Self.negligible * (total > 0 ? total : 1))
    limit = 0
    for i in 0..<x.rows {
      try StopRequest.check()
      limit = max(limit, Array(x.row(i)).withUnsafeBufferPointer { distance($0) })
    }
  }

  /// d of a sample.
  public func distance(_ x: UnsafeBufferPointer<Double>) -> Double {
    let width = means.count
    guard let x = x.baseAddress else { return 0 }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: width + 1) { centred in
      guard let centred = centred.baseAddress else { return 0 }
      for k in 0..<width { centred[k] = x[k] - means[k] }
      let whole = RowProducts.product(centred, centred, width)
      var (outside, sum) = (whole, 0.0)
      directions.elements.withUnsafeBufferPointer { rows in
        guard let rows = rows.baseAddress else { return }
        for k in deviations.indices {
          let p = RowProducts.product(centred, rows + k * width, width)
          sum += p * p
          outside -= p * p * deviations[k] * deviations[k]
        }
      }
      // Less than this is what rounding leaves of a sample inside.
      if outside > 1e-13 * whole { sum += outside / rest }
      return sum.squareRoot()
    }
  }
}
