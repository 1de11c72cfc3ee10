internal import ArgumentParser
internal import Jobs

/// `mesogen learn gfre`.
struct ReconstructionStep: LearningStep {
  typealias Values = ReconstructionSettings
  static let configuration = CommandConfiguration(
    commandName: "gfre",
    abstract: "How well one set of features reconstructs another, linearly.",
    discussion: """
      The global feature reconstruction error (GFRE) of scikit-matter, in both directions: 0 means \
      that the one holds all of the other, 1 that it holds nothing; more than \
      1 that what was learned does not carry over to the test part, as with few samples for many \
      features. By default split, folds and \
      alphas are scikit-matter's own.

        mesogen learn gfre set.npz order.csv --target q1,q2,q3,q4,q5,q6
        mesogen learn gfre a.npz b.npz --distortion --local 30
      """)
  private static let standard = ReconstructionSettings()

  @Argument(help: "The first features (.npz), perhaps FILE.npz:ARRAY.")
  var features: String
  @Argument(help: "The others: .npz, or .csv or frames with --target.")
  var others: String
  @Option(
    parsing: .singleValue, help: "Columns or labels of the others; commas between several.")
  var target: [String] = []
  @Option(help: "How both are scaled.")
  var scale = Self.standard.scale
  @Option(parsing: .unconditional, help: "Samples to test on: a number, or a fraction below 1.")
  var test = Self.standard.test
  @Option(parsing: .unconditional, help: "The random_state of split and folds.")
  var seed = Self.standard.seed
  @Flag(help: "Also the global distortion (GFRD).")
  var distortion = false
  @Option(
    parsing: .unconditional, help: "Also the local error (LFRE) with that many neighbours.")
  var local: Int?

  init() {}

  func job() throws -> any Job {
    ReconstructionJob(features: features, others: others, settings: try values())
  }
}
