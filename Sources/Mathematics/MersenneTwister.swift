internal import CGSL
internal import CRandom

/// The permutations of NumPy's `RandomState(seed)`, so that a split made by scikit-learn with
/// `random_state` can be made again. For everything else there is `RandomStream`.
public struct MersenneTwister: ~Copyable {
  private let generator: UnsafeMutablePointer<gsl_rng>

  /// Throws: `NumericalError` for the seed 0, which GSL's generator does not know.
  public init(seed: UInt32) throws {
    SpecialFunctions.prepare()
    guard seed != 0 else {
      throw NumericalError("the seed of a Mersenne twister is 0; 1 to 4294967295 are possible")
    }
    guard let generator = mesogen_mersenne_alloc(seed) else {
      preconditionFailure("out of memory for a random generator of 5 kB")
    }
    self.generator = generator
  }

  deinit { gsl_rng_free(generator) }

  /// A random order of 0, ..., count - 1: `RandomState.permutation(count)`, also what
  /// `RandomState.shuffle` makes of a range.
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, index(through: UInt32(i))) }
    return order
  }

  /// Uniform among 0, ..., last: random bits under the smallest mask that holds `last`, drawn again until
  /// they are small enough.
  private mutating func index(through last: UInt32) -> Int {
    let mask = last == 0 ? 0 : UInt32.max >> UInt32(last.leadingZeroBitCount)
    while true {
      let value = mesogen_mersenne_next(generator) & mask
      if value <= last { return Int(value) }
    }
  }
}
