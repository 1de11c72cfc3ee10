internal import FileFormats
public import Jobs

/// Does the steps of a recipe, one after the other, and writes a manifest after each. Steps that an
/// earlier run has done, by the manifest that it left, are not done again (`FinishedSteps`).
///
/// A recipe for a shard makes the parts of all sets that follow from its own frames; `MergedShards` joins
/// them.
public struct RecipeRunner: Sendable {
  /// What was done in one step.
  public struct Outcome: Sendable {
    /// The set it belongs to.
    public let dataset: String
    /// What was made, how much of it, and where it is.
    public let report: JobReport
    /// How long it took, in seconds.
    public let seconds: Double
    /// Whether an earlier run had done it.
    public let wasFinished: Bool
    /// Whether shards had done it, whose parts were joined.
    public var wasJoined = false
  }

  /// The recipe.
  public let recipe: Recipe
  /// The folder of the outputs.
  public let output: String
  private let shards: MergedShards?

  /// Outputs go to the folder for which the recipe was read. Steps that `shards` have done are joined from
  /// their parts.
  public init(_ recipe: Recipe, output: String, joining shards: MergedShards? = nil) {
    self.recipe = recipe
    self.output = output
    self.shards = shards
  }

  /// Does all steps; with `anew` also those that are finished. Every output appears whole or not at all;
  /// those of steps before an error stay, and so does the manifest of them.
  ///
  /// Throws: what the jobs throw; `DataError` when the folder cannot be made, or another process works in
  /// it (`busy`).
  public func run(_ context: JobContext, anew: Bool = false) throws -> [Outcome] {
    try OutputFolder.make(output)
    let lock = try FileLock("\(output)/\(Manifest.name)")
    defer { withExtendedLifetime(lock) {} }
    var finished = FinishedSteps(recipe, folder: output, anew: anew)
    var outcomes: [Outcome] = []
    let steps = recipe.datasets.flatMap { dataset in
      dataset.steps.enumerated().map { (dataset.name, $0.offset, $0.element) }
    }
    for (k, (dataset, place, step)) in steps.enumerated() {
      let clock = ContinuousClock()
      let start = clock.now
      let parts = recipe.shard == nil ? nil : ShardParts(folder: output, dataset, place)
      let kept =
        parts.map { parts in finished.report(of: k) { parts.has($0, sum: $1) } }
        ?? finished.report(of: k)
      let joined = kept == nil ? shards?.parts(dataset, place) : nil
      let report =
        try kept
        ?? finished.perform(k) {
          if let joined, let job = step.job as? any ShardableJob {
            return try job.join(joined, context)
          }
          return try step.job.run(context)
        }
      if kept == nil { try parts?.keep(report) }
      let elapsed = start.duration(to: clock.now).components
      var outcome = Outcome(
        dataset: dataset, report: report,
        seconds: Double(elapsed.seconds) + 1e-18 * Double(elapsed.attoseconds),
        wasFinished: kept != nil)
      outcome.wasJoined = joined != nil
      outcomes.append(outcome)
    }
    try finished.write(finished: true)
    return outcomes
  }
}
