import ArgumentParser
import Foundation
import Geometry
import Learning
import Mathematics
import Recipes
import Report

/// Where a spread of the predictions comes from.
enum SpreadName: String, CaseIterable, ExpressibleByArgument {
  case none, posterior, committee
}

/// What all regressions write.
struct RegressionOutputOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The model (.npz).")
  var output: String?
  @Option(help: "Targets, predictions and spreads of the test part (.csv or .npz).")
  var predictions: String?

  /// Prints the errors and writes what was asked for.
  func finish(
    _ model: TrainedModel, _ data: DataOptions.Loaded, _ split: Split, note: String,
    _ global: GlobalOptions
  ) throws {
    var table = TextTable(["target", "part", "samples", "RMSE", "MAE", "R2"])
    var tested: Prediction?
    for (part, rows) in [("training", split.training), ("test", split.testing)] {
      let prediction = try model.predict(
        data.features.values.selecting(rows: rows),
        spreads: part == "test" && predictions != nil)
      let metrics = try Metrics.byTarget(
        targets: data.targets.selecting(rows: rows), predictions: prediction.values)
      for (name, m) in zip(data.names, metrics) {
        table.add([
          name, part, Figures.grouped(rows.count), Numbers.short(m.rmse), Numbers.short(m.mae),
          Figures.fixed(m.r2, 6),
        ])
      }
      tested = prediction
    }
    print("\(table)\n\(note)")
    if let predictions, let tested {
      try write(tested, data, split.testing, to: predictions)
    }
    if let output {
      try ModelFile(model: model, featureHyperparameters: data.features.hyperparameters)
        .write(to: output)
      if !global.quiet {
        Console.write("\(output): model, \(data.names.joined(separator: ", "))\n")
      }
    }
  }

  private func write(
    _ prediction: Prediction, _ data: DataOptions.Loaded, _ rows: [Int], to path: String
  ) throws {
    let labels = ResultTable.labels(of: data.features).map { label in
      (name: label.name, values: rows.map { label.values[$0] })
    }
    var parts = [("target", data.targets.selecting(rows: rows)), ("predicted", prediction.values)]
    if let spreads = prediction.spreads { parts.append(("spread", spreads)) }
    var values = Matrix(rows: rows.count, columns: parts.count * data.names.count)
    for i in rows.indices {
      for (p, part) in parts.enumerated() {
        for t in data.names.indices { values[i, p * data.names.count + t] = part.1[i, t] }
      }
    }
    try ResultTable(
      labels: labels,
      names: parts.flatMap { part in data.names.map { "\(part.0)_\($0)" } }, values: values
    ).write(to: path)
  }
}

/// Numbers for people.
enum Numbers {
  /// Five significant digits.
  static func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "\(value)" }
    guard abs(value) >= 1e-3, abs(value) < 1e7 else { return String(format: "%.4e", value) }
    var (digits, size) = (4, abs(value))
    while size < 1, digits < 12 { (digits, size) = (digits + 1, size * 10) }
    while size >= 10, digits > 0 { (digits, size) = (digits - 1, size / 10) }
    return Figures.fixed(value, digits)
  }
}

struct LearnRidgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ridge",
    abstract: "Linear ridge regression, alpha by cross-validation.",
    discussion: """
      alpha is on the scale of the scaled features, whose variances add up to 1.

        mesogen learn ridge set.npz --targets set.xyz --target order,p4 -o model.npz
        mesogen learn ridge dimers.npz --targets dimers.xyz --target energy --train 2000 \
      --test 2000 --spread posterior --predictions test.csv
        mesogen learn ridge dimers.npz --targets dimers.xyz --target h12,energy \
      --transform lennard-jones
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var split: SplitOptions
  @OptionGroup var preparation: PreparationOptions
  @Option(parsing: .unconditional, help: "The alphas: first:last:count, or a list.")
  var alphas = Grid("1e-18:10:39")
  @Option(help: "Where a spread of the predictions comes from.")
  var spread = SpreadName.none
  @Option(parsing: .unconditional, help: "Members of the committee.")
  var members = 16
  @OptionGroup var results: RegressionOutputOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let threads = global.learningThreads
    let loaded = try data.load()
    let split = try split.make(loaded.features, hashes: loaded.hashes)
    let (x, y) = (
      loaded.features.values.selecting(rows: split.training),
      loaded.targets.selecting(rows: split.training)
    )
    let model = try RegressionModel(
      ridge: .init(alphas: alphas.values), x, y, targetNames: loaded.names,
      splits: alphas.values.count > 1 ? self.split.crossValidation(x.rows) : [],
      scaling: preparation.scaling(data.scale), posterior: spread == .posterior, threads: threads)
    var trained = TrainedModel.regression(model)
    guard case .ridge(let ridge) = model.core else { return }
    alphas.warnAtEdge(ridge.alpha, "--alphas")
    if spread == .committee {
      let (names, scaling, alpha) = (loaded.names, preparation.scaling(data.scale), ridge.alpha)
      trained = .committee(
        try Committee(count: members, seed: self.split.seed, x, y, threads: threads) { x, y in
          try RegressionModel(
            ridge: .init(alphas: [alpha]), x, y, targetNames: names, splits: [], scaling: scaling)
        })
    }
    try results.finish(
      trained, loaded, split, note: "alpha \(Numbers.short(ridge.alpha))", global)
  }
}

/// The kernels by name.
enum KernelName: String, CaseIterable, ExpressibleByArgument {
  case rbf, polynomial, linear
}

/// Which kernels are tried.
struct KernelOptions: ParsableArguments {
  @Option(help: "The kernel.")
  var kernel = KernelName.rbf
  @Option(
    parsing: .unconditional,
    help: "The gammas: first:last:count, or a list. The mean squared distance of samples is 2.")
  var gamma = Grid("0.01:10:7")
  @Option(parsing: .unconditional, help: "The degree of the polynomial.")
  var degree = 3
  @Option(parsing: .unconditional, help: "What the polynomial adds to the product.")
  var offset = 1.0
  @Option(parsing: .unconditional, help: "The alphas: first:last:count, or a list.")
  var alphas = Grid("1e-9:1e-1:9")

  /// Whether there is nothing to choose from.
  var isSingle: Bool { kernels.count == 1 && alphas.values.count == 1 }

  var kernels: [Kernel] {
    switch kernel {
    case .linear: [.linear]
    case .rbf: gamma.values.map { .radialBasis(gamma: $0) }
    case .polynomial:
      gamma.values.map { .polynomial(degree: degree, gamma: $0, offset: offset) }
    }
  }
}

struct LearnKernelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel",
    abstract: "Kernel ridge regression, kernel and alpha by cross-validation.",
    discussion: """
      Predictions come with the spread of the Gaussian process of the same kernel.

        mesogen learn kernel dimers.npz --targets dimers.xyz --target energy --gamma 0.1:10:5 \
      -o model.npz
        mesogen learn kernel dimers.npz --targets dimers.xyz --target energy --whiten 64
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var split: SplitOptions
  @OptionGroup var preparation: PreparationOptions
  @OptionGroup var kernel: KernelOptions
  @OptionGroup var results: RegressionOutputOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let threads = global.learningThreads
    let loaded = try data.load()
    let split = try split.make(loaded.features, hashes: loaded.hashes)
    let x = loaded.features.values.selecting(rows: split.training)
    let model = try RegressionModel(
      kernels: kernel.kernels, alphas: kernel.alphas.values, x,
      loaded.targets.selecting(rows: split.training), targetNames: loaded.names,
      splits: kernel.isSingle ? [] : self.split.crossValidation(x.rows),
      scaling: preparation.scaling(data.scale), threads: threads)
    guard case .kernel(let fitted) = model.core else { return }
    kernel.alphas.warnAtEdge(fitted.alpha, "--alphas")
    var note = "alpha \(Numbers.short(fitted.alpha))"
    switch fitted.kernel {
    case .linear: break
    case .radialBasis(let gamma), .polynomial(_, let gamma, _):
      note += ", gamma \(Numbers.short(gamma))"
      kernel.gamma.warnAtEdge(gamma, "--gamma")
    }
    try results.finish(.regression(model), loaded, split, note: note, global)
  }
}

struct LearnPredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Apply a stored model to frames or features.",
    discussion: """
      Frames are featurized as those were that the model learned from; shapes are scaled likewise. A \
      row for every sample; a column `spread_...` where the model has spreads. With -o FILE.xyz the \
      frames are written with labels `predicted_...`.

        mesogen learn predict model.npz new.xyz -o predictions.csv
        mesogen learn predict model.npz new.xyz -o labelled.xyz
        mesogen learn predict model.npz new.npz -o predictions.npz
      """)

  @Argument(help: "The model (.npz).")
  var model: String
  @Argument(help: "Frames, or features (.npz, perhaps FILE.npz:ARRAY).")
  var input: String
  @Option(name: .shortAndLong, help: "The predictions (.csv or .npz), or frames with them (.xyz).")
  var output = "-"
  @Option(parsing: .unconditional, help: "Frames lo:hi, half-open, counted from 0; with frames.")
  var selectFrames: String?
  @OptionGroup var global: GlobalOptions

  func run() throws {
    _ = global.learningThreads
    var job = PredictJob(model: model, input: input, output: output)
    job.frames = try selectFrames.map { try IntegerRange.frames(parsing: $0) }
    try Console.report(job.run(global.context), global)
  }
}
