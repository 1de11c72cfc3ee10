public import ArgumentParser
public import Generators
public import Jobs
internal import OrderParameters

extension OrientationalDistribution: ExpressibleByArgument {}
extension LayerProfile: ExpressibleByArgument {}

extension AxisDraws: EnumerableFlag {
  /// What the help says of each.
  public static func help(for value: AxisDraws) -> ArgumentHelp? {
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

/// Particles and density of every liquid-crystal phase.
struct SpecimenOptions: ParsableArguments, Sendable {
  private static let standard = PhaseSettings()

  @Option(parsing: .unconditional, help: "The number of frames.")
  var count = Self.standard.count
  @Option(parsing: .unconditional, help: "The number of particles in a frame.")
  var particles = Self.standard.particles
  @Option(
    parsing: .unconditional,
    help: """
      Length over diameter of the particles; below 1 is oblate (default: \
      \(Self.each { "\(Figure.short($0.aspectRatio))" })).
      """)
  var aspectRatio: Double?
  @Option(
    parsing: .unconditional,
    help: """
      The diameter across the symmetry axis, body z (default: \(PhaseSettings.defaultDiameter)).
      """)
  var diameter: Double?
  @Option(
    parsing: .unconditional,
    help: """
      Semi-axes a,b,c in place of these two (default of \
      \(Self.each { $0.semiAxes })).
      """)
  var semiAxes: String?
  @Option(
    parsing: .unconditionalSingleValue,
    help: "A species of a mixture: SPECIES:a,b,c or SPECIES:a,b,c:SHARE (repeatable).")
  var component: [String] = []
  @Option(parsing: .unconditional, help: "The relative standard deviation of the sizes.")
  var polydispersity = Self.standard.polydispersity
  @Option(help: "The body axis that is aligned.")
  var axis = Self.standard.axis
  @Option(parsing: .unconditional, help: "Volume of the particles over that of the cell.")
  var packingFraction = Self.standard.packingFraction
  @Flag(help: "Leave overlaps as they are drawn; frames record the deepest.")
  var soft = false
  @Option(help: "From how many random starts positions without overlap are sought.")
  var attempts = Self.standard.attempts
  @Option(help: "The distribution that axes are drawn from.")
  var distribution = Self.standard.distribution
  @Flag
  var draws = Self.standard.draws

  init() {}

  /// The defaults of the phases that have one: "nematic 3, columnar 0.333", phases with the same one
  /// together.
  static func each(_ value: (PhaseSettings.Phase) -> String?) -> String {
    var (texts, phases): ([String], [[String]]) = ([], [])
    for phase in PhaseSettings.Phase.allCases {
      guard let text = value(phase) else { continue }
      if let known = texts.firstIndex(of: text) {
        phases[known].append(phase.rawValue)
      } else {
        texts.append(text)
        phases.append([phase.rawValue])
      }
    }
    return zip(texts, phases).map { "\($1.joined(separator: ", ")): \($0)" }
      .joined(separator: "; ")
  }
}

/// Numbers in help texts.
enum Figure {
  /// Three decimals at most.
  static func short(_ value: Double) -> String { "\((1000 * value).rounded() / 1000)" }
}

/// What every phase with a director takes.
struct PhaseOptions: ParsableArguments, Sendable {
  @OptionGroup var specimen: SpecimenOptions
  @Option(
    parsing: .unconditional,
    help: """
      The nematic order S: a value, or a range over the frames (default: \
      \(SpecimenOptions.each { $0 == .isotropic ? nil : "\($0.order)" }); of a cholesteric about the \
      local director).
      """)
  var order: String?
  @Option(
    parsing: .unconditional,
    help: "The director (of a cholesteric: the helix axis): random, or x,y,z.")
  var director = PhaseSettings().director

  init() {}
}

/// What layers take.
struct LayerOptions: ParsableArguments, Sendable {
  @Option(
    parsing: .unconditional,
    help: "The layer order tau: a value, or a range over the frames.")
  var smecticOrder = PhaseSettings().smecticOrder
  @Option(parsing: .unconditional, help: "Layers in the cell (default: as fit best).")
  var layers: Int?

  init() {}
}

/// The options of a liquid-crystal phase.
protocol PhaseStep: GeneratorStep where Values == PhaseSettings {
  static var phase: PhaseSettings.Phase { get }
}

extension PhaseStep {
  func settings() throws -> PhaseSettings {
    var settings = try values()
    settings.phase = Self.phase
    return settings
  }
}
