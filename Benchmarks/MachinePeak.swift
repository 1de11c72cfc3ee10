/// The fused multiply-adds (counted as two operations) per second that this program's code reaches on
/// one core when nothing else limits it: twelve independent chains in registers.
func measuredPeakFlops() -> Double {
  typealias Lanes = SIMD4<Double>
  let rounds = 4_000_000
  var sink = 0.0
  let seconds =
    1e-9
    * shortest {
      let factor = Lanes(repeating: 1 - 1e-9)
      let addend = Lanes(repeating: 1e-9)
      var (a, b, c) = (Lanes(repeating: 1), Lanes(repeating: 2), Lanes(repeating: 3))
      var (d, e, f) = (Lanes(repeating: 4), Lanes(repeating: 5), Lanes(repeating: 6))
      var (g, h, i) = (Lanes(repeating: 7), Lanes(repeating: 8), Lanes(repeating: 9))
      var (j, k, l) = (Lanes(repeating: 10), Lanes(repeating: 11), Lanes(repeating: 12))
      for _ in 0..<rounds {
        a = multiplyAdd(addend, a, factor)
        b = multiplyAdd(addend, b, factor)
        c = multiplyAdd(addend, c, factor)
        d = multiplyAdd(addend, d, factor)
        e = multiplyAdd(addend, e, factor)
        f = multiplyAdd(addend, f, factor)
        g = multiplyAdd(addend, g, factor)
        h = multiplyAdd(addend, h, factor)
        i = multiplyAdd(addend, i, factor)
        j = multiplyAdd(addend, j, factor)
        k = multiplyAdd(addend, k, factor)
        l = multiplyAdd(addend, l, factor)
      }
      sink += (a + b + c + d + e + f + g + h + i + j + k + l).sum()
    }
  precondition(sink.isFinite, "the chains converge")
  return Double(rounds) * 12 * 4 * 2 / seconds
}

@inline(__always)
private func multiplyAdd(
  _ c: SIMD4<Double>, _ a: SIMD4<Double>, _ b: SIMD4<Double>
) -> SIMD4<Double> {
  #if FUSED_MULTIPLY_ADD || arch(arm64)
    c.addingProduct(a, b)
  #else
    c + a * b
  #endif
}
