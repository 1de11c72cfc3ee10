internal import FileFormats
public import Generators
public import Geometry
internal import Mathematics

/// Makes the frames of a generator and writes them as they come.
public struct GenerateJob: Job {
  /// What is made.
  public let settings: any GeneratorSettings
  /// What makes the frames.
  public let generator: any Generator
  /// How many frames the whole set has.
  public let count: Int
  /// What all random numbers follow from, together with the index of the frame.
  public let seed: UInt64
  /// Which frames of the set are made; nil means all.
  public let frames: Range<Int>?
  /// Where they go.
  public let output: String
  /// A second file, of frames that follow from those of the first one by one.
  public let companion: Companion?
  /// Whether finished parts are kept when the job ends early, and used when it is done again.
  public let resume: Bool

  /// What goes to a second file.
  public struct Companion: Sendable {
    /// Where it goes.
    public let output: String
    /// From a frame of the set to that of the second file.
    public let make: @Sendable (Frame) throws -> Frame

    /// Frames that `make` makes of those of the set.
    public init(output: String, make: @escaping @Sendable (Frame) throws -> Frame) {
      self.output = output
      self.make = make
    }
  }

  /// Throws: `InvalidInput` for settings that make no sense, among them frames outside the set.
  public init(output: String, settings: some GeneratorSettings) throws {
    let (count, frames) = (settings.count, try settings.set.range())
    guard count >= 0 else {
      throw InvalidInput("number of frames", value: "\(count)", expected: "0 or more")
    }
    if let frames,
      frames.lowerBound > count || (frames.upperBound != Int.max && frames.upperBound > count)
    {
      throw InvalidInput(
        "frames", value: "\(frames.lowerBound):\(frames.upperBound)",
        expected: "a range within 0:\(count)")
    }
    self.settings = settings
    generator = try settings.generator()
    companion = try settings.companion()
    self.count = count
    seed = settings.set.seed
    self.frames = frames
    resume = settings.set.resume
    self.output = output
  }

  /// Makes the frames. A batch of frames at a time is in memory.
  ///
  /// Throws: `DataError` from writing, what the generator throws, and `Stopped`.
  public func run(_ context: JobContext) throws -> JobReport {
    let range = (frames ?? 0..<count).clamped(to: 0..<count)
    if resume {
      guard companion == nil else {
        throw InvalidInput("resume", value: "with two outputs", expected: "one output")
      }
      let parts = try FinishedParts(of: output, settings: essentials())
      try parts.complete(range) {
        try write($0, of: range, to: $1, context)
      } frame: {
        try generator.frame(index: $0, of: count, seed: seed)
      }
      if parts.damaged > 0 {
        context.warning("\(output): \(parts.damaged) finished parts were damaged and are made anew")
      }
    } else {
      try write(range, of: range, to: output, context)
    }
    return report(range.count)
  }

  private func report(_ frames: Int) -> JobReport {
    JobReport(
      what: "\(generator.name) frames", amount: "\(frames)", output: output,
      counts: ["frames": frames])
  }

  /// The frames in memory, and those of the second file where one is wanted.
  ///
  /// Throws: `InvalidInput` for `resume`, which is about files; what the generator throws; `Stopped`.
  public func frames(_ context: JobContext) throws -> (frames: [Frame], companions: [Frame]) {
    guard !resume else {
      throw InvalidInput("resume", value: "true", expected: "a file that frames are written to")
    }
    let range = (frames ?? 0..<count).clamped(to: 0..<count)
    let batch = 16 * context.threads
    var (made, others) = ([Frame](), [Frame]())
    for start in stride(from: range.lowerBound, to: range.upperBound, by: batch) {
      let size = min(batch, range.upperBound - start)
      let pairs = try Parallel.map(count: size, threads: context.threads) {
        k -> (Frame, Frame?) in
        let frame = try generator.frame(index: start + k, of: count, seed: seed)
        return (frame, try companion?.make(frame))
      }
      made += pairs.map(\.0)
      others += pairs.compactMap(\.1)
      context.progress(
        JobProgress(
          task: "generate \(generator.name)", done: start + size - range.lowerBound,
          total: range.count))
    }
    return (made, others)
  }

  /// All that decides what is made, as text: the same for parts of a set that different runs make.
  private func essentials() throws -> String {
    var essential = settings
    (essential.set.frames, essential.set.resume) = (nil, false)
    return "\(generator.name) " + (try essential.json)
  }

  /// Makes the frames `part`, of those of `range` that are wanted.
  private func write(
    _ part: Range<Int>, of range: Range<Int>, to output: String, _ context: JobContext
  ) throws {
    let writer = try FrameWriter.create(output)
    let second = try companion.map { try FrameWriter.create($0.output) }
    let batch = 16 * context.threads
    var next = part.lowerBound
    while next < part.upperBound {
      let first = next
      let size = min(batch, part.upperBound - first)
      let made = try Parallel.map(count: size, threads: context.threads) {
        k -> (Frame, Frame?) in
        let frame = try generator.frame(index: first + k, of: count, seed: seed)
        return (frame, try companion?.make(frame))
      }
      for (frame, other) in made {
        try writer.write(frame)
        if let other { try second?.write(other) }
        try StopRequest.check()
      }
      next += size
      context.progress(
        JobProgress(
          task: "generate \(generator.name)", done: next - range.lowerBound, total: range.count))
    }
    try writer.commit()
    if let warning = writer.lossWarning { context.warning(warning) }
    try second?.commit()
  }
}

extension GenerateJob: ShardableJob, FrameSourceJob {
  /// Frames depend on seed and index alone.
  public var canBeSharded: Bool {
    JoinedFiles.canJoinFrames(output)
      && companion.map { JoinedFiles.canJoinFrames($0.output) } ?? true
  }

  /// Those of the set, or of the part of it that is asked for.
  public func allFrames(_ context: JobContext) -> Range<Int> {
    (frames ?? 0..<count).clamped(to: 0..<count)
  }

  /// `--frames`.
  public static var rangeOption: String { "frames" }

  /// Joins the files of frames.
  ///
  /// Throws: `DataError`.
  public func join(_ parts: [ShardPart], _ context: JobContext) throws -> JobReport {
    try JoinedFiles.frames(parts.files(), to: output)
    if let companion { try JoinedFiles.frames(parts.files(1), to: companion.output) }
    return report(parts.sum("frames"))
  }
}
