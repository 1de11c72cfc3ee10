public import Jobs

/// Does the steps of a recipe, one after the other, and writes a manifest at the end.
public struct RecipeRunner: Sendable {
  /// What was done in one step.
  public struct Outcome: Sendable {
    /// The set it belongs to.
    public let dataset: String
    /// What was made, how much of it, and where it is.
    public let report: JobReport
    /// How long it took, in seconds.
    public let seconds: Double
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

  /// Does all steps. Every output appears whole or not at all; those of steps before an error stay.
  ///
  /// Throws: what the jobs throw; `DataError` when the folder cannot be made.
  public func run(_ context: JobContext) throws -> [Outcome] {
    try OutputFolder.make(output)
    var outcomes: [Outcome] = []
    for dataset in recipe.datasets {
      for step in dataset.steps {
        let clock = ContinuousClock()
        let start = clock.now
        let report = try step.job.run(context)
        let elapsed = start.duration(to: clock.now).components
        outcomes.append(
          Outcome(
            dataset: dataset.name, report: report,
            seconds: Double(elapsed.seconds) + 1e-18 * Double(elapsed.attoseconds)))
      }
    }
    try Manifest(recipe, reports: outcomes.map(\.report), output: output).write()
    return outcomes
  }
}
