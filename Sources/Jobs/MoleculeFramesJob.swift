public import FileFormats
public import Generators
public import Geometry

/// A job that makes a frame of every frame of a file by way of its molecules.
public protocol MoleculeFramesJob: ShardableJob, ForecastingJob {
  /// What is done, as progress has it, and what is made, as tables have it.
  static var words: (task: String, what: String) { get }
  /// The file with the frames of atoms.
  var input: String { get }
  /// Where the frames go.
  var output: String { get }
  /// Which frames; nil means all.
  var frames: Range<Int>? { get }
  /// How files are read.
  var reading: ReadOptions { get }
  /// The frame that is made of one, and the molecules that were found.
  ///
  /// Throws: `InvalidInput` for a frame that cannot be used.
  func made(of frame: Frame) throws -> (frame: Frame, composition: MoleculeComposition)
}

extension MoleculeFramesJob {
  /// Makes the frames, a batch at a time.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    let writer = try FrameWriter.create(output)
    var report = MoleculeReport()
    let count = try FramePipeline(
      input: input, frames: frames, context: context, task: "\(Self.words.task) \(input)",
      reading: reading
    ).run(
      workspace: {},
      work: { frame, _, _, _ in try made(of: frame) },
      consume: { index, result in
        try writer.write(result.frame)
        report.add(result.composition, frame: index)
      })
    try writer.commit()
    if let warning = writer.lossWarning { context.warning(warning) }
    for warning in report.warnings { context.warning("\(input): \(warning)") }
    return self.report(count)
  }

  /// Without a selection of frames.
  public var canBeSharded: Bool { frames == nil && JoinedFiles.canJoinFrames(output) }

  /// Joins the frames.
  ///
  /// Throws: `DataError`.
  public func join(_ parts: [ShardPart], _ context: JobContext) throws -> JobReport {
    try JoinedFiles.frames(parts.files(), to: output)
    return report(parts.sum("frames"))
  }

  private func report(_ frames: Int) -> JobReport {
    JobReport(
      what: Self.words.what, amount: "\(frames)", output: output, counts: ["frames": frames])
  }

  /// One frame is made and timed.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    try forecast.frameByFrame(Self.words.what, from: input, frames, to: output) {
      try made(of: $0).frame
    }
  }
}
