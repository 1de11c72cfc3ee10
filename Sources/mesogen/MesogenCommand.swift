import ArgumentParser
import Jobs
import Recipes

/// The root of the command line.
struct MesogenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mesogen",
    abstract: "Make, label and featurize liquid-crystal datasets.",
    discussion: """
      From nothing to a dataset with energies, order parameters and AniSOAP features:

        mesogen run

      or step by step:

        mesogen generate nematic -o set.xyz --count 100 --order 0:1 --seed 1
        mesogen order set.xyz -o order.csv --cutoff 5
        mesogen featurize set.xyz -o set.npz --cutoff 5

      Exit codes: 0 done, 64 wrong usage, 65 bad data, 66 no such input, 70 a wrong self-test, 71 a limit of the system, \
      73 cannot create the output, 74 input/output error, 130 interrupted. An output appears whole or not at all.
      """,
    version: Version.full,
    subcommands: [GenerateCommand.self] + Steps.single.map { $0.command } + [
      LearnCommand.self, RunCommand.self, MergeCommand.self, VerifyCommand.self, InfoCommand.self,
      DrawCommand.self, ReproduceCommand.self, DoctorCommand.self, ManualCommand.self,
    ])
}
