internal import CLanes

/// Eight floats side by side: half the memory and half the work of eight doubles, for decisions that
/// leave alone what they cannot tell.
struct FloatLanes: ArithmeticLanes {
  var values: SIMD8<Float>

  @inline(__always) init(_ values: SIMD8<Float>) { self.values = values }
  @inline(__always) init(repeating value: Double) { values = SIMD8(repeating: Float(value)) }

  @inline(__always) static var zero: Self { Self(.zero) }
  @inline(__always) static var one: Self { Self(SIMD8(repeating: 1)) }

  @inline(__always) static func + (l: Self, r: Self) -> Self { Self(l.values + r.values) }
  @inline(__always) static func - (l: Self, r: Self) -> Self { Self(l.values - r.values) }
  @inline(__always) static func * (l: Self, r: Self) -> Self { Self(l.values * r.values) }
  @inline(__always) static func / (l: Self, r: Self) -> Self { Self(l.values / r.values) }

  /// By the sign bit, as that of doubles.
  @inline(__always) static prefix func - (x: Self) -> Self {
    Self(
      unsafeBitCast(
        unsafeBitCast(x.values, to: SIMD8<UInt32>.self) ^ SIMD8<UInt32>(repeating: 1 << 31),
        to: SIMD8<Float>.self))
  }

  @inline(__always) static func fma(_ a: Self, _ b: Self, _ c: Self) -> Self {
    #if FUSED_MULTIPLY_ADD || arch(arm64)
      Self(c.values.addingProduct(a.values, b.values))
    #else
      Self(a.values * b.values + c.values)
    #endif
  }

  @inline(__always) static func less(_ l: Self, _ r: Self) -> SIMDMask<SIMD8<Int32>> {
    l.values .< r.values
  }
  @inline(__always) static func select(
    _ mask: SIMDMask<SIMD8<Int32>>, _ a: Self, _ b: Self
  ) -> Self { Self(b.values.replacing(with: a.values, where: mask)) }

  @inline(__always) static func lessBits(_ l: Self, _ r: Self) -> UInt32 {
    mesogen_less_bits8f(l.values, r.values)
  }
}
