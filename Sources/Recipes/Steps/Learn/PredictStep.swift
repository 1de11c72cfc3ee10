internal import ArgumentParser
internal import Jobs

/// `mesogen learn predict`.
struct PredictStep: StepOptions {
  typealias Values = PredictionSettings
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Apply a stored model to frames or features.",
    discussion: """
      Frames are featurized as those were that the model learned from; shapes are scaled likewise. A \
      row for every sample; a column `spread_...` where the model has spreads. With -o FILE.xyz the \
      frames are written with labels `predicted_...`.

        mesogen learn predict model.npz new.xyz -o predictions.csv
        mesogen learn predict model.npz new.xyz -o labelled.xyz
        mesogen learn predict model.npz new.npz -o predictions.npz
      """)

  @Argument(help: "The model (.npz).")
  var model: String
  @Argument(help: "Frames, or features (.npz, perhaps FILE.npz:ARRAY).")
  var input: String
  @Option(name: .shortAndLong, help: "The predictions (.csv or .npz), or frames with them (.xyz).")
  var output = "-"
  @Option(parsing: .unconditional, help: "Frames lo:hi, half-open, counted from 0; with frames.")
  var selectFrames: String?

  @OptionGroup var reading: ReadingOptions

  init() {}

  func job() throws -> any Job {
    try PredictJob(model: model, input: input, output: output, settings: values())
  }

  static func defaults(
    _ place: RecipePlace, given: [String: String]
  ) -> [String: String] {
    ["input": place.frames ?? "", "output": place.file("predicted", ".csv")]
  }

  static var inputFiles: Set<String> { ["model", "input"] }
}
