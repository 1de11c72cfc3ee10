internal import ArgumentParser
internal import Generators
internal import Jobs

/// `mesogen generate nematic`.
struct NematicStep: PhaseStep {
  typealias Values = PhaseSettings
  static let phase = PhaseSettings.Phase.nematic
  static let configuration = CommandConfiguration(
    commandName: phase.rawValue,
    abstract: "Ellipsoids aligned along a director, centres anywhere without overlap.",
    discussion: """
        mesogen generate nematic -o nematic.xyz --count 100 --order 0:1 --packing-fraction 0.3
      """)

  @OptionGroup var set: SetOptions
  @OptionGroup var options: PhaseOptions

  init() {}
}

/// `mesogen generate isotropic`.
struct IsotropicStep: PhaseStep {
  typealias Values = PhaseSettings
  static let phase = PhaseSettings.Phase.isotropic
  static let configuration = CommandConfiguration(
    commandName: phase.rawValue,
    abstract: "Ellipsoids without any order (S = 0 exactly), without overlap.",
    discussion: """
        mesogen generate isotropic -o isotropic.xyz --count 100 --packing-fraction 0.2:0.4
      """)

  @OptionGroup var set: SetOptions
  @OptionGroup var options: SpecimenOptions

  init() {}
}

/// `mesogen generate smectic`.
struct SmecticStep: PhaseStep {
  typealias Values = PhaseSettings
  static let phase = PhaseSettings.Phase.smectic
  static let configuration = CommandConfiguration(
    commandName: phase.rawValue,
    abstract: "Ellipsoids aligned along a director, centres in layers without overlap.",
    discussion: """
      With a tilt the phase is smectic C, without one smectic A.

        mesogen generate smectic -o smectic.xyz --count 100 --order 0.9 --smectic-order 0:0.95
      """)

  @OptionGroup var set: SetOptions
  @OptionGroup var options: PhaseOptions
  @OptionGroup var layer: LayerOptions
  @Option(
    parsing: .unconditional, help: "The distance between layers (default: the cell is a cube).")
  var layerSpacing: Double?
  @Option(
    parsing: .unconditional,
    help: "Degrees between director and layer normal: a value, or a range over the frames.")
  var tilt = PhaseSettings().tilt
  @Option(help: "How centres are spread about the layers.")
  var profile = PhaseSettings().profile

  init() {}
}

/// `mesogen generate smectic-b`.
struct SmecticBStep: PhaseStep {
  typealias Values = PhaseSettings
  static let phase = PhaseSettings.Phase.smecticB
  static let configuration = CommandConfiguration(
    commandName: phase.rawValue,
    abstract: "Ellipsoids in layers, with hexagonal bond order within each.",
    discussion: """
        mesogen generate smectic-b -o smectic-b.xyz --count 100 --hexatic-order 0.6:0.9
      """)

  @OptionGroup var set: SetOptions
  @OptionGroup var options: PhaseOptions
  @OptionGroup var layer: LayerOptions
  @Option(
    parsing: .unconditional,
    help: "The bond order psi_6 in a layer: a value, or a range over the frames.")
  var hexaticOrder = PhaseSettings().hexaticOrder

  init() {}
}

/// `mesogen generate cholesteric`.
struct CholestericStep: PhaseStep {
  typealias Values = PhaseSettings
  static let phase = PhaseSettings.Phase.cholesteric
  static let configuration = CommandConfiguration(
    commandName: phase.rawValue,
    abstract: "A nematic whose director turns about a helix axis; the pitch fits the cell.",
    discussion: """
        mesogen generate cholesteric -o cholesteric.xyz --count 100 --particles 500 --half-turns 2
      """)

  @OptionGroup var set: SetOptions
  @OptionGroup var options: PhaseOptions
  @Option(
    parsing: .unconditional,
    help: "Half turns in the cell; negative for a left-handed helix.")
  var halfTurns = PhaseSettings().halfTurns

  init() {}
}

/// `mesogen generate biaxial`.
struct BiaxialStep: PhaseStep {
  typealias Values = PhaseSettings
  static let phase = PhaseSettings.Phase.biaxial
  static let configuration = CommandConfiguration(
    commandName: phase.rawValue,
    abstract: "Triaxial ellipsoids aligned along two directors at right angles.",
    discussion: """
        mesogen generate biaxial -o biaxial.xyz --count 100 --order 0.8 --biaxial-order 0:0.6
      """)

  @OptionGroup var set: SetOptions
  @OptionGroup var options: PhaseOptions
  @Option(
    parsing: .unconditional, help: "The biaxial order B: a value, or a range over the frames.")
  var biaxialOrder = PhaseSettings().biaxialOrder

  init() {}
}

/// `mesogen generate columnar`.
struct ColumnarStep: PhaseStep {
  typealias Values = PhaseSettings
  static let phase = PhaseSettings.Phase.columnar
  static let configuration = CommandConfiguration(
    commandName: phase.rawValue,
    abstract: "Discs stacked in columns on a hexagonal lattice.",
    discussion: """
        mesogen generate columnar -o columnar.xyz --count 100 --aspect-ratio 0.3
      """)

  @OptionGroup var set: SetOptions
  @OptionGroup var options: PhaseOptions
  @Option(
    parsing: .unconditional, help: "The columnar order tau: a value, or a range over the frames.")
  var columnarOrder = PhaseSettings().columnarOrder
  @Option(parsing: .unconditional, help: "Columns in the cell, an even number (default: as fit).")
  var columns: Int?

  init() {}
}
