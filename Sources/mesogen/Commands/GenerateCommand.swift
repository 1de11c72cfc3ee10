import ArgumentParser
import Generators
import Recipes

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Make configurations: nematics, smectics, dimers.",
    discussion: """
      Frame k of a set follows from (seed, k) alone: it is the same in a shard (--frames) and with \
      any number of threads.

        mesogen generate nematic -o nematic.xyz --count 100 --order 0:1 --seed 1
        mesogen generate smectic -o smectic.xyz --count 100 --order 0.9 --smectic-order 0:0.95
        mesogen generate dimers -o dimers.xyz --count 2500 --semi-axes 1,1.5,2 --distance 2:7
      """,
    subcommands: [
      GenerateNematicCommand.self, GenerateSmecticCommand.self, GenerateDimersCommand.self,
    ])
}

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

  /// Makes `count` frames with the generator.
  func run(_ generator: any Generator, count: Int, _ global: GlobalOptions) throws {
    let job = try GenerateJob(
      generator: generator, count: count, seed: seed,
      frames: frames.map { try IntegerRange.frames(parsing: $0) }, output: output)
    try Console.report(job.run(global.context), global)
  }
}

/// What every phase takes.
struct PhaseOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "The number of frames.")
  var count = 500
  @Option(parsing: .unconditional, help: "The number of particles in a frame.")
  var particles = 128
  @Option(
    parsing: .unconditional, help: "Length over diameter of the particles; below 1 is oblate.")
  var aspectRatio = 3.0
  @Option(parsing: .unconditional, help: "The diameter across the symmetry axis, body z.")
  var diameter = 1.0
  @Option(
    parsing: .unconditional, help: "The nematic order S: a value, or a range over the frames.")
  var order = "0:1"
  @Option(parsing: .unconditional, help: "Volume of the particles over that of the cell.")
  var packingFraction = "0.30"
  @Option(parsing: .unconditional, help: "The director: random, or x,y,z.")
  var director = "random"

  /// Throws: `InvalidInput`.
  func specimen() throws -> Specimen {
    try Specimen(
      particles: particles, aspectRatio: aspectRatio, diameter: diameter,
      packingFraction: ValueRange(parsing: packingFraction, quantity: "packing fraction"))
  }

  /// Throws: `InvalidInput`.
  func orderRange() throws -> ValueRange { try ValueRange(parsing: order, quantity: "order") }

  /// Throws: `InvalidInput`.
  func directors() throws -> Director { try Director(parsing: director) }
}

struct GenerateNematicCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nematic",
    abstract: "Ellipsoids aligned along a director, centres anywhere without overlap.",
    discussion: """
        mesogen generate nematic -o nematic.xyz --count 100 --order 0:1 --packing-fraction 0.3
      """)

  @OptionGroup var set: SetOptions
  @OptionGroup var phase: PhaseOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try set.run(
      Nematic(
        specimen: phase.specimen(), order: phase.orderRange(), director: phase.directors()),
      count: phase.count, global)
  }
}

struct GenerateSmecticCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "smectic",
    abstract: "Ellipsoids aligned along a director, centres in layers without overlap.",
    discussion: """
        mesogen generate smectic -o smectic.xyz --count 100 --order 0.9 --smectic-order 0:0.95
      """)

  @OptionGroup var set: SetOptions
  @OptionGroup var phase: PhaseOptions
  @Option(
    parsing: .unconditional,
    help: "The layer order tau: a value, or a range over the frames.")
  var smecticOrder = "0.85"
  @Option(parsing: .unconditional, help: "Layers in the cell (default: as fit best).")
  var layers: Int?
  @Option(
    parsing: .unconditional, help: "The distance between layers (default: the cell is a cube).")
  var layerSpacing: Double?
  @Option(parsing: .unconditional, help: "Degrees between director and layer normal.")
  var tilt = "0"
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try set.run(
      Smectic(
        specimen: phase.specimen(), order: phase.orderRange(),
        smecticOrder: ValueRange(parsing: smecticOrder, quantity: "smectic order"),
        layers: layers, layerSpacing: layerSpacing,
        tilt: ValueRange(parsing: tilt, quantity: "tilt"), director: phase.directors()),
      count: phase.count, global)
  }
}
