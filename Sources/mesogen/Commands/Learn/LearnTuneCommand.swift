import ArgumentParser
import Geometry
import Learning
import Recipes
import Report

/// What hyperparameters are judged by.
enum GoalName: String, CaseIterable, ExpressibleByArgument {
  case ridge, gfre
}

struct LearnTuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Compare hyperparameters of the features by what can be learned from them.",
    discussion: """
      Every combination of the lists is featurized and scored: by the cross-validated error of ridge \
      regression over the deviation of the targets, sqrt(1 - R2), or by the GFRE of the targets. \
      Frames kept for testing must not be in the input. The table is written after every candidate; \
      the same command again goes on where it was. --rounds 3 halves successively: all candidates \
      with a ninth of the samples, the better third with a third, the best third of those with all.

        mesogen learn tune train.xyz --target energy --max-angular 4,6,8 --max-radial 3,6 \
      --radial-width 1,2 --scale-axes 0.7,1 --cutoff 7 --rounds 3 -o tune.csv
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
  @Option(parsing: .unconditional, help: "The alphas: first:last:count, or a list.")
  var alphas = Grid("1e-12:1:13")
  @Option(parsing: .unconditional, help: "Folds of the cross-validation.")
  var folds = 3
  @Option(parsing: .unconditional, help: "Rounds of successive halving; 1 is a plain grid.")
  var rounds = 1
  @Option(parsing: .unconditional, help: "Samples of the last round (default: all).")
  var samples: Int?
  @Option(parsing: .unconditional, help: "The seed of all that is drawn.")
  var seed: UInt64 = 1
  @Option(name: .shortAndLong, help: "The table of scores (.csv).")
  var output: String
  @OptionGroup var global: GlobalOptions

  func run() throws {
    var candidates: [TuneJob.Candidate] = []
    for l in try integers(maxAngular, "--max-angular") {
      for n in try integers(maxRadial, "--max-radial") {
        for nu in try integers(correlation, "--correlation") {
          for width in radialWidth.values {
            for scale in scaleAxes.values {
              candidates += cutoff.values.map {
                TuneJob.Candidate(
                  maxAngular: l, maxRadial: n, radialWidth: width, axisScale: scale, cutoff: $0,
                  correlation: nu)
              }
            }
          }
        }
      }
    }
    let job = TuneJob(
      input: input,
      targets: try TargetTable(
        contentsOf: targets ?? input,
        keys: target.flatMap { $0.split(separator: ",").map(String.init) }),
      output: output, candidates: candidates,
      goal: score == .gfre ? .reconstruction : .regression(alphas: alphas.values, folds: folds),
      rounds: rounds, samples: samples, seed: seed)
    let rows = try job.run(global.context)
    var table = TextTable([
      "l", "n", "width", "axes", "cutoff", "nu", "samples", "features", "score",
    ])
    for row in rows.prefix(10) {
      let c = row.candidate
      table.add([
        "\(c.maxAngular)", "\(c.maxRadial)", "\(c.radialWidth)", "\(c.axisScale)", "\(c.cutoff)",
        "\(c.correlation)", Figures.grouped(row.samples), Figures.grouped(row.features),
        Numbers.short(row.score),
      ])
    }
    print(table)
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
