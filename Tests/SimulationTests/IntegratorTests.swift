import GayBerne
import Geometry
import Mathematics
import Simulation
import Testing
import TestSupport

@Suite("Rigid bodies: the equations of motion")
struct IntegratorTests {
  private func constantEnergy(
    _ step: Double, idleSpin: IdleSpin = .leftOut
  ) -> MolecularDynamicsSettings {
    MolecularDynamicsSettings(
      timeStep: step, temperature: 1, thermostat: .none, idleSpin: idleSpin)
  }

  /// One free body after some time: the engine's, and that of the equations of motion.
  private func freeBody(
    _ axes: SemiAxes, _ momentum: Vector3, step: Double, steps: Int, idleSpin: IdleSpin = .kept
  ) throws -> (distance: Double, momentum: Double) {
    let frame = try Dynamics.gas(2, edge: 10, semiAxes: axes)
    let velocities = [Vector3(0.1, 0.2, 0.3), Vector3(-0.1, -0.2, -0.3)]
    let momenta = [momentum, momentum]
    var engine = try MolecularDynamics(
      frame, potential: NoForces(), settings: constantEnergy(step, idleSpin: idleSpin),
      velocities: velocities, angularMomenta: momenta)
    try engine.advance(steps, threads: 1)
    let s = axes.vector * axes.vector
    let inertia = Vector3(s.y + s.z, s.x + s.z, s.x + s.y) / 5
    var exact = RigidBodyODE(
      frame: frame, velocities: velocities, angularMomenta: momenta, masses: [1, 1],
      inertia: [inertia, inertia]
    ) { frame in
      let zero = [Vector3](repeating: .zero, count: frame.count)
      return (zero, zero)
    }
    try exact.advance(step * Double(steps), steps: 4000)
    let (orientations, ours) = (try #require(exact.frame.orientations), engine.motion)
    // The way of the centre is straight; 4,000 steps are rounded.
    #expect((ours.positions[1] - exact.frame.positions[1]).length < 1e-11)
    return (
      Dynamics.distance(ours.orientations[0], orientations[0]),
      (ours.angularMomenta[0] - exact.angularMomenta[0]).length
    )
  }

  @Test("a free symmetric top is exact at any time step")
  func symmetricTop() throws {
    let axes = [try SemiAxes(0.5, 0.5, 1.5), try SemiAxes(1.5, 0.4, 0.4), try SemiAxes(1, 0.3, 1)]
    for axes in axes {
      let error = try freeBody(axes, Vector3(0.3, -0.2, 0.15), step: 0.2, steps: 20)
      // Rounding of 20 steps, and what Runge and Kutta's method leaves at 4,000.
      #expect(error.distance < 1e-10 && error.momentum < 1e-10, "\(axes) \(error)")
    }
    // Without spin it turns about its angular momentum.
    let rod = try freeBody(
      axes[0], Vector3(0.3, -0.2, 0), step: 0.2, steps: 20, idleSpin: .leftOut)
    #expect(rod.distance < 1e-10 && rod.momentum < 1e-12)
  }

  @Test("a free asymmetric top is of second order and keeps its angular momentum in space")
  func asymmetricTop() throws {
    let axes = try SemiAxes(0.5, 0.75, 1.5)
    let momentum = Vector3(0.3, -0.25, 0.2)
    let coarse = try freeBody(axes, momentum, step: 0.1, steps: 40)
    let fine = try freeBody(axes, momentum, step: 0.05, steps: 80)
    #expect(fine.distance < 1e-3)
    #expect((3.8...4.2).contains(coarse.distance / fine.distance), "\(coarse) \(fine)")
    #expect((3.8...4.2).contains(coarse.momentum / fine.momentum), "\(coarse) \(fine)")

    let frame = try Dynamics.gas(2, edge: 10, semiAxes: axes)
    var engine = try MolecularDynamics(
      frame, potential: NoForces(), settings: constantEnergy(0.1),
      velocities: [.zero, .zero], angularMomenta: [momentum, momentum])
    let before = try #require(frame.orientations)[0].rotate(momentum)
    try engine.advance(1000, threads: 1)
    let motion = engine.motion
    let after = motion.orientations[0].rotate(motion.angularMomenta[0])
    #expect((after - before).length < 1e-13 * 1000)
  }

  /// Two biaxial ellipsoids that attract, collide and turn.
  private func pair() throws -> (Frame, [Vector3], [Vector3], GayBerne) {
    var stream = RandomStream(seed: 17)
    let axes = try SemiAxes(0.5, 0.75, 1.5)
    let frame = Frame(
      positions: [.zero, Vector3(2.2, 0.3, -0.4)],
      orientations: [
        try RandomFrames.rotation(&stream), try RandomFrames.rotation(&stream),
      ], semiAxes: [axes, axes])
    let potential = try GayBerne(
      GayBerneParameters(epsilon: 3, nu: 1, mu: 2, wellDepths: .uniform(Vector3(1, 0.6, 0.2))))
    return (
      frame, [Vector3(0.3, 0, 0.1), Vector3(-0.3, 0, -0.1)],
      [Vector3(0.2, 0.1, 0.1), Vector3(-0.1, 0.3, 0)], potential
    )
  }

  @Test("two bodies agree with a tight solution; the error falls by 4 when the step is halved")
  func twoBodies() throws {
    let (frame, velocities, momenta, potential) = try pair()
    let time = 2.0
    let s = Vector3(0.25, 0.5625, 2.25)
    let inertia = Vector3(s.y + s.z, s.x + s.z, s.x + s.y) / 5
    func tight(_ steps: Int) throws -> RigidBodyODE {
      var exact = RigidBodyODE(
        frame: frame, velocities: velocities, angularMomenta: momenta, masses: [1, 1],
        inertia: [inertia, inertia]
      ) { frame in
        let result = try potential.evaluate(frame, forces: true, threads: 1)
        return (result.forces, result.torques)
      }
      try exact.advance(time, steps: steps)
      return exact
    }
    let exact = try tight(8000)
    let half = try tight(4000)
    // The tight solution is tight: it differs by 15 times its own error, which is of fourth order.
    #expect((exact.frame.positions[0] - half.frame.positions[0]).length < 3e-9)
    let orientations = try #require(exact.frame.orientations)
    var errors: [(Double, Double)] = []
    for steps in [500, 1000, 2000] {
      var engine = try MolecularDynamics(
        frame, potential: potential, settings: constantEnergy(time / Double(steps)),
        velocities: velocities, angularMomenta: momenta)
      try engine.advance(steps, threads: 1)
      let motion = engine.motion
      errors.append(
        (
          (motion.positions[0] - exact.frame.positions[0]).length,
          Dynamics.distance(motion.orientations[0], orientations[0])
        ))
    }
    // It must have moved, or this would say nothing.
    #expect((exact.frame.positions[0] - frame.positions[0]).length > 0.1)
    for (coarse, fine) in zip(errors, errors.dropFirst()) {
      #expect((3.6...4.4).contains(coarse.0 / fine.0), "\(errors)")
      #expect((3.6...4.4).contains(coarse.1 / fine.1), "\(errors)")
    }
    #expect(errors[2].0 < 1e-4 && errors[2].1 < 1e-4, "\(errors)")
  }

  @Test("turned around, the bodies go back to where they came from")
  func reversible() throws {
    let (frame, velocities, momenta, potential) = try pair()
    let settings = constantEnergy(0.004)
    var there = try MolecularDynamics(
      frame, potential: potential, settings: settings, velocities: velocities,
      angularMomenta: momenta)
    try there.advance(300, threads: 1)
    var end = frame
    try end.set(positions: there.motion.positions)
    try end.set(orientations: there.motion.orientations)
    var back = try MolecularDynamics(
      end, potential: potential, settings: settings,
      velocities: there.motion.velocities.map { -$0 },
      angularMomenta: there.motion.angularMomenta.map { -$0 })
    try back.advance(300, threads: 1)
    for i in 0..<2 {
      // Rounding, which the collision multiplies.
      #expect((back.motion.positions[i] - frame.positions[i]).length < 1e-10)
      let start = try #require(frame.orientations)[i]
      #expect(Dynamics.distance(back.motion.orientations[i], start) < 1e-10)
      #expect((back.motion.velocities[i] + velocities[i]).length < 1e-10)
    }
  }

  @Test("LAMMPS' steps from the same start", arguments: ["step_uniaxial", "step_biaxial"])
  func stepsOfLAMMPS(_ name: String) throws {
    let archive = try Dynamics.archive("\(name).npz")
    let axes = try Dynamics.vectors(archive, "semiaxes")[0]
    let edges = try Dynamics.vectors(archive, "L")[0]
    let depths = try Dynamics.vectors(archive, "well_depths")[0]
    let mu = try #require(try archive["mu"].doubles?.first)
    let nu = try #require(try archive["nu"].doubles?.first)
    let x = try Dynamics.vectors(archive, "x_0")
    let frame = Frame(
      positions: x, orientations: try Dynamics.quaternions(archive, "q_0"),
      semiAxes: Array(repeating: try SemiAxes(axes.x, axes.y, axes.z), count: x.count),
      cell: try Cell(box: edges))
    let potential = try GayBerne(
      GayBerneParameters(nu: nu, mu: mu, wellDepths: .uniform(depths), cutoff: 4))
    let momenta = try zip(
      Dynamics.vectors(archive, "ang_0"), Dynamics.quaternions(archive, "q_0")
    ).map { $1.inverse.rotate($0) }
    var engine = try MolecularDynamics(
      frame, potential: potential, settings: constantEnergy(0.002, idleSpin: .kept),
      velocities: try Dynamics.vectors(archive, "v_0"), angularMomenta: momenta)
    let energies = try #require(try archive["energies_0"].doubles)
    let start = try engine.measure(threads: 1)
    #expect(abs(start.energy - energies[0]) < 1e-9)
    #expect(abs((start.extra("energy_kinetic") ?? .nan) - energies[1] - energies[2]) < 1e-9)
    let forces = try Dynamics.vectors(archive, "f_0")
    let torques = try Dynamics.vectors(archive, "torque_0")
    #expect(zip(engine.forces, forces).allSatisfy { ($0 - $1).length < 1e-9 })
    #expect(zip(engine.torques, torques).allSatisfy { ($0 - $1).length < 1e-9 })
    // The fastest turns by a = w h = 0.03 a step. Both rotations are of second order: they differ by some
    // a^3/24 = 1e-6 in one step and ten times that in ten. Forces change by some 100 a radian: after t = 10
    // steps, with angles that differ by up to 3e-5, positions differ by 100 x 3e-5 t^2/6 = 2e-7.
    for (steps, turn, way) in [(1, 3e-6, 1e-11), (9, 3e-5, 2e-7)] {
      try engine.advance(steps, threads: 1)
      let done = engine.step
      let q = try Dynamics.quaternions(archive, "q_\(done)")
      let positions = try Dynamics.vectors(archive, "x_\(done)")
      let cell = try #require(frame.cell)
      let motion = engine.motion
      let worstTurn = zip(motion.orientations, q).map { Dynamics.distance($0, $1) }.max() ?? 1
      let worstWay =
        zip(motion.positions, positions).map { cell.minimumImage($0 - $1).length }.max() ?? 1
      #expect(worstTurn < turn, "\(name) after \(done): \(worstTurn)")
      #expect(worstWay < way, "\(name) after \(done): \(worstWay)")
      let l = zip(motion.orientations, motion.angularMomenta).map { $0.rotate($1) }
      let expected = try Dynamics.vectors(archive, "ang_\(done)")
      let worstSpin = zip(l, expected).map { ($0 - $1).length }.max() ?? 1
      #expect(worstSpin < 100 * turn, "\(name) after \(done): \(worstSpin)")
    }
  }
}
