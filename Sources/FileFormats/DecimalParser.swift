internal import Foundation

/// Reads decimal numbers from bytes, correctly rounded.
///
/// Up to 19 significant digits w with a power of ten q in -55...55 go through the algorithm of
/// Eisel and Lemire (D. Lemire, Softw. Pract. Exp. 51, 1700 (2021), DOI 10.1002/spe.2984): w times
/// a 128-bit approximation of 5^q decides the rounding. Everything else is left to `strtod`, which
/// takes ten times as long.
struct DecimalParser: Sendable {
  /// 5^q for q = -55...55: the 128 leading bits, high and low half.
  private let high = DecimalParser.powersOfFive.map(\.high)
  private let low = DecimalParser.powersOfFive.map(\.low)

  /// One for all: its tables take a moment to make.
  static let shared = DecimalParser()

  private static let range = -55...55
  private static let powersOfFive: [(high: UInt64, low: UInt64)] = range.map(powerOfFive)

  /// 10^k, exact as doubles up to k = 22.
  private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The leading 128 bits of 5^q: exact for q >= 0; for -27 <= q < 0 rounded up, below truncated,
  /// as the proof in the paper needs it.
  private static func powerOfFive(_ q: Int) -> (high: UInt64, low: UInt64) {
    var power = UInt128(1)
    for _ in 0..<abs(q) { power *= 5 }
    if q >= 0 {
      power <<= UInt128(power.leadingZeroBitCount)
      return (UInt64(power >> 64), UInt64(truncatingIfNeeded: power))
    }
    // 1 / power by long division in binary, until 128 significant bits are there.
    var quotient = UInt128(0)
    var rest = UInt128(1)
    while quotient >> 127 == 0 {
      let carry = rest >> 127 == 1
      rest <<= 1
      quotient <<= 1
      if carry || rest >= power {
        rest &-= power
        quotient |= 1
      }
    }
    if q >= -27 { quotient += 1 }
    return (UInt64(quotient >> 64), UInt64(truncatingIfNeeded: quotient))
  }

  /// Reads the number that begins at `p` and ends before a blank or at `end`, and moves `p` to its
  /// end. Not a number when there is none; infinite when it is too large. Exponents may be marked
  /// by e, E, d or D.
  @inline(__always)
  func parse(_ p: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Double {
    let start = p
    var negative = false
    if p < end, p.pointee == 0x2D || p.pointee == 0x2B {
      negative = p.pointee == 0x2D
      p += 1
    }
    let first = p
    var w: UInt64 = 0
    while p < end, p.pointee &- 0x30 < 10 {
      w = w &* 10 &+ UInt64(p.pointee &- 0x30)
      p += 1
    }
    var digits = p - first
    var q = 0
    if p < end, p.pointee == 0x2E {
      p += 1
      let fraction = p
      while end - p >= 8, let eight = Self.eightDigits(p) {
        w = w &* 100_000_000 &+ eight
        p += 8
      }
      while p < end, p.pointee &- 0x30 < 10 {
        w = w &* 10 &+ UInt64(p.pointee &- 0x30)
        p += 1
      }
      q = fraction - p
      digits -= q
    }
    guard digits > 0 else { return .nan }
    if p < end, p.pointee | 0x20 == 0x65 || p.pointee | 0x20 == 0x64 {
      guard let exponent = Self.exponent(&p, end) else { return .nan }
      q += exponent
    }
    guard p == end || Self.isBlank(p.pointee) else { return .nan }
    if digits > 19, !Self.fits(first, p) { return Self.slow(start, p) }
    let value = magnitude(w, q)
    if value.isNaN { return Self.slow(start, p) }
    return negative ? -value : value
  }

  private init() {}

  /// The number that fills the text; nil when it is none.
  func parse(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { utf8 -> Double? in
      guard var p = utf8.baseAddress else { return nil }
      let end = p + utf8.count
      let value = parse(&p, end)
      return p == end && !value.isNaN ? value : nil
    }
  }

  /// The value of eight digits at once, in three multiplications (D. Lemire, 2018); nil when one of
  /// the bytes is no digit.
  @inline(__always)
  private static func eightDigits(_ p: UnsafePointer<UInt8>) -> UInt64? {
    let bytes = UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
    // The upper half of a digit is 3, and stays 3 when 6 is added.
    let upper = bytes & 0xF0F0_F0F0_F0F0_F0F0
    let raised = (bytes &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0
    guard upper | raised >> 4 == 0x3333_3333_3333_3333 else { return nil }
    // Pairs of digits, then fours, then all eight.
    let digits = bytes &- 0x3030_3030_3030_3030
    let pairs = digits &* 10 &+ digits >> 8
    let fours = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    return (fours &+ ((pairs >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001) >> 32
  }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// The exponent after its mark, cut to what decides between 0 and infinity.
  private static func exponent(
    _ p: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Int? {
    p += 1
    var negative = false
    if p < end, p.pointee == 0x2D || p.pointee == 0x2B {
      negative = p.pointee == 0x2D
      p += 1
    }
    let first = p
    var value = 0
    while p < end, p.pointee &- 0x30 < 10 {
      value = min(value * 10 + Int(p.pointee &- 0x30), 1 << 40)
      p += 1
    }
    return p > first ? (negative ? -value : value) : nil
  }

  /// Whether there are at most 19 digits behind leading zeros.
  private static func fits(_ first: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
    var p = first
    while p < end, p.pointee == 0x30 || p.pointee == 0x2E { p += 1 }
    var digits = 0
    while p < end, p.pointee &- 0x30 < 10 || p.pointee == 0x2E {
      if p.pointee != 0x2E { digits += 1 }
      p += 1
    }
    return digits <= 19
  }

  /// w 10^q; not a number where the fast ways do not decide.
  @inline(__always)
  private func magnitude(_ w: UInt64, _ q: Int) -> Double {
    if w == 0 { return 0 }
    if w <= 1 << 53, q >= -22, q <= 22 {
      // Both factors are exact, so one operation rounds correctly (W. D. Clinger, 1990).
      return q < 0 ? Double(w) / powersOfTen[-q] : Double(w) * powersOfTen[q]
    }
    guard q >= -55, q <= 55 else { return .nan }
    return eiselLemire(w, q)
  }

  private func eiselLemire(_ w: UInt64, _ q: Int) -> Double {
    let zeros = w.leadingZeroBitCount
    let w = w << UInt64(zeros)
    var product = w.multipliedFullWidth(by: high[q + 55])
    // 55 bits decide: 53 of the mantissa, one to round, one for the leading zero. When all below
    // are ones, the lower half of the power may carry into them.
    if product.high & (UInt64.max >> 55) == UInt64.max >> 55 {
      let second = w.multipliedFullWidth(by: low[q + 55]).high
      let (sum, carry) = product.low.addingReportingOverflow(second)
      product = (product.high &+ (carry ? 1 : 0), sum)
    }
    if product.low == UInt64.max, q < -27 { return .nan }
    let upper = product.high >> 63
    let shift = upper + 9
    var mantissa = product.high >> shift
    // floor(log2(10^q)) + 63
    let power2 = (217_706 * q) >> 16 + 63 + Int(upper) - zeros + 1023
    // A tie exactly between two doubles goes to the even one.
    if product.low <= 1, q >= -4, q <= 23, mantissa & 3 == 1, mantissa << shift == product.high {
      mantissa &= ~1
    }
    mantissa = (mantissa + mantissa & 1) >> 1
    // Rounding up may carry out of the mantissa; the bits then count the exponent up by themselves.
    return Double(bitPattern: UInt64(power2 - 1) << 52 + mantissa)
  }

  /// `strtod` on a copy that ends with a zero byte.
  @inline(never)
  private static func slow(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Double {
    let count = end - start
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { copy in
      for k in 0..<count {
        let byte = start[k] | 0x20 == 0x64 ? 0x65 : start[k]
        copy[k] = CChar(bitPattern: byte)
      }
      copy[count] = 0
      return strtod(copy.baseAddress!, nil)
    }
  }
}
