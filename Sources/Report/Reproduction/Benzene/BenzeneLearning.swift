internal import Learning
internal import Mathematics

/// What is learned of the energies of a set of crystals: ridge regression on features beside each other,
/// alpha and weights of the blocks by five-fold cross-validation on the training part.
struct BenzeneLearning: Sendable {
  let set: BenzeneSet
  let settings: ReproductionSettings

  /// How many splits the pooled numbers are of.
  static let splits = 5

  /// How samples are divided.
  enum Division: String, CaseIterable, Sendable {
    /// Every sample by itself, as in the paper.
    case random
    /// All variants of a crystal on the same side.
    case grouped
  }

  /// The 90/10 splits.
  func splits(_ division: Division) throws -> [Split] {
    let count = set.atoms.count
    return try (0..<Self.splits).map { k in
      let shuffle = Shuffle.seeded(settings.seed + UInt64(k))
      return switch division {
      case .random: try .holdout(testing: count / 10, of: count, shuffle: shuffle)
      case .grouped: try .holdout(testing: count / 10, groups: set.groups, shuffle: shuffle)
      }
    }
  }

  /// Folds of a training part.
  private func folds(_ training: [Int], _ division: Division) throws -> [Split] {
    switch division {
    case .random: try Split.folds(5, of: training.count, shuffle: .seeded(settings.seed))
    case .grouped:
      try Split.folds(
        5, groups: training.map { set.groups[$0] }, shuffle: .seeded(settings.seed))
    }
  }

  /// What one model predicts, for the training and the test part, and which weights it took.
  struct Fit: Sendable {
    var training: Matrix
    var testing: Matrix
    var weights: [Double]
  }

  /// Learns `targets` (samples in a column) from blocks of features; `weights` are the choices for each
  /// block, of which the best by cross-validation is taken.
  func fit(
    _ blocks: [Matrix], weights: [[Double]] = [[1]], targets: Matrix, _ split: Split,
    _ division: Division
  ) throws -> Fit {
    let features = Self.beside(blocks)
    let (x, y) = (
      features.selecting(rows: split.training), targets.selecting(rows: split.training)
    )
    let folds = try folds(split.training, division)
    var best: (score: Double, fit: Fit)?
    for choice in weights {
      var scaling = RegressionModel.Scaling()
      if blocks.count > 1 {
        scaling.blocks = zip(blocks, choice).map { .init(columns: $0.columns, weight: $1) }
      }
      let model = try RegressionModel(
        ridge: .init(alphas: RidgeRegression.Settings.geometric(1e-10, 1, count: 21)), x, y,
        targetNames: ["energy"], splits: folds, scaling: scaling, threads: 1)
      guard case .ridge(let ridge) = model.core else { continue }
      let score = ridge.scores.filter { !$0.isNaN }.min() ?? .infinity
      guard score < best?.score ?? .infinity else { continue }
      best = (
        score,
        Fit(
          training: try model.predict(x, spreads: false).values,
          testing: try model.predict(
            features.selecting(rows: split.testing), spreads: false
          ).values, weights: choice)
      )
    }
    guard let best else { throw InvalidData("no weights of the features have a finite score") }
    return best.fit
  }

  /// The samples along the first principal components that the training part has.
  func components(_ x: Matrix, _ count: Int, _ split: Split) throws -> Matrix {
    let scaler = try Scaler(fitting: x.selecting(rows: split.training), .matrix)
    let scaled = try scaler.transform(x)
    let training = scaled.selecting(rows: split.training)
    let possible = min(count, training.columns, training.rows)
    return try PrincipalComponents(training, count: possible).transform(scaled)
  }

  /// Columns after each other.
  private static func beside(_ blocks: [Matrix]) -> Matrix {
    guard blocks.count > 1, let first = blocks.first else { return blocks[0] }
    let width = blocks.reduce(0) { $0 + $1.columns }
    return Matrix(
      rows: first.rows, columns: width,
      elements: (0..<first.rows).flatMap { i in blocks.flatMap { Array($0.row(i)) } })
  }

  /// The test parts of all splits after each other: what is true and what was predicted.
  struct Pooled: Sendable {
    var truth: [Double] = []
    var predicted: [Double] = []

    mutating func add(_ truth: Matrix, _ predicted: Matrix) {
      self.truth += truth.elements
      self.predicted += predicted.elements
    }

    /// Of all together.
    var metrics: Metrics {
      get throws {
        try Metrics(targets: Matrix(column: truth), predictions: Matrix(column: predicted))
      }
    }
  }
}
