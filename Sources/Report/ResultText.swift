internal import Foundation
public import Jobs

extension TextTable {
  /// The rows of a summary.
  public init(_ summary: ResultSummary) {
    self.init(summary.heads)
    for row in summary.rows { add(row.map(Figures.text)) }
  }

  /// A remark of names and values in turn: "alpha 0.001, gamma 0.1",.
  public static func line(_ note: [ResultSummary.Cell]) -> String {
    stride(from: 0, to: note.count, by: 2).map { k in
      note[k..<min(k + 2, note.count)].map(Figures.text).filter { !$0.isEmpty }
        .joined(separator: " ")
    }.joined(separator: ", ")
  }
}

extension Figures {
  /// A cell of a summary as text.
  public static func text(_ cell: ResultSummary.Cell) -> String {
    switch cell {
    case .text(let text): text
    case .count(let count): grouped(count)
    // What does not exist has a dash: R2 of a single sample.
    case .number(let value): value.isNaN ? "-" : short(value)
    case .fixed(let value, let digits): value.isNaN ? "-" : fixed(value, digits)
    }
  }

  /// Five significant digits.
  public static func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "\(value)" }
    guard abs(value) >= 1e-3, abs(value) < 1e7 else { return String(format: "%.4e", value) }
    var (digits, size) = (4, abs(value))
    while size < 1, digits < 12 { (digits, size) = (digits + 1, size * 10) }
    while size >= 10, digits > 0 { (digits, size) = (digits - 1, size / 10) }
    return fixed(value, digits)
  }
}
