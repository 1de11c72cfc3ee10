import Foundation
import GayBerne
import Geometry
import Mathematics
import Simulation
import TestSupport
import Testing

/// Potentials of whole neighbourhoods, as learned ones are, in both engines.
@Suite struct FramePotentialTests {
  /// E = 1/2 sum over i of (rho_i - rho_0)^2, rho_i = sum over j of w(r_ij) (1 + (u_i.u_j)^2),
  /// w = (1 - r^2/c^2)^3: no sum over pairs. Nearest images only.
  private struct Crowding: FramePotential {
    var wanted = 1.0
    let cutoff: Double? = 2

    /// w and w'/r.
    static func weight(_ squared: Double) -> (Double, Double) {
      let rest = 1 - squared / 4
      return rest > 0 ? (rest * rest * rest, -1.5 * rest * rest) : (0, 0)
    }

    func evaluate(_ frame: Frame, forces: Bool, threads: Int) throws -> Interaction {
      let axes = try #require(frame.orientations).map { $0.rotationMatrix.columns.2 }
      let cell = try #require(frame.cell)
      let n = frame.count
      var densities = [Double](repeating: -wanted, count: n)
      var pairs: [(i: Int, j: Int, r: Vector3)] = []
      for j in 0..<n {
        for i in 0..<j {
          let r = Self.nearest(frame.positions[j] - frame.positions[i], cell)
          guard r.lengthSquared < 4 else { continue }
          let c = axes[i].dot(axes[j])
          let term = Self.weight(r.lengthSquared).0 * (1 + c * c)
          densities[i] += term
          densities[j] += term
          pairs.append((i, j, r))
        }
      }
      var result = Interaction(
        energy: 0.5 * densities.reduce(0) { $0 + $1 * $1 },
        forces: Array(repeating: .zero, count: n), torques: Array(repeating: .zero, count: n))
      for (i, j, r) in pairs {
        let (w, slope) = Self.weight(r.lengthSquared)
        let c = axes[i].dot(axes[j])
        let both = densities[i] + densities[j]
        let force = r * (-both * slope * (1 + c * c))
        let torque = axes[i].cross(axes[j]) * (-2 * both * w * c)
        result.forces[j] += force
        result.forces[i] -= force
        result.torques[i] += torque
        result.torques[j] -= torque
        result.virial = result.virial + Matrix3x3(outer: r, force)
      }
      return result
    }

    static func nearest(_ r: Vector3, _ cell: Cell) -> Vector3 {
      let f = cell.fractional(r)
      let whole = Vector3(f.x.rounded(), f.y.rounded(), f.z.rounded())
      return r - cell.position(fractional: whole)
    }
  }

  /// The same with trials of its own: only the densities that a particle touches.
  private struct LocalCrowding: FramePotential {
    var whole = Crowding()
    var cutoff: Double? { whole.cutoff }
    func evaluate(_ frame: Frame, forces: Bool, threads: Int) throws -> Interaction {
      try whole.evaluate(frame, forces: forces, threads: threads)
    }
    func trialEvaluator() -> any TrialEvaluator { Trials(wanted: whole.wanted) }

    final class Trials: TrialEvaluator {
      let wanted: Double
      var frame = Frame(positions: [])
      var trial = Frame(positions: [])
      init(wanted: Double) { self.wanted = wanted }

      func reset(to frame: Frame, threads: Int) { self.frame = frame }
      func accept() { frame = trial }

      func change(by trials: [TrialParticle], threads: Int) throws -> Double {
        trial = frame
        for t in trials {
          trial.move(t.index, to: t.position)
          try trial.turn(t.index, to: t.orientation)
        }
        var touched = Set<Int>()
        for t in trials {
          for place in [frame.positions[t.index], t.position] {
            for i in 0..<frame.count {
              guard let cell = frame.cell else { continue }
              let r = Crowding.nearest(frame.positions[i] - place, cell)
              if i == t.index || r.lengthSquared < 4 { touched.insert(i) }
            }
          }
        }
        return touched.sorted().reduce(0) { sum, i in
          sum + term(trial, i) - term(frame, i)
        }
      }

      func term(_ frame: Frame, _ i: Int) -> Double {
        guard let cell = frame.cell, let turns = frame.orientations else { return .nan }
        let axis = turns[i].rotationMatrix.columns.2
        var density = -wanted
        for j in 0..<frame.count where j != i {
          let r = Crowding.nearest(frame.positions[j] - frame.positions[i], cell)
          let c = axis.dot(turns[j].rotationMatrix.columns.2)
          density += Crowding.weight(r.lengthSquared).0 * (1 + c * c)
        }
        return 0.5 * density * density
      }
    }
  }

  /// Passes on a pair potential as one of whole frames.
  private struct Unknown: FramePotential {
    let inner: GayBerne
    var cutoff: Double? { inner.cutoff }
    func evaluate(_ frame: Frame, forces: Bool, threads: Int) throws -> Interaction {
      try inner.evaluate(frame, forces: forces, threads: threads)
    }
  }

  private func start(_ count: Int = 32) throws -> Frame {
    var stream = RandomStream(seed: 70)
    let cell = try Cell(cube: 4.2)
    return Frame(
      positions: (0..<count).map { _ in
        cell.position(fractional: Vector3(stream.uniform(), stream.uniform(), stream.uniform()))
      },
      orientations: try (0..<count).map { _ in try RandomFrames.rotation(&stream) },
      semiAxes: Array(repeating: try SemiAxes(0.4, 0.4, 0.8), count: count), cell: cell)
  }

  /// A pair potential in disguise is the same simulation until rounding tells them apart, swaps and
  /// changes of the cell included.
  @Test func pairsInDisguise() throws {
    var stream = RandomStream(seed: 71)
    let positions = (0..<27).map { (k: Int) -> Vector3 in
      let place = Vector3(Double(k % 3), Double(k / 3 % 3), Double(k / 9))
      return 2.2 * place + Vector3(repeating: 0.5)
    }
    let shapes = try (0..<27).map { try SemiAxes(0.4, 0.4, $0 % 3 == 0 ? 0.4 : 0.6) }
    var frame = Frame(
      positions: positions,
      orientations: try (0..<27).map { _ in try RandomFrames.rotation(&stream) },
      semiAxes: shapes, cell: try Cell(cube: 6.6))
    for k in 0..<27 { frame.rename(k, k % 3 == 0 ? "A" : "B") }
    let potential = try GayBerne(GayBerneParameters(sigma: 0.8, cutoff: 3, truncation: .shifted))
    func engine(_ interaction: any FramePotential) throws -> MonteCarlo {
      var settings = MonteCarloSettings(
        .potential(interaction), temperature: 1.5, pressure: 0.5, seed: 72)
      settings.swapFraction = 0.2
      settings.field = .init(strength: 0.5)
      return try MonteCarlo(frame, settings: settings)
    }
    var (known, unknown) = (try engine(potential), try engine(Unknown(inner: potential)))
    for _ in 0..<3 {
      try known.advance(2, threads: 1)
      try unknown.advance(2, threads: 2)
      let (a, b) = (known.frame, unknown.frame)
      #expect(a.species == b.species)
      for i in 0..<27 {
        // First steps have the same sizes where the cutoff is nearer than the faces.
        #expect((a.positions[i] - b.positions[i]).length < 1e-9)
      }
      let (p, q) = (try known.measure(threads: 1), try unknown.measure(threads: 1))
      #expect(abs(p.energy - q.energy) < 1e-9)
      #expect(abs(try #require(p.pressure) - (try #require(q.pressure))) < 1e-9)
    }
    #expect(known.frame.species != frame.species)
  }

  /// Forces and torques are those of the energy; otherwise what follows says nothing.
  @Test func crowdingIsConsistent() throws {
    let frame = try start(12)
    let potential = Crowding()
    let found = try potential.evaluate(frame, forces: true, threads: 1)
    let h = 1e-5
    func energy(_ change: (inout Frame) throws -> Void) throws -> Double {
      var other = frame
      try change(&other)
      return try potential.evaluate(other, forces: false, threads: 1).energy
    }
    for i in 0..<12 {
      for k in 0..<3 {
        var e = Vector3.zero
        e[k] = h
        let slope =
          try
          (energy { $0.move(i, to: frame.positions[i] + e) }
          - energy { $0.move(i, to: frame.positions[i] - e) }) / (2 * h)
        #expect(abs(slope + found.forces[i][k]) < 1e-6)
        func turned(_ sign: Double) throws -> Double {
          let turn = try UnitQuaternion(
            w: 1, x: sign * e.x / 2, y: sign * e.y / 2, z: sign * e.z / 2)
          let q = try #require(frame.orientations)[i]
          return try energy { try $0.turn(i, to: turn * q) }
        }
        #expect(abs((try turned(1) - turned(-1)) / (2 * h) + found.torques[i][k]) < 1e-6)
      }
    }
  }

  /// Local trials and whole frames are the same simulation; the energy carried along is that of the
  /// frame; interrupted and gone on with it has the same bits.
  @Test func localTrials() throws {
    let frame = try start()
    func engine(_ interaction: any FramePotential) throws -> MonteCarlo {
      try MonteCarlo(
        frame, settings: MonteCarloSettings(.potential(interaction), temperature: 0.5, seed: 73))
    }
    var (whole, local) = (try engine(Crowding()), try engine(LocalCrowding()))
    try whole.advance(4, threads: 1)
    try local.advance(4, threads: 1)
    #expect(whole.frame.positions == local.frame.positions)
    #expect(whole.frame.orientations == local.frame.orientations)
    try local.advance(120, threads: 1)
    let carried = try local.measure(threads: 1).energy
    let fresh = try Crowding().evaluate(local.frame, forces: false, threads: 1).energy
    #expect(abs(carried - fresh) < 1e-10 * max(1, fresh))
    var restored = try engine(LocalCrowding())
    try restored.restore(local.checkpoint())
    try restored.advance(7, threads: 2)
    try local.advance(5, threads: 1)
    try local.advance(2, threads: 1)
    #expect(restored.frame == local.frame)
    #expect(try restored.measure(threads: 1) == local.measure(threads: 1))
  }

  /// Monte Carlo and molecular dynamics of the same state agree; at constant energy it stays.
  @Test func bothEnginesAgree() throws {
    let frame = try start()
    let potential = LocalCrowding()
    var settings = MonteCarloSettings(.potential(potential), temperature: 0.5, seed: 74)
    settings.acceptance = 0.4...0.5
    var walk = try MonteCarlo(frame, settings: settings)
    try walk.advance(150, threads: 1)
    walk.endEquilibration()
    var (energies, pressures): ([Double], [Double]) = ([], [])
    for _ in 0..<400 {
      try walk.advance(2, threads: 1)
      let here = try walk.measure(threads: 1)
      energies.append(here.energy)
      pressures.append(try #require(here.pressure))
    }
    var flow = try MolecularDynamics(
      walk.frame, potential: potential,
      settings: MolecularDynamicsSettings(
        timeStep: 0.02, temperature: 0.5,
        thermostat: .langevin(friction: 1, rotationalFriction: 1), seed: 75))
    try flow.advance(500, threads: 1)
    var (others, forces): ([Double], [Double]) = ([], [])
    for _ in 0..<600 {
      try flow.advance(10, threads: 1)
      let here = try flow.measure(threads: 1)
      others.append(here.energy)
      forces.append(try #require(here.pressure))
    }
    let (a, b) = (Systems.mean(energies), Systems.mean(others))
    let (p, q) = (Systems.mean(pressures), Systems.mean(forces))
    #expect(abs(a.value - b.value) < 3.5 * hypot(a.error, b.error), "\(a) \(b)")
    #expect(abs(p.value - q.value) < 3.5 * hypot(p.error, q.error), "\(p) \(q)")
    // A mean that scattered more than this would say nothing.
    #expect(hypot(a.error, b.error) < 0.05 * a.value)
    var free = try MolecularDynamics(
      flow.frame, potential: potential,
      settings: MolecularDynamicsSettings(timeStep: 0.005, temperature: 0.5))
    let before = free.conservedEnergy
    try free.advance(400, threads: 1)
    // The error of the splitting goes with the square of the step: some 1e-4 kT a particle here.
    #expect(abs(free.conservedEnergy - before) < 1e-2, "\(free.conservedEnergy - before)")
  }

  /// Gives forces, but no torques.
  private struct Silent: FramePotential {
    let cutoff: Double? = 1
    func evaluate(_ frame: Frame, forces: Bool, threads: Int) throws -> Interaction {
      if frame.positions[0].x > 2 {
        throw InvalidInput("neighbourhood of particle 0", value: "unknown", expected: "a known one")
      }
      return Interaction(
        energy: frame.positions[1].x > 2 ? .nan : 0,
        forces: Array(repeating: .zero, count: frame.count))
    }
  }

  /// A potential that fails stops the simulation in one line, and says why.
  @Test func potentialsThatFail() throws {
    var frame = try start()
    frame.move(0, to: .zero)
    frame.move(1, to: .zero)
    #expect(throws: InvalidInput.self) {
      _ = try MolecularDynamics(
        frame, potential: Silent(),
        settings: MolecularDynamicsSettings(timeStep: 0.01, temperature: 1))
    }
    var engine = try MonteCarlo(frame, settings: MonteCarloSettings(.potential(Silent())))
    do {
      try engine.advance(2_000, threads: 1)
      Issue.record("went on")
    } catch let error as InvalidInput {
      #expect("\(error)".contains("particle"))
    }
    frame.move(1, to: Vector3(3, 0, 0))
    #expect(throws: InvalidInput.self) {
      _ = try MonteCarlo(frame, settings: MonteCarloSettings(.potential(Silent())))
    }
  }
}
