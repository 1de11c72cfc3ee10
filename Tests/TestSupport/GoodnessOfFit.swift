import Foundation

/// How well draws fit a distribution, as the probability of a fit as bad or worse by chance.
public enum GoodnessOfFit {
  /// Kolmogorov and Smirnov's test of `samples` against a cumulative distribution; the asymptotic
  /// series with Stephens' correction for finite samples.
  public static func kolmogorovSmirnov(
    _ samples: [Double], cumulative: (Double) -> Double
  ) -> Double {
    let sorted = samples.sorted()
    let n = Double(sorted.count)
    var distance = 0.0
    for (k, x) in sorted.enumerated() {
      let f = cumulative(x)
      distance = max(distance, max(f - Double(k) / n, Double(k + 1) / n - f))
    }
    let x = (n.squareRoot() + 0.12 + 0.11 / n.squareRoot()) * distance
    if x < 0.2 { return 1 }
    var sum = 0.0
    for k in 1...100 {
      let term = exp(-2 * Double(k * k) * x * x)
      sum += k % 2 == 1 ? term : -term
    }
    return min(1, max(0, 2 * sum))
  }

  /// Pearson's chi-square test of counts against equal expectations.
  public static func uniformChiSquare(_ counts: [Int]) -> Double {
    let expected = Double(counts.reduce(0, +)) / Double(counts.count)
    let chiSquare = counts.reduce(0) { $0 + pow(Double($1) - expected, 2) / expected }
    return chiSquareTail(chiSquare, degrees: counts.count - 1)
  }

  /// The probability of a chi-square of `degrees` degrees of freedom above x, by Wilson and Hilferty's
  /// normal approximation to its cube root: good to some 1e-3 for 10 degrees and more.
  public static func chiSquareTail(_ x: Double, degrees: Int) -> Double {
    let k = Double(degrees)
    let z = (cbrt(x / k) - (1 - 2 / (9 * k))) / sqrt(2 / (9 * k))
    return 0.5 * erfc(z / sqrt(2))
  }

  /// The cumulative distribution of a density on [low, high], by Simpson's rule on a fine grid and
  /// linear interpolation.
  public static func cumulative(
    low: Double, high: Double, density: (Double) -> Double
  ) -> (Double) -> Double {
    let steps = 20_000
    let h = (high - low) / Double(steps)
    var sums = [0.0]
    for k in 0..<steps {
      let x = low + Double(k) * h
      sums.append(sums[k] + (density(x) + 4 * density(x + h / 2) + density(x + h)) * h / 6)
    }
    let table = sums
    return { x in
      let position = min(Double(steps), max(0, (x - low) / h))
      let k = min(steps - 1, Int(position))
      let fraction = position - Double(k)
      return (table[k] + fraction * (table[k + 1] - table[k])) / table[steps]
    }
  }
}
