public import ArgumentParser
import Geometry
public import OrderParameters
import Recipes

extension SymmetryAxis: ExpressibleByArgument {}
extension Steinhardt.Weights: ExpressibleByArgument {}

struct OrderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "order",
    abstract: "Nematic, smectic and Steinhardt order parameters of every frame.",
    discussion: """
      `order` is the signed S, `order_max` the largest eigenvalue of Q, `q0`, `q1`, ... are the means \
      over the particles of Steinhardt's invariants (with --cutoff, or --weights voronoi, which needs \
      none). Without -o the table is printed.

        mesogen order set.xyz -o order.csv --steinhardt 0:6 --cutoff 5 --weights distance
        mesogen order set.xyz -o labelled.xyz --smectic
      """)

  @OptionGroup var input: InputOptions
  @Option(name: .shortAndLong, help: "A .csv table, or the frames with labels (.xyz).")
  var output: String = "-"
  @Option(parsing: .unconditional, help: "The degrees l of Steinhardt's invariants, inclusive.")
  var steinhardt: String = "0:6"
  @Option(
    parsing: .unconditional, help: "Neighbours are nearer than this; without it no Steinhardt.")
  var cutoff: Double?
  @Option(help: "What a neighbour counts.")
  var weights = Steinhardt.Weights.uniform
  @Option(help: "The symmetry axis of the particles.")
  var axis = SymmetryAxis.automatic
  @Flag(help: "Also look for layers.")
  var smectic = false
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let degrees = try IntegerRange.closed(parsing: steinhardt)
    var job = try OrderJob(
      input: input.input, output: output,
      settings: FrameOrder.Settings(
        axis: axis, smectic: smectic ? SmecticSearch() : nil,
        steinhardt: Steinhardt.Settings(
          degrees: degrees, optionalCutoff: cutoff, weights: weights)),
      shapes: input.shapes())
    job.frames = try input.frames()
    try Console.report(job.run(global.context), global)
  }
}
