public import ArgumentParser
public import Generators
internal import Jobs

extension Dimers.DistanceDensity: ExpressibleByArgument {}
extension Dimers.DistanceKind: ExpressibleByArgument {}

/// `mesogen generate dimers`.
struct DimersStep: GeneratorStep {
  typealias Values = DimerSettings
  static let configuration = CommandConfiguration(
    commandName: "dimers",
    abstract: "Pairs of ellipsoids at random, labelled with their energy.",
    discussion: """
      The count is of kept pairs: with --max-energy those above it are drawn anew. Frames carry \
      energy, h12, eta, chi.

        mesogen generate dimers -o dimers.xyz --count 2500 --semi-axes 1,1.5,2 --distance 2:7 \
      --max-energy 0.1
      """)
  private static let standard = DimerSettings()

  @OptionGroup var set: SetOptions
  @Option(parsing: .unconditional, help: "The number of pairs.")
  var count = Self.standard.count
  @Option(
    name: .long, parsing: .unconditional,
    help: """
      The semi-axes of the first particle, a,b,c (default: those of the model, or \
      \(DimerSettings.defaultSemiAxes)).
      """)
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
  var distanceKind = Self.standard.distanceKind
  @Option(help: "How distances are spread: evenly, or as places in the shell.")
  var distanceDensity = Self.standard.distanceDensity
  @Option(parsing: .unconditional, help: "Pairs above this energy are not kept.")
  var maxEnergy: Double?
  @OptionGroup var interaction: PotentialOptions

  init() {}
}
