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
    /// What a reader of the page is told about each point; empty for its values alone.
    public var labels: [String]
    /// The rows of the frames that the points stand for, where a 3D view shows them.
    public var rows: [Int]

    /// Values of equal number along both axes.
    public init(
      _ name: String?, x: [Double], y: [Double], mark: Mark, color: PlotColor,
      fills: [PlotColor] = [], labels: [String] = [], rows: [Int] = []
    ) {
      precondition(x.count == y.count)
      let counts = [fills.count, labels.count, rows.count]
      precondition(counts.allSatisfy { $0 == 0 || $0 == x.count })
      self.name = name
      self.x = x
      self.y = y
      self.mark = mark
      self.color = color
      self.fills = fills
      self.labels = labels
      self.rows = rows
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
  /// None or one: a struct cannot hold another of its kind otherwise.
  private var insets: [Plot] = []
  /// A smaller plot in a corner that no points are in; the first axis grows where there is none. What
  /// its series are called, the legend does not say again.
  public var inset: Plot? {
    get { insets.first }
    set { insets = newValue.map { [$0] } ?? [] }
  }

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
    SVGText.document(
      width: plots.reduce(0) { $0 + $1.width }, height: plots.map(\.height).max() ?? 0,
      elements(of: plots))
  }

  /// What is in the picture of several plots beside each other.
  static func elements(of plots: [Plot]) -> String {
    var (left, text) = (0.0, "")
    for plot in plots {
      text +=
        "<g transform=\"translate(\(Figures.fixed(left, 0)) 0)\">\n"
        + PlotDrawing(plot).text + "</g>\n"
      left += plot.width
    }
    return text
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
