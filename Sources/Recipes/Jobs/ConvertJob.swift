internal import FileFormats

/// Writes the frames of a file in another format, by the extensions.
public struct ConvertJob: Sendable {
  /// The file with the frames.
  public var input: String
  /// Where they go.
  public var output: String
  /// Shapes in place of the file's.
  public var shapes: ShapeOverride
  /// Which frames; nil means all.
  public var frames: Range<Int>?

  /// All frames, unless changed.
  public init(input: String, output: String, shapes: ShapeOverride) {
    self.input = input
    self.output = output
    self.shapes = shapes
  }

  /// Does it.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    let writer = try FrameWriter.create(output)
    let count = try FramePipeline(
      input: input, frames: frames, context: context, task: "convert \(input)"
    ).run(
      workspace: {}, work: { frame, _, _, _ in try shapes.apply(to: frame) },
      consume: { _, frame in try writer.write(frame) })
    try writer.commit()
    return JobReport(what: "frames", amount: "\(count)", output: output)
  }
}
