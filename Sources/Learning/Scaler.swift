public import Mathematics

/// Shifts and scales the columns of a matrix by numbers found on the training part alone.
public struct Scaler: Equatable, Sendable {
  /// What is subtracted and what is divided by.
  public enum Mode: String, CaseIterable, Codable, Sendable {
    /// Nothing.
    case none
    /// The mean of every column.
    case center
    /// The mean of every column; then everything by one number, the square root of the summed
    /// variances, so that the whole matrix has unit variance (scikit-matter's
    /// `StandardFlexibleScaler`, used by the paper).
    case matrix
    /// The mean of every column; then every column by its own standard deviation (scikit-learn's
    /// `StandardScaler`). A column that does not vary is only centred.
    case columns
  }

  /// How it was fitted.
  public let mode: Mode
  /// The means that are subtracted, one for each column.
  public let means: [Double]
  /// The numbers that are divided by, one for each column.
  public let scales: [Double]

  init(mode: Mode, means: [Double], scales: [Double]) {
    self.mode = mode
    self.means = means
    self.scales = scales
  }

  /// Throws: `InvalidData` when the matrix has no rows or, with `matrix`, does not vary at all.
  public init(fitting x: Matrix, _ mode: Mode) throws {
    guard x.rows > 0 else { throw InvalidData("a scaler needs at least one sample") }
    self.mode = mode
    var scales = [Double](repeating: 1, count: x.columns)
    let means = mode == .none ? scales.map { _ in 0 } : x.columnMeans
    if mode == .matrix || mode == .columns {
      let variances = Self.variances(x, x.columnMeans)
      if mode == .matrix {
        let total = variances.reduce(0, +)
        guard total > 0, total.isFinite else {
          throw InvalidData(
            "a matrix of \(x.rows) x \(x.columns) with total variance \(total) cannot be scaled")
        }
        scales = scales.map { _ in total.squareRoot() }
      } else {
        for j in 0..<x.columns {
          // Rounding of the mean and of the sum of squares is no variance (scikit-learn's rule).
          let n = Double(x.rows)
          let rounding = n * Double.ulpOfOne * means[j]
          let noise = n * Double.ulpOfOne * variances[j] + rounding * rounding
          scales[j] = variances[j] <= noise ? 1 : variances[j].squareRoot()
        }
      }
    }
    self.means = means
    self.scales = scales
  }

  /// (x - mean) / scale.
  ///
  /// Throws: `InvalidData` when the number of columns is another than in the fit.
  public func transform(_ x: Matrix) throws -> Matrix {
    try check(x)
    return x.subtracting(row: means).scaling(columns: scales.map { 1 / $0 })
  }

  /// x scale + mean.
  ///
  /// Throws: `InvalidData` when the number of columns is another than in the fit.
  public func inverse(_ x: Matrix) throws -> Matrix {
    try check(x)
    return x.scaling(columns: scales).adding(row: means)
  }

  private func check(_ x: Matrix) throws {
    guard x.columns == means.count else {
      throw InvalidData("\(x.columns) columns where \(means.count) were learned from")
    }
  }

  private static func variances(_ x: Matrix, _ means: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: x.columns)
    for i in 0..<x.rows {
      for j in 0..<x.columns {
        let difference = x[i, j] - means[j]
        sums[j] += difference * difference
      }
    }
    return sums.map { $0 / Double(x.rows) }
  }
}
