internal import Geometry

/// A quantity that is the same in all frames of a set, or covers a closed range evenly over them:
/// frame k of n gets low + k (high - low)/(n - 1), a set of one frame gets low.
public struct ValueRange: Equatable, Sendable, CustomStringConvertible,
  ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral
{
  /// The value of the first frame.
  public let low: Double
  /// The value of the last frame; it may be below `low`.
  public let high: Double

  /// From `low` in the first frame to `high` in the last.
  public init(_ low: Double, _ high: Double) { (self.low, self.high) = (low, high) }

  /// The same in all frames.
  public init(_ value: Double) { self.init(value, value) }

  /// The same in all frames.
  public init(floatLiteral value: Double) { self.init(value) }

  /// The same in all frames.
  public init(integerLiteral value: Int) { self.init(Double(value)) }

  /// From text: `0.3`, or `0:1`.
  ///
  /// Throws: `InvalidInput` naming `quantity` unless it is one or two finite numbers.
  public init(parsing text: String, quantity: String) throws {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map {
      Double($0).flatMap { $0.isFinite ? $0 : nil }
    }
    switch parts.count {
    case 1:
      if let value = parts[0] {
        self.init(value)
        return
      }
    case 2:
      if let low = parts[0], let high = parts[1] {
        self.init(low, high)
        return
      }
    default: break
    }
    throw InvalidInput(quantity, value: text, expected: "a number, or a range as 0:1")
  }

  /// The value of frame `index` of a set of `count`.
  public func value(at index: Int, of count: Int) -> Double {
    if count <= 1 || index <= 0 { return low }
    if index >= count - 1 { return high }
    return low + Double(index) * (high - low) / Double(count - 1)
  }

  /// As `init(parsing:quantity:)` reads it.
  public var description: String { low == high ? "\(low)" : "\(low):\(high)" }

  /// Throws: `InvalidInput` unless both ends are within `limits`.
  func require(_ quantity: String, within limits: ClosedRange<Double>, _ expected: String) throws {
    for end in [low, high] where !limits.contains(end) {
      throw InvalidInput(quantity, value: description, expected: expected)
    }
  }
}
