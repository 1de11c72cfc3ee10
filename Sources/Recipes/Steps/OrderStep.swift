public import ArgumentParser
internal import Jobs
public import OrderParameters

extension SymmetryAxis: ExpressibleByArgument {}
extension Steinhardt.Weights: ExpressibleByArgument {}

/// `mesogen order`.
struct OrderStep: StepOptions {
  typealias Values = OrderSettings

  static let configuration = CommandConfiguration(
    commandName: "order",
    abstract: "Nematic, smectic and Steinhardt order parameters of every frame.",
    discussion: """
      `order` is the signed S, `order_max` the largest eigenvalue of Q, `q0`, `q1`, ... are the means \
      over the particles of Steinhardt's invariants (with --cutoff, or --weights voronoi, which needs \
      none). Without -o the table is printed. With --per-particle every particle has its own values: \
      columns of the frames, or a row each in a table. --pair-correlation writes g(r) and \
      g2(r) = <P2(u_i . u_j)>, the means over the frames.

        mesogen order set.xyz -o order.csv --steinhardt 0:6 --cutoff 5 --weights distance
        mesogen order set.xyz -o labelled.xyz --smectic
        mesogen order set.xyz -o local.xyz --cutoff 5 --per-particle --averaged --third-order
        mesogen order set.xyz -o order.csv --hexatic --pair-correlation g.csv --range 6
      """)

  @OptionGroup var frames: FrameOptions
  @Option(name: .shortAndLong, help: "A .csv table, or the frames with labels (.xyz).")
  var output: String = "-"
  @Option(
    parsing: .unconditional,
    help: """
      The degrees l of Steinhardt's invariants: a range with both ends, a list, or both, as 0:6 or 4,6 or \
      0:2,4,6 (default: \(OrderSettings.defaultDegrees)).
      """)
  var steinhardt: String?
  @Option(
    parsing: .unconditional, help: "Neighbours are nearer than this; without it no Steinhardt.")
  var cutoff: Double?
  @Option(help: "What a neighbour counts.")
  var weights = OrderSettings().weights
  @Option(help: "The symmetry axis of the particles.")
  var axis = OrderSettings().axis
  @Option(help: "The species that count, with commas (default: all; spheres have no axis).")
  var selectSpecies: String?
  @Flag(help: "Also look for layers; smectic_chance says how likely random positions show as much.")
  var smectic = false
  @Option(
    parsing: .unconditional,
    help: "Along which directions layers are sought: director (within 45 degrees), any, or x,y,z.")
  var layerDirection = OrderSettings().layerDirection
  @Option(
    parsing: .unconditional,
    help: "Spacings of layers, MIN:MAX (default: 0.8 to 1.5 lengths of the particles).")
  var layerSpacing: String?
  @Flag(help: "Also psi_6 within the layers.")
  var hexatic = false
  @Option(
    parsing: .unconditional,
    help: "The longest bond within a layer for psi_6 (default: the six nearest).")
  var hexaticCutoff: Double?
  @Flag(help: "Also Steinhardt's invariants averaged over the neighbours (Lechner and Dellago).")
  var averaged = false
  @Flag(help: "Also Steinhardt's third-order invariants w_l.")
  var thirdOrder = false
  @Flag(help: "Every particle's own values, the nematic order within the cutoff among them.")
  var perParticle = false
  @Option(help: "A .csv table for the pair correlations g(r) and g2(r).")
  var pairCorrelation: String?
  @Option(parsing: .unconditional, help: "How far pair correlations go; without it the cutoff.")
  var range: Double?
  @Option(parsing: .unconditional, help: "The number of bins of pair correlations.")
  var bins = OrderSettings().bins

  init() {}

  func job() throws -> any Job {
    try OrderJob(input: frames.input, output: output, settings: values())
  }

  static func defaults(
    _ place: RecipePlace, given: [String: String]
  ) -> [String: String] {
    ["input": place.frames ?? "", "output": place.file("order", ".csv")]
  }

  static var outputFiles: Set<String> { ["output", "pair-correlation"] }
}
