public import ArgumentParser
internal import Foundation
internal import Geometry
public import Jobs

extension TuneSettings.Goal: ExpressibleByArgument {}

/// `mesogen learn tune`: takes every option of `featurize` besides its own, with several values.
struct TuneStep: StepOptions {
  typealias Values = TuneSettings
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Find hyperparameters of features and regression by what can be learned.",
    discussion: """
      Takes every option of `mesogen featurize`, with several values: numbers and names with commas \
      between them (or first:last:count); where values hold commas themselves (--semi-axes, \
      --species, --mixing, a list of --max-radial) with semicolons. Every combination is featurized \
      and scored: by the cross-validated error of ridge or kernel ridge regression over the \
      deviation of the targets, sqrt(1 - R2), by the GFRE of the targets, or (--score forces) by that of \
      forces, torques and virials of a force field. Frames to test on are \
      kept apart with the --test, --split and --seed of the other commands. The table is written \
      after every candidate; the same command again goes on where it was. --rounds 3 halves \
      successively: all candidates with a ninth of the samples, the better third with a third, the \
      best third of those with all. At the end come the commands that repeat the best. Power spectra \
      are compact, and the radial widths \(widths) are tried, unless said otherwise.

        mesogen learn tune train.xyz --target energy --max-angular 4,6,8 --max-radial 3,6 \
      --radial-width 1,2 --scale-axes 0.7,1 --cutoff 7 --rounds 3 -o tune.csv
        mesogen learn tune all.xyz --target energy --test 2000 --score kernel --whiten 32,64 \
      --gamma 0.05,0.1 --alphas 1e-6:1e-3:4 --radial-width 2 --cutoff 7 -o tune.csv
        mesogen learn tune liquid.xyz --target energy --score forces --forces forces \
      --torques torques --baseline wca --cutoff 4 --smooth-cutoff 0.5 --max-angular 3 \
      --max-radial 6,10 --radial-width 0.5,0.7 --scale-axes 0.5,0.7 -o tune.csv
      """)

  /// The radial widths that are tried where none are given.
  private static let widths = "1,2,3"
  private static let standard = TuneSettings()

  @Argument(help: "The file with the frames.")
  var input: String
  @Option(
    parsing: .singleValue,
    help: "A label, column or array to predict; commas between several (repeatable).")
  var target: [String]
  @Option(help: "The file with the targets (default: the frames themselves).")
  var targets: String?
  @Option(help: DataOptions.perHelp)
  var per = Self.standard.per
  @Option(help: "What candidates are judged by.")
  var score = Self.standard.score
  @Option(
    parsing: .unconditional,
    help: "Values of how many components are whitened; 0 leaves the features as they are.")
  var whiten = Self.standard.whiten
  @Option(help: PreparationOptions.transformHelp)
  var transform: String?
  @OptionGroup(title: "Force fields") var field: ForceFieldOptions
  @Option(help: "Potentials of the force field whose strength is fitted: wca, gay-berne, or both.")
  var baseline: String?
  @OptionGroup var choice: KernelOptions
  @Option(
    parsing: .unconditional,
    help: """
      The alphas: first:last:count, or a list (default: \(TuneSettings.defaultAlphas(.ridge)), of a \
      kernel \(TuneSettings.defaultAlphas(.kernel)), of forces \(TuneSettings.defaultAlphas(.forces))).
      """)
  var alphas: String?
  @Option(parsing: .unconditional, help: "Folds of the cross-validation.")
  var folds = Self.standard.folds
  @Option(parsing: .unconditional, help: "Rounds of successive halving; 1 is a plain grid.")
  var rounds = Self.standard.rounds
  @Option(parsing: .unconditional, help: "Samples of the last round (default: all).")
  var samples: Int?
  @Option(
    parsing: .unconditional,
    help: "Samples kept apart: a number, or a fraction below 1 (default: none).")
  var test: String?
  @Option(help: "Which samples are kept apart: random ones, the last ones, or scikit-learn's.")
  var split = Self.standard.split
  @Option(parsing: .unconditional, help: "The seed of all that is drawn.")
  var seed = Self.standard.seed
  @Option(name: .shortAndLong, help: "The table of scores (.csv).")
  var output: String
  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("Options of featurize, with several values.", valueName: "featurize-options")
  )
  var featureOptions: [String] = []

  init() {}

  func job() throws -> any Job {
    try TuneJob(input: input, output: output, settings: values(), features: candidates())
  }

  static func defaults(
    _ place: RecipePlace, given: [String: String]
  ) -> [String: String] {
    ["input": place.frames ?? "", "output": place.file("tune", ".csv")]
  }

  static var inputFiles: Set<String> { ["input", "targets"] }
  static var otherNames: [String: String] { FeaturizeStep.otherNames }
  static var furtherOptions: (any StepOptions.Type)? { FeaturizeStep.self }

  /// Every combination of the values of the options of `featurize`.
  private func candidates() throws -> [(
    options: [TuneJob.Candidate.Option], settings: FeatureSettings
  )] {
    var grid = try FeatureGrid(featureOptions)
    grid.setDefault("radial-width", Self.widths) { $0["basis"] != ["monomial"] }
    grid.setDefault("compact", "true") { ($0["correlation"] ?? ["2"]) == ["2"] }
    return try grid.candidates(input: input)
  }
}
