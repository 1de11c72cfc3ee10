internal import ArgumentParser
internal import Jobs

/// What every set of frames takes.
struct SetOptions: ParsableArguments, Sendable {
  @Option(name: .shortAndLong, help: "Where the frames go (.xyz, .xyz.gz; - is standard output).")
  var output: String
  @Option(parsing: .unconditional, help: "The seed of all random numbers.")
  var seed = SetSettings().seed
  @Option(
    parsing: .unconditional,
    help: "A shard: which frames of the set to make, half-open and counted from 0, as 500:600.")
  var frames: String?
  @Flag(
    help: "Keep finished parts beside the output when interrupted, and go on from those there are.")
  var resume = false

  init() {}
}

/// The options of a generator of frames.
protocol GeneratorStep: StepOptions where Values: GeneratorSettings {
  /// Where the frames go, and which are made.
  var set: SetOptions { get }
  /// The settings, with what follows from the kind of the generator.
  ///
  /// Throws: `InvalidInput`.
  func settings() throws -> Values
}

extension GeneratorStep {
  func settings() throws -> Values { try values() }

  func job() throws -> any Job {
    try GenerateJob(output: set.output, settings: settings())
  }

  static func defaults(
    _ place: RecipePlace, given: [String: String]
  ) -> [String: String] {
    ["output": place.file(nil, ".xyz"), "seed": "\(place.seed)"]
  }

  var madeFrames: String? { self.set.output }
}
