public import Generators
public import Geometry
public import OrderParameters

/// The particles of a phase as the command line and recipes describe them.
public struct ParticleShapes: Sendable {
  /// Length over diameter; nil is the default of the phase.
  public var aspectRatio: Double?
  /// The diameter across the symmetry axis, body z.
  public var diameter: Double?
  /// Semi-axes a,b,c in place of these two.
  public var semiAxes: String?
  /// A mixture in place of all: SPECIES:a,b,c or SPECIES:a,b,c:SHARE.
  public var components: [String]
  /// The relative standard deviation of sizes.
  public var polydispersity: Double
  /// The body axis that the order is about.
  public var axis: SymmetryAxis

  /// Equal particles, unless said otherwise.
  public init(
    aspectRatio: Double? = nil, diameter: Double? = nil, semiAxes: String? = nil,
    components: [String] = [], polydispersity: Double = 0, axis: SymmetryAxis = .z
  ) {
    self.aspectRatio = aspectRatio
    self.diameter = diameter
    self.semiAxes = semiAxes
    self.components = components
    self.polydispersity = polydispersity
    self.axis = axis
  }

  /// What the frames of a phase are made of.
  ///
  /// Throws: `InvalidInput` for shapes that are none, or given twice.
  public func population(_ phase: LiquidCrystal.Phase) throws -> Population {
    guard polydispersity >= 0, polydispersity <= 1 else {
      throw InvalidInput(
        "polydispersity", value: polydispersity, expected: "a number between 0 and 1")
    }
    let isUniaxial = aspectRatio != nil || diameter != nil
    let ways = [isUniaxial, semiAxes != nil, !components.isEmpty].count { $0 }
    guard ways <= 1 else {
      throw InvalidInput(
        "shape of the particles", value: "given in \(ways) ways",
        expected: "aspect ratio and diameter, or semi-axes, or components")
    }
    if !components.isEmpty { return Population(try components.map(component)) }
    let axes: SemiAxes
    if let text = semiAxes ?? (isUniaxial ? nil : phase.semiAxes) {
      axes = try Self.axes(parsing: text)
    } else {
      axes = try SemiAxes(aspectRatio: aspectRatio ?? phase.aspectRatio, diameter: diameter ?? 1)
    }
    return Population([
      Population.Component(semiAxes: axes, polydispersity: polydispersity, axis: axis)
    ])
  }

  /// Semi-axes from three numbers.
  ///
  /// Throws: `InvalidInput`.
  public static func axes(parsing text: String) throws -> SemiAxes {
    let v = try SpeciesTriples.triple(parsing: text, quantity: "semi-axes")
    return try SemiAxes(v.x, v.y, v.z)
  }

  private func component(_ text: String) throws -> Population.Component {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 || parts.count == 3, !parts[0].isEmpty,
      let share = parts.count == 2 ? 1 : Double(parts[2]), share.isFinite, share >= 0
    else {
      throw InvalidInput(
        "component", value: "'\(text)'", expected: "SPECIES:a,b,c or SPECIES:a,b,c:SHARE")
    }
    return Population.Component(
      species: parts[0], semiAxes: try Self.axes(parsing: parts[1]), fraction: share,
      polydispersity: polydispersity, axis: axis)
  }
}
