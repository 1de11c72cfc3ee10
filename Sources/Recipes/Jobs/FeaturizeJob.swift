public import AniSOAP
internal import FileFormats
internal import Geometry
internal import Mathematics

/// Computes AniSOAP features of the frames of a file and writes them as a NumPy archive.
///
/// Every frame has a row (with `.none` every particle, with `pairs` every pair), whatever its
/// neighbours; the set of species is fixed before, so that the width never depends on a frame.
public struct FeaturizeJob: Sendable {
  /// What a row of the features belongs to.
  public enum Rows: String, CaseIterable, Sendable {
    /// The mean over the particles of a frame, centre species by centre species.
    case frame
    /// A particle.
    case particle
    /// A pair of particles, its density not summed with those of others (nu = 1 only).
    case pair
  }

  /// The file with the frames.
  public var input: String
  /// The archive.
  public var output: String
  /// What the features depend on.
  public var hyperparameters: Hyperparameters
  /// The order nu of the correlation.
  public var correlation: DensityExpansion.Correlation
  /// What a row is.
  public var rows: Rows
  /// The species and their order; nil finds them by reading the file once more.
  public var species: [String]?
  /// Shapes in place of the file's.
  public var shapes: ShapeOverride
  /// Which frames; nil means all.
  public var frames: Range<Int>?

  /// Averages over frames of the power spectrum, of all frames, unless changed.
  ///
  /// Throws: `InvalidInput` for hyperparameters that make no sense.
  public init(
    input: String, output: String, hyperparameters: Hyperparameters,
    correlation: DensityExpansion.Correlation = .two, rows: Rows = .frame,
    species: [String]? = nil, shapes: ShapeOverride
  ) throws {
    try hyperparameters.validate()
    if let species { _ = try SpeciesTable(ordered: species) }
    guard rows != .pair || correlation == .one else {
      throw InvalidInput(
        "correlation", value: "\(correlation.rawValue)", expected: "1 for features of pairs")
    }
    self.input = input
    self.output = output
    self.hyperparameters = hyperparameters
    self.correlation = correlation
    self.rows = rows
    self.species = species
    self.shapes = shapes
  }

  /// Does it.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    let scan = species == nil ? try SpeciesScan(input, frames: frames, context) : nil
    let table = try scan?.species ?? SpeciesTable(ordered: species ?? [])
    let expansion = try DensityExpansion(hyperparameters, species: table)
    let archive = try FeatureArchive(
      output, properties: properties(expansion), sampleNames: sampleNames)
    let pipeline = FramePipeline(
      input: input, frames: frames, context: context, task: "featurize \(input)",
      total: scan?.count)
    let count = try pipeline.run(
      workspace: {},
      work: { frame, _, threads, _ in
        try rows(of: shapes.apply(to: frame), expansion, threads: threads)
      }, consume: { index, rows in try archive.add(rows, frame: index) })
    try archive.finish(
      description: FeatureDescription(self, species: table).json)
    return JobReport(
      what: "AniSOAP nu = \(correlation.rawValue)",
      amount: "\(archive.rowCount) x \(archive.columnCount) of \(count) frames", output: output)
  }

  /// The labels of a sample besides its frame.
  private var sampleNames: [String] {
    switch rows {
    case .frame: []
    case .particle: ["particle", "types_center"]
    case .pair: ["first", "second", "shift_a", "shift_b", "shift_c"]
    }
  }

  private func properties(_ expansion: DensityExpansion) throws -> IndexTable {
    switch rows {
    case .frame: expansion.averagedProperties(correlation)
    case .particle: expansion.centerProperties(correlation)
    case .pair: try expansion.pairCoefficients(of: Frame(positions: [])).properties
    }
  }

  private func rows(
    of frame: Frame, _ expansion: DensityExpansion, threads: Int
  ) throws -> FeatureArchive.Rows {
    switch rows {
    case .frame:
      let values = try expansion.averagedFeatures(
        of: frame, correlation: correlation, threads: threads)
      return FeatureArchive.Rows(values: values, count: 1, samples: nil)
    case .particle:
      let block = try expansion.features(
        of: frame, correlation: correlation, average: .none, threads: threads)
      return FeatureArchive.Rows(block)
    case .pair: return FeatureArchive.Rows(try expansion.pairCoefficients(of: frame))
    }
  }
}
