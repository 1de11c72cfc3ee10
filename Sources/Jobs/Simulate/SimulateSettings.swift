internal import GayBerne
internal import Geometry
public import OrderParameters
public import Simulation

/// What is simulated, how, and for how long.
public struct SimulateSettings: Settings {
  /// How states are sampled.
  public enum Method: String, CaseIterable, Codable, Sendable {
    /// Monte Carlo.
    case monteCarlo = "mc"
    /// Molecular dynamics.
    case molecularDynamics = "md"
  }

  /// What is kept constant besides the number of particles.
  public enum Ensemble: String, CaseIterable, Codable, Sendable {
    /// Volume and temperature.
    case nvt
    /// Pressure and temperature.
    case npt
    /// Volume and energy: molecular dynamics only.
    case nve
  }

  /// How molecular dynamics keeps the temperature.
  public enum ThermostatKind: String, CaseIterable, Codable, Sendable {
    /// Stochastic velocity rescaling.
    case rescaling
    /// Langevin's friction and noise.
    case langevin
  }

  /// How states are sampled.
  public var method = Method.monteCarlo
  /// What is kept constant.
  public var ensemble = Ensemble.nvt
  /// The potential.
  public var interaction = PotentialSettings()
  /// k_B T in units of energy.
  public var temperature = 1.0
  /// The pressure, energy per volume; needed with `npt`.
  public var pressure: Double?
  /// How the cell changes under pressure; nil is `defaultCellChange`.
  public var cellChange: CellChange?
  /// Sweeps or time steps of production; with `samples` the most that are done; nil is
  /// `defaultSteps`.
  public var steps: Int?
  /// Sweeps or time steps before production, in which step sizes are tuned.
  public var equilibrate = 1000
  /// Sweeps or time steps between rows of the observables and frames; nil is `defaultInterval`.
  public var every: Int?
  /// So many statistically independent frames, the number of steps found by itself; nil: a frame every
  /// `every` steps.
  public var samples: Int?
  /// The time step of molecular dynamics; nil is `defaultTimeStep`.
  public var timeStep: Double?
  /// How molecular dynamics keeps the temperature; nil is `defaultThermostat`.
  public var thermostat: ThermostatKind?
  /// The relaxation time of the thermostat (Langevin: the inverse of the friction); nil is
  /// `defaultThermostatTime`.
  public var thermostatTime: Double?
  /// The relaxation time of the volume in molecular dynamics; nil is `defaultBarostatTime`.
  public var barostatTime: Double?
  /// The mass of a particle in molecular dynamics, `m` (1 where nothing is given) or `SPECIES:m`.
  public var mass: [String] = []
  /// Principal moments of inertia along the body axes in molecular dynamics, `Ia,Ib,Ic` or
  /// `SPECIES:Ia,Ib,Ic`; those that are not given are a homogeneous ellipsoid's.
  public var momentsOfInertia: [String] = []
  /// The strength h of an aligning field -h P2(u.z).
  public var field = 0.0
  /// The axis of the field; nil is `defaultFieldAxis`.
  public var fieldAxis: String?
  /// A harmonic bias `K:S0`, k/2 (S - S0)^2, on the order of the frame; nil: none.
  public var bias: String?
  /// The fraction of trial moves that exchange particles of different kinds.
  public var swaps = 0.0
  /// Trial changes of the cell after every sweep; nil is `defaultVolumeMoves`.
  public var volumeMoves: Int?
  /// Replica exchange over one quantity, `temperature:1,1.2,1.5`, `pressure:...` or `field:...`; nil: none.
  public var exchange: String?
  /// Sweeps between exchanges; nil is `defaultExchangeEvery`.
  public var exchangeEvery: Int?
  /// The symmetry axis of the particles.
  public var axis = SymmetryAxis.automatic
  /// Whether layers are sought in every frame.
  public var smectic = false
  /// Whether frames carry forces and torques.
  public var forces = false
  /// The simulation stops at the first frame in which the spread of a learned potential's force on a particle
  /// is larger; nil: it does not.
  public var untilSpread: Double?
  /// Whether overlaps of the starting frame are removed first.
  public var removeOverlaps = false
  /// The seed of all random numbers.
  public var seed: UInt64 = 1
  /// The table of observables; nil: beside the output.
  public var observables: String?
  /// The folder for the state of an unfinished simulation; nil: beside the output.
  public var checkpoint: String?
  /// Whether an unfinished simulation is gone on with.
  public var resume = false
  /// Frames `first:end` of the file, half-open and counted from 0: each starts a simulation; nil: all.
  public var selectFrames: String?
  /// Shapes in place of the file's.
  public var shapes = ShapeSettings()
  /// What is said of the file.
  public var reading = ReadSettings()

  /// Monte Carlo of Gay-Berne particles at constant volume.
  public init() {}

  /// The time step of molecular dynamics where none is given.
  public static let defaultTimeStep = 0.002
  /// How molecular dynamics keeps the temperature where it is not said.
  public static let defaultThermostat = ThermostatKind.rescaling
  /// The relaxation time of the thermostat where none is given.
  public static let defaultThermostatTime = 0.5
  /// The relaxation time of the volume where none is given.
  public static let defaultBarostatTime = 2.0
  /// The axis of the field where none is given.
  public static let defaultFieldAxis = "0,0,1"
  /// Sweeps between exchanges where they are not given.
  public static let defaultExchangeEvery = 10
  /// Trial changes of the cell after every sweep where they are not given.
  public static let defaultVolumeMoves = 1
  /// How the cell changes where it is not said.
  public static let defaultCellChange = CellChange.isotropic

  /// The number of steps where it is not given.
  public static func defaultSteps(_ method: Method) -> Int {
    method == .monteCarlo ? 10_000 : 100_000
  }

  /// The steps between rows where they are not given.
  public static func defaultInterval(_ method: Method) -> Int {
    method == .monteCarlo ? 10 : 100
  }

  var interval: Int { every ?? min(Self.defaultInterval(method), mostSteps) }
  var mostSteps: Int {
    steps ?? Self.defaultSteps(method) * (samples == nil ? 1 : 100)
  }

  /// Throws: `InvalidInput` for values that make no sense, alone or together.
  func validate() throws {
    func positive(_ name: String, _ value: Int?) throws {
      if let value, value < 1 {
        throw InvalidInput(name, value: "\(value)", expected: "a number from 1")
      }
    }
    try positive("steps", steps)
    try positive("every", every)
    try positive("samples", samples)
    try positive("exchange-every", exchangeEvery)
    if let untilSpread {
      guard case .learned = interaction.potential else {
        throw InvalidInput(
          "until-spread", value: untilSpread,
          expected: "none but with a learned potential (--potential MODEL.npz)")
      }
      guard untilSpread > 0, untilSpread.isFinite, samples == nil else {
        throw InvalidInput(
          "until-spread", value: untilSpread,
          expected: "a positive number, without --samples: the frame that stops is the last one")
      }
    }
    guard interval <= mostSteps else {
      throw InvalidInput("every", value: "\(interval)", expected: "at most the steps, \(mostSteps)")
    }
    guard equilibrate >= 0 else {
      throw InvalidInput("equilibrate", value: "\(equilibrate)", expected: "a number from 0")
    }
    guard (ensemble == .npt) == (pressure != nil) else {
      throw InvalidInput(
        "pressure", value: pressure.map { "\($0)" } ?? "missing",
        expected: ensemble == .npt ? "a number with npt" : "none unless the ensemble is npt")
    }
    if ensemble != .npt {
      try refuse(
        [
          ("cell-change", cellChange?.rawValue), ("volume-moves", volumeMoves.map { "\($0)" }),
          ("barostat-time", barostatTime.map { "\($0)" }),
        ], "none unless the ensemble is npt")
    }
    try interaction.checkLearned()
    if interaction.potential == .hard {
      try refuse(
        [("forces", forces ? "asked for" : nil)]
          + interaction.foreignToHardBodies.map { ($0.0, $0.1.map { "\($0)" }) },
        "none with hard bodies")
    }
    switch method {
    case .monteCarlo:
      try refuse([("ensemble", ensemble == .nve ? "nve" : nil)], "constant temperature")
      try refuse(
        [
          ("mass", mass.first), ("moments-of-inertia", momentsOfInertia.first),
          ("time-step", timeStep.map { "\($0)" }), ("thermostat", thermostat?.rawValue),
          ("thermostat-time", thermostatTime.map { "\($0)" }),
          ("barostat-time", barostatTime.map { "\($0)" }),
        ], "none in Monte Carlo; molecular dynamics (--method md) has it")
      try refuse(
        [("field-axis", field == 0 && !exchangesField ? fieldAxis : nil)], "none without a field")
      try refuse(
        [("exchange-every", exchange == nil ? exchangeEvery.map { "\($0)" } : nil)],
        "none without --exchange")
    case .molecularDynamics:
      try refuse(
        [
          ("potential", interaction.potential == .hard ? "hard" : nil),
          ("field", field != 0 ? "\(field)" : nil), ("bias", bias),
          ("swaps", swaps != 0 ? "\(swaps)" : nil), ("exchange", exchange),
          ("cell-change", cellChange == .sheared ? "sheared" : nil), ("field-axis", fieldAxis),
          ("exchange-every", exchangeEvery.map { "\($0)" }),
          ("volume-moves", volumeMoves.map { "\($0)" }),
        ], "none in molecular dynamics; Monte Carlo (--method mc) has it")
      if ensemble == .nve {
        try refuse(
          [
            ("thermostat", thermostat?.rawValue),
            ("thermostat-time", thermostatTime.map { "\($0)" }),
          ], "none at constant energy (nve), which has no thermostat")
      }
    }
    _ = try rungs()
    switch method {
    case .monteCarlo: try monteCarlo(.hard, 0).validate()
    case .molecularDynamics: try molecularDynamics(0).validate()
    }
  }

  private var exchangesField: Bool { exchange?.hasPrefix("field:") ?? false }

  /// How many frames a simulation keeps at most.
  var mostFrames: Int { samples ?? mostSteps / interval }

  private func refuse(_ foreign: [(String, String?)], _ expected: String) throws {
    for case (let name, let value?) in foreign {
      throw InvalidInput(name, value: value, expected: expected)
    }
  }

  /// The cutoff that acts on a frame where none is given; nil where one is, or none is needed.
  func usualCutoff(_ frame: Frame) throws -> Double? {
    guard interaction.cutoff == nil, interaction.potential != .hard,
      method == .monteCarlo || frame.cell.map({ $0.periodic != .zero }) ?? false,
      let longest = frame.semiAxes?.map({ 2 * $0.largest }).max()
    else { return nil }
    return try interaction.usualCutoff(longest: longest)
  }

  /// The potential that acts on a frame: in molecular dynamics it is switched off smoothly unless it is
  /// said otherwise (a shifted one costs a third more, for the energy at every cutoff).
  func potential(_ frame: Frame) throws -> any FramePotential {
    var chosen = interaction
    chosen.cutoff = try usualCutoff(frame) ?? chosen.cutoff
    if method == .molecularDynamics, chosen.truncation == nil, chosen.cutoff != nil {
      chosen.truncation = .switched
    }
    return try chosen.makeFramePotential()
  }

  private func orderBias() throws -> MonteCarloSettings.OrderBias? {
    guard let bias else { return nil }
    let parts = bias.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count == 2, let stiffness = parts[0], let target = parts[1] else {
      throw InvalidInput("bias", value: "'\(bias)'", expected: "STIFFNESS:S, as in 5000:0.5")
    }
    return MonteCarloSettings.OrderBias(stiffness: stiffness, target: target)
  }

  /// The settings of Monte Carlo; `index` tells the starting frames apart.
  func monteCarlo(_ frame: Frame, _ index: Int) throws -> MonteCarloSettings {
    try monteCarlo(
      interaction.potential == .hard ? .hard : .potential(try potential(frame)), index)
  }

  private func monteCarlo(
    _ interaction: MonteCarloSettings.Interaction, _ index: Int
  ) throws -> MonteCarloSettings {
    var settings = MonteCarloSettings(
      interaction, temperature: temperature, pressure: pressure, seed: seed &+ UInt64(index))
    settings.cellChange = cellChange ?? Self.defaultCellChange
    settings.volumeMoves = volumeMoves ?? Self.defaultVolumeMoves
    if field != 0 { settings.field = .init(strength: field, axis: try axisOfField()) }
    settings.bias = try orderBias()
    settings.swapFraction = swaps
    settings.axis = axis
    settings.smectic = smectic ? SmecticSearch() : nil
    return settings
  }

  /// Throws: `InvalidInput` for what is no vector.
  func axisOfField() throws -> Vector3 {
    try SpeciesTriples.triple(
      parsing: fieldAxis ?? Self.defaultFieldAxis, quantity: "axis of the field")
  }

  /// The settings of molecular dynamics; `index` tells the starting frames apart.
  ///
  /// Throws: `InvalidInput` for masses and moments of inertia that are no positive numbers.
  func molecularDynamics(_ index: Int) throws -> MolecularDynamicsSettings {
    let (common, bySpecies) = try BodyProperties.parse(
      masses: mass, momentsOfInertia: momentsOfInertia)
    var thermostat = Thermostat.none
    if ensemble != .nve {
      let time = thermostatTime ?? Self.defaultThermostatTime
      thermostat =
        switch self.thermostat ?? Self.defaultThermostat {
        case .rescaling: .velocityRescaling(time: time)
        case .langevin: .langevin(friction: 1 / time, rotationalFriction: 1 / time)
        }
    }
    return MolecularDynamicsSettings(
      timeStep: timeStep ?? Self.defaultTimeStep, temperature: temperature,
      thermostat: thermostat,
      barostat: pressure.map {
        Barostat(
          pressure: $0, change: cellChange ?? Self.defaultCellChange,
          time: barostatTime ?? Self.defaultBarostatTime)
      },
      properties: common, propertiesBySpecies: bySpecies, seed: seed &+ UInt64(index), axis: axis,
      smectic: smectic ? SmecticSearch() : nil)
  }

  /// The quantity that replicas exchange, and its value on each rung; nil without exchange.
  func rungs() throws -> (quantity: String, values: [Double])? {
    guard let exchange else { return nil }
    let parts = exchange.split(separator: ":", maxSplits: 1).map(String.init)
    let values = (parts.count == 2 ? parts[1] : "").split(
      separator: ",", omittingEmptySubsequences: false
    ).map { Double($0) }
    guard parts.count == 2, ["temperature", "pressure", "field"].contains(parts[0]),
      values.count >= 2, values.allSatisfy({ $0?.isFinite ?? false })
    else {
      throw InvalidInput(
        "exchange", value: "'\(exchange)'",
        expected: "temperature, pressure or field with its values, as in temperature:1,1.2,1.5")
    }
    if parts[0] == "pressure", ensemble != .npt {
      throw InvalidInput("exchange", value: "pressure", expected: "the ensemble npt with it")
    }
    return (parts[0], values.compactMap { $0 })
  }
}
