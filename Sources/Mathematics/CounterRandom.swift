/// Random numbers as a function of six numbers: nothing is stored, nothing is allocated.
///
/// This is Philox4x64-10 (Salmon et al., SC 2011, doi:10.1145/2063384.2063405), the generator
/// behind `RandomStream`, for loops that need a handful of numbers at each of very many places, as
/// the trial moves of Monte Carlo: block k of (seed, stream, frame) is that of `RandomStream`'s
/// numbers 4 k ... 4 k + 3 when `place` is 0.
@frozen
public struct CounterRandom: Sendable {
  /// The key of the generator: `seed` and `stream`.
  public let seed: UInt64
  /// The second word of the key.
  public let stream: UInt64
  /// A word of the counter, as a sweep.
  public let frame: UInt64
  /// Another word of the counter, as a cell within the sweep.
  public let place: UInt64

  /// The blocks of these four numbers.
  @inlinable
  public init(seed: UInt64, stream: UInt64, frame: UInt64, place: UInt64 = 0) {
    (self.seed, self.stream) = (seed, stream)
    (self.frame, self.place) = (frame, place)
  }

  /// Four times 64 random bits.
  @inlinable @inline(__always)
  public func block(_ index: UInt64) -> SIMD4<UInt64> {
    var (c0, c1, c2, c3) = (index, place, frame, UInt64(0))
    var (k0, k1) = (seed, stream)
    for _ in 0..<10 {
      let p0 = c0.multipliedFullWidth(by: 0xD2E7_470E_E14C_6C93)
      let p1 = c2.multipliedFullWidth(by: 0xCA5A_8263_9512_1157)
      (c0, c2) = (p1.high ^ c1 ^ k0, p0.high ^ c3 ^ k1)
      (c1, c3) = (p1.low, p0.low)
      k0 &+= 0x9E37_79B9_7F4A_7C15
      k1 &+= 0xBB67_AE85_84CA_A73B
    }
    return SIMD4(c0, c1, c2, c3)
  }

  /// A number uniform in [0, 1) from the upper 53 of 64 bits.
  @inlinable @inline(__always)
  public static func uniform(_ bits: UInt64) -> Double { Double(bits &>> 11) * 0x1p-53 }

  /// A number uniform in [-1, 1) from the upper 54 of 64 bits.
  @inlinable @inline(__always)
  public static func symmetric(_ bits: UInt64) -> Double {
    Double(Int64(bitPattern: bits) &>> 11) * 0x1p-52
  }
}
