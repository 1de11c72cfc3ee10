internal import Geometry

/// What a parcel of particles adds to a frame besides the sums of the particles.
struct PartialSum: Sendable {
  var virial = Matrix3x3(diagonal: .zero)
  var pairCount = 0
  var singularCount = 0
  /// The lowest pair of particles that is singular, and that coincides.
  var singular: [Int]?
  var coinciding: [Int]?

  /// Notes the lanes at which the potential is not defined, and gives them an infinite energy.
  @inline(never)
  fileprivate mutating func note(
    _ slot: Int, _ batch: HalfList.Batch, _ odd: SIMDMask<SIMD8<Int64>>, _ order: [Int32],
    _ energy: inout SIMD8<Double>
  ) {
    for lane in 0..<8 where odd[lane] {
      let pair = [Int(order[slot]), Int(order[Int(batch.slots[lane])])].sorted()
      func lowest(_ known: [Int]?) -> [Int] {
        known.map { $0.lexicographicallyPrecedes(pair) ? $0 : pair } ?? pair
      }
      if batch.r.dot(batch.r)[lane] == 0 { coinciding = lowest(coinciding) }
      singular = lowest(singular)
      singularCount += 1
      energy[lane] = .infinity
    }
  }
}

extension TruncatedKernel {
  /// Adds what the particle in this slot and its partners do to each other. `order` is the particle in
  /// every slot.
  @inline(__always)
  func sum(
    _ slot: Int, _ partners: HalfList, _ table: ParticleTable, _ order: [Int32],
    _ sums: ParticleSums, forces: Bool, into part: inout PartialSum
  ) {
    typealias L = SIMD8<Double>
    let count = partners.count
    var energy = L.zero
    var force = LaneVector<L>.zero
    var torque = LaneVector<L>.zero
    var virial = (LaneVector<L>.zero, LaneVector<L>.zero, LaneVector<L>.zero)
    table.records.withUnsafeBufferPointer { records in
      guard let base = records.baseAddress else { return }
      let first = Particle<L>(repeating: base + slot * Particle<Double>.size)
      var start = 0
      while start < count {
        let batch = partners.batch(start)
        let second = Particle<L>(gathering: base, batch.slots)
        let (epsilon, sigma) = table.strengths(slot, batch.slots)
        var result = interact(
          first, second, epsilon: epsilon, sigma: sigma, r: batch.r, forces: forces)
        let apart = L.less(.zero, batch.r.dot(batch.r))
        let sound = batch.valid .& result.within .& result.regular .& apart
        if !Swift.all(sound) {
          result.keep(sound, forces: forces)
          part.note(
            slot, batch, batch.valid .& result.within .& .!sound, order, &result.energy)
        }
        let half = L(repeating: 0.5) * result.energy
        energy = energy + half
        if forces {
          sums.add(batch.slots, force: result.force, torque: result.torque2, energy: half)
          force = force - result.force
          torque = torque + result.torque1
          virial.0 = virial.0.adding(batch.r.x, result.force)
          virial.1 = virial.1.adding(batch.r.y, result.force)
          virial.2 = virial.2.adding(batch.r.z, result.force)
        } else {
          sums.add(batch.slots, energy: half)
        }
        start += 8
      }
    }
    part.pairCount += count
    sums.add(slot, force: force.sums, torque: torque.sums, energy: energy.sum())
    guard forces else { return }
    part.virial =
      part.virial + Matrix3x3(rows: virial.0.sums, virial.1.sums, virial.2.sums)
  }
}

extension ParticleTable {
  /// epsilon and sigma of the particle in one slot with eight others.
  @inline(__always)
  fileprivate func strengths(
    _ slot: Int, _ others: SIMD8<Int32>
  ) -> (epsilon: SIMD8<Double>, sigma: SIMD8<Double>) {
    if speciesCount == 1 {
      return (SIMD8(repeating: epsilon[0]), SIMD8(repeating: sigma[0]))
    }
    let row = Int(species[slot]) * speciesCount
    var epsilon = SIMD8<Double>.zero
    var sigma = SIMD8<Double>.zero
    for lane in 0..<8 {
      let pair = row + Int(species[Int(others[lane])])
      epsilon[lane] = self.epsilon[pair]
      sigma[lane] = self.sigma[pair]
    }
    return (epsilon, sigma)
  }
}

extension Interaction {
  /// Replaces this by what the parcels added up, in their order, and the sums of the particles, in the
  /// order of slots; `slotOf` is the slot of every particle.
  ///
  /// Throws: `InvalidInput` when two particles are at the same place (it names them).
  mutating func gather(
    _ parts: [PartialSum], _ sums: ParticleSums, slotOf: [Int32], forces wanted: Bool
  ) throws {
    if let pair = parts.compactMap(\.coinciding).min(by: { $0.lexicographicallyPrecedes($1) }) {
      throw InvalidInput(
        "distance between particles \(pair[0]) and \(pair[1])", value: 0,
        expected: "centres at different places")
    }
    virial = Matrix3x3(diagonal: .zero)
    (pairCount, singularPairs) = (0, 0)
    for part in parts {
      virial = virial + part.virial
      pairCount += part.pairCount
      singularPairs += part.singularCount
    }
    singularExample = parts.compactMap(\.singular).min { $0.lexicographicallyPrecedes($1) }
    energies.removeAll(keepingCapacity: true)
    forces.removeAll(keepingCapacity: true)
    torques.removeAll(keepingCapacity: true)
    energies.reserveCapacity(slotOf.count)
    if wanted {
      forces.reserveCapacity(slotOf.count)
      torques.reserveCapacity(slotOf.count)
    }
    for slot in slotOf {
      let own = sums[Int(slot)]
      energies.append(own.energy)
      guard wanted else { continue }
      forces.append(own.force)
      torques.append(own.torque)
    }
    energy = energies.reduce(0, +)
  }
}

extension PairResult where L == SIMD8<Double> {
  /// Nothing where the mask is not set.
  @inline(__always)
  fileprivate mutating func keep(_ mask: SIMDMask<SIMD8<Int64>>, forces: Bool) {
    energy = L.select(mask, energy, .zero)
    guard forces else { return }
    force = LaneVector.select(mask, force, .zero)
    torque1 = LaneVector.select(mask, torque1, .zero)
    torque2 = LaneVector.select(mask, torque2, .zero)
  }
}

extension LaneVector where L == SIMD8<Double> {
  /// The sums over the lanes.
  @inline(__always) fileprivate var sums: Vector3 { Vector3(x.sum(), y.sum(), z.sum()) }
}
