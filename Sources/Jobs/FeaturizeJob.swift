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
  public var rows: Rows { calculator.rows }
  private let calculator: FeatureCalculator
  private let reading: ReadOptions
  private let frames: Range<Int>?

  /// Throws: `InvalidInput` for settings that make no sense, alone or together.
  public init(input: String, output: String, settings: FeatureSettings) throws {
    self.input = input
    self.output = output
    self.settings = settings
    _ = try TableFormat.writing(output, [.npz, .mts])
    calculator = try FeatureCalculator(settings)
    for text in settings.concatenate { _ = try ConcatenatedFeatures.parsed(text) }
    guard settings.concatenate.isEmpty || calculator.rows != .pair else {
      throw InvalidInput(
        "concatenate", value: settings.concatenate.joined(separator: ", "),
        expected: "none beside features of pairs")
    }
    reading = try settings.reading.options()
    frames = try settings.selectFrames.map { try IntegerRange.frames(parsing: $0) }
  }

  /// Featurizes all frames that are wanted.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    let species = calculator.species
    let scan =
      species == nil ? try SpeciesScan(input, frames: frames, reading: reading, context) : nil
    let table = try scan?.species ?? SpeciesTable(ordered: species ?? [])
    let expansion = try calculator.expansion(species: table)
    let others =
      settings.concatenate.isEmpty
      ? nil : try ConcatenatedFeatures(settings.concatenate, beside: output)
    let own = try calculator.properties(of: expansion)
    let archive = try archive(others?.properties(after: own) ?? own)
    let spool =
      calculator.gradients.isEmpty
      ? nil
      : try FeatureGradientSpool(
        calculator.gradients,
        of: calculator.derivatives(of: expansion, threads: context.threads), beside: output)
    let pipeline = FramePipeline(
      input: input, frames: frames, context: context, task: "featurize \(input)",
      total: scan?.count, reading: reading)
    var check = FeatureCheck()
    let count = try pipeline.run(
      workspace: {},
      work: { [hasGradients = spool != nil] frame, _, threads, _ in
        let frame = try calculator.shapes.apply(to: frame)
        // Derivatives take much memory: they are made one frame after the other, below.
        let rows =
          hasGradients ? nil : try calculator.rows(of: frame, expansion, threads: threads)
        return (frame, rows)
      },
      consume: { index, result in
        let (frame, rows) = result
        check.add(frame, cutoff: calculator.hyperparameters.cutoff)
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
    try archive.finish(
      description: settings.description(input: input, species: table), gradients: spool)
    let warnings = check.warnings(cutoff: calculator.hyperparameters.cutoff)
    for warning in warnings { context.warning("\(output): \(warning)") }
    return JobReport(
      what: "AniSOAP nu = \(calculator.correlation.rawValue)",
      amount: "\(archive.rowCount) x \(archive.columnCount) of \(count) frames", output: output,
      remarks: warnings)
  }

  private func archive(_ properties: IndexTable) throws -> any FeatureArchive {
    if TableFormat(path: output) == .mts {
      return try TensorFeatureArchive(
        output, properties: properties, sampleNames: calculator.sampleNames)
    }
    return try NumPyFeatureArchive(
      output, properties: properties, sampleNames: calculator.sampleNames)
  }
}
