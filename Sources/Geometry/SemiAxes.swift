/// The semi-axes of an ellipsoid along its body axes x, y, z. Files carry the full lengths,
/// `c_diameter[k]` = 2 x semi-axis.
@frozen
public struct SemiAxes: Equatable, Hashable, Sendable {
  /// Along body x.
  public let a: Double
  /// Along body y.
  public let b: Double
  /// Along body z.
  public let c: Double

  /// Throws: `InvalidInput` unless all three are positive and finite.
  public init(_ a: Double, _ b: Double, _ c: Double) throws {
    guard a > 0, b > 0, c > 0, a.isFinite, b.isFinite, c.isFinite else {
      let wrong = [("a", a), ("b", b), ("c", c)].first { !($0.1 > 0 && $0.1.isFinite) }
      throw InvalidInput(
        "semi-axis \(wrong?.0 ?? "")", value: wrong?.1 ?? .nan,
        expected: "a positive finite number")
    }
    (self.a, self.b, self.c) = (a, b, c)
  }

  /// An ellipsoid of revolution about body z: the diameter across, `aspectRatio` times that along.
  /// An aspect ratio below 1 is oblate.
  ///
  /// Throws: `InvalidInput` unless both are positive and finite.
  public init(aspectRatio: Double, diameter: Double) throws {
    guard aspectRatio > 0, aspectRatio.isFinite else {
      throw InvalidInput("aspect ratio", value: aspectRatio, expected: "a positive number")
    }
    guard diameter > 0, diameter.isFinite else {
      throw InvalidInput("diameter", value: diameter, expected: "a positive number")
    }
    try self.init(diameter / 2, diameter / 2, aspectRatio * diameter / 2)
  }

  /// (a, b, c) as a vector.
  @inlinable
  public var vector: Vector3 { Vector3(a, b, c) }

  /// Whether a = b = c.
  @inlinable
  public var isSphere: Bool { a == b && b == c }

  /// The volume 4/3 pi a b c.
  @inlinable
  public var volume: Double { 4.0 / 3.0 * Double.pi * a * b * c }

  /// The largest semi-axis.
  @inlinable
  public var largest: Double { max(a, max(b, c)) }

  /// The smallest semi-axis.
  @inlinable
  public var smallest: Double { min(a, min(b, c)) }

  /// The one between the largest and the smallest.
  @inlinable
  public var middle: Double { max(min(a, b), min(max(a, b), c)) }

  /// All three multiplied by `factor`.
  ///
  /// Throws: `InvalidInput` when a scaled axis is not positive and finite.
  public func scaled(by factor: Double) throws -> SemiAxes {
    try SemiAxes(a * factor, b * factor, c * factor)
  }
}
