import ArgumentParser
import FileFormats
import Foundation
import Jobs
import Recipes
import Report

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Join the shards of a recipe to the set that one process would have made.",
    discussion: """
      Verifies all shards that 'mesogen run RECIPE --shard I/N' has made (settings, version, SHA-256 of \
      every file), joins what they made, and does the steps that need all frames at once: learning, \
      simulations, means. The files, manifest.json among them, have the same bytes as those of \
      'mesogen run RECIPE'. Shards that are missing or damaged are named, and nothing is joined.

        mesogen merge recipe.yaml --output dataset
      """)

  @Argument(help: "The recipe (YAML); without one, the default dataset.")
  var recipe: String?
  @Option(name: .shortAndLong, help: "The folder for the outputs, with the folder of shards in it.")
  var output = "output"
  @Option(help: "The number of shards (default: that of the shards that are there).")
  var of: Int?
  @Flag(help: "The shards were made with --quick.")
  var quick = false
  @Flag(help: "Remove the shards when all is joined.")
  var removeShards = false
  @Flag(inversion: .prefixedNo, help: "Write report.html and its pictures as SVG.")
  var report = true
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let context = global.context
    let sharded = ShardedRun(
      recipe: recipe, output: output, mostFrames: quick ? RunCommand.quickFrames : nil,
      anew: false)
    let plan = try sharded.plan(nil, output)
    let count = try numberOfShards()
    let shards = try MergedShards(of: count, output: output, context) { shard, folder in
      try sharded.plan(shard, folder)
    }
    let outcomes = try RecipeRunner(plan, output: output, joining: shards).run(context)
    if report { _ = try RunReport(plan, outcomes, output: output).write(context) }
    if removeShards {
      try FileManager.default.removeItem(atPath: MergedShards.folder(output))
    }
    guard !global.quiet else { return }
    OutcomeTable.show(outcomes, output: output)
    print(
      "\(outcomes.count { $0.wasJoined }) of \(outcomes.count) steps joined from \(count) shards")
    if report { print("the page is \(output)/report.html") }
  }

  private func numberOfShards() throws -> Int {
    if let of { return try Shard(index: 0, count: of).count }
    let counts = MergedShards.counts(in: output)
    guard counts.count == 1 else {
      throw DataError(
        .noInput, file: MergedShards.folder(output),
        message: counts.isEmpty
          ? "no shards; 'mesogen run RECIPE --shard I/N' makes them"
          : "shards of \(counts.map(String.init).joined(separator: " and of ")); --of says which")
    }
    return counts[0]
  }
}
