internal import Geometry
internal import Learning
internal import Mathematics

/// How well one set of features reconstructs another linearly, in both directions.
public struct ReconstructionJob: Job {
  /// The first features, perhaps `FILE.npz:ARRAY`.
  public let features: String
  /// The others: an archive, or a table or frames with keys.
  public let others: String
  /// What is computed.
  public let settings: ReconstructionSettings

  /// The errors of these two.
  public init(features: String, others: String, settings: ReconstructionSettings) {
    self.features = features
    self.others = others
    self.settings = settings
  }

  /// Computes the errors.
  ///
  /// Throws: `DataError` for files; `InvalidData` for samples that do not suffice.
  public func run(_ context: JobContext) throws -> JobReport {
    let first = try FeatureTable(contentsOf: features)
    let second = try TargetTable(contentsOf: others, keys: DataSettings.keys(settings.target))
      .aligned(with: first)
    var options = SplitSettings()
    (options.test, options.split) = (settings.test, .scikitLearn)
    (options.seed, options.folds) = (UInt64(settings.seed), 2)
    let split = try options.make(first, hashes: nil)
    let error = ReconstructionError(
      scaling: settings.scale, shuffle: .scikitLearn(settings.seed), threads: context.threads)
    var summary = ResultSummary(heads: ["from", "to", "GFRE"], note: [])
    if settings.distortion { summary.heads.append("GFRD") }
    if settings.local != nil { summary.heads.append("LFRE") }
    for (x, y, from, to) in [
      (first.values, second, features, others), (second, first.values, others, features),
    ] {
      var row: [ResultSummary.Cell] = [
        .text(from), .text(to), .fixed(try error.globalError(x, y, split), 6),
      ]
      if settings.distortion { row.append(.fixed(try error.globalDistortion(x, y, split), 6)) }
      if let local = settings.local {
        row.append(.fixed(try error.localError(x, y, split, neighbors: local), 6))
      }
      summary.rows.append(row)
    }
    return JobReport(
      what: "reconstruction errors", amount: "2 directions", output: nil, summary: summary)
  }
}
