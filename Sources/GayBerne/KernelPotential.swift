internal import Geometry

/// A potential that is computed by a `PairKernel`: how it turns a particle into the numbers that its
/// kernel reads.
protocol KernelPotential: Sendable {
  /// epsilon and sigma of every pair of species.
  var strengths: PairStrengths { get }

  /// What the kernel reads of a particle.
  ///
  /// Throws: `InvalidInput` for a species or a shape that the potential has no parameters for.
  func particle(_ ellipsoid: Ellipsoid, species: String) throws -> Particle<Double>
}

extension KernelPotential {
  /// The interaction of all particles of a frame, by that kernel.
  ///
  /// Throws: `InvalidInput` as `PairPotential.evaluate` does.
  func evaluate<Kernel: PairKernel>(
    _ frame: Frame, by kernel: TruncatedKernel<Kernel>, forces: Bool, threads: Int
  ) throws -> Interaction {
    let table = try ParticleTable(frame, for: self)
    return try FrameEvaluation(frame, table: table, kernel: kernel)
      .run(forces: forces, threads: threads)
  }

  /// The interaction of one pair, by that kernel, with forces and torques.
  ///
  /// Throws: `InvalidInput` when the centres are nearer than 1e-20, for semi-axes that are not from 1e-20
  /// to 1e20, or what `particle` throws.
  func evaluate<Kernel: PairKernel>(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement: Vector3, species: (String, String),
    by kernel: TruncatedKernel<Kernel>
  ) throws -> PairResult<Double> {
    try Contact.require(
      first, second, displacement: displacement, farthest: .greatestFiniteMagnitude)
    let strength = strengths.strength(species.0, species.1)
    var result = kernel.interact(
      try particle(first, species: species.0), try particle(second, species: species.1),
      epsilon: strength.epsilon, sigma: strength.sigma, r: LaneVector(displacement), forces: true)
    if !(result.regular && result.within) {
      (result.force, result.torque1, result.torque2) = (.zero, .zero, .zero)
      result.energy = result.within ? .infinity : 0
    }
    if !result.regular { result.radial = .infinity }
    return result
  }
}
