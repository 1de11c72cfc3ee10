public import Generators
internal import Geometry

/// Which frames of a set are made, and from which random numbers.
public struct SetSettings: Settings {
  /// What all random numbers follow from, together with the index of the frame.
  public var seed: UInt64 = 1
  /// A shard `first:end` of the set, half-open and counted from 0; nil: all of it.
  public var frames: String?
  /// Whether finished parts are kept when the work ends early, and used when it is done again.
  public var resume = false

  /// The whole set.
  public init() {}

  /// The shard.
  ///
  /// Throws: `InvalidInput`.
  public func range() throws -> Range<Int>? {
    try frames.map { try IntegerRange.frames(parsing: $0) }
  }
}

/// What a generator depends on, and how much of it is made.
public protocol GeneratorSettings: Settings {
  /// How many frames the whole set has.
  var count: Int { get }
  /// Seed and shard.
  var set: SetSettings { get set }
  /// What makes the frames.
  ///
  /// Throws: `InvalidInput` for values that make no sense; `DataError` for a file that cannot be read.
  func generator() throws -> any Generator
  /// A second file, of frames that follow from those of the first one by one.
  ///
  /// Throws: `InvalidInput`.
  func companion() throws -> GenerateJob.Companion?
}

extension GeneratorSettings {
  /// No second file.
  public func companion() throws -> GenerateJob.Companion? { nil }
}
