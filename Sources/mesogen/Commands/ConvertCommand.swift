import ArgumentParser
import Recipes

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write the frames of a file in another format, by the extensions.",
    discussion: """
      For chemiscope (https://chemiscope.org), a viewer of frames and maps, principal components of \
      features become properties of the frames, or of the particles where features are per particle.

        mesogen convert mangled.xyz clean.xyz.gz
        mesogen convert crystal.xyz ellipsoids.xyz --semi-axes 2,2,0.25 --select-frames 0:100
        mesogen convert set.xyz set.chemiscope.json.gz --features set.npz --pca 4
      """)

  @OptionGroup var input: InputOptions
  @Argument(help: "Where the frames go.")
  var output: String
  @Option(help: "Features (.npz) of the frames, for a map in chemiscope.")
  var features: String?
  @Option(parsing: .unconditional, help: "How many principal components of them (default: 2).")
  var pca: Int?
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard features != nil || pca == nil else {
      throw ValidationError("--pca is given without --features")
    }
  }

  func run() throws {
    var job = try ConvertJob(input: input.input, output: output, shapes: input.shapes())
    job.frames = try input.frames()
    job.map = try features.map { try FeatureMap(features: $0, count: pca ?? 2) }
    try Console.report(job.run(global.context), global)
  }
}
