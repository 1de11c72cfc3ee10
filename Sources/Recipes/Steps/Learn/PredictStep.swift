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
      frames are written with labels `predicted_...`. A force field predicts the energy of frames, with \
      --forces also forces and torques, and `extrapolation`, how far a frame lies from the training set.

        mesogen learn predict model.npz new.xyz -o predictions.csv
        mesogen learn predict model.npz new.xyz -o labelled.xyz
        mesogen learn predict model.npz new.npz -o predictions.npz
        mesogen learn predict field.npz new.xyz -o labelled.xyz --forces --spread
      """)

  @Argument(help: "The model (.npz).")
  var model: String
  @Argument(help: "Frames, or features (.npz, perhaps FILE.npz:ARRAY).")
  var input: String
  @Option(name: .shortAndLong, help: "The predictions (.csv or .npz), or frames with them (.xyz).")
  var output = "-"
  @Option(parsing: .unconditional, help: "Frames lo:hi, half-open, counted from 0; with frames.")
  var selectFrames: String?
  @Flag(help: "Also forces and torques, of a force field with -o FILE.xyz.")
  var forces = false
  @Flag(help: "Also the spreads of a force field that has a committee.")
  var spread = false

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
