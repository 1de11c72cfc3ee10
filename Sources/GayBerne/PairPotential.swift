public import Geometry

/// A potential energy of pairs of ellipsoids.
///
/// A potential of your own needs `cutoff` and `pair`; frames are then summed over by the default
/// `evaluate`, pair by pair. Here two spheres (or ellipsoids of which only the centres count) on a
/// spring:
///
///     struct Spring: PairPotential {
///       let cutoff: Double? = 3
///
///       func pair(
///         _ first: Ellipsoid, _ second: Ellipsoid, displacement r: Vector3,
///         species: (String, String)
///       ) -> PairInteraction {
///         PairInteraction(energy: r.lengthSquared / 2, force: -r)
///       }
///     }
///
/// `evaluate` throws `InvalidInput` when the frame lacks orientations or semi-axes, is periodic without
/// a cutoff, or has two particles at the same place (it names them).
public protocol PairPotential: FramePotential {
  /// The interaction of two particles, the second at `displacement` = r_2 - r_1 from the first.
  ///
  /// Throws: `InvalidInput` when the centres coincide, or for a species without parameters.
  func pair(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement: Vector3, species: (String, String)
  ) throws -> PairInteraction
}

extension PairPotential {
  /// The interaction of two particles of which nothing depends on the species.
  ///
  /// Throws: `InvalidInput` when the centres coincide.
  public func pair(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement: Vector3
  ) throws -> PairInteraction {
    try pair(first, second, displacement: displacement, species: ("X", "X"))
  }
}

/// What two particles do to each other.
public struct PairInteraction: Equatable, Sendable {
  /// The energy U; +infinity where the pair is singular.
  public var energy: Double
  /// The radial factor U_r of a potential that is U_r eta chi; nil for others.
  public var radial: Double?
  /// The factor (or argument) eta; nil for potentials without it.
  public var eta: Double?
  /// The factor (or argument) chi; nil for potentials without it.
  public var chi: Double?
  /// h_12 = |r| - sigma_12; nil for potentials without a contact distance.
  public var separation: Double?
  /// sigma_12, the distance of the centres at contact along r; nil for potentials without it.
  public var contactDistance: Double?
  /// The force on the second particle; the force on the first is its negative.
  public var force: Vector3
  /// The torque on the first particle, in the space frame.
  public var torque1: Vector3
  /// The torque on the second particle, in the space frame.
  public var torque2: Vector3
  /// The pair is where the potential is not defined (for Gay-Berne h + gamma sigma <= 0): the
  /// energy is +infinity, force and torques are given as zero.
  public var isSingular: Bool

  /// An energy with its derivatives; what is not given is zero, or nil. The force on the second
  /// particle is the negative gradient of the energy in `displacement`; the torques are the negative
  /// derivatives by small rotations of each particle about the axes of space.
  public init(
    energy: Double, force: Vector3 = .zero, torque1: Vector3 = .zero, torque2: Vector3 = .zero,
    separation: Double? = nil, contactDistance: Double? = nil, radial: Double? = nil,
    eta: Double? = nil, chi: Double? = nil, isSingular: Bool = false
  ) {
    self.energy = energy
    (self.radial, self.eta, self.chi) = (radial, eta, chi)
    self.separation = separation
    self.contactDistance = contactDistance
    self.force = force
    (self.torque1, self.torque2) = (torque1, torque2)
    self.isSingular = isSingular
  }
}

extension PairInteraction {
  init(_ result: PairResult<Double>) {
    self.init(
      energy: result.energy, force: result.force.vector, torque1: result.torque1.vector,
      torque2: result.torque2.vector, separation: result.distance - result.contactDistance,
      contactDistance: result.contactDistance, isSingular: result.within && !result.regular)
  }
}

/// The energy of a frame, and what follows from it.
public struct Interaction: Equatable, Sendable {
  /// The energy of the frame; +infinity when a pair is singular.
  public var energy: Double
  /// The energy of every particle: half of each of its pairs. They add up to `energy`.
  public var energies: [Double]
  /// The force on every particle; empty unless asked for.
  public var forces: [Vector3]
  /// The torque on every particle in the space frame; empty unless asked for.
  public var torques: [Vector3]
  /// W = sum over pairs of r_12 (outer) F_2, element (a, b) = sum r_a F_b; the virial part of the
  /// pressure is W / V. Zero unless forces were asked for.
  public var virial: Matrix3x3
  /// The number of pairs inside the cutoff, each counted once.
  public var pairCount: Int
  /// Pairs at which the potential is not defined: +infinity in energy, left out of forces.
  public var singularPairs: Int

  /// The particles of the lowest singular pair.
  var singularExample: [Int]?
  /// The particles of the first singular pair, from 0; nil where there is none, or a potential of
  /// one's own does not say.
  public var firstSingularPair: (Int, Int)? { singularExample.map { ($0[0], $0[1]) } }

  /// Nothing unless said otherwise: energy 0, no particles, no pairs.
  public init(
    energy: Double = 0, energies: [Double] = [], forces: [Vector3] = [], torques: [Vector3] = [],
    virial: Matrix3x3 = Matrix3x3(diagonal: .zero), pairCount: Int = 0, singularPairs: Int = 0,
    firstSingularPair: (Int, Int)? = nil
  ) {
    self.energy = energy
    self.energies = energies
    self.forces = forces
    self.torques = torques
    self.virial = virial
    self.pairCount = pairCount
    self.singularPairs = singularPairs
    singularExample = firstSingularPair.map { [$0.0, $0.1] }
  }
}
