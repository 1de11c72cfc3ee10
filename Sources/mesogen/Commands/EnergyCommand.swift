import ArgumentParser
import GayBerne
import Recipes

struct EnergyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "energy",
    abstract: "Label frames with Gay-Berne energies, forces and torques.",
    discussion: """
      Every frame gets `energy`; frames of two particles also h12, eta and chi.

        mesogen energy dimers.xyz -o labelled.xyz --forces
        mesogen energy mixture.xyz -o out.xyz --cutoff 8 --well-depths A:1,1,0.2 \
      --well-depths B:1,1,0.5
      """)

  @OptionGroup var input: InputOptions
  @Option(name: .shortAndLong, help: "Where the labelled frames go.")
  var output: String
  @OptionGroup var potential: PotentialOptions
  @Flag(help: "Also forces and torques of every particle.")
  var forces = false
  @OptionGroup var global: GlobalOptions

  func run() throws {
    var job = try EnergyJob(
      input: input.input, output: output, parameters: potential.parameters(),
      shapes: input.shapes())
    job.forces = forces
    job.frames = try input.frames()
    try Console.report(job.run(global.context), global)
  }
}
