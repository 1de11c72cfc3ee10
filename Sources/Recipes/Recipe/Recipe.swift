internal import Foundation
internal import Geometry
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
/// The keys of a section are the long options of the command of that name. A key that a section does
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

  /// One set: its steps in the order in which they are done.
  public struct Dataset: Sendable {
    /// The name, with which its files begin.
    public let name: String
    /// The steps.
    public let steps: [Step]
  }

  /// One step, with everything it needs.
  public enum Step: Sendable {
    /// Makes frames.
    case generate(GenerateJob)
    /// Reads frames and writes them beside the other outputs.
    case read(ConvertJob)
    /// Labels frames with energies.
    case energy(EnergyJob)
    /// Tabulates contacts.
    case contact(ContactJob)
    /// Computes order parameters.
    case order(OrderJob)
    /// Computes features.
    case featurize(FeaturizeJob)
  }

  /// Understands a recipe; its outputs go to the folder `output`.
  ///
  /// Throws: `RecipeError` that names the line.
  public init(text: String, file: String, output: String) throws {
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
    name = try section.text("name") ?? "dataset"
    let seed = try section.seed("seed") ?? 1
    var sections = try section.sections("datasets")
    try section.finish()
    guard !sections.isEmpty else { throw section.error("no datasets") }
    var names = Set<String>()
    datasets = try sections.indices.map { k in
      let reader = RecipeReader(folder: output, seed: seed, recipeFile: file)
      let dataset = try reader.dataset(&sections[k])
      guard names.insert(dataset.name).inserted else {
        throw sections[k].error("a second dataset with the name '\(dataset.name)'", key: "name")
      }
      return dataset
    }
    self.file = file
    self.text = text
  }

  /// The recipe that is used where none is named.
  ///
  /// Throws: never, as a test sees to; in its form as `init(text:file:output:)`.
  public static func standard(output: String) throws -> Recipe {
    try Recipe(text: defaultText, file: "default.yaml", output: output)
  }

  /// Reads a recipe from a file.
  ///
  /// Throws: `RecipeError`; `DataError` when there is no such file.
  public init(contentsOf path: String, output: String) throws {
    try self.init(text: RecipeFile.text(path), file: path, output: output)
  }
}
