internal import Mathematics
internal import Synchronization

/// Clebsch-Gordan coefficients between real spherical harmonics, as a sparse tensor:
///
///     (a x b)_M = sum over the entries of  value a_m1 b_m2.
///
/// With Y_real = U Y_complex it is conj(U) C U U; for l1 + l2 + l even that is real, for odd sums
/// imaginary, and the imaginary part is taken (a pseudo-tensor). C comes from GSL's 3j symbols:
/// C^(l m)_(l1 m1 l2 m2) = (-1)^(l1 - l2 + m) sqrt(2l + 1) 3j(l1 l2 l; m1 m2 -m).
struct RealClebschGordan: Sendable {
  /// One entry; the components count from 0, m + l.
  struct Entry: Sendable {
    let first: Int16
    let second: Int16
    let result: Int16
    let value: Double
  }

  /// Sorted by result, then first, then second.
  let entries: [Entry]

  /// Throws: `NumericalError` when GSL cannot evaluate a 3j symbol.
  init(_ l1: Int, _ l2: Int, _ l: Int) throws {
    let odd = (l1 + l2 + l) % 2 == 1
    var sums: [SIMD3<Int16>: Double] = [:]
    for m1 in -l1...l1 {
      for m2 in max(-l2, -l - m1)...max(max(-l2, -l - m1), min(l2, l - m1)) {
        let m = m1 + m2
        guard abs(m2) <= l2, abs(m) <= l else { continue }
        let sign: Double = (l1 - l2 + m) % 2 == 0 ? 1 : -1
        let complex =
          try sign * Double(2 * l + 1).squareRoot()
          * SpecialFunctions.wigner3j(l1, l2, l, m1, m2, -m)
        guard complex != 0 else { continue }
        for (a, ua) in Self.realPartners(m1) {
          for (b, ub) in Self.realPartners(m2) {
            for (c, uc) in Self.realPartners(m) {
              let product = Complex.multiply(Complex.multiply(ua, ub), (uc.re, -uc.im))
              let value = complex * (odd ? product.im : product.re)
              sums[SIMD3(Int16(c + l), Int16(a + l1), Int16(b + l2)), default: 0] += value
            }
          }
        }
      }
    }
    entries = sums.filter { abs($0.value) > 1e-14 }
      .map { Entry(first: $0.key.y, second: $0.key.z, result: $0.key.x, value: $0.value) }
      .sorted { ($0.result, $0.first, $0.second) < ($1.result, $1.first, $1.second) }
  }

  private enum Complex {
    static func multiply(
      _ a: (re: Double, im: Double), _ b: (re: Double, im: Double)
    ) -> (re: Double, im: Double) {
      (a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
    }
  }

  /// The real harmonics that contain the complex Y_m, with their weights U:
  /// Y_real(M) = ((-1)^M Y_M + Y_-M) / sqrt 2 and Y_real(-M) = -i ((-1)^M Y_M - Y_-M) / sqrt 2.
  private static func realPartners(_ m: Int) -> [(index: Int, weight: (re: Double, im: Double))] {
    if m == 0 { return [(0, (1, 0))] }
    let root = 0.5.squareRoot()
    if m > 0 {
      let sign = m % 2 == 0 ? root : -root
      return [(m, (sign, 0)), (-m, (0, -sign))]
    }
    return [(-m, (root, 0)), (m, (0, root))]
  }
}

/// Tensors that have been made, up to a size in memory; the least recently used go first
/// (paper, Appendix A 9 a).
final class ClebschGordanCache: Sendable {
  static let shared = ClebschGordanCache(byteLimit: 256 << 20)

  private struct State {
    var tensors: [SIMD3<Int>: (tensor: RealClebschGordan, used: Int)] = [:]
    var bytes = 0
    var clock = 0
  }

  private let byteLimit: Int
  private let state = Mutex(State())

  init(byteLimit: Int) { self.byteLimit = byteLimit }

  /// The bytes that the kept tensors take.
  var bytes: Int { state.withLock { $0.bytes } }

  /// The tensor of l1 x l2 -> l, made now or kept from before.
  func tensor(_ l1: Int, _ l2: Int, _ l: Int) throws -> RealClebschGordan {
    let key = SIMD3(l1, l2, l)
    let kept: RealClebschGordan? = state.withLock { state in
      state.clock += 1
      guard let found = state.tensors[key] else { return nil }
      state.tensors[key]?.used = state.clock
      return found.tensor
    }
    if let kept { return kept }
    let made = try RealClebschGordan(l1, l2, l)
    state.withLock { state in
      guard state.tensors[key] == nil else { return }
      state.tensors[key] = (made, state.clock)
      state.bytes += Self.size(made)
      while state.bytes > byteLimit, state.tensors.count > 1,
        let oldest = state.tensors.min(by: { $0.value.used < $1.value.used })?.key,
        let removed = state.tensors.removeValue(forKey: oldest)
      {
        state.bytes -= Self.size(removed.tensor)
      }
    }
    return made
  }

  private static func size(_ tensor: RealClebschGordan) -> Int {
    tensor.entries.count * MemoryLayout<RealClebschGordan.Entry>.stride
  }
}
