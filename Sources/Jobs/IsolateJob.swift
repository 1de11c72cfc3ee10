internal import FileFormats
public import Generators
internal import Geometry

/// Takes the molecules of every frame apart: what is computed of the frames that come out, features or
/// energies, is a sum or mean over isolated molecules in the geometry that they have in the crystal.
public struct IsolateJob: Job {
  /// The file with the frames of atoms.
  public let input: String
  /// Where the frames of isolated molecules go.
  public let output: String
  /// Which atoms belong together.
  public let graining: CoarseGraining
  /// The distance between molecules.
  public let distance: Double
  private let reading: ReadOptions
  let frames: Range<Int>?

  /// Throws: `InvalidInput` for settings that make no sense.
  public init(input: String, output: String, settings: IsolateSettings) throws {
    guard settings.distance > 0, settings.distance.isFinite else {
      throw InvalidInput(
        "distance of isolated molecules", value: settings.distance, expected: "a positive number")
    }
    self.input = input
    self.output = output
    distance = settings.distance
    graining = CoarseGraining(
      grouping: try settings.molecules.grouping(), expected: try settings.molecules.expected())
    reading = try settings.reading.options()
    frames = try settings.selectFrames.map { try IntegerRange.frames(parsing: $0) }
  }

  /// Takes them apart, a batch of frames at a time.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    let writer = try FrameWriter.create(output)
    var report = MoleculeReport()
    let count = try FramePipeline(
      input: input, frames: frames, context: context, task: "isolate \(input)", reading: reading
    ).run(
      workspace: {},
      work: { frame, _, _, _ in try graining.isolatedMolecules(of: frame, distance: distance) },
      consume: { index, result in
        try writer.write(result.frame)
        report.add(result.composition, frame: index)
      })
    try writer.commit()
    if let warning = writer.lossWarning { context.warning(warning) }
    for warning in report.warnings { context.warning("\(input): \(warning)") }
    return self.report(count)
  }
}

extension IsolateJob: ShardableJob {
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
      what: "frames of isolated molecules", amount: "\(frames)", output: output,
      counts: ["frames": frames])
  }
}
