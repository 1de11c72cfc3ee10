internal import FileFormats
public import Jobs

/// What a recipe would make, step by step, without making it: `mesogen run --dry-run`.
public struct RecipeForecast: Sendable {
  /// One step.
  public struct Step: Sendable {
    /// The set it belongs to.
    public let dataset: String
    /// The section of the recipe.
    public let name: String
    /// What it would make.
    public let forecast: JobForecast
    /// Whether an earlier run has done it, so that nothing is left to do.
    public let isFinished: Bool
  }

  /// The steps in their order.
  public let steps: [Step]

  /// The seconds of the steps that are not finished and whose time is known.
  public var seconds: Double {
    steps.reduce(0) { $0 + ($1.isFinished ? 0 : $1.forecast.seconds ?? 0) }
  }
  /// The bytes of the files that are still to be made, as far as they are known.
  public var bytes: Double {
    steps.reduce(0) { $0 + ($1.isFinished ? 0 : $1.forecast.bytes ?? 0) }
  }

  /// Looks at all steps of a recipe whose outputs go to a folder, which need not exist.
  ///
  /// A frame of every set is made in memory and goes through the steps, so that what would fail in a later
  /// step, as a key that targets do not have, is told now. Nothing is written.
  ///
  /// Throws: `RecipeError` with the line of the step, or of the key, that would fail.
  public init(_ recipe: Recipe, folder: String, threads: Int, anew: Bool = false) throws {
    var finished = FinishedSteps(recipe, folder: folder, anew: anew)
    var forecast = Forecast(threads: threads)
    // Outputs of steps that are to be done: what reads them is to be done after them.
    var pending: Set<String> = []
    let all = recipe.datasets.flatMap { dataset in dataset.steps.map { (dataset.name, $0) } }
    steps = try all.enumerated().map { k, entry in
      let (dataset, step) = entry
      var made: JobForecast
      do {
        made =
          if let job = step.job as? any ForecastingJob { try job.forecast(&forecast) } else {
            JobForecast(step.name, output: step.output)
          }
      } catch {
        let key = (error as? UnknownKey)?.option ?? ""
        throw RecipeError(
          file: recipe.file, line: step.lines[key] ?? step.lines[""],
          message: "dataset '\(dataset)', \(step.name): \(error)")
      }
      let waits = step.inputs.contains { word in pending.contains { word.hasSuffix($0) } }
      // The manifest is asked in any case: it follows what finished steps left.
      let isFinished = finished.report(of: k) != nil && !waits
      if !isFinished, let output = made.output { pending.insert(output) }
      return Step(dataset: dataset, name: step.name, forecast: made, isFinished: isFinished)
    }
  }
}
