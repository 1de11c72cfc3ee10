internal import GayBerne
public import Generators
internal import Geometry

extension Dimers {
  /// Dimers with energies, from the texts of the command line and of recipes.
  ///
  /// Without semi-axes they are those of the model of the literature, where the potential is one, else
  /// 1, 1.5, 2.
  /// Without a distance the centres are as near as the smallest semi-axes allow, up to 3 beyond the
  /// farthest contact; surfaces are 0 to 3 apart.
  ///
  /// Throws: `InvalidInput`.
  public init(
    parsing first: String?, second: String?, distance: String?, kind: DistanceKind,
    density: DistanceDensity, potential description: PotentialDescription,
    maximumEnergy: Double?
  ) throws {
    let model = try description.literatureModel()?.semiAxes
    let one = try first.map(ParticleShapes.axes) ?? model ?? SemiAxes(1, 1.5, 2)
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
      potential: try description.potential(), maximumEnergy: maximumEnergy ?? .infinity)
  }
}
