public import ArgumentParser
import Foundation
import Geometry
public import Learning
import Mathematics
import Recipes

extension Scaler.Mode: ExpressibleByArgument {}

/// A grid of positive numbers: `1e-6:1:7` in geometric progression, or `0.1,1,10`.
struct Grid: ExpressibleByArgument {
  let values: [Double]
  let text: String
  var defaultValueDescription: String { text }

  init?(argument: String) {
    text = argument
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 3, let first = Double(parts[0]), let last = Double(parts[1]),
      let count = Int(parts[2]), first > 0, last > 0, first.isFinite, last.isFinite, count >= 1
    {
      values = RidgeRegression.Settings.geometric(first, last, count: count)
      return
    }
    let list = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0)
    }
    guard parts.count == 1, !list.contains(where: { $0.map { !($0 >= 0) || !$0.isFinite } ?? true })
    else { return nil }
    values = list.compactMap { $0 }
  }

  init(_ text: String) {
    self = Grid(argument: text) ?? Grid(values: [], text: text)
  }

  private init(values: [Double], text: String) {
    self.values = values
    self.text = text
  }
}

/// How samples are divided.
enum SplitName: String, CaseIterable, ExpressibleByArgument {
  case random, order, hash
  case scikitLearn = "scikit-learn"
}

/// What is learned from and what is tested on.
struct SplitOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Samples to test on: a number, or a fraction below 1.")
  var test = "0.2"
  @Option(
    parsing: .unconditional,
    help: "Samples to learn from: a number, or a fraction below 1 (default: all others).")
  var train: String?
  @Option(
    help: """
      How samples are divided: at random, the last ones tested, each by the hash of its frame, or as \
      scikit-learn's train_test_split does with random_state.
      """)
  var split = SplitName.random
  @Option(parsing: .unconditional, help: "The seed of all that is drawn.")
  var seed: UInt64 = 1
  @Option(parsing: .unconditional, help: "Folds of the cross-validation on the training part.")
  var folds = 5

  /// Throws: `InvalidInput`, `InvalidData`.
  func make(_ features: FeatureTable, hashes: [UInt64]?) throws -> Split {
    try make(features.values.rows) { hashes ?? features.hashes }
  }

  /// Throws: `InvalidInput`, `InvalidData`.
  func make(_ count: Int, hashes: () throws -> [UInt64]) throws -> Split {
    let testing = try Self.count(test, "--test", of: count)
    let training = try train.map { try Self.count($0, "--train", of: count) }
    switch split {
    case .random:
      return try .holdout(
        testing: testing, training: training, of: count, shuffle: .seeded(seed))
    case .scikitLearn:
      return try .holdout(
        testing: testing, training: training, of: count, shuffle: try scikitLearn())
    case .order:
      let wanted = training ?? count - testing
      guard wanted >= 1, testing >= 1, wanted + testing <= count else {
        throw InvalidData("\(testing) samples to test on and \(wanted) to learn from of \(count)")
      }
      return Split(training: Array(0..<wanted), testing: Array(count - testing..<count))
    case .hash:
      guard let fraction = Double(test), fraction > 0, fraction < 1, train == nil else {
        throw InvalidInput(
          "--test", value: test, expected: "a fraction between 0 and 1, without --train, by hash")
      }
      return try .byHash(hashes(), testing: fraction)
    }
  }

  /// The cross-validation of `count` training samples.
  ///
  /// Throws: `InvalidData`.
  func crossValidation(_ count: Int) throws -> [Split] {
    try Split.folds(
      folds, of: count, shuffle: split == .scikitLearn ? scikitLearn() : .seeded(seed))
  }

  private func scikitLearn() throws -> Shuffle {
    guard seed > 0, let seed = UInt32(exactly: seed) else {
      throw InvalidInput("--seed", value: "\(seed)", expected: "1 to 4294967295 for scikit-learn")
    }
    return .scikitLearn(seed)
  }

  private static func count(_ text: String, _ option: String, of count: Int) throws -> Int {
    if let number = Int(text), number >= 1 { return number }
    guard let fraction = Double(text), fraction > 0, fraction < 1 else {
      throw InvalidInput(
        option, value: text, expected: "a number from 1, or a fraction between 0 and 1")
    }
    return Int((fraction * Double(count)).rounded(.up))
  }
}

/// The features and what they are to predict.
struct DataOptions: ParsableArguments {
  @Argument(help: "The features (.npz), perhaps FILE.npz:ARRAY.")
  var features: String
  @Option(help: "The file with the targets: frames with labels or columns, .csv, or .npz.")
  var targets: String
  @Option(
    parsing: .singleValue,
    help: "A label, column or array to predict; commas between several (repeatable).")
  var target: [String]
  @Option(help: "How features are scaled: by one number for the whole matrix, or column by column.")
  var scale = Scaler.Mode.matrix

  /// What was read.
  struct Loaded {
    let features: FeatureTable
    let names: [String]
    let targets: Matrix
    let hashes: [UInt64]?
  }

  /// Throws: `DataError`.
  func load() throws -> Loaded {
    let features = try FeatureTable(contentsOf: features)
    let keys = target.flatMap { $0.split(separator: ",").map(String.init) }
    let table = try TargetTable(contentsOf: targets, keys: keys)
    return Loaded(
      features: features, names: table.names, targets: try table.aligned(with: features),
      hashes: try table.alignedHashes(with: features))
  }
}

/// What is done to features and targets before a regression.
struct PreparationOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Learn from so many principal components of the features, each scaled to one variance.")
  var whiten: Int?
  @Option(
    help: """
      Learn the second of two targets, a contact distance and an energy, as the strength of a \
      Lennard-Jones well at that distance: lennard-jones, or lennard-jones:SIGMA,GAMMA.
      """)
  var transform: TargetTransform?

  func scaling(_ mode: Scaler.Mode) -> RegressionModel.Scaling {
    .init(
      features: mode, targets: .columns, components: whiten, transform: transform ?? .identity)
  }

  /// The options again, to repeat them.
  var arguments: [String] {
    var arguments = whiten.map { ["--whiten", "\($0)"] } ?? []
    if case .lennardJones(let sigma, let gamma) = transform {
      arguments += ["--transform", "lennard-jones:\(sigma),\(gamma)"]
    }
    return arguments
  }
}

extension TargetTransform: ExpressibleByArgument {
  /// `lennard-jones`, with sigma and gamma 1, or `lennard-jones:SIGMA,GAMMA`.
  public init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.first == "lennard-jones", parts.count <= 2 else { return nil }
    let numbers = parts.count == 2 ? parts[1].split(separator: ",").map { Double($0) } : [1, 1]
    guard numbers.count == 2, let sigma = numbers[0], let gamma = numbers[1] else { return nil }
    self = .lennardJones(sigma: sigma, gamma: gamma)
  }
}

extension Grid {
  /// Says so when the best of several values is the smallest or the largest.
  func warnAtEdge(_ best: Double, _ option: String) {
    guard values.count > 1, best == values.min() || best == values.max() else { return }
    let edge = best == values.min() ? "smallest" : "largest"
    Console.write(
      "mesogen: warning: the best of \(option), \(best), is the \(edge) of those tried\n")
  }
}

extension GlobalOptions {
  /// The threads of a command that learns. OpenBLAS gets one, so that results do not depend on their
  /// number; our own loops over folds use the others.
  var learningThreads: Int {
    LinearAlgebra.setThreads(1)
    return threads ?? Parallel.availableThreads
  }
}
