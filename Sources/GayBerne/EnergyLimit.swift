internal import Geometry

/// A ceiling for the energies of a learning set, which counts the energies that it changed.
public struct EnergyLimit: Equatable, Sendable {
  /// What becomes of a configuration whose energy is above the ceiling.
  public enum Action: String, CaseIterable, Codable, Sendable {
    /// Its energy is replaced by the ceiling.
    case cap
    /// The configuration is left out.
    case drop
  }

  /// The ceiling.
  public let maximum: Double
  /// What becomes of configurations above it.
  public let action: Action
  /// How many energies were capped.
  public private(set) var capped = 0
  /// How many configurations were left out.
  public private(set) var dropped = 0

  /// Throws: `InvalidInput` unless the ceiling is a number.
  public init(maximum: Double, action: Action) throws {
    guard !maximum.isNaN else {
      throw InvalidInput("largest energy", value: maximum, expected: "a number")
    }
    self.maximum = maximum
    self.action = action
  }

  /// The energy that is kept; nil when the configuration is left out. Infinite energies are above
  /// every finite ceiling.
  public mutating func apply(_ energy: Double) -> Double? {
    if energy <= maximum { return energy }
    switch action {
    case .cap:
      capped += 1
      return maximum
    case .drop:
      dropped += 1
      return nil
    }
  }
}
