public import Geometry
internal import Mathematics

extension PairPotential {
  /// The sum over the pairs of a frame, each once, with all periodic images inside the cutoff: what a
  /// potential gets that has no faster way.
  ///
  /// A pair whose energy is +infinity counts as singular; its forces are left out. The result does not
  /// depend on the number of threads.
  ///
  /// Throws: `InvalidInput` when the frame lacks orientations or semi-axes, is periodic without a
  /// cutoff, or has two particles at the same place (it names them); `NumericalError` when `pair`
  /// gives something that is not finite, other than an energy of +infinity; whatever `pair` throws.
  public func evaluate(_ frame: Frame, forces: Bool, threads: Int) throws -> Interaction {
    try PairwiseEvaluation(frame, potential: self).run(forces: forces, threads: threads)
  }
}

/// The interaction of the particles of a frame, pair by pair.
///
/// The particles are dealt out in parcels that depend on their number alone, and the sums of the
/// parcels are added in their order.
private struct PairwiseEvaluation<Potential: PairPotential>: Sendable {
  private let potential: Potential
  private let ellipsoids: [Ellipsoid]
  private let species: [String]
  private let search: PairSearch

  init(_ frame: Frame, potential: Potential) throws {
    let (axes, orientations) = try frame.shapes()
    self.potential = potential
    ellipsoids = zip(axes, orientations).map { Ellipsoid(semiAxes: $0, orientation: $1) }
    species = frame.species
    search = try PairSearch(frame, cutoff: potential.cutoff)
  }

  /// What a worker keeps from parcel to parcel.
  private struct Workspace {
    var buffer = NeighborFinder.Buffer()
    let sums: ParticleSums
  }

  /// The sums of a parcel that do not belong to single particles.
  private struct Part: Sendable {
    var virial = Matrix3x3(diagonal: .zero)
    var pairCount = 0
    var singularPairs = 0
  }

  func run(forces: Bool, threads: Int) throws -> Interaction {
    let count = ellipsoids.count
    let parcels = max(1, min(64, count / 8))
    let results = try Parallel.map(
      count: parcels, threads: threads, workspace: { Workspace(sums: ParticleSums(count)) }
    ) { index, workspace in
      var part = Part()
      let sums = workspace.sums
      for i in count * index / parcels..<count * (index + 1) / parcels {
        try search.forEachPartner(of: i, &workspace.buffer) { j, r in
          try add(i, j, r, forces: forces, to: sums, &part)
        }
      }
      return (part, workspace.sums.take())
    }
    let total = ParticleSums(count)
    var result = Interaction()
    for (part, blocks) in results {
      total.add(blocks)
      result.virial = result.virial + part.virial
      result.pairCount += part.pairCount
      result.singularPairs += part.singularPairs
    }
    for i in 0..<count {
      let own = total[i]
      result.energies.append(own.energy)
      guard forces else { continue }
      result.forces.append(own.force)
      result.torques.append(own.torque)
    }
    result.energy = result.energies.reduce(0, +)
    return result
  }

  /// Adds what particles i and j do to each other, j at r from i.
  private func add(
    _ i: Int, _ j: Int, _ r: Vector3, forces: Bool, to sums: ParticleSums, _ part: inout Part
  ) throws {
    guard r != .zero else {
      throw InvalidInput(
        "distance between particles \(i) and \(j)", value: 0,
        expected: "centres at different places")
    }
    let pair = try potential.pair(
      ellipsoids[i], ellipsoids[j], displacement: r, species: (species[i], species[j]))
    part.pairCount += 1
    let half = 0.5 * pair.energy
    guard !pair.isSingular, pair.energy != .infinity else {
      part.singularPairs += 1
      for k in [i, j] { sums.add(k, force: .zero, torque: .zero, energy: .infinity) }
      return
    }
    guard forces else {
      try require(pair.energy.isFinite, pair, i, j)
      for k in [i, j] { sums.add(k, force: .zero, torque: .zero, energy: half) }
      return
    }
    let isFinite = pair.force.isFinite && pair.torque1.isFinite && pair.torque2.isFinite
    try require(pair.energy.isFinite && isFinite, pair, i, j)
    sums.add(i, force: -pair.force, torque: pair.torque1, energy: half)
    sums.add(j, force: pair.force, torque: pair.torque2, energy: half)
    part.virial = part.virial + Matrix3x3(outer: r, pair.force)
  }

  /// Throws: `NumericalError` with the numbers of the pair unless they are finite.
  private func require(
    _ isFinite: Bool, _ pair: PairInteraction, _ i: Int, _ j: Int
  ) throws {
    if isFinite { return }
    throw NumericalError(
      "the pair of particles \(i) and \(j) has energy \(pair.energy), force \(pair.force), torques "
        + "\(pair.torque1) and \(pair.torque2), which are not all finite")
  }
}
