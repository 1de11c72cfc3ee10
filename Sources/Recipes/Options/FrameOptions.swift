public import ArgumentParser
public import Jobs

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

/// What is said of a file that it does not say itself.
public struct ReadingOptions: ParsableArguments, Sendable {
  @Option(
    name: .long,
    help: """
      What columns are, where their names do not tell: \
      orientation=c_quat[1..4]:wxyz,diameter=c_shape[1..3].
      """)
  var columns: String?

  @Option(name: .long, help: "Names of species in place of the file's: 1:C,2:H.")
  var types: String?

  @Option(
    name: .long,
    help: "The atom style of a LAMMPS data file that does not name it: full, sphere, ...")
  var atomStyle: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: "The diameter of particles without extent among particles that have one.")
  var pointDiameter = ReadSettings().pointDiameter

  /// Nothing is said.
  public init() {}

  /// What is said, as a value.
  public var settings: ReadSettings {
    var settings = ReadSettings()
    (settings.columns, settings.types) = (columns, types)
    (settings.atomStyle, settings.pointDiameter) = (atomStyle, pointDiameter)
    return settings
  }
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
  @OptionGroup var reading: ReadingOptions

  init() {}
}
