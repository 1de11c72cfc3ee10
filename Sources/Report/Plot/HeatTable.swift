/// A table of numbers whose cells are the darker the larger the number, as an SVG picture.
public struct HeatTable: Equatable, Sendable {
  /// What stands above it.
  public var title: String
  /// The names of the rows, top down.
  public var rows: [String]
  /// The names of the columns.
  public var columns: [String]
  /// One list a row; nil leaves a cell empty.
  public var values: [[Double?]]
  /// What is written into a cell.
  public var format: @Sendable (Double) -> String

  /// A table.
  public init(
    _ title: String, rows: [String], columns: [String], values: [[Double?]],
    format: @escaping @Sendable (Double) -> String
  ) {
    precondition(
      values.count == rows.count && values.allSatisfy { $0.count == columns.count })
    self.title = title
    self.rows = rows
    self.columns = columns
    self.values = values
    self.format = format
  }

  /// Whether everything but the format is equal.
  public static func == (a: HeatTable, b: HeatTable) -> Bool {
    a.title == b.title && a.rows == b.rows && a.columns == b.columns && a.values == b.values
  }

  /// The colour of the largest number; 0 is white.
  static let darkest = PlotColor.white.mixed(with: .of(0), 0.85)

  /// The number of the darkest colour.
  var largest: Double { values.joined().compactMap { $0 }.filter(\.isFinite).max() ?? 1 }

  /// Where the bar of colours is marked.
  var marks: [Double] { [0, largest / 2, largest] }

  /// The text of the picture.
  public func svg() -> String {
    let largest = largest
    let (left, top, width, height) = (130.0, 62.0, 104.0, 48.0)
    let total = left + width * Double(columns.count) + 90
    var text = SVGText.words(title, x: total / 2, y: 20, attributes: "font-weight=\"bold\"")
    for (j, name) in columns.enumerated() {
      text += SVGText.words(name, x: left + width * (Double(j) + 0.5), y: top - 10)
    }
    for (i, name) in rows.enumerated() {
      let y = top + height * Double(i)
      text += SVGText.words(name, x: left - 8, y: y + height / 2 + 4, anchor: "end")
      for (j, value) in values[i].enumerated() {
        let share = value.map { largest > 0 ? $0 / largest : 0 }
        let color = share.map { PlotColor.white.mixed(with: Self.darkest, $0) }
        text +=
          "<rect class=\"cell\" x=\"\(Figures.fixed(left + width * Double(j), 1))\" "
          + "y=\"\(Figures.fixed(y, 1))\" width=\"\(Figures.fixed(width, 1))\" "
          + "height=\"\(Figures.fixed(height, 1))\" fill=\"\(color?.hexadecimal ?? "#f2f2f2")\" "
          + "stroke=\"#fff\"/>\n"
        if let value {
          text += SVGText.words(
            format(value), x: left + width * (Double(j) + 0.5), y: y + height / 2 + 4,
            attributes: (share ?? 0) > 0.6 ? "fill=\"#fff\"" : "")
        }
      }
    }
    text += colorBar(x: total - 74, top: top, height: height * Double(rows.count))
    return SVGText.document(
      width: total, height: top + height * Double(rows.count) + 16, text)
  }

  /// What the colours mean, from 0 at the bottom to the largest number.
  private func colorBar(x: Double, top: Double, height: Double) -> String {
    let steps = 50
    var text = ""
    for step in 0..<steps {
      let color = PlotColor.white.mixed(
        with: Self.darkest, (Double(step) + 0.5) / Double(steps))
      let y = top + height * (1 - Double(step + 1) / Double(steps))
      text +=
        "<rect class=\"bar\" x=\"\(Figures.fixed(x, 1))\" y=\"\(Figures.fixed(y, 2))\" "
        + "width=\"14\" height=\"\(Figures.fixed(height / Double(steps) + 0.2, 2))\" "
        + "fill=\"\(color.hexadecimal)\"/>\n"
    }
    for (k, value) in marks.enumerated() {
      let y = top + height * (1 - Double(k) / 2)
      text += SVGText.words(format(value), x: x + 20, y: y + 4, anchor: "start")
    }
    return text
  }
}
