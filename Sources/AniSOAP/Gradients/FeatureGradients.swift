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

  /// With `includingSemiAxes` Jacobians have derivatives by semi-axes too, for half as much work again.
  ///
  /// Throws: `InvalidInput` for densities and radial functions without derivatives: boxes,
  /// exponentials, Slater-type functions, projections of one's own.
  public init(of expansion: DensityExpansion, includingSemiAxes: Bool = false) throws {
    guard case .moments = expansion.plan.way else {
      let parameters = expansion.hyperparameters
      let isSlater: Bool
      if case .slater = parameters.basis { isSlater = true } else { isSlater = false }
      throw InvalidInput(
        "gradients", value: isSlater ? "of Slater-type functions" : "of other densities",
        expected: "Gaussian densities in the radial basis gto, laguerre or monomial")
    }
    self.expansion = expansion
    engine = try GradientEngine(
      expansion.hyperparameters, includesShapes: includingSemiAxes)
  }

  /// Energy, forces, torques and virial of a frame, by the transposed Jacobian: two and a half times the
  /// work of the features, however many there are. The weights of a `LinearCenterEnergy` are prepared
  /// for it.
  ///
  /// The result does not depend on the number of threads.
  ///
  /// Throws: as `DensityExpansion.coefficients(of:)`; `InvalidInput` for weights that do not fit.
  public func forces(
    of frame: Frame, energy: any CenterEnergy, threads: Int = Parallel.availableThreads
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

  private func run(
    _ frame: Frame, _ function: CenterFunction, _ threads: Int
  ) throws -> FeatureForces {
    var result = FeatureForces()
    let evaluator = try FeatureForceEvaluator(self, function, frame, skin: 0)
    try evaluator.evaluate(
      positions: frame.positions, orientations: nil, cell: frame.cell, threads: threads,
      into: &result)
    return result
  }
}

/// The particles of a frame, made ready for their derivatives.
struct GradientFrame: Sendable {
  /// The index of every particle's species.
  let types: [Int]
  var densities: ParticleDensities
  /// The turns of the particles into their own frames (`BodyFrame`); empty in the frame of space.
  let turns: SharedMemory<Double>
  private let turnSize: Int
  /// That of one particle; nil in the frame of space.
  func turn(_ i: Int) -> UnsafePointer<Double>? {
    turnSize == 0 ? nil : UnsafePointer(turns.base + i * turnSize)
  }

  /// Rotation and semi-axes of every particle.
  let shapes: [(rotation: Matrix3x3, semiAxes: Vector3)]

  /// Throws: `InvalidInput` for a species that is not in the table, or shapes or rotations missing.
  init(_ frame: Frame, _ plan: DensityExpansion.Plan) throws {
    types = try plan.species.types(of: frame)
    turns = SharedMemory(try plan.body?.turns(of: frame) ?? [])
    turnSize = plan.body?.turnSize ?? 0
    guard case .moments(let engine) = plan.way else {
      preconditionFailure("FeatureGradients takes no other expansions")
    }
    densities = try ParticleDensities(
      frame, types: types, speciesCount: plan.species.count,
      width: plan.hyperparameters.basis.width, degree: engine.kernel.largestPower)
    shapes = (frame.semiAxes ?? []).enumerated().map {
      (frame.orientations?[$0.offset].rotationMatrix ?? .identity, $0.element.vector)
    }
  }
}
