internal import Geometry

/// What stops a simulation that explodes.
extension MolecularDynamics {
  private func exploded(_ what: String, value: String) -> InvalidInput {
    InvalidInput(
      "\(what) in step \(state.step)", value: value,
      expected:
        "less (the simulation explodes: a shorter time step than \(settings.timeStep), or a "
        + "start without close pairs)")
  }

  /// A body may not move by a semi-axis in one step, nor turn by more than one radian. (A thermal body
  /// does a hundredth of it.) The step that is being made is not counted yet.
  func requireSlow(_ report: BlockReport) throws {
    guard !(report.largestMove <= 1) else { return }
    throw InvalidInput(
      "move of particle \(report.fastest) in step \(state.step + 1)",
      value: "\(report.largestMove) times the smallest semi-axis, or radians",
      expected: "at most 1 (the simulation explodes: a shorter time step than "
        + "\(settings.timeStep), or a start without close pairs)")
  }

  /// The potential has to be defined everywhere.
  func requireDefined() throws {
    let interaction = state.interaction
    if let (i, j) = interaction.firstSingularPair {
      throw exploded("potential energy of particles \(i) and \(j)", value: "infinite")
    }
    guard interaction.energy.isFinite else {
      let i = interaction.energies.firstIndex { !$0.isFinite }
      throw exploded(
        "potential energy" + (i.map { " of particle \($0)" } ?? ""), value: "\(interaction.energy)")
    }
    for i in interaction.forces.indices
    where !(interaction.forces[i].isFinite && interaction.torques[i].isFinite) {
      throw exploded("force or torque on particle \(i)", value: "no number")
    }
  }

  /// The conserved energy may not jump.
  func requireSteady(_ before: Double) throws {
    let jump = abs(conservedEnergy - before)
    let thermal = max(settings.temperature, temperature)
    let most = settings.largestJump * thermal * Double(bodies.count).squareRoot()
    guard !(jump <= most) else { return }
    let energies = state.interaction.energies
    let worst = energies.indices.max { energies[$0] < energies[$1] }
    let whose = worst.map { " (particle \($0) has the largest potential energy, \(energies[$0]))" }
    throw exploded(
      "jump of the conserved energy", value: "\(jump)\(whose ?? "")")
  }
}

extension MolecularDynamics {
  /// The present temperature, of all degrees of freedom.
  public var temperature: Double { 2 * state.kinetics.total / Double(degreesOfFreedom) }
}
