internal import Foundation
internal import GayBerne
public import Geometry
internal import Mathematics

extension MonteCarlo {
  /// Energy, order, and the pressure of the configuration: of hard bodies by virtual compressions,
  /// of a potential by the virial (`FramePotential.evaluate`; not known where that gives no forces).
  ///
  /// The virial knows nothing of a jump of the energy at the cutoff, which the pressure imposed and
  /// `perturbationPressure` feel; they agree for shifted and switched potentials.
  ///
  /// Throws: `InvalidInput` when an observable cannot be computed.
  public func measure(threads: Int) throws -> Measurement {
    let frame = frame
    let observables = try FrameObservables(
      frame, axis: settings.axis, smectic: settings.smectic)
    var pressure: Double?
    var tensor: Matrix3x3?
    switch settings.interaction {
    case .hard: pressure = try compressionPressure(threads: threads)
    case .potential(let potential):
      if let found = try? potential.evaluate(
        completed(frame), forces: true, threads: threads)
      {
        let ideal = Double(frame.count) * state.conditions.temperature
        let sum = Matrix3x3(diagonal: Vector3(repeating: ideal)) + found.virial
        let value = sum * (1 / state.store.box.volume)
        tensor = value
        pressure = value.trace / 3
      }
    }
    return Measurement(
      step: state.step, energy: potentialEnergy, temperature: state.conditions.temperature,
      pressure: pressure, pressureTensor: tensor, observables: observables, extras: extras)
  }

  /// Acceptances since the step sizes were frozen (or the start), step sizes, and how far the
  /// energy carried along has been from a fresh sum.
  private var extras: [Measurement.Named] {
    let tally = state.total
    var result = [
      Measurement.Named(
        "acceptance_translation", MoveTally.total(tally.translations).acceptance),
      Measurement.Named("acceptance_rotation", MoveTally.total(tally.rotations).acceptance),
    ]
    if state.conditions.pressure != nil {
      result.append(Measurement.Named("acceptance_volume", tally.volumes.acceptance))
    }
    if settings.swapFraction > 0 {
      result.append(Measurement.Named("acceptance_swap", tally.swaps.acceptance))
    }
    for g in 0..<model.groupCount {
      let suffix = model.groupCount == 1 ? "" : "_\(g + 1)"
      result.append(Measurement.Named("step_translation" + suffix, state.steps.translations[g]))
      result.append(Measurement.Named("step_rotation" + suffix, state.steps.rotations[g]))
    }
    if settings.field != nil {
      result.append(Measurement.Named("alignment", state.alignment / Double(axisCount)))
    }
    if !isHard { result.append(Measurement.Named("energy_drift", state.drift)) }
    return result
  }

  /// The potential energy: exactly zero for hard bodies.
  private var potentialEnergy: Double { isHard ? 0 : state.energy }

  /// Whether the bodies are hard.
  var isHard: Bool {
    if case .hard = model.interaction { true } else { false }
  }

  /// A frame with orientations, for potentials that ask for them.
  func completed(_ frame: Frame) -> Frame {
    guard frame.orientations == nil else { return frame }
    return Frame(
      positions: frame.positions, species: frame.species,
      orientations: Array(repeating: .identity, count: frame.count), semiAxes: frame.semiAxes,
      cell: frame.cell, labels: frame.labels, columns: frame.columns)
  }

  /// The pressure of hard bodies by virtual compressions (Eppenga and Frenkel,
  /// doi:10.1080/00268978400101951): with n(e) pairs that overlap when the volume shrinks by the
  /// fraction e,
  ///
  ///     P = rho kT (1 + lim n(e) / (N e))
  ///
  /// The limit is that of the straight line through four e up to `virtualCompression`, weighted by
  /// e as the counts scatter. A mean over many configurations is what counts: one has few such
  /// pairs.
  func compressionPressure(threads: Int) throws -> Double {
    guard case .hard = model.interaction else { return .nan }
    let strains = (1...4).map { settings.virtualCompression * Double($0) / 4 }
    // Distances shrink by s, f by s^2: overlap where f < 1/s^2.
    let limits = strains.map { pow(1 - $0, -2.0 / 3) }
    let (store, stride) = (state.store, model.stride)
    let reach = model.range * limits[3].squareRoot()
    let parts = try mapParcels(range: reach, threads: threads, initial: [0, 0, 0, 0]) {
      counts, slot, neighbors in
      HardBodies.contactValues(store.records.base + stride * slot, neighbors) { value in
        for k in 0..<4 where value < limits[k] { counts[k] += 1 }
      }
    }
    let counts = (0..<4).map { k in parts.reduce(0) { $0 + $1[k] } }
    let n = Double(store.count)
    let points = zip(strains, counts).map { (x: $0, y: Double($1) / (n * $0)) }
    let excess = Self.intercept(points)
    return n / store.box.volume * state.conditions.temperature * (1 + excess)
  }

  /// Of the straight line through points weighted by x.
  private static func intercept(_ points: [(x: Double, y: Double)]) -> Double {
    let w = points.reduce(0) { $0 + $1.x }
    let x = points.reduce(0) { $0 + $1.x * $1.x } / w
    let y = points.reduce(0) { $0 + $1.x * $1.y } / w
    let up = points.reduce(0) { $0 + $1.x * ($1.x - x) * ($1.y - y) }
    let across = points.reduce(0) { $0 + $1.x * ($1.x - x) * ($1.x - x) }
    return y - up / across * x
  }

  /// The pressure of a configuration from the energies of slightly larger and smaller volumes:
  /// P = N kT / V - (U(V + d) - U(V - d)) / (2 d), d = `strain` V; its mean is the pressure of the
  /// ensemble for a smooth energy as the strain goes to zero.
  ///
  /// Throws: `InvalidInput` for hard bodies, and unless the strain is from 1e-9 to 1e-2.
  public func perturbationPressure(strain: Double = 1e-5, threads: Int) throws -> Double {
    guard !isHard else {
      throw InvalidInput(
        "pressure by volume perturbation", value: "asked of hard bodies",
        expected: "a potential; `measure` has the pressure of hard bodies")
    }
    guard (1e-9...1e-2).contains(strain) else {
      throw InvalidInput("strain of the volume", value: strain, expected: "from 1e-9 to 1e-2")
    }
    let box = state.store.box
    let energies = try [1.0, -1.0].map { sign in
      let factor = pow(1 + sign * strain, 1.0 / 3)
      var other = self
      other.state.store = state.store.copy()
      let moved = CellBox(box.rows.map { $0 * factor })
      if !other.state.store.holds(moved) { other.state.store.prepare(for: moved) }
      other.state.store.deform(to: moved)
      return try other.freshEnergy(threads: threads)
    }
    let ideal = Double(state.store.count) * state.conditions.temperature / box.volume
    return ideal - (energies[0] - energies[1]) / (2 * strain * box.volume)
  }

  /// The present state in the order of the particles of the starting frame.
  public var frame: Frame {
    let store = state.store
    var positions = [Vector3](repeating: .zero, count: store.count)
    var orientations = [UnitQuaternion](repeating: .identity, count: store.count)
    var kinds = [Int](repeating: 0, count: store.count)
    for slot in 0..<store.count {
      let particle = Int(store.particles[slot])
      positions[particle] = store.position(slot)
      let q = store.orientation(slot)
      // Of length 1 since the start: this cannot fail.
      orientations[particle] =
        (try? UnitQuaternion(w: q[0], x: q[1], y: q[2], z: q[3])) ?? .identity
      kinds[particle] = Int(store.kinds.base[slot])
    }
    let rows = store.box.rows
    return template.frame(
      positions: positions, orientations: orientations,
      cell: try? Cell(rows[0], rows[1], rows[2]),
      species: kinds.map { model.kinds[$0].species },
      semiAxes: kinds.map { model.kinds[$0].semiAxes })
  }
}
