internal import FileFormats
public import Generators

/// Turns every molecule of every frame of a file into one ellipsoid.
public struct CoarseGrainJob: Job {
  /// The file with the frames of atoms.
  public let input: String
  /// Where the frames of ellipsoids go.
  public let output: String
  /// Which atoms belong together, and how large the ellipsoids are.
  public let graining: CoarseGraining
  /// Semi-axes in place of those found, and a factor for all.
  public let shapes: ShapeOverride
  private let reading: ReadOptions
  /// Which frames; nil means all.
  public let frames: Range<Int>?

  /// Throws: `InvalidInput` for settings that make no sense.
  public init(input: String, output: String, settings: CoarseGrainSettings) throws {
    self.input = input
    self.output = output
    graining = try settings.graining()
    shapes = try settings.shapes.override()
    reading = try settings.reading.options()
    frames = try settings.selectFrames.map { try IntegerRange.frames(parsing: $0) }
  }

  /// Makes the ellipsoids, a batch of frames at a time.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    let writer = try FrameWriter.create(output)
    var report = MoleculeReport()
    let count = try FramePipeline(
      input: input, frames: frames, context: context, task: "coarse-grain \(input)",
      reading: reading
    ).run(
      workspace: {},
      work: { frame, _, _, _ in
        let (ellipsoids, molecules) = try graining.ellipsoidsAndMolecules(of: frame)
        return (try shapes.apply(to: ellipsoids), molecules)
      },
      consume: { index, result in
        try writer.write(result.0)
        report.add(result.1, frame: index)
      })
    try writer.commit()
    if let warning = writer.lossWarning { context.warning(warning) }
    for warning in report.warnings { context.warning("\(input): \(warning)") }
    return self.report(count)
  }
}

extension CoarseGrainJob: ShardableJob {
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
      what: "frames of ellipsoids", amount: "\(frames)", output: output,
      counts: ["frames": frames])
  }
}
