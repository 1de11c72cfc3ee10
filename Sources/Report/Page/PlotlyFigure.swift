internal import Foundation

/// Plots as the plotting library of the page wants them: `{data, layout}`.
extension Plot {
  /// With the labels of the points, unless the page has them by row.
  func plotly(hasLabels: Bool = true) -> PageJSON {
    var data =
      series.map { $0.plotly(axes: ("x", "y"), hasLabels: hasLabels) }
      + series.compactMap(\.legendEntry)
    let hasLegend = series.contains { $0.name != nil }
    var layout = Self.layout(title, height: height + (hasLegend ? 60 : 30))
    var annotations = notes.map { $0.plotly(axes: ("x", "y"), of: self) }
    if let inset {
      let place = InsetPlace(in: self)
      data += inset.series.map {
        $0.plotly(axes: ("x2", "y2"), isInset: true, hasLabels: hasLabels)
      }
      annotations += inset.notes.map { $0.plotly(axes: ("x2", "y2"), of: inset) }
      annotations.append(Self.heading(inset.title, place))
      layout += [
        ("xaxis", xAxis.plotly(range: place.limits)), ("yaxis", yAxis.plotly()),
        ("xaxis2", inset.xAxis.plotly(domain: place.x, anchor: "y2")),
        ("yaxis2", inset.yAxis.plotly(domain: place.y, anchor: "x2")),
        ("shapes", .list([Self.card(place)])),
      ]
    } else {
      let (x, y) = PlotDrawing.axes(self)
      layout += [
        ("xaxis", xAxis.plotly(isNarrow: x.isNarrow)),
        ("yaxis", yAxis.plotly(isNarrow: y.isNarrow)),
      ]
    }
    layout.append(("annotations", .list(annotations)))
    return ["data": .list(data), "layout": .object(layout)]
  }

  /// What all plots have in common.
  static func layout(
    _ title: String, height: Double, top: Double = 44, bottom: Double = 56
  ) -> [(String, PageJSON)] {
    let lines = PlotlyText.lines(title)
    let words = PageJSON.text(lines.map(PlotlyText.plain).joined(separator: "<br>"))
    let more = 20 * Double(lines.count - 1)
    let top = top + more
    return [
      ("title", ["text": words, "x": .number(0), "font": ["size": .number(15)]]),
      ("height", .number(height + more)), ("hovermode", "closest"),
      ("margin", ["l": .number(64), "r": .number(16), "t": .number(top), "b": .number(bottom)]),
      (
        "legend",
        ["orientation": "h", "x": .number(0), "y": .number(-0.2), "yanchor": "top"]
      ),
    ]
  }

  /// The white ground of an inset.
  private static func card(_ place: InsetPlace) -> PageJSON {
    let (x, y) = place.ground
    return [
      "type": "rect", "xref": "paper", "yref": "paper", "layer": "below", "fillcolor": "#fff",
      "x0": .number(x.lowerBound), "x1": .number(x.upperBound), "y0": .number(y.lowerBound),
      "y1": .number(y.upperBound), "line": ["width": .number(0)],
    ]
  }

  /// The title of an inset.
  private static func heading(_ title: String, _ place: InsetPlace) -> PageJSON {
    [
      "text": .text(PlotlyText.plain(title)), "xref": "paper", "yref": "paper",
      "showarrow": .logical(false), "x": .number((place.x.lowerBound + place.x.upperBound) / 2),
      "y": .number(place.y.upperBound), "yanchor": "bottom", "font": ["size": .number(12)],
    ]
  }
}

/// Words for the plotting library, which understands some HTML.
enum PlotlyText {
  static func plain(_ text: String) -> String { SVGText.escaped(text) }

  /// A title in lines of at most `most` letters, broken between words: longer ones reach below the buttons
  /// at the right of a plot of half the page's width.
  static func lines(_ title: String, most: Int = 38) -> [String] {
    var lines = [""]
    for word in title.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty || last.count + 1 + word.count <= most {
        lines[lines.count - 1] = last.isEmpty ? String(word) : "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}

extension Plot.Series {
  /// More points than this are drawn by the graphics processor.
  private static let manyPoints = 4_000

  /// The legend shows the first point of a trace, which with colours of their own is any: these series
  /// have an entry without points.
  var legendEntry: PageJSON? {
    guard let name, !fills.isEmpty else { return nil }
    return [
      "type": "scatter", "mode": "markers", "x": .list([.null]), "y": .list([.null]),
      "xaxis": "x", "yaxis": "y", "name": .text(PlotlyText.plain(name)),
      "legendgroup": .text(PlotlyText.plain(name)),
      "marker": ["size": .number(8), "color": .text(color.hexadecimal)],
    ]
  }

  /// A trace.
  func plotly(
    axes: (x: String, y: String), isInset: Bool = false, hasLabels: Bool
  ) -> PageJSON {
    var members: [(String, PageJSON)] = [
      ("type", .text(x.count > Self.manyPoints ? "scattergl" : "scatter")),
      ("xaxis", .text(axes.x)), ("yaxis", .text(axes.y)),
      ("showlegend", .logical(name != nil && !isInset && fills.isEmpty)),
    ]
    if let name {
      let text = PageJSON.text(PlotlyText.plain(name))
      members += [("name", text), ("legendgroup", text)]
    }
    switch mark {
    case .points(let radius):
      let fill: PageJSON =
        fills.isEmpty ? .text(color.hexadecimal) : .texts(fills.map(\.hexadecimal))
      members += [
        ("mode", "markers"), ("x", .numbers(x)), ("y", .numbers(y)),
        ("opacity", .number(x.count > Self.manyPoints ? 0.5 : 1)),
        (
          "marker",
          [
            "size": .number(2 * radius + 1), "color": fill,
            "line": ["width": .number(0.6), "color": .text(color.hexadecimal)],
          ]
        ),
      ]
      if !rows.isEmpty { members.append(("customdata", .integers(rows))) }
      let place = "%{x:.4~g}, %{y:.4~g}"
      if labels.isEmpty {
        let source = PlotlyText.plain(name ?? "")
        members.append(("hovertemplate", .text(place + "<extra>\(source)</extra>")))
      } else {
        members.append(("hovertemplate", .text("%{text}<br>" + place + "<extra></extra>")))
        if hasLabels { members.append(("text", .texts(labels.map(PlotlyText.plain)))) }
      }
    case .line(let dashed):
      members += [
        ("mode", "lines"), ("x", .numbers(x)), ("y", .numbers(y)),
        (
          "line",
          ["color": .text(color.hexadecimal), "dash": .text(dashed ? "dash" : "solid")]
        ),
      ]
    case .band(let upper):
      members += [
        ("mode", "lines"), ("x", .numbers(x + x.reversed())),
        ("y", .numbers(y + upper.reversed())), ("fill", "toself"), ("hoverinfo", "skip"),
        ("fillcolor", .text(color.hexadecimal + "33")), ("line", ["width": .number(0)]),
      ]
    }
    return .object(members)
  }
}

extension PlotAxis {
  /// An axis, perhaps over a part of the picture only.
  fileprivate func plotly(
    isNarrow: Bool = false, range: ClosedRange<Double>? = nil,
    domain: ClosedRange<Double>? = nil, anchor: String? = nil
  ) -> PageJSON {
    let size = PageJSON.number(anchor == nil ? 13 : 11)
    var members: [(String, PageJSON)] = [
      ("title", ["text": .text(PlotlyText.plain(label)), "font": ["size": size]]),
      ("type", .text(scale == .linear ? "linear" : "log")), ("zeroline", .logical(false)),
      ("showline", .logical(true)), ("mirror", .logical(true)), ("linecolor", "#444"),
    ]
    if scale == .logarithmic {
      // Without a format the library writes 2 and 5 for 0.02 and 0.05.
      members.append(("tickformat", "~g"))
      if isNarrow { members.append(("dtick", "D2")) }
    }
    if let shown = range ?? limits {
      members.append(("range", .numbers([place(shown.lowerBound), place(shown.upperBound)])))
    }
    if let domain {
      members += [
        ("domain", .numbers([domain.lowerBound, domain.upperBound])), ("nticks", .number(4)),
        ("tickfont", ["size": .number(10)]),
      ]
    }
    if let anchor { members.append(("anchor", .text(anchor))) }
    return .object(members)
  }

  /// Logarithmic axes take logarithms for limits and notes.
  fileprivate func place(_ value: Double) -> Double { scale == .linear ? value : log10(value) }
}

extension Plot.Note {
  fileprivate func plotly(axes: (x: String, y: String), of plot: Plot) -> PageJSON {
    [
      "text": .text("<b>\(PlotlyText.plain(text))</b>"), "x": .number(plot.xAxis.place(x)),
      "y": .number(plot.yAxis.place(y)), "xref": .text(axes.x), "yref": .text(axes.y),
      "showarrow": .logical(true), "arrowhead": .number(0), "arrowwidth": .number(1),
      "ax": .number(0), "ay": .number(-18),
    ]
  }
}

extension HeatTable {
  var plotly: PageJSON {
    let texts = values.map { row in PageJSON.texts(row.map { $0.map(format) ?? "" }) }
    let trace: PageJSON = [
      "type": "heatmap", "x": .texts(columns), "y": .texts(rows),
      "z": .list(values.map { .numbers($0.map { $0 ?? .nan }) }), "text": .list(texts),
      "texttemplate": "%{text}", "xgap": .number(2), "ygap": .number(2),
      "hovertemplate": "%{y} to %{x}: %{text}<extra></extra>", "hoverongaps": .logical(false),
      "zmin": .number(0),
      "zmax": .number(largest),
      "colorbar": [
        "thickness": .number(14), "outlinewidth": .number(0), "tickvals": .numbers(marks),
        "ticktext": .texts(marks.map(format)),
      ],
      "colorscale": .list([
        .list([.number(0), "#ffffff"]), .list([.number(1), .text(Self.darkest.hexadecimal)]),
      ]),
    ]
    var layout = Plot.layout(title, height: 86 + 56 * Double(rows.count), top: 70, bottom: 16)
    layout += [
      (
        "xaxis",
        [
          "side": "top", "showgrid": .logical(false), "zeroline": .logical(false),
          "tickangle": .number(0),
        ]
      ),
      (
        "yaxis",
        [
          "autorange": "reversed", "automargin": .logical(true), "showgrid": .logical(false),
          "zeroline": .logical(false),
        ]
      ),
    ]
    return ["data": .list([trace]), "layout": .object(layout)]
  }
}
