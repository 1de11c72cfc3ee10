/// Pairs that run side by side in the moment kernel: eight, or four that are left over.
protocol MomentLanes: SIMD, Sendable where Scalar == Double {
  /// The lanes added up to four.
  var four: SIMD4<Double> { get }
}

extension SIMD4: MomentLanes where Scalar == Double {
  @inline(__always) var four: SIMD4<Double> { self }
}

extension SIMD8: MomentLanes where Scalar == Double {
  @inline(__always) var four: SIMD4<Double> { lowHalf + highHalf }
}
