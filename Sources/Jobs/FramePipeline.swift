internal import FileFormats
internal import Geometry
internal import Mathematics

/// Reads a file frame by frame, works on a batch of frames at a time on all threads, and hands over
/// the results in the order of the file. Never more than one batch is in memory.
struct FramePipeline {
  let input: String
  /// Which frames of the file are wanted, counted from 0; nil means all.
  let frames: Range<Int>?
  let context: JobContext
  /// What progress reports call it.
  let task: String
  /// How many frames there are to do, where somebody knows.
  var total: Int?
  /// What is said of the file.
  var reading = ReadOptions()
  /// A batch ends at so many frames or particles a thread, whatever comes first: fewer frames where what
  /// is made of one is large.
  var framesPerThread = 64
  /// Species that options name; the user is told of those that no frame has.
  var named: Set<String> = []

  private static let particlesPerThread = 8192

  /// `work(frame, index in the file, threads it may use, workspace)`; `consume(index, result)` runs
  /// on the calling thread.
  ///
  /// Returns: the number of frames. Throws: `DataError` with file and frame for whatever `work`
  /// throws, and what `consume` throws.
  @discardableResult
  func run<Workspace, Result: Sendable>(
    workspace: @Sendable () throws -> Workspace,
    work: @Sendable (Frame, Int, Int, inout Workspace) throws -> Result,
    consume: (Int, Result) throws -> Void
  ) throws -> Int {
    let reader = try FrameReader.open(input, options: reading)
    let wanted = frames ?? 0..<Int.max
    var (index, done) = (0, 0)
    var batch: [(index: Int, frame: Frame)] = []
    var particles = 0
    var named = NamedSpecies(named)
    func flush() throws {
      let items = batch
      // Many frames: one thread each. One large frame: all threads inside.
      let outer = items.count >= context.threads ? context.threads : 1
      let inner = outer == 1 ? context.threads : 1
      let results = try Parallel.map(count: items.count, threads: outer, workspace: workspace) {
        k, workspace in
        try located(items[k].index) { try work(items[k].frame, items[k].index, inner, &workspace) }
      }
      for (item, result) in zip(items, results) { try consume(item.index, result) }
      done += items.count
      (batch, particles) = ([], 0)
      context.progress(JobProgress(task: task, done: done, total: total))
    }
    while index < wanted.upperBound, let frame = try reader.next() {
      if wanted.contains(index) {
        batch.append((index, frame))
        named.see(frame)
        particles += frame.count
      }
      index += 1
      if batch.count >= framesPerThread * context.threads
        || particles >= Self.particlesPerThread * context.threads
      {
        try flush()
      }
    }
    if !batch.isEmpty { try flush() }
    for warning in reader.warnings { context.warning(warning) }
    if let warning = named.warning, done > 0 { context.warning("\(input): \(warning)") }
    if let frames, frames.upperBound != Int.max, index < frames.upperBound {
      throw DataError(
        .badData, file: input,
        message:
          "frames \(frames.lowerBound):\(frames.upperBound) were asked for; there are \(index)")
    }
    return done
  }

  /// Gives an error of `body` its file and frame.
  func located<Value>(_ frame: Int, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DataError {
      throw error
    } catch let error as Stopped {
      throw error
    } catch {
      throw DataError(.badData, file: input, frame: frame, message: "\(error)")
    }
  }
}
