public import Foundation
internal import Geometry
internal import Mathematics

/// The state of a simulation as it is stored.
private struct StoredState: Codable {
  static let version = 1

  var version: Int
  var count: Int
  var lattice: PackedNumbers<Double>
  var cellCounts: [Int]
  var reach: [Int]
  var capacity: Int
  /// How many particles every cell has, and who they are, cell by cell.
  var occupancy: PackedNumbers<Int32>
  var members: PackedNumbers<Int32>
  /// Three numbers for every member.
  var positions: PackedNumbers<Double>
  var orientations: PackedNumbers<Double>
  var kinds: PackedNumbers<Int32>
  var particles: PackedNumbers<Int32>
  var conditions: Conditions
  var steps: StepSizes
  var step: Int
  var isEquilibrating: Bool
  var recent: MoveTally
  var total: MoveTally
  var energy: Double
  var alignment: Double
  var drift: Double
}

extension MonteCarlo {
  /// The whole state. Random numbers depend on seed, sweep and domain alone, so that they need no
  /// state of their own.
  public func checkpoint() throws -> Data {
    let store = state.store
    let members = (0..<store.cellCount).flatMap { cell in
      (0..<Int(store.occupancy.base[cell])).map { Int32(store.slot(cell * store.capacity + $0)) }
    }
    return try StateCoding.encode(
      StoredState(
        version: StoredState.version, count: store.count,
        lattice: PackedNumbers(store.box.rows.flatMap { [$0.x, $0.y, $0.z] }),
        cellCounts: [store.stencil.counts.x, store.stencil.counts.y, store.stencil.counts.z],
        reach: [store.stencil.reach.x, store.stencil.reach.y, store.stencil.reach.z],
        capacity: store.capacity, occupancy: PackedNumbers(store.occupancy.values),
        members: PackedNumbers(members),
        positions: PackedNumbers(
          members.flatMap { slot in
            let p = store.position(Int(slot))
            return [p.x, p.y, p.z]
          }),
        orientations: PackedNumbers(store.orientations.values),
        kinds: PackedNumbers(store.kinds.values), particles: PackedNumbers(store.particles),
        conditions: state.conditions, steps: state.steps, step: state.step,
        isEquilibrating: state.isEquilibrating, recent: state.recent, total: state.total,
        energy: state.energy, alignment: state.alignment, drift: state.drift))
  }

  /// Takes over a state.
  ///
  /// Throws: `InvalidInput` when the bytes are no checkpoint, or one of another system.
  public mutating func restore(_ checkpoint: Data) throws {
    let stored = try StateCoding.decode(StoredState.self, from: checkpoint)
    guard stored.version == StoredState.version, fits(stored) else {
      throw InvalidInput(
        "checkpoint", value: "that of another system or version",
        expected: "one of a simulation with the same settings and starting frame")
    }
    let lattice = stored.lattice.values
    let box = CellBox(
      (0..<3).map { Vector3(lattice[3 * $0], lattice[3 * $0 + 1], lattice[3 * $0 + 2]) })
    let counts = SIMD3(stored.cellCounts[0], stored.cellCounts[1], stored.cellCounts[2])
    var store = state.store.copy()
    store.restore(
      box: box, counts: counts, reach: SIMD3(stored.reach[0], stored.reach[1], stored.reach[2]),
      capacity: stored.capacity, occupancy: stored.occupancy.values,
      members: stored.members.values, positions: stored.positions.values,
      particles: stored.particles.values)
    store.kinds.base.update(from: stored.kinds.values, count: store.count + 1)
    store.orientations.base.update(from: stored.orientations.values, count: 4 * store.count)
    for slot in 0..<store.count {
      model.write(
        kind: Int(store.kinds.base[slot]), orientation: store.orientation(slot),
        to: store.records.base + model.stride * slot)
    }
    state = State(
      store: store, conditions: stored.conditions, steps: stored.steps, step: stored.step,
      isEquilibrating: stored.isEquilibrating, recent: stored.recent, total: stored.total,
      energy: stored.energy, alignment: stored.alignment, drift: stored.drift)
  }

  /// Whether all numbers of the stored state are there and in their ranges: it may be damaged.
  private func fits(_ stored: StoredState) -> Bool {
    let count = state.store.count
    guard stored.count == count, stored.step >= 0, stored.lattice.values.count == 9,
      stored.cellCounts.count == 3, stored.cellCounts.allSatisfy({ (1...128).contains($0) }),
      stored.reach.count == 3, stored.reach.allSatisfy({ (1...2_000).contains($0) }),
      stored.members.values.count == count, stored.positions.values.count == 3 * count,
      stored.orientations.values.count == 4 * count, stored.particles.values.count == count,
      stored.kinds.values.count == count + 1,
      stored.kinds.values.allSatisfy({ model.kinds.indices.contains(Int($0)) }),
      stored.steps.translations.count == model.groupCount,
      stored.steps.rotations.count == model.groupCount,
      stored.recent.translations.count == model.groupCount,
      stored.recent.rotations.count == model.groupCount,
      stored.total.translations.count == model.groupCount,
      stored.total.rotations.count == model.groupCount,
      (stored.lattice.values + stored.positions.values + stored.orientations.values)
        .allSatisfy(\.isFinite),
      stored.conditions.temperature > 0
    else { return false }
    let all = Set(0..<Int32(count))
    let cells = stored.cellCounts.reduce(1, *)
    return Set(stored.members.values) == all && Set(stored.particles.values) == all
      && stored.capacity > 0 && stored.capacity % 8 == 0 && stored.capacity <= 8 * (count + 8)
      && stored.occupancy.values.count == cells
      && stored.occupancy.values.allSatisfy { $0 >= 0 && Int($0) <= stored.capacity }
      && stored.occupancy.values.reduce(0) { $0 + Int($1) } == count
  }
}
