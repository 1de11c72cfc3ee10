/// An observable's mean over a simulation, with its error and what both rest on.
public struct ObservableSummary: Equatable, Codable, Sendable {
  /// The mean over the values that count.
  public var mean: Double
  /// The standard deviation of the values that count.
  public var standardDeviation: Double
  /// The standard error of the mean, standard deviation / sqrt(effectiveSamples), or that of block
  /// averages where it is larger.
  public var standardError: Double
  /// The standard error by block averages; nil for fewer than 20 values.
  public var blockError: Double?
  /// The integrated autocorrelation time tau = g/2, g = 1 + 2 sum of rho, in the unit of the interval
  /// between the values.
  public var correlationTime: Double
  /// The number of independent values that the series is worth.
  public var effectiveSamples: Double
  /// Where the values that count begin, in the unit of the interval.
  public var equilibratedAt: Double

  /// Of values taken every `interval`, from their own equilibration on, or from the value `start` on.
  public init(_ values: [Double], interval: Double = 1, from start: Int? = nil) {
    let begin: Int
    let inefficiency: Double
    if let start {
      begin = min(max(0, start), values.count)
      inefficiency = TimeSeries.inefficiency(Array(values[begin...]))
    } else {
      let found = TimeSeries.equilibration(values)
      (begin, inefficiency) = (found.start, found.inefficiency)
    }
    let kept = Array(values[begin...])
    let n = Double(kept.count)
    mean = kept.isEmpty ? .nan : TimeSeries.mean(kept)
    let m = mean
    let squares = kept.reduce(0) { $0 + ($1 - m) * ($1 - m) }
    standardDeviation = n > 1 ? (squares / (n - 1)).squareRoot() : .nan
    effectiveSamples = n / inefficiency
    blockError = TimeSeries.blockError(kept)
    standardError = max(
      standardDeviation / max(1, effectiveSamples).squareRoot(), blockError ?? 0)
    correlationTime = inefficiency / 2 * interval
    equilibratedAt = Double(begin) * interval
  }
}

extension TimeSeries {
  /// The standard error of the mean by block averages: the standard deviation of the means of `blocks`
  /// blocks / sqrt(blocks). It is too small when blocks are not much longer than the correlation
  /// time, and itself uncertain by 1 / sqrt(2 (blocks - 1)). nil for fewer than two values a block.
  public static func blockError(_ values: [Double], blocks: Int = 10) -> Double? {
    let size = values.count / blocks
    guard blocks > 1, size > 1 else { return nil }
    let means = blockMeans(Array(values.suffix(size * blocks)), size: size)
    let all = mean(means)
    let squares = means.reduce(0) { $0 + ($1 - all) * ($1 - all) }
    return (squares / Double(blocks - 1) / Double(blocks)).squareRoot()
  }
}
