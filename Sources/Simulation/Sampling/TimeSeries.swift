/// What the values of an observable, taken at equal intervals, say about its mean.
public enum TimeSeries {
  /// The normalised autocorrelation of a series,
  ///
  ///     rho_t = sum over i of (x_i - m)(x_(i+t) - m) / (n v),  m the mean, v the variance,
  ///
  /// for t = 0 to `longest` (at most n - 1): rho_0 = 1. The divisor n for all t makes the sum converge.
  /// Empty for a series that is constant or has fewer than two values.
  public static func autocorrelation(_ values: [Double], longest: Int? = nil) -> [Double] {
    let n = values.count
    guard let deviations = deviations(values) else { return [] }
    let variance = deviations.reduce(0) { $0 + $1 * $1 }
    return (0...min(longest ?? n - 1, n - 1)).map { lag(deviations, $0) / variance }
  }

  /// The statistical inefficiency g = 1 + 2 (rho_1 + rho_2 + ...): n values are worth n / g independent
  /// ones. In units of the interval; at least 1; 1 for a constant series.
  ///
  /// The sum ends by Geyer's initial positive sequence: for a reversible process the sums of
  /// neighbours, rho_2k + rho_(2k+1), are positive and fall, so that the first one that is not positive
  /// is noise, and none counts for more than those before it (Geyer, Statist. Sci. 7, 473 (1992),
  /// doi:10.1214/ss/1177011137).
  public static func inefficiency(_ values: [Double]) -> Double {
    let n = values.count
    guard let deviations = deviations(values) else { return 1 }
    let variance = deviations.reduce(0) { $0 + $1 * $1 }
    var sum = 0.0
    var smallest = Double.infinity
    var t = 0
    while t + 1 < n {
      let pair = (lag(deviations, t) + lag(deviations, t + 1)) / variance
      guard pair > 0 else { break }
      smallest = min(smallest, pair)
      sum += smallest
      t += 2
    }
    return max(1, 2 * sum - 1)
  }

  /// The mean of a series that is not empty; of numbers that are all alike exactly that number, so that
  /// what is kept constant has no error.
  static func mean(_ values: some Collection<Double>) -> Double {
    guard let first = values.first else { return .nan }
    // The mean of the differences: zero where there are none.
    return first + values.reduce(0) { $0 + ($1 - first) } / Double(values.count)
  }

  /// The values less their mean; nil where they are all alike, to rounding.
  private static func deviations(_ values: [Double]) -> [Double]? {
    guard values.count > 1 else { return nil }
    let mean = mean(values)
    let deviations = values.map { $0 - mean }
    let largest = values.reduce(0) { max($0, abs($1)) }
    let spread = deviations.reduce(0) { max($0, abs($1)) }
    // The sum of n values is rounded n times.
    return spread > Double(values.count) * largest.ulp ? deviations : nil
  }

  /// The sum over i of d_i d_(i+t).
  private static func lag(_ d: [Double], _ t: Int) -> Double {
    d.withUnsafeBufferPointer { d in
      var sum = 0.0
      for i in 0..<d.count - t { sum += d[i] * d[i + t] }
      return sum
    }
  }
}

extension TimeSeries {
  /// Where a series has come to equilibrium, and what it is worth from there on.
  public struct Equilibration: Equatable, Sendable {
    /// The first value that counts.
    public var start: Int
    /// The statistical inefficiency of the values from there on.
    public var inefficiency: Double
    /// Their number / the inefficiency.
    public var effectiveSamples: Double
  }

  /// The start t_0 that leaves the most effective samples, N_eff = (n - t_0) / g(t_0): values of a
  /// transient that are kept raise g by more than they add (Chodera, J. Chem. Theory Comput. 12, 1799
  /// (2016), doi:10.1021/acs.jctc.5b00784).
  ///
  /// `candidates` starts are tried, evenly spread over all but the last tenth. Series of more than 4,000
  /// values are averaged over blocks for the search: N_eff of block means is that of the values.
  public static func equilibration(_ values: [Double], candidates: Int = 100) -> Equilibration {
    let n = values.count
    let block = (n + 3999) / 4000
    guard n > 2 else {
      return Equilibration(start: 0, inefficiency: 1, effectiveSamples: Double(n))
    }
    let means = block == 1 ? values : blockMeans(values, size: block)
    let last = max(1, means.count * 9 / 10)
    let count = max(1, min(candidates, last))
    var best = (start: 0, effective: 0.0)
    for k in 0..<count {
      let start = k * last / count
      let effective = Double(means.count - start) / inefficiency(Array(means[start...]))
      if effective > best.effective { best = (start, effective) }
    }
    // The blocks end with the last value.
    let start = best.start == 0 ? 0 : n - (means.count - best.start) * block
    let g = inefficiency(Array(values[start...]))
    return Equilibration(
      start: start, inefficiency: g, effectiveSamples: Double(n - start) / g)
  }

  /// The means of blocks of that size; what does not fill a block is left out at the start.
  static func blockMeans(_ values: [Double], size: Int) -> [Double] {
    stride(from: values.count % size, to: values.count, by: size).map {
      mean(values[$0..<$0 + size])
    }
  }
}
