import Learning
import Mathematics
import TestSupport
import Testing

/// Against scikit-learn and scikit-matter on the same split. 1e-8 is what is promised; the linear
/// problems are well conditioned and agree to 1e-12.
@Suite struct RegressionTests {
  let reference: LearningReference
  let data: LearningReference.Problem

  init() throws {
    reference = try LearningReference("reference")
    data = try reference.problem()
  }

  @Test func scalersAgree() throws {
    for (mode, name) in [(Scaler.Mode.matrix, "scaled_matrix"), (.columns, "scaled_columns")] {
      let scaler = try Scaler(fitting: data.trainX, mode)
      let scaled = try scaler.transform(data.testX)
      #expect(relativeDifference(scaled, try reference.matrix(name)) < 1e-12)
      #expect(relativeDifference(try scaler.inverse(scaled), data.testX) < 1e-14)
    }
  }

  @Test func aColumnThatDoesNotVaryIsOnlyCentred() throws {
    let x = Matrix([[0.1, 1], [0.1, 2], [0.1, 4]])
    let scaled = try Scaler(fitting: x, .columns).transform(x)
    // The mean of three times 0.1 is off by one unit in the last place.
    #expect(scaled.column(0).allSatisfy { abs($0) < 1e-16 })
    #expect(throws: InvalidData.self) {
      try Scaler(fitting: Matrix([[1, 2], [1, 2]]), .matrix)
    }
    #expect(throws: InvalidData.self) {
      try Scaler(fitting: x, .columns).transform(Matrix(rows: 1, columns: 3))
    }
  }

  @Test func tooManyFoldsAreTold() {
    for (folds, count, words) in [
      (5, 1, "there is only 1 sample to learn from"),
      (5, 4, "a cross-validation of 5 folds on 4 samples to learn from; 2 to 4 folds are possible"),
    ] {
      #expect {
        try Split.folds(folds, of: count, shuffle: .none)
      } throws: {
        "\($0)".contains(words)
      }
    }
  }

  @Test func ridgeAndMetricsAgree() throws {
    let ridge = try RidgeRegression(data.trainX, data.trainY, alpha: 0.3)
    let predictions = try ridge.predict(data.testX)
    #expect(relativeDifference(predictions, try reference.matrix("ridge")) < 1e-12)
    let metrics = try Metrics(targets: data.testY, predictions: predictions)
    let expected = try reference.numbers("ridge_metrics")
    #expect(
      largestDifference([metrics.rmse, metrics.mae, metrics.r2], expected) < 1e-12)
  }

  @Test func crossValidationAgreesWithAGridSearch() throws {
    let splits = try Split.folds(5, of: data.trainX.rows, shuffle: .scikitLearn(3))
    let alphas = try reference.numbers("alphas")
    for (score, name) in [(Score.meanSquaredError, "mse"), (.rootMeanSquaredError, "rmse")] {
      let ridge = try RidgeRegression(
        data.trainX, data.trainY, splits: splits, .init(alphas: alphas, score: score))
      #expect(
        largestDifference(ridge.scores, try reference.numbers("ridge_cv_scores_\(name)")) < 1e-12)
      #expect(ridge.alpha == (try reference.numbers("ridge_cv_alpha_\(name)")[0]))
      #expect(
        relativeDifference(
          try ridge.predict(data.testX), try reference.matrix("ridge_cv_\(name)")) < 1e-12)
    }
  }

  @Test func twoFoldsAgreeWithScikitMatter() throws {
    let splits = try Split.folds(
      2, of: data.trainX.rows, shuffle: .scikitLearn(Shuffle.scikitMatterSeed))
    for method in RidgeRegression.Method.allCases {
      for (isRelative, kind) in [(false, "absolute"), (true, "relative")] {
        let settings = RidgeRegression.Settings(
          alphas: RidgeRegression.Settings.geometric(1e-6, 0.9, count: 15),
          isRelative: isRelative, method: method, intercept: false)
        let ridge = try RidgeRegression(data.trainX, data.trainY, splits: splits, settings)
        let name = "\(method.rawValue)_\(kind)"
        #expect(
          largestDifference(ridge.scores, try reference.numbers("two_fold_scores_\(name)"))
            < 1e-10, "\(name)")
        #expect(
          relativeDifference(
            try ridge.predict(data.testX), try reference.matrix("two_fold_\(name)")) < 1e-10,
          "\(name)")
      }
    }
  }

  @Test func kernelRidgeAgrees() throws {
    for (kernel, name) in [
      (Kernel.radialBasis(gamma: 0.02), "rbf"),
      (.polynomial(degree: 3, gamma: 0.05, offset: 1), "polynomial"), (.linear, "linear"),
    ] {
      let model = try KernelRidgeRegression(
        data.trainX, data.trainY, kernel: kernel, alpha: 1e-2)
      #expect(
        relativeDifference(
          try model.predict(data.testX), try reference.matrix("kernel_\(name)")) < 1e-9, "\(name)")
    }
  }

  @Test func kernelCrossValidationAgreesWithAGridSearch() throws {
    let splits = try Split.folds(4, of: data.trainX.rows, shuffle: .scikitLearn(5))
    let model = try KernelRidgeRegression(
      data.trainX, data.trainY, kernels: [0.002, 0.02, 0.2].map { .radialBasis(gamma: $0) },
      alphas: [1e-4, 1e-2, 1], splits: splits)
    let expected = try reference.matrix("kernel_cv_scores")
    #expect(
      relativeDifference(
        Matrix(column: model.scores), expected) < 1e-9)
    #expect(
      relativeDifference(try model.predict(data.testX), try reference.matrix("kernel_cv")) < 1e-9)
  }

  @Test func manyAlphasByOneDecompositionScoreAsFewByFactorisations() throws {
    let splits = try Split.folds(4, of: data.trainX.rows, shuffle: .scikitLearn(5))
    let alphas = RidgeRegression.Settings.geometric(1e-4, 1, count: 30)
    func scores(_ alphas: [Double]) throws -> [Double] {
      try KernelRidgeRegression(
        data.trainX, data.trainY, kernels: [.radialBasis(gamma: 0.02)], alphas: alphas,
        splits: splits
      ).scores
    }
    let few = try scores(Array(alphas.prefix(3))) + scores(Array(alphas.suffix(27).prefix(3)))
    let many = try scores(alphas)
    for (a, b) in zip(few, many) { #expect(abs(a - b) < 1e-9 * b) }
    // Of rank 9: nothing on the diagonal is not positive definite, and never chosen.
    let singular = try KernelRidgeRegression(
      data.trainX, data.trainY, kernels: [.linear], alphas: [0, 1], splits: splits)
    #expect(singular.alpha == 1 && singular.scores[0] == .infinity)
  }

  @Test func whitenedComponentsAgree() throws {
    let scaler = try Scaler(fitting: data.trainX, .matrix)
    let whitening = try Whitening(try scaler.transform(data.trainX), count: 4)
    let white = try whitening.transform(scaler.transform(data.testX))
    // scikit-learn's components have variance 1, these 1/4.
    #expect(relativeDifference(white * 2, try reference.matrix("whitened")) < 1e-12)
    let model = try RegressionModel(
      kernels: [.radialBasis(gamma: 0.3)], alphas: [1e-2], data.trainX, data.trainY,
      targetNames: ["a", "b"], splits: [], scaling: .init(components: 4))
    #expect(
      relativeDifference(
        try model.predict(data.testX).values, try reference.matrix("whitened_kernel")) < 1e-9)
    #expect(throws: InvalidData.self) {
      try RegressionModel(
        ridge: .init(alphas: [1]), data.trainX, data.trainY, targetNames: ["a", "b"], splits: [],
        scaling: .init(components: 10))
    }
    let flat = Matrix([[1, 2], [2, 4], [3, 6]])
    #expect(throws: InvalidData.self) { try Whitening(flat, count: 2) }
  }

  @Test func transformedTargetsAgree() throws {
    let pair = try reference.matrix("pair")
    let train = pair.selecting(rows: data.split.training)
    let well = TargetTransform.lennardJones(sigma: 1.2, gamma: 0.9)
    func model(_ y: Matrix, _ transform: TargetTransform) throws -> RegressionModel {
      try RegressionModel(
        ridge: .init(alphas: [0.3]), data.trainX, y,
        targetNames: (0..<y.columns).map { "\($0)" }, splits: [],
        scaling: .init(features: .none, targets: .none, transform: transform), posterior: true)
    }
    let fitted = try model(train, well)
    let prediction = try fitted.predict(data.testX)
    #expect(relativeDifference(prediction.values, try reference.matrix("pair_ridge")) < 1e-10)
    // There and back, and the spread of the energy by differences of the inverse.
    let plain = Prediction(values: try well.apply(train))
    #expect(relativeDifference(try well.inverse(plain).values, train) < 1e-13)
    func energy(_ h: Double, _ strength: Double) throws -> Double {
      try well.inverse(Prediction(values: Matrix([[h, strength]]))).values[0, 1]
    }
    let spread = try #require(
      try well.inverse(
        Prediction(values: Matrix([[0.3, 2]]), spreads: Matrix([[0.01, 0.2]]))
      ).spreads)
    let step = 1e-5
    let slope = (try energy(0.3 + step, 2) - energy(0.3 - step, 2)) / (2 * step)
    let parts = (slope * 0.01, try energy(0.3, 1) * 0.2)
    let expected = (parts.0 * parts.0 + parts.1 * parts.1).squareRoot()
    // Central differences: a third derivative of 1e4 times step^2.
    #expect(spread[0, 0] == 0.01 && abs(spread[0, 1] - expected) < 1e-6 * expected)
    #expect(try energy(-1.08, 1) == .infinity)

    #expect(throws: InvalidData.self) { try model(Matrix(column: train.column(0)), well) }
    // The distance at which the well crosses zero has no strength.
    var zero = train
    (zero[7, 0], zero[7, 1]) = (1, 0)
    #expect(throws: InvalidData.self) { try model(zero, .lennardJones(sigma: 1, gamma: 0)) }
    #expect(throws: InvalidData.self) { try model(train, .lennardJones(sigma: -1, gamma: 1)) }
  }

  @Test func posteriorsAgreeWithAGaussianProcess() throws {
    let model = try KernelRidgeRegression(
      data.trainX, data.trainY, kernel: .radialBasis(gamma: 0.02), alpha: 1e-2)
    #expect(
      largestDifference(
        try model.posteriorDeviations(data.testX), try reference.numbers("posterior_rbf")) < 1e-9)
    let linear = try LinearPosterior(data.trainX, data.trainY, alpha: 0.3, intercept: false)
    let deviations = try linear.leverages(data.testX).map { ($0 * 0.3).squareRoot() }
    // scikit-learn subtracts two numbers of about 50 and takes the root.
    #expect(
      largestDifference(deviations, try reference.numbers("posterior_linear")) < 1e-8)
  }

  @Test func dualAndPrimalPosteriorAreTheSame() throws {
    // With fewer samples than features, and directions that were never seen.
    let few = Array(data.split.training.prefix(5))
    let (x, y) = (data.x.selecting(rows: few), data.y.selecting(rows: few))
    let kernel = try KernelRidgeRegression(x, y, kernel: .linear, alpha: 0.2)
    let linear = try LinearPosterior(x, y, alpha: 0.2, intercept: false)
    let dual = try kernel.posteriorDeviations(data.testX).map { $0 * $0 }
    let primal = try linear.leverages(data.testX).map { $0 * 0.2 }
    // Variances of up to 50 that come from a difference of numbers as large.
    #expect(largestDifference(dual, primal) < 1e-11)
  }

  @Test func refusesUnusableData() throws {
    let (x, y) = (data.trainX, data.trainY)
    #expect(throws: InvalidData.self) { try RidgeRegression(x, data.testY, alpha: 1) }
    #expect(throws: InvalidData.self) { try RidgeRegression(x, y, alpha: -1) }
    #expect(throws: InvalidData.self) { try RidgeRegression(x, y, alpha: 1).predict(y) }
    var broken = x
    broken[3, 2] = .nan
    #expect(throws: InvalidData.self) { try RidgeRegression(broken, y, alpha: 1) }
    #expect(throws: InvalidData.self) {
      try KernelRidgeRegression(x, y, kernel: .radialBasis(gamma: 0), alpha: 1)
    }
    // Not positive definite: a rank of 9 for 50 samples and nothing on the diagonal.
    #expect(throws: (any Error).self) {
      try KernelRidgeRegression(x, y, kernel: .linear, alpha: 0).posteriorDeviations(x)
    }
  }
}
