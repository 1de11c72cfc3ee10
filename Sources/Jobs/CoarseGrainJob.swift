public import FileFormats
public import Generators
public import Geometry

/// Turns every molecule of every frame of a file into one ellipsoid.
public struct CoarseGrainJob: MoleculeFramesJob {
  /// What is done and made.
  public static var words: (task: String, what: String) { ("coarse-grain", "frames of ellipsoids") }

  /// The file with the frames of atoms.
  public let input: String
  /// Where the frames go.
  public let output: String
  /// Which atoms belong together, and how large the ellipsoids are.
  public let graining: CoarseGraining
  /// Semi-axes in place of those found, and a factor for all.
  public let shapes: ShapeOverride
  /// How files are read.
  public let reading: ReadOptions
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

  /// The ellipsoids of a frame, and its molecules.
  ///
  /// Throws: `InvalidInput` for a frame whose molecules cannot be found.
  public func made(of frame: Frame) throws -> (frame: Frame, composition: MoleculeComposition) {
    let (ellipsoids, composition) = try graining.ellipsoidsAndMolecules(of: frame)
    return (try shapes.apply(to: ellipsoids), composition)
  }
}
