internal import Foundation

// Foundation stays in this file; the rest of the room needs no more of it than these.

@inline(__always) func cosine(_ x: Double) -> Double { cos(x) }
@inline(__always) func sine(_ x: Double) -> Double { sin(x) }
@inline(__always) func exponential(_ x: Double) -> Double { exp(x) }
@inline(__always) func logarithm(_ x: Double) -> Double { log(x) }
@inline(__always) func cubeRoot(_ x: Double) -> Double { cbrt(x) }
@inline(__always) func hyperbolicCotangent(_ x: Double) -> Double { 1 / tanh(x) }
@inline(__always) func arcCosine(_ x: Double) -> Double { acos(x) }
@inline(__always) func angle(_ y: Double, _ x: Double) -> Double { atan2(y, x) }
