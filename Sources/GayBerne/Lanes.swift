internal import CLanes

/// What algebra needs of a number, or of several side by side.
protocol ArithmeticLanes: Sendable {
  /// The outcome of a comparison, lane by lane.
  associatedtype Mask: Sendable

  init(repeating value: Double)

  static func + (l: Self, r: Self) -> Self
  static func - (l: Self, r: Self) -> Self
  static func * (l: Self, r: Self) -> Self
  static func / (l: Self, r: Self) -> Self
  static prefix func - (x: Self) -> Self
  static var zero: Self { get }
  static var one: Self { get }

  /// a b + c, fused where the processor is built for it.
  static func fma(_ a: Self, _ b: Self, _ c: Self) -> Self

  static func less(_ l: Self, _ r: Self) -> Mask
  /// `a` where the mask is set, `b` elsewhere.
  static func select(_ mask: Mask, _ a: Self, _ b: Self) -> Self
  /// Bit k is set where l < r in lane k.
  static func lessBits(_ l: Self, _ r: Self) -> UInt32
}

/// The number that a formula of this room is written in: one `Double`, or eight of them side by side
/// (`SIMD8<Double>`), one for each pair. Every formula is written once and serves single pairs and
/// batches.
protocol Lanes: ArithmeticLanes {
  func squareRoot() -> Self

  static func and(_ l: Mask, _ r: Mask) -> Mask
  static func not(_ mask: Mask) -> Mask
  static func any(_ mask: Mask) -> Bool
  static func all(_ mask: Mask) -> Bool

  /// x = m 2^k with 1/sqrt(2) <= m < sqrt(2), for positive normal x: (m, k).
  func significandAndExponent() -> (Self, Self)
  /// 2^k for whole k with -1022 <= k <= 1023.
  static func powerOfTwo(_ k: Self) -> Self
  /// To the nearest whole number, for |x| < 2^51.
  func roundedToNearest() -> Self
}

extension ArithmeticLanes {
  @inline(__always) static func lessBits(_ pair: (Self, Self)) -> UInt32 {
    lessBits(pair.0, pair.1)
  }
  @inline(__always) static func * (l: Double, r: Self) -> Self { Self(repeating: l) * r }
  @inline(__always) static func minimum(_ a: Self, _ b: Self) -> Self { select(less(a, b), a, b) }
  @inline(__always) static func maximum(_ a: Self, _ b: Self) -> Self { select(less(a, b), b, a) }
  @inline(__always) var magnitude: Self { Self.maximum(self, -self) }
}

extension Double: Lanes {
  @inline(__always) static var one: Double { 1 }
  @inline(__always) init(repeating value: Double) { self = value }

  @inline(__always) static func fma(_ a: Double, _ b: Double, _ c: Double) -> Double {
    #if FUSED_MULTIPLY_ADD || arch(arm64)
      c.addingProduct(a, b)
    #else
      a * b + c
    #endif
  }

  @inline(__always) static func less(_ l: Double, _ r: Double) -> Bool { l < r }
  @inline(__always) static func select(_ mask: Bool, _ a: Double, _ b: Double) -> Double {
    mask ? a : b
  }
  @inline(__always) static func lessBits(_ l: Double, _ r: Double) -> UInt32 { l < r ? 1 : 0 }
  @inline(__always) static func and(_ l: Bool, _ r: Bool) -> Bool { l && r }
  @inline(__always) static func not(_ mask: Bool) -> Bool { !mask }
  @inline(__always) static func any(_ mask: Bool) -> Bool { mask }
  @inline(__always) static func all(_ mask: Bool) -> Bool { mask }

  // sqrt(1/2) as bits: subtracting it moves the split of the binades to sqrt(2) 2^k.
  @inline(__always) func significandAndExponent() -> (Double, Double) {
    let shifted = Int64(bitPattern: bitPattern) &- 0x3FE6_A09E_667F_3BCD
    let k = shifted &>> 52
    let m = Double(bitPattern: bitPattern &- UInt64(bitPattern: k &<< 52))
    return (m, Double(k))
  }
  @inline(__always) static func powerOfTwo(_ k: Double) -> Double {
    Double(bitPattern: UInt64(bitPattern: (Int64(k) &+ 1023) &<< 52))
  }
  @inline(__always) func roundedToNearest() -> Double { rounded(.toNearestOrEven) }
}

extension SIMD8: ArithmeticLanes where Scalar == Double {}
extension SIMD8: Lanes where Scalar == Double {
  @inline(__always) static func fma(_ a: Self, _ b: Self, _ c: Self) -> Self {
    #if FUSED_MULTIPLY_ADD || arch(arm64)
      c.addingProduct(a, b)
    #else
      a * b + c
    #endif
  }

  @inline(__always) func squareRoot() -> Self { mesogen_sqrt8(self) }

  /// By the sign bit: the standard library's 0 - x cannot be folded into a fused subtraction.
  @inline(__always) static prefix func - (x: Self) -> Self {
    unsafeBitCast(
      unsafeBitCast(x, to: SIMD8<UInt64>.self) ^ SIMD8<UInt64>(repeating: 1 << 63), to: Self.self)
  }

  @inline(__always) static func less(_ l: Self, _ r: Self) -> SIMDMask<SIMD8<Int64>> { l .< r }
  @inline(__always) static func select(
    _ mask: SIMDMask<SIMD8<Int64>>, _ a: Self, _ b: Self
  ) -> Self { b.replacing(with: a, where: mask) }
  @inline(__always) static func lessBits(_ l: Self, _ r: Self) -> UInt32 {
    mesogen_less_bits8(l, r)
  }
  @inline(__always) static func and(
    _ l: SIMDMask<SIMD8<Int64>>, _ r: SIMDMask<SIMD8<Int64>>
  ) -> SIMDMask<SIMD8<Int64>> { l .& r }
  @inline(__always) static func not(_ mask: SIMDMask<SIMD8<Int64>>) -> SIMDMask<SIMD8<Int64>> {
    .!mask
  }
  @inline(__always) static func any(_ mask: SIMDMask<SIMD8<Int64>>) -> Bool { Swift.any(mask) }
  @inline(__always) static func all(_ mask: SIMDMask<SIMD8<Int64>>) -> Bool { Swift.all(mask) }

  @inline(__always) func significandAndExponent() -> (Self, Self) {
    let bits = unsafeBitCast(self, to: SIMD8<Int64>.self)
    let k = (bits &- SIMD8<Int64>(repeating: 0x3FE6_A09E_667F_3BCD)) &>> SIMD8<Int64>(repeating: 52)
    let m = unsafeBitCast(bits &- (k &<< SIMD8<Int64>(repeating: 52)), to: Self.self)
    // Whole numbers below 2^51 become doubles by their bits: there is no instruction before AVX-512.
    let magic = Self(repeating: 0x1.8p52)
    let biased = unsafeBitCast(k &+ unsafeBitCast(magic, to: SIMD8<Int64>.self), to: Self.self)
    return (m, biased - magic)
  }
  @inline(__always) static func powerOfTwo(_ k: Self) -> Self {
    let magic = Self(repeating: 0x1.8p52 + 1023)
    let bits = unsafeBitCast(k + magic, to: SIMD8<Int64>.self)
    return unsafeBitCast(bits &<< SIMD8<Int64>(repeating: 52), to: Self.self)
  }
  @inline(__always) func roundedToNearest() -> Self {
    let magic = Self(repeating: 0x1.8p52)
    return (self + magic) - magic
  }
}
