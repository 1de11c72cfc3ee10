/// A number of about 32 decimal digits as the unevaluated sum of two doubles.
///
/// For tables that are computed once and have to be right to the last digit of a double: the
/// transformations of a basis whose overlap matrix is nearly singular. Not for kernels. The algorithms
/// are Dekker's and Knuth's error-free sums and products (doi:10.1007/BF01397083). Products below
/// 1e-290 lose digits, because their second half is denormal.
public struct DoubleDouble: Comparable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  Sendable
{
  /// The value rounded to a double.
  public let high: Double
  /// What `high` leaves out; at most half a unit in the last place of `high`.
  public let low: Double

  /// The exact value of a double.
  public init(_ value: Double) { (high, low) = (value, 0) }

  /// The exact value of an integer of up to 53 bits.
  public init(_ value: Int) { self.init(Double(value)) }

  /// The exact value of a literal that is a double.
  public init(floatLiteral value: Double) { self.init(value) }

  /// The exact value of an integer literal.
  public init(integerLiteral value: Int) { self.init(Double(value)) }

  /// The sum of two doubles of which the first is the larger in magnitude.
  private init(large: Double, small: Double) {
    let sum = large + small
    (high, low) = (sum, small - (sum - large))
  }

  /// The exact sum of two doubles.
  private static func sum(_ a: Double, _ b: Double) -> (Double, Double) {
    let s = a + b
    let v = s - a
    return (s, (a - (s - v)) + (b - v))
  }

  /// The value rounded to a double.
  public var value: Double { high }

  /// The sum.
  public static func + (l: Self, r: Self) -> Self {
    let (s, e) = sum(l.high, r.high)
    let (t, f) = sum(l.low, r.low)
    let first = Self(large: s, small: e + t)
    return Self(large: first.high, small: first.low + f)
  }

  /// The number with the other sign.
  public static prefix func - (x: Self) -> Self { Self(large: -x.high, small: -x.low) }

  /// The difference.
  public static func - (l: Self, r: Self) -> Self { l + -r }

  /// The product.
  public static func * (l: Self, r: Self) -> Self {
    let p = l.high * r.high
    let e = (-p).addingProduct(l.high, r.high)
    return Self(large: p, small: e + (l.high * r.low + l.low * r.high))
  }

  /// The quotient.
  public static func / (l: Self, r: Self) -> Self {
    let first = l.high / r.high
    let rest = l - r * Self(first)
    let second = rest.high / r.high
    let last = rest - r * Self(second)
    let third = last.high / r.high
    return Self(large: first, small: second) + Self(third)
  }

  /// Adds.
  public static func += (l: inout Self, r: Self) { l = l + r }

  /// Subtracts.
  public static func -= (l: inout Self, r: Self) { l = l - r }

  /// The order of the numbers.
  public static func < (l: Self, r: Self) -> Bool {
    l.high < r.high || (l.high == r.high && l.low < r.low)
  }

  /// The square root; not a number for a negative one.
  public var squareRoot: Self {
    guard high != 0 else { return 0 }
    let root = Self(high.squareRoot())
    return root + (self - root * root) / (root + root)
  }

  /// The absolute value.
  public var magnitude: Self { high < 0 ? -self : self }
}
