public import Geometry
public import Mathematics

/// Makes the frames of a set, each as a pure function of (seed, index, count): frame k is the same
/// whether it is made alone, in a shard or among a million, with any number of threads.
public protocol Generator: Sendable {
  /// What the frames say of themselves under `phase`: "nematic", "smectic A", "dimer".
  var name: String { get }

  /// Frame `index` of a set of `count`.
  ///
  /// Throws: `InvalidInput` for parameters that cannot be met, `PackingFailure` where no positions
  /// without overlap were found; `Stopped`.
  func frame(index: Int, of count: Int, seed: UInt64) throws -> Frame
}

extension Generator {
  /// The frames of `range`, which is all of the set unless said otherwise, in order.
  ///
  /// Throws: `InvalidInput` when the range is not within the set, and the error of the first frame
  /// that could not be made; `Stopped`.
  public func frames(
    _ range: Range<Int>? = nil, of count: Int, seed: UInt64,
    threads: Int = Parallel.availableThreads
  ) throws -> [Frame] {
    guard count >= 0 else {
      throw InvalidInput("number of frames", value: "\(count)", expected: "0 or more")
    }
    let range = range ?? 0..<count
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw InvalidInput(
        "frames", value: "\(range.lowerBound):\(range.upperBound)",
        expected: "a range within 0:\(count)")
    }
    return try Parallel.map(count: range.count, threads: threads) { k in
      try frame(index: range.lowerBound + k, of: count, seed: seed)
    }
  }
}

/// The random streams of one frame: one a purpose, so that a change in how many numbers one purpose
/// draws leaves the others alone.
struct FrameRandomness {
  /// Which generator draws. The numbers are part of what a seed means: never reuse or reorder.
  enum Family: UInt64 {
    case nematic = 1
    case smectic = 2
    case dimers = 3
    case isotropic = 4
    case cholesteric = 5
    case biaxial = 6
    case columnar = 7
    case smecticB = 8
    case crystal = 9
    case molecularCrystal = 10
  }

  /// What the numbers are for. As above.
  enum Purpose: UInt64 {
    case population = 1
    case director = 2
    case orientations = 3
    case spins = 4
    case positions = 5
    case dimer = 6
    case displacements = 7
    case lattice = 8
  }

  let seed: UInt64
  let family: Family
  let index: Int

  func stream(_ purpose: Purpose) -> RandomStream {
    RandomStream(
      seed: seed, stream: family.rawValue << 8 | purpose.rawValue, frame: UInt64(index))
  }
}

extension Frame.Labels {
  /// What a frame says of where it comes from.
  mutating func setProvenance(phase: String, seed: UInt64, index: Int) {
    self["phase"] = .string(phase)
    self["seed"] = Int(exactly: seed).map { .integer($0) } ?? .string("\(seed)")
    self["frame"] = .integer(index)
  }
}
