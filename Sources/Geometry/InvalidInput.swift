/// A value that somebody gave and that cannot be used: which quantity, what it was, what was
/// expected. Every room throws it for bad input; readers wrap it with file, frame and line.
public struct InvalidInput: Error, CustomStringConvertible, Equatable, Sendable {
  /// The quantity in words: "semi-axis a", "cutoff radius".
  public let quantity: String
  /// The offending value as text.
  public let value: String
  /// What would have been accepted: "a positive number".
  public let expected: String

  /// The value as text.
  public init(_ quantity: String, value: String, expected: String) {
    self.quantity = quantity
    self.value = value
    self.expected = expected
  }

  /// The value as a number.
  public init(_ quantity: String, value: Double, expected: String) {
    self.init(quantity, value: "\(value)", expected: expected)
  }

  /// "cutoff radius is -1.0; expected a positive number".
  public var description: String { "\(quantity) is \(value); expected \(expected)" }
}
