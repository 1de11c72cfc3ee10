import ArgumentParser
import Generators
import Recipes

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Make configurations: liquid-crystal phases, crystals, dimers.",
    discussion: """
      Frame k of a set follows from (seed, k) alone: it is the same in a shard (--frames) and with \
      any number of threads.

        mesogen generate nematic -o nematic.xyz --count 100 --order 0:1 --seed 1
        mesogen generate smectic -o smectic.xyz --count 100 --order 0.9 --smectic-order 0:0.95
        mesogen generate dimers -o dimers.xyz --count 2500 --semi-axes 1,1.5,2 --distance 2:7
      """,
    subcommands: [
      GenerateNematicCommand.self, GenerateSmecticCommand.self, GenerateIsotropicCommand.self,
      GenerateCholestericCommand.self, GenerateBiaxialCommand.self, GenerateSmecticBCommand.self,
      GenerateColumnarCommand.self, GenerateCrystalCommand.self,
      GenerateMolecularCrystalCommand.self, GenerateDimersCommand.self,
    ])
}

struct GenerateNematicCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nematic",
    abstract: "Ellipsoids aligned along a director, centres anywhere without overlap.",
    discussion: """
        mesogen generate nematic -o nematic.xyz --count 100 --order 0:1 --packing-fraction 0.3
      """)

  @OptionGroup var phase: PhaseOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try phase.specimen.run(phase.liquidCrystal(.nematic), global)
  }
}

struct GenerateIsotropicCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "isotropic",
    abstract: "Ellipsoids without any order (S = 0 exactly), without overlap.",
    discussion: """
        mesogen generate isotropic -o isotropic.xyz --count 100 --packing-fraction 0.2:0.4
      """)

  @OptionGroup var specimen: SpecimenOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try specimen.run(specimen.liquidCrystal(.isotropic), global)
  }
}

struct GenerateCholestericCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cholesteric",
    abstract: "A nematic whose director turns about a helix axis; the pitch fits the cell.",
    discussion: """
        mesogen generate cholesteric -o cholesteric.xyz --count 100 --particles 500 --half-turns 2
      """)

  @OptionGroup var phase: PhaseOptions
  @Option(
    parsing: .unconditional,
    help: "Half turns in the cell; negative for a left-handed helix.")
  var halfTurns = 2
  @OptionGroup var global: GlobalOptions

  func run() throws {
    var crystal = try phase.liquidCrystal(.cholesteric)
    crystal.halfTurns = halfTurns
    try phase.specimen.run(crystal, global)
  }
}

struct GenerateBiaxialCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "biaxial",
    abstract: "Triaxial ellipsoids aligned along two directors at right angles.",
    discussion: """
        mesogen generate biaxial -o biaxial.xyz --count 100 --order 0.8 --biaxial-order 0:0.6
      """)

  @OptionGroup var phase: PhaseOptions
  @Option(
    parsing: .unconditional, help: "The biaxial order B: a value, or a range over the frames.")
  var biaxialOrder = "0.2"
  @OptionGroup var global: GlobalOptions

  func run() throws {
    var crystal = try phase.liquidCrystal(.biaxial)
    crystal.biaxialOrder = try ValueRange(parsing: biaxialOrder, quantity: "biaxial order")
    try phase.specimen.run(crystal, global)
  }
}

struct GenerateColumnarCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "columnar",
    abstract: "Discs stacked in columns on a hexagonal lattice.",
    discussion: """
        mesogen generate columnar -o columnar.xyz --count 100 --aspect-ratio 0.3
      """)

  @OptionGroup var phase: PhaseOptions
  @Option(
    parsing: .unconditional, help: "The columnar order tau: a value, or a range over the frames.")
  var columnarOrder = "0.85"
  @Option(parsing: .unconditional, help: "Columns in the cell, an even number (default: as fit).")
  var columns: Int?
  @OptionGroup var global: GlobalOptions

  func run() throws {
    var crystal = try phase.liquidCrystal(.columnar)
    crystal.columnarOrder = try ValueRange(parsing: columnarOrder, quantity: "columnar order")
    crystal.columns = columns
    try phase.specimen.run(crystal, global)
  }
}
