internal import Geometry
internal import Mathematics

/// Something about the positions that moving the particles apart must leave as it is.
protocol PositionConstraint: Sendable {
  /// The same constraint in coordinates y with x = W y.
  func transformed(by w: Matrix3x3) -> Self

  /// Takes from `vectors` (velocities, forces) what would change the constrained quantity at
  /// `positions`.
  func project(_ vectors: inout [Vector3], at positions: [Vector3])

  /// Moves the positions, as little as it takes to first order, until the constraint holds again.
  ///
  /// Throws: `NumericalError` when they are too far from it.
  func restore(_ positions: inout [Vector3]) throws
}

/// A density wave of given amplitude: <exp(i k . x)> = amplitude, a real number, so that the crests
/// (layers) are where k . x is a multiple of 2 pi.
struct DensityWave: PositionConstraint {
  /// k = 2 pi n/d.
  let waveVector: Vector3
  /// tau, at least 0 and below 1.
  let amplitude: Double

  /// |<exp(i k . x)> - amplitude| within this of zero counts as restored: rounding of phases.
  private static let tolerance = 1e-14

  func transformed(by w: Matrix3x3) -> DensityWave {
    DensityWave(waveVector: w.transpose * waveVector, amplitude: amplitude)
  }

  /// The gradients of the real and imaginary part are -sin(phase) k and cos(phase) k.
  func project(_ vectors: inout [Vector3], at positions: [Vector3]) {
    let scale = 1 / waveVector.lengthSquared
    var normal = NormalEquations()
    var waves = [SIMD2<Double>](repeating: .zero, count: positions.count)
    for i in positions.indices {
      let phase = waveVector.dot(positions[i])
      let wave = SIMD2(-sine(phase), cosine(phase))
      waves[i] = wave
      normal.add(wave, right: wave * (waveVector.dot(vectors[i]) * scale))
    }
    guard let multipliers = normal.solution else { return }
    for i in positions.indices { vectors[i] -= waveVector * (multipliers * waves[i]).sum() }
  }

  func restore(_ positions: inout [Vector3]) throws {
    let scale = 1 / waveVector.lengthSquared
    var phases = positions.map { waveVector.dot($0) }
    let start = phases
    try Self.restore(phases: &phases, amplitude: amplitude)
    for i in positions.indices {
      positions[i] += waveVector * ((phases[i] - start[i]) * scale)
    }
  }

  /// Newton's method with the smallest change of the phases: <exp(i phase)> becomes the amplitude.
  ///
  /// Throws: `NumericalError` when it does not converge.
  static func restore(phases: inout [Double], amplitude: Double) throws {
    let count = Double(phases.count)
    var best = Double.infinity
    for step in 0..<200 {
      var normal = NormalEquations()
      var mean = SIMD2<Double>.zero
      var waves = [SIMD2<Double>](repeating: .zero, count: phases.count)
      for i in phases.indices {
        let wave = SIMD2(cosine(phases[i]), sine(phases[i]))
        mean += wave
        waves[i] = SIMD2(-wave.y, wave.x)
        normal.add(waves[i], right: .zero)
      }
      let missing = SIMD2(amplitude, 0) - mean / count
      let error = max(abs(missing.x), abs(missing.y))
      if error < tolerance || (error < 1e-12 && error >= best) { return }
      best = min(best, error)
      normal.right = missing * count
      guard step < 199, let multipliers = normal.solution else { break }
      // No phase turns by more than one radian at a time.
      let change = waves.map { (multipliers * $0).sum() }
      let largest = change.reduce(0) { max($0, abs($1)) }
      let damping = largest > 1 ? 1 / largest : 1
      for i in phases.indices { phases[i] += damping * change[i] }
    }
    throw NumericalError(
      "the layer order \(amplitude) of \(phases.count) particles could not be restored: off by \(best)"
    )
  }
}

/// Centres that stay in the planes where they are, at right angles to a direction: a density wave of
/// amplitude 1.
struct InPlane: PositionConstraint {
  /// The direction along which nothing moves; not of length 1 after a transformation.
  let normal: Vector3

  func transformed(by w: Matrix3x3) -> InPlane { InPlane(normal: w.transpose * normal) }

  func project(_ vectors: inout [Vector3], at positions: [Vector3]) {
    let scale = 1 / normal.lengthSquared
    for i in vectors.indices { vectors[i] -= normal * (normal.dot(vectors[i]) * scale) }
  }

  /// Nothing to do: projected moves stay in the plane.
  func restore(_ positions: inout [Vector3]) throws {}
}

/// sum w w^T x = right, for vectors w of two components.
private struct NormalEquations {
  private var xx = 0.0
  private var xy = 0.0
  private var yy = 0.0
  var right = SIMD2<Double>.zero

  mutating func add(_ w: SIMD2<Double>, right: SIMD2<Double>) {
    xx += w.x * w.x
    xy += w.x * w.y
    yy += w.y * w.y
    self.right += right
  }

  /// nil when the matrix is singular beyond use.
  var solution: SIMD2<Double>? {
    let determinant = xx * yy - xy * xy
    guard determinant > 1e-30 * (xx + yy) * (xx + yy) else { return nil }
    return SIMD2(yy * right.x - xy * right.y, xx * right.y - xy * right.x) / determinant
  }
}
