/// The twin of `MomentKernel`: the same moments by way of all Cartesian ones, as the paper has it.
///
/// For a Gaussian with mean b and covariance C all moments M[p, q, s] = <x^p y^q z^s> up to the degree
/// D = lmax + 2 nmax come from (paper, Eqs. A55 to A60)
///
///     M[p + 1, q, s] = b_x M[p, q, s] + C_xx p M[p - 1, q, s] + C_xy q M[p, q - 1, s]
///                      + C_xz s M[p, q, s - 1]
///
/// and likewise along y and z; <r^(2n) f> is the sum of <x^2 r^(2n-2) f>, <y^2 r^(2n-2) f> and
/// <z^2 r^(2n-2) f>. One pair at a time and many more moments than are needed: it is here to check the
/// fast kernel, with which it shares nothing but the layout of the result.
struct CartesianKernel: Sendable {
  private let layout: MomentKernel
  private let degree: Int

  /// A twin of the kernel.
  init(_ kernel: MomentKernel) {
    layout = kernel
    degree = kernel.largestPower
  }

  /// Adds the moments of each Gaussian to `sums`, as `MomentKernel.accumulate` does.
  func accumulate(
    _ g: MomentKernel.Gaussians<SIMD8<Double>>,
    into sums: UnsafeMutablePointer<MomentKernel.Sum>
  ) {
    let side = degree + 1
    withUnsafeTemporaryAllocation(of: Double.self, capacity: side * side * side) { moments in
      for lane in 0..<8 where g.weight[lane] != 0 {
        fill(moments, g, lane)
        for n in 0..<layout.layers[0] {
          if n > 0 { multiplyBySquare(moments, degree: degree - 2 * n) }
          for l in layout.layers.indices where layout.layers[l] > n {
            let first = sums + layout.offset(layer: n, degree: l)
            for p in 0...l { first[p][0] += moments[index(p, l - p, 0)] }
            for p in 0..<l { first[l + 1 + p][0] += moments[index(p, l - 1 - p, 1)] }
          }
        }
      }
    }
  }

  @inline(__always)
  private func index(_ p: Int, _ q: Int, _ s: Int) -> Int {
    (p * (degree + 1) + q) * (degree + 1) + s
  }

  /// All M[p, q, s] with p + q + s <= `degree`.
  private func fill(
    _ m: UnsafeMutableBufferPointer<Double>,
    _ g: MomentKernel.Gaussians<SIMD8<Double>>, _ lane: Int
  ) {
    let mean = [g.bx[lane], g.by[lane], g.bz[lane]]
    let covariance = [
      [g.xx[lane], g.xy[lane], g.xz[lane]], [g.xy[lane], g.yy[lane], g.yz[lane]],
      [g.xz[lane], g.yz[lane], g.zz[lane]],
    ]
    for p in 0...degree {
      for q in 0...(degree - p) {
        for s in 0...(degree - p - q) {
          guard p + q + s > 0 else {
            m[0] = g.weight[lane]
            continue
          }
          // One step along the first direction that has a power left.
          let axis = p > 0 ? 0 : q > 0 ? 1 : 2
          var powers = [p, q, s]
          powers[axis] -= 1
          var sum = mean[axis] * m[index(powers[0], powers[1], powers[2])]
          for other in 0..<3 where powers[other] > 0 {
            var lower = powers
            lower[other] -= 1
            sum +=
              covariance[axis][other] * Double(powers[other])
              * m[index(lower[0], lower[1], lower[2])]
          }
          m[index(p, q, s)] = sum
        }
      }
    }
  }

  /// <f> to <r^2 f> for all monomials f up to a degree.
  private func multiplyBySquare(_ m: UnsafeMutableBufferPointer<Double>, degree: Int) {
    guard degree >= 0 else { return }
    for p in 0...degree {
      for q in 0...(degree - p) {
        for s in 0...(degree - p - q) {
          m[index(p, q, s)] = m[index(p + 2, q, s)] + m[index(p, q + 2, s)] + m[index(p, q, s + 2)]
        }
      }
    }
  }
}
