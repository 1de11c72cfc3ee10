public import AniSOAP
public import ArgumentParser
public import Jobs

extension FeatureSettings.Basis: ExpressibleByArgument {}
extension FeatureSettings.Average: ExpressibleByArgument {}
extension ParticleDensity: ExpressibleByArgument {}
extension CoefficientFrame: ExpressibleByArgument {}

/// `mesogen featurize`.
struct FeaturizeStep: StepOptions {
  typealias Values = FeatureSettings

  static let configuration = CommandConfiguration(
    commandName: "featurize",
    abstract: "AniSOAP features of every frame, as arrays of NumPy, HDF5 or metatensor.",
    discussion: """
      `features` has a row for every frame (with --average none for every particle, with --pairs for \
      every pair); further arrays say what rows and columns are. Species are found by reading the \
      file once more, unless --species fixes them and their order.

        mesogen featurize set.xyz -o set.npz --max-angular 6 --max-radial 6 --radial-width 3 \
      --cutoff 5
        mesogen featurize crystal.xyz -o crystal.npz --semi-axes 2,2,0.25 --cutoff 7 --exclude-self

      --gradients adds derivatives: `gradient_positions` and `gradient_orientations` (rows x 3 x \
      columns; small rotations about the axes of space) with `gradient_sample` (row of `features`) and \
      `gradient_particle`, and `gradient_cell` (rows of `features` x 3 x 3 x columns), by strain.

        mesogen featurize set.xyz -o set.npz --cutoff 4 --smooth-cutoff 0.5 \
      --gradients positions,orientations,cell
      """)

  private static let standard = FeatureSettings()

  @OptionGroup var frames: FrameOptions
  @Option(
    name: .shortAndLong,
    help: "The archive: .npz, .h5 (HDF5), .mts (metatensor), or .csv without a description.")
  var output: String
  @Option(help: "The radial functions.")
  var basis = Self.standard.basis
  @Option(
    help: """
      The density of a particle: Gaussians are fast; boxes and exponentials (paper, Appendix A 7) take       a slower way.
      """)
  var density = Self.standard.density
  @Option(parsing: .unconditional, help: "The largest l.")
  var maxAngular = Self.standard.maxAngular
  @Option(
    parsing: .unconditional,
    help: "The largest n of every l, a list with one for each l, or auto.")
  var maxRadial = Self.standard.maxRadial
  @Option(
    parsing: .unconditional,
    help: """
      The sigma of the radial Gaussians (default: \(FeatureSettings.defaultRadialWidth)); monomials \
      have none.
      """)
  var radialWidth: Double?
  @Option(parsing: .unconditional, help: "Neighbours are nearer than this.")
  var cutoff: Double
  @Option(parsing: .unconditional, help: "The order nu of the correlation: 1, 2 or 3.")
  var correlation = Self.standard.correlation
  @Option(
    help: """
      The frame of features of nu = 1: space, or each particle's own, which makes invariants of them: \
      axis (m = 0 along its symmetry axis) or body (m = 0, 2, ... along its three axes).
      """)
  var frame = Self.standard.frame
  @Option(
    help: """
      One row for every frame, or (none) for every particle (default: \
      \(FeatureSettings.defaultAverage.rawValue)).
      """)
  var average: FeatureSettings.Average?
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
  var rcond = Self.standard.rcond
  @Flag(help: "One row for every pair of neighbours (with --correlation 1).")
  var pairs = false
  @Option(
    parsing: .unconditionalSingleValue,
    help: """
      Mix the neighbour species into channels: a weight for every species, separated by commas \
      (repeatable, once for every channel).
      """)
  var mixing: [String] = []
  @Option(
    parsing: .unconditionalSingleValue,
    help: """
      Put the columns of another archive of the same frames beside these, as FILE.npz, or times a weight: \
      FILE.npz:WEIGHT (repeatable). The label block says which columns are whose.
      """)
  var concatenate: [String] = []
  @Option(
    help: """
      Derivatives that are stored too: positions, orientations, cell (strain), separated by commas. \
      They take a smooth cutoff.
      """)
  var gradients: String?
  @Flag(help: "Let derivatives leave out the jumps at a hard cutoff.")
  var allowHardCutoff = false
  @Option(help: "The species and their order, separated by commas.")
  var species: String?
  @Flag(help: "Add rows to the .h5 file that is there; its frames are counted on.")
  var append = false
  @Flag(
    help: """
      Keep finished parts beside the output when interrupted, and go on from those there are.
      """)
  var resume = false

  init() {}

  func job() throws -> any Job {
    try FeaturizeJob(
      input: frames.input, output: output, settings: values(), append: append, resume: resume)
  }

  static func defaults(
    _ place: RecipePlace, given: [String: String]
  ) -> [String: String] {
    let nu = given["correlation"] ?? "\(standard.correlation)"
    return ["input": place.frames ?? "", "output": place.file("nu\(nu)", ".npz")]
  }

  static var inputFiles: Set<String> { ["input", "concatenate"] }
  var madeFeatures: String? { output }

  static var otherNames: [String: String] {
    [
      "lmax": "max-angular", "l-max": "max-angular", "nmax": "max-radial", "n-max": "max-radial",
      "sigma": "radial-width", "width": "radial-width", "radial-gaussian-width": "radial-width",
      "rcut": "cutoff", "r-cut": "cutoff", "cutoff-radius": "cutoff", "radial-basis": "basis",
      "radial-basis-name": "basis", "nu": "correlation",
      "subtract-center-contribution": "exclude-self",
    ]
  }
}
