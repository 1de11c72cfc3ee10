public import Mathematics

/// How well one set of features X reconstructs another, Y, linearly (Goscinski, Fraux, Imbalzano,
/// Ceriotti, Mach. Learn.: Sci. Technol. 2, 025028 (2021), doi:10.1088/2632-2153/abdaf7). The values
/// are those of scikit-matter's `global_reconstruction_error` and its relatives.
///
/// Both are scaled by the training part, the regression is ridge with two-fold cross-validation on
/// the training part, and the error is that of the test part: 0 means that X holds all of Y, 1 that its
/// predictions are no better than the mean of the training part. Above 1 they are worse: the test part
/// lies where the training part does not (a change from one phase to another, say), or there are too few
/// training samples for so many features; it says nothing about how different X and Y are.
public struct ReconstructionError: Sendable {
  /// How X and Y are scaled: `matrix` makes 1 the error of knowing nothing.
  public var scaling: Scaler.Mode
  /// The regression.
  public var ridge: RidgeRegression.Settings
  /// How the two folds are drawn.
  public var shuffle: Shuffle
  /// How many threads are used.
  public var threads: Int

  /// scikit-matter's defaults: 20 relative alphas from 1e-9 to 0.9, singular values cut off,
  /// no intercept, folds drawn with its fixed seed.
  public init(
    scaling: Scaler.Mode = .matrix,
    ridge: RidgeRegression.Settings = .init(
      alphas: RidgeRegression.Settings.geometric(1e-9, 0.9, count: 20), isRelative: true,
      method: .cutoff, score: .rootMeanSquaredError, intercept: false),
    shuffle: Shuffle = .scikitLearn(Shuffle.scikitMatterSeed),
    threads: Int = Parallel.availableThreads
  ) {
    self.scaling = scaling
    self.ridge = ridge
    self.shuffle = shuffle
    self.threads = threads
  }

  /// |y - y'| of every test sample (pointwise GFRE), in the order of the split.
  ///
  /// Throws: `InvalidData` for unusable data, `NumericalError` when a decomposition fails;
  /// `Stopped`.
  public func pointwiseGlobalError(_ x: Matrix, _ y: Matrix, _ split: Split) throws -> [Double] {
    let data = try scaled(x, y, split)
    let predictions = try fit(data.trainX, data.trainY).predict(data.testX)
    return (data.testY - predictions).squaredRowNorms.map { $0.squareRoot() }
  }

  /// The global feature reconstruction error (GFRE): the root mean square of the pointwise errors.
  ///
  /// Throws: as `pointwiseGlobalError`.
  public func globalError(_ x: Matrix, _ y: Matrix, _ split: Split) throws -> Double {
    Self.rootMeanSquare(try pointwiseGlobalError(x, y, split))
  }

  /// The distance of every test sample between the linear and the best orthogonal reconstruction
  /// (pointwise GRD). X and Y are padded with zeros to equal width.
  ///
  /// Throws: as `pointwiseGlobalError`.
  public func pointwiseGlobalDistortion(
    _ x: Matrix, _ y: Matrix, _ split: Split
  ) throws -> [Double] {
    let data = try scaled(x, y, split)
    let regression = try fit(data.trainX, data.trainY)
    let width = max(x.columns, y.columns)
    let padded = data.trainX.padded(toColumns: width)
    let fitted = try regression.predict(data.trainX).padded(toColumns: width)
    // Procrustes: the orthogonal Q of least |X Q - Y| is U V^T with X^T Y = U S V^T.
    let (u, _, vTransposed) = try LinearAlgebra.singularValues(
      LinearAlgebra.product(padded, fitted, transposeA: true))
    let rotated = try LinearAlgebra.product(
      data.testX.padded(toColumns: width), LinearAlgebra.product(u, vTransposed))
    let predictions = try regression.predict(data.testX).padded(toColumns: width)
    return (predictions - rotated).squaredRowNorms.map { $0.squareRoot() }
  }

  /// The global feature reconstruction distortion (GFRD): the root mean square of the pointwise one.
  ///
  /// Throws: as `pointwiseGlobalError`.
  public func globalDistortion(_ x: Matrix, _ y: Matrix, _ split: Split) throws -> Double {
    Self.rootMeanSquare(try pointwiseGlobalDistortion(x, y, split))
  }

  /// |y - y'| of every test sample, learned from its `neighbors` nearest training samples in X
  /// (pointwise LFRE).
  ///
  /// Throws: as `pointwiseGlobalError`, and `InvalidData` for a number of neighbours below 2 or above
  /// the number of training samples.
  public func pointwiseLocalError(
    _ x: Matrix, _ y: Matrix, _ split: Split, neighbors: Int
  ) throws -> [Double] {
    guard neighbors >= 2, neighbors <= split.training.count else {
      throw InvalidData(
        "\(neighbors) local neighbours; 2 to \(split.training.count) are possible")
    }
    let data = try scaled(x, y, split)
    let (norms, cross) = (
      data.trainX.squaredRowNorms,
      try LinearAlgebra.product(data.testX, data.trainX, transposeB: true)
    )
    return try Parallel.map(count: data.testX.rows, threads: threads) { i in
      let distances = norms.indices.map { norms[$0] - 2 * cross[i, $0] }
      let nearest = Array(
        distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
          .prefix(neighbors))
      let (nearX, nearY) = (
        data.trainX.selecting(rows: nearest), data.trainY.selecting(rows: nearest)
      )
      let (meanX, meanY) = (nearX.columnMeans, nearY.columnMeans)
      let regression = try fit(nearX.subtracting(row: meanX), nearY.subtracting(row: meanY))
      let prediction = try regression.predict(
        data.testX.selecting(rows: [i]).subtracting(row: meanX)
      ).adding(row: meanY)
      return (data.testY.selecting(rows: [i]) - prediction).frobeniusNorm
    }
  }

  /// The local feature reconstruction error (LFRE): the root mean square of the pointwise errors.
  ///
  /// Throws: as `pointwiseLocalError`.
  public func localError(
    _ x: Matrix, _ y: Matrix, _ split: Split, neighbors: Int
  ) throws -> Double {
    Self.rootMeanSquare(try pointwiseLocalError(x, y, split, neighbors: neighbors))
  }

  private func fit(_ x: Matrix, _ y: Matrix) throws -> RidgeRegression {
    let splits = try Split.folds(2, of: x.rows, shuffle: shuffle)
    // The loops outside are the parallel ones.
    return try RidgeRegression(x, y, splits: splits, ridge, threads: 1)
  }

  private func scaled(
    _ x: Matrix, _ y: Matrix, _ split: Split
  ) throws -> (trainX: Matrix, trainY: Matrix, testX: Matrix, testY: Matrix) {
    try RidgeRegression.check(x, y, alphas: ridge.alphas)
    let (trainX, trainY) = (
      x.selecting(rows: split.training), y.selecting(rows: split.training)
    )
    let (scaleX, scaleY) = (
      try Scaler(fitting: trainX, scaling), try Scaler(fitting: trainY, scaling)
    )
    return (
      try scaleX.transform(trainX), try scaleY.transform(trainY),
      try scaleX.transform(x.selecting(rows: split.testing)),
      try scaleY.transform(y.selecting(rows: split.testing))
    )
  }

  private static func rootMeanSquare(_ values: [Double]) -> Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(max(1, values.count))).squareRoot()
  }
}
