internal import Geometry

/// Ranges of integers as the command line and recipes write them.
public enum IntegerRange {
  /// The half-open, 0-based range of frames `first:end`; `first:` has no end, `:end` begins at 0.
  ///
  /// Throws: `InvalidInput`.
  public static func frames(parsing text: String) throws -> Range<Int> {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let numbers = parts.map { Int($0) }
    if parts.count == 2, let first = parts[0].isEmpty ? 0 : numbers[0],
      let end = parts[1].isEmpty ? Int.max : numbers[1], 0 <= first, first <= end
    {
      return first..<end
    }
    throw InvalidInput(
      "frames", value: "'\(text)'",
      expected: "a half-open range counted from 0, as in 0:100 for the first hundred")
  }

  /// The closed range `first:last`, or a single number.
  ///
  /// Throws: `InvalidInput`.
  public static func closed(parsing text: String) throws -> ClosedRange<Int> {
    let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map {
      Int(String($0))
    }
    guard (1...2).contains(numbers.count), let first = numbers[0],
      let last = numbers[numbers.count - 1], 0 <= first, first <= last
    else {
      throw InvalidInput(
        "range", value: "'\(text)'", expected: "a number from 0, or two of them as in 0:6")
    }
    return first...last
  }

  /// Numbers and closed ranges with commas between them: `0:5` or `0,3,5:8`.
  ///
  /// Throws: `InvalidInput`.
  public static func list(parsing text: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).flatMap {
      Array(try closed(parsing: String($0)))
    }
  }
}
