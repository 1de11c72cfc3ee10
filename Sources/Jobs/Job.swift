/// A piece of work with everything it needs to know: files in, files out.
public protocol Job: Sendable {
  /// Does the work.
  ///
  /// Throws: `DataError` with file, frame or line; `InvalidInput` for settings that make no sense.
  func run(_ context: JobContext) throws -> JobReport
}

/// A job of which several processes that were started together can do pieces.
public protocol SharedJob: Job {
  /// Whether there are pieces, with its settings.
  var canBeShared: Bool { get }
  /// What every process but the first does: pieces for the first, which runs the job with `ranks` in its
  /// context, until that lets it go.
  ///
  /// Throws: `DataError` where messages are not possible.
  func serve(_ ranks: any RankMessages, threads: Int) throws
}
