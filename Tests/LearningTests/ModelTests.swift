import Foundation
import Learning
import Mathematics
import TestSupport
import Testing

@Suite struct ModelTests {
  let data: LearningReference.Problem
  let names = ["a", "b"]

  init() throws { data = try LearningReference("reference").problem() }

  private func ridge(posterior: Bool = false) throws -> RegressionModel {
    try RegressionModel(
      ridge: .init(alphas: [1e-6, 1e-3, 1], isRelative: true), data.trainX, data.trainY,
      targetNames: names, splits: Split.folds(5, of: 50, shuffle: .seeded(1)),
      posterior: posterior)
  }

  @Test func splitsAreThoseOfScikitLearn() throws {
    let reference = try LearningReference("reference")
    let split = try Split.holdout(testing: 30, of: 80, shuffle: .scikitLearn(11))
    #expect(split == data.split)
    let order = try Split.holdout(
      testing: 49, training: 1, of: 50, shuffle: .scikitLearn(Shuffle.scikitMatterSeed))
    #expect(order.testing + order.training == (try reference.indices("permutation_50")))
    let folds = try Split.folds(4, of: 50, shuffle: .scikitLearn(9))
    #expect(folds[0].testing == (try reference.indices("folds_50")))
  }

  @Test func everySampleIsTestedOnceWhateverTheShuffle() throws {
    for shuffle in [Shuffle.none, .seeded(4), .scikitLearn(4)] {
      let folds = try Split.folds(4, of: 11, shuffle: shuffle)
      #expect(folds.flatMap(\.testing).sorted() == Array(0..<11))
      #expect(folds.allSatisfy { ($0.training + $0.testing).sorted() == Array(0..<11) })
      #expect(folds.map(\.testing.count) == [3, 3, 3, 2])
    }
    #expect(throws: InvalidData.self) { try Split.folds(1, of: 5, shuffle: .none) }
    #expect(throws: InvalidData.self) { try Split.holdout(testing: 5, of: 5, shuffle: .none) }
  }

  @Test func aSplitByHashDoesNotDependOnTheOtherSamples() throws {
    let hashes = (0..<2000).map { i -> UInt64 in
      var hash = StableHash()
      hash.combine(Double(i) * 0.25)
      hash.combine("X")
      return hash.value
    }
    let all = try Split.byHash(hashes, testing: 0.2)
    let half = try Split.byHash(Array(hashes[1000...]), testing: 0.2)
    #expect(all.testing.filter { $0 >= 1000 } == half.testing.map { $0 + 1000 })
    // 400 expected, within four standard deviations, of 18, of a binomial of 2,000 draws.
    #expect(abs(all.testing.count - 400) < 72)
    var (zero, negative) = (StableHash(), StableHash())
    zero.combine(0.0)
    negative.combine(-0.0)
    #expect(zero.value == negative.value)
    #expect(zero.value != StableHash().value)
  }

  @Test func everyModelSurvivesStorage() throws {
    let kernel = try RegressionModel(
      kernels: [.radialBasis(gamma: 0.5), .polynomial(degree: 2, gamma: 1, offset: 0.5)],
      alphas: [1e-3, 1e-2], data.trainX, data.trainY, targetNames: names,
      splits: Split.folds(5, of: 50, shuffle: .seeded(1)))
    let committee = try Committee(count: 4, seed: 3, data.trainX, data.trainY) { x, y in
      try RegressionModel(
        ridge: .init(alphas: [1e-3]), x, y, targetNames: ["a", "b"], splits: [])
    }
    let whitened = try RegressionModel(
      kernels: [.radialBasis(gamma: 0.5)], alphas: [1e-3], data.trainX, data.trainY,
      targetNames: names, splits: [],
      scaling: .init(components: 3, transform: .lennardJones(sigma: 5, gamma: 2)))
    let scaler = try Scaler(fitting: data.trainX, .columns)
    let targets = try Scaler(fitting: data.trainY, .matrix)
    let scaled = try scaler.transform(data.trainX)
    let models: [TrainedModel] = [
      .regression(try ridge()), .regression(try ridge(posterior: true)), .regression(kernel),
      .regression(whitened), .committee(committee),
      .components(scaler, try PrincipalComponents(scaled, count: 2)),
      .covariates(
        scaler, targets,
        try PrincipalCovariates(
          scaled, targets.transform(data.trainY), mixing: 0.4, count: 2), targetNames: names),
    ]
    for model in models {
      let record = try model.record
      let again = try TrainedModel(record)
      #expect(again == model)
      let prediction = try again.predict(data.testX)
      #expect(prediction == (try model.predict(data.testX)))
      #expect(prediction.values.columns == model.outputNames.count)
    }
  }

  @Test func damagedRecordsAreRefused() throws {
    let record = try TrainedModel.regression(try ridge()).record
    var missing = record
    missing.arrays["coefficients"] = nil
    #expect(throws: InvalidData.self) { try TrainedModel(missing) }
    var narrow = record
    narrow.arrays["feature_scales"] = Matrix(rows: 1, columns: 2)
    #expect(throws: InvalidData.self) { try TrainedModel(narrow) }
    var wide = record
    let coefficients = try #require(record.arrays["coefficients"])
    wide.arrays["coefficients"] = coefficients.padded(toColumns: coefficients.columns + 1)
    #expect(throws: InvalidData.self) { try TrainedModel(wide) }
    var text = record
    text.hyperparameters = "{}"
    #expect(throws: InvalidData.self) { try TrainedModel(text) }
    text.hyperparameters = record.hyperparameters.replacing(
      "\"targets\":[", with: "\"targets\":[\"x\",")
    #expect(throws: InvalidData.self) { try TrainedModel(text) }
    #expect(throws: InvalidData.self) { try TrainedModel(record).predict(data.testY) }
  }

  /// A kernel of 10^12 factors would take for ever, one of -1 factors is none.
  @Test(arguments: [-1, 0, 1_000_000_000_000, Int.max])
  func degreesOfKernelsInFiles(degree: Int) throws {
    let model = try RegressionModel(
      kernels: [.polynomial(degree: 2, gamma: 0.5, offset: 1)], alphas: [1e-3], data.trainX,
      data.trainY, targetNames: names, splits: [])
    var record = try TrainedModel.regression(model).record
    #expect(record.hyperparameters.contains("\"degree\":2"))
    record.hyperparameters = record.hyperparameters.replacing(
      "\"degree\":2", with: "\"degree\":\(degree)")
    let error = #expect(throws: InvalidData.self) { try TrainedModel(record) }
    #expect(error?.description.contains("polynomial kernel of degree \(degree)") == true)
  }

  @Test func aModelDoesNotSeeTheUnitOfFeaturesAndTargets() throws {
    let plain = try ridge().predict(data.testX)
    let scaled = try RegressionModel(
      ridge: .init(alphas: [1e-6, 1e-3, 1], isRelative: true), data.trainX * 1e6,
      data.trainY * 1e-4, targetNames: names, splits: Split.folds(5, of: 50, shuffle: .seeded(1)))
    let values = try scaled.predict(data.testX * 1e6).values
    #expect(relativeDifference(values * 1e4, plain.values) < 1e-11)
  }

  @Test func theSpreadOfALinearProblemIsThatOfItsNoise() throws {
    var stream = RandomStream(seed: 5)
    var (x, y) = (Matrix(rows: 4000, columns: 3), Matrix(rows: 4000, columns: 1))
    for i in 0..<4000 {
      for j in 0..<3 { x[i, j] = stream.gaussian() }
      y[i, 0] = 2 * x[i, 0] - x[i, 2] + 5 + stream.gaussian(sigma: 0.3)
    }
    let split = try Split.holdout(testing: 2000, of: 4000, shuffle: .seeded(2))
    let (trainX, trainY) = (
      x.selecting(rows: split.training), y.selecting(rows: split.training)
    )
    let linear = try RegressionModel(
      ridge: .init(alphas: [1e-8]), trainX, trainY, targetNames: ["y"], splits: [],
      posterior: true)
    let prediction = try linear.predict(x.selecting(rows: split.testing))
    let spreads = try #require(prediction.spreads)
    let errors = (y.selecting(rows: split.testing) - prediction.values).elements
    let ratios = zip(errors, spreads.elements).map { ($0 / $1) * ($0 / $1) }
    let mean = ratios.reduce(0, +) / 2000
    // A chi-squared variable of 2,000 degrees over 2,000: four standard deviations of 0.045,
    // of which half comes from sigma, estimated from as many.
    #expect(abs(mean - 1) < 0.18)
    #expect(spreads.elements.allSatisfy { abs($0 - 0.3) < 0.03 })
  }

  @Test func aCommitteeIsCalibratedOnWhatItHasNotSeen() throws {
    let committee = try Committee(count: 16, seed: 3, data.trainX, data.trainY) { x, y in
      try RegressionModel(
        ridge: .init(alphas: [1e-3]), x, y, targetNames: ["a", "b"], splits: [])
    }
    let prediction = try committee.predict(data.testX)
    let spreads = try #require(prediction.spreads)
    var sum = 0.0
    for i in 0..<data.testY.rows {
      for t in 0..<2 {
        let ratio = (data.testY[i, t] - prediction.values[i, t]) / spreads[i, t]
        sum += ratio * ratio / Double(2 * data.testY.rows)
      }
    }
    // Of the order of one: 30 points, and errors that are not Gaussian.
    #expect(sum > 0.3 && sum < 3)
    #expect(throws: InvalidData.self) {
      try Committee(count: 1, seed: 3, data.trainX, data.trainY) { _, _ in try ridge() }
    }
  }

  /// Linear data with Gaussian noise: whatever the number of members, spreads and errors agree.
  @Test(arguments: [8, 16, 32])
  func aCommitteesSpreadsAreAsLargeAsItsErrors(_ members: Int) throws {
    var (errors, spreads, ratios, count) = (0.0, 0.0, 0.0, 0.0)
    for seed in 1...6 as ClosedRange<UInt64> {
      var stream = RandomStream(seed: seed)
      func draw(_ rows: Int, _ columns: Int) -> Matrix {
        Matrix(
          rows: rows, columns: columns,
          elements: (0..<rows * columns).map { _ in stream.gaussian() })
      }
      let weights = draw(20, 1)
      let (x, testX) = (draw(400, 20), draw(400, 20))
      let y = LinearAlgebra.multiply(x, weights) + draw(400, 1)
      let testY = LinearAlgebra.multiply(testX, weights) + draw(400, 1)
      let committee = try Committee(count: members, seed: seed, x, y) { x, y in
        try RegressionModel(
          ridge: .init(alphas: [1e-6]), x, y, targetNames: ["y"], splits: [])
      }
      let prediction = try committee.predict(testX)
      let spread = try #require(prediction.spreads)
      for i in 0..<400 {
        let error = testY[i, 0] - prediction.values[i, 0]
        errors += error * error
        spreads += spread[i, 0] * spread[i, 0]
        ratios += error * error / (spread[i, 0] * spread[i, 0])
        count += 1
      }
    }
    // Uncorrected, the first is 0.4, 0.75 and 0.87 (8, 16 and 32 members).
    #expect(abs((errors / spreads).squareRoot() - 1) < 0.1)
    // The deviation of N members is itself uncertain, which makes this one larger.
    #expect((ratios / count).squareRoot() > 0.95 && (ratios / count).squareRoot() < 1.3)
  }

  @Test func learningCurvesRepeatTheirDrawsAndEndAtTheWholeTrainingPart() throws {
    let fit: @Sendable (Matrix, Matrix, [Int]) throws -> RegressionModel = { x, y, _ in
      try RegressionModel(
        ridge: .init(alphas: [1e-2]), x, y, targetNames: ["a", "b"], splits: [])
    }
    let curve = try LearningCurve(
      sizes: [10, 25, 50], repeats: 3, seed: 8, data.x, data.y, data.split, fit: fit)
    #expect(curve.points.map(\.count) == [10, 25, 50])
    #expect(curve.points[0].meanError > curve.points[2].meanError)
    // All of the training part: the draws differ in their order only.
    #expect(curve.points[2].errorDeviation < 1e-12)
    let whole = try fit(data.trainX, data.trainY, data.split.training).predict(data.testX).values
    let metrics = try Metrics(targets: data.testY, predictions: whole)
    #expect(abs(curve.points[2].meanError - metrics.rmse) < 1e-12)
    // The rows that a fit is told are those it gets.
    let told: @Sendable (Matrix, Matrix, [Int]) throws -> RegressionModel = { x, y, rows in
      #expect(x == data.x.selecting(rows: rows) && y == data.y.selecting(rows: rows))
      return try fit(x, y, rows)
    }
    _ = try LearningCurve(
      sizes: [25], repeats: 2, seed: 8, data.x, data.y, data.split, fit: told)
    let again = try LearningCurve(
      sizes: [25], repeats: 3, seed: 8, data.x, data.y, data.split, fit: fit)
    #expect(again.points[0] == curve.points[1])
    #expect(throws: InvalidData.self) {
      try LearningCurve(
        sizes: [51], repeats: 1, seed: 8, data.x, data.y, data.split, fit: fit)
    }
  }

  @Test func metricsOfAConstantTargetAreThoseOfScikitLearn() throws {
    let constant = Matrix(column: [2, 2, 2])
    #expect(try Metrics(targets: constant, predictions: constant).r2 == 1)
    #expect(try Metrics(targets: constant, predictions: Matrix(column: [2, 2, 3])).r2 == 0)
    // One sample has no deviation, and so no R2.
    let single = try Metrics(targets: Matrix(column: [2]), predictions: Matrix(column: [3]))
    #expect(single.r2.isNaN && single.rmse == 1)
    var running = RunningMetrics()
    running.add(2, 3)
    #expect(running.r2.isNaN)
    #expect(throws: InvalidData.self) {
      try Metrics(targets: constant, predictions: Matrix(column: [1]))
    }
  }
}
