/// A finished picture with its caption.
public struct Drawing: Equatable, Sendable {
  /// The end of its file's name.
  public var name: String
  /// What it shows.
  public var caption: String
  /// Its text.
  public var svg: String

  /// A picture.
  public init(name: String, caption: String, svg: String) {
    self.name = name
    self.caption = caption
    self.svg = svg
  }

  /// The larger side of drawings beside plots, in pixels.
  static let size = 190.0

  /// Drawings beside each other, each below its caption.
  static func row(_ drawings: [Drawing], size: Double = 300) -> String {
    let text = drawings.enumerated().map { k, drawing in
      "<g transform=\"translate(\(Figures.fixed((size + 12) * Double(k), 0)) 24)\">\n" + drawing.svg
        + SVGText.words(drawing.caption, x: size / 2, y: -8) + "</g>\n"
    }.joined()
    return SVGText.document(
      width: (size + 12) * Double(drawings.count), height: size + 30, text)
  }

  /// Plots in a row between two columns of drawings, in one picture.
  static func panel(_ left: [Drawing], _ plots: [Plot], _ right: [Drawing]) -> String {
    guard !left.isEmpty || !right.isEmpty else { return Plot.row(plots) }
    let height = plots.map(\.height).max() ?? 0
    let middle = plots.reduce(0) { $0 + $1.width }
    func column(_ drawings: [Drawing], x: Double) -> String {
      drawings.enumerated().map { k, drawing in
        let y = height * Double(k) / Double(drawings.count)
        return "<g transform=\"translate(\(Figures.fixed(x, 0)) \(Figures.fixed(y + 18, 0)))\">\n"
          + drawing.svg
          + SVGText.words(drawing.caption, x: size / 2, y: -4, attributes: "font-size=\"11\"")
          + "</g>\n"
      }.joined()
    }
    let start = left.isEmpty ? 0 : size + 8
    let text =
      column(left, x: 4) + "<g transform=\"translate(\(Figures.fixed(start, 0)) 0)\">\n"
      + Plot.elements(of: plots) + "</g>\n" + column(right, x: start + middle + 4)
    return SVGText.document(
      width: start + middle + (right.isEmpty ? 0 : size + 8), height: height, text)
  }
}
