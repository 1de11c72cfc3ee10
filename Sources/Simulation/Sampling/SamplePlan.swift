/// Which frames of a simulation are statistically independent, and whether there are enough.
///
/// The slowest observable decides: equilibration ends where the last of them has ended it, and frames are
/// kept the largest statistical inefficiency apart.
public struct SamplePlan: Equatable, Sendable {
  /// The first value that counts.
  public var start: Int
  /// The statistical inefficiency of the slowest observable, in intervals.
  public var inefficiency: Double
  /// The name of the slowest observable; nil when there is none that varies.
  public var slowest: String?
  /// The frames to keep, by index: the last of them is the last frame that there is.
  public var frames: [Int]
  /// What may be wrong with it: to be told to the user. Empty when nothing is.
  public var warnings: [String]

  /// The number of independent frames.
  public var count: Int { frames.count }

  /// Of series taken at the same times, by name, of which values that are not finite are left out.
  /// Every value has to have its frame. `wanted`: no more frames than this, the last ones.
  public init(_ series: [(name: String, values: [Double])], wanted: Int? = nil) {
    let length = series.map(\.values.count).min() ?? 0
    (start, inefficiency, slowest, warnings) = (0, 1, nil, [])
    let used = series.map { (name: $0.name, values: Array($0.values.prefix(length))) }
      .filter { $0.values.allSatisfy(\.isFinite) }
    for (_, values) in used { start = max(start, TimeSeries.equilibration(values).start) }
    for (name, values) in used {
      let g = TimeSeries.inefficiency(Array(values[start...]))
      if slowest == nil || g > inefficiency { (inefficiency, slowest) = (max(1, g), name) }
    }
    let step = max(1, Int(inefficiency.rounded(.up)))
    frames = Array(stride(from: length - 1, through: start, by: -step).reversed())
    if length == 0 { frames = [] }
    judge(length, used)
    if let wanted, frames.count > wanted { frames = Array(frames.suffix(wanted)) }
  }

  /// How many more values are likely to be needed for `wanted` independent frames; 0 when there are
  /// enough, at least a quarter of what there is when there are not.
  public func missing(wanted: Int, available: Int) -> Int {
    guard count < wanted else { return 0 }
    let step = inefficiency.rounded(.up)
    return max(Int(Double(wanted - count) * step), available / 4, 1)
  }

  /// Says so when the run is too short to know.
  private mutating func judge(_ length: Int, _ used: [(name: String, values: [Double])]) {
    let kept = Double(length - start)
    if used.isEmpty {
      warnings.append(
        "no observable is known of every frame: nothing says that frames are independent")
    }
    // An autocorrelation time from fewer than some 50 of its own length is a guess.
    if kept < 25 * inefficiency || length < 20 {
      warnings.append(
        "the run is too short to know: \(Int(kept)) values after equilibration are only "
          + "\(Int((kept / inefficiency).rounded(.down))) correlation lengths"
          + (slowest.map { " of \($0)" } ?? ""))
    }
    if length > 0, start > length / 2 {
      warnings.append("more than half of the run went into equilibration: it may not have ended")
    }
    for (name, values) in used where length - start >= 20 {
      let middle = start + (length - start) / 2
      let (a, b) = (
        ObservableSummary(Array(values[start..<middle]), from: 0),
        ObservableSummary(Array(values[middle...]), from: 0)
      )
      let error = (a.standardError * a.standardError + b.standardError * b.standardError)
        .squareRoot()
      // Both halves of a stationary series agree within four errors but once in 15,000.
      if abs(a.mean - b.mean) > 4 * error, error > 0 {
        warnings.append("the two halves of \(name) differ by more than four standard errors")
      }
    }
  }
}
