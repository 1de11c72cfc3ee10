internal import Mathematics

/// Indices of the samples to learn from and of those to test on; no sample is in both.
public struct Split: Equatable, Codable, Sendable {
  /// The samples to learn from.
  public var training: [Int]
  /// The samples to test on.
  public var testing: [Int]

  /// The split into these two lists of indices.
  public init(training: [Int], testing: [Int]) {
    self.training = training
    self.testing = testing
  }
}

/// In which order samples are dealt out.
public enum Shuffle: Equatable, Codable, Sendable {
  /// As they come.
  case none
  /// By Mesogen's own random numbers.
  case seeded(UInt64)
  /// As scikit-learn does with `random_state` set to this integer, not 0.
  case scikitLearn(UInt32)

  /// The seed that scikit-matter fixes for its reconstruction errors.
  public static let scikitMatterSeed: UInt32 = 0x5F37_59DF

  func order(_ count: Int) throws -> [Int] {
    switch self {
    case .none: return Array(0..<count)
    case .seeded(let seed):
      // A stream of its own: "split" in ASCII.
      var stream = RandomStream(seed: seed, stream: 0x73_706c_6974)
      return stream.permutation(count)
    case .scikitLearn(let seed):
      var twister = try MersenneTwister(seed: seed)
      return twister.permutation(count)
    }
  }
}

extension Split {
  /// `folds` splits in which every sample is tested once; sizes differ by one at most. Indices
  /// ascend within each list (scikit-learn's `KFold`).
  ///
  /// Throws: `InvalidData` unless 2 <= folds <= count.
  public static func folds(_ folds: Int, of count: Int, shuffle: Shuffle) throws -> [Split] {
    guard folds >= 2, folds <= count else {
      throw tooManyFolds(folds, count, "sample")
    }
    let order = try shuffle.order(count)
    var first = 0
    return (0..<folds).map { k in
      let size = count / folds + (k < count % folds ? 1 : 0)
      var tested = [Bool](repeating: false, count: count)
      for i in order[first..<first + size] { tested[i] = true }
      first += size
      return Split(
        training: (0..<count).filter { !tested[$0] }, testing: (0..<count).filter { tested[$0] })
    }
  }

  private static func tooManyFolds(_ folds: Int, _ count: Int, _ unit: String) -> InvalidData {
    let there = "\(count) \(unit)\(count == 1 ? "" : "s") to learn from"
    guard count >= 2 else {
      return InvalidData(
        "cross-validation compares parts of what is learned from, and there is only \(there); more "
          + "\(unit)s, or a single value to choose from, as of alphas, are possible")
    }
    return InvalidData(
      "a cross-validation of \(folds) folds on \(there); 2 to \(count) folds are possible")
  }

  /// `testing` samples to test on and `training` of the others (all when nil), in shuffled order:
  /// the first of the permutation are tested, the next learned from (scikit-learn's
  /// `train_test_split`).
  ///
  /// Throws: `InvalidData` when there are not as many, or a part is empty.
  public static func holdout(
    testing: Int, training: Int? = nil, of count: Int, shuffle: Shuffle
  ) throws -> Split {
    let wanted = training ?? count - testing
    guard testing > 0, wanted > 0, testing + wanted <= count else {
      throw InvalidData(
        "\(testing) samples to test on and \(wanted) to learn from, out of \(count)")
    }
    let order = try shuffle.order(count)
    return Split(
      training: Array(order[testing..<testing + wanted]), testing: Array(order[..<testing]))
  }

  /// As `folds`, with all samples of a group in the same fold: groups in shuffled order go to the fold that
  /// has the fewest samples.
  ///
  /// Throws: `InvalidData` unless 2 <= folds <= number of groups.
  public static func folds(
    _ folds: Int, groups: [Int], shuffle: Shuffle
  ) throws -> [Split] {
    let members = Self.members(groups)
    guard folds >= 2, folds <= members.count else {
      throw tooManyFolds(folds, members.count, "group")
    }
    var tested = [[Int]](repeating: [], count: folds)
    for k in try shuffle.order(members.count) {
      let smallest = tested.indices.min { tested[$0].count < tested[$1].count } ?? 0
      tested[smallest] += members[k]
    }
    return tested.map { part in
      let isTested = Set(part)
      return Split(
        training: groups.indices.filter { !isTested.contains($0) }, testing: part.sorted())
    }
  }

  /// As `holdout`, with all samples of a group in the same part: groups in shuffled order are tested until
  /// there are at least `testing` samples, the next learned from until there are at least `training`.
  ///
  /// Throws: `InvalidData` when a part is empty.
  public static func holdout(
    testing: Int, training: Int? = nil, groups: [Int], shuffle: Shuffle
  ) throws -> Split {
    var split = Split(training: [], testing: [])
    let members = Self.members(groups)
    for k in try shuffle.order(members.count) {
      if split.testing.count < testing {
        split.testing += members[k]
      } else if split.training.count < training ?? Int.max {
        split.training += members[k]
      }
    }
    guard !split.training.isEmpty, !split.testing.isEmpty else {
      throw InvalidData(
        "\(testing) samples to test on out of \(groups.count) in \(members.count) groups leave "
          + "\(split.training.count) to learn from")
    }
    return split
  }

  /// The samples of every group, groups in the order of their first samples.
  private static func members(_ groups: [Int]) -> [[Int]] {
    var (places, members) = ([Int: Int](), [[Int]]())
    for (sample, group) in groups.enumerated() {
      if let place = places[group] {
        members[place].append(sample)
      } else {
        places[group] = members.count
        members.append([sample])
      }
    }
    return members
  }

  /// Every sample goes by its own hash: the same frame is on the same side in every dataset that
  /// holds it, whatever the others are. About `fraction` of them are tested.
  ///
  /// Throws: `InvalidData` when a part is empty.
  public static func byHash(_ hashes: [UInt64], testing fraction: Double) throws -> Split {
    let isTested = hashes.map { Double($0 >> 11) * 0x1p-53 < fraction }
    let split = Split(
      training: hashes.indices.filter { !isTested[$0] },
      testing: hashes.indices.filter { isTested[$0] })
    guard !split.training.isEmpty, !split.testing.isEmpty else {
      throw InvalidData(
        "a split by hash with the fraction \(fraction) leaves \(split.training.count) samples to "
          + "learn from and \(split.testing.count) to test on")
    }
    return split
  }
}

/// A 64-bit hash of numbers and text that is the same on every machine and in every run: FNV-1a with
/// the finaliser of SplitMix64, which spreads it over all bits.
public struct StableHash: Sendable {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  /// A hash that has taken in nothing yet.
  public init() {}

  /// Takes in the bits of a number; -0 counts as 0.
  public mutating func combine(_ number: Double) {
    var bits = (number == 0 ? 0 : number).bitPattern
    for _ in 0..<8 {
      combine(UInt8(truncatingIfNeeded: bits))
      bits >>= 8
    }
  }

  /// Takes in the UTF-8 bytes of a text.
  public mutating func combine(_ text: String) {
    for byte in text.utf8 { combine(byte) }
    combine(UInt8(0))
  }

  private mutating func combine(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  /// The hash of everything taken in so far.
  public var value: UInt64 {
    var z = state &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
