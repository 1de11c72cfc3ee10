internal import Geometry

/// A kernel whose potential ends at a cutoff: zero at or beyond it, and below it the energy as it is,
/// shifted, or switched off smoothly.
struct TruncatedKernel<Kernel: PairKernel>: Sendable {
  let kernel: Kernel
  let cutoff: Double?
  let truncation: Truncation

  /// As the kernel's own, with forces the exact gradients of the truncated energy.
  @inline(__always)
  func interact<L: Lanes>(
    _ first: Particle<L>, _ second: Particle<L>, epsilon: L, sigma: L, r: LaneVector<L>,
    forces: Bool
  ) -> PairResult<L> {
    var result = kernel.interact(
      first, second, epsilon: epsilon, sigma: sigma, r: r, forces: forces)
    guard let cutoff else { return result }
    switch truncation {
    case .plain: break
    case .shifted:
      let scale = L(repeating: cutoff) / result.distance
      let edge = kernel.interact(
        first, second, epsilon: epsilon, sigma: sigma, r: scale * r, forces: forces)
      subtract(edge, from: &result, r, scale: scale, forces: forces)
    case .switched(let start):
      multiply(&result, r, start: start, cutoff: cutoff, forces: forces)
    }
    result.within = L.less(result.distance, L(repeating: cutoff))
    return result
  }

  /// U(r) - U(r_c rhat). The gradient of the second term is (r_c/|r|) (1 - rhat rhat^T) grad U there;
  /// its torques are those there.
  @inline(__always)
  private func subtract<L: Lanes>(
    _ edge: PairResult<L>, from result: inout PairResult<L>, _ r: LaneVector<L>, scale: L,
    forces: Bool
  ) {
    result.energy = result.energy - edge.energy
    guard forces else { return }
    let along = r.dot(edge.force) / (result.distance * result.distance)
    let across = scale * (edge.force - along * r)
    result.force = result.force - across
    result.torque1 = result.torque1 - edge.torque1
    result.torque2 = result.torque2 - edge.torque2
  }

  /// S U with S = 1 - 10 t^3 + 15 t^4 - 6 t^5, t = (|r| - start)/(r_c - start) held in [0, 1].
  @inline(__always)
  private func multiply<L: Lanes>(
    _ result: inout PairResult<L>, _ r: LaneVector<L>, start: Double, cutoff: Double, forces: Bool
  ) {
    let width = L(repeating: 1 / (cutoff - start))
    let raw = (result.distance - L(repeating: start)) * width
    let t = L.minimum(.one, L.maximum(.zero, raw))
    let cubic = t * t * t
    let inner = L.fma(t, L.fma(t, L(repeating: -6), L(repeating: 15)), L(repeating: -10))
    let s = L.fma(cubic, inner, .one)
    let energy = result.energy
    result.energy = s * energy
    guard forces else { return }
    let rest = L.one - t
    let slope = L(repeating: -30) * (t * t) * (rest * rest) * width
    let along = slope * energy / result.distance
    result.force = (s * result.force).adding(-along, r)
    result.torque1 = s * result.torque1
    result.torque2 = s * result.torque2
  }
}
