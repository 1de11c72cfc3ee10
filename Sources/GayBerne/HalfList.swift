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

  deinit {
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
