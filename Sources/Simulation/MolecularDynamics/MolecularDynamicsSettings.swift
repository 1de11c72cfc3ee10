internal import Geometry
public import OrderParameters

/// How the temperature of molecular dynamics is kept.
public enum Thermostat: Equatable, Sendable {
  /// Not at all: constant energy.
  case none
  /// All velocities, of translation and rotation together, by one factor, drawn so that the kinetic
  /// energy has its canonical distribution; `time` is that of its relaxation (Bussi, Donadio and
  /// Parrinello, J. Chem. Phys. 126, 014101 (2007), doi:10.1063/1.2408420). Disturbs the dynamics least.
  case velocityRescaling(time: Double)
  /// Friction and random forces on every body; the rates are those at which momenta and angular momenta
  /// relax (Davidchack, Ouldridge and Tretyakov, J. Chem. Phys. 142, 144114 (2015),
  /// doi:10.1063/1.4916312, whose rates of rotation go with 1/I; here all axes relax alike).
  case langevin(friction: Double, rotationalFriction: Double)
}

/// How the pressure of molecular dynamics is kept: stochastic cell rescaling (Bernetti and Bussi,
/// J. Chem. Phys. 153, 114107 (2020), doi:10.1063/5.0020514).
public struct Barostat: Equatable, Sendable {
  /// The pressure, in energy per volume.
  public var pressure: Double
  /// What of the cell changes; `sheared` is not possible.
  public var change: CellChange
  /// The time in which the volume relaxes.
  public var time: Double
  /// About what the compressibility is; only time / compressibility matters, and it has no influence on
  /// averages. nil: 0.3 / pressure.
  public var compressibility: Double?

  /// By default the cell keeps its shape.
  public init(
    pressure: Double, change: CellChange = .isotropic, time: Double = 2,
    compressibility: Double? = nil
  ) {
    self.pressure = pressure
    self.change = change
    self.time = time
    self.compressibility = compressibility
  }
}

/// How molecular dynamics is done. Energies, lengths and masses are in the units of the potential;
/// k_B = 1.
public struct MolecularDynamicsSettings: Equatable, Sendable {
  /// The time step.
  public var timeStep: Double
  /// The temperature of the thermostat, and of velocities that are drawn.
  public var temperature: Double
  /// How the temperature is kept.
  public var thermostat: Thermostat
  /// How the pressure is kept; nil: constant volume.
  public var barostat: Barostat?
  /// Mass and moments of inertia of the particles.
  public var properties: BodyProperties
  /// For single species: goes before `properties`.
  public var propertiesBySpecies: [String: BodyProperties]
  /// What becomes of spin that no torque changes.
  public var idleSpin: IdleSpin
  /// Of all random numbers.
  public var seed: UInt64
  /// How much farther than the cutoff neighbour lists look; nil: the potential's choice.
  public var skin: Double?
  /// The symmetry axis for the nematic order.
  public var axis: SymmetryAxis
  /// How layers are sought; nil: not.
  public var smectic: SmecticSearch?
  /// By how much the conserved energy may change in one step, in units of temperature x sqrt(number of
  /// particles).
  public var largestJump: Double

  /// By default the canonical ensemble by velocity rescaling.
  public init(
    timeStep: Double, temperature: Double, thermostat: Thermostat = .velocityRescaling(time: 0.5),
    barostat: Barostat? = nil, properties: BodyProperties = BodyProperties(),
    propertiesBySpecies: [String: BodyProperties] = [:], idleSpin: IdleSpin = .leftOut,
    seed: UInt64 = 1, skin: Double? = nil, axis: SymmetryAxis = .automatic,
    smectic: SmecticSearch? = nil, largestJump: Double = 5
  ) {
    self.timeStep = timeStep
    self.temperature = temperature
    self.thermostat = thermostat
    self.barostat = barostat
    self.properties = properties
    self.propertiesBySpecies = propertiesBySpecies
    self.idleSpin = idleSpin
    self.seed = seed
    self.skin = skin
    self.axis = axis
    self.smectic = smectic
    self.largestJump = largestJump
  }

  /// Throws: `InvalidInput` for a time step, a temperature, a relaxation time or a compressibility that
  /// is not positive, a pressure that is not finite, and a barostat without a thermostat or with shears.
  public func validate() throws {
    func positive(_ name: String, _ value: Double) throws {
      guard value > 0, value.isFinite else {
        throw InvalidInput(name, value: value, expected: "a positive number")
      }
    }
    try positive("time step", timeStep)
    try positive("temperature", temperature)
    try positive("largest jump of the energy", largestJump)
    switch thermostat {
    case .none:
      if barostat != nil {
        throw InvalidInput("thermostat", value: "none", expected: "one, where pressure is kept")
      }
    case .velocityRescaling(let time): try positive("relaxation time of the thermostat", time)
    case .langevin(let friction, let rotational):
      try positive("friction", friction)
      try positive("rotational friction", rotational)
    }
    guard let barostat else { return }
    guard barostat.pressure.isFinite else {
      throw InvalidInput("pressure", value: barostat.pressure, expected: "a finite number")
    }
    try positive("relaxation time of the barostat", barostat.time)
    if let compressibility = barostat.compressibility {
      try positive("compressibility", compressibility)
    } else if barostat.pressure <= 0 {
      throw InvalidInput(
        "compressibility", value: "missing",
        expected: "a positive number where the pressure is not positive")
    }
    if barostat.change == .sheared {
      throw InvalidInput(
        "change of the cell", value: "sheared",
        expected: "isotropic or edges in molecular dynamics (Monte Carlo can shear)")
    }
  }
}
