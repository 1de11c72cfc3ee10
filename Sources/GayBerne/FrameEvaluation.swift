internal import Geometry
internal import Mathematics

/// Energies, forces and torques of a frame by one kernel, eight partners of a particle at a time.
///
/// Particles stand in slots, in spatial order. Each pair is computed once, by its particle in the lower
/// slot, and acts on both; the particles are dealt out in parcels that depend on the frame alone, and
/// the sums of the parcels are added in their order. So the result does not depend on the number of
/// threads.
struct FrameEvaluation<Kernel: PairKernel>: Sendable {
  let kernel: TruncatedKernel<Kernel>
  /// The particles by slots.
  let table: ParticleTable
  let positions: [Vector3]
  let finder: NeighborFinder?
  /// The particle in every slot, and the slot of every particle.
  private let order: [Int32]
  private let slotOf: [Int32]

  /// Throws: `InvalidInput` for a periodic frame without a cutoff, or positions not finite.
  init(_ frame: Frame, table: ParticleTable, kernel: TruncatedKernel<Kernel>) throws {
    self.kernel = kernel
    positions = frame.positions
    finder = try PairSearch(frame, cutoff: kernel.cutoff).finder
    order = finder?.spatialOrder ?? Array(0..<Int32(positions.count))
    var slotOf = [Int32](repeating: 0, count: order.count)
    for (slot, particle) in order.enumerated() { slotOf[Int(particle)] = Int32(slot) }
    self.slotOf = slotOf
    self.table = table.reordered(order)
  }

  /// What a worker keeps from parcel to parcel.
  private struct Workspace {
    let neighbors = NeighborFinder.Buffer()
    let partners = HalfList()
    let sums: ParticleSums
  }

  /// The sums of a parcel of particles.
  private struct Part: Sendable {
    var virial = Matrix3x3(diagonal: .zero)
    var pairCount = 0
    var singularCount = 0
    /// The lowest pair of particles whose centres coincide.
    var coinciding: [Int]?
  }

  /// The number of parcels: what a parcel touches around its particles has to be added up, so that
  /// parcels of few particles cost more; 64 are enough for any number of threads.
  private var parcelCount: Int { max(1, min(64, positions.count / 128)) }

  func run(forces: Bool, threads: Int) throws -> Interaction {
    let (count, parcels) = (positions.count, parcelCount)
    let total = ParticleSums(count)
    var parts: [Part] = []
    if threads == 1 || parcels == 1 {
      // The same sums in the same order, with nothing kept in between.
      let workspace = Workspace(sums: ParticleSums(count))
      for index in 0..<parcels {
        parts.append(evaluate(parcel: index, forces: forces, workspace))
        workspace.sums.move(to: total)
      }
    } else {
      let results = try Parallel.map(
        count: parcels, threads: threads, workspace: { Workspace(sums: ParticleSums(count)) }
      ) { index, workspace in
        let part = evaluate(parcel: index, forces: forces, workspace)
        return (part, workspace.sums.take())
      }
      for (part, blocks) in results {
        parts.append(part)
        total.add(blocks)
      }
    }
    return try gather(parts, total, forces: forces)
  }

  private func evaluate(parcel index: Int, forces: Bool, _ workspace: Workspace) -> Part {
    var part = Part()
    let (count, parcels) = (positions.count, parcelCount)
    for slot in count * index / parcels..<count * (index + 1) / parcels {
      collectPartners(of: slot, into: workspace)
      if forces {
        sum(slot, workspace, forces: true, into: &part)
      } else {
        sum(slot, workspace, forces: false, into: &part)
      }
    }
    return part
  }

  private func gather(
    _ parts: [Part], _ sums: ParticleSums, forces: Bool
  ) throws -> Interaction {
    if let pair = parts.compactMap(\.coinciding).min(by: { $0.lexicographicallyPrecedes($1) }) {
      throw InvalidInput(
        "distance between particles \(pair[0]) and \(pair[1])", value: 0,
        expected: "centres at different places")
    }
    var result = Interaction()
    for part in parts {
      result.virial = result.virial + part.virial
      result.pairCount += part.pairCount
      result.singularPairs += part.singularCount
    }
    result.energies.reserveCapacity(positions.count)
    if forces {
      result.forces.reserveCapacity(positions.count)
      result.torques.reserveCapacity(positions.count)
    }
    for slot in slotOf {
      let own = sums[Int(slot)]
      result.energies.append(own.energy)
      guard forces else { continue }
      result.forces.append(own.force)
      result.torques.append(own.torque)
    }
    result.energy = result.energies.reduce(0, +)
    return result
  }

  /// Collects the partners of the particle in this slot: those inside the cutoff, or all, whose pair
  /// with it is counted here.
  private func collectPartners(of slot: Int, into workspace: Workspace) {
    guard let finder else {
      workspace.partners.fill(positions, own: slot)
      return
    }
    var buffer = workspace.neighbors
    finder.neighbors(of: Int(order[slot]), into: &buffer)
    workspace.partners.fill(from: buffer, own: Int32(slot), slotOf: slotOf)
  }

  /// Adds what the particle in this slot and its partners do to each other.
  @inline(__always)
  private func sum(_ slot: Int, _ workspace: Workspace, forces: Bool, into part: inout Part) {
    typealias L = SIMD8<Double>
    let (partners, sums) = (workspace.partners, workspace.sums)
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
        let (epsilon, sigma) = strengths(slot, batch.slots)
        var result = kernel.interact(
          first, second, epsilon: epsilon, sigma: sigma, r: batch.r, forces: forces)
        let apart = L.less(.zero, batch.r.dot(batch.r))
        let sound = batch.valid .& result.within .& result.regular .& apart
        if !Swift.all(sound) {
          result.keep(sound, forces: forces)
          note(slot, batch, batch.valid .& result.within .& .!sound, &result.energy, &part)
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

  /// Notes the lanes at which the potential is not defined, and gives them an infinite energy.
  @inline(never)
  private func note(
    _ slot: Int, _ batch: HalfList.Batch, _ odd: SIMDMask<SIMD8<Int64>>,
    _ energy: inout SIMD8<Double>, _ part: inout Part
  ) {
    for lane in 0..<8 where odd[lane] {
      part.singularCount += 1
      energy[lane] = .infinity
      guard batch.r.dot(batch.r)[lane] == 0 else { continue }
      let pair = [Int(order[slot]), Int(order[Int(batch.slots[lane])])].sorted()
      if part.coinciding.map(pair.lexicographicallyPrecedes) ?? true { part.coinciding = pair }
    }
  }

  /// epsilon and sigma of the particle in one slot with eight others.
  @inline(__always)
  private func strengths(
    _ slot: Int, _ others: SIMD8<Int32>
  ) -> (epsilon: SIMD8<Double>, sigma: SIMD8<Double>) {
    if table.speciesCount == 1 {
      return (SIMD8(repeating: table.epsilon[0]), SIMD8(repeating: table.sigma[0]))
    }
    let row = Int(table.species[slot]) * table.speciesCount
    var epsilon = SIMD8<Double>.zero
    var sigma = SIMD8<Double>.zero
    for lane in 0..<8 {
      let pair = row + Int(table.species[Int(others[lane])])
      epsilon[lane] = table.epsilon[pair]
      sigma[lane] = table.sigma[pair]
    }
    return (epsilon, sigma)
  }
}

extension PairResult where L == SIMD8<Double> {
  /// Sets everything to zero where the mask is not set.
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
