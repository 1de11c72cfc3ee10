public import ArgumentParser
public import Jobs
public import Learning

extension Selection.Axis: ExpressibleByArgument {}
extension SelectionSettings.Method: ExpressibleByArgument {}

/// `mesogen learn pca`.
struct ComponentStep: LearningStep {
  typealias Values = ComponentSettings
  static let configuration = CommandConfiguration(
    commandName: "pca",
    abstract: "Principal components of features.",
    discussion: """
      Prints the part of the variance along each component.

        mesogen learn pca set.npz --components 4 -o pca.npz --projections map.csv
      """)
  private static let standard = ComponentSettings()

  @Argument(help: "The features (.npz), perhaps FILE.npz:ARRAY.")
  var features: String
  @Option(parsing: .unconditional, help: "How many components.")
  var components = Self.standard.components
  @Option(help: "How features are scaled.")
  var scale = Self.standard.scale
  @Option(name: .shortAndLong, help: "The model (.npz).")
  var output: String?
  @Option(help: "The samples along the components (.csv or .npz); - prints them.")
  var projections: String?

  init() {}

  func job() throws -> any Job {
    try ComponentJob(features: features, output: output, settings: values())
  }
}

/// `mesogen learn pcovr`.
struct CovariateStep: LearningStep {
  typealias Values = CovariateSettings
  static let configuration = CommandConfiguration(
    commandName: "pcovr",
    abstract: "Principal covariates: between principal components and regression.",
    discussion: """
      mixing 1 are principal components, mixing 0 is regression. Prints the error of the targets on \
      the test part.

        mesogen learn pcovr set.npz --targets set.xyz --target energy --mixing 0.5 \
      --projections map.csv
      """)
  private static let standard = CovariateSettings()

  @OptionGroup var data: DataOptions
  @OptionGroup var split: SplitOptions
  @Option(parsing: .unconditional, help: "How many components.")
  var components = Self.standard.components
  @Option(parsing: .unconditional, help: "The weight of the features against the targets.")
  var mixing = Self.standard.mixing
  @Option(parsing: .unconditional, help: "The alpha of the regression inside.")
  var alpha = Self.standard.alpha
  @Option(name: .shortAndLong, help: "The model (.npz).")
  var output: String?
  @Option(help: "All samples along the components, and predictions (.csv or .npz); - prints them.")
  var projections: String?

  init() {}

  func job() throws -> any Job {
    try CovariateJob(features: data.features, output: output, settings: values())
  }
}

/// `mesogen learn select`.
struct SelectionStep: LearningStep {
  typealias Values = SelectionSettings
  static let configuration = CommandConfiguration(
    commandName: "select",
    abstract: "The most diverse samples or features, by farthest points or CUR.",
    discussion: """
      Writes their indices in the order of selection.

        mesogen learn select set.npz --axis samples --count 100 --method fps -o chosen.csv
      """)
  private static let standard = SelectionSettings()

  @Argument(help: "The features (.npz), perhaps FILE.npz:ARRAY.")
  var features: String
  @Option(help: "What is selected.")
  var axis = Self.standard.axis
  @Option(parsing: .unconditional, help: "How many.")
  var count: Int
  @Option(help: "Farthest point sampling or CUR decomposition.")
  var method = Self.standard.method
  @Option(parsing: .unconditional, help: "The one that farthest point sampling begins with.")
  var first = Self.standard.first
  @Option(help: "How features are scaled.")
  var scale = Self.standard.scale
  @Option(name: .shortAndLong, help: "The indices (.csv or .npz); - prints them.")
  var output = "-"

  init() {}

  func job() throws -> any Job {
    SelectionJob(features: features, output: output, settings: try values())
  }

  static var writesTable: Bool { true }
}
