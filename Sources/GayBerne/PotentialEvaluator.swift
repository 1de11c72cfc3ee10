public import Geometry

/// Evaluates the same particles again and again while they move, and keeps between two evaluations
/// whatever saves work: neighbour lists, memory.
///
/// It has one owner at a time. What it says is right for any positions and cell, whatever came before;
/// only the last digits may depend on where its lists were built (`reference`).
public protocol PotentialEvaluator: AnyObject {
  /// Energy, forces, torques and virial at these positions (wrapped into the cell or not), orientations
  /// and cell. `result` is overwritten and its memory used again.
  ///
  /// The result does not depend on the number of threads. A pair at which the potential is not defined
  /// gives an infinite energy and its number in `result`, no error.
  ///
  /// Throws: `InvalidInput` for a position that is not finite or two particles at the same place (it
  /// names them), and for a cell that is too small for the cutoff.
  func evaluate(
    positions: [Vector3], orientations: [UnitQuaternion], cell: Cell?, threads: Int,
    into result: inout Interaction) throws

  /// Where the lists were built; nil before the first evaluation, or where there are none.
  ///
  /// An evaluator of the same particles that is given this reference continues with the same bits.
  var reference: EvaluatorReference? { get }

  /// Builds the lists where another evaluator built its own.
  ///
  /// Throws: `InvalidInput` when the reference is not one of these particles.
  func restore(_ reference: EvaluatorReference?) throws

  /// Another evaluator of the same particles with the same reference, that shares no memory.
  func copy() throws -> any PotentialEvaluator
}

/// The positions and the cell at which an evaluator built its lists.
public struct EvaluatorReference: Equatable, Sendable {
  /// The positions as they were given.
  public var positions: [Vector3]
  /// The cell.
  public var cell: Cell?

  /// These positions and this cell.
  public init(positions: [Vector3], cell: Cell?) {
    self.positions = positions
    self.cell = cell
  }
}

/// The evaluator of a potential that has none of its own: nothing is kept.
final class FrameByFrameEvaluator<Potential: FramePotential>: PotentialEvaluator {
  private let potential: Potential
  private var frame: Frame

  init(_ potential: Potential, _ frame: Frame) {
    self.potential = potential
    self.frame = Frame(
      positions: frame.positions, species: frame.species, orientations: frame.orientations,
      semiAxes: frame.semiAxes, cell: frame.cell)
  }

  func evaluate(
    positions: [Vector3], orientations: [UnitQuaternion], cell: Cell?, threads: Int,
    into result: inout Interaction
  ) throws {
    try frame.set(positions: positions)
    try frame.set(orientations: orientations)
    frame.cell = cell
    result = try potential.evaluate(frame, forces: true, threads: threads)
  }

  var reference: EvaluatorReference? { nil }

  func restore(_ reference: EvaluatorReference?) {}

  func copy() -> any PotentialEvaluator { FrameByFrameEvaluator(potential, frame) }
}
