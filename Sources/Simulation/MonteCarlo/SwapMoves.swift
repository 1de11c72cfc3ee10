internal import GayBerne
internal import Geometry
internal import Mathematics

extension DomainMoves {
  /// Exchanges the kinds of two particles, which keep their places and orientations. Two of one
  /// kind are no trial.
  @inline(never)
  func swap(_ i: Int, _ j: Int, _ words: SIMD4<UInt64>, _ work: inout Work) {
    let (first, second) = (Int(store.kinds.base[i]), Int(store.kinds.base[j]))
    guard first != second else { return }
    let (p, q) = (store.orientation(i), store.orientation(j))
    let points = (scan.locate(store.position(i)), scan.locate(store.position(j)))
    let counts = (
      collect(around: points.0, own: Int(store.places.base[i]), work.list),
      collect(around: points.1, own: Int(store.places.base[j]), work.other)
    )
    func energy() -> Double { swapEnergy((i, j), points, counts, work) }
    let former = energy()
    var (turned, tensor, outside) = (0.0, work.tensor, 0.0)
    if hasField || hasBias {
      let old = (
        model.axis(kind: first, orientation: p), model.axis(kind: second, orientation: q)
      )
      let new = (
        model.axis(kind: second, orientation: p), model.axis(kind: first, orientation: q)
      )
      turned = alignment(new.0) + alignment(new.1) - alignment(old.0) - alignment(old.1)
      tensor.replace(old.0, by: new.0)
      tensor.replace(old.1, by: new.1)
      outside = external(turned, from: work.tensor, to: tensor)
    }
    setKind(i, second, p)
    setKind(j, first, q)
    let change = collective?.change(self, slots: [i, j]) ?? (energy() - former)
    let isTaken = isTaken(change + outside, words)
    work.count(2 * model.groupCount, isTaken)
    guard isTaken else {
      setKind(i, first, p)
      setKind(j, second, q)
      return
    }
    collective?.accept()
    work.energy += change
    work.alignment += turned
    work.tensor = tensor
  }

  private func setKind(_ slot: Int, _ kind: Int, _ orientation: SIMD4<Double>) {
    store.kinds.base[slot] = Int32(kind)
    model.write(
      kind: kind, orientation: orientation, to: store.records.base + model.stride * slot)
  }

  /// The energy of two particles with all others and each other, what they have with each other
  /// counted once; infinite where hard bodies overlap.
  private func swapEnergy(
    _ slots: (Int, Int), _ points: (CellPoint, CellPoint), _ counts: (Int, Int), _ work: Work
  ) -> Double {
    let (i, j) = slots
    let record = store.records.base + model.stride * i
    let other = store.records.base + model.stride * j
    let kinds = (Int(store.kinds.base[i]), Int(store.kinds.base[j]))
    switch model.interaction {
    case .hard(let bodies):
      return overlaps(bodies, i, at: points.0, work.list, count: counts.0)
        || overlaps(bodies, j, at: points.1, work.other, count: counts.1) ? .infinity : 0
    case .smooth(let energies):
      let sum =
        energy(energies, record, kinds.0, at: points.0, work.list, count: counts.0)
        + energy(energies, other, kinds.1, at: points.1, work.other, count: counts.1)
      let both = NeighborList(capacity: counts.0)
      var count = 0
      for k in 0..<counts.0 where Int(work.list.slots[k]) == j {
        (both.slots[count], both.codes[count]) = (work.list.slots[k], work.list.codes[k])
        count += 1
      }
      guard count > 0 else { return sum }
      return sum
        - energies.energy(
          record, kind: kinds.0, kinds: store.kinds.base,
          scan.neighbors(of: points.0, both, count: count))
    case .collective: return 0
    }
  }

  private func overlaps(
    _ bodies: HardBodies, _ slot: Int, at point: CellPoint, _ list: NeighborList, count: Int
  ) -> Bool {
    let record = store.records.base + model.stride * slot
    let kind = Int(store.kinds.base[slot])
    var all = count
    if scan.hasOwnImages {
      all = appendOwnImages(record, kind, at: point, to: list, count: count)
    }
    if all == 0 { return false }
    let neighbors = scan.neighbors(of: point, list, count: all)
    switch HardBodies.overlapsAny(record, neighbors, ways: nil, margins: bodies.margins) {
    case .free: return false
    case .overlapping: return true
    case .undecided:
      let trial = Trial(
        slot: slot, kind: kind, place: Int(store.places.base[slot]), old: record, new: record,
        turn: nil)
      return store.overlapsExactly(trial, neighbors, model)
    }
  }
}
