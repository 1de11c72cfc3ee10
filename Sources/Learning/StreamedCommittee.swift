public import Mathematics

/// Solutions of the same regression, each from a random half of the blocks of rows: their standard
/// deviation, multiplied by a factor for each kind of row, is the spread of a prediction.
///
/// The factor is found on the rows of the blocks that a member has not seen, as `Committee` has it: with e
/// the error of the mean of the n >= 2 members that have not seen a row and s their deviation there,
///
///     factor^2 = sum of (e^2 - (1/n - 1/N) s^2) / sum of s^2
///
/// so that the mean of e^2 is that of the squared spreads. Both sums follow from normal equations: no row
/// is looked at twice. Members learn from half of the rows and the model from all, so that spreads are
/// rather too large than too small.
public struct StreamedCommittee: Sendable {
  /// The coefficients of the members, of columns as they came.
  public let members: [[Double]]
  /// What the deviations of each kind of row are multiplied by; 0 for a kind without rows.
  public let calibration: [Double]

  /// `blocks` are the rows, block by block and kind by kind; rows of a kind weigh `weights` in the
  /// regression. Scales and alpha are those of `StreamedRidge`.
  ///
  /// Throws: `InvalidData` for fewer than three members or four blocks, and where no block is unseen by
  /// two members; `NumericalError`, `Stopped`.
  public init(
    blocks: [[NormalEquations]], weights: [Double], scales: [Double], alpha: Double, count: Int,
    seed: UInt64, threads: Int = Parallel.availableThreads
  ) throws {
    guard count >= 3, blocks.count >= 4, let columns = blocks.first?.first?.moments.count else {
      throw InvalidData(
        "a committee of \(count) members from \(blocks.count) blocks; three members and four blocks "
          + "are needed")
    }
    let seen = (0..<count).map { k -> Set<Int> in
      // A stream of its own: "members" in ASCII.
      var stream = RandomStream(seed: seed, stream: 0x6d_656d_6265_7273, frame: UInt64(k))
      return Set(stream.permutation(blocks.count).prefix(blocks.count / 2))
    }
    let members = try Parallel.map(count: count, threads: threads) { k in
      var all = NormalEquations(columns: columns)
      for b in seen[k].sorted() {
        for (part, weight) in zip(blocks[b], weights) { all.add(part, times: weight) }
      }
      guard all.weight > 0 else { throw InvalidData("a member of a committee without rows") }
      return try StreamedRidge.Factors(all, scales).coefficients(alpha)
    }
    self.members = members
    calibration = try weights.indices.map { kind in
      try Self.factor(blocks.map { $0[kind] }, members, seen)
    }
  }

  private static func factor(
    _ blocks: [NormalEquations], _ members: [[Double]], _ seen: [Set<Int>]
  ) throws -> Double {
    guard blocks.contains(where: { $0.weight > 0 }) else { return 0 }
    var (errors, variances) = (0.0, 0.0)
    for (b, block) in blocks.enumerated() where block.weight > 0 {
      let unseen = members.indices.filter { !seen[$0].contains(b) }.map { members[$0] }
      guard unseen.count >= 2, let first = unseen.first else { continue }
      let n = Double(unseen.count)
      let mean = first.indices.map { k in unseen.reduce(0) { $0 + $1[k] } / n }
      let variance =
        unseen.reduce(0) { sum, member in
          sum + block.squaredPredictions(zip(member, mean).map { $0 - $1 })
        } / (n - 1)
      variances += variance
      errors +=
        block.meanSquaredError(mean) * block.weight
        - (1 / n - 1 / Double(members.count)) * variance
    }
    guard variances > 0 else {
      throw InvalidData(
        "no rows are unseen by two members of the committee, or all members are the same: their "
          + "spread cannot be calibrated")
    }
    return max(0, errors / variances).squareRoot()
  }
}
