public import ArgumentParser
public import Generators
import Geometry
import OrderParameters
import Recipes

extension OrientationalDistribution: ExpressibleByArgument {}
extension LayerProfile: ExpressibleByArgument {}

/// What every set of frames takes.
struct SetOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "Where the frames go (.xyz, .xyz.gz; - is standard output).")
  var output: String
  @Option(parsing: .unconditional, help: "The seed of all random numbers.")
  var seed: UInt64 = 1
  @Option(
    parsing: .unconditional,
    help: "A shard: which frames of the set to make, half-open and counted from 0, as 500:600.")
  var frames: String?
  @Flag(
    help: "Keep finished parts beside the output when interrupted, and go on from those there are.")
  var resume = false

  /// Makes `count` frames with the generator.
  func run(
    _ generator: any Generator, count: Int, companion: GenerateJob.Companion? = nil,
    _ global: GlobalOptions
  ) throws {
    var job = try GenerateJob(
      generator: generator, count: count, seed: seed,
      frames: frames.map { try IntegerRange.frames(parsing: $0) }, output: output)
    job.companion = companion
    job.resume = resume
    try Console.report(job.run(global.context), global)
  }
}

/// What becomes of axes that are drawn.
enum AxisDraws: String, EnumerableFlag {
  case exact
  case independent

  static func help(for value: AxisDraws) -> ArgumentHelp? {
    switch value {
    case .exact: "Bend the draws of axes until the order is exactly the target."
    case .independent:
      """
      Leave them independent: the measured S of N particles scatters, and its largest eigenvalue \
      is biased, 0.82/sqrt(N) for isotropic ones.
      """
    }
  }
}

/// How many frames there are, where nothing else says so.
struct CountOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "The number of frames.")
  var count = 500
}

/// Particles and density of every liquid-crystal phase.
struct SpecimenOptions: ParsableArguments {
  @OptionGroup var set: SetOptions
  @OptionGroup var number: CountOptions
  @Option(parsing: .unconditional, help: "The number of particles in a frame.")
  var particles = 128
  @Option(
    parsing: .unconditional,
    help: "Length over diameter of the particles; below 1 is oblate (default: 3; columnar: 1/3).")
  var aspectRatio: Double?
  @Option(
    parsing: .unconditional, help: "The diameter across the symmetry axis, body z (default: 1).")
  var diameter: Double?
  @Option(
    parsing: .unconditional,
    help: "Semi-axes a,b,c in place of these two (default of biaxial: 0.4,0.6,1.5).")
  var semiAxes: String?
  @Option(
    parsing: .unconditionalSingleValue,
    help: "A species of a mixture: SPECIES:a,b,c or SPECIES:a,b,c:SHARE (repeatable).")
  var component: [String] = []
  @Option(parsing: .unconditional, help: "The relative standard deviation of the sizes.")
  var polydispersity = 0.0
  @Option(help: "The body axis that is aligned.")
  var axis = SymmetryAxis.z
  @Option(parsing: .unconditional, help: "Volume of the particles over that of the cell.")
  var packingFraction = "0.30"
  @Flag(help: "Leave overlaps as they are drawn; frames record the deepest.")
  var soft = false
  @Option(help: "From how many random starts positions without overlap are sought.")
  var attempts = 3
  @Option(help: "The distribution that axes are drawn from.")
  var distribution = OrientationalDistribution.watson
  @Flag
  var draws = AxisDraws.exact

  /// The phase with these particles.
  ///
  /// Throws: `InvalidInput`.
  func liquidCrystal(_ phase: LiquidCrystal.Phase) throws -> LiquidCrystal {
    let shapes = ParticleShapes(
      aspectRatio: aspectRatio, diameter: diameter, semiAxes: semiAxes, components: component,
      polydispersity: polydispersity, axis: axis)
    var crystal = LiquidCrystal(
      phase,
      specimen: Specimen(
        particles: particles, population: try shapes.population(phase),
        packingFraction: try ValueRange(parsing: packingFraction, quantity: "packing fraction"),
        overlaps: soft ? .allowed : .forbidden, attempts: attempts))
    crystal.sampling = AxisSampling(
      distribution: distribution, isExact: draws == .exact)
    return crystal
  }

  /// Makes the frames.
  func run(_ crystal: LiquidCrystal, _ global: GlobalOptions) throws {
    try set.run(crystal.generator, count: number.count, global)
  }
}

/// What every phase with a director takes.
struct PhaseOptions: ParsableArguments {
  @OptionGroup var specimen: SpecimenOptions
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The nematic order S: a value, or a range over the frames.",
      discussion: "Default: nematic and smectic 0:1, cholesteric (about the local director) 0.7, "
        + "biaxial 0.8, smectic-b and columnar 0.9."))
  var order: String?
  @Option(
    parsing: .unconditional,
    help: "The director (of a cholesteric: the helix axis): random, or x,y,z.")
  var director = "random"

  /// The phase with these particles and director.
  ///
  /// Throws: `InvalidInput`.
  func liquidCrystal(_ phase: LiquidCrystal.Phase) throws -> LiquidCrystal {
    var crystal = try specimen.liquidCrystal(phase)
    crystal.order =
      try order.map { try ValueRange(parsing: $0, quantity: "order") } ?? crystal.order
    crystal.director = try Director(parsing: director)
    return crystal
  }
}

/// What layers take.
struct LayerOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "The layer order tau: a value, or a range over the frames.")
  var smecticOrder = "0.85"
  @Option(parsing: .unconditional, help: "Layers in the cell (default: as fit best).")
  var layers: Int?

  /// Throws: `InvalidInput`.
  func apply(to crystal: inout LiquidCrystal) throws {
    crystal.smecticOrder = try ValueRange(parsing: smecticOrder, quantity: "smectic order")
    crystal.layers = layers
  }
}
