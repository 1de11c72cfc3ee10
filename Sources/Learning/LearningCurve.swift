public import Mathematics

/// The error on a fixed test part against the number of samples learned from, with repeated draws.
public struct LearningCurve: Equatable, Codable, Sendable {
  /// The draws of one size.
  public struct Point: Equatable, Codable, Sendable {
    /// How many samples were learned from.
    public let count: Int
    /// On the test part, one entry for each draw.
    public let testing: [Metrics]
    /// On the samples learned from, one entry for each draw.
    public let training: [Metrics]

    /// The mean root mean squared error on the test part.
    public var meanError: Double {
      testing.reduce(0) { $0 + $1.rmse } / Double(testing.count)
    }

    /// Its sample standard deviation over the draws; 0 for a single one.
    public var errorDeviation: Double {
      guard testing.count > 1 else { return 0 }
      let mean = meanError
      let squares = testing.reduce(0) { $0 + ($1.rmse - mean) * ($1.rmse - mean) }
      return (squares / Double(testing.count - 1)).squareRoot()
    }
  }

  /// In the order of the sizes asked for.
  public let points: [Point]

  /// For every size `repeats` draws from the training part without replacement; the draws of
  /// different sizes are nested, so that a curve is not rougher than it has to be.
  ///
  /// `fit` is told which samples it learns from, so that it can keep those of a group together.
  ///
  /// Throws: `InvalidData` when a size is not between 1 and the training part, and whatever `fit`
  /// throws.
  public init(
    sizes: [Int], repeats: Int, seed: UInt64, _ x: Matrix, _ y: Matrix, _ split: Split,
    fit: @Sendable (_ x: Matrix, _ y: Matrix, _ rows: [Int]) throws -> RegressionModel
  ) throws {
    for size in sizes where size < 1 || size > split.training.count {
      throw InvalidData(
        "\(size) samples to learn from; 1 to \(split.training.count) are there")
    }
    guard repeats >= 1 else { throw InvalidData("\(repeats) draws of every size") }
    let (testX, testY) = (x.selecting(rows: split.testing), y.selecting(rows: split.testing))
    let orders = (0..<repeats).map { k in
      // A stream of its own: "curve" in ASCII.
      var stream = RandomStream(seed: seed, stream: 0x63_7572_7665, frame: UInt64(k))
      return stream.permutation(split.training.count).map { split.training[$0] }
    }
    points = try sizes.map { size in
      let draws = try orders.map { order in
        let rows = Array(order.prefix(size))
        let (trainX, trainY) = (x.selecting(rows: rows), y.selecting(rows: rows))
        let model = try fit(trainX, trainY, rows)
        return (
          try Metrics(
            targets: testY, predictions: model.predict(testX, spreads: false).values),
          try Metrics(
            targets: trainY, predictions: model.predict(trainX, spreads: false).values)
        )
      }
      return Point(count: size, testing: draws.map(\.0), training: draws.map(\.1))
    }
  }
}
