internal import GayBerne
internal import Geometry
internal import Mathematics

/// A body as it is and as it shall be.
struct Trial {
  let slot: Int
  let kind: Int
  let place: Int
  let old: UnsafeMutablePointer<Double>
  let new: UnsafeMutablePointer<Double>
  /// The new orientation; nil for a displacement.
  let turn: SIMD4<Double>?
}

/// How an interaction decides about a move.
protocol MoveRule {
  /// The change of the energy of the interaction if the move is taken; nil if not. `limit` says
  /// whether a change is accepted. `from` is where the body was; nil for one that only turns.
  func change(
    _ moves: DomainMoves, _ trial: Trial, from: Vector3?, to point: CellPoint,
    limit: (Double) -> Bool, _ work: DomainMoves.Work
  ) -> Double?
}

/// Hard bodies: what field and bias say comes first, because it costs less.
struct Hard: MoveRule {
  let margins: HardBodies.Margins

  @inline(__always)
  func change(
    _ moves: DomainMoves, _ trial: Trial, from: Vector3?, to point: CellPoint,
    limit: (Double) -> Bool, _ work: DomainMoves.Work
  ) -> Double? {
    guard limit(0) else { return nil }
    let (scan, list) = (moves.scan, work.list)
    let ways = HardBodies.Ways(x: list.ways, room: list.room, slack: scan.slack)
    let left = scan.searchWays(
      around: point, own: trial.place, form: HardBodies.form(trial.new),
      reach: scan.reach(HardBodies.extents(trial.new)), into: list
    ) { count in
      isHit(moves, trial, scan.neighbors(of: point, list, count: count), ways)
    }
    guard var count = left else { return nil }
    if count > 0, isHit(moves, trial, scan.neighbors(of: point, list, count: count), ways) {
      return nil
    }
    guard trial.turn != nil, scan.hasOwnImages else { return 0 }
    count = moves.appendOwnImages(trial.new, trial.kind, at: point, to: list, count: 0)
    return isHit(moves, trial, scan.neighbors(of: point, list, count: count), nil) ? nil : 0
  }

  @inline(__always)
  private func isHit(
    _ moves: DomainMoves, _ trial: Trial, _ neighbors: BodyNeighbors, _ ways: HardBodies.Ways?
  ) -> Bool {
    switch HardBodies.overlapsAny(trial.new, neighbors, ways: ways, margins: margins) {
    case .free: false
    case .overlapping: true
    case .undecided: moves.store.overlapsExactly(trial, neighbors, moves.model)
    }
  }
}

/// A potential: the energy before and after.
struct Smooth: MoveRule {
  let energies: any BodyEnergies

  @inline(__always)
  func change(
    _ moves: DomainMoves, _ trial: Trial, from: Vector3?, to point: CellPoint,
    limit: (Double) -> Bool, _ work: DomainMoves.Work
  ) -> Double? {
    let list = work.list
    let start = from.map { moves.scan.locate($0) } ?? point
    let near = moves.collect(around: start, own: trial.place, list)
    let former = moves.energy(energies, trial.old, trial.kind, at: start, list, count: near)
    let again = from == nil ? near : moves.collect(around: point, own: trial.place, list)
    let new = moves.energy(energies, trial.new, trial.kind, at: point, list, count: again)
    return limit(new - former) ? new - former : nil
  }
}

extension DomainMoves {
  /// All neighbours of a point.
  @inline(never)
  func collect(around point: CellPoint, own: Int, _ list: NeighborList) -> Int {
    scan.search(around: point, own: own, into: list, limit: Int.max) { _ in false } ?? 0
  }

  /// Adds the images of the body itself to a list.
  func appendOwnImages(
    _ record: UnsafePointer<Double>, _ kind: Int, at point: CellPoint, to list: NeighborList,
    count: Int
  ) -> Int {
    store.kinds.base[store.count] = Int32(kind)
    return scan.appendOwnImages(
      of: record, stride: model.stride, at: point, to: list, count: count)
  }

  /// The energy of the body of that record at that point with the first `count` of a list and its
  /// own images.
  func energy(
    _ energies: any BodyEnergies, _ record: UnsafePointer<Double>, _ kind: Int,
    at point: CellPoint, _ list: NeighborList, count: Int
  ) -> Double {
    var all = count
    if scan.hasOwnImages {
      all = appendOwnImages(record, kind, at: point, to: list, count: count)
    }
    if all == 0 { return 0 }
    return energies.energy(
      record, kind: kind, kinds: store.kinds.base,
      scan.neighbors(of: point, list, count: all))
  }
}

extension ParticleStore {
  /// Whether a hard body overlaps one of its neighbours, each decided with 32 digits.
  @inline(never)
  func overlapsExactly(
    _ trial: Trial, _ neighbors: BodyNeighbors, _ model: MonteCarloModel
  ) -> Bool {
    guard case .hard(let bodies) = model.interaction else { return false }
    let own = trial.turn ?? orientation(trial.slot)
    return (0..<neighbors.count).contains { k in
      let other = Int(neighbors.others[k])
      let (q, p) = (own, other == count ? own : orientation(other))
      guard let first = try? UnitQuaternion(w: q[0], x: q[1], y: q[2], z: q[3]),
        let second = try? UnitQuaternion(w: p[0], x: p[1], y: p[2], z: p[3])
      else { return true }
      return bodies.overlapExactly(
        kinds: trial.kind, Int(kinds.base[other]), orientations: (first, second),
        displacement: neighbors.displacement(k))
    }
  }
}
