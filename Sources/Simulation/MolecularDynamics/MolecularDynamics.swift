public import GayBerne
public import Geometry
internal import Mathematics

/// Molecular dynamics of rigid ellipsoids.
///
/// One step of length h of the symmetric splitting (B: momenta by forces and torques; A: free flight and
/// free rotation, see `FreeRotation`; O: friction and noise):
///
///     constant energy, velocity rescaling:  B(h/2) A(h) F B(h/2) [R(h)]
///     Langevin:                             B(h/2) A(h/2) O(h) A(h/2) F B(h/2)
///
/// F: forces at the new positions, R: all velocities by one factor. With a barostat the cell is rescaled in
/// the middle of A, so that forces are always those of the present cell. Without R, O and barostat the
/// step is symplectic and reversible, its error of second order in h.
///
/// Degrees of freedom: 3N - 3 of translation (3N with Langevin, which does not conserve momentum), and
/// for each body the axes about which its potential can turn it: 3, 2 for ellipsoids of revolution, 0 for
/// spheres (`IdleSpin`).
///
/// The potential has to end smoothly at its cutoff, or energy is not conserved: `Truncation.shifted` or
/// `.switched`; see `Truncation.smooth`.
public struct MolecularDynamics: SimulationEngine {
  /// How it is done.
  public let settings: MolecularDynamicsSettings
  /// What acts on the bodies.
  public let potential: any FramePotential

  let start: Frame
  let bodies: RigidBodies
  var state: State
  private var box: EvaluatorBox
  /// Memory that is used again in every step.
  var reports: [BlockReport] = []

  /// All that changes.
  struct State: Sendable {
    var motion: BodyMotion
    var cell: Cell?
    var step = 0
    var isEquilibrating = true
    /// Potential energy, forces, torques and virial at the present positions.
    var interaction: Interaction
    var kinetics = Kinetics()
    /// What thermostat and barostat have put into the system.
    var exchanged = 0.0
    /// The conserved energy at the start, or at the end of equilibration.
    var initialEnergy = 0.0
  }

  /// A copy of an engine shares the evaluator until one of them moves on.
  private final class EvaluatorBox: @unchecked Sendable {
    let evaluator: any PotentialEvaluator
    init(_ evaluator: any PotentialEvaluator) { self.evaluator = evaluator }
  }

  /// Starts from a frame. Velocities and angular momenta (along the body axes) that are not given are
  /// drawn at the temperature of the settings, without total momentum, and scaled to it exactly; given
  /// ones are taken as they are, but for idle spin that is left out.
  ///
  /// Throws: `InvalidInput` for settings that cannot be used (`MolecularDynamicsSettings.validate`), a
  /// frame without orientations or semi-axes, a frame that the potential cannot evaluate, a pair at which
  /// it is not defined (it names it), and a barostat for a cell that cannot be rescaled.
  public init(
    _ frame: Frame, potential: some FramePotential, settings: MolecularDynamicsSettings,
    velocities: [Vector3]? = nil, angularMomenta: [Vector3]? = nil,
    threads: Int = 1
  ) throws {
    try settings.validate()
    let orientations = try Self.orientations(frame)
    for (name, given) in [("velocities", velocities), ("angular momenta", angularMomenta)] {
      if let given, given.count != frame.count || !given.allSatisfy(\.isFinite) {
        throw InvalidInput(
          name, value: "\(given.count) vectors", expected: "\(frame.count) of finite numbers")
      }
    }
    self.settings = settings
    self.potential = potential
    start = frame
    bodies = try RigidBodies(frame, potential: potential, settings)
    var complete = frame
    try complete.set(orientations: orientations)
    let box = EvaluatorBox(try potential.evaluator(for: complete, skin: settings.skin))
    self.box = box
    let zero = [Vector3](repeating: .zero, count: frame.count)
    state = State(
      motion: BodyMotion(
        positions: frame.positions, orientations: orientations, velocities: velocities ?? zero,
        angularMomenta: angularMomenta ?? zero),
      cell: frame.cell, interaction: Interaction(energy: 0))
    try Self.requireRescalable(frame.cell, settings.barostat)
    guard degreesOfFreedom > 0 else {
      throw InvalidInput(
        "number of particles", value: "\(frame.count)", expected: "enough to have a temperature")
    }
    if velocities == nil || angularMomenta == nil {
      drawMomenta(translation: velocities == nil, rotation: angularMomenta == nil)
    }
    leaveOutIdleSpin()
    try evaluate(threads: threads)
    try requireDefined()
    state.kinetics = try kinetics(threads: threads)
    state.initialEnergy = conservedEnergy
  }

  /// Those of the frame; of spheres alone it needs none.
  private static func orientations(_ frame: Frame) throws -> [UnitQuaternion] {
    if let given = frame.orientations { return given }
    guard frame.semiAxes?.allSatisfy(\.isSphere) ?? false else {
      throw InvalidInput(
        "orientation of the particles", value: "missing",
        expected: "a quaternion for every particle that is no sphere (c_q)")
    }
    return Array(repeating: .identity, count: frame.count)
  }

  /// The time steps done.
  public var step: Int { state.step }

  /// Whether the sample is still being equilibrated; nothing is tuned, it only says from where on the
  /// drift of the energy counts.
  public var isEquilibrating: Bool { state.isEquilibrating }

  /// From here on the drift of the energy counts.
  public mutating func endEquilibration() {
    guard state.isEquilibrating else { return }
    state.isEquilibrating = false
    state.initialEnergy = conservedEnergy
  }

  /// Goes on by `count` time steps.
  ///
  /// Throws: `InvalidInput` when the simulation explodes; it says at which step and which pair or particle.
  /// The engine is then as it was before the call.
  public mutating func advance(_ count: Int, threads: Int) throws {
    if !isKnownUniquelyReferenced(&box) { box = EvaluatorBox(try box.evaluator.copy()) }
    var good = state
    // Forces come again from the positions; a copy of them is memory for nothing.
    good.interaction = Interaction()
    let reference = box.evaluator.reference
    do {
      for _ in 0..<count {
        try StopRequest.check()
        try advanceOne(threads: threads)
      }
    } catch {
      state = good
      try box.evaluator.restore(reference)
      try evaluate(threads: threads)
      throw error
    }
  }

  /// Energy, forces, torques and virial at the present positions.
  mutating func evaluate(threads: Int) throws {
    try box.evaluator.evaluate(
      positions: state.motion.positions, orientations: state.motion.orientations,
      cell: state.cell, threads: threads, into: &state.interaction)
    let (forces, torques) = (state.interaction.forces.count, state.interaction.torques.count)
    guard forces == bodies.count, torques == bodies.count else {
      throw InvalidInput(
        "what the potential says", value: "\(forces) forces and \(torques) torques",
        expected: "\(bodies.count) of each, a vector for every particle")
    }
  }

  /// Where the evaluator built its lists: part of the state, because the last digits of sums depend on it.
  var reference: EvaluatorReference? { box.evaluator.reference }

  /// Has the evaluator build its lists there.
  mutating func restore(_ reference: EvaluatorReference?) throws {
    let fresh = EvaluatorBox(try box.evaluator.copy())
    try fresh.evaluator.restore(reference)
    box = fresh
  }
}

extension MolecularDynamics {
  /// Whether forces between particles are all there is, so that the total momentum stays.
  var conservesMomentum: Bool {
    if case .langevin = settings.thermostat { return false }
    return true
  }

  /// The degrees of freedom of translation.
  public var translationalDegrees: Int { 3 * bodies.count - (conservesMomentum ? 3 : 0) }

  /// The degrees of freedom of rotation.
  public var rotationalDegrees: Int { bodies.rotationalDegrees }

  /// All degrees of freedom.
  public var degreesOfFreedom: Int { translationalDegrees + rotationalDegrees }

  /// Where the bodies are and how they move.
  public var motion: BodyMotion { state.motion }

  /// The force on every particle.
  public var forces: [Vector3] { state.interaction.forces }

  /// The torque on every particle, in the space frame.
  public var torques: [Vector3] { state.interaction.torques }

  /// Potential and kinetic energy, with a barostat also P V, less what thermostat and barostat have put
  /// in: constant but for the error of the time step.
  public var conservedEnergy: Double {
    let volume = settings.barostat.map { ($0.pressure) * (state.cell?.volume ?? 0) } ?? 0
    return state.interaction.energy + state.kinetics.total + volume - state.exchanged
  }
}
