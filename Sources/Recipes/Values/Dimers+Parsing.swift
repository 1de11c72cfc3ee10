public import GayBerne
public import Generators
internal import Geometry

extension Dimers {
  /// Dimers with Gay-Berne energies, from the texts of the command line and of recipes.
  ///
  /// Without a distance the centres are as near as the smallest semi-axes allow, up to 3 beyond the
  /// farthest contact; surfaces are 0 to 3 apart.
  ///
  /// Throws: `InvalidInput`.
  public init(
    parsing first: String, second: String?, distance: String?, kind: DistanceKind,
    density: DistanceDensity, potential parameters: GayBerneParameters, maximumEnergy: Double?
  ) throws {
    let one = try ParticleShapes.axes(parsing: first)
    let other = try second.map(ParticleShapes.axes) ?? one
    let range = try distance.map { try ValueRange(parsing: $0, quantity: "distance") }
    let contacts =
      kind == .surface ? (0, 0) : (one.smallest + other.smallest, one.largest + other.largest)
    let (low, high) = (range?.low ?? contacts.0, range?.high ?? (contacts.1 + 3))
    guard 0 <= low, low <= high, high > 0 else {
      throw InvalidInput(
        "distance", value: "\(low):\(high)", expected: "a range MIN:MAX of numbers from 0")
    }
    self.init(
      first: one, second: other, distance: low...high, kind: kind, density: density,
      potential: try GayBerne(parameters), maximumEnergy: maximumEnergy ?? .infinity)
  }
}
