import FileFormats
import Jobs
import Recipes

/// `mesogen run --shard`: one part of all sets of a recipe, or all that nobody else makes.
struct ShardedRun {
  let recipe: String?
  let output: String
  let mostFrames: Int?
  let anew: Bool

  /// The recipe for a shard, whose outputs go to that folder.
  func plan(_ shard: Shard?, _ folder: String) throws -> Recipe {
    try recipe.map {
      try Recipe(contentsOf: $0, output: folder, mostFrames: mostFrames, shard: shard)
    } ?? Recipe(.standard, output: folder, mostFrames: mostFrames, shard: shard)
  }

  /// Makes the shard `I/N`, or with `next/N` one after the other.
  func run(_ text: String, _ context: JobContext, quiet: Bool) throws {
    guard text.hasPrefix("next/") else {
      let shard = try Shard(parsing: text)
      let outcomes = try make(shard, context)
      if !quiet { OutcomeTable.show(outcomes, output: MergedShards.folder(output, shard)) }
      return
    }
    let count = try Shard(parsing: "0/" + text.dropFirst("next/".count)).count
    var (made, busy) = (0, 0)
    for index in 0..<count {
      do {
        let outcomes = try make(Shard(index: index, count: count), context)
        if outcomes.contains(where: { !$0.wasFinished }) { made += 1 }
      } catch let error as DataError where error.kind == .busy {
        busy += 1
      }
    }
    guard !quiet else { return }
    print(
      "\(made) of \(count) shards made, \(count - made - busy) were finished, "
        + "\(busy) are in the hands of other processes")
  }

  private func make(_ shard: Shard, _ context: JobContext) throws -> [RecipeRunner.Outcome] {
    let folder = MergedShards.folder(output, shard)
    return try RecipeRunner(plan(shard, folder), output: folder).run(context, anew: anew)
  }
}
