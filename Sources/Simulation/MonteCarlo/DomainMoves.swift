internal import GayBerne
internal import Geometry
internal import Mathematics

/// What the acceptance of a move depends on, besides the interaction.
struct Conditions: Equatable, Sendable, Codable {
  var temperature: Double
  var pressure: Double?
  var fieldStrength = 0.0
  /// Of length 1.
  var fieldAxis: SIMD3<Double> = [0, 0, 1]
  var biasStiffness = 0.0
  var biasTarget = 0.0
}

/// The largest trial steps.
struct StepSizes: Equatable, Sendable, Codable {
  /// Half the edge of the cube of displacements, by groups of kinds.
  var translations: [Double]
  /// Half the edge of the cube of rotation vectors.
  var rotations: [Double]
  /// The largest change of ln V, of ln of an edge, and of a shear.
  var volume: Double
}

/// What moves inside one domain added up.
struct DomainResult: Sendable {
  var tally: MoveTally
  var energy = 0.0
  /// The sum of P2(u.z).
  var alignment = 0.0
}

/// Trial moves of the particles of one domain.
///
/// A trial takes one block of four random words: a particle of the domain, the kind of move, a
/// vector uniform in a cube, and a number for the acceptance. A displacement is the vector. A
/// rotation is q' = (1, v/2) q / |.|, a turn about v by 2 arctan(|v|/2): as likely as its inverse,
/// which has -v. Moves that leave the domain are rejected. Every move is as likely as its reverse
/// and taken with min(1, exp(-beta dE)), hence detailed balance.
struct DomainMoves: @unchecked Sendable {
  let store: ParticleStore
  let scan: NeighborScan
  let model: MonteCarloModel
  let board: Checkerboard
  let conditions: Conditions
  let steps: StepSizes
  let swapFraction: Double
  /// Particles that are no spheres.
  let axisCount: Int
  /// Where the interaction is no sum over pairs; then one domain holds all particles.
  let collective: CollectiveMoves?

  /// Everything that the moves of one domain keep, as bare memory: what a class or an array holds
  /// would be checked and counted at every access.
  struct Work {
    let list: NeighborList
    let other: NeighborList
    let record: UnsafeMutablePointer<Double>
    /// Tried and taken: displacements and rotations of every group, then swaps.
    let counts: UnsafeMutablePointer<Int>
    let domain: SIMD3<Int>
    var energy = 0.0
    var alignment = 0.0
    /// Q of the frame; right only where one domain holds all particles.
    var tensor: OrderTensor

    @inline(__always)
    func count(_ sort: Int, _ isTaken: Bool) {
      counts[2 &* sort] &+= 1
      counts[2 &* sort &+ 1] &+= isTaken ? 1 : 0
    }
  }

  /// The memory that the domains of one worker use one after the other.
  final class Scratch {
    let list: NeighborList
    let other: NeighborList
    let record: SharedMemory<Double>
    let counts: SharedMemory<Int>
    var slots: [Int32] = []

    init(_ moves: DomainMoves) {
      list = moves.scan.makeList()
      other = moves.scan.makeList()
      record = SharedMemory(repeating: 0, count: moves.model.stride)
      counts = SharedMemory(repeating: 0, count: 4 * moves.model.groupCount + 2)
    }
  }

  func makeScratch() -> Scratch { Scratch(self) }

  var hasField: Bool { conditions.fieldStrength != 0 }
  var hasBias: Bool { conditions.biasStiffness != 0 }

  /// As many trial moves as the domain has particles.
  func run(
    _ domain: SIMD3<Int>, random: CounterRandom, tensor: OrderTensor, _ scratch: Scratch
  ) -> DomainResult {
    scratch.slots.removeAll(keepingCapacity: true)
    for cell in board.cells(of: domain) {
      for k in 0..<Int(store.occupancy.base[cell]) {
        scratch.slots.append(Int32(store.slot(cell * store.capacity + k)))
      }
    }
    let groups = model.groupCount
    let counts = scratch.counts
    counts.base.update(repeating: 0, count: counts.count)
    var work = Work(
      list: scratch.list, other: scratch.other, record: scratch.record.base, counts: counts.base,
      domain: domain, tensor: tensor)
    scratch.slots.withUnsafeBufferPointer { slots in
      switch model.interaction {
      case .hard(let bodies): run(slots, random, Hard(margins: bodies.margins), &work)
      case .smooth(let energies): run(slots, random, Smooth(energies: energies), &work)
      case .collective:
        if let collective { run(slots, random, collective, &work) }
      }
    }
    func count(_ sort: Int) -> MoveTally.Count {
      MoveTally.Count(tried: counts.base[2 * sort], taken: counts.base[2 * sort + 1])
    }
    var tally = MoveTally(groups: groups)
    for g in 0..<groups {
      tally.translations[g] = count(g)
      tally.rotations[g] = count(groups + g)
    }
    tally.swaps = count(2 * groups)
    return DomainResult(tally: tally, energy: work.energy, alignment: work.alignment)
  }

  /// The same loop for both kinds of interaction, each with moves of its own.
  @inline(__always)
  private func run(
    _ slots: UnsafeBufferPointer<Int32>, _ random: CounterRandom, _ rule: some MoveRule,
    _ work: inout Work
  ) {
    let swapLimit = UInt64(swapFraction * 0x1p32)
    for trial in 0..<slots.count {
      let words = random.block(UInt64(trial))
      let slot = Int(slots[pick(words[3] &>> 32, of: slots.count)])
      let choice = words[3] & 0xFFFF_FFFF
      if choice < swapLimit {
        let other = Int(slots[pick(words[0] &>> 32, of: slots.count)])
        swap(slot, other, words, &work)
      } else if choice & 1 == 1, model.axes[Int(store.kinds.base[slot])] >= 0 {
        rotate(slot, words, rule, &work)
      } else {
        translate(slot, words, rule, &work)
      }
    }
  }

  /// A number below `count` from 32 random bits.
  @inline(__always)
  private func pick(_ bits: UInt64, of count: Int) -> Int { Int((bits &* UInt64(count)) &>> 32) }

  /// Uniform in (0, 1), from the low bits that the vector leaves unused.
  @inline(__always)
  private func lottery(_ words: SIMD4<UInt64>) -> Double {
    let bits = (words[0] & 0x7FF) &<< 22 | (words[1] & 0x7FF) &<< 11 | words[2] & 0x7FF
    return (Double(bits) + 0.5) * 0x1p-33
  }

  @inline(__always)
  private func vector(_ words: SIMD4<UInt64>, _ size: Double) -> Vector3 {
    size
      * Vector3(
        CounterRandom.symmetric(words[0]), CounterRandom.symmetric(words[1]),
        CounterRandom.symmetric(words[2]))
  }

  @inline(__always)
  func isTaken(_ change: Double, _ words: SIMD4<UInt64>) -> Bool {
    change <= 0 || lottery(words) < boltzmann(-change / conditions.temperature)
  }

  /// Whether a point is in the domain that the moves belong to.
  @inline(__always)
  private func owns(_ point: CellPoint, _ domain: SIMD3<Int>) -> Bool {
    for k in 0..<3 where board.blocks[k] > 1 {
      if board.block(point.coordinates[k], k) != domain[k] { return false }
    }
    return true
  }

  @inline(__always)
  private func translate(
    _ slot: Int, _ words: SIMD4<UInt64>, _ rule: some MoveRule, _ work: inout Work
  ) {
    let kind = Int(store.kinds.base[slot])
    let group = model.groups[kind]
    let place = Int(store.places.base[slot])
    let home = place / store.capacity
    let old = store.position(slot)
    let point = scan.locate(old + vector(words, steps.translations[group]))
    if point.cell != home {
      let isRoomy = Int(store.occupancy.base[point.cell]) < store.capacity
      guard isRoomy, owns(point, work.domain) else { return work.count(group, false) }
    }
    let record = store.records.base + model.stride * slot
    guard
      let change = rule.change(
        self, Trial(slot: slot, kind: kind, place: place, old: record, new: record, turn: nil),
        from: old, to: point, limit: { isTaken($0, words) }, work)
    else { return work.count(group, false) }
    work.count(group, true)
    work.energy += change
    if point.cell == home {
      store.write(point.position, slot: slot)
    } else {
      store.remove(slot)
      _ = store.insert(slot, at: point.position, cell: point.cell)
    }
  }

  @inline(__always)
  private func rotate(
    _ slot: Int, _ words: SIMD4<UInt64>, _ rule: some MoveRule, _ work: inout Work
  ) {
    let kind = Int(store.kinds.base[slot])
    let group = model.groups[kind]
    let sort = model.groupCount &+ group
    let half = 0.5 * vector(words, steps.rotations[group])
    let old = store.orientation(slot)
    let new = rotationProduct(SIMD4(1, half.x, half.y, half.z), old)
    var (turned, tensor, outside) = (0.0, work.tensor, 0.0)
    if hasField || hasBias {
      let u = model.axis(kind: kind, orientation: old)
      let v = model.axis(kind: kind, orientation: new)
      turned = alignment(v) - alignment(u)
      tensor.replace(u, by: v)
      outside = external(turned, from: work.tensor, to: tensor)
    }
    model.write(kind: kind, orientation: new, to: work.record)
    let position = store.position(slot)
    let record = store.records.base + model.stride * slot
    let trial = Trial(
      slot: slot, kind: kind, place: Int(store.places.base[slot]), old: record, new: work.record,
      turn: new)
    guard
      let change = rule.change(
        self, trial, from: nil, to: scan.locate(position),
        limit: { isTaken($0 + outside, words) }, work)
    else { return work.count(sort, false) }
    work.count(sort, true)
    work.energy += change
    work.alignment += turned
    work.tensor = tensor
    let q = store.orientations.base + 4 * slot
    (q[0], q[1], q[2], q[3]) = (new[0], new[1], new[2], new[3])
    record.update(from: work.record, count: model.stride)
  }

  /// P2(u.z); zero for a sphere.
  @inline(__always)
  func alignment(_ u: Vector3) -> Double {
    if u == Vector3.zero { return 0 }
    let c = u.dot(conditions.fieldAxis)
    return 1.5 * c * c - 0.5
  }

  /// The change of the energies of field and bias.
  @inline(__always)
  func external(
    _ alignment: Double, from old: OrderTensor, to new: OrderTensor
  ) -> Double {
    var change = -conditions.fieldStrength * alignment
    if hasBias {
      let a = old.order(count: axisCount) - conditions.biasTarget
      let b = new.order(count: axisCount) - conditions.biasTarget
      change += 0.5 * conditions.biasStiffness * (b * b - a * a)
    }
    return change
  }
}
