public import Mathematics

/// Models of the same kind, each learned from a random part of the training samples. Their mean
/// predicts; their standard deviation, calibrated on the samples that a member has not seen, is the
/// spread (Musil et al., J. Chem. Theory Comput. 15, 906 (2019), doi:10.1021/acs.jctc.8b00959).
public struct Committee: Equatable, Sendable {
  /// The members.
  public let members: [RegressionModel]
  /// What the deviations are multiplied by, one number a target.
  public let calibration: [Double]

  init(members: [RegressionModel], calibration: [Double]) {
    self.members = members
    self.calibration = calibration
  }

  /// `count` members, each fitted by `fit` to a part of the given fraction of the rows, drawn without
  /// replacement.
  ///
  /// Throws: `InvalidData` for fewer than two members, a fraction not between 0 and 1, or too few
  /// samples to calibrate with, and whatever `fit` throws.
  public init(
    count: Int, fraction: Double = 0.5, seed: UInt64, _ x: Matrix, _ y: Matrix,
    threads: Int = Parallel.availableThreads,
    fit: @Sendable (_ x: Matrix, _ y: Matrix) throws -> RegressionModel
  ) throws {
    let size = Int((fraction * Double(x.rows)).rounded())
    guard count >= 2, fraction > 0, fraction < 1, size >= 1, size < x.rows else {
      throw InvalidData(
        "a committee of \(count) members with a fraction of \(fraction) of \(x.rows) samples each; "
          + "two or more members and a true part of the samples are needed")
    }
    let parts = (0..<count).map { k in
      // A stream of its own: "committee" cut to eight bytes of ASCII.
      var stream = RandomStream(seed: seed, stream: 0x636f_6d6d_6974_7465, frame: UInt64(k))
      return stream.permutation(x.rows).prefix(size).sorted()
    }
    members = try Parallel.map(count: count, threads: threads) { k in
      try fit(x.selecting(rows: parts[k]), y.selecting(rows: parts[k]))
    }
    calibration = try Self.calibrate(members, parts, x, y)
  }

  /// sqrt of the mean over unseen samples of (error of the mean)^2 / variance.
  private static func calibrate(
    _ members: [RegressionModel], _ parts: [[Int]], _ x: Matrix, _ y: Matrix
  ) throws -> [Double] {
    let predictions = try members.map { try $0.predict(x, spreads: false).values }
    var seen = parts.map { _ in [Bool](repeating: false, count: x.rows) }
    for (k, part) in parts.enumerated() { for i in part { seen[k][i] = true } }
    return try (0..<y.columns).map { t in
      var (sum, count) = (0.0, 0)
      for i in 0..<x.rows {
        let values = members.indices.filter { !seen[$0][i] }.map { predictions[$0][i, t] }
        guard values.count >= 2 else { continue }
        let (mean, variance) = moments(values)
        guard variance > 0 else { continue }
        let error = y[i, t] - mean
        sum += error * error / variance
        count += 1
      }
      guard count > 0 else {
        throw InvalidData(
          "no sample is unseen by two members of the committee, so that its spread cannot be "
            + "calibrated: more members or a smaller fraction are needed")
      }
      return (sum / Double(count)).squareRoot()
    }
  }

  private static func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, squares / Double(values.count - 1))
  }

  /// The mean of the members and their calibrated deviation.
  ///
  /// Throws: `InvalidData` when the number of features is another than in the fit.
  public func predict(_ x: Matrix) throws -> Prediction {
    let predictions = try members.map { try $0.predict(x, spreads: false).values }
    var values = Matrix(rows: x.rows, columns: calibration.count)
    var spreads = values
    for i in 0..<x.rows {
      for t in calibration.indices {
        let (mean, variance) = Self.moments(predictions.map { $0[i, t] })
        values[i, t] = mean
        spreads[i, t] = calibration[t] * variance.squareRoot()
      }
    }
    return Prediction(values: values, spreads: spreads)
  }
}
