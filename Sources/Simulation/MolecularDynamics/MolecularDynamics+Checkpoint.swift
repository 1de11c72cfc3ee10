public import Foundation
internal import GayBerne
internal import Geometry

extension MolecularDynamics {
  /// What a checkpoint holds. Random streams depend on the step alone.
  private struct Stored: Codable {
    var particles: Int
    var step: Int
    var isEquilibrating: Bool
    var exchanged: Double
    var initialEnergy: Double
    /// The sums over the bodies, whose last digits depend on the way they were made.
    var kinetics: PackedNumbers<Double>
    /// Positions, velocities, angular momenta: three numbers a particle; orientations: four.
    var positions: PackedNumbers<Double>
    var velocities: PackedNumbers<Double>
    var angularMomenta: PackedNumbers<Double>
    var orientations: PackedNumbers<Double>
    /// Nine numbers.
    var lattice: PackedNumbers<Double>?
    /// Where the neighbour lists were built.
    var listPositions: PackedNumbers<Double>?
    var listLattice: PackedNumbers<Double>?
  }

  /// The whole state.
  ///
  /// Throws: an encoding error, which no valid state causes.
  public func checkpoint() throws -> Data {
    let motion = state.motion
    return try StateCoding.encode(
      Stored(
        particles: bodies.count, step: state.step, isEquilibrating: state.isEquilibrating,
        exchanged: state.exchanged, initialEnergy: state.initialEnergy,
        kinetics: packed([
          state.kinetics.diagonal, state.kinetics.off, Vector3(state.kinetics.rotational, 0, 0),
        ]),
        positions: packed(motion.positions), velocities: packed(motion.velocities),
        angularMomenta: packed(motion.angularMomenta),
        orientations: PackedNumbers(motion.orientations.flatMap { [$0.w, $0.x, $0.y, $0.z] }),
        lattice: state.cell.map(packed), listPositions: reference.map { packed($0.positions) },
        listLattice: reference?.cell.map(packed)))
  }

  /// Takes over a state that `checkpoint` wrote.
  ///
  /// Throws: `InvalidInput` when the bytes are no checkpoint or belong to another system.
  public mutating func restore(_ checkpoint: Data) throws {
    let stored = try StateCoding.decode(Stored.self, from: checkpoint)
    let n = bodies.count
    guard stored.particles == n else {
      throw InvalidInput(
        "particles of the checkpoint", value: "\(stored.particles)", expected: "\(n)")
    }
    var new = state
    new.motion.positions = try vectors(stored.positions, n)
    new.motion.velocities = try vectors(stored.velocities, n)
    new.motion.angularMomenta = try vectors(stored.angularMomenta, n)
    let q = stored.orientations.values
    guard q.count == 4 * n else { throw cutOff }
    new.motion.orientations = try (0..<n).map {
      try UnitQuaternion(w: q[4 * $0], x: q[4 * $0 + 1], y: q[4 * $0 + 2], z: q[4 * $0 + 3])
    }
    new.cell = try stored.lattice.map { try cell($0) }
    (new.step, new.isEquilibrating) = (stored.step, stored.isEquilibrating)
    (new.exchanged, new.initialEnergy) = (stored.exchanged, stored.initialEnergy)
    let sums = try vectors(stored.kinetics, 3)
    new.kinetics = Kinetics(diagonal: sums[0], off: sums[1], rotational: sums[2].x)
    let reference = try stored.listPositions.map {
      EvaluatorReference(
        positions: try vectors($0, n), cell: try stored.listLattice.map { try cell($0) })
    }
    let old = (state, self.reference)
    do {
      try restore(reference)
      state = new
      try evaluate(threads: 1)
      try requireDefined()
    } catch {
      state = old.0
      try restore(old.1)
      throw error
    }
  }

  private var cutOff: InvalidInput {
    InvalidInput("checkpoint", value: "cut off", expected: "all numbers of every particle")
  }

  private func packed(_ vectors: [Vector3]) -> PackedNumbers<Double> {
    PackedNumbers(vectors.flatMap { [$0.x, $0.y, $0.z] })
  }

  private func packed(_ cell: Cell) -> PackedNumbers<Double> {
    packed([cell.vector(0), cell.vector(1), cell.vector(2)])
  }

  private func vectors(_ numbers: PackedNumbers<Double>, _ count: Int) throws -> [Vector3] {
    let v = numbers.values
    guard v.count == 3 * count, v.allSatisfy(\.isFinite) else { throw cutOff }
    return (0..<count).map { Vector3(v[3 * $0], v[3 * $0 + 1], v[3 * $0 + 2]) }
  }

  /// Periodicity is that of the start.
  private func cell(_ numbers: PackedNumbers<Double>) throws -> Cell {
    let rows = try vectors(numbers, 3)
    let flags = (0..<3).map { start.cell?.isPeriodic($0) ?? false }
    return try Cell(rows[0], rows[1], rows[2], periodic: (flags[0], flags[1], flags[2]))
  }
}
