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
  let calculator: FeatureCalculator
  let reading: ReadOptions
  let frames: Range<Int>?
  /// Whether rows are added to a file that is there.
  public let append: Bool
  /// Whether finished parts are kept when the job ends early, and used when it is done again.
  public let resume: Bool

  /// Throws: `InvalidInput` for settings that make no sense, alone or together.
  public init(
    input: String, output: String, settings: FeatureSettings, append: Bool = false,
    resume: Bool = false
  ) throws {
    self.input = input
    self.output = output
    self.settings = settings
    (self.append, self.resume) = (append, resume)
    _ = try TableFormat.writing(output, FeatureArchives.formats)
    calculator = try FeatureCalculator(settings)
    for text in settings.concatenate { _ = try ConcatenatedFeatures.parsed(text) }
    guard settings.concatenate.isEmpty || calculator.rows != .pair else {
      throw InvalidInput(
        "concatenate", value: settings.concatenate.joined(separator: ", "),
        expected: "none beside features of pairs")
    }
    for (name, isGiven) in [("append", append), ("resume", resume)] where isGiven {
      guard calculator.gradients.isEmpty, settings.concatenate.isEmpty else {
        throw InvalidInput(
          name, value: "with derivatives or other archives", expected: "features alone")
      }
    }
    guard !append || TableFormat(path: output) == .h5 else {
      throw InvalidInput("append", value: "to \(output)", expected: "a file of HDF5 (.h5)")
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
    let description = try settings.description(input: input, species: table)
    let archive = try archive(others?.properties(after: own) ?? own, description)
    let spool =
      calculator.gradients.isEmpty
      ? nil
      : try FeatureGradientSpool(
        calculator.gradients,
        of: calculator.derivatives(of: expansion, threads: context.threads), beside: output)
    let parts =
      resume
      ? try FeatureParts(
        of: output, input: input, settings: description, columns: archive.columnCount,
        names: calculator.sampleNames) : nil
    // Frames of an archive that is added to are counted on from its last one.
    let shift = append ? try Self.frameCount(of: output) : 0
    let first = frames?.lowerBound ?? 0
    let pipeline = FramePipeline(
      input: input, frames: frames, context: context, task: "featurize \(input)",
      total: scan?.count, reading: reading, named: calculator.shapes.named)
    var check = FeatureCheck()
    let finished = try parts.map { parts in
      Set(try (0..<Self.partCount(scan?.count, frames)).filter { try parts.isFinished($0) })
    }
    let count = try pipeline.run(
      workspace: {},
      work: { [hasGradients = spool != nil] frame, index, threads, _ in
        let frame = try calculator.shapes.apply(to: frame)
        // Derivatives take much memory: they are made one frame after the other, below. What finished parts
        // hold is not computed again.
        let isKnown = finished?.contains((index - first) / FeatureParts.size) ?? false
        let rows =
          hasGradients || isKnown
          ? nil : try calculator.rows(of: frame, expansion, threads: threads)
        return (frame, rows)
      },
      consume: { index, result in
        let (frame, computed) = result
        check.add(frame, cutoff: calculator.hyperparameters.cutoff)
        func keep(_ rows: FeatureRows, _ frame: Int) throws {
          for row in rows.rows(of: archive.columnCount) { check.add(row: row) }
          try archive.add(rows, frame: frame + shift)
        }
        let (part, place) = (index - first).quotientAndRemainder(dividingBy: FeatureParts.size)
        if let parts, finished?.contains(part) ?? false {
          if place == 0 { try parts.read(part) { try keep($1, $0) } }
          return
        }
        guard
          var rows = try computed
            ?? pipeline.located(index, { try spool?.add(frame, first: archive.rowCount) })
        else { return }
        if let others {
          rows = try others.widened(rows, frame: index, first: archive.rowCount)
        }
        try parts?.add(rows, frame: index, place: index - first)
        try keep(rows, index)
      })
    try others?.finish(rows: archive.rowCount)
    for warning in others?.warnings ?? [] { context.warning(warning) }
    try parts?.finishPart()
    try archive.finish(description: description, gradients: spool?.spooled)
    parts?.remove()
    if let damaged = parts?.damaged, damaged > 0 {
      context.warning("\(output): \(damaged) finished parts were damaged and are made anew")
    }
    let warnings = check.warnings(cutoff: calculator.hyperparameters.cutoff)
    for warning in warnings { context.warning("\(output): \(warning)") }
    return report(archive, frames: count, remarks: warnings)
  }

  /// The number of frames that an archive holds already, by the last of them.
  private static func frameCount(of path: String) throws -> Int {
    guard FilePath.exists(path) else { return 0 }
    return (try FeatureSource(path).frames?.max()).map { $0 + 1 } ?? 0
  }

  private static func partCount(_ count: Int?, _ frames: Range<Int>?) -> Int {
    // Without a count, as where species are given, parts are looked for as far as there are any.
    let most = count ?? frames?.count ?? 1 << 20
    return (min(most, 1 << 27) + FeatureParts.size - 1) / FeatureParts.size
  }

  func report(_ archive: any FeatureArchive, frames: Int, remarks: [String]) -> JobReport {
    JobReport(
      what: "AniSOAP nu = \(calculator.correlation.rawValue)",
      amount: "\(archive.rowCount) x \(archive.columnCount) of \(frames) frames", output: output,
      remarks: remarks, counts: ["frames": frames])
  }

  /// `description` is looked at where rows are added to a file that is there.
  func archive(
    _ properties: IndexTable, _ description: String = ""
  ) throws -> any FeatureArchive {
    if append, FilePath.exists(output) {
      return try HDF5FeatureArchive(
        appendingTo: output, properties: properties, sampleNames: calculator.sampleNames,
        description: description)
    }
    return try FeatureArchives.create(
      output, properties: properties, sampleNames: calculator.sampleNames)
  }
}
