internal import FileFormats
public import Generators

/// Turns every molecule of every frame of a file into one ellipsoid.
public struct CoarseGrainJob: Sendable {
  /// The file with the frames of atoms.
  public var input: String
  /// Where the frames of ellipsoids go.
  public var output: String
  /// Which atoms belong together, and how large the ellipsoids are.
  public var graining: CoarseGraining
  /// Semi-axes in place of those found, and a factor for all.
  public var shapes: ShapeOverride
  /// Which frames; nil means all.
  public var frames: Range<Int>?

  /// All frames, unless changed.
  public init(input: String, output: String, graining: CoarseGraining, shapes: ShapeOverride) {
    self.input = input
    self.output = output
    self.graining = graining
    self.shapes = shapes
  }

  /// Does it, a batch of frames at a time.
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
