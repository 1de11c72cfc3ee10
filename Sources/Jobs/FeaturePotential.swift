public import AniSOAP
public import GayBerne
public import Geometry

/// An energy of AniSOAP features as a potential of frames, for simulations and `energy`.
///
/// It is a function of whole neighbourhoods: two particles act on each other up to twice the cutoff of the
/// features, through the centres that see both.
public struct FeaturePotential: FramePotential {
  /// The features and their derivatives.
  public let gradients: FeatureGradients
  /// The energy of a centre.
  public let energy: any CenterEnergy

  /// Looks so much farther for neighbours where a simulation does not say.
  static let defaultSkin = 0.3

  /// An energy of these features.
  public init(_ gradients: FeatureGradients, energy: any CenterEnergy) {
    (self.gradients, self.energy) = (gradients, energy)
  }

  /// Twice the cutoff of the features.
  public var cutoff: Double? { 2 * gradients.expansion.hyperparameters.cutoff }

  /// Energy, forces, torques and virial; forces cost too little beside the energy to leave them out.
  ///
  /// Throws: `InvalidInput` when the frame lacks orientations or semi-axes, or has a species that the
  /// features do not know.
  public func evaluate(_ frame: Frame, forces: Bool, threads: Int) throws -> Interaction {
    var result = Interaction()
    result.take(try gradients.forces(of: frame, energy: energy, threads: threads))
    if !forces {
      (result.forces, result.torques) = ([], [])
      result.virial = Matrix3x3(diagonal: .zero)
    }
    return result
  }

  /// One that keeps lists and memory.
  ///
  /// Throws: `InvalidInput` as `evaluate`, and for a skin that is not a positive number.
  public func evaluator(for frame: Frame, skin: Double?) throws -> any PotentialEvaluator {
    let skin = skin ?? Self.defaultSkin
    guard skin > 0 else {
      throw InvalidInput("skin of the neighbour list", value: skin, expected: "a positive number")
    }
    return try FeatureEvaluator(self, frame, skin: skin)
  }
}

/// `FeatureForceEvaluator` as simulations know evaluators.
private final class FeatureEvaluator: PotentialEvaluator {
  private let potential: FeaturePotential
  private let frame: Frame
  private let skin: Double
  private let evaluator: FeatureForceEvaluator
  private var forces = FeatureForces()

  init(_ potential: FeaturePotential, _ frame: Frame, skin: Double) throws {
    (self.potential, self.frame, self.skin) = (potential, frame, skin)
    evaluator = try FeatureForceEvaluator(
      potential.gradients, energy: potential.energy, frame: frame, skin: skin)
  }

  func evaluate(
    positions: [Vector3], orientations: [UnitQuaternion], cell: Cell?, threads: Int,
    into result: inout Interaction
  ) throws {
    try evaluator.evaluate(
      positions: positions, orientations: orientations, cell: cell, threads: threads,
      into: &forces)
    result.take(forces)
  }

  var reference: EvaluatorReference? {
    evaluator.reference.map { EvaluatorReference(positions: $0.positions, cell: $0.cell) }
  }

  func restore(_ reference: EvaluatorReference?) throws {
    try evaluator.restore(reference.map { ($0.positions, $0.cell) })
  }

  func copy() throws -> any PotentialEvaluator {
    let copy = try FeatureEvaluator(potential, frame, skin: skin)
    try copy.restore(reference)
    return copy
  }
}

extension Interaction {
  /// Takes the values, and uses the memory that is there.
  fileprivate mutating func take(_ forces: FeatureForces) {
    energy = forces.energy
    energies.take(forces.energies)
    self.forces.take(forces.forces)
    torques.take(forces.torques)
    virial = forces.virial
    (pairCount, singularPairs) = (0, 0)
  }
}

extension Array {
  /// Becomes a copy without new memory where the count is the same.
  fileprivate mutating func take(_ other: [Element]) {
    guard count == other.count else {
      self = other.map { $0 }
      return
    }
    for k in indices { self[k] = other[k] }
  }
}
