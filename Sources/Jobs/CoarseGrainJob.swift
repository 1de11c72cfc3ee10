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
  /// Which frames; nil means all.
  public let frames: Range<Int>?

  /// Throws: `InvalidInput` for settings that make no sense.
  public init(input: String, output: String, settings: CoarseGrainSettings) throws {
    self.input = input
    self.output = output
    graining = try settings.graining()
    shapes = try settings.shapes.override()
    frames = try settings.selectFrames.map { try IntegerRange.frames(parsing: $0) }
  }

  /// Makes the ellipsoids, a batch of frames at a time.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    let writer = try FrameWriter.create(output)
    let count = try FramePipeline(
      input: input, frames: frames, context: context, task: "coarse-grain \(input)"
    ).run(
      workspace: {},
      work: { frame, _, _, _ in try shapes.apply(to: graining.ellipsoids(of: frame)) },
      consume: { _, frame in try writer.write(frame) })
    try writer.commit()
    return JobReport(what: "frames of ellipsoids", amount: "\(count)", output: output)
  }
}
