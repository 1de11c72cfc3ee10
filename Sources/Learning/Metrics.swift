public import Mathematics

/// How far predictions are from the targets. Several targets are averaged with equal weights, as
/// scikit-learn does.
public struct Metrics: Equatable, Codable, Sendable {
  /// sqrt(mean of squared errors), in the unit of the target.
  public let rmse: Double
  /// Mean of absolute errors, in the unit of the target.
  public let mae: Double
  /// 1 - (sum of squared errors) / (sum of squared deviations of the target from its mean); NaN of a single
  /// sample, which has none.
  public let r2: Double

  /// Throws: `InvalidData` when the shapes differ or there is nothing to compare.
  public init(targets: Matrix, predictions: Matrix) throws {
    let all = try Self.byTarget(targets: targets, predictions: predictions)
    let n = Double(all.count)
    rmse = all.reduce(0) { $0 + $1.rmse } / n
    mae = all.reduce(0) { $0 + $1.mae } / n
    r2 = all.reduce(0) { $0 + $1.r2 } / n
  }

  private init(rmse: Double, mae: Double, r2: Double) {
    (self.rmse, self.mae, self.r2) = (rmse, mae, r2)
  }

  /// The same for every target (column) by itself.
  ///
  /// Throws: `InvalidData` when the shapes differ or there is nothing to compare.
  public static func byTarget(targets: Matrix, predictions: Matrix) throws -> [Metrics] {
    guard targets.rows == predictions.rows, targets.columns == predictions.columns,
      targets.rows > 0, targets.columns > 0
    else {
      throw InvalidData(
        "\(targets.rows) x \(targets.columns) targets cannot be compared with "
          + "\(predictions.rows) x \(predictions.columns) predictions")
    }
    let means = targets.columnMeans
    let n = Double(targets.rows)
    return (0..<targets.columns).map { j in
      var (squares, absolutes, deviations) = (0.0, 0.0, 0.0)
      for i in 0..<targets.rows {
        let error = targets[i, j] - predictions[i, j]
        let deviation = targets[i, j] - means[j]
        squares += error * error
        absolutes += abs(error)
        deviations += deviation * deviation
      }
      // A target that does not vary: 1 when met exactly, else 0, as scikit-learn has it; of one sample
      // there is none, as scikit-learn warns.
      let r2 =
        targets.rows < 2
        ? .nan : deviations > 0 ? 1 - squares / deviations : (squares == 0 ? 1 : 0)
      return Metrics(rmse: (squares / n).squareRoot(), mae: absolutes / n, r2: r2)
    }
  }
}

/// What a cross-validation minimises.
public enum Score: String, CaseIterable, Codable, Sendable {
  /// The mean of the squared errors over all targets.
  case meanSquaredError
  /// The root mean squared error of every target, averaged over the targets.
  case rootMeanSquaredError

  /// The value for these predictions; less is better.
  func value(targets: Matrix, predictions: Matrix) -> Double {
    var squares = [Double](repeating: 0, count: targets.columns)
    for i in 0..<targets.rows {
      for j in 0..<targets.columns {
        let error = targets[i, j] - predictions[i, j]
        squares[j] += error * error
      }
    }
    let means = squares.map { $0 / Double(max(1, targets.rows)) }
    let terms = self == .meanSquaredError ? means : means.map { $0.squareRoot() }
    return terms.reduce(0, +) / Double(max(1, terms.count))
  }
}
