public import GayBerne
public import Generators
internal import Geometry

extension Dimers {
  /// Dimers with Gay-Berne energies, from the texts of the command line and of recipes.
  ///
  /// Without a distance the centres are as near as the smallest semi-axes allow, up to 3 beyond the
  /// farthest contact.
  ///
  /// Throws: `InvalidInput`.
  public init(
    parsing first: String, second: String?, distance: String?, density: DistanceDensity,
    potential parameters: GayBerneParameters, maximumEnergy: Double?
  ) throws {
    func axes(_ text: String) throws -> SemiAxes {
      let v = try SpeciesTriples.triple(parsing: text, quantity: "semi-axes")
      return try SemiAxes(v.x, v.y, v.z)
    }
    let one = try axes(first)
    let other = try second.map(axes) ?? one
    let range = try distance.map { try ValueRange(parsing: $0, quantity: "distance") }
    let low = range?.low ?? (one.smallest + other.smallest)
    let high = range?.high ?? (one.largest + other.largest + 3)
    guard 0 <= low, low <= high, high > 0 else {
      throw InvalidInput(
        "distance", value: "\(low):\(high)", expected: "a range MIN:MAX of numbers from 0")
    }
    self.init(
      first: one, second: other, distance: low...high, density: density,
      potential: try GayBerne(parameters), maximumEnergy: maximumEnergy ?? .infinity)
  }
}
