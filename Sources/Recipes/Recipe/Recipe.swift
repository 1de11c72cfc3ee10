internal import Foundation
internal import Geometry
public import Jobs
internal import Yams

/// A dataset from start to end: what to generate or read, how to label it, which features to compute.
///
///     name: example
///     seed: 1
///     datasets:
///       - name: nematic
///         generate: {phase: nematic, count: 100, order: 0:1}
///         order: {cutoff: 5}
///         featurize: {correlation: 2, cutoff: 5}
///
/// The keys of a section are the long options of the command of that name (and `input` and the like for
/// values without a name); a flag is `true` or `false`, an option that may be repeated takes a list.
/// Steps are done in the order of the recipe. Files that steps read are sought beside the recipe; outputs
/// are named after the dataset, unless `output`, or `suffix`, says otherwise. A key that a command does
/// not have is an error that names its line.
public struct Recipe: Sendable {
  /// What the recipe calls itself.
  public let name: String
  /// The recipe as it was named.
  public let file: String
  /// Its text.
  public let text: String
  /// The sets, in the order in which they are made.
  public let datasets: [Dataset]
  /// The part of every set that is made; nil: all.
  public let shard: Shard?

  /// One set: its steps in the order in which they are done.
  public struct Dataset: Sendable {
    /// The name, with which its files begin.
    public let name: String
    /// The steps.
    public let steps: [Step]
  }

  /// One step, with everything it needs.
  public struct Step: Sendable {
    /// The section: `generate`, `featurize`.
    public let name: String
    /// The work.
    public let job: any Job
    /// The words of a command line that say the same.
    public let arguments: [String]
    /// The line of every key of the section, and of the section itself under the empty name.
    let lines: [String: Int]
    /// Whether shards of the set can do it each for its own frames (`ShardableJob`).
    let canBeSharded: Bool
    /// Those of the words that name no output: whatever of them names a file is read.
    let inputs: [String]
    /// The file it writes, where it writes one.
    public let output: String?
    /// The frames that the steps after it work on, where it makes them.
    public let frames: String?
    /// The archive of features it makes, where it makes one.
    public let features: String?
  }

  /// Understands a recipe; its outputs go to the folder `output`. Sets that it generates have at most
  /// `mostFrames` frames, where that is given. For a shard, sets have the steps that can be done frame by
  /// frame, for the frames of the shard.
  ///
  /// Throws: `RecipeError` that names the line; for a shard also `DataError` for files whose frames are to
  /// be counted.
  public init(
    text: String, file: String, output: String, mostFrames: Int? = nil, shard: Shard? = nil
  ) throws {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw RecipeError(error, file: file)
    }
    guard let root else {
      throw RecipeError(file: file, line: nil, message: "the recipe is empty")
    }
    var section = try RecipeSection(root, name: "recipe", file: file)
    let whole = section
    name = try section.text("name") ?? "dataset"
    let seed = try section.text("seed").map { text in
      guard let seed = UInt64(text) else {
        throw whole.error("seed is '\(text)'; expected a whole number from 0", key: "seed")
      }
      return seed
    }
    var sections = try section.take("datasets").map { try section.sections($0) } ?? []
    if let foreign = section.entries.first {
      throw whole.error("'\(foreign.key)' is not a known key", key: foreign.key)
    }
    guard !sections.isEmpty else { throw whole.error("no datasets") }
    var (names, made) = (Set<String>(), Set<String>())
    let reader = RecipeReader(
      folder: output, seed: seed ?? 1, mostFrames: mostFrames, shard: shard)
    datasets = try sections.indices.map { k in
      let all = sections[k]
      let dataset = try reader.dataset(&sections[k], made: &made)
      guard names.insert(dataset.name).inserted else {
        throw all.error("a second dataset with the name '\(dataset.name)'", key: "name")
      }
      return dataset
    }
    self.file = file
    self.text = text
    self.shard = shard
  }

  /// A recipe that the program has with it, from `data/recipes`.
  public enum Known: String, CaseIterable, Sendable {
    /// What is made where no recipe is named.
    case standard = "default"
    /// The dimers of the paper.
    case paperDimers = "paper-dimers"
    /// The liquid crystals of the paper, L/D = 3.
    case paperLiquidCrystals = "paper-liquid-crystals"
    /// The liquid crystals of the paper, L/D = 2.
    case paperLiquidCrystals2 = "paper-liquid-crystals-2"

    /// The text of the file.
    public var text: String {
      let bytes =
        switch self {
        case .standard: PackageResources.default_yaml
        case .paperDimers: PackageResources.paper_dimers_yaml
        case .paperLiquidCrystals: PackageResources.paper_liquid_crystals_yaml
        case .paperLiquidCrystals2: PackageResources.paper_liquid_crystals_2_yaml
        }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// A recipe that the program has with it.
  ///
  /// Throws: never, as a test sees to; in its form as `init(text:file:output:)`.
  public init(
    _ known: Known, output: String, mostFrames: Int? = nil, shard: Shard? = nil
  ) throws {
    try self.init(
      text: known.text, file: "\(known.rawValue).yaml", output: output, mostFrames: mostFrames,
      shard: shard)
  }

  /// Reads a recipe from a file.
  ///
  /// Throws: `RecipeError`; `DataError` when there is no such file.
  public init(
    contentsOf path: String, output: String, mostFrames: Int? = nil, shard: Shard? = nil
  ) throws {
    try self.init(
      text: RecipeFile.text(path), file: path, output: output, mostFrames: mostFrames,
      shard: shard)
  }
}
