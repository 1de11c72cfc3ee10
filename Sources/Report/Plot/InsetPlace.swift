/// Where a smaller plot stands within the frame of a larger one, 0 to 1 along both axes, and the first
/// axis with room for it.
struct InsetPlace {
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>
  let limits: ClosedRange<Double>

  /// The ground that belongs to it: its ticks, labels and title as well.
  var ground: (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    (
      max(0, x.lowerBound - 0.1)...min(1, x.upperBound + 0.02),
      max(0, y.lowerBound - 0.12)...min(1, y.upperBound + 0.07)
    )
  }

  private init(x: ClosedRange<Double>, y: ClosedRange<Double>, limits: ClosedRange<Double>) {
    (self.x, self.y, self.limits) = (x, y, limits)
  }

  /// The corners, bottom first.
  private static let corners = [
    (0.66...0.98, 0.14...0.46), (0.11...0.43, 0.14...0.46), (0.66...0.98, 0.6...0.92),
    (0.11...0.43, 0.6...0.92),
  ]

  /// The corner of that plot with no points in it, after as little growth to the right as it takes.
  init(in plot: Plot) {
    let values = plot.series.flatMap { zip($0.x, $0.y) }
    let yAxis = plot.yAxis.fitted(to: values.map(\.1))
    let bounds = plot.xAxis.bounds(values.map(\.0))
    let span = bounds.upperBound - bounds.lowerBound
    var place = InsetPlace(x: 0...1, y: 0...1, limits: bounds)
    // With a growth of 0.9 the points end at 1.04 / 1.98 = 0.53, left of the right corners.
    for step in 0...9 {
      let limits =
        bounds.lowerBound - 0.04 * span...bounds.upperBound + (0.04 + 0.1 * Double(step)) * span
      let xAxis = PlotAxis("", limits: limits).fitted(to: [])
      for (x, y) in Self.corners {
        place = InsetPlace(x: x, y: y, limits: limits)
        let (across, up) = place.ground
        let isFree = values.allSatisfy { value in
          guard let i = xAxis.place(value.0), let j = yAxis.place(value.1) else { return true }
          return !across.contains(i) || !up.contains(j)
        }
        if isFree {
          self = place
          return
        }
      }
    }
    self = place
  }
}
