public import ArgumentParser
public import Jobs
public import Simulation

extension CellChange: ExpressibleByArgument {}
extension SimulateSettings.Method: ExpressibleByArgument {}
extension SimulateSettings.Ensemble: ExpressibleByArgument {}
extension SimulateSettings.ThermostatKind: ExpressibleByArgument {}

/// `mesogen simulate`.
struct SimulateStep: StepOptions {
  typealias Values = SimulateSettings

  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "To equilibrium by Monte Carlo or molecular dynamics: independent, labelled frames.",
    discussion: """
      Every frame of the file starts a simulation. Beside the frames come a table of observables, a row \
      every --every steps, and their means with errors (OUTPUT.observables.csv and .json; the link observables.csv leads to the last \
      one of the folder). With \
      --samples K the run goes on until there are K statistically independent frames, and only these \
      are written. Energies are in units of the potential, k_B = 1; hard bodies have temperature 1 \
      unless told otherwise. Without --cutoff Gay-Berne ends 1.5 sigma beyond the longest particle, \
      re-squared 2.5 sigma. A simulation that was interrupted goes on with --resume and ends in the \
      same bytes; any number of threads gives the same bytes too.

        mesogen simulate nematic.xyz -o equilibrium.xyz --potential hard --samples 200
        mesogen simulate start.xyz -o npt.xyz --potential hard --ensemble npt --pressure 1.2 \
      --steps 20000 --every 20
        mesogen simulate start.xyz -o liquid.xyz --model gb-3-5-2-1 --cutoff 4 --temperature 1.25 \
      --method md --time-step 0.002 --steps 50000
        mesogen simulate start.xyz -o ladder.xyz --potential hard --ensemble npt --pressure 1 \
      --exchange pressure:1,1.1,1.2,1.3 --steps 10000
      """)

  private static let standard = SimulateSettings()

  @OptionGroup var frames: FrameOptions
  @Option(name: .shortAndLong, help: "Where the frames of the simulation go.")
  var output: String
  @Option(help: "Monte Carlo or molecular dynamics.")
  var method = Self.standard.method
  @Option(help: "What is kept constant; nve with molecular dynamics.")
  var ensemble = Self.standard.ensemble
  @OptionGroup var interaction: PotentialOptions
  @Option(parsing: .unconditional, help: "k_B T.")
  var temperature = Self.standard.temperature
  @Option(parsing: .unconditional, help: "The pressure, energy per volume, with --ensemble npt.")
  var pressure: Double?
  @Option(
    help: """
      How the cell changes under pressure (default: \(SimulateSettings.defaultCellChange.rawValue)).
      """)
  var cellChange: CellChange?
  @Option(
    parsing: .unconditional,
    help: """
      Sweeps of Monte Carlo, or time steps, of production (default: \
      \(SimulateSettings.defaultSteps(.monteCarlo)) sweeps, \
      \(SimulateSettings.defaultSteps(.molecularDynamics)) time steps; with --samples the most that \
      are done, 100 times as many).
      """)
  var steps: Int?
  @Option(
    parsing: .unconditional,
    help: "Sweeps or time steps before production; step sizes are tuned in them.")
  var equilibrate = Self.standard.equilibrate
  @Option(
    parsing: .unconditional,
    help: """
      Sweeps or time steps between rows of the observables and frames (default: \
      \(SimulateSettings.defaultInterval(.monteCarlo)) sweeps, \
      \(SimulateSettings.defaultInterval(.molecularDynamics)) time steps).
      """)
  var every: Int?
  @Option(
    parsing: .unconditional,
    help: "So many independent frames of every simulation; the steps are found by itself.")
  var samples: Int?
  @Option(
    parsing: .unconditional,
    help: "The time step, with md (default: \(SimulateSettings.defaultTimeStep)).")
  var timeStep: Double?
  @Option(
    help: """
      How the temperature is kept, with md (default: \(SimulateSettings.defaultThermostat.rawValue)).
      """)
  var thermostat: SimulateSettings.ThermostatKind?
  @Option(
    parsing: .unconditional,
    help: """
      The relaxation time of the thermostat (of langevin: the inverse of the friction), with md (default: \
      \(SimulateSettings.defaultThermostatTime)).
      """)
  var thermostatTime: Double?
  @Option(
    parsing: .unconditional,
    help: """
      The relaxation time of the volume, with md and npt (default: \
      \(SimulateSettings.defaultBarostatTime)).
      """)
  var barostatTime: Double?
  @Option(
    parsing: .unconditionalSingleValue,
    help: "The mass of a particle, or SPECIES:mass (repeatable; default: 1), with md.")
  var mass: [String] = []
  @Option(
    parsing: .unconditionalSingleValue,
    help: """
      Principal moments of inertia along the body axes, Ia,Ib,Ic or SPECIES:Ia,Ib,Ic (repeatable; default: \
      those of a homogeneous ellipsoid), with md.
      """)
  var momentsOfInertia: [String] = []
  @Option(parsing: .unconditional, help: "The strength h of an aligning field -h P2(u.z), with mc.")
  var field = Self.standard.field
  @Option(
    parsing: .unconditional,
    help: "The axis z of the field (default: \(SimulateSettings.defaultFieldAxis)).")
  var fieldAxis: String?
  @Option(
    parsing: .unconditional,
    help: """
      A harmonic bias K:S0 on the order, K/2 (S - S0)^2, with mc: equilibrium frames of any order.
      """)
  var bias: String?
  @Option(
    parsing: .unconditional,
    help: "The fraction of trial moves that exchange particles of different kinds, with mc.")
  var swaps = Self.standard.swaps
  @Option(
    parsing: .unconditional,
    help: """
      Trial changes of the cell after every sweep, with mc and npt (default: \
      \(SimulateSettings.defaultVolumeMoves)).
      """)
  var volumeMoves: Int?
  @Option(
    parsing: .unconditional,
    help: """
      Replica exchange with mc: a quantity and its values, as temperature:1,1.2,1.5, or pressure:... \
      or field:...
      """)
  var exchange: String?
  @Option(
    parsing: .unconditional,
    help: "Sweeps between exchanges (default: \(SimulateSettings.defaultExchangeEvery)).")
  var exchangeEvery: Int?
  @Option(help: "The symmetry axis of the particles.")
  var axis = Self.standard.axis
  @Flag(help: "Also look for layers.")
  var smectic = false
  @Flag(help: "Also forces and torques of every particle in every frame.")
  var forces = false
  @Option(
    parsing: .unconditional,
    help: """
      Stop at the first frame in which the spread of the force on a particle is larger, with a learned \
      potential that has a committee: the last frame written is one to label and to learn from.
      """)
  var untilSpread: Double?
  @Flag(help: "Move particles of the starting frame apart that overlap.")
  var removeOverlaps = false
  @Option(parsing: .unconditional, help: "The seed of all random numbers.")
  var seed = Self.standard.seed
  @Option(help: "The table of observables, .csv (default: OUTPUT.observables.csv).")
  var observables: String?
  @Option(
    help: "The folder for the state of an unfinished simulation (default: OUTPUT.checkpoint).")
  var checkpoint: String?
  @Flag(help: "Go on with an unfinished simulation.")
  var resume = false

  init() {}

  func job() throws -> any Job {
    try SimulateJob(input: frames.input, output: output, settings: values())
  }

  /// The steps after it work on the frames of the simulation.
  static func defaults(_ place: RecipePlace, given: [String: String]) -> [String: String] {
    let output = place.file("simulated", ".xyz")
    return [
      "input": place.frames ?? "", "output": output, "seed": "\(place.seed)",
      // A recipe that is followed again goes on where it was.
      "resume": "true",
      "observables": place.file("simulated", ".observables.csv"),
    ]
  }

  static var outputFiles: Set<String> { ["output", "observables", "checkpoint"] }
  static var otherNames: [String: String] { PotentialOptions.otherNames }
  var madeFrames: String? { output }
}
