internal import CGSL
internal import CRandom

/// Random numbers that depend on (seed, stream, frame) alone, through GSL.
///
/// The generator behind it is Philox4x64-10 registered as a GSL type: the three numbers are its key
/// and its counter, so two different triples never share numbers, whatever the number of frames.
/// Frame k of a set is the same whether it is made alone, in a shard, or among a million.
/// The values are those of NumPy's `Philox(key=[seed, stream], counter=[0, 0, frame, 0])`, except
/// that NumPy counts up before the first block.
public struct RandomStream: ~Copyable {
  private let generator: UnsafeMutablePointer<gsl_rng>

  /// `stream` tells apart the uses of one seed: orientations, positions, splits.
  public init(seed: UInt64, stream: UInt64 = 0, frame: UInt64 = 0) {
    SpecialFunctions.prepare()
    guard let generator = mesogen_philox_alloc(seed, stream, frame) else {
      preconditionFailure("out of memory for a random generator of 88 bytes")
    }
    self.generator = generator
  }

  deinit { gsl_rng_free(generator) }

  /// Uniform in [0, 1).
  public mutating func uniform() -> Double { gsl_rng_uniform(generator) }

  /// Uniform in (0, 1).
  public mutating func uniformPositive() -> Double { gsl_rng_uniform_pos(generator) }

  /// Uniform in [low, high).
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    let value = low + (high - low) * gsl_rng_uniform(generator)
    // The sum may have been rounded up.
    return value < high ? value : max(low, high.nextDown)
  }

  /// 64 random bits.
  public mutating func bits() -> UInt64 { mesogen_philox_next(generator) }

  /// Uniform among 0, ..., bound - 1, without bias.
  public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "a bound must be positive")
    let n = UInt64(bound)
    let limit = UInt64.max - UInt64.max % n
    while true {
      let value = bits()
      if value < limit { return Int(value % n) }
    }
  }

  /// Normal with mean 0 and the given standard deviation (gsl_ran_gaussian_ziggurat).
  public mutating func gaussian(sigma: Double = 1) -> Double {
    gsl_ran_gaussian_ziggurat(generator, sigma)
  }

  /// The sum of the squares of that many normal numbers (gsl_ran_chisq); 0 for none.
  public mutating func chiSquared(degrees: Double) -> Double {
    degrees > 0 ? gsl_ran_chisq(generator, degrees) : 0
  }

  /// A direction uniform on the unit sphere (gsl_ran_dir_3d).
  public mutating func direction() -> SIMD3<Double> {
    var (x, y, z) = (0.0, 0.0, 0.0)
    gsl_ran_dir_3d(generator, &x, &y, &z)
    return SIMD3(x, y, z)
  }

  /// Four components uniform on the unit sphere of four dimensions (gsl_ran_dir_nd): as a
  /// quaternion a rotation uniform on SO(3), that is, by Haar's measure.
  public mutating func rotation() -> SIMD4<Double> {
    var q: (Double, Double, Double, Double) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &q) { bytes in
      gsl_ran_dir_nd(generator, 4, bytes.baseAddress!.assumingMemoryBound(to: Double.self))
    }
    return SIMD4(q.0, q.1, q.2, q.3)
  }

  /// A random order of 0, ..., count - 1 (Fisher and Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, index(below: i + 1)) }
    return order
  }
}
