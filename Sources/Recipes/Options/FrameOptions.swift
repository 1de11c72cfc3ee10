internal import ArgumentParser
internal import Jobs

/// Shapes in place of a file's.
struct ShapeOptions: ParsableArguments, Sendable {
  @Option(
    name: .long, parsing: .unconditionalSingleValue,
    help: "Semi-axes a,b,c in place of the file's, or SPECIES:a,b,c (repeatable).")
  var semiAxes: [String] = []

  @Option(name: .long, parsing: .unconditional, help: "Multiplies all semi-axes afterwards.")
  var scaleAxes = ShapeSettings().scaleAxes

  init() {}
}

/// Which file is read, which of its frames, and with which shapes.
struct FrameOptions: ParsableArguments, Sendable {
  @Argument(help: "The file with the frames; - is standard input (extended XYZ).")
  var input: String

  @Option(
    name: .long, parsing: .unconditional,
    help: "Frames of the file, half-open and counted from 0, as 0:100.")
  var selectFrames: String?

  @OptionGroup var shapes: ShapeOptions

  init() {}
}
