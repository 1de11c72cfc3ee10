internal import Geometry

/// One pair by one kernel, with forces and torques.
///
/// Throws: `InvalidInput` when the centres coincide, or what the recipe throws.
func evaluatePair<Kernel: PairKernel>(
  _ kernel: TruncatedKernel<Kernel>, recipe: some ParticleRecipe, _ first: Ellipsoid,
  _ second: Ellipsoid, displacement: Vector3, species: (String, String)
) throws -> PairResult<Double> {
  try Contact.requireDirection(displacement)
  let strength = recipe.strengths.strength(species.0, species.1)
  var result = kernel.interact(
    try recipe.particle(first, species: species.0),
    try recipe.particle(second, species: species.1),
    epsilon: strength.epsilon, sigma: strength.sigma, r: LaneVector(displacement), forces: true)
  if !(result.regular && result.within) {
    (result.force, result.torque1, result.torque2) = (.zero, .zero, .zero)
    result.energy = result.within ? .infinity : 0
  }
  if !result.regular { result.radial = .infinity }
  return result
}

extension PairInteraction {
  init(_ result: PairResult<Double>) {
    self.init(
      energy: result.energy, separation: result.distance - result.contactDistance,
      contactDistance: result.contactDistance, force: result.force.vector,
      torque1: result.torque1.vector, torque2: result.torque2.vector,
      isSingular: result.within && !result.regular)
  }
}
