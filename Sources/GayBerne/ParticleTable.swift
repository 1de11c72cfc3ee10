internal import Geometry

/// The particles of a frame as the kernels read them: a record of 16 numbers each, the species as
/// numbers, and epsilon and sigma for every pair of species.
struct ParticleTable: Sendable {
  var records: [Double] = []
  var species: [Int32] = []
  var epsilon: [Double] = []
  var sigma: [Double] = []
  var speciesCount = 0

  init() {}

  /// Throws: `InvalidInput` when the frame lacks orientations or semi-axes, or what `recipe` throws.
  init(_ frame: Frame, recipe: some ParticleRecipe) throws {
    guard let axes = frame.semiAxes else {
      throw InvalidInput(
        "semi-axes of the particles", value: "missing",
        expected: "three semi-axes for every particle (c_diameter, or given by hand)")
    }
    guard let orientations = frame.orientations else {
      throw InvalidInput(
        "orientations of the particles", value: "missing",
        expected: "a quaternion for every particle (c_q)")
    }
    var names: [String] = []
    var numbers: [String: Int32] = [:]
    records.reserveCapacity(frame.count * Particle<Double>.size)
    species.reserveCapacity(frame.count)
    for i in 0..<frame.count {
      let name = frame.species[i]
      let number: Int32
      // Neighbours in the file are mostly of one species.
      if let last = species.last, names[Int(last)] == name {
        number = last
      } else if let known = numbers[name] {
        number = known
      } else {
        number = Int32(names.count)
        numbers[name] = number
        names.append(name)
      }
      species.append(number)
      let particle = try recipe.particle(
        Ellipsoid(semiAxes: axes[i], orientation: orientations[i]), species: name)
      records += particle.numbers
    }
    setStrengths(names, recipe.strengths)
  }

  /// The same with the particles in that order.
  func reordered(_ order: [Int32]) -> ParticleTable {
    var table = self
    let size = Particle<Double>.size
    for (slot, particle) in order.enumerated() {
      let i = Int(particle)
      table.species[slot] = species[i]
      for k in 0..<size { table.records[slot * size + k] = records[i * size + k] }
    }
    return table
  }

  mutating func setStrengths(_ names: [String], _ strengths: PairStrengths) {
    speciesCount = names.count
    epsilon.removeAll()
    sigma.removeAll()
    for p in names {
      for q in names {
        let strength = strengths.strength(p, q)
        epsilon.append(strength.epsilon)
        sigma.append(strength.sigma)
      }
    }
  }
}

/// How a potential turns a particle into what its kernel reads.
protocol ParticleRecipe: Sendable {
  var strengths: PairStrengths { get }
  func particle(_ ellipsoid: Ellipsoid, species: String) throws -> Particle<Double>
}
