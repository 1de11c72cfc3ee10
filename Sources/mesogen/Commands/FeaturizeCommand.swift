import AniSOAP
import ArgumentParser
import Geometry
import Recipes

/// The radial bases by name.
enum BasisName: String, CaseIterable, ExpressibleByArgument {
  case gto, monomial, laguerre
}

/// What `--average` takes.
enum AverageName: String, CaseIterable, ExpressibleByArgument {
  case frame, none
}

struct FeaturizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "featurize",
    abstract: "AniSOAP features of every frame, as a NumPy archive.",
    discussion: """
      `features` has a row for every frame (with --average none for every particle, with --pairs for \
      every pair); further arrays say what rows and columns are. Species are found by reading the \
      file once more, unless --species fixes them and their order.

        mesogen featurize set.xyz -o set.npz --max-angular 6 --max-radial 6 --radial-width 3 \
      --cutoff 5
        mesogen featurize crystal.xyz -o crystal.npz --semi-axes 2,2,0.25 --cutoff 7 --exclude-self
      """)

  @OptionGroup var input: InputOptions
  @Option(name: .shortAndLong, help: "The archive (.npz).")
  var output: String
  @Option(help: "The radial functions.")
  var basis = BasisName.gto
  @Option(parsing: .unconditional, help: "The largest l.")
  var maxAngular = 6
  @Option(
    parsing: .unconditional,
    help: "The largest n of every l, a list with one for each l, or auto.")
  var maxRadial = "6"
  @Option(parsing: .unconditional, help: "The sigma of the radial Gaussians.")
  var radialWidth = 3.0
  @Option(parsing: .unconditional, help: "Neighbours are nearer than this.")
  var cutoff: Double
  @Option(parsing: .unconditional, help: "The order nu of the correlation: 1, 2 or 3.")
  var correlation = 2
  @Option(help: "One row a frame, or one a particle.")
  var average = AverageName.frame
  @Option(
    parsing: .unconditional,
    help: "Let weights fall smoothly to zero over the last stretch of this width.")
  var smoothCutoff: Double?
  @Flag(help: "Power spectrum with a <= b only, sqrt 2 off the diagonal.")
  var compact = false
  @Flag(help: "Leave out a particle's own density.")
  var excludeSelf = false
  @Option(
    parsing: .unconditional, help: "Eigenvalues of the radial overlap up to this are dropped.")
  var rcond = 0.0
  @Flag(help: "One row for every pair of neighbours (with --correlation 1).")
  var pairs = false
  @Option(help: "The species and their order, separated by commas.")
  var species: String?
  @OptionGroup var global: GlobalOptions

  func run() throws {
    guard let nu = DensityExpansion.Correlation(rawValue: correlation) else {
      throw InvalidInput("correlation", value: "\(correlation)", expected: "1, 2 or 3")
    }
    let radial = try RadialSize(parsing: maxRadial)
    var job = try FeaturizeJob(
      input: input.input, output: output,
      hyperparameters: Hyperparameters(
        basis: radialBasis, maxAngular: maxAngular, maxRadial: radial, cutoff: cutoff,
        rcond: rcond, excludeSelf: excludeSelf,
        cutoffShape: smoothCutoff.map { .smooth(width: $0) } ?? .hard,
        spectrumForm: compact ? .unorderedPairs : .allPairs),
      correlation: nu, rows: pairs ? .pair : (average == .frame ? .frame : .particle),
      species: species.map { $0.split(separator: ",").map(String.init) }, shapes: input.shapes())
    job.frames = try input.frames()
    try Console.report(job.run(global.context), global)
  }

  private var radialBasis: RadialBasis {
    switch basis {
    case .gto: .gto(width: radialWidth)
    case .monomial: .monomial
    case .laguerre: .laguerre(width: radialWidth)
    }
  }
}
