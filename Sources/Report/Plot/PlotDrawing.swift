/// A plot while it is drawn: where its frame is and what its axes show.
struct PlotDrawing {
  private let plot: Plot
  private let xAxis: FittedAxis
  private let yAxis: FittedAxis
  private let left = 64.0
  private let top = 30.0
  private let frameWidth: Double
  private let frameHeight: Double

  init(_ plot: Plot) {
    self.plot = plot
    frameWidth = plot.width - left - 16
    frameHeight = plot.height - top - 48
    // Points do not hide below the legend.
    let named = plot.series.count { $0.name != nil }
    let headroom = named > 0 ? min(0.5, (17 * Double(named) + 12) / frameHeight) : 0
    xAxis = plot.xAxis.fitted(to: plot.series.flatMap(\.x))
    yAxis = plot.yAxis.fitted(
      to: plot.series.flatMap { series -> [Double] in
        if case .band(let upper) = series.mark { return series.y + upper }
        return series.y
      }, headroom: headroom)
  }

  /// All elements.
  var text: String {
    axes + plot.series.map(draw).joined()
      + plot.notes.compactMap { note in
        point(note.x, note.y).map {
          SVGText.words(
            note.text, x: $0.x, y: $0.y - 7, attributes: "font-weight=\"bold\" class=\"note\"")
        }
      }.joined() + legend
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
    for tick in xAxis.ticks {
      guard let place = xAxis.place(tick.value) else { continue }
      let x = left + place * frameWidth
      text += "<path d=\"M\(number(x)) \(number(top))V\(number(bottom))\" stroke=\"#e4e4e4\"/>\n"
      text += SVGText.words(tick.text, x: x, y: bottom + 16)
    }
    for tick in yAxis.ticks {
      guard let place = yAxis.place(tick.value) else { continue }
      let y = top + (1 - place) * frameHeight
      text += "<path d=\"M\(number(left)) \(number(y))H\(number(right))\" stroke=\"#e4e4e4\"/>\n"
      text += SVGText.words(tick.text, x: left - 6, y: y + 4, anchor: "end")
    }
    text +=
      "<rect x=\"\(number(left))\" y=\"\(number(top))\" width=\"\(number(frameWidth))\" "
      + "height=\"\(number(frameHeight))\" fill=\"none\" stroke=\"#444\"/>\n"
    let (middle, center) = (left + frameWidth / 2, top + frameHeight / 2)
    text += SVGText.words(plot.title, x: middle, y: 18, attributes: "font-weight=\"bold\"")
    text += SVGText.words(plot.xAxis.label, x: middle, y: bottom + 36)
    return text
      + SVGText.words(
        plot.yAxis.label, x: 0, y: 0,
        attributes: "transform=\"translate(16 \(number(center))) rotate(-90)\"")
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
}
