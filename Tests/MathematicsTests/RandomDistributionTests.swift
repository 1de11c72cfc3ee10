import Foundation
import Mathematics
import TestSupport
import Testing

/// Distributions at fixed seeds. Every check is also shown to reject a sampler that is wrong.
@Suite("Random distributions")
struct RandomDistributionTests {
  /// A right sampler falls below it for one seed in a thousand.
  static let chance = 1e-3
  /// A wrong one must fall below this.
  static let impossible = 1e-6

  static func sample(_ count: Int, seed: UInt64, _ draw: (inout RandomStream) -> Double)
    -> [Double]
  {
    var stream = RandomStream(seed: seed, stream: 9)
    var values: [Double] = []
    for _ in 0..<count { values.append(draw(&stream)) }
    return values
  }

  @Test("uniform")
  func uniform() {
    let right = Self.sample(20_000, seed: 1) { $0.uniform() }
    #expect(GoodnessOfFit.kolmogorovSmirnov(right) { $0 } > Self.chance)
    let wrong = Self.sample(20_000, seed: 1) { pow($0.uniform(), 1.1) }
    #expect(GoodnessOfFit.kolmogorovSmirnov(wrong) { $0 } < Self.impossible)
  }

  @Test("gaussian: distribution and moments")
  func gaussian() {
    func cumulative(_ x: Double) -> Double { 0.5 * Foundation.erfc(-x / 3 / (2.0).squareRoot()) }
    let right = Self.sample(40_000, seed: 2) { $0.gaussian(sigma: 3) }
    #expect(GoodnessOfFit.kolmogorovSmirnov(right, cumulative: cumulative) > Self.chance)
    #expect(GoodnessOfFit.mean(right, expected: 0) > Self.chance)
    #expect(GoodnessOfFit.mean(right.map { $0 * $0 }, expected: 9) > Self.chance)
    #expect(GoodnessOfFit.mean(right.map { pow($0, 4) }, expected: 243) > Self.chance)
    // The sum of two uniform numbers has the right mean and variance.
    let wrong = Self.sample(40_000, seed: 2) { stream in
      (stream.uniform(-1, 1) + stream.uniform(-1, 1)) * 3 * (1.5).squareRoot()
    }
    #expect(GoodnessOfFit.kolmogorovSmirnov(wrong, cumulative: cumulative) < Self.impossible)
    #expect(GoodnessOfFit.mean(wrong.map { pow($0, 4) }, expected: 243) < Self.impossible)
  }

  @Test("sums of squares of normal numbers")
  func chiSquared() {
    // Two degrees of freedom: exponential with mean 2. Many, and no whole number of them: by the moments.
    func cumulative(_ x: Double) -> Double { x < 0 ? 0 : 1 - exp(-x / 2) }
    let two = Self.sample(20_000, seed: 4) { $0.chiSquared(degrees: 2) }
    #expect(GoodnessOfFit.kolmogorovSmirnov(two, cumulative: cumulative) > Self.chance)
    let wrong = Self.sample(20_000, seed: 4) { $0.chiSquared(degrees: 2.2) }
    #expect(GoodnessOfFit.kolmogorovSmirnov(wrong, cumulative: cumulative) < Self.impossible)
    let many = Self.sample(20_000, seed: 5) { $0.chiSquared(degrees: 2496.5) }
    #expect(GoodnessOfFit.mean(many, expected: 2496.5) > Self.chance)
    let squares = many.map { ($0 - 2496.5) * ($0 - 2496.5) }
    #expect(GoodnessOfFit.mean(squares, expected: 2 * 2496.5) > Self.chance)
    #expect(Self.sample(3, seed: 6) { $0.chiSquared(degrees: 0) } == [0, 0, 0])
  }

  @Test("directions: z and azimuth uniform, of length 1")
  func directions() {
    func height(_ v: SIMD3<Double>) -> Double { v.z }
    func azimuth(_ v: SIMD3<Double>) -> Double { atan2(v.y, v.x) / Double.pi }
    func unit(_ z: Double) -> Double { (z + 1) / 2 }
    let z = Self.sample(20_000, seed: 3) { height($0.direction()) }
    let phi = Self.sample(20_000, seed: 3) { azimuth($0.direction()) }
    #expect(GoodnessOfFit.kolmogorovSmirnov(z, cumulative: unit) > Self.chance)
    #expect(GoodnessOfFit.kolmogorovSmirnov(phi, cumulative: unit) > Self.chance)
    var stream = RandomStream(seed: 3)
    for _ in 0..<1000 {
      let v = stream.direction()
      #expect(abs((v * v).sum() - 1) < 1e-15)
    }
    // A point of the cube, normalised, prefers the corners.
    func wrong(_ stream: inout RandomStream) -> SIMD3<Double> {
      let v = SIMD3(stream.uniform(-1, 1), stream.uniform(-1, 1), stream.uniform(-1, 1))
      return v / (v * v).sum().squareRoot()
    }
    let wrongZ = Self.sample(20_000, seed: 3) { height(wrong(&$0)) }
    let wrongPhi = Self.sample(20_000, seed: 3) { azimuth(wrong(&$0)) }
    #expect(GoodnessOfFit.kolmogorovSmirnov(wrongZ, cumulative: unit) < Self.impossible)
    #expect(GoodnessOfFit.kolmogorovSmirnov(wrongPhi, cumulative: unit) < Self.impossible)
  }

  /// How well a sampler of rotations, as (w, x, y, z), fits Haar's measure: the smallest probability
  /// of some seventy checks.
  ///
  /// By Haar's measure <R_ij> = 0, <R_ij R_kl> = 1/3 delta_ik delta_jl, <R_ij^4> = 1/5, the mean of
  /// every Wigner function but the first is 0 and of its square 1/(2l + 1) (for m = m' = 0, P_l of
  /// R_zz, at l = 2, 3, 4), and the angle has the distribution (t - sin t)/pi.
  static func fitToHaar(
    _ count: Int, seed: UInt64, _ draw: (inout RandomStream) -> SIMD4<Double>
  ) -> Double {
    var stream = RandomStream(seed: seed, stream: 10)
    var matrices: [[Double]] = []
    var angles: [Double] = []
    for _ in 0..<count {
      let q = draw(&stream)
      matrices.append(matrix(q))
      angles.append(2 * acos(min(1, abs(q[0]))))
    }
    var smallest = 1.0
    func check(_ values: [Double], mean: Double) {
      smallest = min(smallest, GoodnessOfFit.mean(values, expected: mean))
    }
    for a in 0..<9 {
      check(matrices.map { $0[a] }, mean: 0)
      check(matrices.map { pow($0[a], 4) }, mean: 0.2)
      for b in a..<9 { check(matrices.map { $0[a] * $0[b] }, mean: a == b ? 1.0 / 3 : 0) }
    }
    let cosines = matrices.map { $0[8] }
    for (l, p) in [
      (2, { (x: Double) in 1.5 * x * x - 0.5 }), (3, { (x: Double) in 2.5 * x * x * x - 1.5 * x }),
      (4, { (x: Double) in (35 * pow(x, 4) - 30 * x * x + 3) / 8 }),
    ] {
      check(cosines.map(p), mean: 0)
      check(cosines.map { p($0) * p($0) }, mean: 1 / Double(2 * l + 1))
    }
    let fit = GoodnessOfFit.kolmogorovSmirnov(angles) { ($0 - sin($0)) / Double.pi }
    return min(smallest, fit)
  }

  /// The rotation matrix of a quaternion, row by row.
  static func matrix(_ q: SIMD4<Double>) -> [Double] {
    let (w, x, y, z) = (q[0], q[1], q[2], q[3])
    return [
      1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
      2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
      2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
    ]
  }

  @Test("rotations are uniform by Haar's measure")
  func rotations() {
    // Seventy checks at one in 10^5: a right sampler falls below for one seed in about 1500.
    #expect(Self.fitToHaar(30_000, seed: 4) { $0.rotation() } > 1e-5)
    var stream = RandomStream(seed: 4)
    for _ in 0..<1000 {
      let q = stream.rotation()
      #expect(abs((q * q).sum() - 1) < 1e-15)
    }
  }

  @Test("the same check rejects samplers that are not")
  func wrongRotations() {
    // A uniform angle about a uniform axis.
    let angle = Self.fitToHaar(30_000, seed: 5) { stream in
      let (axis, half) = (stream.direction(), stream.uniform(0, Double.pi / 2))
      let v = axis * sin(half)
      return SIMD4(cos(half), v.x, v.y, v.z)
    }
    #expect(angle < 1e-9)
    // A point of the cube of four dimensions, normalised.
    let cube = Self.fitToHaar(30_000, seed: 5) { stream in
      let v = SIMD4(
        stream.uniform(-1, 1), stream.uniform(-1, 1), stream.uniform(-1, 1),
        stream.uniform(-1, 1))
      return v / (v * v).sum().squareRoot()
    }
    #expect(cube < 1e-9)
    // Euler's angles, all uniform.
    let euler = Self.fitToHaar(30_000, seed: 5) { stream in
      let (a, b, c) = (
        stream.uniform(0, Double.pi), stream.uniform(0, Double.pi / 2), stream.uniform(0, Double.pi)
      )
      return SIMD4(
        cos(b) * cos(a + c), sin(b) * sin(c - a), sin(b) * cos(c - a), cos(b) * sin(a + c))
    }
    #expect(euler < 1e-9)
  }

  static func counts(_ bound: Int, _ draws: Int, _ draw: (inout RandomStream) -> Int) -> [Int] {
    var stream = RandomStream(seed: 6, stream: 11)
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<draws { counts[draw(&stream)] += 1 }
    return counts
  }

  @Test("indices below a bound are equally likely", arguments: [2, 3, 10, 1000])
  func indices(bound: Int) {
    let counts = Self.counts(bound, 50 * bound + 20_000) { $0.index(below: bound) }
    #expect(GoodnessOfFit.uniformChiSquare(counts) > Self.chance)
  }

  @Test("a bound of three quarters of 2^63, where a remainder would be biased")
  func largeBound() {
    let bound = 3 << 61
    let third = 1 << 61
    let right = Self.counts(3, 20_000) { $0.index(below: bound) / third }
    #expect(GoodnessOfFit.uniformChiSquare(right) > Self.chance)
    let wrong = Self.counts(3, 20_000) { Int($0.bits() % UInt64(bound)) / third }
    #expect(GoodnessOfFit.uniformChiSquare(wrong) < Self.impossible)
  }

  @Test("all permutations are equally likely")
  func permutations() {
    func code(_ p: [Int]) -> Int { p[0] * 64 + p[1] * 16 + p[2] * 4 + p[3] }
    func counts(_ draw: (inout RandomStream) -> [Int]) -> [Int] {
      Self.counts(256, 24_000) { code(draw(&$0)) }.filter { $0 > 0 }
    }
    let right = counts { $0.permutation(4) }
    #expect(right.count == 24 && GoodnessOfFit.uniformChiSquare(right) > Self.chance)
    // Swapping with any place, not only those left.
    let wrong = counts { stream in
      var order = [0, 1, 2, 3]
      for i in 0..<4 { order.swapAt(i, stream.index(below: 4)) }
      return order
    }
    #expect(wrong.count == 24 && GoodnessOfFit.uniformChiSquare(wrong) < Self.impossible)
  }

  @Test("successive frames are not correlated")
  func frames() {
    var sums: [Double] = []
    for frame in 0..<5000 as Range<UInt64> {
      var one = RandomStream(seed: 8, frame: frame)
      var next = RandomStream(seed: 8, frame: frame + 1)
      sums.append((one.uniform() - 0.5) * (next.uniform() - 0.5))
    }
    #expect(GoodnessOfFit.mean(sums, expected: 0) > Self.chance)
  }
}
