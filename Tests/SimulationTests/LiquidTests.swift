import FileFormats
import Foundation
import GayBerne
import Geometry
import Mathematics
import Simulation
import Testing
import TestSupport

@Suite("Molecular dynamics: the Gay-Berne liquid")
struct LiquidTests {
  /// A state of LAMMPS.
  struct State: Decodable {
    var name: String
    var T: Double
    var mu: Double
    var nu: Double
    var dt: Double
    var U_per_N: Double
    var dU_per_N: Double
    var P: Double
    var dP: Double
    var S: Double
    var dS: Double
  }

  private func state(_ name: String) throws -> State {
    let path = ReferenceData.path("simulation/dynamics/gay_berne_nvt.json")
    let states = try JSONDecoder().decode(
      [State].self, from: Data(contentsOf: URL(filePath: path)))
    return try #require(states.first { $0.name == name })
  }

  /// Runs at the state of LAMMPS and compares within three standard errors of both.
  private func compareState(
    _ name: String, steps: Int, every: Int, thermostat: Thermostat
  ) throws {
    let state = try state(name)
    var engine = try MolecularDynamics(
      Dynamics.state(name), potential: Dynamics.gayBerne(mu: state.mu, nu: state.nu, .plain),
      settings: MolecularDynamicsSettings(
        timeStep: state.dt, temperature: state.T, thermostat: thermostat, seed: 7))
    var series: [String: [Double]] = [:]
    // LAMMPS' configuration is at equilibrium; new velocities need a moment.
    try engine.advance(steps / 10, threads: 2)
    for _ in 0..<steps / every {
      try engine.advance(every, threads: 2)
      let m = try engine.measure(threads: 2)
      series["U", default: []].append(m.energy / 500)
      series["P", default: []].append(try #require(m.pressure))
      series["S", default: []].append(try #require(m.order))
      series["T", default: []].append(m.temperature)
      for kind in ["translation", "rotation"] {
        series[kind, default: []].append(try #require(m.extra("temperature_\(kind)")))
      }
    }
    let expected = [
      "U": (state.U_per_N, state.dU_per_N), "P": (state.P, state.dP), "S": (state.S, state.dS),
      "T": (state.T, 0), "translation": (state.T, 0), "rotation": (state.T, 0),
    ]
    for (key, (value, error)) in expected {
      let summary = ObservableSummary(try #require(series[key]), from: 0)
      let both = (error * error + summary.standardError * summary.standardError).squareRoot()
      #expect(
        abs(summary.mean - value) < 3 * both,
        "\(name) \(key): \(summary.mean) +- \(summary.standardError) for \(value) +- \(error)")
    }
  }

  @Test("the nematic GB(3, 5, 1, 3) of LAMMPS and of Monte Carlo: U, P, S, both temperatures")
  func nematicStateQuickly() throws {
    try compareState(
      "GB3513_rho0.30_T2.8", steps: 2000, every: 10, thermostat: .velocityRescaling(time: 0.2))
  }

  @Test(
    "both states, long", .enabled("set MESOGEN_CHECK_PHYSICS=1") { Dynamics.checksPhysics },
    arguments: ["GB3513_rho0.30_T2.8", "GB3521_rho0.33_T1.0"])
  func statesForLong(_ name: String) throws {
    try compareState(
      name, steps: 20_000, every: 20, thermostat: .velocityRescaling(time: 0.5))
    try compareState(
      name, steps: 20_000, every: 20,
      thermostat: .langevin(friction: 1, rotationalFriction: 1))
  }

  /// LAMMPS' start for its runs at constant energy.
  private func constantEnergy(
    _ potential: GayBerne, step: Double, steps: Int, every: Int
  ) throws -> (start: Double, slope: Double, rms: Double) {
    let archive = try Dynamics.archive("nve_start.npz")
    let x = try Dynamics.vectors(archive, "x")
    let q = try Dynamics.quaternions(archive, "q")
    let frame = Frame(
      positions: x, orientations: q,
      semiAxes: Array(repeating: try SemiAxes(0.5, 0.5, 1.5), count: x.count),
      cell: try Cell(box: Dynamics.vectors(archive, "L")[0]))
    let momenta = try zip(Dynamics.vectors(archive, "ang"), q).map { $1.inverse.rotate($0) }
    var engine = try MolecularDynamics(
      frame, potential: potential,
      settings: MolecularDynamicsSettings(timeStep: step, temperature: 1, thermostat: .none),
      velocities: Dynamics.vectors(archive, "v"), angularMomenta: momenta)
    let n = Double(x.count)
    var (times, energies) = ([0.0], [engine.conservedEnergy / n])
    for _ in 0..<steps / every {
      try engine.advance(every, threads: 2)
      times.append(Double(engine.step) * step)
      energies.append(engine.conservedEnergy / n)
    }
    var momentum = Vector3.zero
    for v in engine.motion.velocities { momentum += v }
    #expect(momentum.length < 1e-10)
    for l in engine.motion.angularMomenta { #expect(l.z == 0) }
    let (slope, rms) = Dynamics.line(times, energies)
    return (energies[0], slope, rms)
  }

  @Test("energy at the same step from the same start is kept no worse than by LAMMPS")
  func energyIsKept() throws {
    let path = ReferenceData.path("simulation/dynamics/nve_drift.json")
    struct Drift: Decodable {
      var E0_per_N: Double
      var rms_about_line: Double
      var drift_per_N_per_time: Double
    }
    let reference = try JSONDecoder().decode(
      [String: [String: Drift]].self, from: Data(contentsOf: URL(filePath: path)))
    let theirs = try #require(reference["cutoff 5.5"]?["dt=0.004"])
    // 1.6 time units, as LAMMPS ran.
    let ours = try constantEnergy(
      Dynamics.gayBerne(cutoff: 5.5, .plain), step: 0.004, steps: 400, every: 5)
    #expect(abs(ours.start - theirs.E0_per_N) < 1e-9)
    #expect(ours.rms < 1.2 * theirs.rms_about_line, "\(ours)")
    // The reference calls its slopes upper bounds: 5e-5 at this step.
    #expect(abs(ours.slope) < 2 * abs(theirs.drift_per_N_per_time), "\(ours)")
    let plain = try #require(reference["cutoff 4"]?["dt=0.002"])
    let start = try constantEnergy(
      Dynamics.gayBerne(.plain), step: 0.002, steps: 5, every: 5)
    #expect(abs(start.start - plain.E0_per_N) < 1e-9)
  }

  @Test(
    "the usual end of the potential keeps the energy; the error falls by 4 when the step is halved")
  func smoothEndKeepsEnergy() throws {
    let potential = try Dynamics.gayBerne(.smooth(cutoff: 4))
    let coarse = try constantEnergy(potential, step: 0.004, steps: 300, every: 3)
    let fine = try constantEnergy(potential, step: 0.002, steps: 600, every: 6)
    // The same stretch of time: the noise about the line goes with the square of the step.
    #expect((3.0...5.0).contains(coarse.rms / fine.rms), "\(coarse) \(fine)")
    // Ten times below what a plain cutoff of 4 makes (4.4e-4 per unit of time).
    #expect(abs(fine.slope) < 4e-5, "\(fine)")
  }

  /// 600 particles at a density that needs lists and several parcels.
  private func liquid(
    _ thermostat: Thermostat, _ barostat: Barostat?
  ) throws -> MolecularDynamics {
    var frame = try Dynamics.state("GB3513_rho0.30_T2.8")
    frame.labels["phase"] = .string("nematic")
    frame.labels["energy"] = .real(1)
    return try MolecularDynamics(
      frame, potential: Dynamics.gayBerne(mu: 1, nu: 3, .smooth(cutoff: 4)),
      settings: MolecularDynamicsSettings(
        timeStep: 0.0025, temperature: 2.8, thermostat: thermostat, barostat: barostat, seed: 3))
  }

  static let ensembles: [(Thermostat, Barostat?)] = [
    (.none, nil), (.velocityRescaling(time: 0.2), Barostat(pressure: 6.9, change: .edges)),
    (.langevin(friction: 1, rotationalFriction: 2), Barostat(pressure: 6.9)),
  ]

  @Test("the same bytes for any number of threads", arguments: 0..<3)
  func threads(_ k: Int) throws {
    var results: [Data] = []
    for threads in [1, 2, 3] {
      var engine = try liquid(Self.ensembles[k].0, Self.ensembles[k].1)
      try engine.advance(40, threads: threads)
      results.append(try engine.checkpoint())
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test("a run that was stopped goes on bit for bit", arguments: 0..<3)
  func checkpoints(_ k: Int) throws {
    let start = try liquid(Self.ensembles[k].0, Self.ensembles[k].1)
    var whole = start
    try whole.advance(33, threads: 2)
    let stored = try whole.checkpoint()
    // Looking changes nothing, a copy that goes on neither.
    _ = try whole.measure(threads: 1)
    var copy = whole
    try copy.advance(25, threads: 1)
    whole.endEquilibration()
    try whole.advance(40, threads: 2)

    var resumed = start
    try resumed.restore(stored)
    #expect(resumed.step == 33)
    #expect(try resumed.checkpoint() == stored)
    resumed.endEquilibration()
    try resumed.advance(40, threads: 1)
    #expect(try resumed.checkpoint() == whole.checkpoint())
    #expect(resumed.frame == whole.frame)
    #expect(try resumed.measure(threads: 1) == whole.measure(threads: 2))
    #expect(start.step == 0)

    #expect(throws: InvalidInput.self) { try resumed.restore(stored.prefix(100)) }
    var other = try MolecularDynamics(
      Dynamics.gas(4, edge: 9, semiAxes: SemiAxes(0.5, 0.5, 1.5)), potential: NoForces(),
      settings: MolecularDynamicsSettings(timeStep: 0.01, temperature: 1))
    #expect(throws: InvalidInput.self) { try other.restore(stored) }
  }

  @Test("frames have what is true and not what was; energies carried along are those computed anew")
  func frames() throws {
    var engine = try liquid(.velocityRescaling(time: 0.2), Barostat(pressure: 6.9))
    try engine.advance(60, threads: 2)
    let frame = engine.frame
    #expect(frame.labels["energy"] == nil && frame.labels["phase"] == nil)
    let cell = try #require(frame.cell)
    for p in frame.positions {
      let f = cell.fractional(p)
      #expect(f.min() >= -1e-12 && f.max() <= 1 + 1e-12)
    }
    let again = try engine.potential.evaluate(frame, forces: true, threads: 1)
    let m = try engine.measure(threads: 1)
    #expect(abs(m.energy - again.energy) < 1e-10 * abs(again.energy))
    #expect(zip(engine.forces, again.forces).allSatisfy { ($0 - $1).length < 1e-8 })
    let tensor = try #require(m.pressureTensor)
    #expect(abs(tensor.trace / 3 - (m.pressure ?? .nan)) < 1e-12)
    // The energy that is conserved: kinetic, potential, P V less what was put in.
    #expect(abs(m.extra("energy_drift") ?? .nan) < 2e-3)
  }

  @Test(
    "a step that explodes stops with its number and the particle, and leaves the last good state")
  func explosions() throws {
    let frame = try Dynamics.state("GB3513_rho0.30_T2.8")
    let potential = try Dynamics.gayBerne(mu: 1, nu: 3, .smooth(cutoff: 4))
    var engine = try MolecularDynamics(
      frame, potential: potential,
      settings: MolecularDynamicsSettings(timeStep: 0.06, temperature: 2.8, thermostat: .none))
    let before = try engine.checkpoint()
    do {
      try engine.advance(2000, threads: 2)
      Issue.record("a step of 0.06 does not explode")
    } catch let error as InvalidInput {
      #expect(error.quantity.contains("in step") && error.quantity.contains("particle"), "\(error)")
      #expect(error.expected.contains("time step"), "\(error)")
    }
    #expect(try engine.checkpoint() == before)
    // Two particles in one another: named at once.
    var close = frame
    close.move(7, to: close.positions[3] + Vector3(0.01, 0, 0))
    do {
      _ = try MolecularDynamics(
        close, potential: potential,
        settings: MolecularDynamicsSettings(timeStep: 0.002, temperature: 2.8))
      Issue.record("an overlapping start is taken")
    } catch let error as InvalidInput {
      #expect(error.quantity.contains("3 and 7"), "\(error)")
    }
  }

  @Test("spheres do not turn, and given masses and moments are taken")
  func givenBodies() throws {
    var stream = RandomStream(seed: 11)
    var frame = try Dynamics.gas(27, edge: 9, semiAxes: SemiAxes(0.5, 0.5, 0.5))
    var shapes = try #require(frame.semiAxes)
    for i in 0..<27 {
      let place = Vector3(Double(i % 3), Double(i / 3 % 3), Double(i / 9))
      frame.move(i, to: 3 * place + 0.2 * stream.direction())
      if i % 2 == 0 {
        frame.rename(i, "A")
        shapes[i] = try SemiAxes(0.5, 0.6, 0.9)
      }
    }
    try frame.set(semiAxes: shapes)
    let potential = try GayBerne(
      GayBerneParameters(
        mu: 2, wellDepths: .uniform(Vector3(1, 1, 1)), cutoff: 3,
        truncation: .smooth(cutoff: 3)))
    let settings = MolecularDynamicsSettings(
      timeStep: 0.002, temperature: 1, thermostat: .none,
      propertiesBySpecies: [
        "A": BodyProperties(mass: 2.5, momentsOfInertia: Vector3(0.7, 0.9, 1.1))
      ])
    var engine = try MolecularDynamics(frame, potential: potential, settings: settings)
    #expect(engine.rotationalDegrees == 3 * 14)
    let before = engine.conservedEnergy
    try engine.advance(300, threads: 1)
    #expect(abs(engine.conservedEnergy - before) < 1e-3)
    var momentum = Vector3.zero
    for i in 0..<27 {
      momentum += engine.motion.velocities[i] * (i % 2 == 0 ? 2.5 : 1)
      if i % 2 == 1 {
        #expect(engine.motion.orientations[i] == frame.orientations?[i])
        #expect(engine.motion.angularMomenta[i] == .zero)
      }
    }
    #expect(momentum.length < 1e-12)
  }
}
