import ArgumentParser
import Geometry
import Learning
import Recipes
import Report

/// What hyperparameters are judged by.
enum GoalName: String, CaseIterable, ExpressibleByArgument {
  case ridge, kernel, gfre
}

struct LearnTuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Find hyperparameters of features and regression by what can be learned.",
    discussion: """
      Every combination of the lists is featurized and scored: by the cross-validated error of ridge \
      or kernel ridge regression over the deviation of the targets, sqrt(1 - R2), or by the GFRE of \
      the targets. Frames to test on are kept apart with the --test, --split and --seed of the other \
      commands. The table is written after every candidate; the same command again goes on where it \
      was. --rounds 3 halves successively: all candidates with a ninth of the samples, the better \
      third with a third, the best third of those with all. At the end come the commands that repeat \
      the best.

        mesogen learn tune train.xyz --target energy --max-angular 4,6,8 --max-radial 3,6 \
      --radial-width 1,2 --scale-axes 0.7,1 --cutoff 7 --rounds 3 -o tune.csv
        mesogen learn tune all.xyz --target energy --test 2000 --score kernel --whiten 32,64 \
      --gamma 0.05,0.1 --alphas 1e-6:1e-3:4 --radial-width 2 --cutoff 7 -o tune.csv
      """)

  @Argument(help: "The file with the frames.")
  var input: String
  @Option(
    parsing: .singleValue,
    help: "A label, column or array to predict; commas between several (repeatable).")
  var target: [String]
  @Option(help: "The file with the targets (default: the frames themselves).")
  var targets: String?
  @Option(parsing: .unconditional, help: "Values of the largest l.")
  var maxAngular = Grid("6")
  @Option(parsing: .unconditional, help: "Values of the largest n.")
  var maxRadial = Grid("6")
  @Option(parsing: .unconditional, help: "Values of the sigma of the radial Gaussians.")
  var radialWidth = Grid("1,2,3")
  @Option(parsing: .unconditional, help: "Values that semi-axes are multiplied by.")
  var scaleAxes = Grid("1")
  @Option(parsing: .unconditional, help: "Values of the cutoff.")
  var cutoff: Grid
  @Option(parsing: .unconditional, help: "Values of the order nu.")
  var correlation = Grid("2")
  @Option(help: "What candidates are judged by.")
  var score = GoalName.ridge
  @Option(
    parsing: .unconditional,
    help: "Values of how many components are whitened; 0 leaves the features as they are.")
  var whiten = Grid("0")
  @Option(
    help: """
      Learn the second of two targets, a contact distance and an energy, as the strength of a \
      Lennard-Jones well at that distance: lennard-jones, or lennard-jones:SIGMA,GAMMA.
      """)
  var transform: TargetTransform?
  @Option(help: "The kernel, with --score kernel.")
  var kernel = KernelName.rbf
  @Option(parsing: .unconditional, help: "Values of the kernel's gamma.")
  var gamma = Grid("0.03,0.1,0.3")
  @Option(parsing: .unconditional, help: "The degree of the polynomial.")
  var degree = 3
  @Option(parsing: .unconditional, help: "What the polynomial adds to the product.")
  var offset = 1.0
  @Option(
    parsing: .unconditional,
    help: "The alphas: first:last:count, or a list (default: 1e-18:1:19, of a kernel 1e-8:1e-2:4).")
  var alphas: Grid?
  @Option(parsing: .unconditional, help: "Folds of the cross-validation.")
  var folds = 3
  @Option(parsing: .unconditional, help: "Rounds of successive halving; 1 is a plain grid.")
  var rounds = 1
  @Option(parsing: .unconditional, help: "Samples of the last round (default: all).")
  var samples: Int?
  @Option(
    parsing: .unconditional,
    help: "Samples kept apart: a number, or a fraction below 1 (default: none).")
  var test: String?
  @Option(help: "Which samples are kept apart: random ones, the last ones, or scikit-learn's.")
  var split = SplitName.random
  @Option(parsing: .unconditional, help: "The seed of all that is drawn.")
  var seed: UInt64 = 1
  @Option(name: .shortAndLong, help: "The table of scores (.csv).")
  var output: String
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let table = try TargetTable(
      contentsOf: targets ?? input,
      keys: target.flatMap { $0.split(separator: ",").map(String.init) })
    let alphas = alphas ?? Grid(score == .kernel ? "1e-8:1e-2:4" : "1e-18:1:19")
    // Sets the threads of OpenBLAS; those of the context are the same.
    _ = global.learningThreads
    let job = TuneJob(
      input: input, targets: table, output: output, candidates: try candidates(),
      goal: score == .gfre ? .reconstruction : .regression(alphas: alphas.values, folds: folds),
      rounds: rounds, samples: samples, training: try training(of: table.values.rows),
      transform: transform ?? .identity, seed: seed)
    let rows = try job.run(global.context)
    print(Self.text(rows))
    guard let best = rows.first else { return }
    for command in repeating(best) { print(command) }
    warnAtEdges(best, alphas)
  }

  private func candidates() throws -> [TuneJob.Candidate] {
    var candidates: [TuneJob.Candidate] = []
    let components = try integers(whiten, "--whiten").map { $0 == 0 ? nil : $0 }
    guard score != .gfre || components == [nil] else {
      throw InvalidInput("--whiten", value: whiten.text, expected: "0 with --score gfre")
    }
    for l in try integers(maxAngular, "--max-angular") {
      for n in try integers(maxRadial, "--max-radial") {
        for nu in try integers(correlation, "--correlation") {
          for width in radialWidth.values {
            for scale in scaleAxes.values {
              for cutoff in cutoff.values {
                for count in components {
                  candidates += kernels.map {
                    TuneJob.Candidate(
                      maxAngular: l, maxRadial: n, radialWidth: width, axisScale: scale,
                      cutoff: cutoff, correlation: nu, components: count, kernel: $0)
                  }
                }
              }
            }
          }
        }
      }
    }
    return candidates
  }

  private var kernels: [Kernel?] {
    guard score == .kernel else { return [nil] }
    return switch kernel {
    case .linear: [.linear]
    case .rbf: gamma.values.map { .radialBasis(gamma: $0) }
    case .polynomial:
      gamma.values.map { .polynomial(degree: degree, gamma: $0, offset: offset) }
    }
  }

  private func training(of count: Int) throws -> [Int]? {
    guard let test else { return nil }
    guard split != .hash else {
      throw InvalidInput("--split", value: "hash", expected: "random, order or scikit-learn")
    }
    var options = SplitOptions()
    (options.test, options.train, options.split) = (test, nil, split)
    (options.seed, options.folds) = (seed, folds)
    return try options.make(count) { [] }.training
  }

  private static func text(_ rows: [TuneJob.Row]) -> TextTable {
    var table = TextTable([
      "l", "n", "width", "axes", "cutoff", "nu", "whiten", "gamma", "samples", "features", "alpha",
      "score",
    ])
    for row in rows.prefix(10) {
      let c = row.candidate
      table.add([
        "\(c.maxAngular)", "\(c.maxRadial)", "\(c.radialWidth)", "\(c.axisScale)", "\(c.cutoff)",
        "\(c.correlation)", c.components.map { "\($0)" } ?? "", gamma(c).map { "\($0)" } ?? "",
        Figures.grouped(row.samples), Figures.grouped(row.features),
        row.alpha > 0 ? Numbers.short(row.alpha) : "", Numbers.short(row.score),
      ])
    }
    return table
  }

  private static func gamma(_ candidate: TuneJob.Candidate) -> Double? {
    switch candidate.kernel {
    case .radialBasis(let gamma), .polynomial(_, let gamma, _): gamma
    case .linear, nil: nil
    }
  }

  /// The commands that featurize and learn with what was best.
  private func repeating(_ row: TuneJob.Row) -> [String] {
    let c = row.candidate
    let name = output.hasSuffix(".csv") ? output.dropLast(4) + ".npz" : output + ".npz"
    var commands = [
      [
        "featurize", input, "-o", "\(name)", "--max-angular", "\(c.maxAngular)", "--max-radial",
        "\(c.maxRadial)", "--radial-width", "\(c.radialWidth)", "--scale-axes", "\(c.axisScale)",
        "--cutoff", "\(c.cutoff)", "--correlation", "\(c.correlation)", "--compact",
      ]
    ]
    if score != .gfre {
      var preparation = PreparationOptions()
      (preparation.whiten, preparation.transform) = (c.components, transform)
      var learn = ["learn", "\(score)", "\(name)", "--targets", targets ?? input]
      learn += target.flatMap { ["--target", $0] } + preparation.arguments
      if score == .kernel { learn += ["--kernel", kernel.rawValue] }
      if let gamma = Self.gamma(c) { learn += ["--gamma", "\(gamma)"] }
      if case .polynomial = c.kernel {
        learn += ["--degree", "\(degree)", "--offset", "\(offset)"]
      }
      learn += ["--alphas", "\(row.alpha)"]
      if let test { learn += ["--test", test, "--split", split.rawValue, "--seed", "\(seed)"] }
      commands.append(learn)
    }
    return commands.map { (["mesogen"] + $0.map(Self.quoted)).joined(separator: " ") }
  }

  private static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:,+=".contains($0) }
    guard !plain || word.isEmpty else { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }

  private func warnAtEdges(_ row: TuneJob.Row, _ alphas: Grid) {
    let c = row.candidate
    maxAngular.warnAtEdge(Double(c.maxAngular), "--max-angular")
    maxRadial.warnAtEdge(Double(c.maxRadial), "--max-radial")
    radialWidth.warnAtEdge(c.radialWidth, "--radial-width")
    scaleAxes.warnAtEdge(c.axisScale, "--scale-axes")
    cutoff.warnAtEdge(c.cutoff, "--cutoff")
    whiten.warnAtEdge(Double(c.components ?? 0), "--whiten")
    if let best = Self.gamma(c) { gamma.warnAtEdge(best, "--gamma") }
    if score != .gfre { alphas.warnAtEdge(row.alpha, "--alphas") }
  }

  private func integers(_ grid: Grid, _ option: String) throws -> [Int] {
    try grid.values.map { value in
      guard let integer = Int(exactly: value) else {
        throw InvalidInput(option, value: grid.text, expected: "whole numbers with commas")
      }
      return integer
    }
  }
}
