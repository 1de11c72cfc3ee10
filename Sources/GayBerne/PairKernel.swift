internal import CLanes

/// The formula of a potential, for one pair or for eight.
protocol PairKernel: Sendable {
  /// Energy, and if asked for force and torques, at r = r_2 - r_1, not zero.
  func interact<L: Lanes>(
    _ first: Particle<L>, _ second: Particle<L>, epsilon: L, sigma: L, r: LaneVector<L>,
    forces: Bool
  ) -> PairResult<L>
}

/// What a kernel knows of a particle: a record of 16 numbers.
struct Particle<L: Lanes>: Sendable {
  /// G = R S^2 R^T.
  var shape: LaneMatrix<L>
  /// B = R E R^T.
  var wells: LaneMatrix<L>
  /// Four more numbers, by potential: (s, det(S)^(1/3), -, -) or (a, b, c, -).
  var extra: (L, L, L, L)

  @inline(__always) static var size: Int { 16 }
}

/// The result of a kernel for a pair. Energy, force and torques are what the formula gives, even where
/// the potential is not defined: look at `regular` and `within` before adding them up.
struct PairResult<L: Lanes>: Sendable {
  var energy: L
  var radial: L
  var eta: L
  var chi: L
  /// |r| and sigma_12; their difference is h_12.
  var distance: L
  var contactDistance: L
  /// On the second particle.
  var force = LaneVector<L>.zero
  var torque1 = LaneVector<L>.zero
  var torque2 = LaneVector<L>.zero
  /// Where the potential is defined; elsewhere the energy is +infinity.
  var regular: L.Mask
  /// Where the pair is inside the cutoff.
  var within = L.less(.zero, .one)
}

extension Particle where L == Double {
  /// The record at `base`.
  @inline(__always) init(_ base: UnsafePointer<Double>) {
    shape = LaneMatrix(base[0], base[1], base[2], base[3], base[4], base[5])
    wells = LaneMatrix(base[6], base[7], base[8], base[9], base[10], base[11])
    extra = (base[12], base[13], base[14], base[15])
  }

  /// The record as numbers.
  var numbers: [Double] {
    [
      shape.xx, shape.xy, shape.xz, shape.yy, shape.yz, shape.zz,
      wells.xx, wells.xy, wells.xz, wells.yy, wells.yz, wells.zz,
      extra.0, extra.1, extra.2, extra.3,
    ]
  }
}

extension Particle where L == SIMD8<Double> {
  /// Eight times the same particle.
  @inline(__always) init(repeating base: UnsafePointer<Double>) {
    func at(_ k: Int) -> L { L(repeating: base[k]) }
    shape = LaneMatrix(at(0), at(1), at(2), at(3), at(4), at(5))
    wells = LaneMatrix(at(6), at(7), at(8), at(9), at(10), at(11))
    extra = (at(12), at(13), at(14), at(15))
  }

  /// Eight particles out of a table of records.
  @inline(__always) init(gathering base: UnsafePointer<Double>, _ i: SIMD8<Int32>) {
    let p = Self.gather(base, i)
    let q = Self.gather(base + 4, i)
    let r = Self.gather(base + 8, i)
    shape = LaneMatrix(p.0, p.1, p.2, p.3, q.0, q.1)
    wells = LaneMatrix(q.2, q.3, r.0, r.1, r.2, r.3)
    extra = Self.gather(base + 12, i)
  }

  /// Four numbers of each of eight records.
  @inline(__always)
  private static func gather(_ base: UnsafePointer<Double>, _ i: SIMD8<Int32>) -> (L, L, L, L) {
    var v = (L.zero, L.zero, L.zero, L.zero)
    withUnsafeMutablePointer(to: &v) { mesogen_gather4(base, Int32(size), i, $0) }
    return v
  }
}
