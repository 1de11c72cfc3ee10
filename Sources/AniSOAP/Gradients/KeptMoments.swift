/// Memory for the moments of the neighbours of one centre and what belongs to them, in rows of eight
/// lanes. It grows to what the largest neighbourhood takes.
final class KeptMoments {
  /// x, y, z, b (3), K (6), slope of the cutoff.
  static let headerRows = 13
  static let slope = 12

  private(set) var base: UnsafeMutablePointer<SIMD8<Double>>
  private var capacity = 64

  init() { base = Self.allocate(64) }

  deinit { base.deallocate() }

  private static func allocate(_ rows: Int) -> UnsafeMutablePointer<SIMD8<Double>> {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 64 * rows, alignment: 64)
    return memory.initializeMemory(as: SIMD8<Double>.self, repeating: .zero, count: rows)
  }

  /// Room for so many rows; what was there is lost when it grows.
  func reserve(_ rows: Int) {
    guard rows > capacity else { return }
    capacity = rows + rows / 2
    base.deallocate()
    base = Self.allocate(capacity)
  }

  /// What is kept of a group besides its moments.
  struct Header<Lanes: MomentLanes> {
    let rows: UnsafeMutablePointer<SIMD8<Double>>

    @inline(__always)
    init(_ rows: UnsafeMutablePointer<SIMD8<Double>>) { self.rows = rows }

    @inline(__always)
    private func row(_ k: Int) -> Lanes {
      UnsafeMutableRawPointer(rows + k).assumingMemoryBound(to: Lanes.self).pointee
    }

    @inline(__always) var x: Lanes { row(0) }
    @inline(__always) var y: Lanes { row(1) }
    @inline(__always) var z: Lanes { row(2) }
    @inline(__always) var bx: Lanes { row(3) }
    @inline(__always) var by: Lanes { row(4) }
    @inline(__always) var bz: Lanes { row(5) }
    @inline(__always) var xx: Lanes { row(6) }
    @inline(__always) var xy: Lanes { row(7) }
    @inline(__always) var xz: Lanes { row(8) }
    @inline(__always) var yy: Lanes { row(9) }
    @inline(__always) var yz: Lanes { row(10) }
    @inline(__always) var zz: Lanes { row(11) }
    @inline(__always) var slope: Lanes { row(KeptMoments.slope) }
  }
}

extension GatheredNeighbors {
  /// Writes position, mean and its derivative of what was gathered last to the rows of a header.
  @inline(__always)
  func keep<Lanes: MomentLanes>(
    _ g: borrowing MomentKernel.Gaussians<Lanes>, in rows: UnsafeMutablePointer<SIMD8<Double>>
  ) {
    func set(_ k: Int, _ value: Lanes) {
      UnsafeMutableRawPointer(rows + k).assumingMemoryBound(to: Lanes.self).pointee = value
    }
    set(0, self[.x])
    set(1, self[.y])
    set(2, self[.z])
    set(3, g.bx)
    set(4, g.by)
    set(5, g.bz)
    let mean: SymmetricLanes<Lanes> = symmetric(.mean)
    set(6, mean.xx)
    set(7, mean.xy)
    set(8, mean.xz)
    set(9, mean.yy)
    set(10, mean.yz)
    set(11, mean.zz)
  }
}
