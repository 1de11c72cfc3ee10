public import Geometry

/// A potential on plain arrays, as callers in other languages have them: the same particles again and again,
/// with lists and memory that are kept from call to call.
///
/// It has one owner at a time.
public final class PlainEvaluator {
  private let evaluator: any PotentialEvaluator
  private var particles: PlainParticles
  private var result = Interaction()

  /// For the particles of a frame, whose species and shapes stay; `skin` as in `FramePotential.evaluator`.
  ///
  /// Throws: `InvalidInput` for a frame that the potential does not take.
  public init(_ potential: any FramePotential, frame: Frame, skin: Double? = nil) throws {
    evaluator = try potential.evaluator(for: frame, skin: skin)
    particles = PlainParticles(count: frame.count)
    if let orientations = frame.orientations { particles.turn(to: orientations) }
  }

  /// The energy; `forces` and `torques` (3N numbers) and `virial` (nine, row by row) are overwritten.
  /// `positions`, `quaternions` and `lattice` as in `PlainParticles.take`.
  ///
  /// Throws: `InvalidInput` as `PlainParticles.take` and `PotentialEvaluator.evaluate`.
  public func energyForcesTorques(
    positions: UnsafePointer<Double>, quaternions: UnsafePointer<Double>?,
    lattice: UnsafePointer<Double>?, forces: UnsafeMutablePointer<Double>,
    torques: UnsafeMutablePointer<Double>, virial: UnsafeMutablePointer<Double>, threads: Int = 1
  ) throws -> Double {
    try particles.take(positions: positions, quaternions: quaternions, lattice: lattice)
    try evaluator.evaluate(
      positions: particles.positions, orientations: particles.orientations,
      cell: particles.cell, threads: threads, into: &result)
    PlainParticles.write(result.forces, to: forces)
    PlainParticles.write(result.torques, to: torques)
    for a in 0..<3 { for b in 0..<3 { virial[3 * a + b] = result.virial[a, b] } }
    return result.energy
  }
}
