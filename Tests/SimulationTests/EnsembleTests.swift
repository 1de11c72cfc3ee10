import Foundation
import GayBerne
import Geometry
import Mathematics
import Simulation
import Testing
import TestSupport

@Suite("Molecular dynamics: ensembles of an ideal gas")
struct EnsembleTests {
  private static let rod: (Double, Double, Double) = (0.5, 0.5, 1.5)

  private func engine(
    _ count: Int, axes: (Double, Double, Double) = rod, _ thermostat: Thermostat,
    barostat: Barostat? = nil, edge: Double = 10, seed: UInt64 = 1
  ) throws -> MolecularDynamics {
    try MolecularDynamics(
      Dynamics.gas(count, edge: edge, semiAxes: SemiAxes(axes.0, axes.1, axes.2)),
      potential: NoForces(),
      settings: MolecularDynamicsSettings(
        timeStep: 0.02, temperature: 1.3, thermostat: thermostat, barostat: barostat, seed: seed))
  }

  @Test(
    "degrees of freedom: two of a uniaxial body's rotation, three of a biaxial, none of a sphere")
  func degreesOfFreedom() throws {
    let bussi = Thermostat.velocityRescaling(time: 0.1)
    let langevin = Thermostat.langevin(friction: 1, rotationalFriction: 1)
    for (axes, each) in [((1.0, 1.0, 1.0), 0), (Self.rod, 2), ((0.5, 0.7, 1.5), 3)] {
      let one = try engine(10, axes: axes, bussi)
      #expect(one.translationalDegrees == 27 && one.rotationalDegrees == 10 * each)
      let other = try engine(10, axes: axes, langevin)
      #expect(other.translationalDegrees == 30 && other.rotationalDegrees == 10 * each)
      // Drawn velocities have the temperature exactly, and no momentum.
      #expect(abs(one.temperature - 1.3) < 1e-12)
      let momentum = one.motion.velocities.reduce(Vector3.zero, +)
      #expect(momentum.length < 1e-13)
      for l in one.motion.angularMomenta where each < 3 { #expect(l.z == 0) }
    }
    #expect(throws: InvalidInput.self) {
      try engine(1, axes: (1, 1, 1), bussi)
    }
  }

  @Test(
    "the kinetic energy has its canonical distribution",
    arguments: [
      Thermostat.velocityRescaling(time: 0.05), .langevin(friction: 8, rotationalFriction: 8),
    ])
  func kineticEnergy(_ thermostat: Thermostat) throws {
    var engine = try engine(5, thermostat)
    let degrees = Double(engine.degreesOfFreedom)
    var samples: [Double] = []
    var (translation, rotation) = (0.0, 0.0)
    for _ in 0..<2000 {
      // Ten relaxation times: independent.
      try engine.advance(thermostat == .velocityRescaling(time: 0.05) ? 25 : 30, threads: 1)
      samples.append(engine.temperature * degrees / 2)
      let m = try engine.measure(threads: 1)
      translation += (m.extra("temperature_translation") ?? .nan) / 2000
      rotation += (m.extra("temperature_rotation") ?? .nan) / 2000
    }
    // Gamma distribution of shape n/2 and scale T.
    let shape = degrees / 2
    let cumulative = GoodnessOfFit.cumulative(low: 0, high: 12 * shape) { k in
      k <= 0 ? 0 : exp((shape - 1) * log(k / 1.3) - k / 1.3 - lgamma(shape)) / 1.3
    }
    #expect(GoodnessOfFit.kolmogorovSmirnov(samples, cumulative: cumulative) > 1e-3)
    #expect(GoodnessOfFit.mean(samples, expected: shape * 1.3) > 1e-3)
    if case .langevin = thermostat {
      // Of each kind by itself: 2000 samples of 15 and 10 degrees of freedom. (A factor common to all
      // velocities cannot exchange energy between kinds that do not meet.)
      #expect(abs(translation - 1.3) < 4 * 1.3 * (2.0 / 15 / 2000).squareRoot())
      #expect(abs(rotation - 1.3) < 4 * 1.3 * (2.0 / 10 / 2000).squareRoot())
    }
  }

  @Test(
    "the volume of an ideal gas has the density V^N exp(-P V/T)",
    arguments: [
      (Thermostat.velocityRescaling(time: 0.1), CellChange.isotropic),
      (.velocityRescaling(time: 0.1), .edges),
      (.langevin(friction: 4, rotationalFriction: 4), .isotropic),
      (.langevin(friction: 4, rotationalFriction: 4), .edges),
    ])
  func volumeOfAnIdealGas(_ thermostat: Thermostat, _ change: CellChange) throws {
    let (count, pressure) = (8, 0.5)
    var engine = try engine(
      count, thermostat,
      barostat: Barostat(
        pressure: pressure, change: change, time: 0.5, compressibility: 0.5), edge: 2.8)
    var volumes: [Double] = []
    for _ in 0..<20_000 {
      try engine.advance(4, threads: 1)
      volumes.append(engine.frame.cell?.volume ?? .nan)
    }
    let summary = ObservableSummary(volumes, from: 100)
    let expected = Double(count + 1) * 1.3 / pressure
    #expect(summary.effectiveSamples > 200, "\(summary)")
    // Besides the statistics 1 % for the step, which is 1 % of the time in which the volume relaxes
    // (time / (compressibility x pressure) = 2): the error is of first order in it.
    #expect(
      abs(summary.mean - expected) < 4 * summary.standardError + 0.01 * expected, "\(summary)")
    // The variance is (N + 1) (T/P)^2; of n_eff samples it is known to about sqrt(2/n_eff) or better.
    let variance = summary.standardDeviation * summary.standardDeviation
    let wanted = Double(count + 1) * (1.3 / pressure) * (1.3 / pressure)
    let tolerance = 5 * (2 / summary.effectiveSamples).squareRoot() + 0.02
    #expect(abs(variance / wanted - 1) < tolerance, "\(variance) for \(wanted)")
    if change == .isotropic {
      let cell = try #require(engine.frame.cell)
      #expect(abs(cell.vector(0).x - cell.vector(2).z) < 1e-9)
    }
  }

  @Test("settings that cannot be used are refused")
  func badSettings() throws {
    let frame = try Dynamics.gas(4, edge: 10, semiAxes: SemiAxes(0.5, 0.5, 1.5))
    func refuse(_ change: (inout MolecularDynamicsSettings) -> Void) {
      var settings = MolecularDynamicsSettings(timeStep: 0.01, temperature: 1)
      change(&settings)
      #expect(throws: InvalidInput.self) {
        try MolecularDynamics(frame, potential: NoForces(), settings: settings)
      }
    }
    for bad in [0, -1, Double.nan, .infinity] {
      refuse { $0.timeStep = bad }
      refuse { $0.temperature = bad }
      refuse { $0.thermostat = .velocityRescaling(time: bad) }
      refuse { $0.thermostat = .langevin(friction: bad, rotationalFriction: 1) }
      refuse { $0.properties.mass = bad }
      refuse { $0.propertiesBySpecies["X"] = BodyProperties(momentsOfInertia: Vector3(1, bad, 1)) }
      refuse { $0.barostat = Barostat(pressure: 1, time: bad) }
    }
    refuse { $0.barostat = Barostat(pressure: .nan) }
    refuse { $0.barostat = Barostat(pressure: -1) }
    refuse { $0.barostat = Barostat(pressure: 1, change: .sheared) }
    refuse {
      $0.barostat = Barostat(pressure: 1)
      $0.thermostat = .none
    }
    var open = frame
    open.cell = nil
    var settings = MolecularDynamicsSettings(timeStep: 0.01, temperature: 1)
    _ = try MolecularDynamics(open, potential: NoForces(), settings: settings)
    settings.barostat = Barostat(pressure: 1)
    #expect(throws: InvalidInput.self) {
      try MolecularDynamics(open, potential: NoForces(), settings: settings)
    }
    var skewed = frame
    skewed.cell = try Cell(Vector3(9, 0, 0), Vector3(1, 9, 0), Vector3(0, 0, 9))
    _ = try MolecularDynamics(skewed, potential: NoForces(), settings: settings)
    settings.barostat?.change = .edges
    #expect(throws: InvalidInput.self) {
      try MolecularDynamics(skewed, potential: NoForces(), settings: settings)
    }
    #expect(throws: InvalidInput.self) {
      try MolecularDynamics(
        frame, potential: NoForces(),
        settings: MolecularDynamicsSettings(
          timeStep: 0.01, temperature: 1), velocities: [.zero])
    }
  }
}
