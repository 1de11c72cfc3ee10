public import ArgumentParser
public import FileFormats
internal import Jobs

extension WriteOptions.Program: ExpressibleByArgument {}

/// `mesogen convert`; the step `read` of recipes.
struct ConvertStep: StepOptions {
  typealias Values = ConvertSettings

  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write frames, or features, in another format, by the extensions.",
    discussion: """
      Frames go to any format of frames, features (.npz, .mts, .h5) to any of features, with their labels, \
      description and derivatives.

      For chemiscope (https://chemiscope.org), a viewer of frames and maps, principal components of \
      features become properties of the frames, or of the particles where features are per particle.

      The formats:

      \(FrameFormat.table)

        mesogen convert --list
        mesogen convert mangled.xyz clean.xyz.gz
        mesogen convert set.npz set.mts
        mesogen convert crystal.xyz ellipsoids.xyz --semi-axes 2,2,0.25 --select-frames 0:100
        mesogen convert set.xyz set.chemiscope.json.gz --features set.npz --pca 4
      """)

  @OptionGroup var frames: FrameOptions
  @Argument(help: "Where they go.")
  var output: String
  @Option(help: "Features (.npz) of the frames, for a map in chemiscope.")
  var features: String?
  @Option(
    parsing: .unconditional,
    help: "How many principal components of them (default: \(FeatureMap.defaultCount)).")
  var pca: Int?

  @Option(
    name: .customLong("for"),
    help: """
      The program that will read extended XYZ: ase (species that are no elements are X, their names in \
      a column), or ovito (it shows ellipsoids then).
      """)
  var program = ConvertSettings().program

  init() {}

  func job() throws -> any Job {
    let settings = try values()
    return FeatureConvertJob.converts(frames.input)
      ? try FeatureConvertJob(input: frames.input, output: output, settings: settings)
      : try ConvertJob(input: frames.input, output: output, settings: settings)
  }

  /// The first step of a dataset reads its frames; later ones write them in another format.
  static func defaults(
    _ place: RecipePlace, given: [String: String]
  ) -> [String: String] {
    place.frames.map { ["input": $0] } ?? ["output": place.file(nil, ".xyz")]
  }

  static var inputFiles: Set<String> { ["input", "features"] }
  var madeFrames: String? { output }
}
