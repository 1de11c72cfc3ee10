/// An exponent, sorted by how its power is best taken: the usual ones by products and roots, any other
/// by exp(p ln x).
enum Exponent: Sendable {
  case zero
  case half
  case one
  case threeHalves
  case two
  case three
  case real(Double)

  init(_ p: Double) {
    switch p {
    case 0: self = .zero
    case 0.5: self = .half
    case 1: self = .one
    case 1.5: self = .threeHalves
    case 2: self = .two
    case 3: self = .three
    default: self = .real(p)
    }
  }

  /// x^p for positive x.
  @inline(__always) func power<L: Lanes>(_ x: L) -> L {
    switch self {
    case .zero: .one
    case .half: x.squareRoot()
    case .one: x
    case .threeHalves: x * x.squareRoot()
    case .two: x * x
    case .three: x * x * x
    case .real(let p): exponential(p * logarithm(x))
    }
  }
}

/// ln x for positive normal x, to 2 units in the last place.
///
/// x = m 2^k, ln m = 2 artanh(s) with s = (m - 1) / (m + 1), |s| < 0.172: ten terms of the odd series
/// leave s^21/21 < 5e-18.
@inline(__always) func logarithm<L: Lanes>(_ x: L) -> L {
  let (m, k) = x.significandAndExponent()
  let s = (m - .one) / (m + .one)
  let s2 = s * s
  var series = L(repeating: 1.0 / 19)
  series = L.fma(series, s2, L(repeating: 1.0 / 17))
  series = L.fma(series, s2, L(repeating: 1.0 / 15))
  series = L.fma(series, s2, L(repeating: 1.0 / 13))
  series = L.fma(series, s2, L(repeating: 1.0 / 11))
  series = L.fma(series, s2, L(repeating: 1.0 / 9))
  series = L.fma(series, s2, L(repeating: 1.0 / 7))
  series = L.fma(series, s2, L(repeating: 1.0 / 5))
  series = L.fma(series, s2, L(repeating: 1.0 / 3))
  let twice = s + s
  // The small part of ln 2 first.
  let low = L.fma(twice * s2, series, k * L(repeating: 1.908_214_929_270_587_7e-10))
  return L.fma(k, L(repeating: 6.931_471_803_691_238e-1), twice + low)
}

/// exp(x), to 2 units in the last place; 0 below -708 and +infinity above 709.
///
/// x = k ln 2 + r, |r| <= 0.347, Taylor's series to r^13 (the rest is 0.347^14/14! = 4e-18).
@inline(__always) func exponential<L: Lanes>(_ x: L) -> L {
  let low = L(repeating: -708)
  let high = L(repeating: 709)
  let inside = L.maximum(low, L.minimum(high, x))
  let k = (inside * L(repeating: 1.442_695_040_888_963_4)).roundedToNearest()
  let coarse = L.fma(k, L(repeating: -6.931_471_803_691_238e-1), inside)
  let r = L.fma(k, L(repeating: -1.908_214_929_270_587_7e-10), coarse)
  var series = L(repeating: 1.0 / 6_227_020_800)
  series = L.fma(series, r, L(repeating: 1.0 / 479_001_600))
  series = L.fma(series, r, L(repeating: 1.0 / 39_916_800))
  series = L.fma(series, r, L(repeating: 1.0 / 3_628_800))
  series = L.fma(series, r, L(repeating: 1.0 / 362_880))
  series = L.fma(series, r, L(repeating: 1.0 / 40_320))
  series = L.fma(series, r, L(repeating: 1.0 / 5_040))
  series = L.fma(series, r, L(repeating: 1.0 / 720))
  series = L.fma(series, r, L(repeating: 1.0 / 120))
  series = L.fma(series, r, L(repeating: 1.0 / 24))
  series = L.fma(series, r, L(repeating: 1.0 / 6))
  series = L.fma(series, r, L(repeating: 0.5))
  series = L.fma(series, r, .one)
  series = L.fma(series, r, .one)
  let value = series * L.powerOfTwo(k)
  let floored = L.select(L.less(x, low), .zero, value)
  return L.select(L.less(high, x), L(repeating: .infinity), floored)
}
