public import GayBerne
internal import Geometry

/// Which energies are computed, and of which frames.
public struct EnergySettings: Settings {
  /// The potential.
  public var interaction = PotentialSettings()
  /// Whether forces and torques are wanted.
  public var forces = false
  /// Whether the spreads of a learned potential are wanted.
  public var spread = false
  /// A ceiling for energies; nil: none.
  public var maxEnergy: Double?
  /// What becomes of frames above the ceiling; nil is `defaultAbove`.
  public var above: EnergyLimit.Action?
  /// Frames `first:end` of the file, half-open and counted from 0; nil: all.
  public var selectFrames: String?
  /// Shapes in place of the file's.
  public var shapes = ShapeSettings()
  /// What is said of the file.
  public var reading = ReadSettings()

  /// What becomes of frames above the ceiling, where it is not said.
  public static let defaultAbove = EnergyLimit.Action.cap

  /// Gay-Berne energies of all frames.
  public init() {}

  /// The ceiling.
  ///
  /// Throws: `InvalidInput` for an action without a ceiling.
  public func limit() throws -> EnergyLimit? {
    if let above, maxEnergy == nil {
      throw InvalidInput("above", value: above.rawValue, expected: "a largest energy with it")
    }
    return try maxEnergy.map {
      try EnergyLimit(maximum: $0, action: above ?? Self.defaultAbove)
    }
  }

  /// The potential, which has forces where they are wanted.
  ///
  /// Throws: `InvalidInput` for values that make no sense, alone or together.
  public func potential() throws -> any FramePotential {
    guard !(forces && interaction.potential == .hard) else {
      throw InvalidInput("forces", value: "hard ellipsoids", expected: "a smooth potential")
    }
    return try interaction.makeFramePotential()
  }
}
