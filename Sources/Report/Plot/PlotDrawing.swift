/// A plot while it is drawn: where its frame is and what its axes show.
struct PlotDrawing {
  private let plot: Plot
  private let xAxis: FittedAxis
  private let yAxis: FittedAxis
  private let left: Double
  private let top: Double
  private let frameWidth: Double
  private let frameHeight: Double
  private let inset: InsetPlace?
  private let isInset: Bool

  init(_ plot: Plot) {
    self.plot = plot
    let named = plot.series.count { $0.name != nil }
    inset = plot.inset == nil ? nil : InsetPlace(in: plot)
    isInset = false
    left = 64
    // A plot with another in it has its legend above.
    let legend = Self.legendAbove(plot)
    top = inset == nil ? 30 : 50 + (legend.last?.y ?? 0)
    frameWidth = plot.width - left - 16
    frameHeight = plot.height - top - 48
    // Points do not hide below the legend.
    let headroom =
      named > 0 && inset == nil ? min(0.5, (17 * Double(named) + 12) / frameHeight) : 0
    var axis = plot.xAxis
    axis.limits = inset?.limits ?? axis.limits
    xAxis = axis.fitted(to: plot.series.flatMap(\.x))
    yAxis = Self.yAxis(plot, headroom: headroom)
  }

  /// A plot in the frame of another one.
  private init(_ plot: Plot, in place: InsetPlace, of outer: PlotDrawing) {
    self.plot = plot
    inset = nil
    isInset = true
    left = outer.left + place.x.lowerBound * outer.frameWidth
    top = outer.top + (1 - place.y.upperBound) * outer.frameHeight
    frameWidth = (place.x.upperBound - place.x.lowerBound) * outer.frameWidth
    frameHeight = (place.y.upperBound - place.y.lowerBound) * outer.frameHeight
    xAxis = plot.xAxis.fitted(to: plot.series.flatMap(\.x))
    yAxis = Self.yAxis(plot, headroom: 0)
  }

  private static func yAxis(_ plot: Plot, headroom: Double) -> FittedAxis {
    plot.yAxis.fitted(
      to: plot.series.flatMap { series -> [Double] in
        if case .band(let upper) = series.mark { return series.y + upper }
        return series.y
      }, headroom: headroom)
  }

  /// The axes of a plot, made to fit its series.
  static func axes(_ plot: Plot) -> (x: FittedAxis, y: FittedAxis) {
    (plot.xAxis.fitted(to: plot.series.flatMap(\.x)), yAxis(plot, headroom: 0))
  }

  /// All elements.
  var text: String {
    var text = axes + plot.series.map(draw).joined()
    for note in plot.notes {
      guard let place = point(note.x, note.y) else { continue }
      text += SVGText.words(
        note.text, x: place.x, y: place.y - 7, attributes: "font-weight=\"bold\" class=\"note\"")
    }
    if let inset, let smaller = plot.inset {
      text +=
        "<g font-size=\"10\">\n" + PlotDrawing(smaller, in: inset, of: self).text + "</g>\n"
    }
    return text + (isInset ? "" : inset == nil ? legend : legendAbove)
  }

  private func point(_ x: Double, _ y: Double) -> (x: Double, y: Double)? {
    guard let across = xAxis.place(x), let up = yAxis.place(y) else { return nil }
    return (left + across * frameWidth, top + (1 - up) * frameHeight)
  }

  private func number(_ value: Double) -> String { Figures.fixed(value, 1) }

  private func pair(_ p: (x: Double, y: Double)) -> String { "\(number(p.x)) \(number(p.y))" }

  private var axes: String {
    let (right, bottom) = (left + frameWidth, top + frameHeight)
    var text = ""
    if isInset {
      text +=
        "<rect x=\"\(number(left - 42))\" y=\"\(number(top - 18))\" "
        + "width=\"\(number(frameWidth + 46))\" height=\"\(number(frameHeight + 48))\" "
        + "fill=\"#fff\"/>\n"
    }
    for tick in xAxis.ticks(isInset ? 3 : inset == nil ? 5 : 7) {
      guard let place = xAxis.place(tick.value) else { continue }
      let x = left + place * frameWidth
      text += "<path d=\"M\(number(x)) \(number(top))V\(number(bottom))\" stroke=\"#e4e4e4\"/>\n"
      text += SVGText.words(tick.text, x: x, y: bottom + (isInset ? 13 : 16))
    }
    for tick in yAxis.ticks(isInset ? 3 : 5) {
      guard let place = yAxis.place(tick.value) else { continue }
      let y = top + (1 - place) * frameHeight
      text +=
        "<path d=\"M\(number(left)) \(number(y))H\(number(right))\" stroke=\"#e4e4e4\"/>\n"
      text += SVGText.words(tick.text, x: left - (isInset ? 4 : 6), y: y + 4, anchor: "end")
    }
    text +=
      "<rect x=\"\(number(left))\" y=\"\(number(top))\" width=\"\(number(frameWidth))\" "
      + "height=\"\(number(frameHeight))\" fill=\"none\" stroke=\"#444\"/>\n"
    let (middle, center) = (left + frameWidth / 2, top + frameHeight / 2)
    text += SVGText.words(
      plot.title, x: middle, y: isInset ? top - 5 : 18, attributes: "font-weight=\"bold\"")
    text += SVGText.words(plot.xAxis.label, x: middle, y: bottom + (isInset ? 25 : 36))
    return text
      + SVGText.words(
        plot.yAxis.label, x: 0, y: 0,
        attributes:
          "transform=\"translate(\(number(left - (isInset ? 32 : 48))) \(number(center))) "
          + "rotate(-90)\"")
  }

  private func draw(_ series: Plot.Series) -> String {
    switch series.mark {
    case .points(let radius): return points(series, radius: radius)
    case .line(let dashed):
      let dashes = dashed ? " stroke-dasharray=\"6 4\"" : ""
      return "<path class=\"line\" d=\"\(path(series.x, series.y))\" fill=\"none\" "
        + "stroke=\"\(series.color.hexadecimal)\" stroke-width=\"1.8\"\(dashes)/>\n"
    case .band(let upper):
      let corners =
        zip(series.x, series.y).compactMap { point($0, $1) }
        + zip(series.x, upper).reversed().compactMap { point($0, $1) }
      guard corners.count > 2 else { return "" }
      return "<path class=\"band\" d=\"M\(corners.map(pair).joined(separator: "L"))Z\" "
        + "fill=\"\(series.color.hexadecimal)\" fill-opacity=\"0.2\"/>\n"
    }
  }

  private func points(_ series: Plot.Series, radius: Double) -> String {
    var text =
      "<g class=\"points\" stroke=\"\(series.color.hexadecimal)\" stroke-width=\"0.6\" "
      + "fill=\"\(series.color.hexadecimal)\">\n"
    for k in series.x.indices {
      guard let p = point(series.x[k], series.y[k]) else { continue }
      let fill = series.fills.isEmpty ? "" : " fill=\"\(series.fills[k].hexadecimal)\""
      text +=
        "<circle cx=\"\(number(p.x))\" cy=\"\(number(p.y))\" r=\"\(number(radius))\"\(fill)/>\n"
    }
    return text + "</g>\n"
  }

  /// A path that is interrupted where values are not shown.
  private func path(_ xs: [Double], _ ys: [Double]) -> String {
    var text = ""
    var isDown = false
    for (x, y) in zip(xs, ys) {
      guard let p = point(x, y) else {
        isDown = false
        continue
      }
      text += (isDown ? "L" : "M") + pair(p)
      isDown = true
    }
    return text
  }

  private var legend: String {
    let named = plot.series.filter { $0.name != nil }
    guard !named.isEmpty else { return "" }
    let width = 30 + 6.6 * Double(named.map { $0.name?.count ?? 0 }.max() ?? 0)
    let x = left + frameWidth - width - 6
    var text =
      "<rect x=\"\(number(x))\" y=\"\(number(top + 6))\" width=\"\(number(width))\" "
      + "height=\"\(number(Double(named.count) * 17 + 6))\" fill=\"#fff\" fill-opacity=\"0.8\"/>\n"
    for (k, series) in named.enumerated() {
      let y = top + 20 + 17 * Double(k)
      text +=
        "<rect x=\"\(number(x + 6))\" y=\"\(number(y - 8))\" width=\"12\" height=\"8\" "
        + "fill=\"\(series.color.hexadecimal)\"/>\n"
      text += SVGText.words(series.name ?? "", x: x + 24, y: y, anchor: "start")
    }
    return text
  }

  /// The names above the frame: where each stands, in lines from the top.
  private static func legendAbove(
    _ plot: Plot
  ) -> [(series: Plot.Series, name: String, x: Double, y: Double)] {
    let left = 64.0
    var (x, y) = (left, 0.0)
    return plot.series.compactMap { series in
      guard let name = series.name else { return nil }
      let width = 34 + 6.6 * Double(name.count)
      if x > left, x + width > plot.width { (x, y) = (left, y + 17) }
      defer { x += width }
      return (series, name, x, y)
    }
  }

  private var legendAbove: String {
    Self.legendAbove(plot).map { entry in
      "<rect x=\"\(number(entry.x))\" y=\"\(number(32 + entry.y))\" width=\"12\" height=\"8\" "
        + "fill=\"\(entry.series.color.hexadecimal)\"/>\n"
        + SVGText.words(entry.name, x: entry.x + 18, y: 40 + entry.y, anchor: "start")
    }.joined()
  }
}
