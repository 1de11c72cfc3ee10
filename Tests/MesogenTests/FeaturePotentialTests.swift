import Foundation
import Mesogen
import TestSupport
import Testing

/// An energy of features as the potential of a simulation.
@Suite struct FeaturePotentialTests {
  private func frame() throws -> Frame {
    var settings = PhaseSettings(.nematic)
    settings.particles = 48
    return try settings.generator().frame(index: 0, of: 1, seed: 4)
  }

  /// Random weights, of a size that moves particles without throwing them.
  private func potential(_ frame: Frame) throws -> FeaturePotential {
    let hyperparameters = Hyperparameters(
      basis: .gto(width: 1), maxAngular: 2, maxRadial: .uniform(2), cutoff: 3,
      cutoffShape: .smooth(width: 1))
    let expansion = try DensityExpansion(hyperparameters, species: ["X"])
    var random = RandomStream(seed: 9)
    let count = expansion.featureCount(.two)
    let model = try LinearCenterEnergy(
      correlations: [.two],
      weights: Matrix(
        rows: 1, columns: count, elements: (0..<count).map { _ in random.uniform(-1, 1) }))
    return FeaturePotential(try FeatureGradients(of: expansion), energy: model)
  }

  @Test func interaction() throws {
    let frame = try frame()
    let potential = try potential(frame)
    let result = try potential.evaluate(frame, forces: true, threads: 2)
    let direct = try potential.gradients.forces(of: frame, energy: potential.energy)
    #expect(result.energy == direct.energy && result.forces == direct.forces)
    #expect(result.virial == direct.virial && result.torques == direct.torques)
    let bare = try potential.evaluate(frame, forces: false, threads: 2)
    #expect(bare.energy == result.energy && bare.forces.isEmpty && bare.torques.isEmpty)
    #expect(throws: InvalidInput.self) { try potential.evaluator(for: frame, skin: 0) }
  }

  /// The largest change of the conserved energy in a run of length 2.
  private func drift(_ step: Double) throws -> Double {
    let frame = try frame()
    let settings = MolecularDynamicsSettings(timeStep: step, temperature: 1, thermostat: .none)
    var engine = try MolecularDynamics(
      frame, potential: potential(frame), settings: settings)
    var largest = 0.0
    for _ in 0..<20 {
      try engine.advance(Int((0.1 / step).rounded()), threads: 2)
      let value = try #require(
        engine.measure(threads: 1).extras.first { $0.name == "energy_drift" }?.value)
      largest = max(largest, abs(value))
    }
    return largest
  }

  /// Forces and torques are the derivatives of the energy that is conserved: its error is of second order
  /// in the step.
  @Test func energyIsConserved() throws {
    let (coarse, fine) = (try drift(0.005), try drift(0.0025))
    #expect(coarse > 0)
    // Energies are about 1 a particle.
    #expect(coarse < 1e-3)
    #expect(abs(coarse / fine - 4) < 0.6, "\(coarse) \(fine)")
  }

  /// The longer run: 10,000 steps.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["MESOGEN_CHECK_PHYSICS"] == "1",
      "MESOGEN_CHECK_PHYSICS=1 runs it"))
  func energyStaysForTenThousandSteps() throws {
    let frame = try frame()
    let settings = MolecularDynamicsSettings(
      timeStep: 0.0025, temperature: 1, thermostat: .none)
    var engine = try MolecularDynamics(
      frame, potential: potential(frame), settings: settings)
    var values: [Double] = []
    for _ in 0..<100 {
      try engine.advance(100, threads: 2)
      values.append(
        try #require(
          engine.measure(threads: 1).extras.first { $0.name == "energy_drift" }?.value))
    }
    // No drift beside the fluctuation of the short run.
    let halves = (values[..<50].reduce(0, +) / 50, values[50...].reduce(0, +) / 50)
    #expect(abs(halves.1 - halves.0) < 1e-4, "\(halves)")
  }
}
