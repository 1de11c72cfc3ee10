public import Generators
internal import GayBerne
internal import Geometry

/// Pairs of ellipsoids at random, labelled with their energy.
public struct DimerSettings: GeneratorSettings {
  /// The number of pairs that are kept.
  public var count = 25_000
  /// Seed and shard.
  public var set = SetSettings()
  /// The semi-axes of the first particle; nil: those of the model of the literature, where the potential
  /// is one, else `defaultSemiAxes`.
  public var semiAxes: String?
  /// Those of the second, where it differs.
  public var secondSemiAxes: String?
  /// Distances `MIN:MAX`; nil: centres as near as the smallest semi-axes allow, up to 3 beyond the
  /// farthest contact; surfaces 0 to 3 apart.
  public var distance: String?
  /// Whether the distance is that of the centres or of the surfaces.
  public var distanceKind = Dimers.DistanceKind.centre
  /// How distances are spread.
  public var distanceDensity = Dimers.DistanceDensity.uniform
  /// Pairs above this energy are drawn anew; nil: all are kept.
  public var maxEnergy: Double?
  /// The potential.
  public var interaction = PotentialSettings()

  /// The semi-axes where neither they nor a model are given.
  public static let defaultSemiAxes = "1,1.5,2"

  /// The defaults.
  public init() {}

  /// What makes the frames.
  ///
  /// Throws: `InvalidInput` for values that make no sense.
  public func generator() throws -> any Generator {
    let model = try interaction.literatureModel()?.semiAxes
    let one =
      try semiAxes.map { try SemiAxes(parsing: $0) } ?? model
      ?? SemiAxes(parsing: Self.defaultSemiAxes)
    let other = try secondSemiAxes.map { try SemiAxes(parsing: $0) } ?? one
    let range = try distance.map { try ValueRange(parsing: $0, quantity: "distance") }
    let contacts =
      distanceKind == .surface
      ? (0, 0) : (one.smallest + other.smallest, one.largest + other.largest)
    let (low, high) = (range?.low ?? contacts.0, range?.high ?? (contacts.1 + 3))
    guard 0 <= low, low <= high, high > 0 else {
      throw InvalidInput(
        "distance", value: "\(low):\(high)", expected: "a range MIN:MAX of numbers from 0")
    }
    return Dimers(
      first: one, second: other, distance: low...high, kind: distanceKind,
      density: distanceDensity, potential: try interaction.makePotential(),
      maximumEnergy: maxEnergy ?? .infinity)
  }
}
