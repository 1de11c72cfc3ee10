internal import Geometry

/// Semi-axes in place of a file's, and a factor for all of them.
public struct ShapeSettings: Settings {
  /// `a,b,c` for all particles, or `SPECIES:a,b,c`.
  public var semiAxes: [String] = []
  /// What semi-axes are multiplied by afterwards.
  public var scaleAxes = 1.0

  /// The file's own shapes.
  public init() {}

  /// Throws: `InvalidInput` unless all numbers are positive.
  public func override() throws -> ShapeOverride {
    try ShapeOverride(
      semiAxes: SpeciesTriples(parsing: semiAxes, quantity: "semi-axes"), scale: scaleAxes)
  }
}
