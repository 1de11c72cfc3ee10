internal import Geometry
internal import Mathematics

extension MolecularDynamics {
  /// One time step.
  mutating func advanceOne(threads: Int) throws {
    let before = conservedEnergy
    let h = settings.timeStep
    let isLangevin = !conservesMomentum
    let isSplit = isLangevin || settings.barostat != nil
    // B(h/2) and A, all or the first half of it.
    var report = try kickAndDrift(kick: h / 2, drift: isSplit ? h / 2 : h, threads: threads)
    try requireSlow(report)
    var change = Vector3.zero
    if isSplit {
      if let barostat = settings.barostat { change = try rescaleCell(barostat, report.kinetics) }
      if isLangevin { try addFriction(threads: threads) }
      report = try kickAndDrift(kick: 0, drift: h / 2, threads: threads)
      try requireSlow(report)
    }
    try evaluate(threads: threads)
    state.step += 1
    try requireDefined()
    state.exchanged += work(change) / 2
    state.kinetics = try kickAndDrift(kick: h / 2, drift: 0, threads: threads).kinetics
    if case .velocityRescaling(let time) = settings.thermostat {
      try rescaleVelocities(time, threads: threads)
    }
    try requireSteady(before)
  }

  /// Momenta by forces and torques for one time, then free flight and rotation for another. The sums are
  /// those between the two.
  mutating func kickAndDrift(kick: Double, drift: Double, threads: Int) throws -> BlockReport {
    let (bodies, forces, torques) = (
      bodies, state.interaction.forces, state.interaction.torques
    )
    let perLength = 1 / bodies.smallestSemiAxis
    return try state.motion.pass(threads: threads, reports: &reports) { _, particles, all in
      var report = BlockReport()
      for i in particles {
        let kind = bodies[i]
        var (velocity, momentum) = (all.velocity[i], all.angularMomentum[i])
        if kick > 0 {
          velocity += forces[i] * (kick / kind.mass)
          if kind.rotation.isTurning {
            let turned = all.orientation[i].inverse.rotate(torques[i]) * kick
            momentum += turned.replacing(with: 0, where: kind.inverseInertia .== 0)
          }
        }
        report.kinetics.add(velocity, momentum, kind)
        if drift > 0 {
          all.position[i] += velocity * drift
          let angle = kind.rotation.advance(&all.orientation[i], &momentum, drift)
          report.note(max(velocity.length * drift * perLength, angle), i)
        }
        all.velocity[i] = velocity
        all.angularMomentum[i] = momentum
      }
      return report
    }
  }

  /// The sums over the bodies as they move now.
  mutating func kinetics(threads: Int) throws -> Kinetics {
    try kickAndDrift(kick: 0, drift: 0, threads: threads).kinetics
  }
}

extension Kinetics {
  /// Adds a body.
  @inline(__always)
  mutating func add(_ v: Vector3, _ l: Vector3, _ kind: RigidBodyKind) {
    diagonal += v * v * kind.mass
    off += Vector3(v.x * v.y, v.x * v.z, v.y * v.z) * kind.mass
    rotational += 0.5 * (l * l * kind.inverseInertia).sum()
  }
}
