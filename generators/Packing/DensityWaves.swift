internal import Geometry
internal import Mathematics

/// What moving particles apart must leave as it is: the amplitudes of density waves, and positions
/// along directions that are frozen.
///
/// A wave holds when <exp(i k . x)> is its amplitude, a real number: so its crests (layers, columns)
/// are where k . x is a multiple of 2 pi. At an amplitude of 1 nothing can move along k at all.
struct DensityWaves: Sendable {
  /// One wave.
  struct Wave: Sendable {
    var waveVector: Vector3
    /// At least 0 and at most 1.
    var amplitude: Double
  }

  private let waves: [Wave]
  /// Directions along which nothing moves, orthonormal.
  private let frozen: [Vector3]
  /// The wave vectors without their frozen part.
  private let steps: [Vector3]

  /// Amplitudes within this of 1, where phases differ by less than 1e-5, count as 1.
  private static let frozenAmplitude = 1 - 1e-11
  /// |<exp(i k . x)> - amplitude| within this of zero counts as restored: rounding of phases.
  private static let tolerance = 1e-14

  init(_ waves: [Wave], frozen directions: [Vector3] = []) {
    let still = waves.filter { $0.amplitude > Self.frozenAmplitude }
    var frozen = [Vector3]()
    for direction in directions + still.map(\.waveVector) {
      var rest = direction.normalized
      for f in frozen { rest -= f * f.dot(rest) }
      if rest.length > 1e-6 { frozen.append(rest.normalized) }
    }
    self.frozen = frozen
    self.waves = waves.filter { $0.amplitude <= Self.frozenAmplitude }
    let basis = frozen
    steps = self.waves.map { Self.free($0.waveVector, basis) }
  }

  /// The same constraint in coordinates y with x = W y.
  func transformed(by w: Matrix3x3) -> DensityWaves {
    let t = w.transpose
    return DensityWaves(
      waves.map { Wave(waveVector: t * $0.waveVector, amplitude: $0.amplitude) },
      frozen: frozen.map { t * $0 })
  }

  private static func free(_ v: Vector3, _ frozen: [Vector3]) -> Vector3 {
    var rest = v
    for f in frozen { rest -= f * f.dot(rest) }
    return rest
  }

  /// Takes from `vectors` (velocities, forces) what would change an amplitude at `positions`, or move
  /// what is frozen.
  func project(_ vectors: inout [Vector3], at positions: [Vector3]) {
    if !frozen.isEmpty {
      for i in vectors.indices { vectors[i] = Self.free(vectors[i], frozen) }
    }
    guard !waves.isEmpty else { return }
    let slopes = slopes(at: positions).values
    let m = 2 * waves.count
    var right = [Double](repeating: 0, count: m)
    for i in positions.indices {
      for p in 0..<m { right[p] += slopes[i * m + p] * steps[p / 2].dot(vectors[i]) }
    }
    guard let multipliers = solve(normalMatrix(slopes), right) else { return }
    for i in vectors.indices {
      for p in 0..<m { vectors[i] -= steps[p / 2] * (multipliers[p] * slopes[i * m + p]) }
    }
  }

  /// Moves the positions until all amplitudes hold again: Newton's method with the smallest change.
  ///
  /// Throws: `NumericalError` when it does not converge.
  func restore(_ positions: inout [Vector3]) throws {
    guard !waves.isEmpty else { return }
    let m = 2 * waves.count
    let count = Double(positions.count)
    // No particle goes further in one step than one radian of the shortest wave.
    let longestStep = 1 / (steps.map(\.length).max() ?? 1)
    var best = Double.infinity
    for _ in 0..<200 {
      let (slopes, means) = slopes(at: positions)
      var missing = [Double](repeating: 0, count: m)
      for (a, wave) in waves.enumerated() {
        missing[2 * a] = (wave.amplitude - means[a].x) * count
        missing[2 * a + 1] = -means[a].y * count
      }
      let error = missing.reduce(0) { max($0, abs($1)) } / count
      if error < Self.tolerance || (error < 1e-12 && error >= best) { return }
      best = min(best, error)
      guard let multipliers = solve(normalMatrix(slopes), missing) else { break }
      var changes = [Vector3](repeating: .zero, count: positions.count)
      var longest = 0.0
      for i in positions.indices {
        for p in 0..<m { changes[i] += steps[p / 2] * (multipliers[p] * slopes[i * m + p]) }
        longest = max(longest, changes[i].length)
      }
      let damping = longest > longestStep ? longestStep / longest : 1
      for i in positions.indices { positions[i] += changes[i] * damping }
    }
    throw NumericalError(
      "the positional order of \(positions.count) particles could not be restored: off by \(best)")
  }

  /// d(real part)/d(phase) and d(imaginary part)/d(phase) of every wave for every particle, and the
  /// mean of every wave.
  private func slopes(at positions: [Vector3]) -> (values: [Double], means: [SIMD2<Double>]) {
    let m = 2 * waves.count
    var values = [Double](repeating: 0, count: m * positions.count)
    var means = [SIMD2<Double>](repeating: .zero, count: waves.count)
    for (a, wave) in waves.enumerated() {
      for i in positions.indices {
        let phase = wave.waveVector.dot(positions[i])
        let (c, s) = (cosine(phase), sine(phase))
        values[i * m + 2 * a] = -s
        values[i * m + 2 * a + 1] = c
        means[a] += SIMD2(c, s)
      }
      means[a] /= Double(positions.count)
    }
    return (values, means)
  }

  private func normalMatrix(_ slopes: [Double]) -> Matrix {
    let m = 2 * waves.count
    var normal = Matrix(rows: m, columns: m)
    for i in 0..<slopes.count / m {
      for p in 0..<m {
        for q in 0...p { normal[p, q] += slopes[i * m + p] * slopes[i * m + q] }
      }
    }
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
