public import Geometry

extension SemiAxes {
  /// From three numbers separated by commas.
  ///
  /// Throws: `InvalidInput`.
  public init(parsing text: String) throws {
    let v = try SpeciesTriples.triple(parsing: text, quantity: "semi-axes")
    self = try SemiAxes(v.x, v.y, v.z)
  }
}
