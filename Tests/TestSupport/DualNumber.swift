import Foundation

/// A number with a derivative: a + b e with e^2 = 0. A formula run over dual numbers gives its exact
/// derivative beside its value, without a step to choose.
public struct DualNumber: Sendable {
  /// The value.
  public var value: Double
  /// The derivative.
  public var derivative: Double

  /// A constant unless a derivative is given.
  public init(_ value: Double, _ derivative: Double = 0) {
    self.value = value
    self.derivative = derivative
  }

  /// The sum.
  public static func + (l: Self, r: Self) -> Self {
    Self(l.value + r.value, l.derivative + r.derivative)
  }
  /// The difference.
  public static func - (l: Self, r: Self) -> Self {
    Self(l.value - r.value, l.derivative - r.derivative)
  }
  /// The product, by Leibniz's rule.
  public static func * (l: Self, r: Self) -> Self {
    Self(l.value * r.value, l.value * r.derivative + l.derivative * r.value)
  }
  /// The quotient.
  public static func / (l: Self, r: Self) -> Self {
    let q = l.value / r.value
    return Self(q, (l.derivative - q * r.derivative) / r.value)
  }
  /// A multiple.
  public static func * (l: Double, r: Self) -> Self { Self(l * r.value, l * r.derivative) }
  /// The sum with a constant.
  public static func + (l: Double, r: Self) -> Self { Self(l + r.value, r.derivative) }

  /// x^p for a constant p.
  public func power(_ p: Double) -> Self {
    Self(pow(value, p), p * pow(value, p - 1) * derivative)
  }
}
