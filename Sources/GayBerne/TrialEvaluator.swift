public import Geometry

/// A particle as a trial move of Monte Carlo would have it.
public struct TrialParticle: Equatable, Sendable {
  /// The number of the particle in the frame.
  public var index: Int
  /// Its centre.
  public var position: Vector3
  /// Its orientation.
  public var orientation: UnitQuaternion
  /// Its semi-axes, which change when particles of different kinds are exchanged.
  public var semiAxes: SemiAxes
  /// Its species, likewise.
  public var species: String

  /// All of it.
  public init(
    index: Int, position: Vector3, orientation: UnitQuaternion, semiAxes: SemiAxes, species: String
  ) {
    self.index = index
    self.position = position
    self.orientation = orientation
    self.semiAxes = semiAxes
    self.species = species
  }
}

/// What Monte Carlo asks of a potential of whole neighbourhoods: by how much the energy of a frame
/// changes when one or two particles change.
///
/// `FramePotential.trialEvaluator` makes one. The default evaluates the whole frame for every trial;
/// a potential whose energy is a sum of local terms gives one of its own, which evaluates only the
/// terms that the particles touch (those of all centres within the cutoff of the old or the new
/// place). It has one owner at a time.
///
/// What it says must depend on the present frame and the trial alone, to the last bit: a simulation
/// that was interrupted begins with a new evaluator.
public protocol TrialEvaluator: AnyObject {
  /// Takes this frame as the present one, whatever came before.
  ///
  /// Throws: `InvalidInput` when the frame cannot be evaluated.
  func reset(to frame: Frame, threads: Int) throws

  /// The energy with these particles changed, less that of the present frame; +infinity where the
  /// potential is not defined. The present frame stays.
  ///
  /// Throws: `InvalidInput` when it cannot be evaluated; the simulation then stops.
  func change(by trials: [TrialParticle], threads: Int) throws -> Double

  /// The trial that `change` was asked for last is the present frame from now on.
  func accept()
}

/// The evaluator of a potential that has none of its own: the energy of the whole frame, before and after.
final class WholeFrameTrials<Potential: FramePotential>: TrialEvaluator {
  private let potential: Potential
  private var present: (frame: Frame, energy: Double)
  private var trial: (frame: Frame, energy: Double)

  init(_ potential: Potential) {
    self.potential = potential
    present = (Frame(positions: []), 0)
    trial = present
  }

  func reset(to frame: Frame, threads: Int) throws {
    present = (frame, try potential.evaluate(frame, forces: false, threads: threads).energy)
  }

  func change(by trials: [TrialParticle], threads: Int) throws -> Double {
    var frame = present.frame
    var axes = frame.semiAxes
    for particle in trials {
      frame.move(particle.index, to: particle.position)
      try frame.turn(particle.index, to: particle.orientation)
      if frame.species[particle.index] != particle.species {
        frame.rename(particle.index, particle.species)
      }
      axes?[particle.index] = particle.semiAxes
    }
    if axes != frame.semiAxes { try frame.set(semiAxes: axes) }
    let energy = try potential.evaluate(frame, forces: false, threads: threads).energy
    trial = (frame, energy)
    return energy < .infinity ? energy - present.energy : .infinity
  }

  func accept() { present = trial }
}
