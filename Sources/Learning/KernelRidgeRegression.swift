public import Mathematics

/// Kernel ridge regression: dual coefficients c = (K + alpha I)^-1 Y, predictions k(x) c
/// (scikit-learn's `KernelRidge`; centre the targets first).
public struct KernelRidgeRegression: Equatable, Sendable {
  /// The kernel.
  public let kernel: Kernel
  /// What is added to the diagonal of K.
  public let alpha: Double
  /// The training samples.
  public let samples: Matrix
  /// c: training samples by targets.
  public let dual: Matrix
  /// For every target y^T (K + alpha I)^-1 y / n: the scale at which the spread of the training
  /// targets is most likely.
  public let amplitudes: [Double]
  /// The cross-validated scores, kernels slowest and alphas fastest; empty for given ones.
  public let scores: [Double]

  init(
    kernel: Kernel, alpha: Double, samples: Matrix, dual: Matrix, amplitudes: [Double],
    scores: [Double]
  ) {
    self.kernel = kernel
    self.alpha = alpha
    self.samples = samples
    self.dual = dual
    self.amplitudes = amplitudes
    self.scores = scores
  }

  /// A fit with a given kernel and alpha.
  ///
  /// Throws: `InvalidData` for unusable data or parameters, `NumericalError` when K + alpha I is not
  /// positive definite; `Stopped`.
  public init(_ x: Matrix, _ y: Matrix, kernel: Kernel, alpha: Double) throws {
    try self.init(x, y, kernel: kernel, alpha: alpha, scores: [])
  }

  private init(
    _ x: Matrix, _ y: Matrix, kernel: Kernel, alpha: Double, scores: [Double],
    threads: Int = Parallel.availableThreads
  ) throws {
    try RidgeRegression.check(x, y, alphas: [alpha])
    try kernel.check()
    let dual = try LinearAlgebra.solvePositiveDefinite(
      kernel.matrix(x, x, threads: threads).addingToDiagonal(alpha), y)
    let amplitudes = (0..<y.columns).map { t in
      (0..<y.rows).reduce(0) { $0 + y[$1, t] * dual[$1, t] } / Double(y.rows)
    }
    self.init(
      kernel: kernel, alpha: alpha, samples: x, dual: dual, amplitudes: amplitudes, scores: scores)
  }

  /// A fit with the kernel and the alpha that cross-validate best: for every kernel one matrix, for
  /// every split either one Cholesky factorisation for each alpha or, for many alphas, one eigenvalue
  /// decomposition, which serves them all. An alpha for which K + alpha I is not positive definite has
  /// an infinite score in the first case.
  ///
  /// Throws: `InvalidData` for unusable data or settings, `NumericalError` when a decomposition fails;
  /// `Stopped`.
  public init(
    _ x: Matrix, _ y: Matrix, kernels: [Kernel], alphas: [Double], splits: [Split],
    score: Score = .meanSquaredError, threads: Int = Parallel.availableThreads
  ) throws {
    try RidgeRegression.check(x, y, alphas: alphas)
    guard !splits.isEmpty, !kernels.isEmpty else {
      throw InvalidData("cross-validation without any split or kernel")
    }
    var scores: [Double] = []
    for kernel in kernels {
      try kernel.check()
      scores += try Self.scores(
        kernel.matrix(x, x, threads: threads), y, splits, alphas, score, threads)
    }
    guard
      let best = scores.indices.filter({ scores[$0].isFinite }).min(by: { scores[$0] < scores[$1] })
    else { throw InvalidData("no kernel and alpha out of those tried has a finite score") }
    try self.init(
      x, y, kernel: kernels[best / alphas.count], alpha: alphas[best % alphas.count],
      scores: scores, threads: threads)
  }

  /// Up to so many alphas are cheaper by Cholesky's factorisation (n^3 / 3 each) than by one eigenvalue
  /// decomposition, which takes the time of 15 factorisations at n = 2,000.
  static let alphasByCholesky = 14

  /// The mean scores of all alphas over the splits.
  private static func scores(
    _ k: Matrix, _ y: Matrix, _ splits: [Split], _ alphas: [Double], _ score: Score, _ threads: Int
  ) throws -> [Double] {
    var sums = [Double](repeating: 0, count: alphas.count)
    let bySplit: [[Double]]
    if alphas.count <= alphasByCholesky {
      let count = alphas.count
      let all = try Parallel.map(count: splits.count * count, threads: threads) {
        try Self.score(k, y, splits[$0 / count], alphas[$0 % count], score)
      }
      bySplit = splits.indices.map { Array(all[$0 * count..<($0 + 1) * count]) }
    } else {
      bySplit = try Parallel.map(count: splits.count, threads: threads) {
        try Self.scores(k, y, splits[$0], alphas, score)
      }
    }
    for values in bySplit {
      for (i, value) in values.enumerated() { sums[i] += value / Double(splits.count) }
    }
    return sums
  }

  /// The score of one alpha on one split; infinite when K + alpha I is not positive definite.
  private static func score(
    _ k: Matrix, _ y: Matrix, _ split: Split, _ alpha: Double, _ score: Score
  ) throws -> Double {
    let rows = k.selecting(rows: split.training)
    let dual: Matrix
    do {
      dual = try LinearAlgebra.solvePositiveDefinite(
        rows.selecting(columns: split.training).addingToDiagonal(alpha),
        y.selecting(rows: split.training))
    } catch is NumericalError {
      return .infinity
    }
    return score.value(
      targets: y.selecting(rows: split.testing),
      predictions: try LinearAlgebra.product(
        rows.selecting(columns: split.testing), dual, transposeA: true))
  }

  /// The scores of all alphas on one split: (K + alpha I)^-1 = V (Lambda + alpha)^-1 V^T.
  private static func scores(
    _ k: Matrix, _ y: Matrix, _ split: Split, _ alphas: [Double], _ score: Score
  ) throws -> [Double] {
    let rows = k.selecting(rows: split.training)
    let (values, vectors) = try LinearAlgebra.symmetricEigen(
      rows.selecting(columns: split.training))
    let projected = try LinearAlgebra.product(
      vectors, y.selecting(rows: split.training), transposeA: true)
    let cross = try LinearAlgebra.product(
      rows.selecting(columns: split.testing), vectors, transposeA: true)
    let targets = y.selecting(rows: split.testing)
    return try alphas.map { alpha in
      try StopRequest.check()
      let filtered = projected.scaling(rows: values.map { 1 / ($0 + alpha) })
      return score.value(
        targets: targets, predictions: try LinearAlgebra.product(cross, filtered))
    }
  }

  /// k(x) c.
  ///
  /// Throws: `InvalidData` when the number of features is another than in the fit; `Stopped`.
  public func predict(_ x: Matrix) throws -> Matrix {
    try check(x)
    return try LinearAlgebra.product(matrix(x, samples), dual)
  }

  /// The standard deviation of the posterior of a Gaussian process with this kernel and noise
  /// variance alpha, at unit amplitude, one number for each sample: sqrt(k(x, x) - k (K + alpha I)^-1 k).
  /// Times sqrt(amplitude of a target) it is in that target's unit.
  ///
  /// Throws: `InvalidData` when the number of features is another than in the fit, `NumericalError`
  /// when K + alpha I is not positive definite; `Stopped`.
  public func posteriorDeviations(_ x: Matrix) throws -> [Double] {
    try check(x)
    let cross = try matrix(x, samples)
    let solved = try LinearAlgebra.solvePositiveDefinite(
      matrix(samples, samples).addingToDiagonal(alpha), cross.transpose)
    let diagonal = kernel.diagonal(x)
    return (0..<x.rows).map { i in
      var explained = 0.0
      for j in 0..<cross.columns { explained += cross[i, j] * solved[j, i] }
      return max(0, diagonal[i] - explained).squareRoot()
    }
  }

  /// The kernel between rows, computed as a whole: a matrix of blocks may differ in the last digit.
  private func matrix(_ a: Matrix, _ b: Matrix) throws -> Matrix {
    let kernel = kernel
    // A product and, for each of its elements, an exponential.
    let operations = (2 * Double(a.columns) + 50) * Double(a.rows) * Double(b.rows)
    return try Interruptible.run(operations: operations) { kernel.matrix(a, b) }
  }

  private func check(_ x: Matrix) throws {
    guard x.columns == samples.columns else {
      throw InvalidData("\(x.columns) features where \(samples.columns) were learned from")
    }
  }
}
