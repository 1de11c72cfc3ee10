public import Geometry

/// What an engine says of its present state. Lengths and energies are in the units of the frame and
/// the potential; k_B = 1.
public struct Measurement: Equatable, Sendable {
  /// The sweeps or time steps done.
  public var step: Int
  /// The time simulated; nil for Monte Carlo.
  public var time: Double?
  /// The potential energy of the frame, without field and bias; 0 for hard bodies.
  public var energy: Double
  /// The temperature: the one imposed (Monte Carlo) or that of the velocities (molecular dynamics).
  public var temperature: Double
  /// The pressure of the configuration; nil where it is not known.
  public var pressure: Double?
  /// The pressure tensor; nil where it is not known.
  public var pressureTensor: Matrix3x3?
  /// The volume of the cell; nil for an open frame.
  public var volume: Double?
  /// Volume of the particles / volume of the cell; nil for an open frame.
  public var packingFraction: Double?
  /// Particles / volume of the cell; nil for an open frame.
  public var density: Double?
  /// The signed nematic order of the particles that are no spheres; nil when all are.
  public var order: Double?
  /// The director that belongs to `order`.
  public var director: Vector3?
  /// tau of the best layers; nil where it was not asked for or no layers fit.
  public var smecticOrder: Double?
  /// Everything else that an engine knows, in a fixed order for one engine: acceptances and step
  /// sizes, kinetic energies, the drift of the energy.
  public var extras: [Named]

  /// A further number with its name, as it stands in a table: "acceptance_translation".
  public struct Named: Equatable, Sendable {
    /// In lower case, words joined by underscores.
    public var name: String
    /// The number; not finite where there is nothing to say yet.
    public var value: Double

    /// A name and its number.
    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// A measurement of these; what is left out is not known.
  public init(
    step: Int, time: Double? = nil, energy: Double, temperature: Double, pressure: Double? = nil,
    pressureTensor: Matrix3x3? = nil, observables: FrameObservables, extras: [Named] = []
  ) {
    self.step = step
    self.time = time
    self.energy = energy
    self.temperature = temperature
    self.pressure = pressure
    self.pressureTensor = pressureTensor
    volume = observables.volume
    packingFraction = observables.packingFraction
    density = observables.density
    order = observables.order
    director = observables.director
    smecticOrder = observables.smecticOrder
    self.extras = extras
  }

  /// The further number of that name.
  public func extra(_ name: String) -> Double? { extras.first { $0.name == name }?.value }
}
