internal import Foundation
internal import Geometry
internal import Learning

/// Values to try: `1e-6:1:7` in geometric progression, or a list `0.1,1,10`.
public struct NumberGrid: Equatable, Sendable {
  /// The values, in the order of the text.
  public let values: [Double]

  /// Throws: `InvalidInput` for anything else, and for numbers below zero.
  public init(parsing text: String, quantity: String) throws {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 3, let first = Double(parts[0]), let last = Double(parts[1]),
      let count = Int(parts[2]), first > 0, last > 0, first.isFinite, last.isFinite,
      (1...100_000).contains(count)
    {
      values = RidgeRegression.Settings.geometric(first, last, count: count)
      return
    }
    let list = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count == 1, !list.contains(where: { $0.map { !($0 >= 0) || !$0.isFinite } ?? true })
    else {
      throw InvalidInput(
        quantity, value: "'\(text)'",
        expected: "FIRST:LAST:COUNT with positive ends, or a list of numbers from 0 with commas")
    }
    values = list.compactMap { $0 }
  }

  /// A warning when the best of several values is the smallest or the largest.
  func warnAtEdge(_ best: Double, _ option: String, _ context: JobContext) {
    guard values.count > 1, best == values.min() || best == values.max() else { return }
    let edge = best == values.min() ? "smallest" : "largest"
    context.warning("the best of \(option), \(best), is the \(edge) of those tried")
  }
}
