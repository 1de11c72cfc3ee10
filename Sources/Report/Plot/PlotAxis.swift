internal import Foundation

/// An axis of a plot.
public struct PlotAxis: Equatable, Sendable {
  /// How values are spread along an axis.
  public enum Scale: Equatable, Sendable {
    /// Evenly.
    case linear
    /// By their logarithm; values of 0 or less are not shown.
    case logarithmic
  }

  /// What is drawn along it.
  public var label: String
  /// How values are spread.
  public var scale: Scale
  /// What is shown; nil fits the data.
  public var limits: ClosedRange<Double>?

  /// An axis that fits its data.
  public init(_ label: String, scale: Scale = .linear, limits: ClosedRange<Double>? = nil) {
    self.label = label
    self.scale = scale
    self.limits = limits
  }

  /// The least and the largest value of a linear axis, or its limits.
  func bounds(_ values: [Double]) -> ClosedRange<Double> {
    let visible = values.filter(\.isFinite)
    let (low, high) = (visible.min() ?? 0, visible.max() ?? 1)
    return limits ?? (low < high ? low...high : low - 0.5...low + 0.5)
  }

  /// The axis made to fit these values, with that share of it kept free at its end.
  func fitted(to values: [Double], headroom: Double = 0) -> FittedAxis {
    let visible = values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
    let low = limits?.lowerBound ?? visible.min() ?? (scale == .linear ? 0 : 1)
    let high = limits?.upperBound ?? visible.max() ?? (scale == .linear ? 1 : 10)
    return FittedAxis(
      scale: scale, low: low, high: high, padding: limits == nil ? 0.04 : 0,
      headroom: limits == nil ? headroom : 0)
  }
}

/// An axis with its limits: places from 0 to 1, and ticks.
struct FittedAxis {
  private let scale: PlotAxis.Scale
  /// The limits, as their logarithms on a logarithmic axis.
  private let low: Double
  private let high: Double

  init(scale: PlotAxis.Scale, low: Double, high: Double, padding: Double, headroom: Double) {
    self.scale = scale
    var (from, to) = scale == .linear ? (low, high) : (log10(low), log10(high))
    // A single value is shown in the middle.
    if !(to > from) { (from, to) = (from - 0.5, from + 0.5) }
    self.low = from - padding * (to - from)
    self.high = to + (padding + headroom / (1 - headroom)) * (to - from)
  }

  /// Where the value is, 0 at the low end and 1 at the high one; nil where it is not shown.
  func place(_ value: Double) -> Double? {
    guard value.isFinite, scale == .linear || value > 0 else { return nil }
    let place = ((scale == .linear ? value : log10(value)) - low) / (high - low)
    return (-1e-9...(1 + 1e-9)).contains(place) ? place : nil
  }

  /// About so many marks of the axis and what stands beside them.
  func ticks(_ count: Int = 5) -> [(value: Double, text: String)] {
    scale == .linear ? linearTicks(count) : logarithmicTicks
  }

  /// Multiples of 1, 2 or 5 times a power of ten.
  private func linearTicks(_ count: Int) -> [(value: Double, text: String)] {
    let rough = (high - low) / Double(count)
    let power = pow(10, log10(rough).rounded(.down))
    let step = ([1, 2, 5].first { $0 * power >= rough } ?? 10) * power
    let digits = max(0, Int(-log10(step).rounded(.down)))
    return
      (Int(
        (low / step).rounded(.up))...max(
        Int((low / step).rounded(.up)), Int((high / step).rounded(.down)))).map { k in
        (Double(k) * step, Figures.fixed(Double(k) * step, digits))
      }
  }

  /// Whether a logarithmic axis spans so little that powers of ten alone would be few marks.
  var isNarrow: Bool { scale == .logarithmic && high - low < 2.2 }

  /// Powers of ten; with 2 and 5 times them where there are few.
  private var logarithmicTicks: [(value: Double, text: String)] {
    let factors: [Double] = isNarrow ? [1, 2, 5] : [1]
    let powers = Int(low.rounded(.down))...Int(high.rounded(.up))
    return powers.flatMap { power in
      factors.map { factor in
        let value = factor * pow(10, Double(power))
        return (value, Figures.fixed(value, max(0, -power)))
      }
    }.filter { place($0.0) != nil }
  }
}
