import ArgumentParser
import Jobs
import Recipes
import Report

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "A dataset from start to end: generate or read, label, featurize, report.",
    discussion: """
      Without a recipe it makes the default dataset: 100 nematic and 100 smectic frames and 2,500 \
      Gay-Berne dimers with energies, order parameters and AniSOAP features. --show prints that recipe. \
      report.html shows what was made: maps, order, energies, frames to turn; it needs no network.

        mesogen run
        mesogen run recipe.yaml --output dataset
        mesogen run --show > recipe.yaml

      Given again, after an interruption or a change of the recipe, it does the steps that are not \
      finished: a step is kept when version, options and the bytes of all files that it reads are those \
      of manifest.json, and its own files are as it left them. 'mesogen verify output' compares all files \
      with their checksums.

      --dry-run makes one frame of every set in memory and lets it go through all steps: what would fail \
      in a later one is told before anything is made. Times follow from that frame; where they depend on \
      the course of the work there is a question mark.

      Large sets on many machines: each makes a shard, and 'mesogen merge' joins them to the same bytes.

        mesogen run recipe.yaml --output dataset --shard $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT
        mesogen merge recipe.yaml --output dataset

      --shard next/64 makes, one after the other, all of 64 shards that no other process makes or has made.
      """)

  /// The frames of a set with --quick.
  static let quickFrames = 300

  @Argument(help: "The recipe (YAML); without one, the default dataset is made.")
  var recipe: String?
  @Option(name: .shortAndLong, help: "The folder for the outputs.")
  var output = "output"
  @Flag(help: "Generate at most \(Self.quickFrames) frames of every set.")
  var quick = false
  @Flag(help: "Do all steps again, also those that are finished.")
  var anew = false
  @Option(
    help: """
      Make part I of N equal parts of every set, I/N with I from 0, as far as steps go frame by frame; \
      next/N: all parts that nobody else makes.
      """)
  var shard: String?
  @Flag(help: "Print the recipe instead of following it.")
  var show = false
  @Flag(
    help: """
      Say what would be made, how large and how long, and which steps are finished; write nothing.
      """)
  var dryRun = false
  @Flag(inversion: .prefixedNo, help: "Write report.html and its pictures as SVG.")
  var report = true
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let most = quick ? Self.quickFrames : nil
    let plan =
      try recipe.map { try Recipe(contentsOf: $0, output: output, mostFrames: most) }
      ?? Recipe(.standard, output: output, mostFrames: most)
    if show {
      print(plan.text, terminator: "")
      return
    }
    let context = global.context
    if dryRun {
      guard shard == nil else {
        throw UsageError("--dry-run tells of the whole set; give it without --shard")
      }
      try tell(RecipeForecast(plan, folder: output, threads: context.threads, anew: anew), plan)
      return
    }
    if let shard {
      try ShardedRun(recipe: recipe, output: output, mostFrames: most, anew: anew)
        .run(shard, context, quiet: global.quiet)
      return
    }
    let outcomes = try RecipeRunner(plan, output: output).run(context, anew: anew)
    if report { _ = try RunReport(plan, outcomes, output: output).write(context) }
    guard !global.quiet else { return }
    OutcomeTable.show(outcomes, output: output)
    if report { print("the page is \(output)/report.html") }
  }

  /// The table of a dry run.
  private func tell(_ forecast: RecipeForecast, _ plan: Recipe) throws {
    var table = TextTable(["set", "step", "what", "how many", "size", "time", "state", "where"])
    for step in forecast.steps {
      let made = step.forecast
      table.add([
        step.dataset, step.name, made.what, made.amount,
        made.bytes.map { Figures.bytes(Int($0)) } ?? "?",
        step.isFinished ? "" : made.seconds.map { "about " + Figures.duration($0) } ?? "?",
        step.isFinished ? "finished" : "to do", made.output ?? "",
      ])
    }
    print(table, terminator: "")
    let left = forecast.steps.filter { !$0.isFinished }
    var line =
      "\(plan.datasets.count) sets, \(forecast.steps.count) steps, \(left.count) to do: about "
      + "\(Figures.bytes(Int(forecast.bytes))) and \(Figures.duration(forecast.seconds))"
    let unknown = left.count { $0.forecast.seconds == nil }
    if unknown > 0 { line += " and what \(unknown) steps take whose time is not known before" }
    print(line + (report ? ", and the page" : "") + "; nothing was written")
  }
}
