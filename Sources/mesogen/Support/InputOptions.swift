import ArgumentParser
import Geometry
import Recipes

/// Which file is read, which of its frames, and with which shapes.
struct InputOptions: ParsableArguments {
  @Argument(help: "The file with the frames; - is standard input (extended XYZ).")
  var input: String

  @Option(
    name: .long, parsing: .unconditional,
    help: "Frames of the file, half-open and counted from 0, as 0:100.")
  var selectFrames: String?

  @Option(
    name: .long, parsing: .unconditionalSingleValue,
    help: "Semi-axes a,b,c in place of the file's, or SPECIES:a,b,c (repeatable).")
  var semiAxes: [String] = []

  @Option(name: .long, parsing: .unconditional, help: "Multiplies all semi-axes afterwards.")
  var scaleAxes: Double = 1

  /// Throws: `InvalidInput`.
  func frames() throws -> Range<Int>? {
    try selectFrames.map { try IntegerRange.frames(parsing: $0) }
  }

  /// Throws: `InvalidInput`.
  func shapes() throws -> ShapeOverride {
    try ShapeOverride(
      semiAxes: SpeciesTriples(parsing: semiAxes, quantity: "semi-axes"), scale: scaleAxes)
  }
}
