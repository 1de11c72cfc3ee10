internal import Foundation
internal import Geometry
internal import Mathematics

/// Trial changes of the cell. Centres keep their fractional coordinates, bodies their shapes and
/// orientations; a change is taken with
///
///     min(1, exp(-beta dU - beta P dV + N ln(V'/V)) J)
///
/// where J makes the lattice uniform in the right measure: ln V changed by a uniform amount for
/// `isotropic` (dV, J = V'/V), ln of one edge for `edges` (dL, J = L'/L). `sheared` adds, at every
/// second trial, a multiple of one lattice vector's direction to a later vector, inside the lower
/// triangle of the lattice, at constant volume (J = 1); its edges then are the diagonal of that
/// triangle. A tilt stays within one length of the vector along which it goes: beyond, the same
/// lattice comes again. No distance of opposite faces goes below a tenth of the range.
extension MonteCarlo {
  /// The trial changes that follow a sweep.
  mutating func changeVolume(threads: Int) throws {
    guard state.conditions.pressure != nil else { return }
    let random = random(Stream.volume, frame: UInt64(state.step))
    for trial in 0..<settings.volumeMoves {
      let isTaken = try tryVolume(random.block(UInt64(trial)), threads: threads)
      state.recent.volumes.add(isTaken)
      state.total.volumes.add(isTaken)
    }
  }

  /// A proposal: the new box and ln J.
  private func proposal(_ words: SIMD4<UInt64>) -> (box: CellBox, logMeasure: Double)? {
    let box = state.store.box
    let change = state.steps.volume * CounterRandom.symmetric(words[0])
    var rows = box.rows
    switch settings.cellChange {
    case .isotropic:
      let factor = exp(change / 3)
      rows = rows.map { $0 * factor }
      return (CellBox(rows), change)
    case .edges:
      let k = Int(words[1] % 3)
      rows[k] = rows[k] * exp(change)
      return (CellBox(rows), change)
    case .sheared:
      // The directions of the triangle: along the first vector, in the plane of the first two, and
      // across it.
      let first = rows[0].normalized
      let across = rows[0].cross(rows[1]).normalized
      let axes = [first, across.cross(first), across]
      let k = Int(words[1] % 3)
      let isEdge = words[2] & 1 == 0 || k == 0
      if isEdge {
        rows[k] += (exp(change) - 1) * rows[k].dot(axes[k]) * axes[k]
      } else {
        let along = Int(words[3] % UInt64(k))
        rows[k] += change * rows[along].dot(axes[along]) * axes[along]
      }
      for (vector, along) in [(1, 0), (2, 0), (2, 1)]
      where abs(rows[vector].dot(axes[along])) > abs(rows[along].dot(axes[along])) {
        return nil
      }
      return (CellBox(rows), isEdge ? change : 0)
    }
  }

  private mutating func tryVolume(_ words: SIMD4<UInt64>, threads: Int) throws -> Bool {
    guard let pressure = state.conditions.pressure, let (box, logMeasure) = proposal(words),
      box.volume.isFinite, box.heights.min() > CellBox.narrowest * model.range
    else { return false }
    let old = state.store.box
    let beta = 1 / state.conditions.temperature
    let ideal =
      -beta * pressure * (box.volume - old.volume)
      + Double(state.store.count) * log(box.volume / old.volume) + logMeasure
    // Half of the third word is free where it chooses between edge and shear.
    let lottery = log((Double(words[2] &>> 11) + 0.5) * 0x1p-53)
    if isHard, lottery >= ideal { return false }
    if !state.store.holds(box) { state.store.prepare(for: box) }
    let former = state.store.positions
    state.store.deform(to: box)
    let isTaken: Bool
    var energy = state.energy
    if isHard {
      // A growth by one factor brings nobody nearer.
      let isGrowth = settings.cellChange == .isotropic && box.volume >= old.volume
      isTaken = try isGrowth || !hasOverlap(threads: threads)
    } else {
      energy = try freshEnergy(threads: threads)
      isTaken = lottery < ideal - beta * (energy - state.energy)
    }
    if isTaken {
      state.energy = energy
    } else {
      state.store.restore(old, former)
    }
    return isTaken
  }
}
