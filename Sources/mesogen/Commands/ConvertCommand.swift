import ArgumentParser
import Recipes

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write the frames of a file in another format, by the extensions.",
    discussion: """
        mesogen convert mangled.xyz clean.xyz.gz
        mesogen convert crystal.xyz ellipsoids.xyz --semi-axes 2,2,0.25 --select-frames 0:100
      """)

  @OptionGroup var input: InputOptions
  @Argument(help: "Where the frames go.")
  var output: String
  @OptionGroup var global: GlobalOptions

  func run() throws {
    var job = try ConvertJob(input: input.input, output: output, shapes: input.shapes())
    job.frames = try input.frames()
    try Console.report(job.run(global.context), global)
  }
}
