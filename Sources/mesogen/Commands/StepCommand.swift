import ArgumentParser
import Jobs
import Recipes

/// The command of a step: its options, what every command takes, and the job that they describe.
struct StepCommand<Step: StepOptions>: ParsableCommand {
  static var configuration: CommandConfiguration { Step.configuration }

  @OptionGroup var options: Step
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let job = try options.job()
    let files = StepFiles(options)
    try files.check()
    var context = global.context
    if let shared = job as? any SharedJob, shared.canBeShared,
      let ranks = try Ranks.ofThisProcess()
    {
      guard ranks.index == 0 else {
        return try shared.serve(ranks, threads: context.threads)
      }
      context = context.sharing(with: ranks)
    }
    let report = try job.run(context)
    for warning in files.warnings { context.warning(warning) }
    Console.report(report, global)
  }
}

extension StepOptions {
  /// The command of this step.
  static var command: any ParsableCommand.Type { StepCommand<Self>.self }
}

extension Steps.Group {
  /// The commands of the group.
  var commands: [any ParsableCommand.Type] { steps.map { $0.command } }
}

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Steps.generate.name,
    abstract: "Make configurations: liquid-crystal phases, crystals, dimers.",
    discussion: """
      Frame k of a set follows from (seed, k) alone: it is the same in a shard (--frames) and with \
      any number of threads.

        mesogen generate nematic -o nematic.xyz --count 100 --order 0:1 --seed 1
        mesogen generate smectic -o smectic.xyz --count 100 --order 0.9 --smectic-order 0:0.95
        mesogen generate dimers -o dimers.xyz --count 2500 --semi-axes 1,1.5,2 --distance 2:7
      """,
    subcommands: Steps.generate.commands)
}
