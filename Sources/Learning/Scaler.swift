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
    let means = x.columnMeans
    let isScaled = mode == .matrix || mode == .columns
    try self.init(
      rows: x.rows, means: means, variances: isScaled ? Self.variances(x, means) : [], mode)
  }

  /// From the means and variances of the columns of so many rows.
  init(rows: Int, means: [Double], variances: [Double], _ mode: Mode) throws {
    self.mode = mode
    var scales = [Double](repeating: 1, count: means.count)
    let means = mode == .none ? scales.map { _ in 0 } : means
    if mode == .matrix || mode == .columns {
      if mode == .matrix {
        let total = variances.reduce(0, +)
        guard total > 0, total.isFinite else {
          throw InvalidData(
            "a matrix of \(rows) x \(means.count) with total variance \(total) cannot be scaled")
        }
        scales = scales.map { _ in total.squareRoot() }
      } else {
        for j in means.indices {
          // Rounding of the mean and of the sum of squares is no variance (scikit-learn's rule).
          let n = Double(rows)
          let rounding = n * Double.ulpOfOne * means[j]
          let noise = n * Double.ulpOfOne * variances[j] + rounding * rounding
          scales[j] = variances[j] <= noise ? 1 : variances[j].squareRoot()
        }
      }
    }
    self.means = means
    self.scales = scales
  }

  /// Blocks of columns beside each other, each fitted by itself and multiplied by its weight afterwards: with
  /// `matrix` the variance of a block is the square of its weight.
  ///
  /// Throws: `InvalidData` for weights that are not positive, for blocks that are not all columns, and for
  /// a block that does not vary at all.
  public init(fitting x: Matrix, _ mode: Mode, blocks: [Block]) throws {
    guard blocks.reduce(0, { $0 + $1.columns }) == x.columns else {
      throw InvalidData("blocks of \(blocks.map(\.columns)) columns of \(x.columns)")
    }
    self.mode = mode
    var (means, scales, first) = ([Double](), [Double](), 0)
    for block in blocks {
      guard block.weight > 0, block.weight.isFinite else {
        throw InvalidData("weight of a block of features is \(block.weight); expected above 0")
      }
      var part = Matrix(rows: x.rows, columns: block.columns)
      for i in 0..<x.rows { for j in 0..<block.columns { part[i, j] = x[i, first + j] } }
      let scaler = try Scaler(fitting: part, mode)
      means += scaler.means
      scales += scaler.scales.map { $0 / block.weight }
      first += block.columns
    }
    (self.means, self.scales) = (means, scales)
  }

  /// Columns that are scaled together.
  public struct Block: Equatable, Codable, Sendable {
    /// How many columns.
    public var columns: Int
    /// What they are multiplied by after scaling.
    public var weight: Double

    /// So many columns of that weight.
    public init(columns: Int, weight: Double = 1) {
      self.columns = columns
      self.weight = weight
    }
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
