internal import FileFormats

/// A table of plain text for a terminal: columns as wide as their widest entry, numbers to the right.
/// Control characters, which names of files may hold, are written as escapes.
public struct TextTable: Sendable, CustomStringConvertible {
  /// The heads of the columns.
  public let heads: [String]
  /// The rows so far, one text a column.
  public private(set) var rows: [[String]] = []

  /// Characters of an entry; the middle of a longer one is left out.
  private static let longestEntry = 2000

  /// A table without rows.
  public init(_ heads: [String]) { self.heads = heads.map(VisibleText.escaped) }

  /// Adds a row; missing entries at its end are empty.
  public mutating func add(_ row: [String]) {
    precondition(row.count <= heads.count, "a row has at most one entry a column")
    let row = row.map { VisibleText.shortened($0, to: Self.longestEntry) }
    rows.append(row + Array(repeating: "", count: heads.count - row.count))
  }

  /// The lines of the table, without blanks at their ends and with a newline after each.
  public var description: String {
    let widths = heads.indices.map { column in
      max(heads[column].count, rows.map { $0[column].count }.max() ?? 0)
    }
    let toTheRight = heads.indices.map { column in
      !rows.isEmpty
        && rows.allSatisfy { ["", "-"].contains($0[column]) || Self.isNumber($0[column]) }
    }
    func line(_ row: [String]) -> String {
      var text = ""
      for (column, entry) in row.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - entry.count)
        text += (column == 0 ? "" : "  ") + (toTheRight[column] ? blanks + entry : entry + blanks)
      }
      while text.last == " " { text.removeLast() }
      return text + "\n"
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
    return line(heads) + rule + "\n" + rows.map(line).joined()
  }

  /// Whether an entry reads as a number, perhaps with commas for thousands or a unit after a blank.
  private static func isNumber(_ entry: String) -> Bool {
    let first = entry.split(separator: " ").first ?? ""
    return Double(first.filter { $0 != "," }) != nil
  }
}

/// Figures as a reader likes them.
public enum Figures {
  /// 12500 as `12,500`.
  public static func grouped(_ number: Int) -> String {
    let digits = String(abs(number))
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return (number < 0 ? "-" : "") + text
  }

  /// A duration: `0.13 s`, `12.4 s`, `3 min 5 s`, `2 h 10 min`.
  public static func duration(_ seconds: Double) -> String {
    if seconds < 9.995 { return fixed(seconds, 2) + " s" }
    if seconds < 99.95 { return fixed(seconds, 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  /// A size: `512 B`, `1.2 MB`, in powers of ten.
  public static func bytes(_ count: Int) -> String {
    var value = Double(count)
    for unit in ["B", "kB", "MB", "GB"] {
      if value < 999.5 { return (unit == "B" ? "\(count)" : fixed(value, 1)) + " " + unit }
      value /= 1000
    }
    return fixed(value, 1) + " TB"
  }

  /// A number with four significant digits, with a power of ten where it is very large or small.
  public static func significant(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value == 0 ? "0" : "\(value)")" }
    var exponent = 0
    var size = abs(value)
    while size >= 10, exponent < 400 { (size, exponent) = (size / 10, exponent + 1) }
    while size < 1, exponent > -400 { (size, exponent) = (size * 10, exponent - 1) }
    // 9.9996 has become 10.00.
    if (1000 * size).rounded() >= 10_000 { (size, exponent) = (size / 10, exponent + 1) }
    if (-4..<6).contains(exponent) { return fixed(value, max(0, 3 - exponent)) }
    return (value < 0 ? "-" : "") + fixed(size, 3) + "e\(exponent)"
  }

  /// A number with that many digits after the point.
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded(.toNearestOrEven)
    guard scaled < 9e18 else { return "\(value)" }
    let whole = Int(scaled)
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let fraction = String(whole % Int(scale))
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(sign)\(whole / Int(scale)).\(zeros)\(fraction)"
  }
}
