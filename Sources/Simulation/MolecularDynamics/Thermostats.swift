internal import Foundation
internal import Geometry
internal import Mathematics

/// The uses of one seed.
enum DynamicsStream {
  static let momenta: UInt64 = 0x6d6f_6d65_6e74_61
  static let rescaling: UInt64 = 0x7265_7363_616c_65
  static let friction: UInt64 = 0x6672_6963_7469_6f6e
  static let cell: UInt64 = 0x6261_726f_7374_6174
}

extension MolecularDynamics {
  /// Velocities and angular momenta of the canonical distribution, without total momentum, scaled to the
  /// temperature exactly.
  mutating func drawMomenta(translation: Bool, rotation: Bool) {
    let temperature = settings.temperature
    var stream = RandomStream(seed: settings.seed, stream: DynamicsStream.momenta)
    var momentum = Vector3.zero
    for i in 0..<bodies.count {
      let kind = bodies[i]
      let (v, l) = (stream.gaussians(), stream.gaussians())
      if translation {
        state.motion.velocities[i] = v * (temperature / kind.mass).squareRoot()
        momentum += state.motion.velocities[i] * kind.mass
      }
      if rotation {
        let widths = (temperature * kind.inertia).squareRoot()
        state.motion.angularMomenta[i] =
          (l * widths).replacing(with: 0, where: kind.inverseInertia .== 0)
      }
    }
    if translation {
      let drift = momentum / bodies.totalMass
      for i in 0..<bodies.count { state.motion.velocities[i] -= drift }
      Self.scale(
        &state.motion.velocities, to: Double(3 * bodies.count - 3) * temperature
      ) { [bodies] v, i in bodies[i].mass * v.lengthSquared }
    }
    if rotation {
      Self.scale(
        &state.motion.angularMomenta, to: Double(bodies.rotationalDegrees) * temperature
      ) { [bodies] l, i in (l * l * bodies[i].inverseInertia).sum() }
    }
  }

  /// Scales vectors so that the sum of `square` of each has this value.
  private static func scale(
    _ vectors: inout [Vector3], to value: Double, _ square: (Vector3, Int) -> Double
  ) {
    let sum = vectors.indices.reduce(0.0) { $0 + square(vectors[$1], $1) }
    guard sum > 0 else { return }
    let factor = (value / sum).squareRoot()
    for i in vectors.indices { vectors[i] *= factor }
  }

  /// Takes out angular momentum about axes about which bodies do not turn.
  mutating func leaveOutIdleSpin() {
    for i in 0..<bodies.count {
      state.motion.angularMomenta[i].replace(with: 0, where: bodies[i].inverseInertia .== 0)
    }
  }

  /// R: the kinetic energy K of n degrees of freedom moves towards its canonical distribution. With
  /// c = exp(-h/tau), K_0 = T/2 and a normal R_1 (Bussi, Donadio and Parrinello 2007, Eq. A7):
  ///
  ///     alpha^2 = c + (1 - c) K_0/K (R_1^2 + chi^2_(n-1)) + 2 R_1 sqrt(c (1 - c) K_0/K),
  ///
  /// and alpha has the sign of R_1 + sqrt(c K / ((1 - c) K_0)).
  mutating func rescaleVelocities(_ time: Double, threads: Int) throws {
    let kinetic = state.kinetics.total
    guard kinetic > 0 else { return }
    var stream = RandomStream(
      seed: settings.seed, stream: DynamicsStream.rescaling, frame: UInt64(state.step))
    let c = exp(-settings.timeStep / time)
    let normal = stream.gaussian()
    let rest = stream.chiSquared(degrees: Double(degreesOfFreedom - 1))
    let ratio = (1 - c) * (settings.temperature / 2) / kinetic
    let square = c + ratio * (normal * normal + rest) + 2 * normal * (c * ratio).squareRoot()
    let sign = normal + (c / ratio).squareRoot() >= 0 ? 1.0 : -1.0
    let factor = sign * max(0, square).squareRoot()
    _ = try state.motion.pass(threads: threads, reports: &reports) { _, particles, all in
      for i in particles {
        all.velocity[i] *= factor
        all.angularMomentum[i] *= factor
      }
      return BlockReport()
    }
    state.kinetics = state.kinetics.scaled(factor)
    state.exchanged += state.kinetics.total - kinetic
  }

  /// O: p' = c p + sqrt((1 - c^2) m T) R for every momentum and angular momentum, exactly the solution of
  /// dp = -gamma p dt + sqrt(2 gamma m T) dW with c = exp(-gamma h).
  mutating func addFriction(threads: Int) throws {
    guard case .langevin(let friction, let rotational) = settings.thermostat else { return }
    let (h, temperature, seed) = (settings.timeStep, settings.temperature, settings.seed)
    let (c, d) = (exp(-friction * h), exp(-rotational * h))
    let (cNoise, dNoise) = ((1 - c * c) * temperature, (1 - d * d) * temperature)
    let bodies = bodies
    let blocks = (bodies.count + BodyMotion.blockSize - 1) / BodyMotion.blockSize
    let step = state.step
    let report = try state.motion.pass(threads: threads, reports: &reports) {
      block, particles, all in
      var stream = RandomStream(
        seed: seed, stream: DynamicsStream.friction, frame: UInt64(step * blocks + block))
      var (before, after) = (Kinetics(), Kinetics())
      for i in particles {
        let kind = bodies[i]
        before.add(all.velocity[i], all.angularMomentum[i], kind)
        all.velocity[i] =
          all.velocity[i] * c + stream.gaussians() * (cNoise / kind.mass).squareRoot()
        if kind.rotation.isTurning {
          let noise = stream.gaussians() * (dNoise * kind.inertia).squareRoot()
          all.angularMomentum[i] =
            all.angularMomentum[i] * d
            + noise.replacing(with: 0, where: kind.inverseInertia .== 0)
        }
        after.add(all.velocity[i], all.angularMomentum[i], kind)
      }
      return BlockReport(heat: after.total - before.total)
    }
    state.exchanged += report.heat
  }
}

extension RandomStream {
  /// Three normal numbers.
  fileprivate mutating func gaussians() -> Vector3 {
    let (x, y) = (gaussian(), gaussian())
    return Vector3(x, y, gaussian())
  }
}
