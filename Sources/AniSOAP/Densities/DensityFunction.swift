internal import Foundation
public import Geometry

/// Any density of a particle, as a function of the position in its body frame.
public struct DensityFunction: Sendable {
  /// The density at a position relative to the particle's centre, along its body axes.
  public let value: @Sendable (Vector3) -> Double
  /// Beyond this distance from the centre the density counts as zero.
  public let reach: Double

  /// Throws: `InvalidInput` unless the reach is positive and finite.
  public init(reach: Double, _ value: @escaping @Sendable (Vector3) -> Double) throws {
    guard reach > 0, reach.isFinite else {
      throw InvalidInput("reach of a density", value: reach, expected: "a positive number")
    }
    (self.reach, self.value) = (reach, value)
  }

  /// One of the densities that `SeparableExpansion` knows, of unit mass.
  public init(_ density: ParticleDensity, semiAxes: SemiAxes) {
    let axes = semiAxes.vector
    let product = axes.x * axes.y * axes.z
    switch density {
    case .gaussian:
      let scale = 1 / ((2 * Double.pi) * (2 * Double.pi).squareRoot() * product)
      // exp(-50) is 2e-22.
      reach = 10 * semiAxes.largest
      value = { scale * exp(-0.5 * ($0 / axes).lengthSquared) }
    case .box:
      let scale = 1 / (8 * product)
      reach = axes.length
      value = { r in
        abs(r.x) < axes.x && abs(r.y) < axes.y && abs(r.z) < axes.z ? scale : 0
      }
    case .exponential:
      let scale = 1 / (8 * product)
      reach = 50 * semiAxes.largest
      value = { r in
        scale * exp(-(abs(r.x) / axes.x + abs(r.y) / axes.y + abs(r.z) / axes.z))
      }
    }
  }
}
