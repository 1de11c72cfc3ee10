public import GayBerne
public import Geometry
public import OrderParameters

/// What a Monte Carlo simulation samples, and how.
///
/// The ensemble is that of the given temperature with the potential energy (infinite where hard
/// bodies overlap), and on request a pressure, an aligning field and a bias on the order; see the
/// members. One sweep is as many trial moves as there are particles.
public struct MonteCarloSettings: Sendable {
  /// What particles do to each other.
  public enum Interaction: Sendable {
    /// Hard ellipsoids: no two may overlap. The range is the largest full length.
    case hard
    /// Any potential. Pair potentials need a cutoff; those of this package are computed eight at a
    /// time, others pair by pair through `pair`. (`HardEllipsoids` is better given as `hard`.) A
    /// potential of whole neighbourhoods says by its `trialEvaluator` what a move costs: N of them a
    /// sweep, one after the other.
    case potential(any FramePotential)
  }

  /// An aligning field: every particle that is no sphere has the energy -h P2(u.z) with its
  /// symmetry axis u.
  public struct Field: Equatable, Sendable {
    /// h, an energy; negative values turn particles away from the axis.
    public var strength: Double
    /// z, whose length does not matter.
    public var axis: Vector3

    /// The field of that strength along that axis.
    public init(strength: Double, axis: Vector3 = Vector3(0, 0, 1)) {
      self.strength = strength
      self.axis = axis
    }
  }

  /// The energy k/2 (S - S_0)^2 of the frame as a whole, S its own signed order
  /// (`NematicOrder.order`).
  public struct OrderBias: Equatable, Sendable {
    /// k, an energy.
    public var stiffness: Double
    /// S_0, from -1/2 to 1.
    public var target: Double

    /// The bias of that stiffness towards that order.
    public init(stiffness: Double, target: Double) {
      self.stiffness = stiffness
      self.target = target
    }
  }

  /// What particles do to each other.
  public var interaction: Interaction
  /// k_B T in the unit of energy of the potential.
  public var temperature = 1.0
  /// The pressure, an energy per volume; nil keeps the volume.
  public var pressure: Double?
  /// How the cell changes under pressure.
  public var cellChange = CellChange.isotropic
  /// Trial changes of the cell after every sweep, under pressure.
  public var volumeMoves = 1
  /// The aligning field; nil: none.
  public var field: Field?
  /// The bias on the order; nil: none. With a bias a simulation uses one thread, because every move
  /// depends on all particles; several simulations can run side by side.
  public var bias: OrderBias?
  /// The fraction of trial moves that exchange two particles of different kinds, each of which
  /// keeps its orientation.
  public var swapFraction = 0.0
  /// Which body axis counts as the symmetry axis for field, bias and order.
  public var axis = SymmetryAxis.automatic
  /// How layers are sought when a state is measured; nil: not at all.
  public var smectic: SmecticSearch?
  /// The acceptance that step sizes are tuned to.
  public var acceptance = 0.3...0.4
  /// Hard bodies: the largest fraction by which the volume is shrunk in thought to measure the
  /// pressure.
  public var virtualCompression = 0.004
  /// The seed of all random numbers.
  public var seed: UInt64 = 1

  /// Constant volume at temperature 1 unless more is said.
  public init(
    _ interaction: Interaction, temperature: Double = 1, pressure: Double? = nil, seed: UInt64 = 1
  ) {
    self.interaction = interaction
    self.temperature = temperature
    self.pressure = pressure
    self.seed = seed
  }

  /// Throws: `InvalidInput` for a value that cannot be used.
  public func validate() throws {
    func positive(_ name: String, _ value: Double) throws {
      guard value > 0, value.isFinite else {
        throw InvalidInput(name, value: value, expected: "a positive number")
      }
    }
    try positive("temperature", temperature)
    if let pressure {
      guard pressure >= 0, pressure.isFinite else {
        throw InvalidInput(
          "pressure", value: pressure, expected: "a number that is not negative")
      }
      guard (1...1_000_000).contains(volumeMoves) else {
        throw InvalidInput(
          "volume moves a sweep", value: "\(volumeMoves)", expected: "from 1 to 1000000")
      }
    }
    if let field {
      guard field.strength.isFinite else {
        throw InvalidInput("field", value: field.strength, expected: "a finite number")
      }
      guard field.axis.normalized.isFinite else {
        throw InvalidInput(
          "axis of the field", value: "\(field.axis.x) \(field.axis.y) \(field.axis.z)",
          expected: "a vector other than zero")
      }
    }
    if let bias {
      guard bias.stiffness >= 0, bias.stiffness.isFinite else {
        throw InvalidInput(
          "stiffness of the bias on S", value: bias.stiffness,
          expected: "a number that is not negative")
      }
      guard (-0.5...1).contains(bias.target) else {
        throw InvalidInput(
          "target of the bias on S", value: bias.target, expected: "from -0.5 to 1")
      }
    }
    guard (0...1).contains(swapFraction) else {
      throw InvalidInput(
        "fraction of swaps", value: swapFraction, expected: "from 0 to 1")
    }
    guard acceptance.lowerBound > 0, acceptance.upperBound < 1 else {
      throw InvalidInput(
        "acceptance", value: "\(acceptance.lowerBound):\(acceptance.upperBound)",
        expected: "a range inside 0 to 1")
    }
    guard virtualCompression > 0, virtualCompression <= 0.01 else {
      throw InvalidInput(
        "virtual compression", value: virtualCompression, expected: "above 0, at most 0.01")
    }
  }
}
