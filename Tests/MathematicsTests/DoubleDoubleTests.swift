import Mathematics
import Testing

@Suite("Double-double")
struct DoubleDoubleTests {
  /// An integer of up to `bits` bits, with either sign.
  static func integer(_ bits: Int, _ stream: inout RandomStream) -> Int {
    let magnitude = Int(stream.bits() >> UInt64(64 - bits))
    return stream.uniform() < 0.5 ? magnitude : -magnitude
  }

  static func exact(_ x: DoubleDouble) -> Int128 { Int128(x.high) + Int128(x.low) }

  /// |x - expected| relative to expected, where the expected value is the sum of two doubles.
  static func error(_ x: DoubleDouble, _ high: Double, _ low: Double) -> Double {
    ((x - DoubleDouble(high) - DoubleDouble(low)) / DoubleDouble(high)).magnitude.value
  }

  @Test("products and sums of integers below 2^106 are exact")
  func integers() {
    var stream = RandomStream(seed: 41)
    for _ in 0..<500 {
      let (a, b, c) = (
        Self.integer(52, &stream), Self.integer(52, &stream), Self.integer(20, &stream)
      )
      let product = DoubleDouble(a) * DoubleDouble(b)
      #expect(Self.exact(product) == Int128(a) * Int128(b))
      let sum = product + DoubleDouble(c)
      #expect(Self.exact(sum) == Int128(a) * Int128(b) + Int128(c))
      #expect(Self.exact(sum - product) == Int128(c))
      #expect(Self.exact(-product) == -Int128(a) * Int128(b))
      #expect(Self.exact(product.magnitude) == abs(Int128(a) * Int128(b)))
      // The two parts do not overlap.
      #expect(product.high + product.low == product.high)
      if b != 0 { #expect(Self.exact(product / DoubleDouble(b)) == Int128(a)) }
      #expect((product < sum) == (c > 0) && (product == sum) == (c == 0))
    }
  }

  @Test("squares have exact roots")
  func roots() {
    var stream = RandomStream(seed: 42)
    for _ in 0..<200 {
      let a = DoubleDouble(Int(stream.bits() >> 12))
      #expect((a * a).squareRoot == a)
    }
    #expect(DoubleDouble(0).squareRoot == 0)
    #expect(DoubleDouble(-1).squareRoot.value.isNaN)
    #expect(DoubleDouble(Double.nan).squareRoot.value.isNaN)
  }

  @Test("constants to 31 digits (mpmath, 60 digits, as the sum of two doubles)")
  func constants() {
    // Half a unit in the last of 104 bits is 2.5e-32; a few operations each.
    #expect(
      Self.error(DoubleDouble(2).squareRoot, 1.4142135623730951, -9.667293313452913e-17) < 5e-32)
    #expect(
      Self.error(DoubleDouble(3).squareRoot, 1.7320508075688772, 1.0035084221806903e-16) < 5e-32)
    #expect(Self.error(1 / DoubleDouble(3), 0.3333333333333333, 1.850371707708594e-17) < 5e-32)
    #expect(
      Self.error(DoubleDouble(355) / 113, 3.1415929203539825, -2.2007960842126997e-16) < 5e-32)
    #expect(Self.error(DoubleDouble(1e-200).squareRoot, 1e-100, -2.8941768603061505e-117) < 5e-32)
    // Machin: pi = 16 arctan(1/5) - 4 arctan(1/239).
    let pi = 16 * Self.arctangent(ofInverse: 5) - 4 * Self.arctangent(ofInverse: 239)
    #expect(Self.error(pi, 3.141592653589793, 1.2246467991473532e-16) < 2e-31)
    var (e, term): (DoubleDouble, DoubleDouble) = (1, 1)
    for k in 1..<30 {
      term = term / DoubleDouble(k)
      e += term
    }
    #expect(Self.error(e, 2.718281828459045, 1.4456468917292502e-16) < 1e-31)
  }

  static func arctangent(ofInverse n: Int) -> DoubleDouble {
    var power = 1 / DoubleDouble(n)
    var sum: DoubleDouble = 0
    for k in 0..<50 {
      let term = power / DoubleDouble(2 * k + 1)
      if k % 2 == 0 { sum += term } else { sum -= term }
      power = power / DoubleDouble(n * n)
    }
    return sum
  }

  @Test("the field's identities hold to 31 digits where a double has 16")
  func identities() {
    var stream = RandomStream(seed: 43)
    for _ in 0..<200 {
      let a = DoubleDouble(stream.uniform(-2, 2)) / DoubleDouble(stream.uniform(1, 3))
      let b = DoubleDouble(stream.uniform(1, 2)) / DoubleDouble(stream.uniform(-3, -1))
      let c = DoubleDouble(stream.uniform(1, 2)).squareRoot
      #expect(((a + b) - b - a).magnitude.value < 2e-31)
      #expect((a * (b + c) - (a * b + a * c)).magnitude.value < 1e-30)
      #expect((a / b * b - a).magnitude.value < 2e-31)
      #expect((c * c - c.magnitude * c).value == 0)
      #expect(a + b == b + a && a * b == b * a)
      #expect((a * a - b * b - (a - b) * (a + b)).magnitude.value < 1e-30)
    }
  }

  @Test("literals, order and value")
  func literals() {
    #expect(DoubleDouble(0.1).high == 0.1 && DoubleDouble(0.1).low == 0)
    let literal: DoubleDouble = 0.5
    let integer: DoubleDouble = -3
    #expect(literal.value == 0.5 && integer.value == -3 && integer < literal)
    let above = 1 + DoubleDouble(1e-25)
    #expect(above > 1 && above.value == 1 && above != 1 && -above < -1)
  }
}
