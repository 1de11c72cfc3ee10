internal import Geometry
public import Learning

/// What is learned from and what is tested on.
public struct SplitSettings: Settings {
  /// How samples are divided.
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// At random.
    case random
    /// The last ones are tested.
    case order
    /// Each by the hash of its frame.
    case hash
    /// As scikit-learn's train_test_split does with random_state.
    case scikitLearn = "scikit-learn"
  }

  /// Samples to test on: a number, or a fraction below 1.
  public var test = "0.2"
  /// Samples to learn from: a number, or a fraction below 1; nil: all others.
  public var train: String?
  /// How samples are divided.
  public var split = Kind.random
  /// The seed of all that is drawn.
  public var seed: UInt64 = 1
  /// Folds of the cross-validation on the training part.
  public var folds = 5
  /// A label of the targets whose equal values keep samples in the same part and fold; nil: none.
  public var groupBy: String?

  /// A fifth is tested on.
  public init() {}

  /// The parts of the samples of a table.
  ///
  /// Throws: `InvalidInput`, `InvalidData`.
  public func make(
    _ features: FeatureTable, hashes: [UInt64]?, groups: [Int]? = nil
  ) throws -> Split {
    try make(features.values.rows, groups: groups) { hashes ?? features.hashes }
  }

  /// The parts of `count` samples.
  ///
  /// Throws: `InvalidInput`, `InvalidData`.
  public func make(
    _ count: Int, groups: [Int]? = nil, hashes: () throws -> [UInt64]
  ) throws -> Split {
    let testing = try Self.count(test, "test", of: count)
    let training = try train.map { try Self.count($0, "train", of: count) }
    if let groups {
      guard split == .random else {
        throw InvalidInput("split", value: split.rawValue, expected: "random, with groups")
      }
      return try .holdout(
        testing: testing, training: training, groups: groups, shuffle: .seeded(seed))
    }
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
          "test", value: test, expected: "a fraction between 0 and 1, without train, by hash")
      }
      return try .byHash(hashes(), testing: fraction)
    }
  }

  /// The cross-validation of `count` training samples.
  ///
  /// Throws: `InvalidData`.
  public func crossValidation(_ count: Int, groups: [Int]? = nil) throws -> [Split] {
    if let groups { return try Split.folds(folds, groups: groups, shuffle: .seeded(seed)) }
    return try Split.folds(
      folds, of: count, shuffle: split == .scikitLearn ? scikitLearn() : .seeded(seed))
  }

  private func scikitLearn() throws -> Shuffle {
    guard seed > 0, let seed = UInt32(exactly: seed) else {
      throw InvalidInput("seed", value: "\(seed)", expected: "1 to 4294967295 for scikit-learn")
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
