internal import CLanes
internal import Geometry

/// The partners of one particle as the kernels read them, padded to whole batches of eight with the
/// last one. Of every pair of particles one has the other in its list: each pair is computed once.
final class HalfList {
  /// The number of partners.
  private(set) var count = 0
  private var capacity = 0
  private var slots = UnsafeMutablePointer<Int32>.allocate(capacity: 0)
  private var x = UnsafeMutablePointer<Double>.allocate(capacity: 0)
  private var y = UnsafeMutablePointer<Double>.allocate(capacity: 0)
  private var z = UnsafeMutablePointer<Double>.allocate(capacity: 0)
  /// -1 where a candidate is inside the cutoff, 0 elsewhere.
  private var inside = UnsafeMutablePointer<Int64>.allocate(capacity: 0)

  deinit {
    inside.deallocate()
    slots.deallocate()
    x.deallocate()
    y.deallocate()
    z.deallocate()
  }

  /// Those neighbours of the particle in slot `own` that come behind it, and half of its own images.
  /// `slotOf` is the slot of every particle.
  func fill(from buffer: NeighborFinder.Buffer, own: Int32, slotOf: [Int32]) {
    reserve(buffer.count)
    let (indices, bx, by, bz) = (buffer.indices, buffer.x, buffer.y, buffer.z)
    let (slots, x, y, z) = (slots, x, y, z)
    var k = 0
    slotOf.withUnsafeBufferPointer { slotOf in
      for n in 0..<buffer.count {
        let slot = slotOf[Int(indices[n])]
        (slots[k], x[k], y[k], z[k]) = (slot, bx[n], by[n], bz[n])
        // The sign bit, because a branch here would be mispredicted at every second neighbour.
        k &+= Int(UInt32(bitPattern: own &- slot) &>> 31)
        if slot == own, PairSearch.isPositive(buffer.shifts[n]) { k += 1 }
      }
    }
    finish(k)
  }

  /// All particles behind the one in slot `own`, of an open frame in the order of slots.
  func fill(_ positions: [Vector3], own: Int) {
    let count = positions.count - own - 1
    reserve(count)
    for k in 0..<count {
      let r = positions[own + 1 + k] - positions[own]
      (slots[k], x[k], y[k], z[k]) = (Int32(own + 1 + k), r.x, r.y, r.z)
    }
    finish(count)
  }

  /// Those candidates of a Verlet list's row that are inside the cutoff. `places` holds four numbers for
  /// every slot, of which three are the position.
  ///
  /// First all displacements, eight at a time, then one pass that moves those to be kept together.
  @inline(__always)
  func fill(
    from row: VerletRows.Row, own: Int, places: UnsafePointer<Double>, lattice: Matrix3x3,
    cutoffSquared: Double
  ) {
    typealias L = SIMD8<Double>
    let candidates = row.count
    reserve(candidates)
    let (slots, x, y, z, inside) = (slots, x, y, z, inside)
    let center = LaneVector<L>(
      L(repeating: places[4 * own]), L(repeating: places[4 * own + 1]),
      L(repeating: places[4 * own + 2]))
    let edge = L(repeating: cutoffSquared)
    func store<V: SIMD>(_ v: V, _ p: UnsafeMutablePointer<V.Scalar>, _ start: Int) {
      UnsafeMutableRawPointer(p + start).storeBytes(of: v, as: V.self)
    }
    var start = 0
    while start < candidates {
      let others = row.slots(start)
      var v = (L.zero, L.zero, L.zero, L.zero)
      withUnsafeMutablePointer(to: &v) { mesogen_gather4(places, 4, others, $0) }
      var r = LaneVector(v.0, v.1, v.2) - center
      let shifts = row.shifts(start)
      if any(shifts .!= SIMD8(repeating: VerletRows.home)) {
        let turns = VerletRows.turns(shifts)
        for k in 0..<3 {
          r = LaneVector(
            L.fma(L(repeating: lattice[k, 0]), turns[k], r.x),
            L.fma(L(repeating: lattice[k, 1]), turns[k], r.y),
            L.fma(L(repeating: lattice[k, 2]), turns[k], r.z))
        }
      }
      store(r.x, x, start)
      store(r.y, y, start)
      store(r.z, z, start)
      store(unsafeBitCast(r.dot(r) .< edge, to: SIMD8<Int64>.self), inside, start)
      start += 8
    }
    var k = 0
    for n in 0..<candidates {
      (slots[k], x[k], y[k], z[k]) = (row.slots[n], x[n], y[n], z[n])
      k &-= Int(inside[n])
    }
    finish(k)
  }

  private func reserve(_ count: Int) {
    guard count + 8 > capacity else { return }
    capacity = 2 * count + 64
    slots.deallocate()
    x.deallocate()
    y.deallocate()
    z.deallocate()
    slots = .allocate(capacity: capacity)
    x = .allocate(capacity: capacity)
    y = .allocate(capacity: capacity)
    z = .allocate(capacity: capacity)
    inside.deallocate()
    inside = .allocate(capacity: capacity)
  }

  private func finish(_ count: Int) {
    self.count = count
    guard count > 0 else { return }
    for k in count..<(count + 7) / 8 * 8 {
      (slots[k], x[k], y[k], z[k]) = (slots[count - 1], x[count - 1], y[count - 1], z[count - 1])
    }
  }

  /// Eight partners of a list.
  struct Batch {
    let slots: SIMD8<Int32>
    let r: LaneVector<SIMD8<Double>>
    /// How many of the lanes count; the others repeat the last.
    let count: Int

    /// Set where a lane counts.
    @inline(__always) var valid: SIMDMask<SIMD8<Int64>> {
      SIMD8<Int64>(0, 1, 2, 3, 4, 5, 6, 7) .< SIMD8<Int64>(repeating: Int64(count))
    }
  }

  /// The partners from `start`, a multiple of eight.
  @inline(__always)
  func batch(_ start: Int) -> Batch {
    func load<V: SIMD>(_ p: UnsafeMutablePointer<V.Scalar>) -> V {
      UnsafeRawPointer(p + start).loadUnaligned(as: V.self)
    }
    return Batch(
      slots: load(slots), r: LaneVector(load(x), load(y), load(z)), count: min(8, count - start))
  }
}
