public import Geometry

/// What came out for a figure: numbers beside those of the paper, tables, pictures.
public struct FigureResult: Encodable, Equatable, Sendable {
  /// A number, and what the paper printed for it.
  public struct Comparison: Encodable, Equatable, Sendable {
    /// What it is.
    public var quantity: String
    /// What was computed.
    public var value: Double
    /// Its unit; empty for none.
    public var unit: String
    /// What the paper printed; nil where its text has no number.
    public var printed: String?

    /// A number beside what was printed.
    public init(_ quantity: String, _ value: Double, unit: String = "", printed: String? = nil) {
      self.quantity = quantity
      self.value = value
      self.unit = unit
      self.printed = printed
    }
  }

  /// An entry of a table.
  public enum Cell: Equatable, Sendable {
    /// A number.
    case number(Double)
    /// Words.
    case text(String)
  }

  /// A table that is written as CSV.
  public struct Table: Equatable, Sendable {
    /// The end of the file's name.
    public var name: String
    /// The heads of the columns.
    public var heads: [String]
    /// One list a row.
    public var rows: [[Cell]]
  }

  /// A picture, which is written as SVG and stands in the page.
  public struct Picture: Equatable, Sendable {
    /// What is drawn.
    public enum Content: Equatable, Sendable {
      /// Plots side by side, perhaps between columns of drawings.
      case plots([Plot], left: [Drawing] = [], right: [Drawing] = [])
      /// A table of shades.
      case table(HeatTable)
      /// Drawings beside each other.
      case drawings([Drawing])
    }

    /// The end of the file's name; empty for the picture of the figure itself.
    public var name: String
    /// What it shows.
    public var caption: String
    /// What is drawn.
    public var content: Content

    /// A picture with its caption.
    public init(name: String, caption: String, content: Content) {
      self.name = name
      self.caption = caption
      self.content = content
    }

    /// The drawings beside the plots, which have files of their own as well.
    public var drawings: [Drawing] {
      switch content {
      case .plots(_, let left, let right): left + right
      case .drawings(let drawings): drawings
      case .table: []
      }
    }

    /// The text of the picture.
    public var svg: String {
      switch content {
      case .plots(let plots, let left, let right): Drawing.panel(left, plots, right)
      case .table(let table): table.svg()
      case .drawings(let drawings): Drawing.row(drawings)
      }
    }
  }

  /// Frames with properties, for the viewer chemiscope.
  public struct Explorable: Equatable, Sendable {
    /// The frames.
    public var frames: [Frame]
    /// Names with one number for each frame.
    public var properties: [(name: String, values: [Double])]

    /// Whether frames, names and numbers are equal.
    public static func == (a: Explorable, b: Explorable) -> Bool {
      a.frames == b.frames && a.properties.map(\.name) == b.properties.map(\.name)
        && a.properties.map(\.values) == b.properties.map(\.values)
    }
  }

  /// A choice that was made.
  public struct Setting: Encodable, Equatable, Sendable {
    /// What was chosen.
    public var name: String
    /// The choice.
    public var value: String

    /// A choice and what it was made for.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Which figure.
  public var figure: PaperFigure
  /// How its data were made.
  public var settings: [Setting] = []
  /// The numbers.
  public var comparisons: [Comparison] = []
  /// Where and why they are not those of the paper, in sentences.
  public var remarks: [String] = []
  /// What the pictures were drawn from.
  public var tables: [Table] = []
  /// The pictures.
  public var pictures: [Picture] = []

  /// Frames to look at, by the rows of the points of the pictures.
  public var frames = FrameAlbum()

  /// What chemiscope shows, where there is something: `NAME-map.json.gz`.
  public var explorable: Explorable?

  /// Nothing yet.
  public init(figure: PaperFigure) { self.figure = figure }

  /// Pictures, tables and frames have files of their own.
  private enum CodingKeys: String, CodingKey { case figure, settings, comparisons, remarks }

  /// The value of the comparison of that name.
  public func value(_ quantity: String) -> Double? {
    comparisons.first { $0.quantity == quantity }?.value
  }

  mutating func set(_ name: String, _ value: String) {
    settings.append(Setting(name: name, value: value))
  }
}

extension FigureResult.Comparison {
  /// The number as a reader likes it: three or four digits.
  public var text: String {
    let size = abs(value)
    let digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4
    // Shares close to 1, or to 100 %, differ in their last digits.
    let shown = size > 0.99 && size < 1 ? 5 : size > 99 && size < 100 ? 2 : digits
    return Figures.fixed(value, shown) + (unit.isEmpty ? "" : " " + unit)
  }
}
