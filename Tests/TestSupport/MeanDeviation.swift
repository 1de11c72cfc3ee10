import Foundation

extension GoodnessOfFit {
  /// The probability of a mean as far or further from `expected` by chance, by the normal
  /// distribution of the mean of many samples.
  public static func mean(_ samples: [Double], expected: Double) -> Double {
    let n = Double(samples.count)
    let mean = samples.reduce(0, +) / n
    let variance = samples.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    return erfc(abs(mean - expected) / (2 * variance / n).squareRoot())
  }
}
