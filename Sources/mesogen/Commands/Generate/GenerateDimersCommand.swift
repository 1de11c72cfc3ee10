public import ArgumentParser
import GayBerne
public import Generators
import Geometry
import Recipes

extension Dimers.DistanceDensity: ExpressibleByArgument {}
extension Dimers.DistanceKind: ExpressibleByArgument {}

struct GenerateDimersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dimers",
    abstract: "Pairs of ellipsoids at random, labelled with their energy.",
    discussion: """
      The count is of kept pairs: with --max-energy those above it are drawn anew. Frames carry \
      energy, h12, eta, chi.

        mesogen generate dimers -o dimers.xyz --count 2500 --semi-axes 1,1.5,2 --distance 2:7 \
      --max-energy 0.1
      """)

  @OptionGroup var set: SetOptions
  @Option(parsing: .unconditional, help: "The number of pairs.")
  var count = 25_000
  @Option(
    name: .long, parsing: .unconditional,
    help: "The semi-axes of the first particle, a,b,c (default: those of the model, or 1,1.5,2).")
  var semiAxes: String?
  @Option(
    name: .customLong("semi-axes-2"), parsing: .unconditional,
    help: "Those of the second, where it differs.")
  var secondSemiAxes: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Distances, MIN:MAX.",
      discussion: "Default: from the closest contact there is to 3 beyond the farthest."))
  var distance: String?
  @Option(help: "Whether the distance is that of the centres or of the surfaces.")
  var distanceKind = Dimers.DistanceKind.centre
  @Option(help: "How distances are spread: evenly, or as places in the shell.")
  var distanceDensity = Dimers.DistanceDensity.uniform
  @Option(parsing: .unconditional, help: "Pairs above this energy are not kept.")
  var maxEnergy: Double?
  @OptionGroup var potential: PotentialOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let dimers = try Dimers(
      parsing: semiAxes, second: secondSemiAxes, distance: distance, kind: distanceKind,
      density: distanceDensity,
      potential: potential.description, maximumEnergy: maxEnergy)
    try set.run(dimers, count: count, global)
  }
}
