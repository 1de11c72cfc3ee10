public import ArgumentParser
public import GayBerne
import Recipes

extension EnergyLimit.Action: ExpressibleByArgument {}

struct EnergyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "energy",
    abstract: "Label frames with energies, forces and torques of pairs of ellipsoids.",
    discussion: """
      Every frame gets `energy`; frames of two particles also h12, eta, chi and U_r. Where particles \
      overlap so much that the potential is not defined, the energy is infinite and singular_pairs \
      says how many pairs do.

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
  @Option(parsing: .unconditional, help: "A ceiling for energies; see --above.")
  var maxEnergy: Double?
  @Option(help: "Frames above the ceiling get it for their energy, or are left out (default: cap).")
  var above: EnergyLimit.Action?
  @OptionGroup var global: GlobalOptions

  func run() throws {
    var job = try EnergyJob(
      input: input.input, output: output, potential: potential.description, forces: forces,
      maximum: maxEnergy, above: above, shapes: input.shapes())
    job.frames = try input.frames()
    try Console.report(job.run(global.context), global)
  }
}
