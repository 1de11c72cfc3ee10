import ArgumentParser
import Geometry
import Learning
import Mathematics
import Recipes
import Report

/// The regressions that a learning curve is drawn of.
enum RegressionName: String, CaseIterable, ExpressibleByArgument {
  case ridge, kernel
}

struct LearnCurveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curve",
    abstract: "Errors on a fixed test part against the number of training samples.",
    discussion: """
      For every size --repeats draws from the training part; RMSE and MAE are means over draws and \
      targets, `deviation` is the standard deviation of the RMSE over the draws.

        mesogen learn curve set.npz --targets set.xyz --target energy --sizes 100,200,400,800 \
      --repeats 5 -o curve.csv
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var split: SplitOptions
  @OptionGroup var preparation: PreparationOptions
  @Option(help: "The training sizes, separated by commas (default: halvings of all).")
  var sizes: String?
  @Option(parsing: .unconditional, help: "Draws of every size.")
  var repeats = 3
  @Option(help: "The regression.")
  var model = RegressionName.ridge
  @Option(parsing: .unconditional, help: "The alphas of ridge: first:last:count, or a list.")
  var ridgeAlphas = Grid("1e-18:10:39")
  @OptionGroup var kernel: KernelOptions
  @Option(name: .shortAndLong, help: "The curve (.csv or .npz); - prints it.")
  var output = "-"
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let threads = global.learningThreads
    let loaded = try data.load()
    let split = try split.make(loaded.features, hashes: loaded.hashes)
    let (names, scaling) = (loaded.names, preparation.scaling(data.scale))
    let options = self.split
    let (model, ridgeAlphas) = (model, ridgeAlphas.values)
    let (kernels, kernelAlphas) = (kernel.kernels, kernel.alphas.values)
    let curve = try LearningCurve(
      sizes: trainingSizes(split.training.count), repeats: repeats, seed: options.seed,
      loaded.features.values, loaded.targets, split
    ) { x, y in
      let folds = try options.crossValidation(x.rows)
      return switch model {
      case .ridge:
        try RegressionModel(
          ridge: .init(alphas: ridgeAlphas), x, y, targetNames: names, splits: folds,
          scaling: scaling, threads: threads)
      case .kernel:
        try RegressionModel(
          kernels: kernels, alphas: kernelAlphas, x, y, targetNames: names, splits: folds,
          scaling: scaling, threads: threads)
      }
    }
    let rows = curve.points.map { point in
      let n = Double(point.testing.count)
      return [
        point.meanError, point.errorDeviation,
        point.testing.reduce(0) { $0 + $1.mae } / n, point.testing.reduce(0) { $0 + $1.r2 } / n,
        point.training.reduce(0) { $0 + $1.rmse } / n,
      ]
    }
    try ResultTable(
      labels: [("samples", curve.points.map(\.count))],
      names: ["rmse", "deviation", "mae", "r2", "training_rmse"], values: Matrix(rows)
    ).write(to: output)
  }

  private func trainingSizes(_ all: Int) throws -> [Int] {
    guard let sizes else {
      return (0..<6).map { all >> (5 - $0) }.filter { $0 >= 2 * split.folds }
    }
    return try sizes.split(separator: ",").map { text in
      guard let size = Int(text), size >= 1 else {
        throw InvalidInput("--sizes", value: sizes, expected: "numbers from 1, with commas")
      }
      return size
    }
  }
}

struct LearnGFRECommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gfre",
    abstract: "How well one set of features reconstructs another, linearly.",
    discussion: """
      The global feature reconstruction error (GFRE) of scikit-matter, in both directions: 0 means \
      that the one holds all of the other, 1 that it holds nothing. By default split, folds and \
      alphas are scikit-matter's own.

        mesogen learn gfre set.npz order.csv --target q1,q2,q3,q4,q5,q6
        mesogen learn gfre a.npz b.npz --distortion --local 30
      """)

  @Argument(help: "The first features (.npz), perhaps FILE.npz:ARRAY.")
  var features: String
  @Argument(help: "The others: .npz, or .csv or frames with --target.")
  var others: String
  @Option(
    parsing: .singleValue, help: "Columns or labels of the others; commas between several.")
  var target: [String] = []
  @Option(help: "How both are scaled.")
  var scale = Scaler.Mode.matrix
  @Option(parsing: .unconditional, help: "Samples to test on: a number, or a fraction below 1.")
  var test = "0.5"
  @Option(parsing: .unconditional, help: "The random_state of split and folds.")
  var seed = Shuffle.scikitMatterSeed
  @Flag(help: "Also the global distortion (GFRD).")
  var distortion = false
  @Option(
    parsing: .unconditional, help: "Also the local error (LFRE) with that many neighbours.")
  var local: Int?
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let threads = global.learningThreads
    let first = try FeatureTable(contentsOf: features)
    let second = try TargetTable(
      contentsOf: others, keys: target.flatMap { $0.split(separator: ",").map(String.init) }
    ).aligned(with: first)
    var options = SplitOptions()
    (options.test, options.train, options.split) = (test, nil, .scikitLearn)
    (options.seed, options.folds) = (UInt64(seed), 2)
    let split = try options.make(first, hashes: nil)
    let error = ReconstructionError(
      scaling: scale, shuffle: .scikitLearn(seed), threads: threads)
    var heads = ["from", "to", "GFRE"]
    if distortion { heads.append("GFRD") }
    if local != nil { heads.append("LFRE") }
    var table = TextTable(heads)
    for (x, y, from, to) in [
      (first.values, second, features, others), (second, first.values, others, features),
    ] {
      var row = [from, to, Figures.fixed(try error.globalError(x, y, split), 6)]
      if distortion { row.append(Figures.fixed(try error.globalDistortion(x, y, split), 6)) }
      if let local {
        row.append(Figures.fixed(try error.localError(x, y, split, neighbors: local), 6))
      }
      table.add(row)
    }
    print(table)
  }
}
