/// A vector of three-dimensional space. Its stride is 32 bytes: repack before handing to C or NumPy.
public typealias Vector3 = SIMD3<Double>

extension SIMD3<Double> {
  /// The scalar product a . b.
  @inlinable
  public func dot(_ other: Self) -> Double { x * other.x + y * other.y + z * other.z }

  /// The vector product a x b.
  @inlinable
  public func cross(_ other: Self) -> Self {
    Self(
      y * other.z - z * other.y,
      z * other.x - x * other.z,
      x * other.y - y * other.x)
  }

  /// |a|^2.
  @inlinable
  public var lengthSquared: Double { dot(self) }

  /// |a|.
  @inlinable
  public var length: Double { lengthSquared.squareRoot() }

  /// a / |a|; not a number for the zero vector.
  @inlinable
  public var normalized: Self { self / length }

  /// Whether all three components are finite.
  @inlinable
  public var isFinite: Bool { x.isFinite && y.isFinite && z.isFinite }
}
