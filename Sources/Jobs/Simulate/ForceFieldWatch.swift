internal import GayBerne
internal import Geometry

/// Looks after a simulation with a learned potential: how far each of its frames lies from what was learned
/// from, and how certain the forces are there.
struct ForceFieldWatch {
  private let field: ForceField
  private let mostSpread: Double?
  /// Frames outside of the domain of the model.
  var outside: OutsideFrames
  /// Why the simulation is to stop; nil: it is not.
  private(set) var reason: String?

  /// nil for a potential that was not learned.
  ///
  /// Throws: `InvalidInput` for a largest spread of a potential that has none.
  init?(
    _ potential: any FramePotential, until spread: Double?, outside: OutsideFrames?
  ) throws {
    let field = potential as? ForceField
    guard spread == nil || field?.hasSpread ?? false else {
      throw InvalidInput(
        "until-spread", value: "\(spread ?? 0)",
        expected: "a learned potential (--potential MODEL.npz) with --spread committee")
    }
    guard let field else { return nil }
    self.field = field
    mostSpread = spread
    self.outside = outside ?? OutsideFrames()
  }

  /// Labels a frame with its distance and, where that decides, its spreads. Returns what is to be told.
  ///
  /// Throws: `InvalidInput` for a frame that the potential does not take.
  mutating func look(at frame: inout Frame, step: Int, threads: Int) throws -> String? {
    let distance = try field.distance(of: frame, threads: threads)
    frame.labels["extrapolation"] = distance.map { .real($0.ratio) }
    if let mostSpread {
      let spread = try field.spread(of: frame, forces: true, threads: threads)
      frame.labels["spread_energy"] = .real(spread.energy)
      frame.labels["spread_force"] = .real(spread.largestForce)
      if spread.largestForce > mostSpread {
        reason =
          "stopped at step \(step): the spread of the force on a particle is "
          + "\(spread.largestForce), more than \(mostSpread); the last frame is that one"
      }
    }
    return distance.flatMap { outside.add($0, step, called: "the frame of step") }
  }
}
