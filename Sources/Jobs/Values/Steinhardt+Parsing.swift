internal import Geometry
public import OrderParameters

extension Steinhardt.Settings {
  /// The settings where a cutoff is known or, for Voronoi weights, not needed; nil otherwise.
  public init?(degrees: [Int], optionalCutoff: Double?, weights: Steinhardt.Weights) {
    guard optionalCutoff != nil || weights == .voronoi else { return nil }
    // Voronoi neighbours do not depend on it.
    self.init(degrees: degrees, cutoff: optionalCutoff ?? 1, weights: weights)
  }
}

extension Steinhardt {
  /// Degrees as people write them: closed ranges and single numbers with commas between them, `0:6`, `4,6`
  /// or `0:2,4,6`; the order is kept.
  ///
  /// Throws: `InvalidInput` for what is no such list, a degree beyond `largestDegree`, one that comes twice.
  public static func degrees(parsing text: String) throws -> [Int] {
    var degrees: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let range: ClosedRange<Int>
      do { range = try IntegerRange.closed(parsing: String(part)) } catch {
        throw InvalidInput(
          "steinhardt", value: "'\(text)'",
          expected: "degrees from 0 as a range 0:6, a list 4,6, or both, 0:2,4,6")
      }
      guard range.upperBound <= largestDegree else {
        throw InvalidInput(
          "Steinhardt degree", value: "\(range.upperBound)", expected: "0 to \(largestDegree)")
      }
      if let twice = range.first(where: { degrees.contains($0) }) {
        throw InvalidInput(
          "steinhardt", value: "'\(text)'", expected: "every degree once; \(twice) comes twice")
      }
      degrees += range
    }
    return degrees
  }
}
