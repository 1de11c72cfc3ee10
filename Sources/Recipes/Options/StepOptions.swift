public import ArgumentParser
public import Jobs

/// The options of one kind of work: what its command takes and what its section of a recipe takes. This is
/// the only place where their names, defaults and help texts stand.
///
/// A command is this group of options and the job that it describes; a recipe's mapping is turned into
/// words `--key=value` and parsed by the same declaration. To add a kind of work: a type that conforms,
/// in a file of its own below `Steps`, and its name in `Steps`.
public protocol StepOptions: ParsableArguments, Sendable {
  /// The command: its name, what it does, examples.
  static var configuration: CommandConfiguration { get }
  /// The value that the options describe, field by field under the same names.
  associatedtype Values: Settings

  /// The work that the options describe.
  ///
  /// Throws: `InvalidInput` for values that make no sense, alone or together.
  func job() throws -> any Job

  /// What a recipe fills in for arguments that its section does not give: files of the dataset, the
  /// seed. `given` are the keys of the section.
  static func defaults(_ place: RecipePlace, given: [String: String]) -> [String: String]

  /// Arguments that name files to read; in a recipe these are sought beside it.
  static var inputFiles: Set<String> { get }
  /// Arguments that name files to write; in a recipe these go to the folder of the outputs.
  static var outputFiles: Set<String> { get }

  /// What options are called elsewhere, with their names here: to help those who come from there.
  static var otherNames: [String: String] { get }

  /// A step whose options are taken too, as further words; nil: none.
  static var furtherOptions: (any StepOptions.Type)? { get }

  /// The file with frames that the steps after this one work on; nil when the step makes none.
  var madeFrames: String? { get }
  /// The archive of features that the step makes; nil when it makes none.
  var madeFeatures: String? { get }
}

extension StepOptions {
  /// `input` alone.
  public static var inputFiles: Set<String> { ["input"] }
  /// `output` alone.
  public static var outputFiles: Set<String> { ["output"] }
  /// None.
  public static var otherNames: [String: String] { [:] }
  /// None.
  public static var furtherOptions: (any StepOptions.Type)? { nil }
  /// None.
  public var madeFrames: String? { nil }
  /// None.
  public var madeFeatures: String? { nil }
}

/// Where in a recipe a step stands.
public struct RecipePlace: Sendable {
  /// The folder of the outputs and the name of the dataset: files of the dataset begin with it.
  public let prefix: String
  /// The seed of the recipe.
  public let seed: UInt64
  /// The frames that the steps before have made; nil for the first step.
  public internal(set) var frames: String?
  /// The archives of features that the steps before have made, the last one last.
  public internal(set) var features: [String] = []
  /// All files that steps before have made, of other datasets too.
  public internal(set) var made: Set<String> = []
  /// Those of other datasets alone.
  var foreign: Set<String> = []
  /// What stands in the names of the outputs, where the section says so.
  public internal(set) var suffix: String?

  /// The path of an output of the dataset: `folder/dataset.suffix.ending`, with the suffix that the
  /// section gives, or this one.
  public func file(_ suffix: String?, _ ending: String) -> String {
    prefix + ((self.suffix ?? suffix).map { ".\($0)" } ?? "") + ending
  }
}
