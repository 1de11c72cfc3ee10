internal import FileFormats
internal import Foundation
public import Jobs

/// The shards of a recipe, all done and whole, ready to be joined: every step that they did is joined from
/// their parts, and the result has the same bytes as that of one process.
public struct MergedShards: Sendable {
  /// How many shards there are.
  public let count: Int
  private let reports: [String: [ShardPart]]

  /// The folder of a shard below that of the outputs: `shards/I-of-N`.
  public static func folder(_ output: String, _ shard: Shard) -> String {
    "\(folder(output))/\(shard.index)-of-\(shard.count)"
  }

  /// The folder of all shards.
  public static func folder(_ output: String) -> String { "\(output)/shards" }

  /// The numbers N of shards for which there is any part.
  public static func counts(in output: String) -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder(output))) ?? []
    return Set(
      names.compactMap { name in
        let words = name.split(separator: "-")
        return words.count == 3 && words[1] == "of" && Int(words[0]) != nil ? Int(words[2]) : nil
      }
    ).sorted()
  }

  /// Compares settings, version and bytes of all shards with what the recipe says of them:
  /// `recipe(shard, its folder)` is the recipe for a shard.
  ///
  /// Throws: `DataError` that names the shards that are missing, not finished or damaged, with the command
  /// that makes them.
  public init(
    of count: Int, output: String, _ context: JobContext,
    recipe: (Shard, String) throws -> Recipe
  ) throws {
    self.count = count
    var reports: [String: [ShardPart]] = [:]
    var bad: [String] = []
    for index in 0..<count {
      let shard = try Shard(index: index, count: count)
      let folder = Self.folder(output, shard)
      let part = try recipe(shard, folder)
      var finished = FinishedSteps(part, folder: folder, anew: false)
      var k = 0
      var isWhole = true
      for dataset in part.datasets {
        for place in dataset.steps.indices where isWhole {
          let parts = ShardParts(folder: folder, dataset.name, place)
          guard let report = finished.report(of: k, where: { parts.has($0, sum: $1) }) else {
            isWhole = false
            break
          }
          let key = Self.key(dataset.name, place)
          let first = reports[key]?.reduce(0) { $0 + ($1.report.counts["frames"] ?? 0) } ?? 0
          reports[key, default: []].append(
            ShardPart(
              report: report.naming({ parts.path(of: $0) }, text: { $0 }), first: first))
          k += 1
        }
      }
      if !isWhole { bad.append("\(index)") }
      context.progress(
        JobProgress(task: "verify shards", done: index + 1, total: count, unit: "shards"))
    }
    guard bad.isEmpty else {
      let shown = bad.prefix(20).joined(separator: ",") + (bad.count > 20 ? ",..." : "")
      throw DataError(
        .badData, file: Self.folder(output),
        message:
          "\(bad.count) of \(count) shards are missing, not finished, damaged or made with "
          + "other settings: \(shown); 'mesogen run RECIPE --shard \(bad[0])/\(count)' makes one")
    }
    self.reports = reports
  }

  private static func key(_ dataset: String, _ place: Int) -> String { "\(dataset)/\(place)" }

  /// The parts of a step; nil for one that shards do not do.
  func parts(_ dataset: String, _ place: Int) -> [ShardPart]? {
    reports[Self.key(dataset, place)]
  }
}
