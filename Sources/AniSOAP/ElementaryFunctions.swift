internal import Foundation

/// cos(x).
@inline(__always)
func cosine(_ x: Double) -> Double { cos(x) }

/// exp(x).
@inline(__always)
func exponential(_ x: Double) -> Double { exp(x) }
