public import Geometry
public import Mathematics

/// Derivatives of the features of a `DensityExpansion` by positions, orientations, semi-axes and strain
/// of the particles, and the forces that follow from an energy of features.
///
///     let gradients = try FeatureGradients(of: expansion)
///     let result = try gradients.forces(of: frame, energy: model)
///     let (features, jacobian) = try gradients.summed(of: frame, correlations: [.two])
///
/// A hard cutoff makes features jump when a neighbour crosses it; derivatives leave that jump out.
public struct FeatureGradients: Sendable {
  /// The features.
  public let expansion: DensityExpansion
  let engine: GradientEngine

  /// Throws: `InvalidInput` for densities and radial functions without derivatives: boxes,
  /// exponentials, Slater-type functions, projections of one's own.
  public init(of expansion: DensityExpansion) throws {
    guard case .moments = expansion.plan.way else {
      let parameters = expansion.hyperparameters
      let isSlater: Bool
      if case .slater = parameters.basis { isSlater = true } else { isSlater = false }
      throw InvalidInput(
        "gradients", value: isSlater ? "of Slater-type functions" : "of other densities",
        expected: "Gaussian densities in the radial basis gto, laguerre or monomial")
    }
    self.expansion = expansion
    engine = try GradientEngine(expansion.hyperparameters)
  }

  /// Energy, forces, torques and virial of a frame, by the transposed Jacobian: about three times the
  /// work of the features, however many there are.
  ///
  /// The result does not depend on the number of threads.
  ///
  /// Throws: as `DensityExpansion.coefficients(of:)`.
  public func forces(
    of frame: Frame, energy: any CenterEnergy, threads: Int = Parallel.availableThreads
  ) throws -> FeatureForces {
    try run(frame, CenterFunction(expansion, energy), threads)
  }

  /// As above, for a linear model, whose weights are prepared for it.
  ///
  /// Throws: as above; `InvalidInput` for weights that do not fit the features.
  public func forces(
    of frame: Frame, energy: LinearCenterEnergy, threads: Int = Parallel.availableThreads
  ) throws -> FeatureForces {
    try run(frame, CenterFunction(expansion, energy), threads)
  }

  /// As above, with the derivatives of an energy by the features of every centre: particles x (features
  /// of the first order, then of the next). The energies are those that are linear in the features with
  /// these derivatives.
  ///
  /// Throws: as above; `InvalidInput` for a matrix of another shape.
  public func forces(
    of frame: Frame, correlations: [DensityExpansion.Correlation], derivatives: Matrix,
    threads: Int = Parallel.availableThreads
  ) throws -> FeatureForces {
    let function = try CenterFunction(
      expansion, correlations, derivatives: derivatives, particles: frame.count)
    return try run(frame, function, threads)
  }

  /// What the centres of one block do to the particles around them.
  private struct BlockResult: Sendable {
    var energies: [Double] = []
    /// The particle of every pair, and force and torque on it.
    var particles: [Int32] = []
    var pulls: [Double] = []
    /// The force on every centre.
    var own: [Vector3] = []
    var virial = Matrix3x3(diagonal: .zero)
  }

  private func run(
    _ frame: Frame, _ function: CenterFunction, _ threads: Int
  ) throws -> FeatureForces {
    let prepared = try GradientFrame(frame, expansion.plan)
    let finder = try expansion.finder(for: frame)
    let order = finder.spatialOrder
    var result = FeatureForces()
    result.energies = Array(repeating: 0, count: frame.count)
    result.forces = Array(repeating: .zero, count: frame.count)
    result.torques = result.forces
    // Blocks of a fixed size, added in their order; as many at a time as keep memory bounded.
    let (size, batch) = (16, 256)
    for start in stride(from: 0, to: frame.count, by: size * batch) {
      let blocks = (min(frame.count - start, size * batch) + size - 1) / size
      let parts = try Parallel.map(
        count: blocks, threads: threads,
        workspace: {
          (
            NeighborhoodGradient(expansion.plan, engine, prepared),
            CenterFunction.Workspace(function)
          )
        }
      ) { index, workspace in
        let first = start + index * size
        return block(
          order[first..<min(first + size, frame.count)], prepared, finder, function, workspace)
      }
      for (index, part) in parts.enumerated() {
        result.add(part.energies, part.own, to: order[(start + index * size)...])
        result.add(part.particles, part.pulls)
        result.virial = result.virial + part.virial
      }
    }
    result.energy = result.energies.reduce(0, +)
    return result
  }

  private func block(
    _ centers: ArraySlice<Int32>, _ frame: GradientFrame, _ finder: NeighborFinder,
    _ function: CenterFunction, _ workspace: (NeighborhoodGradient, CenterFunction.Workspace)
  ) -> BlockResult {
    let (neighborhood, memory) = workspace
    var result = BlockResult()
    var pulls = [Double]()
    for center in centers {
      let i = Int(center)
      finder.neighbors(of: i, into: &neighborhood.neighbors)
      if !expansion.hyperparameters.excludeSelf {
        neighborhood.neighbors.append(index: center, displacement: .zero)
      }
      neighborhood.project()
      result.energies.append(
        function.evaluate(
          neighborhood.coefficients, center: i, type: frame.types[i], memory))
      let count = neighborhood.neighbors.count
      pulls = Array(repeating: 0, count: 6 * count)
      pulls.withUnsafeMutableBufferPointer {
        if let base = $0.baseAddress { neighborhood.pull(memory.gradient, to: base) }
      }
      var own = Vector3.zero
      for k in 0..<count {
        let force = Vector3(pulls[6 * k], pulls[6 * k + 1], pulls[6 * k + 2])
        own -= force
        result.virial =
          result.virial + Matrix3x3(outer: neighborhood.neighbors.displacement(k), force)
      }
      result.own.append(own)
      result.particles += neighborhood.neighbors.indices
      result.pulls += pulls
    }
    return result
  }
}

extension FeatureForces {
  /// Energies of, and forces on, the centres of a block.
  fileprivate mutating func add(
    _ energies: [Double], _ own: [Vector3], to centers: ArraySlice<Int32>
  ) {
    for (k, center) in zip(energies.indices, centers) {
      self.energies[Int(center)] = energies[k]
      forces[Int(center)] += own[k]
    }
  }

  /// What was done to neighbours.
  fileprivate mutating func add(_ particles: [Int32], _ pulls: [Double]) {
    for (k, particle) in particles.enumerated() {
      let j = Int(particle)
      forces[j] += Vector3(pulls[6 * k], pulls[6 * k + 1], pulls[6 * k + 2])
      torques[j] += Vector3(pulls[6 * k + 3], pulls[6 * k + 4], pulls[6 * k + 5])
    }
  }
}

/// The particles of a frame, made ready for their derivatives.
struct GradientFrame: Sendable {
  /// The index of every particle's species.
  let types: [Int]
  let densities: ParticleDensities

  /// Throws: `InvalidInput` for a species that is not in the table, or shapes or rotations missing.
  init(_ frame: Frame, _ plan: DensityExpansion.Plan) throws {
    types = try plan.species.types(of: frame)
    guard case .moments(let engine) = plan.way else {
      preconditionFailure("FeatureGradients takes no other expansions")
    }
    densities = try ParticleDensities(
      frame, types: types, speciesCount: plan.species.count,
      width: plan.hyperparameters.basis.width, degree: engine.kernel.largestPower)
  }
}
