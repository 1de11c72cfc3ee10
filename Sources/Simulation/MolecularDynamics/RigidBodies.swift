internal import GayBerne
public import Geometry

/// Mass and moments of inertia of a particle.
public struct BodyProperties: Equatable, Sendable {
  /// The mass m.
  public var mass: Double
  /// The principal moments of inertia along the body axes; nil: those of a homogeneous ellipsoid,
  /// m (b^2 + c^2)/5, m (a^2 + c^2)/5, m (a^2 + b^2)/5 with the semi-axes a, b, c.
  public var momentsOfInertia: Vector3?

  /// By default a homogeneous ellipsoid of mass 1.
  public init(mass: Double = 1, momentsOfInertia: Vector3? = nil) {
    self.mass = mass
    self.momentsOfInertia = momentsOfInertia
  }

  /// Throws: `InvalidInput` unless the mass and the moments are positive numbers; `whose` they are.
  package func validate(_ whose: String) throws {
    guard mass > 0, mass.isFinite else {
      throw InvalidInput("mass of \(whose)", value: mass, expected: "a positive number")
    }
    guard let moments = momentsOfInertia else { return }
    for k in 0..<3 where !(moments[k] > 0 && moments[k].isFinite) {
      throw InvalidInput(
        "moment of inertia of \(whose)", value: moments[k], expected: "a positive number")
    }
  }
}

/// What becomes of the spin of a body about an axis about which its potential is symmetric. No torque
/// ever changes it.
public enum IdleSpin: String, CaseIterable, Codable, Sendable {
  /// There is none, and it counts for nothing: ellipsoids of revolution have two rotational degrees of
  /// freedom, spheres none.
  case leftOut
  /// It stays as it was given and counts, as in programs that know only bodies with three moments.
  case kept
}

/// What the equations of motion know of one kind of body.
struct RigidBodyKind: Equatable, Sendable {
  let mass: Double
  let inertia: Vector3
  /// 1 / inertia, and 0 about axes about which the body does not turn.
  let inverseInertia: Vector3
  /// How it turns when nothing acts on it.
  let rotation: FreeRotation

  /// The number of axes about which it turns.
  var rotationalDegrees: Int { (0..<3).count { inverseInertia[$0] > 0 } }

  init(
    _ properties: BodyProperties, _ axes: SemiAxes, symmetry: BodySymmetry, idleSpin: IdleSpin
  ) {
    let squares = axes.vector * axes.vector
    let sums = Vector3(squares.y + squares.z, squares.x + squares.z, squares.x + squares.y)
    mass = properties.mass
    inertia = properties.momentsOfInertia ?? sums * (properties.mass / 5)
    var inverse = 1 / inertia
    // A body with unlike moments across its axis tumbles, whatever its shape: then no spin is idle.
    switch symmetry {
    case .sphere where idleSpin == .leftOut: inverse = .zero
    case .axis(let k)
    where idleSpin == .leftOut && inertia[(k + 1) % 3] == inertia[(k + 2) % 3]:
      inverse[k] = 0
    default: break
    }
    inverseInertia = inverse
    rotation = FreeRotation(inverseInertia: inverse)
  }
}

/// The bodies of a frame: kinds, and the kind of every particle.
struct RigidBodies: Equatable, Sendable {
  private(set) var kinds: [RigidBodyKind] = []
  private(set) var kindOf: [Int32] = []
  /// All rotational degrees of freedom, and the sum of the masses.
  private(set) var rotationalDegrees = 0
  private(set) var totalMass = 0.0
  /// The smallest semi-axis of all.
  private(set) var smallestSemiAxis = Double.infinity

  private struct Key: Hashable {
    let species: String
    let semiAxes: SemiAxes
  }

  /// Throws: `InvalidInput` when the frame lacks semi-axes, for a mass or moment that is not positive,
  /// for a species without parameters, and for properties of a species that the frame does not have.
  init(_ frame: Frame, potential: some FramePotential, _ settings: MolecularDynamicsSettings) throws
  {
    guard let semiAxes = frame.semiAxes else {
      throw InvalidInput(
        "shape of the particles", value: "missing",
        expected: "three semi-axes for every particle (c_diameter, or given by hand)")
    }
    let species = Set(frame.species)
    if let foreign = settings.propertiesBySpecies.keys.filter({ !species.contains($0) }).min() {
      throw InvalidInput(
        "species with a mass or moments of inertia of its own", value: "'\(foreign)'",
        expected: "one of the frame's: \(species.sorted().prefix(8).joined(separator: ", "))")
    }
    var known: [Key: Int32] = [:]
    for i in 0..<frame.count {
      let key = Key(species: frame.species[i], semiAxes: semiAxes[i])
      let number: Int32
      if let old = known[key] {
        number = old
      } else {
        let properties = settings.propertiesBySpecies[key.species] ?? settings.properties
        try properties.validate("species \(key.species)")
        number = Int32(kinds.count)
        known[key] = number
        kinds.append(
          RigidBodyKind(
            properties, key.semiAxes,
            symmetry: try potential.symmetry(of: key.semiAxes, species: key.species),
            idleSpin: settings.idleSpin))
        smallestSemiAxis = min(smallestSemiAxis, key.semiAxes.smallest)
      }
      kindOf.append(number)
      rotationalDegrees += kinds[Int(number)].rotationalDegrees
      totalMass += kinds[Int(number)].mass
    }
  }

  /// The kind of one particle.
  @inline(__always) subscript(_ particle: Int) -> RigidBodyKind { kinds[Int(kindOf[particle])] }

  /// The number of particles.
  var count: Int { kindOf.count }
}
