/// c + a b, rounded once where the processor has the instruction.
///
/// Without it (a plain build for x86-64) `addingProduct` would call a library function and cost a
/// factor of 16; the sum is then rounded twice.
@inline(__always)
func fma<Lanes: SIMD>(_ c: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes
where Lanes.Scalar: FloatingPoint {
  #if FUSED_MULTIPLY_ADD || arch(arm64)
    c.addingProduct(a, b)
  #else
    c + a * b
  #endif
}
