public import Geometry
public import Mathematics

/// An energy that is a sum over centres of a function of each one's features, with its derivative: what
/// `FeatureGradients` makes forces of.
public protocol CenterEnergy: Sendable {
  /// The orders of correlation whose features it reads, one after the other.
  var correlations: [DensityExpansion.Correlation] { get }

  /// The energy of one centre. `gradient` (as long as `features`; anything may stand there) becomes its
  /// derivative by the features.
  ///
  /// `center` is the index of the particle, `type` that of its species in the calculation's table. The
  /// function may be called by several threads at once.
  func energy(
    of features: UnsafeBufferPointer<Double>, center: Int, type: Int,
    gradient: UnsafeMutableBufferPointer<Double>
  ) -> Double
}

/// A linear model: the energy of a centre is a weighted sum of its features, with weights for every
/// centre species, so that the energy of a frame is the same weighted sum of the features summed over
/// its centres.
public struct LinearCenterEnergy: CenterEnergy, Equatable {
  /// The orders of correlation, each once.
  public let correlations: [DensityExpansion.Correlation]
  /// One row for each centre species: the weights of the features of the first order, then of the next.
  public let weights: Matrix
  /// What every centre of a species has besides, one number for each species.
  public let offsets: [Double]

  /// Without offsets these are zero.
  ///
  /// Throws: `InvalidInput` for orders that come twice, another number of offsets than rows, or
  /// numbers that are not finite.
  public init(
    correlations: [DensityExpansion.Correlation], weights: Matrix, offsets: [Double]? = nil
  ) throws {
    guard !correlations.isEmpty, Set(correlations).count == correlations.count else {
      throw InvalidInput(
        "orders of correlation", value: "\(correlations.map(\.rawValue))",
        expected: "1, 2 or 3, each at most once")
    }
    let offsets = offsets ?? Array(repeating: 0, count: weights.rows)
    guard offsets.count == weights.rows else {
      throw InvalidInput(
        "energy offsets", value: "\(offsets.count)", expected: "\(weights.rows), one a species")
    }
    guard (weights.elements + offsets).allSatisfy(\.isFinite) else {
      throw InvalidInput("weights", value: "not finite", expected: "finite numbers")
    }
    self.correlations = correlations
    self.weights = weights
    self.offsets = offsets
  }

  /// The weighted sum; its derivative are the weights.
  public func energy(
    of features: UnsafeBufferPointer<Double>, center: Int, type: Int,
    gradient: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    var energy = offsets[type]
    for (k, weight) in weights.row(type).enumerated() {
      energy += weight * features[k]
      gradient[k] = weight
    }
    return energy
  }
}

/// Energy, forces, torques and virial that follow from an energy of features.
public struct FeatureForces: Equatable, Sendable {
  /// The energy of the frame.
  public var energy = 0.0
  /// The energy of every centre.
  public var energies: [Double] = []
  /// The force on every particle, -dE/dr.
  public var forces: [Vector3] = []
  /// The torque on every particle: minus the derivative by small rotations about the axes of space.
  public var torques: [Vector3] = []
  /// W = sum over ordered pairs of r_ij (outer) F_j, element (a, b) = sum r_a F_b: minus the derivative
  /// of the energy by strain, r -> (1 + strain) r with shapes as they are. W / V is the virial part of
  /// the pressure tensor.
  public var virial = Matrix3x3(diagonal: .zero)

  /// Nothing yet.
  public init() {}
}
