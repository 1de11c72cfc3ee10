public import Mathematics

/// Principal components of centred samples, X - mean = U S V^T (scikit-learn's `PCA`). The sign of a
/// component is that with its entry of largest magnitude positive.
public struct PrincipalComponents: Equatable, Sendable {
  /// The means of the columns.
  public let means: [Double]
  /// Components by features: orthonormal rows.
  public let components: Matrix
  /// The variance along each component, s^2 / (n - 1).
  public let variances: [Double]
  /// The same over the variance of all.
  public let varianceRatios: [Double]

  init(means: [Double], components: Matrix, variances: [Double], varianceRatios: [Double]) {
    self.means = means
    self.components = components
    self.variances = variances
    self.varianceRatios = varianceRatios
  }

  /// The first `count` components of the samples, at most min(samples, features).
  ///
  /// Throws: `InvalidData` for fewer than two samples or a count that is not possible,
  /// `NumericalError` when the decomposition fails; `Stopped`.
  public init(_ x: Matrix, count: Int) throws {
    guard x.rows >= 2, count >= 1, count <= min(x.rows, x.columns) else {
      throw InvalidData(
        "\(count) principal components of \(x.rows) samples with \(x.columns) features; 1 to "
          + "\(min(x.rows, x.columns)) of at least two samples are possible")
    }
    means = x.columnMeans
    let (_, s, vTransposed) = try LinearAlgebra.singularValues(x.subtracting(row: means))
    let all = s.map { $0 * $0 / Double(x.rows - 1) }
    let total = all.reduce(0, +)
    variances = Array(all.prefix(count))
    varianceRatios = variances.map { total > 0 ? $0 / total : 0 }
    components = Self.signed(vTransposed.selecting(rows: Array(0..<count)))
  }

  /// (X - mean) V: samples by components.
  ///
  /// Throws: `InvalidData` when the number of features is another than in the fit; `Stopped`.
  public func transform(_ x: Matrix) throws -> Matrix {
    guard x.columns == means.count else {
      throw InvalidData("\(x.columns) features where \(means.count) were learned from")
    }
    return try LinearAlgebra.product(x.subtracting(row: means), components, transposeB: true)
  }

  /// Every row with its entry of largest magnitude positive; the first one of equals decides.
  static func signed(_ rows: Matrix) -> Matrix {
    rows.scaling(
      rows: (0..<rows.rows).map { i in
        let row = rows.row(i)
        var largest = row.first ?? 0
        for value in row where abs(value) > abs(largest) { largest = value }
        return largest < 0 ? -1 : 1
      })
  }
}
