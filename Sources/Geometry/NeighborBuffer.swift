extension NeighborFinder {
  /// The neighbours of one particle, as a structure of arrays. Reuse one buffer for many particles;
  /// each worker has its own.
  ///
  /// The arrays are views that hold until the buffer is filled again.
  public final class Buffer {
    /// The arrays. They stand behind a pointer, so that reading them is not checked for exclusive
    /// access each time, as reading a variable of an object would be.
    private struct Storage {
      var count = 0
      var capacity = 0
      var index = UnsafeMutablePointer<Int32>.allocate(capacity: 0)
      var x = UnsafeMutablePointer<Double>.allocate(capacity: 0)
      var y = UnsafeMutablePointer<Double>.allocate(capacity: 0)
      var z = UnsafeMutablePointer<Double>.allocate(capacity: 0)
      var shift = UnsafeMutablePointer<SIMD3<Int32>>.allocate(capacity: 0)

      /// Room for `more` further entries.
      mutating func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        let (kept, larger) = (count, max(64, 2 * (count + more)))
        func grow<T>(_ old: inout UnsafeMutablePointer<T>) {
          let new = UnsafeMutablePointer<T>.allocate(capacity: larger)
          new.moveInitialize(from: old, count: kept)
          old.deallocate()
          old = new
        }
        grow(&index)
        grow(&x)
        grow(&y)
        grow(&z)
        grow(&shift)
        capacity = larger
      }
    }

    private let storage: UnsafeMutablePointer<Storage>

    /// An empty buffer.
    public init() {
      storage = .allocate(capacity: 1)
      storage.initialize(to: Storage())
    }

    deinit {
      storage.pointee.index.deallocate()
      storage.pointee.x.deallocate()
      storage.pointee.y.deallocate()
      storage.pointee.z.deallocate()
      storage.pointee.shift.deallocate()
      storage.deallocate()
    }

    /// The number of neighbours.
    public var count: Int { storage.pointee.count }

    /// Index of the neighbour.
    public var indices: UnsafeBufferPointer<Int32> {
      .init(start: storage.pointee.index, count: count)
    }

    /// The x component of r_ij = r_j - r_i + lattice shift.
    public var x: UnsafeBufferPointer<Double> { .init(start: storage.pointee.x, count: count) }

    /// The y component of r_ij.
    public var y: UnsafeBufferPointer<Double> { .init(start: storage.pointee.y, count: count) }

    /// The z component of r_ij.
    public var z: UnsafeBufferPointer<Double> { .init(start: storage.pointee.z, count: count) }

    /// The lattice shift: r_ij = r_j - r_i + shift . lattice, for positions as given.
    public var shifts: UnsafeBufferPointer<SIMD3<Int32>> {
      .init(start: storage.pointee.shift, count: count)
    }

    /// r_ij of neighbour `k`.
    public func displacement(_ k: Int) -> Vector3 { Vector3(x[k], y[k], z[k]) }

    /// Forgets the neighbours and keeps the memory.
    public func removeAll() { storage.pointee.count = 0 }

    /// Adds an entry by hand, without a lattice shift: a particle's own density, or a pair made up.
    public func append(index: Int32, displacement: Vector3) {
      storage.pointee.reserve(1)
      let k = count
      (storage.pointee.index[k], storage.pointee.shift[k]) = (index, .zero)
      storage.pointee.x[k] = displacement.x
      storage.pointee.y[k] = displacement.y
      storage.pointee.z[k] = displacement.z
      storage.pointee.count = k + 1
    }

    /// Adds those of `candidates` (places in the arrays of sorted positions) that are closer than
    /// the cutoff. Every candidate is written behind the last neighbour and kept by counting it,
    /// without a branch. The difference is taken before the shift is added: then the other direction
    /// of the pair has the same bits, and both find each other or neither does.
    @inline(__always)
    func append(
      candidates: Range<Int>, of particles: Sorted, center: Vector3, shift: Vector3?,
      cutoffSquared: Double, turns: SIMD3<Int32>
    ) {
      if candidates.isEmpty { return }
      storage.pointee.reserve(candidates.count)
      let (xs, ys, zs) = (storage.pointee.x, storage.pointee.y, storage.pointee.z)
      let (indices, first) = (storage.pointee.index, count)
      var k = first
      for s in candidates {
        var x = particles.x[s] - center.x
        var y = particles.y[s] - center.y
        var z = particles.z[s] - center.z
        if let shift { (x, y, z) = (x + shift.x, y + shift.y, z + shift.z) }
        xs[k] = x
        ys[k] = y
        zs[k] = z
        indices[k] = Int32(truncatingIfNeeded: s)
        // The sign bit of the difference: a comparison would be compiled to a branch that is
        // mispredicted at every neighbour.
        k &+= Int((x * x + y * y + z * z - cutoffSquared).bitPattern >> 63)
      }
      let shifts = storage.pointee.shift
      for kept in first..<k {
        let s = Int(indices[kept])
        shifts[kept] = turns &- particles.wraps[s]
        indices[kept] = particles.index[s]
      }
      storage.pointee.count = k
    }
  }

  /// Particles in the order of bins, as views of the finder's arrays.
  struct Sorted {
    let x: UnsafeBufferPointer<Double>
    let y: UnsafeBufferPointer<Double>
    let z: UnsafeBufferPointer<Double>
    /// Original index.
    let index: UnsafeBufferPointer<Int32>
    /// The lattice translation that took the particle into the cell.
    let wraps: UnsafeBufferPointer<SIMD3<Int32>>
  }
}
