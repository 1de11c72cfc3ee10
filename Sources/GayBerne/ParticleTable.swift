internal import Geometry

/// The particles of a frame as the kernels read them: a record of 16 numbers each, the species as
/// numbers, and epsilon and sigma for every pair of species.
struct ParticleTable: Sendable {
  var records: [Double] = []
  var species: [Int32] = []
  var epsilon: [Double] = []
  var sigma: [Double] = []
  var speciesCount = 0

  /// No particles.
  init() {}

  /// Throws: `InvalidInput` when the frame lacks orientations or semi-axes or has semi-axes that are
  /// not from 1e-20 to 1e20, or what the potential throws.
  init(_ frame: Frame, for potential: some KernelPotential) throws {
    let (axes, orientations) = try frame.shapes()
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
      let ellipsoid = Ellipsoid(semiAxes: axes[i], orientation: orientations[i])
      try ellipsoid.requireRange()
      records += try potential.particle(ellipsoid, species: name).numbers
    }
    setStrengths(names, potential.strengths)
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

extension Frame {
  /// Semi-axes and orientations.
  ///
  /// Throws: `InvalidInput` when the frame lacks one of them.
  func shapes() throws -> (semiAxes: [SemiAxes], orientations: [UnitQuaternion]) {
    guard let semiAxes else {
      throw InvalidInput(
        "shape of the particles", value: "missing",
        expected: "three semi-axes for every particle (c_diameter, or given by hand)")
    }
    guard let orientations else {
      throw InvalidInput(
        "orientation of the particles", value: "missing",
        expected: "a quaternion for every particle (c_q)")
    }
    return (semiAxes, orientations)
  }
}
