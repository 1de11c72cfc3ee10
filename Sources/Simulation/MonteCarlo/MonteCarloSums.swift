internal import Foundation
internal import GayBerne
internal import Geometry
internal import Mathematics

/// Sums over all pairs, made afresh.
extension MonteCarlo {
  /// Ends a loop over pairs.
  private struct Found: Error {}

  /// The cells in parcels that depend on the system alone, so that sums do not depend on the
  /// threads.
  private func parcels() -> [Range<Int>] {
    let cells = state.store.cellCount
    let count = max(1, min(64, cells))
    return (0..<count).map { cells * $0 / count..<cells * ($0 + 1) / count }
  }

  /// Calls `body` for every particle of every parcel with the neighbours in places behind its own,
  /// so that every pair comes once, with all its images, and with the particle's own images, one of
  /// each opposite pair. The results of the parcels, in their order.
  func mapParcels<Result: Sendable>(
    range: Double, threads: Int, initial: Result,
    _ body: @Sendable (inout Result, Int, BodyNeighbors) throws -> Void
  ) throws -> [Result] {
    let store = state.store
    let scan = NeighborScan(store, range: range)
    let parcels = parcels()
    // The entry behind the last record belongs to one worker at a time.
    let workers = scan.hasOwnImages ? 1 : threads
    let stride = model.stride
    return try Parallel.map(count: parcels.count, threads: workers, workspace: scan.makeList) {
      index, list in
      var result = initial
      for cell in parcels[index] {
        for k in 0..<Int(store.occupancy.base[cell]) {
          let place = cell * store.capacity + k
          let slot = store.slot(place)
          let point = scan.locate(store.position(slot))
          let all =
            scan.search(around: point, own: place, into: list, limit: Int.max) { _ in false } ?? 0
          var count = 0
          for n in 0..<all where Int(store.places.base[Int(list.slots[n])]) > place {
            (list.slots[count], list.codes[count]) = (list.slots[n], list.codes[n])
            count += 1
          }
          if scan.hasOwnImages {
            store.kinds.base[store.count] = store.kinds.base[slot]
            count = scan.appendOwnImages(
              of: store.records.base + stride * slot, stride: stride, at: point, to: list,
              count: count)
          }
          if count > 0 { try body(&result, slot, scan.neighbors(of: point, list, count: count)) }
        }
      }
      return result
    }
  }

  /// The potential energy; 0 for hard bodies.
  func freshEnergy(threads: Int) throws -> Double {
    if case .collective(let potential) = model.interaction {
      return try potential.evaluate(completed(frame), forces: false, threads: threads).energy
    }
    guard case .smooth(let energies) = model.interaction else { return 0 }
    let (store, stride) = (state.store, model.stride)
    let parts = try mapParcels(range: model.range, threads: threads, initial: 0.0) {
      sum, slot, neighbors in
      sum += energies.energy(
        store.records.base + stride * slot, kind: Int(store.kinds.base[slot]),
        kinds: store.kinds.base, neighbors)
    }
    return parts.reduce(0, +)
  }

  /// Whether any two hard bodies overlap.
  func hasOverlap(threads: Int) throws -> Bool {
    guard case .hard = model.interaction else { return false }
    do {
      let engine = self
      _ = try mapParcels(range: model.range, threads: threads, initial: 0) { _, slot, neighbors in
        if engine.isBad(slot, neighbors) { throw Found() }
      }
      return false
    } catch is Found {
      return true
    }
  }

  /// Whether a body overlaps any of its neighbours, or has no finite energy with them.
  private func isBad(_ slot: Int, _ neighbors: BodyNeighbors) -> Bool {
    let store = state.store
    let record = store.records.base + model.stride * slot
    let kind = Int(store.kinds.base[slot])
    switch model.interaction {
    case .smooth(let energies):
      return !energies.energy(record, kind: kind, kinds: store.kinds.base, neighbors).isFinite
    case .hard(let bodies):
      switch HardBodies.overlapsAny(record, neighbors, ways: nil, margins: bodies.margins) {
      case .free: return false
      case .overlapping: return true
      case .undecided:
        let trial = Trial(
          slot: slot, kind: kind, place: Int(store.places.base[slot]), old: record, new: record,
          turn: nil)
        return store.overlapsExactly(trial, neighbors, model)
      }
    case .collective: return false
    }
  }

  /// The sums of P2(u.z) and of Q over the particles that are no spheres.
  func freshAlignment() -> (alignment: Double, tensor: OrderTensor) {
    freshAlignment(along: state.conditions.fieldAxis)
  }

  /// The same for any axis of length 1.
  func freshAlignment(along axis: Vector3) -> (alignment: Double, tensor: OrderTensor) {
    let store = state.store
    var (sum, tensor) = (0.0, OrderTensor())
    for slot in 0..<store.count {
      let kind = Int(store.kinds.base[slot])
      guard model.axes[kind] >= 0 else { continue }
      let u = model.axis(kind: kind, orientation: store.orientation(slot))
      let c = u.dot(axis)
      sum += 1.5 * c * c - 0.5
      tensor.replace(.zero, by: u)
    }
    return (sum, tensor)
  }

  /// Throws: `InvalidInput` naming the first pair that overlaps, or for which the potential is not
  /// defined.
  func checkStart() throws {
    if case .collective(let potential) = model.interaction {
      return try CollectiveMoves.check(potential, completed(frame))
    }
    let engine = self
    let store = state.store
    let worst = try mapParcels(range: model.range, threads: 1, initial: [Int]()) {
      pair, slot, neighbors in
      guard engine.isBad(slot, neighbors) else { return }
      // One by one: which of them is it?
      for k in 0..<neighbors.count {
        let other = Int(neighbors.others[k])
        let one = NeighborList(capacity: 1)
        (one.slots[0], one.codes[0]) = (neighbors.others[k], neighbors.codes[k])
        let alone = BodyNeighbors(
          center: Vector3(neighbors.center.x, neighbors.center.y, neighbors.center.z),
          positions: neighbors.positions, shifts: neighbors.shifts, records: neighbors.records,
          others: one.slots, codes: one.codes, count: 1)
        guard engine.isBad(slot, alone) else { continue }
        let second = other == store.count ? slot : other
        let found = [Int(store.particles[slot]), Int(store.particles[second])].sorted()
        if pair.isEmpty || found.lexicographicallyPrecedes(pair) { pair = found }
      }
    }.filter { !$0.isEmpty }.min { $0.lexicographicallyPrecedes($1) }
    guard let worst else { return }
    let names = "particles \(worst[0]) and \(worst[1])"
    switch model.interaction {
    case .hard:
      throw InvalidInput(
        "starting frame", value: "\(names) overlap",
        expected: "hard bodies without overlap (--remove-overlaps moves them apart first)")
    case .smooth:
      throw InvalidInput(
        "energy of \(names) of the starting frame", value: Double.infinity,
        expected: "a finite number")
    case .collective: return
    }
  }
}

/// exp(x), the weight of an energy -x kT.
@inline(__always)
func boltzmann(_ x: Double) -> Double { exp(x) }
