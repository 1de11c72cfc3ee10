internal import FileFormats
public import Jobs

/// Does the steps of a recipe, one after the other, and writes a manifest after each. Steps that an
/// earlier run has done, by the manifest that it left, are not done again (`FinishedSteps`).
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
  }

  /// The recipe.
  public let recipe: Recipe
  /// The folder of the outputs.
  public let output: String

  /// Outputs go to the folder for which the recipe was read.
  public init(_ recipe: Recipe, output: String) {
    self.recipe = recipe
    self.output = output
  }

  /// Does all steps; with `anew` also those that are finished. Every output appears whole or not at all;
  /// those of steps before an error stay, and so does the manifest of them.
  ///
  /// Throws: what the jobs throw; `DataError` when the folder cannot be made, or another process works in
  /// it.
  public func run(_ context: JobContext, anew: Bool = false) throws -> [Outcome] {
    try OutputFolder.make(output)
    let lock = try FileLock("\(output)/\(Manifest.name)")
    defer { withExtendedLifetime(lock) {} }
    var finished = FinishedSteps(recipe, folder: output, anew: anew)
    var outcomes: [Outcome] = []
    let steps = recipe.datasets.flatMap { dataset in dataset.steps.map { (dataset.name, $0) } }
    for (k, (dataset, step)) in steps.enumerated() {
      let clock = ContinuousClock()
      let start = clock.now
      let kept = finished.report(of: k)
      let report = try kept ?? finished.perform(k) { try step.job.run(context) }
      let elapsed = start.duration(to: clock.now).components
      outcomes.append(
        Outcome(
          dataset: dataset, report: report,
          seconds: Double(elapsed.seconds) + 1e-18 * Double(elapsed.attoseconds),
          wasFinished: kept != nil))
    }
    try finished.write(finished: true)
    return outcomes
  }
}
