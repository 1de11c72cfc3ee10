import ArgumentParser
import Recipes

/// What learns from features.
struct LearnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Steps.learn.name,
    abstract: "Regression, reduction and comparison of features.",
    discussion: """
      Features come from `mesogen featurize`; FILE.npz:ARRAY names another array of an archive. \
      Targets are labels of the frames they belong to, columns of a .csv table (with a column \
      `frame`, or in order), or arrays of an archive. Scalers are fitted on the training part only.

        mesogen learn ridge set.npz --targets set.xyz --target order -o model.npz
        mesogen learn predict model.npz new.npz -o predictions.csv
      """,
    subcommands: Steps.learn.commands)
}
