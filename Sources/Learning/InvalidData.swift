/// Data or settings that nothing can be learned from, in one sentence with the offending values.
public struct InvalidData: Error, CustomStringConvertible, Equatable, Sendable {
  /// The sentence.
  public let description: String

  /// The error with this sentence.
  public init(_ description: String) { self.description = description }
}
