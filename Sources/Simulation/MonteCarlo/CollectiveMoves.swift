internal import GayBerne
internal import Geometry

/// Moves under a potential that is no sum over pairs: its own evaluator says what each costs.
///
/// One domain holds all particles, so that moves follow each other; whatever the potential can share
/// out among threads it may.
final class CollectiveMoves: MoveRule, @unchecked Sendable {
  private let evaluator: any TrialEvaluator
  private let threads: Int
  /// What the potential could not evaluate: no move is taken any more.
  private(set) var error: (any Error)?

  init(_ potential: any FramePotential, threads: Int) {
    evaluator = potential.trialEvaluator()
    self.threads = threads
  }

  /// Before the moves of a sweep.
  func begin(_ frame: Frame) throws { try evaluator.reset(to: frame, threads: threads) }

  /// The last change asked for is made.
  func accept() { evaluator.accept() }

  func change(
    _ moves: DomainMoves, _ trial: Trial, from: Vector3?, to point: CellPoint,
    limit: (Double) -> Bool, _ work: DomainMoves.Work
  ) -> Double? {
    let turn = trial.turn ?? moves.store.orientation(trial.slot)
    let particle = Self.particle(moves, trial.slot, trial.kind, at: point.position, turn)
    let change = change([particle])
    guard limit(change) else { return nil }
    evaluator.accept()
    return change
  }

  /// The change of the energy if the particles in these slots are as they stand there.
  func change(_ moves: DomainMoves, slots: [Int]) -> Double {
    let store = moves.store
    return change(
      slots.map { slot in
        Self.particle(
          moves, slot, Int(store.kinds.base[slot]), at: store.position(slot),
          store.orientation(slot))
      })
  }

  private func change(_ particles: [TrialParticle]) -> Double {
    guard error == nil else { return .infinity }
    do {
      let change = try evaluator.change(by: particles, threads: threads)
      guard !change.isNaN else {
        throw InvalidInput(
          "energy with particle \(particles[0].index) moved", value: change,
          expected: "a number")
      }
      return change
    } catch {
      self.error = error
      return .infinity
    }
  }

  private static func particle(
    _ moves: DomainMoves, _ slot: Int, _ kind: Int, at position: Vector3, _ q: SIMD4<Double>
  ) -> TrialParticle {
    let body = moves.model.kinds[kind]
    // Of length 1 since the start: this cannot fail.
    let turn = (try? UnitQuaternion(w: q[0], x: q[1], y: q[2], z: q[3])) ?? .identity
    return TrialParticle(
      index: Int(moves.store.particles[slot]), position: position, orientation: turn,
      semiAxes: body.semiAxes, species: body.species)
  }

  /// Throws: `InvalidInput` when the energy of a starting frame is no finite number.
  static func check(_ potential: any FramePotential, _ frame: Frame) throws {
    let found = try potential.evaluate(frame, forces: false, threads: 1)
    if let (i, j) = found.firstSingularPair {
      throw InvalidInput(
        "energy of particles \(i) and \(j) of the starting frame", value: Double.infinity,
        expected: "a finite number")
    }
    guard found.energy.isFinite else {
      throw InvalidInput(
        "energy of the starting frame", value: found.energy, expected: "a finite number")
    }
  }
}

extension MonteCarlo {
  /// The rule of moves of a potential that is no sum over pairs; nil for others.
  func collectiveMoves(threads: Int) -> CollectiveMoves? {
    guard case .collective(let potential) = model.interaction else { return nil }
    return CollectiveMoves(potential, threads: threads)
  }
}
