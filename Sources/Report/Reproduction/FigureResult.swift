/// What came out for a figure: numbers beside those of the paper, tables, pictures.
public struct FigureResult: Codable, Equatable, Sendable {
  /// A number, and what the paper printed for it.
  public struct Comparison: Codable, Equatable, Sendable {
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
  public enum Cell: Codable, Equatable, Sendable {
    /// A number.
    case number(Double)
    /// Words.
    case text(String)

    /// Either of the two, as JSON has it.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    /// A bare number or string.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let value): try container.encode(value)
      case .text(let value): try container.encode(value)
      }
    }
  }

  /// A table that is written as CSV.
  public struct Table: Codable, Equatable, Sendable {
    /// The end of the file's name.
    public var name: String
    /// The heads of the columns.
    public var heads: [String]
    /// One list a row.
    public var rows: [[Cell]]
  }

  /// A picture that is written as SVG.
  public struct Picture: Codable, Equatable, Sendable {
    /// The end of the file's name; empty for the picture of the figure itself.
    public var name: String
    /// What it shows.
    public var caption: String
    /// Its text.
    public var svg: String
  }

  /// A choice that was made.
  public struct Setting: Codable, Equatable, Sendable {
    /// What was chosen.
    public var name: String
    /// The choice.
    public var value: String
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
