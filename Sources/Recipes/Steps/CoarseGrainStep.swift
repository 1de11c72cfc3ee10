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
      Every molecule becomes a particle at its centre of mass, turned like its principal axes. \
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
  @Option(
    parsing: .unconditional,
    help:
      "Bonds are shorter than this times the sum of covalent radii (default: \(CoarseGraining.defaultBondTolerance))."
  )
  var bondTolerance: Double?
  @Option(help: "A column whose equal values make a molecule.")
  var column: String?
  @Option(
    parsing: .unconditionalSingleValue,
    help: "The atoms of one molecule, from 0, as 0:11 (inclusive) or 0,3,5:8 (repeatable).")
  var group: [String] = []
  @Option(
    parsing: .unconditionalSingleValue,
    help: "Refuse molecules of other formulas than this, C6H6 (repeatable).")
  var expect: [String] = []
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
