internal import Generators
internal import Geometry
public import OrderParameters

/// Which order parameters are computed of which frames.
public struct OrderSettings: Settings {
  /// The degrees l of Steinhardt's invariants, ranges with both ends included and single numbers, with
  /// commas; nil is `defaultDegrees`.
  public var steinhardt: String?
  /// Neighbours are nearer than this; nil: no Steinhardt, unless neighbours are Voronoi's.
  public var cutoff: Double?
  /// What a neighbour counts.
  public var weights = Steinhardt.Weights.uniform
  /// The symmetry axis of the particles.
  public var axis = SymmetryAxis.automatic
  /// The species that count, separated by commas; nil: all that have an axis.
  public var selectSpecies: String?
  /// Whether layers are sought.
  public var smectic = false
  /// Along which directions layers are sought: `director`, `any`, or `x,y,z`.
  public var layerDirection = "director"
  /// The spacings of layers that are looked at, `MIN:MAX`; nil: by the length of the particles.
  public var layerSpacing: String?
  /// Whether psi_6 within the layers is wanted.
  public var hexatic = false
  /// The longest bond within a layer for psi_6; nil: the six nearest neighbours.
  public var hexaticCutoff: Double?
  /// Whether invariants averaged over the neighbours are wanted.
  public var averaged = false
  /// Whether third-order invariants are wanted.
  public var thirdOrder = false
  /// Whether every particle's own values are wanted.
  public var perParticle = false
  /// A table for the pair correlations; nil: none.
  public var pairCorrelation: String?
  /// How far pair correlations go; nil: the cutoff.
  public var range: Double?
  /// The number of bins of pair correlations.
  public var bins = 100
  /// Frames `first:end` of the file, half-open and counted from 0; nil: all.
  public var selectFrames: String?
  /// Shapes in place of the file's.
  public var shapes = ShapeSettings()
  /// What is said of the file.
  public var reading = ReadSettings()

  /// The degrees of Steinhardt's invariants where none are given.
  public static let defaultDegrees = "0:6"

  /// Orientational order alone.
  public init() {}

  /// What is computed of a frame.
  ///
  /// Throws: `InvalidInput` when something is asked for that needs neighbours, and there is no cutoff.
  public func frameOrder() throws -> FrameOrder.Settings {
    if let cutoff, !(cutoff > 0 && cutoff.isFinite) {
      throw InvalidInput("cutoff radius", value: cutoff, expected: "a positive number")
    }
    var settings = FrameOrder.Settings(
      axis: axis, smectic: smectic || hexatic ? try search() : nil,
      steinhardt: Steinhardt.Settings(
        degrees: try Steinhardt.degrees(parsing: steinhardt ?? Self.defaultDegrees),
        optionalCutoff: cutoff,
        weights: weights))
    if settings.steinhardt == nil, averaged || thirdOrder || perParticle {
      throw InvalidInput(
        "cutoff radius", value: "missing",
        expected: "one, or Voronoi weights, for averaged, third-order or per-particle values")
    }
    settings.averaged = averaged
    settings.thirdOrder = thirdOrder
    settings.perParticle = perParticle
    settings.localCutoff = perParticle ? cutoff : nil
    if let hexaticCutoff {
      guard hexatic, hexaticCutoff > 0, hexaticCutoff.isFinite else {
        throw InvalidInput(
          "hexatic-cutoff", value: hexaticCutoff, expected: "a positive number, with hexatic")
      }
    }
    if !smectic, !hexatic {
      for (name, value) in [
        ("layer-spacing", layerSpacing),
        ("layer-direction", layerDirection == "director" ? nil : layerDirection),
      ] {
        guard let value else { continue }
        throw InvalidInput(
          name, value: value, expected: "none unless layers are sought (smectic, hexatic)")
      }
    }
    settings.hexatic = hexatic ? hexaticCutoff.map { .within($0) } ?? .sixNearest : nil
    settings.species = selectSpecies.map { Set($0.split(separator: ",").map(String.init)) }
    return settings
  }

  /// How layers are sought.
  private func search() throws -> SmecticSearch {
    var search = SmecticSearch()
    switch layerDirection {
    case "director": search.direction = .director
    case "any": search.direction = .any
    default:
      search.direction = .fixed(
        try SpeciesTriples.triple(parsing: layerDirection, quantity: "layer direction"))
    }
    if let layerSpacing {
      let range = try ValueRange(parsing: layerSpacing, quantity: "layer spacing")
      guard range.low <= range.high else {
        throw InvalidInput(
          "layer spacing", value: layerSpacing, expected: "a range MIN:MAX, or one number")
      }
      search.spacings = range.low...range.high
    }
    return search
  }

  /// The degrees that were asked for and cannot be computed, since there are no neighbours.
  ///
  /// Throws: `InvalidInput` for degrees that are none.
  func unmetDegrees() throws -> [Int] {
    guard let steinhardt, cutoff == nil, weights != .voronoi else { return [] }
    return try Steinhardt.degrees(parsing: steinhardt)
  }

  /// The table of pair correlations, where one is wanted.
  ///
  /// Throws: `InvalidInput` without a range, and for a number of bins that makes no sense.
  public func correlations() throws -> OrderJob.PairCorrelationTable? {
    if pairCorrelation == nil, let range {
      throw InvalidInput("range", value: range, expected: "none without pair correlations")
    }
    return try pairCorrelation.map {
      try OrderJob.PairCorrelationTable(output: $0, range: range ?? cutoff, bins: bins)
    }
  }
}
