public import Geometry

extension MolecularDynamics {
  /// Potential and kinetic energies, temperatures, the pressure tensor P V = sum of m v v + W, order and
  /// density. `extras`: `energy_kinetic`, `temperature_translation`, `temperature_rotation`,
  /// `energy_conserved`, and `energy_drift`, its change a particle since the start or the end of
  /// equilibration.
  ///
  /// Throws: `InvalidInput` when an observable cannot be computed.
  public func measure(threads: Int) throws -> Measurement {
    let observables = try FrameObservables(
      frame, axis: settings.axis, smectic: settings.smectic)
    let kinetics = state.kinetics
    let tensor = pressureTensor
    let count = Double(bodies.count)
    return Measurement(
      step: step, time: Double(step) * settings.timeStep, energy: state.interaction.energy,
      temperature: temperature, pressure: tensor.map { $0.trace / 3 }, pressureTensor: tensor,
      observables: observables,
      extras: [
        .init("energy_kinetic", kinetics.total),
        .init(
          "temperature_translation", 2 * kinetics.translational / Double(translationalDegrees)),
        .init("temperature_rotation", 2 * kinetics.rotational / Double(rotationalDegrees)),
        .init("energy_conserved", conservedEnergy),
        .init("energy_drift", (conservedEnergy - state.initialEnergy) / count),
      ])
  }

  /// P V = sum of m v (outer) v + W; nil in a cell that is not periodic in all directions. Where the total
  /// momentum is removed the kinetic part is multiplied by N / (N - 1), so that its mean is N T.
  public var pressureTensor: Matrix3x3? {
    guard let cell = state.cell, cell.isFullyPeriodic else { return nil }
    let (d, o) = (state.kinetics.diagonal, state.kinetics.off)
    let n = Double(bodies.count)
    let weight = conservesMomentum ? n / max(1, n - 1) : 1
    let motion = Matrix3x3(
      rows: Vector3(d.x, o.x, o.y), Vector3(o.x, d.y, o.z), Vector3(o.y, o.z, d.z))
    return (motion * weight + state.interaction.virial) * (1 / cell.volume)
  }

  /// The present state as a frame, positions wrapped into the cell; see `SimulationEngine.frame`.
  public var frame: Frame {
    let positions = state.motion.positions
    return FrameTemplate(start).frame(
      positions: state.cell.map { cell in positions.map { cell.wrap($0) } } ?? positions,
      orientations: state.motion.orientations, cell: state.cell)
  }
}
