public import Geometry

/// A potential energy of whole frames: what a simulation needs of it, whether it is a sum over pairs
/// (`PairPotential`) or a learned function of neighbourhoods.
public protocol FramePotential: Sendable {
  /// Particles at this distance or beyond do not interact; nil: all do.
  var cutoff: Double? { get }

  /// Energy, and on request forces, torques and virial, of a frame, with all periodic images.
  ///
  /// Throws: `InvalidInput` when the frame cannot be evaluated: it says what is missing or wrong.
  func evaluate(_ frame: Frame, forces: Bool, threads: Int) throws -> Interaction

  /// About which body axes a particle of these semi-axes can be turned without changing any energy.
  ///
  /// Throws: `InvalidInput` for a species without parameters.
  func symmetry(of semiAxes: SemiAxes, species: String) throws -> BodySymmetry

  /// What evaluates the particles of this frame again and again while they move. `skin` is how much
  /// farther than the cutoff a neighbour list looks; nil leaves it to the potential.
  ///
  /// Throws: `InvalidInput` when the frame lacks orientations or semi-axes, or the skin is not a
  /// positive number.
  func evaluator(for frame: Frame, skin: Double?) throws -> any PotentialEvaluator

  /// What says by how much the energy changes when particles change one at a time: Monte Carlo.
  func trialEvaluator() -> any TrialEvaluator
}

/// About which body axes a particle can be turned without changing any energy.
public enum BodySymmetry: Equatable, Hashable, Sendable {
  /// About none.
  case none
  /// About this one alone (0, 1, 2): an ellipsoid of revolution.
  case axis(Int)
  /// About all: a sphere.
  case sphere

  /// That of two triples of numbers along the body axes together.
  public init(_ first: Vector3, _ second: Vector3) {
    func alike(_ i: Int, _ j: Int) -> Bool { first[i] == first[j] && second[i] == second[j] }
    switch (alike(0, 1), alike(1, 2), alike(0, 2)) {
    case (true, true, _): self = .sphere
    case (true, _, _): self = .axis(2)
    case (_, true, _): self = .axis(0)
    case (_, _, true): self = .axis(1)
    default: self = .none
    }
  }

  /// That of an ellipsoid of which nothing matters but its shape.
  public init(_ semiAxes: SemiAxes) { self.init(semiAxes.vector, semiAxes.vector) }
}

extension FramePotential {
  /// With the potential's choice of a skin.
  public func evaluator(for frame: Frame) throws -> any PotentialEvaluator {
    try evaluator(for: frame, skin: nil)
  }

  /// By the semi-axes alone.
  public func symmetry(of semiAxes: SemiAxes, species: String) throws -> BodySymmetry {
    BodySymmetry(semiAxes)
  }

  /// One that makes a frame of the particles every time and has it evaluated.
  public func evaluator(for frame: Frame, skin: Double?) throws -> any PotentialEvaluator {
    FrameByFrameEvaluator(self, frame)
  }

  /// One that has the whole frame evaluated for every trial.
  public func trialEvaluator() -> any TrialEvaluator { WholeFrameTrials(self) }
}
