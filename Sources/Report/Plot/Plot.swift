/// Points, lines and bands over two axes, as an SVG picture that is the same to the last byte for the
/// same data. Values that are not finite or outside the limits of an axis are left out.
public struct Plot: Equatable, Sendable {
  /// What belongs together: one entry in the legend.
  public struct Series: Equatable, Sendable {
    /// How it is drawn.
    public enum Mark: Equatable, Sendable {
      /// A circle a value, of that radius in pixels.
      case points(radius: Double)
      /// Straight lines from value to value.
      case line(dashed: Bool)
      /// The area between the values and these.
      case band(upper: [Double])
    }

    /// What the legend says; nil leaves it out.
    public var name: String?
    /// Along the first axis.
    public var x: [Double]
    /// Along the second.
    public var y: [Double]
    /// How it is drawn.
    public var mark: Mark
    /// Its colour, in the legend as well.
    public var color: PlotColor
    /// Colours that fill the points, one each; empty for `color`.
    public var fills: [PlotColor]

    /// Values of equal number along both axes.
    public init(
      _ name: String?, x: [Double], y: [Double], mark: Mark, color: PlotColor,
      fills: [PlotColor] = []
    ) {
      precondition(x.count == y.count && (fills.isEmpty || fills.count == x.count))
      self.name = name
      self.x = x
      self.y = y
      self.mark = mark
      self.color = color
      self.fills = fills
    }
  }

  /// Words at a place in the plot.
  public struct Note: Equatable, Sendable {
    /// The words.
    public var text: String
    /// Along the first axis.
    public var x: Double
    /// Along the second.
    public var y: Double

    /// Words at a place.
    public init(_ text: String, x: Double, y: Double) {
      self.text = text
      self.x = x
      self.y = y
    }
  }

  /// What stands above it.
  public var title: String
  /// The axis to the right.
  public var xAxis: PlotAxis
  /// The axis upwards.
  public var yAxis: PlotAxis
  /// What is drawn, the last on top.
  public var series: [Series]
  /// Words in the plot.
  public var notes: [Note]
  /// The width in pixels.
  public var width: Double
  /// The height in pixels.
  public var height: Double

  /// A plot.
  public init(
    _ title: String, x: PlotAxis, y: PlotAxis, series: [Series], notes: [Note] = [],
    width: Double = 480, height: Double = 400
  ) {
    self.title = title
    xAxis = x
    yAxis = y
    self.series = series
    self.notes = notes
    self.width = width
    self.height = height
  }

  /// The text of the picture.
  public func svg() -> String { Self.row([self]) }

  /// Several plots beside each other in one picture.
  public static func row(_ plots: [Plot]) -> String {
    let width = plots.reduce(0) { $0 + $1.width }
    let height = plots.map(\.height).max() ?? 0
    var left = 0.0
    var text = ""
    for plot in plots {
      text +=
        "<g transform=\"translate(\(Figures.fixed(left, 0)) 0)\">\n"
        + PlotDrawing(plot).text + "</g>\n"
      left += plot.width
    }
    return SVGText.document(width: width, height: height, text)
  }
}

/// Pieces of SVG.
enum SVGText {
  /// The picture around its elements.
  static func document(width: Double, height: Double, _ elements: String) -> String {
    let (w, h) = (Figures.fixed(width, 0), Figures.fixed(height, 0))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(w)" height="\(h)" viewBox="0 0 \(w) \(h)" \
      font-family="sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="#fff"/>
      \(elements)</svg>

      """
  }

  /// Text with the characters that mean something to XML written otherwise.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }

  /// Words at a place; `anchor` is start, middle or end.
  static func words(
    _ text: String, x: Double, y: Double, anchor: String = "middle", attributes: String = ""
  ) -> String {
    "<text x=\"\(Figures.fixed(x, 1))\" y=\"\(Figures.fixed(y, 1))\" text-anchor=\"\(anchor)\""
      + "\(attributes.isEmpty ? "" : " " + attributes)>\(escaped(text))</text>\n"
  }
}
