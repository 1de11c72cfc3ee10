public import FileFormats
public import Generators
public import Geometry

/// Takes the molecules of every frame apart: what is computed of the frames that come out, features or
/// energies, is a sum or mean over isolated molecules in the geometry that they have in the crystal.
public struct IsolateJob: MoleculeFramesJob {
  /// What is done and made.
  public static var words: (task: String, what: String) {
    ("isolate", "frames of isolated molecules")
  }

  /// The file with the frames of atoms.
  public let input: String
  /// Where the frames go.
  public let output: String
  /// Which atoms belong together.
  public let graining: CoarseGraining
  /// The distance between molecules.
  public let distance: Double
  /// How files are read.
  public let reading: ReadOptions
  /// Which frames; nil means all.
  public let frames: Range<Int>?

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

  /// The molecules of a frame, each for itself.
  ///
  /// Throws: `InvalidInput` for a frame whose molecules cannot be found.
  public func made(of frame: Frame) throws -> (frame: Frame, composition: MoleculeComposition) {
    try graining.isolatedMolecules(of: frame, distance: distance)
  }
}
