internal import Geometry

/// One of several equal parts of a set, as different machines or processes make them.
public struct Shard: Equatable, Sendable, CustomStringConvertible {
  /// Which one, from 0.
  public let index: Int
  /// How many there are.
  public let count: Int

  /// No set is divided further than this.
  public static let most = 1_000_000

  /// The part `index` of `count`.
  ///
  /// Throws: `InvalidInput` unless 0 <= index < count.
  public init(index: Int, count: Int) throws {
    guard (1...Self.most) ~= count, (0..<count) ~= index else {
      throw InvalidInput(
        "shard", value: "\(index)/\(count)",
        expected:
          "I/N with I from 0 to N - 1, and N up to \(Self.most) (Slurm: --array=0-\(max(0, min(count, Self.most) - 1)))"
      )
    }
    (self.index, self.count) = (index, count)
  }

  /// Reads `I/N`.
  ///
  /// Throws: `InvalidInput`.
  public init(parsing text: String) throws {
    let words = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard words.count == 2, let index = words[0], let count = words[1] else {
      throw InvalidInput("shard", value: "'\(text)'", expected: "I/N, as in 0/16")
    }
    try self.init(index: index, count: count)
  }

  /// Its frames of those of a set: as many as in any other shard, or one more.
  public func range(of frames: Range<Int>) -> Range<Int> {
    func bound(_ k: Int) -> Int {
      // count * k may be beyond all integers.
      let (whole, rest) = frames.count.quotientAndRemainder(dividingBy: count)
      return frames.lowerBound + whole * k + rest * k / count
    }
    return bound(index)..<bound(index + 1)
  }

  /// `I/N`.
  public var description: String { "\(index)/\(count)" }
}

/// A job that goes frame by frame: it can be done on parts of the frames, and the parts joined to what it
/// would have made of all.
public protocol ShardableJob: Job {
  /// Whether it goes frame by frame with its options, to files that can be joined.
  var canBeSharded: Bool { get }

  /// Joins what the same job made of the parts, in their order, to its own outputs.
  ///
  /// Returns: the report that the job itself would have given. Throws: `DataError`.
  func join(_ parts: [ShardPart], _ context: JobContext) throws -> JobReport
}

/// What a job made of a part of the frames.
public struct ShardPart: Sendable {
  /// Its report; the files that it names are there.
  public let report: JobReport
  /// The number of frames that all parts before it went over.
  public let first: Int

  /// The report of a job, and where its frames begin.
  public init(report: JobReport, first: Int) {
    (self.report, self.first) = (report, first)
  }
}

/// The jobs that sets begin with: they can be told which frames to make.
public protocol FrameSourceJob: Job {
  /// The frames of the whole set.
  ///
  /// Throws: `DataError` for a file that cannot be read.
  func allFrames(_ context: JobContext) throws -> Range<Int>
  /// The option that chooses among them.
  static var rangeOption: String { get }
}

extension [ShardPart] {
  /// The files that the parts wrote, the first or a further one of each.
  ///
  /// Throws: `InvalidInput` for a part without it.
  func files(_ k: Int = 0) throws -> [String] {
    try map { part in
      let files = part.report.all.compactMap(\.output)
      guard files.indices.contains(k) else {
        throw InvalidInput("part of a set", value: "without a file", expected: "what others have")
      }
      return files[k]
    }
  }

  /// The sum of a count over the parts.
  func sum(_ name: String) -> Int { reduce(0) { $0 + ($1.report.counts[name] ?? 0) } }
}
