/// The vectors that the moment kernel runs on: eight pairs side by side, or the last four.
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
