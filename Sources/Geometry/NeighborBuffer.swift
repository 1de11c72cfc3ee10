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

    /// Adds those of a run of particles (places in the arrays of sorted positions) that are closer
    /// than the cutoff, seen after `turns` of the lattice, which move them by `shift`. The centre
    /// itself, at place `slot`, is left out; `slot` is -1 where an image of it is a neighbour.
    ///
    /// Distances are looked at eight at a time and leave a bit each, so that the processor has to guess
    /// once in up to 64 particles how many are neighbours. The difference is taken before the shift is
    /// added: then the other direction of the pair has the same bits, and both find each other or
    /// neither does.
    @inline(__always)
    func append(
      run: Range<Int>, of particles: Sorted, slot: Int, center: Vector3, shift: Vector3,
      turns: SIMD3<Int32>, wrap: SIMD3<Int32>, cutoffSquared: Double
    ) {
      var start = run.lowerBound
      while start < run.upperBound {
        let rest = run.upperBound &- start
        var bits: UInt64 = 0
        for group in stride(from: 0, to: min(rest, 64), by: 8) {
          let x = particles.x.eight(from: start &+ group) - center.x + shift.x
          let y = particles.y.eight(from: start &+ group) - center.y + shift.y
          let z = particles.z.eight(from: start &+ group) - center.z + shift.z
          bits |= Self.signs(x * x + y * y + z * z - cutoffSquared) &<< UInt64(group)
        }
        if rest < 64 { bits &= (1 &<< UInt64(rest)) &- 1 }
        let own = slot &- start
        if own >= 0 && own < 64 { bits &= ~(1 &<< UInt64(own)) }
        storage.pointee.reserve(64)
        let (xs, ys, zs) = (storage.pointee.x, storage.pointee.y, storage.pointee.z)
        let (indices, shifts) = (storage.pointee.index, storage.pointee.shift)
        var k = count
        while bits != 0 {
          let s = start &+ bits.trailingZeroBitCount
          bits &= bits &- 1
          xs[k] = (particles.x[s] - center.x) + shift.x
          ys[k] = (particles.y[s] - center.y) + shift.y
          zs[k] = (particles.z[s] - center.z) + shift.z
          indices[k] = particles.index[s]
          shifts[k] = turns
          if let wraps = particles.wraps { shifts[k] = turns &+ wrap &- wraps[s] }
          k &+= 1
        }
        storage.pointee.count = k
        start &+= 64
      }
    }

    /// Bit i says whether number i is below zero.
    @inline(__always)
    private static func signs(_ v: SIMD8<Double>) -> UInt64 {
      SIMD8<UInt64>(1, 2, 4, 8, 16, 32, 64, 128).replacing(with: 0, where: v .>= 0).wrappedSum()
    }
  }

  /// Particles in the order of bins, as views of the finder's arrays.
  struct Sorted {
    let x: Coordinates
    let y: Coordinates
    let z: Coordinates
    /// Original index.
    let index: UnsafeBufferPointer<Int32>
    /// The lattice translation that took the particle into the cell; nil where no particle needed one.
    let wraps: UnsafeBufferPointer<SIMD3<Int32>>?
  }
  /// One coordinate of particles in the order of bins, with at least eight entries behind the last.
  struct Coordinates {
    let values: UnsafeBufferPointer<Double>

    @inline(__always)
    subscript(_ s: Int) -> Double { values[s] }

    /// Eight in a row.
    @inline(__always)
    func eight(from s: Int) -> SIMD8<Double> {
      UnsafeRawBufferPointer(values).loadUnaligned(
        fromByteOffset: s &* MemoryLayout<Double>.stride, as: SIMD8<Double>.self)
    }
  }
}
