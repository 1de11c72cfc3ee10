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
    if let cutoff = kernel.cutoff {
      let finder = try NeighborFinder(
        positions: frame.positions, cell: frame.cell, cutoff: cutoff)
      self.finder = finder
      order = finder.spatialOrder
    } else {
      guard frame.cell.map({ $0.periodic == .zero }) ?? true else {
        throw InvalidInput(
          "cutoff radius", value: "missing", expected: "a positive number for a periodic frame")
      }
      for (index, p) in positions.enumerated() where !p.isFinite {
        throw InvalidInput(
          "position of particle \(index)", value: "\(p.x) \(p.y) \(p.z)",
          expected: "three finite numbers")
      }
      finder = nil
      order = Array(0..<Int32(positions.count))
    }
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

  /// The number of parcels.
  private var parcelCount: Int { Parcels.count(of: positions.count) }

  func run(forces: Bool, threads: Int) throws -> Interaction {
    let (count, parcels) = (positions.count, parcelCount)
    let total = ParticleSums(count)
    var parts: [PartialSum] = []
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
    var result = Interaction(energy: 0)
    try result.gather(parts, total, slotOf: slotOf, forces: forces)
    return result
  }

  private func evaluate(parcel index: Int, forces: Bool, _ workspace: Workspace) -> PartialSum {
    var part = PartialSum()
    let (count, parcels) = (positions.count, parcelCount)
    for slot in Parcels.range(index, of: parcels, count) {
      collectPartners(of: slot, into: workspace)
      if forces {
        kernel.sum(
          slot, workspace.partners, table, order, workspace.sums, forces: true, into: &part)
      } else {
        kernel.sum(
          slot, workspace.partners, table, order, workspace.sums, forces: false, into: &part)
      }
    }
    return part
  }

  /// The particles inside the cutoff, or all, that are for the one in this slot to act with.
  private func collectPartners(of slot: Int, into workspace: Workspace) {
    guard let finder else {
      workspace.partners.fill(positions, own: slot)
      return
    }
    var buffer = workspace.neighbors
    finder.neighbors(of: Int(order[slot]), into: &buffer)
    workspace.partners.fill(from: buffer, own: Int32(slot), slotOf: slotOf)
  }
}
