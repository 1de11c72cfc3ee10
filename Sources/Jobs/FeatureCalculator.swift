public import AniSOAP
public import Geometry
public import Mathematics
internal import Synchronization

/// Features as settings describe them, of frames in memory: what `FeaturizeJob` computes of a file, and what
/// callers in other languages ask for again and again.
///
///     let calculator = try FeatureCalculator(FeatureSettings(cutoff: 5))
///     let rows = try calculator.features(of: frames, JobContext(threads: 2))
public final class FeatureCalculator: Sendable {
  /// What the features depend on.
  public let settings: FeatureSettings
  /// What a row is.
  public let rows: FeaturizeJob.Rows
  /// The expansion.
  public let hyperparameters: Hyperparameters
  /// The order of the correlation.
  public let correlation: DensityExpansion.Correlation
  /// The derivatives that are wanted.
  public let gradients: [FeatureSettings.Gradient]
  /// The species in their order; nil where they are to be found.
  public let species: [String]?
  /// Shapes in place of the frames' own.
  public let shapes: ShapeOverride
  /// The expansions that were made so far, by their species: each takes milliseconds.
  private let expansions = Mutex<[(species: SpeciesTable, expansion: DensityExpansion)]>([])

  private static let mostExpansions = 8

  /// Throws: `InvalidInput` for settings that make no sense, alone or together.
  public init(_ settings: FeatureSettings) throws {
    self.settings = settings
    correlation = try settings.densityCorrelation()
    hyperparameters = try settings.hyperparameters()
    rows = try settings.rows()
    gradients = try settings.wantedGradients()
    species = try settings.speciesNames()
    shapes = try settings.shapes.override()
  }

  /// The expansion for these species.
  ///
  /// Throws: `InvalidInput` for more columns than a row can have; `NumericalError`.
  public func expansion(species: SpeciesTable) throws -> DensityExpansion {
    let known = expansions.withLock { list in list.first { $0.species == species }?.expansion }
    if let known { return known }
    let made = try DensityExpansion(hyperparameters, species: species)
    try made.checkColumns(correlation, average: rows == .frame ? .frame : .none)
    expansions.withLock { list in
      if list.count >= Self.mostExpansions { list.removeFirst() }
      list.append((species, made))
    }
    return made
  }

  /// The species of frames: those of the settings, or all that are found in the frames.
  ///
  /// Throws: `InvalidInput` where there is none.
  public func speciesTable(of frames: [Frame]) throws -> SpeciesTable {
    if let species { return try SpeciesTable(ordered: species) }
    var (names, seen) = ([String](), Set<String>())
    var last: String?
    for frame in frames {
      for name in frame.species where name != last {
        last = name
        if seen.insert(name).inserted { names.append(name) }
      }
    }
    guard !names.isEmpty else {
      throw InvalidInput(
        "species", value: "none: there are no particles", expected: "particles, or species by name")
    }
    return try SpeciesTable(found: names)
  }

  /// The columns.
  ///
  /// Throws: as `DensityExpansion.coefficients(of:)`.
  public func properties(of expansion: DensityExpansion) throws -> IndexTable {
    switch rows {
    case .frame: expansion.averagedProperties(correlation)
    case .particle: expansion.centerProperties(correlation)
    case .pair: try expansion.pairCoefficients(of: Frame(positions: [])).properties
    }
  }

  /// The labels of a sample besides its frame.
  public var sampleNames: [String] {
    switch rows {
    case .frame: []
    case .particle: ["particle", "types_center"]
    case .pair: ["first", "second", "shift_a", "shift_b", "shift_c"]
    }
  }

  /// The rows of a frame whose shapes are as they are to be.
  ///
  /// Throws: as `DensityExpansion.coefficients(of:)`.
  func rows(
    of frame: Frame, _ expansion: DensityExpansion, threads: Int
  ) throws -> FeatureRows {
    switch rows {
    case .frame:
      let values = try expansion.averagedFeatures(
        of: frame, correlation: correlation, threads: threads)
      return FeatureRows(values: values, count: 1, samples: nil)
    case .particle:
      let block = try expansion.features(
        of: frame, correlation: correlation, average: .none, threads: threads)
      return FeatureRows(block)
    case .pair: return FeatureRows(try expansion.pairCoefficients(of: frame))
    }
  }

  /// What computes derivatives.
  ///
  /// Throws: `InvalidInput` for features that have none.
  func derivatives(of expansion: DensityExpansion, threads: Int) throws -> FeatureDerivatives {
    try FeatureDerivatives(of: expansion, correlation, rows: rows, threads: threads)
  }
}
