/// A density at which no positions without overlap were found, and how far it got.
public struct PackingFailure: Error, CustomStringConvertible, Equatable, Sendable {
  /// The packing fraction that was asked for.
  public let packingFraction: Double
  /// The packing fraction to which the best positions would have to be diluted, all shapes shrunk
  /// alike, for the overlaps to go.
  public let reached: Double
  /// The number of pairs that overlap in the best positions.
  public let overlaps: Int
  /// How much closer than at contact the worst pair is: 0 at contact, 1 with coinciding centres.
  public let deepest: Double
  /// From how many random starts it was tried.
  public let attempts: Int

  /// One line for the user.
  public var description: String {
    "no positions without overlap at a packing fraction of \(packingFraction) after \(attempts) "
      + "attempts: \(overlaps) pairs still overlap, the worst by \(Self.percent(deepest)) of its "
      + "contact distance; these positions are free of overlap at \(Self.rounded(reached))"
  }

  private static func rounded(_ x: Double) -> String {
    "\((x * 10_000).rounded() / 10_000)"
  }

  private static func percent(_ x: Double) -> String { "\((x * 100_000).rounded() / 1000) %" }
}
