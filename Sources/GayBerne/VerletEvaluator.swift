internal import Geometry
internal import Mathematics

/// What the sum over one parcel reads.
struct ParcelInput: Sendable {
  let table: ParticleTable
  let order: [Int32]
  let lattice: Matrix3x3
  let cutoffSquared: Double
}

/// The sum over one parcel's rows: what the kernels are behind, so that the evaluator need not know them.
typealias ParcelSum =
  @Sendable (
    _ input: ParcelInput, _ rows: VerletRows, _ places: UnsafePointer<Double>,
    _ partners: HalfList, _ sums: ParticleSums
  ) -> PartialSum

extension KernelPotential {
  /// An evaluator by that kernel; nil without a cutoff.
  ///
  /// Throws: `InvalidInput` when the frame lacks semi-axes or the skin is not a positive number.
  @inline(__always)
  func evaluator<Kernel: PairKernel>(
    for frame: Frame, skin: Double?, by kernel: TruncatedKernel<Kernel>
  ) throws -> VerletEvaluator? {
    guard let cutoff = kernel.cutoff else { return nil }
    if let skin, !(skin > 0 && skin.isFinite) {
      throw InvalidInput("skin of the neighbour list", value: skin, expected: "a positive number")
    }
    return VerletEvaluator(
      try ParticleKinds(frame, potential: self), strengths, cutoff: cutoff,
      skin: skin ?? VerletEvaluator.usualSkin * cutoff
    ) { input, rows, places, partners, sums in
      kernel.sum(input, rows, places, partners, sums)
    }
  }
}

extension TruncatedKernel {
  /// The sum over one parcel. Not inlined: inside a closure the vector instructions of CLanes remain
  /// calls.
  @inline(never)
  fileprivate func sum(
    _ input: ParcelInput, _ rows: VerletRows, _ places: UnsafePointer<Double>,
    _ partners: HalfList, _ sums: ParticleSums
  ) -> PartialSum {
    var part = PartialSum()
    for k in 0..<rows.count {
      let slot = rows.first + k
      rows.withRow(k) { row in
        partners.fill(
          from: row, own: slot, places: places, lattice: input.lattice,
          cutoffSquared: input.cutoffSquared)
      }
      sum(slot, partners, input.table, input.order, sums, forces: true, into: &part)
    }
    return part
  }
}

/// Pairs of particles by a Verlet list.
///
/// Particles stand in slots, in the spatial order that they had when the list was built. Parcels of
/// slots are summed by themselves and added up in their order (see `FrameEvaluation`, whose inner loop
/// this is), so that the result does not depend on the number of threads.
final class VerletEvaluator: PotentialEvaluator {
  /// The skin as a part of the cutoff.
  static let usualSkin = 0.1

  private let kinds: ParticleKinds
  private let strengths: PairStrengths
  private let cutoff: Double
  private let skin: Double
  private let sum: ParcelSum

  private var list: VerletList
  /// The particles by slots; four numbers a slot for its place.
  private var table = ParticleTable()
  private var places: [Double] = []
  private let total: ParticleSums
  /// What each worker and each parcel keeps from step to step.
  private var workspaces: [Workspace] = []
  private var parts: [PartialSum] = []
  private var blocks: [ParticleSums.Blocks] = []
  private var farthest: [Double] = []

  private final class Workspace {
    let partners = HalfList()
    let sums: ParticleSums
    init(_ count: Int) { sums = ParticleSums(count) }
  }

  init(
    _ kinds: ParticleKinds, _ strengths: PairStrengths, cutoff: Double, skin: Double,
    sum: @escaping ParcelSum
  ) {
    self.kinds = kinds
    self.strengths = strengths
    self.cutoff = cutoff
    self.skin = skin
    self.sum = sum
    let count = kinds.kindOf.count
    list = VerletList(count, cutoff: cutoff, skin: skin)
    total = ParticleSums(count)
    places = Array(repeating: 0, count: 4 * count)
    table.records = Array(repeating: 0, count: Particle<Double>.size * count)
    table.setStrengths(kinds.names, strengths)
  }

  var reference: EvaluatorReference? { list.reference }

  func restore(_ reference: EvaluatorReference?) throws {
    guard let reference else {
      list = VerletList(count, cutoff: cutoff, skin: skin)
      return
    }
    guard reference.positions.count == count else {
      throw InvalidInput(
        "number of particles of the neighbour list", value: "\(reference.positions.count)",
        expected: "\(count)")
    }
    try build(reference, threads: 1)
  }

  func copy() throws -> any PotentialEvaluator {
    let copy = VerletEvaluator(kinds, strengths, cutoff: cutoff, skin: skin, sum: sum)
    try copy.restore(reference)
    return copy
  }

  private var count: Int { kinds.kindOf.count }

  func evaluate(
    positions: [Vector3], orientations: [UnitQuaternion], cell: Cell?, threads: Int,
    into result: inout Interaction
  ) throws {
    guard positions.count == count, orientations.count == count else {
      throw InvalidInput(
        "number of particles", value: "\(positions.count)", expected: "\(count)")
    }
    if try !holds(positions, orientations, cell, threads: threads) {
      try build(EvaluatorReference(positions: positions, cell: cell), threads: threads)
      _ = try holds(positions, orientations, cell, threads: threads)
    }
    try sumAll(cell, threads: threads)
    try result.gather(parts, total, slotOf: list.slotOf, forces: true)
  }

  private func build(_ reference: EvaluatorReference, threads: Int) throws {
    try list.build(at: reference, threads: threads)
    table.species = list.order.map { kinds.speciesOf[Int($0)] }
  }

  /// The slots of which one worker at a time takes care.
  private static let blockSize = 256

  /// Puts every particle into its slot; false when there is no list or it does not hold any more.
  private func holds(
    _ positions: [Vector3], _ orientations: [UnitQuaternion], _ cell: Cell?, threads: Int
  ) throws -> Bool {
    guard let reference = list.reference, let (distance, change) = list.allowance(cell) else {
      return false
    }
    let (order, turns) = (list.order, list.turns)
    let (count, size) = (count, Self.blockSize)
    let blockCount = (count + size - 1) / size
    if farthest.count != blockCount { farthest = Array(repeating: 0, count: blockCount) }
    let lattice = cell?.toCartesian ?? .identity
    let kinds = kinds
    try table.records.withUnsafeMutableBufferPointer { records in
      let records = Parallel.Elements(records)
      try places.withUnsafeMutableBufferPointer { places in
        let places = Parallel.Elements(places)
        try farthest.withUnsafeMutableBufferPointer { farthest in
          let farthest = Parallel.Elements(farthest)
          try Parallel.forEach(count: blockCount, threads: threads, workspace: { () }) { block, _ in
            var largest = 0.0
            for slot in block * size..<min(count, (block + 1) * size) {
              let particle = Int(order[slot])
              let position = positions[particle]
              guard position.isFinite else {
                throw InvalidInput(
                  "position of particle \(particle)",
                  value: "\(position.x) \(position.y) \(position.z)",
                  expected: "three finite numbers")
              }
              let old = reference.positions[particle]
              let way = position - (change.map { $0 * old } ?? old)
              largest = max(largest, way.lengthSquared)
              let place = position + lattice * Vector3(turns[slot])
              places[4 * slot] = place.x
              places[4 * slot + 1] = place.y
              places[4 * slot + 2] = place.z
              kinds.kinds[Int(kinds.kindOf[particle])]
                .write(to: records.pointer(Particle<Double>.size * slot), orientations[particle])
            }
            farthest[block] = largest
          }
        }
      }
    }
    // The strict end of the interval takes care of rounding.
    return (farthest.max() ?? 0).squareRoot() <= distance * (1 - 1e-12)
  }

  /// Fills `parts` and `total`.
  private func sumAll(_ cell: Cell?, threads: Int) throws {
    let input = ParcelInput(
      table: table, order: list.order, lattice: cell?.lattice ?? .identity,
      cutoffSquared: cutoff * cutoff)
    let parcels = list.rows.count
    let (count, sum, total, rows) = (count, sum, total, list.rows)
    if parts.count != parcels { parts = Array(repeating: PartialSum(), count: parcels) }
    total.clear()
    try places.withUnsafeMutableBufferPointer { buffer in
      let places = Parallel.Elements(buffer)
      if threads == 1 || parcels == 1 {
        // The same sums in the same order, with nothing kept in between.
        if workspaces.isEmpty { workspaces.append(Workspace(count)) }
        let workspace = workspaces[0]
        for k in 0..<parcels {
          parts[k] = sum(
            input, rows[k], places.pointer(0), workspace.partners, workspace.sums)
          workspace.sums.move(to: total)
        }
        return
      }
      if blocks.count != parcels { blocks = Array(repeating: .init(), count: parcels) }
      try parts.withUnsafeMutableBufferPointer { parts in
        let parts = Parallel.Elements(parts)
        try blocks.withUnsafeMutableBufferPointer { blocks in
          let blocks = Parallel.Elements(blocks)
          try Parallel.forEach(
            count: parcels, threads: threads, keeping: &workspaces,
            workspace: { Workspace(count) }
          ) { k, workspace in
            parts[k] = sum(
              input, rows[k], places.pointer(0), workspace.partners, workspace.sums)
            workspace.sums.take(into: &blocks[k])
          }
        }
      }
      for k in 0..<parcels { total.add(blocks[k]) }
    }
  }

  /// The memory of the neighbour list, in bytes.
  var listByteCount: Int { list.byteCount }
}
