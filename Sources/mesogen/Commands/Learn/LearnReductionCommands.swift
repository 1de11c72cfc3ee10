public import ArgumentParser
import Geometry
public import Learning
import Mathematics
import Recipes

extension Selection.Axis: ExpressibleByArgument {}

struct LearnPCACommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pca",
    abstract: "Principal components of features.",
    discussion: """
      Prints the part of the variance along each component.

        mesogen learn pca set.npz --components 4 -o pca.npz --projections map.csv
      """)

  @Argument(help: "The features (.npz), perhaps FILE.npz:ARRAY.")
  var features: String
  @Option(parsing: .unconditional, help: "How many components.")
  var components = 2
  @Option(help: "How features are scaled.")
  var scale = Scaler.Mode.center
  @Option(name: .shortAndLong, help: "The model (.npz).")
  var output: String?
  @Option(help: "The samples along the components (.csv or .npz); - prints them.")
  var projections: String?
  @OptionGroup var global: GlobalOptions

  func run() throws {
    _ = global.learningThreads
    let table = try FeatureTable(contentsOf: features)
    let scaler = try Scaler(fitting: table.values, scale)
    let pca = try PrincipalComponents(scaler.transform(table.values), count: components)
    if projections != "-" {
      for (k, ratio) in pca.varianceRatios.enumerated() {
        print("PC\(k + 1) \(Numbers.short(ratio))")
      }
    }
    try Reduction.finish(
      .components(scaler, pca), table, output: output, projections: projections)
  }
}

struct LearnPCovRCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pcovr",
    abstract: "Principal covariates: between principal components and regression.",
    discussion: """
      mixing 1 are principal components, mixing 0 is regression. Prints the error of the targets on \
      the test part.

        mesogen learn pcovr set.npz --targets set.xyz --target energy --mixing 0.5 \
      --projections map.csv
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var split: SplitOptions
  @Option(parsing: .unconditional, help: "How many components.")
  var components = 2
  @Option(parsing: .unconditional, help: "The weight of the features against the targets.")
  var mixing = 0.5
  @Option(parsing: .unconditional, help: "The alpha of the regression inside.")
  var alpha = 1e-6
  @Option(name: .shortAndLong, help: "The model (.npz).")
  var output: String?
  @Option(help: "All samples along the components, and predictions (.csv or .npz); - prints them.")
  var projections: String?
  @OptionGroup var global: GlobalOptions

  func run() throws {
    _ = global.learningThreads
    let loaded = try data.load()
    let split = try split.make(loaded.features, hashes: loaded.hashes)
    let (x, y) = (
      loaded.features.values.selecting(rows: split.training),
      loaded.targets.selecting(rows: split.training)
    )
    let (sx, sy) = (try Scaler(fitting: x, data.scale), try Scaler(fitting: y, .matrix))
    let covariates = try PrincipalCovariates(
      sx.transform(x), sy.transform(y), mixing: mixing, count: components, alpha: alpha)
    let tested = try sy.inverse(
      covariates.predict(
        sx.transform(loaded.features.values.selecting(rows: split.testing))))
    let metrics = try Metrics.byTarget(
      targets: loaded.targets.selecting(rows: split.testing), predictions: tested)
    if projections != "-" {
      for (name, m) in zip(loaded.names, metrics) {
        print("\(name): test RMSE \(Numbers.short(m.rmse)), R2 \(Numbers.short(m.r2))")
      }
    }
    try Reduction.finish(
      .covariates(sx, sy, covariates, targetNames: loaded.names), loaded.features, output: output,
      projections: projections)
  }
}

struct LearnSelectCommand: ParsableCommand {
  /// The methods by name.
  enum Method: String, CaseIterable, ExpressibleByArgument {
    case fps, cur
  }

  static let configuration = CommandConfiguration(
    commandName: "select",
    abstract: "The most diverse samples or features, by farthest points or CUR.",
    discussion: """
      Writes their indices in the order of selection.

        mesogen learn select set.npz --axis samples --count 100 --method fps -o chosen.csv
      """)

  @Argument(help: "The features (.npz), perhaps FILE.npz:ARRAY.")
  var features: String
  @Option(help: "What is selected.")
  var axis = Selection.Axis.features
  @Option(parsing: .unconditional, help: "How many.")
  var count: Int
  @Option(help: "Farthest point sampling or CUR decomposition.")
  var method = Method.fps
  @Option(parsing: .unconditional, help: "The one that farthest point sampling begins with.")
  var first = 0
  @Option(help: "How features are scaled.")
  var scale = Scaler.Mode.matrix
  @Option(name: .shortAndLong, help: "The indices (.csv or .npz); - prints them.")
  var output = "-"
  @OptionGroup var global: GlobalOptions

  func run() throws {
    _ = global.learningThreads
    let table = try FeatureTable(contentsOf: features)
    let x = try Scaler(fitting: table.values, scale).transform(table.values)
    let chosen =
      switch method {
      case .fps: try Selection.farthestPoints(x, axis, count: count, first: first)
      case .cur: try Selection.cur(x, axis, count: count)
      }
    if chosen.count < count, !global.quiet {
      Console.write(
        "mesogen: warning: after \(chosen.count) \(axis.rawValue) nothing is left that is not a "
          + "combination of them\n")
    }
    var labels = [(name: axis == .samples ? "sample" : "feature", values: chosen)]
    if axis == .samples, let frames = table.frames {
      labels.append(("frame", chosen.map { frames[$0] }))
    }
    try ResultTable(
      labels: labels, names: [], values: Matrix(rows: chosen.count, columns: 0)
    ).write(to: output)
  }
}

/// What reductions have in common.
enum Reduction {
  /// Writes the model and the projections of all samples where they were asked for.
  static func finish(
    _ model: TrainedModel, _ table: FeatureTable, output: String?, projections: String?
  ) throws {
    if let projections {
      try ResultTable(
        labels: ResultTable.labels(of: table), names: model.outputNames,
        values: model.predict(table.values).values
      ).write(to: projections)
    }
    if let output {
      try ModelFile(model: model, featureHyperparameters: table.hyperparameters).write(to: output)
    }
  }
}
