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

  /// What the deviation s of the members' predictions has to be multiplied by, from the samples that
  /// n >= 2 of the N members have not seen: e the error of those members' mean there.
  ///
  /// The mean of e^2/s^2, which Musil et al. take, is too large for few members, since the mean of 1/s^2
  /// is (n - 1)/(n - 3) times the inverse variance, and since the mean of n members is less certain than
  /// that of N, by (1/n - 1/N) s^2 (G. Imbalzano et al., J. Chem. Phys. 154, 074102 (2021),
  /// doi:10.1063/5.0036522). So
  ///
  ///     alpha^2 = mean of (n - 3)/(n - 1) e^2/s^2 - (1/n - 1/N)       over samples with n >= 4,
  ///     alpha^2 = sum of (e^2 - (1/n - 1/N) s^2) / sum of s^2         over all,
  ///
  /// the second where most samples are unseen by fewer than six members, for which the first scatters
  /// too much. On linear problems with 16 members (20 features, 100 and 1,000 samples, 20 draws each)
  /// the root mean square of the errors is 0.93 to 0.96 of that of the spreads, and error/spread has a
  /// standard deviation of 1.06 to 1.09; without the corrections 0.74 and 0.84.
  private static func calibrate(
    _ members: [RegressionModel], _ parts: [[Int]], _ x: Matrix, _ y: Matrix
  ) throws -> [Double] {
    let predictions = try members.map { try $0.predict(x, spreads: false).values }
    var seen = parts.map { _ in [Bool](repeating: false, count: x.rows) }
    for (k, part) in parts.enumerated() { for i in part { seen[k][i] = true } }
    let unseen = (0..<x.rows).map { i in members.indices.filter { !seen[$0][i] } }
    let usesRatios = 2 * unseen.count { $0.count >= 6 } > x.rows
    return try (0..<y.columns).map { t in
      var (errors, variances, ratios, count) = (0.0, 0.0, 0.0, 0.0)
      for (i, others) in unseen.enumerated() where others.count >= 2 {
        let (mean, variance) = moments(others.map { predictions[$0][i, t] })
        guard variance > 0 else { continue }
        let error = (y[i, t] - mean) * (y[i, t] - mean)
        let n = Double(others.count)
        let excess = 1 / n - 1 / Double(members.count)
        errors += error - excess * variance
        variances += variance
        if n >= 4 {
          ratios += (n - 3) / (n - 1) * error / variance - excess
          count += 1
        }
      }
      guard variances > 0 else {
        throw InvalidData(
          "no sample is unseen by two members of the committee, so that its spread cannot be "
            + "calibrated: more members or a smaller fraction are needed")
      }
      return max(0, usesRatios ? ratios / count : errors / variances).squareRoot()
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
