internal import Geometry

/// Which contacts of which frames are tabulated.
public struct ContactSettings: Settings {
  /// Pairs with nearer centres than this; nil: all pairs of open frames, or of two particles.
  public var cutoff: Double?
  /// Frames `first:end` of the file, half-open and counted from 0; nil: all.
  public var selectFrames: String?
  /// Shapes in place of the file's.
  public var shapes = ShapeSettings()
  /// What is said of the file.
  public var reading = ReadSettings()

  /// All pairs of all frames.
  public init() {}

  /// The cutoff.
  ///
  /// Throws: `InvalidInput` unless it is positive.
  public func validCutoff() throws -> Double? {
    if let cutoff, !(cutoff > 0 && cutoff.isFinite) {
      throw InvalidInput("cutoff radius", value: cutoff, expected: "a positive number")
    }
    return cutoff
  }
}
