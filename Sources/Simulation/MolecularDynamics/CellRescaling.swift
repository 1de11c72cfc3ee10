internal import Foundation
internal import Geometry
internal import Mathematics

/// Stochastic cell rescaling.
///
/// With positions q = L s and momenta p = pi / L the cell follows Brownian dynamics under
/// exp(-(K + U + P V)/T) at fixed s and pi. In e = ln V, with mobility D = T kappa / (V tau):
///
///     de = kappa/tau (P_int - P + n T/V) dt + sqrt(2 T kappa / (V tau)) dW,
///     P_int = (2 K + tr W) / (3 V),
///
/// by Itô's rule (the measure dV = V de and the gradient of D cancel). n = 1 where the total momentum is
/// removed: the measure of N positions is V^N, that of N - 1 momenta V^-(N-1), and the missing momentum
/// of the centre would have added T/V. Then V of an ideal gas has the density V^N exp(-P V/T), as in
/// Monte Carlo. By edges each e_k = ln L_k has a third of the mobility and the pressure along its axis.
extension MolecularDynamics {
  /// Throws: `InvalidInput` when the cell cannot be rescaled.
  static func requireRescalable(_ cell: Cell?, _ barostat: Barostat?) throws {
    guard let barostat else { return }
    guard let cell, cell.isFullyPeriodic else {
      throw InvalidInput(
        "cell", value: "missing or open", expected: "a periodic cell, where pressure is kept")
    }
    guard barostat.change == .edges else { return }
    for k in 0..<3 {
      var others = cell.vector(k)
      others[k] = 0
      guard others == .zero else {
        throw InvalidInput(
          "cell", value: "skewed or turned",
          expected: "edges along x, y, z, where each is to change by itself")
      }
    }
  }

  /// One step of the cell, with the positions following it and the velocities scaled the other way; the
  /// logarithms of the factors of its edges.
  mutating func rescaleCell(_ barostat: Barostat, _ kinetics: Kinetics) throws -> Vector3 {
    guard let cell = state.cell else { return .zero }
    let (volume, temperature) = (cell.volume, settings.temperature)
    let compressibility = barostat.compressibility ?? 0.3 / barostat.pressure
    let rate = compressibility / barostat.time * settings.timeStep
    let virial = state.interaction.virial
    let momentum = conservesMomentum ? temperature : 0
    let pressures =
      (kinetics.diagonal + Vector3(virial[0, 0], virial[1, 1], virial[2, 2]) + momentum) / volume
    var stream = RandomStream(
      seed: settings.seed, stream: DynamicsStream.cell, frame: UInt64(state.step))
    // The logarithms of the factors of the three edges.
    var change: Vector3
    switch barostat.change {
    case .edges:
      let noise = (2 * temperature * rate / (3 * volume)).squareRoot()
      let normals = Vector3(stream.gaussian(), stream.gaussian(), stream.gaussian())
      change = (pressures - barostat.pressure) * (rate / 3) + normals * noise
    case .isotropic, .sheared:
      let noise = (2 * temperature * rate / volume).squareRoot() * stream.gaussian()
      let mean = (pressures.x + pressures.y + pressures.z) / 3
      change = Vector3(repeating: ((mean - barostat.pressure) * rate + noise) / 3)
    }
    guard change.isFinite, change.max() < 0.25, change.min() > -0.25 else {
      throw InvalidInput(
        "change of the cell in step \(state.step + 1)",
        value: "\(change.x) \(change.y) \(change.z)",
        expected: "less than a quarter (a longer relaxation time of the barostat than "
          + "\(barostat.time), or a start nearer to the pressure)")
    }
    let factors = Vector3(exp(change.x), exp(change.y), exp(change.z))
    try apply(factors, to: cell)
    let after = state.cell?.volume ?? volume
    let kinetic = 0.5 * (kinetics.diagonal * (1 / (factors * factors) - 1)).sum()
    state.exchanged += kinetic + barostat.pressure * (after - volume) + work(change) / 2
    return change
  }

  /// What a change of the cell does to the potential energy, by the present virial. Half of it is counted
  /// before the change and half after: the mean of both leaves an error of third order. (By the virial
  /// before alone the compressibility of the fluid would look like a drift.)
  func work(_ change: Vector3) -> Double {
    let virial = state.interaction.virial
    return -(virial[0, 0] * change.x + virial[1, 1] * change.y + virial[2, 2] * change.z)
  }

  private mutating func apply(_ factors: Vector3, to cell: Cell) throws {
    // Lattice vectors are rows; edges stand along x, y, z.
    state.cell = try Cell(
      cell.vector(0) * factors, cell.vector(1) * factors, cell.vector(2) * factors)
    for i in state.motion.positions.indices {
      state.motion.positions[i] *= factors
      state.motion.velocities[i] /= factors
    }
  }
}
