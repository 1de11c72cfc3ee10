/// A short table of results for people, and a remark below it.
public struct ResultSummary: Codable, Equatable, Sendable {
  /// A value and how it is best shown.
  public enum Cell: Codable, Equatable, Sendable {
    /// A word.
    case text(String)
    /// A count, with its thousands apart.
    case count(Int)
    /// A number with five significant digits.
    case number(Double)
    /// A number with so many decimals.
    case fixed(Double, Int)
  }

  /// The heads of the columns.
  public var heads: [String]
  /// The rows.
  public var rows: [[Cell]]
  /// What stands below: names and values in turn.
  public var note: [Cell]

  /// Commands that go on from here, as a shell takes them.
  public var commands: [String] = []

  /// A table.
  public init(heads: [String], rows: [[Cell]] = [], note: [Cell] = []) {
    self.heads = heads
    self.rows = rows
    self.note = note
  }
}
