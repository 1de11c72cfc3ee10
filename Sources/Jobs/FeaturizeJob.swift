internal import AniSOAP
internal import FileFormats
internal import Geometry
internal import Mathematics

/// Computes AniSOAP features of the frames of a file and writes them as a NumPy archive or a file of
/// metatensor, with their derivatives where these are wanted.
///
/// Every frame has a row (with `.none` every particle, with `pairs` every pair), whatever its
/// neighbours; the set of species is fixed before, so that the width never depends on a frame.
public struct FeaturizeJob: Job {
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
  public let input: String
  /// The archive.
  public let output: String
  /// What the features depend on, as it is stored with them.
  public let settings: FeatureSettings
  /// What a row is.
  public let rows: Rows
  let hyperparameters: Hyperparameters
  let correlation: DensityExpansion.Correlation
  let species: [String]?
  let shapes: ShapeOverride
  private let reading: ReadOptions
  let frames: Range<Int>?
  let gradients: [FeatureSettings.Gradient]

  /// Throws: `InvalidInput` for settings that make no sense, alone or together.
  public init(input: String, output: String, settings: FeatureSettings) throws {
    self.input = input
    self.output = output
    self.settings = settings
    _ = try TableFormat.writing(output, [.npz, .mts])
    correlation = try settings.densityCorrelation()
    hyperparameters = try settings.hyperparameters()
    rows = try settings.rows()
    gradients = try settings.wantedGradients()
    for text in settings.concatenate { _ = try ConcatenatedFeatures.parsed(text) }
    guard settings.concatenate.isEmpty || rows != .pair else {
      throw InvalidInput(
        "concatenate", value: settings.concatenate.joined(separator: ", "),
        expected: "none beside features of pairs")
    }
    species = try settings.speciesNames()
    shapes = try settings.shapes.override()
    reading = try settings.reading.options()
    frames = try settings.selectFrames.map { try IntegerRange.frames(parsing: $0) }
  }

  /// Featurizes all frames that are wanted.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    let scan =
      species == nil ? try SpeciesScan(input, frames: frames, reading: reading, context) : nil
    let table = try scan?.species ?? SpeciesTable(ordered: species ?? [])
    let expansion = try DensityExpansion(hyperparameters, species: table)
    try expansion.checkColumns(correlation, average: rows == .frame ? .frame : .none)
    let others =
      settings.concatenate.isEmpty
      ? nil : try ConcatenatedFeatures(settings.concatenate, beside: output)
    let own = try properties(expansion)
    let archive = try archive(others?.properties(after: own) ?? own)
    let spool =
      gradients.isEmpty
      ? nil
      : try FeatureGradientSpool(
        gradients, of: expansion, correlation, rows: rows, beside: output,
        threads: context.threads)
    let pipeline = FramePipeline(
      input: input, frames: frames, context: context, task: "featurize \(input)",
      total: scan?.count, reading: reading)
    var check = FeatureCheck()
    let count = try pipeline.run(
      workspace: {},
      work: { [hasGradients = spool != nil] frame, _, threads, _ in
        let frame = try shapes.apply(to: frame)
        // Derivatives take much memory: they are made one frame after the other, below.
        let rows = hasGradients ? nil : try rows(of: frame, expansion, threads: threads)
        return (frame, rows)
      },
      consume: { index, result in
        let (frame, rows) = result
        check.add(frame, cutoff: hyperparameters.cutoff)
        guard
          var rows = try rows
            ?? pipeline.located(index, { try spool?.add(frame, first: archive.rowCount) })
        else { return }
        if let others {
          rows = try others.widened(rows, frame: index, first: archive.rowCount)
        }
        for row in rows.rows(of: archive.columnCount) { check.add(row: row) }
        try archive.add(rows, frame: index)
      })
    try others?.finish(rows: archive.rowCount)
    for warning in others?.warnings ?? [] { context.warning(warning) }
    try archive.finish(
      description: settings.description(input: input, species: table), gradients: spool)
    let warnings = check.warnings(cutoff: hyperparameters.cutoff)
    for warning in warnings { context.warning("\(output): \(warning)") }
    return JobReport(
      what: "AniSOAP nu = \(correlation.rawValue)",
      amount: "\(archive.rowCount) x \(archive.columnCount) of \(count) frames", output: output,
      remarks: warnings)
  }

  private func archive(_ properties: IndexTable) throws -> any FeatureArchive {
    if TableFormat(path: output) == .mts {
      return try TensorFeatureArchive(output, properties: properties, sampleNames: sampleNames)
    }
    return try NumPyFeatureArchive(output, properties: properties, sampleNames: sampleNames)
  }

  /// The labels of a sample besides its frame.
  private var sampleNames: [String] {
    switch rows {
    case .frame: []
    case .particle: ["particle", "types_center"]
    case .pair: ["first", "second", "shift_a", "shift_b", "shift_c"]
    }
  }

  func properties(_ expansion: DensityExpansion) throws -> IndexTable {
    switch rows {
    case .frame: expansion.averagedProperties(correlation)
    case .particle: expansion.centerProperties(correlation)
    case .pair: try expansion.pairCoefficients(of: Frame(positions: [])).properties
    }
  }

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
}
