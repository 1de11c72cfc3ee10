import ArgumentParser
import Generators
import Recipes

struct GenerateSmecticCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "smectic",
    abstract: "Ellipsoids aligned along a director, centres in layers without overlap.",
    discussion: """
      With a tilt the phase is smectic C, without one smectic A.

        mesogen generate smectic -o smectic.xyz --count 100 --order 0.9 --smectic-order 0:0.95
      """)

  @OptionGroup var phase: PhaseOptions
  @OptionGroup var layer: LayerOptions
  @Option(
    parsing: .unconditional, help: "The distance between layers (default: the cell is a cube).")
  var layerSpacing: Double?
  @Option(
    parsing: .unconditional,
    help: "Degrees between director and layer normal: a value, or a range over the frames.")
  var tilt = "0"
  @Option(help: "How centres are spread about the layers.")
  var profile = LayerProfile.gaussian
  @OptionGroup var global: GlobalOptions

  func run() throws {
    var crystal = try phase.liquidCrystal(.smectic)
    try layer.apply(to: &crystal)
    crystal.layerSpacing = layerSpacing
    crystal.tilt = try ValueRange(parsing: tilt, quantity: "tilt")
    crystal.profile = profile
    try phase.specimen.run(crystal, global)
  }
}

struct GenerateSmecticBCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "smectic-b",
    abstract: "Ellipsoids in layers, with hexagonal bond order within each.",
    discussion: """
        mesogen generate smectic-b -o smectic-b.xyz --count 100 --hexatic-order 0.6:0.9
      """)

  @OptionGroup var phase: PhaseOptions
  @OptionGroup var layer: LayerOptions
  @Option(
    parsing: .unconditional,
    help: "The bond order psi_6 in a layer: a value, or a range over the frames.")
  var hexaticOrder = "0.8"
  @OptionGroup var global: GlobalOptions

  func run() throws {
    var crystal = try phase.liquidCrystal(.smecticB)
    try layer.apply(to: &crystal)
    crystal.hexaticOrder = try ValueRange(parsing: hexaticOrder, quantity: "hexatic order")
    try phase.specimen.run(crystal, global)
  }
}
