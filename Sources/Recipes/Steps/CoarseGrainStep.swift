internal import ArgumentParser
internal import Generators
internal import Jobs

/// `mesogen coarse-grain`.
struct CoarseGrainStep: StepOptions {
  typealias Values = CoarseGrainSettings

  static let configuration = CommandConfiguration(
    commandName: "coarse-grain",
    abstract: "From atoms to ellipsoids: one for every molecule, or several (--bead).",
    discussion: """
      Every molecule becomes a particle at its centre of mass, turned like its principal axes: z is \
      the normal of a disc or the length of a rod, and z and x have a head, the end with the longer \
      tail of mass (positive third moment), wherever the molecule has one. \
      Molecules are what bonds connect, unless a column or groups say so. All labels of the frames \
      stay; --semi-axes and --scale-axes act on the ellipsoids.

        mesogen coarse-grain atoms.xyz -o ellipsoids.xyz --semi-axes 1.8,3.4,3.4
        mesogen coarse-grain atoms.xyz -o ellipsoids.xyz --column molecule --shape gyration
      """)

  @OptionGroup var frames: FrameOptions
  @Option(name: .shortAndLong, help: "Where the frames of ellipsoids go.")
  var output: String
  @Option(help: "The semi-axes of the ellipsoids: \(CoarseGraining.Shape.names), or a,b,c.")
  var shape = CoarseGrainSettings().shape
  @OptionGroup var molecules: MoleculeOptions
  @Option(
    parsing: .unconditionalSingleValue,
    help: "Atoms of every molecule, in its order from 0, that become an ellipsoid (repeatable).")
  var bead: [String] = []
  @Option(
    parsing: .unconditional,
    help: "No semi-axis is smaller than this: flat molecules have no thickness of their own.")
  var minimumAxis: Double?
  @Option(help: "What ellipsoids are called (default: the chemical formula).")
  var species: String?

  init() {}

  func job() throws -> any Job {
    try CoarseGrainJob(input: frames.input, output: output, settings: values())
  }

  /// The steps after it work on the ellipsoids.
  static func defaults(
    _ place: RecipePlace, given: [String: String]
  ) -> [String: String] {
    ["input": place.frames ?? "", "output": place.file("ellipsoids", ".xyz")]
  }

  var madeFrames: String? { output }
}
