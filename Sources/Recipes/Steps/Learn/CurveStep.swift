public import ArgumentParser
public import Jobs

extension CurveSettings.Regression: ExpressibleByArgument {}

/// `mesogen learn curve`.
struct CurveStep: LearningStep {
  typealias Values = CurveSettings
  static let configuration = CommandConfiguration(
    commandName: "curve",
    abstract: "Errors on a fixed test part against the number of training samples.",
    discussion: """
      For every size --repeats draws from the training part; RMSE and MAE are means over draws and \
      targets, `deviation` is the standard deviation of the RMSE over the draws.

        mesogen learn curve set.npz --targets set.xyz --target energy --sizes 100,200,400,800 \
      --repeats 5 -o curve.csv
        mesogen learn curve liquid.npz --targets liquid.xyz --target energy --forces forces \
      --torques torques --baseline wca -o curve.csv

      The last is the curve of a force field, against the number of frames: RMSE, its deviation and R2 \
      of energies (a particle), forces, torques and virials. The points of a kernel are drawn from the \
      whole training part, whose labels they do not know.
      """)
  private static let standard = CurveSettings()

  @OptionGroup var data: DataOptions
  @OptionGroup var split: SplitOptions
  @OptionGroup var preparation: PreparationOptions
  @Option(help: "The training sizes, separated by commas (default: halvings of all).")
  var sizes: String?
  @Option(parsing: .unconditional, help: "Draws of every size.")
  var repeats = Self.standard.repeats
  @Option(help: "The regression.")
  var model = Self.standard.model
  @Option(parsing: .unconditional, help: "The alphas of ridge: first:last:count, or a list.")
  var ridgeAlphas = Self.standard.ridgeAlphas
  @OptionGroup var choice: KernelOptions
  @Option(parsing: .unconditional, help: "The alphas of kernel: first:last:count, or a list.")
  var alphas = Self.standard.alphas
  @OptionGroup(title: "Force fields") var field: ForceFieldOptions
  @OptionGroup(title: "Force fields") var sparse: SparseKernelOptions
  @Option(name: .shortAndLong, help: "The curve (.csv or .npz); - prints it.")
  var output = "-"

  init() {}

  func job() throws -> any Job {
    try CurveJob(features: data.features, output: output, settings: values())
  }

  static var writesTable: Bool { true }
}
