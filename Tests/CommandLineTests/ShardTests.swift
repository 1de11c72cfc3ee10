import Foundation
import Testing

/// `mesogen run --shard` and `mesogen merge`: the bytes of one process, or an error that names the shard.
@Suite struct ShardTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try recipe()
  }

  /// Labels in place, frames that are dropped, tables, rows of particles, and a step that needs all frames.
  private func recipe(seed: Int = 4, species: String = "") throws {
    try scratch.mesogenMust([
      "generate", "molecular-crystal", "-o", "read.xyz", "--count", "7", "--seed", "2",
    ])
    try scratch.write(
      """
      seed: \(seed)
      datasets:
        - name: a
          generate: {phase: nematic, count: 11, particles: 20, order: 0:1}
          energy: {cutoff: 4}
          order:
            - {cutoff: 4}
            - {output: ordered.xyz}
          featurize: {max-angular: 2, max-radial: 2, cutoff: 3, average: none}
        - name: b
          generate: {phase: dimers, count: 203, frames: "3:203"}
          energy: {cutoff: 10, max-energy: 0.5, above: drop}
          contact: {}
          featurize: {max-angular: 2, max-radial: 2, cutoff: 8}
          learn: {task: ridge, target: energy}
        - name: c
          read: {input: read.xyz}
          coarse-grain: {}
          featurize: {max-angular: 2, max-radial: 2, cutoff: 7, semi-axes: "2,2,0.5"}
        - name: d
          read: {input: b.xyz}
          order: {}
      """, to: "recipe.yaml")
  }

  /// All files of a folder but those below `shards`.
  private func files(_ folder: String) throws -> [String: Data] {
    let all = try #require(FileManager.default.enumerator(atPath: scratch.path(folder)))
    var files: [String: Data] = [:]
    for case let name as String in all where !name.hasPrefix("shards") {
      files[name] = FileManager.default.contents(atPath: scratch.path("\(folder)/\(name)"))
    }
    return files
  }

  @Test func mergedShardsHaveTheBytesOfOneProcess() throws {
    try scratch.mesogenMust(["run", "recipe.yaml", "-o", "one", "--quiet"])
    for shard in ["2/3", "0/3", "1/3"] {
      try scratch.mesogenMust([
        "run", "recipe.yaml", "-o", "many", "--shard", shard, "--quiet", "--threads", "1",
      ])
    }
    let merged = try scratch.mesogen("merge", "recipe.yaml", "-o", "many")
    #expect(merged.code == 0, "\(merged.errors)")
    // Learning, and the set that is read from another set, are done by merge.
    #expect(merged.output.contains("12 of 15 steps joined from 3 shards"), "\(merged.output)")
    let (one, many) = (try files("one"), try files("many"))
    #expect(one.keys.sorted() == many.keys.sorted())
    for (name, bytes) in one { #expect(bytes == many[name], "\(name)") }
    #expect(try scratch.mesogen("verify", "many").code == 0)
    // Nothing is left to do.
    #expect(
      try scratch.mesogen("run", "recipe.yaml", "-o", "many").output.contains("15 of 15 steps"))
  }

  @Test func processesTakeTheNextShard() throws {
    try scratch.mesogenMust(["run", "recipe.yaml", "-o", "one", "--quiet"])
    let arguments = ["run", "recipe.yaml", "-o", "many", "--shard", "next/5", "--threads", "1"]
    let processes = try (0..<3).map { _ in try scratch.start(arguments) }
    for process in processes {
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    try scratch.mesogenMust(["merge", "recipe.yaml", "-o", "many", "--quiet", "--remove-shards"])
    #expect(try files("one") == files("many"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path("many/shards")))
  }

  @Test func shardsThatAreMissingOrDamagedAreNamed() throws {
    func merge(_ further: String...) throws -> (code: Int32, errors: String) {
      let outcome = try scratch.mesogen(["merge", "recipe.yaml", "-o", "o", "--quiet"] + further)
      return (outcome.code, outcome.errors)
    }
    #expect(try merge().code == 66)
    for shard in ["0/3", "1/3"] {
      try scratch.mesogenMust(["run", "recipe.yaml", "-o", "o", "--quiet", "--shard", shard])
    }
    let missing = try merge()
    #expect(missing.code == 65)
    #expect(missing.errors.contains("1 of 3 shards") && missing.errors.contains(": 2;"))
    try scratch.mesogenMust(["run", "recipe.yaml", "-o", "o", "--quiet", "--shard", "2/3"])
    // A byte of a file that a later step has replaced.
    let part = scratch.path("o/shards/1-of-3/parts/b.0.b.xyz")
    var bytes = try #require(FileManager.default.contents(atPath: part))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: part))
    let damaged = try merge()
    #expect(damaged.code == 65 && damaged.errors.contains(": 1;"), "\(damaged.errors)")
    #expect(!FileManager.default.fileExists(atPath: scratch.path("o/b.xyz")))
    try scratch.mesogenMust(["run", "recipe.yaml", "-o", "o", "--quiet", "--shard", "1/3"])
    // Shards of another recipe are none of this one.
    try recipe(seed: 5)
    let foreign = try merge()
    #expect(foreign.code == 65 && foreign.errors.contains("3 of 3 shards"), "\(foreign.errors)")
    try recipe()
    try scratch.mesogenMust(["run", "recipe.yaml", "-o", "o", "--quiet", "--shard", "0/2"])
    #expect(try merge().code == 66)
    #expect(try merge("--of", "3").code == 0)
  }

  @Test(arguments: ["3/3", "-1/3", "x/3", "1", "next/0", "0/99999999999999999999", "next/2000000"])
  func wrongShards(text: String) throws {
    let outcome = try scratch.mesogen("run", "recipe.yaml", "-o", "o", "--shard=\(text)")
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains("shard is"), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: scratch.path("o")))
  }

  @Test func moreShardsThanFrames() throws {
    let outcome = try scratch.mesogen("run", "recipe.yaml", "-o", "o", "--shard", "0/12")
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("11 frames for 12 shards"), "\(outcome.errors)")
  }

  /// Parts that met other species have other columns: the features are computed again.
  @Test func otherSpeciesInEveryPart() throws {
    func frames(_ species: [String]) -> String {
      species.map {
        "2\nProperties=species:S:1:pos:R:3:c_q:R:4:c_diameter:R:3\n\($0) 0 0 0 1 0 0 0 1 1 2\n\($0) 1 1 0.5 1 0 0 0 1 1 2\n"
      }.joined()
    }
    try scratch.write(frames(["A", "A", "B", "B"]), to: "mixed.xyz")
    try scratch.write(
      """
      datasets:
        - name: a
          read: {input: mixed.xyz}
          featurize: {max-angular: 1, max-radial: 1, cutoff: 3}
      """, to: "mixed.yaml")
    try scratch.mesogenMust(["run", "mixed.yaml", "-o", "one", "--quiet"])
    for shard in ["0/2", "1/2"] {
      try scratch.mesogenMust(["run", "mixed.yaml", "-o", "many", "--quiet", "--shard", shard])
    }
    let outcome = try scratch.mesogen("merge", "mixed.yaml", "-o", "many", "--quiet")
    #expect(
      outcome.code == 0 && outcome.errors.contains("different species (A; B)"), "\(outcome.errors)")
    #expect(try files("one") == files("many"))
  }
}
