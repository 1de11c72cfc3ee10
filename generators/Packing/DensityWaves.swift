internal import Geometry
internal import Mathematics

/// What moving particles apart must leave as it is: the amplitudes of density waves, and positions
/// along directions that are frozen; of all particles, or of some of them.
///
/// A wave holds when <exp(i k . x)> is its amplitude. Where that is a positive real number, the crests
/// (layers, columns) are where k . x is a multiple of 2 pi. At an amplitude of 1 nothing can move along k
/// at all.
struct DensityWaves: Sendable {
  /// One wave.
  struct Wave: Sendable {
    var waveVector: Vector3
    /// The real part of <exp(i k . x)>, at most 1.
    var amplitude: Double
    /// The imaginary part.
    var imaginary = 0.0
  }

  private let waves: [Wave]
  /// Directions along which nothing moves, orthonormal.
  private let frozen: [Vector3]
  /// The wave vectors without their frozen part.
  private let steps: [Vector3]
  /// The particles that it is about; nil for all.
  private let members: [Int]?
  /// Whether the wave vectors are k, 2k, 3k, ..., whose exponentials are powers of one.
  let isSeries: Bool

  /// Amplitudes within this of 1, where phases differ by less than 1e-5, count as 1.
  static let frozenAmplitude = 1 - 1e-11
  /// |<exp(i k . x)> - amplitude| within this of zero counts as restored: rounding of phases.
  private static let tolerance = 1e-14
  /// The same on the way, for a series of waves: on average particles are then off by less than 1e-7 of
  /// a wave length, and what restores it in the end moves them by as little.
  private static let looseTolerance = 1e-7

  init(
    _ waves: [Wave], frozen directions: [Vector3] = [], members: [Int]? = nil,
    isSeries: Bool = false
  ) {
    self.isSeries = isSeries
    let still = waves.filter { $0.amplitude > Self.frozenAmplitude }
    var frozen = [Vector3]()
    for direction in directions + still.map(\.waveVector) {
      var rest = direction.normalized
      for f in frozen { rest -= f * f.dot(rest) }
      if rest.length > 1e-6 { frozen.append(rest.normalized) }
    }
    self.frozen = frozen
    self.members = members
    self.waves = waves.filter { $0.amplitude <= Self.frozenAmplitude }
    let basis = frozen
    steps = self.waves.map { Self.free($0.waveVector, basis) }
  }

  /// The waves k, 2k, 3k, ... up to `harmonics` k, with the amplitudes that they have at `positions`.
  init(
    holding harmonics: Int, of waveVector: Vector3, at positions: [Vector3], members: [Int]
  ) {
    let waves = (1...max(1, harmonics)).map { m in
      let k = waveVector * Double(m)
      let sum = members.reduce(SIMD2<Double>.zero) { sum, i in
        let phase = k.dot(positions[i])
        return sum + SIMD2(cosine(phase), sine(phase))
      }
      let mean = sum / Double(members.count)
      return Wave(waveVector: k, amplitude: mean.x, imaginary: mean.y)
    }
    self.init(waves, members: members, isSeries: true)
  }

  /// The same constraint in coordinates y with x = W y.
  func transformed(by w: Matrix3x3) -> DensityWaves {
    let t = w.transpose
    return DensityWaves(
      waves.map {
        Wave(waveVector: t * $0.waveVector, amplitude: $0.amplitude, imaginary: $0.imaginary)
      }, frozen: frozen.map { t * $0 }, members: members, isSeries: isSeries)
  }

  private static func free(_ v: Vector3, _ frozen: [Vector3]) -> Vector3 {
    var rest = v
    for f in frozen { rest -= f * f.dot(rest) }
    return rest
  }

  /// How many of `count` particles it is about.
  private func number(of count: Int) -> Int { members?.count ?? count }

  /// The particle of row `row` of the slopes.
  @inline(__always)
  private func particle(_ row: Int) -> Int { members?[row] ?? row }

  /// Takes from the forces and the velocities what would change an amplitude, or move what is frozen.
  func project(_ state: inout State) {
    let rows = number(of: state.positions.count)
    if !frozen.isEmpty {
      for row in 0..<rows {
        let i = particle(row)
        state.forces[i] = Self.free(state.forces[i], frozen)
        state.velocities[i] = Self.free(state.velocities[i], frozen)
      }
    }
    guard !waves.isEmpty else { return }
    let slopes = slopes(at: state.positions).values
    let normal = normalMatrix(slopes)
    project(&state.forces, slopes, normal)
    project(&state.velocities, slopes, normal)
  }

  private func project(_ vectors: inout [Vector3], _ slopes: [Double], _ normal: Matrix) {
    let m = 2 * waves.count
    let rows = number(of: vectors.count)
    var right = [Double](repeating: 0, count: m)
    for row in 0..<rows {
      let v = vectors[particle(row)]
      for p in 0..<m { right[p] += slopes[row * m + p] * steps[p / 2].dot(v) }
    }
    guard let multipliers = solve(normal, right) else { return }
    for row in 0..<rows {
      let i = particle(row)
      for p in 0..<m { vectors[i] -= steps[p / 2] * (multipliers[p] * slopes[row * m + p]) }
    }
  }

  /// Moves the positions until all amplitudes hold again: Newton's method with the smallest change.
  /// `onTheWay` says that this is done again later, so that it need not be exact yet.
  ///
  /// Throws: `NumericalError` when it does not converge; `Stopped`.
  func restore(_ positions: inout [Vector3], onTheWay: Bool = false) throws {
    guard !waves.isEmpty else { return }
    let tolerance = onTheWay && isSeries ? Self.looseTolerance : Self.tolerance
    let m = 2 * waves.count
    let rows = number(of: positions.count)
    let count = Double(rows)
    // No particle goes further in one step than one radian of the shortest wave.
    let longestStep = 1 / (steps.map(\.length).max() ?? 1)
    var best = Double.infinity
    for _ in 0..<200 {
      try StopRequest.check()
      let (slopes, means) = slopes(at: positions)
      var missing = [Double](repeating: 0, count: m)
      for (a, wave) in waves.enumerated() {
        missing[2 * a] = (wave.amplitude - means[a].x) * count
        missing[2 * a + 1] = (wave.imaginary - means[a].y) * count
      }
      let error = missing.reduce(0) { max($0, abs($1)) } / count
      if error < tolerance || (error < 1e-12 && error >= best) { return }
      best = min(best, error)
      guard let multipliers = solve(normalMatrix(slopes), missing) else { break }
      var changes = [Vector3](repeating: .zero, count: rows)
      var longest = 0.0
      for row in 0..<rows {
        for p in 0..<m { changes[row] += steps[p / 2] * (multipliers[p] * slopes[row * m + p]) }
        longest = max(longest, changes[row].length)
      }
      let damping = longest > longestStep ? longestStep / longest : 1
      for row in 0..<rows { positions[particle(row)] += changes[row] * damping }
    }
    throw NumericalError(
      "the positional order of \(rows) particles could not be restored: off by \(best)")
  }

  /// d(real part)/d(phase) and d(imaginary part)/d(phase) of every wave for every particle, and the
  /// mean of every wave.
  private func slopes(at positions: [Vector3]) -> (values: [Double], means: [SIMD2<Double>]) {
    let m = 2 * waves.count
    let rows = number(of: positions.count)
    var values = [Double](repeating: 0, count: m * rows)
    var means = [SIMD2<Double>](repeating: .zero, count: waves.count)
    if isSeries, let k = waves.first?.waveVector {
      values.withUnsafeMutableBufferPointer { values in
        means.withUnsafeMutableBufferPointer { means in
          for row in 0..<rows {
            let phase = k.dot(positions[particle(row)])
            let (c, s) = (cosine(phase), sine(phase))
            var power = SIMD2(c, s)
            for a in means.indices {
              values[row * m + 2 * a] = -power.y
              values[row * m + 2 * a + 1] = power.x
              means[a] += power
              power = SIMD2(power.x * c - power.y * s, power.x * s + power.y * c)
            }
          }
        }
      }
      return (values, means.map { $0 / Double(rows) })
    }
    for (a, wave) in waves.enumerated() {
      for row in 0..<rows {
        let phase = wave.waveVector.dot(positions[particle(row)])
        let (c, s) = (cosine(phase), sine(phase))
        values[row * m + 2 * a] = -s
        values[row * m + 2 * a + 1] = c
        means[a] += SIMD2(c, s)
      }
      means[a] /= Double(rows)
    }
    return (values, means)
  }

  private func normalMatrix(_ slopes: [Double]) -> Matrix {
    let m = 2 * waves.count
    var sums = [Double](repeating: 0, count: m * m)
    slopes.withUnsafeBufferPointer { slopes in
      sums.withUnsafeMutableBufferPointer { sums in
        for start in stride(from: 0, to: slopes.count, by: m) {
          for p in 0..<m {
            for q in 0...p { sums[p * m + q] += slopes[start + p] * slopes[start + q] }
          }
        }
      }
    }
    var normal = Matrix(rows: m, columns: m, elements: sums)
    for p in 0..<m {
      for q in 0...p {
        normal[p, q] *= steps[p / 2].dot(steps[q / 2])
        normal[q, p] = normal[p, q]
      }
    }
    return normal
  }

  /// The multipliers; nil when the constraints contradict each other to first order.
  private func solve(_ normal: Matrix, _ right: [Double]) -> [Double]? {
    let column = Matrix(rows: right.count, columns: 1, elements: right)
    return try? LinearAlgebra.solvePositiveDefinite(normal, column).elements
  }
}
