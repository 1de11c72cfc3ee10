public import Geometry
internal import Mathematics

/// Where bodies are and how they move.
public struct BodyMotion: Equatable, Sendable {
  /// The centres, not wrapped into the cell.
  public internal(set) var positions: [Vector3]
  /// The rotations body to space.
  public internal(set) var orientations: [UnitQuaternion]
  /// The velocities of the centres.
  public internal(set) var velocities: [Vector3]
  /// The angular momenta along the **body** axes.
  public internal(set) var angularMomenta: [Vector3]

  /// The number of bodies.
  public var count: Int { positions.count }
}

/// Sums over bodies that are made in every step.
struct Kinetics: Equatable, Sendable {
  /// Sums of m v_x^2, m v_y^2, m v_z^2, and of m v_x v_y, m v_x v_z, m v_y v_z.
  var diagonal = Vector3.zero
  var off = Vector3.zero
  /// The rotational energy.
  var rotational = 0.0

  /// The translational energy.
  var translational: Double { 0.5 * (diagonal.x + diagonal.y + diagonal.z) }
  /// Both.
  var total: Double { translational + rotational }

  /// Of everything multiplied by `factor`.
  func scaled(_ factor: Double) -> Kinetics {
    Kinetics(
      diagonal: diagonal * (factor * factor), off: off * (factor * factor),
      rotational: rotational * (factor * factor))
  }

  static func + (l: Kinetics, r: Kinetics) -> Kinetics {
    Kinetics(
      diagonal: l.diagonal + r.diagonal, off: l.off + r.off,
      rotational: l.rotational + r.rotational)
  }
}

/// What one block of bodies says after a pass: sums, and the body that moved fastest.
struct BlockReport: Sendable {
  var kinetics = Kinetics()
  /// The largest move of a body in units of what is allowed, and whose it was.
  var largestMove = 0.0
  var fastest = 0
  /// The kinetic energy that a thermostat has put in.
  var heat = 0.0

  mutating func note(_ move: Double, _ particle: Int) {
    // A move that is no number is larger than any.
    if !(move <= largestMove) {
      largestMove = move.isNaN ? .infinity : move
      fastest = particle
    }
  }

  static func + (l: BlockReport, r: BlockReport) -> BlockReport {
    let first = l.largestMove >= r.largestMove
    return BlockReport(
      kinetics: l.kinetics + r.kinetics, largestMove: first ? l.largestMove : r.largestMove,
      fastest: first ? l.fastest : r.fastest, heat: l.heat + r.heat)
  }
}

extension BodyMotion {
  /// Bodies of one block: the work of one worker, and the unit of random streams. Fixed, so that
  /// nothing depends on the number of threads.
  static let blockSize = 64

  /// Does `body` for every particle and adds up what the blocks report, in their order.
  mutating func pass(
    threads: Int, reports: inout [BlockReport],
    _ body: @Sendable (_ block: Int, _ particles: Range<Int>, _ bodies: Bodies) -> BlockReport
  ) throws -> BlockReport {
    let (count, size) = (count, Self.blockSize)
    let blocks = (count + size - 1) / size
    if reports.count != blocks { reports = Array(repeating: BlockReport(), count: blocks) }
    try positions.withUnsafeMutableBufferPointer { positions in
      try orientations.withUnsafeMutableBufferPointer { orientations in
        try velocities.withUnsafeMutableBufferPointer { velocities in
          try angularMomenta.withUnsafeMutableBufferPointer { angularMomenta in
            let bodies = Bodies(
              position: Parallel.Elements(positions),
              orientation: Parallel.Elements(orientations),
              velocity: Parallel.Elements(velocities),
              angularMomentum: Parallel.Elements(angularMomenta))
            try reports.withUnsafeMutableBufferPointer { reports in
              let reports = Parallel.Elements(reports)
              try Parallel.forEach(count: blocks, threads: threads, workspace: { () }) { k, _ in
                reports[k] = body(k, k * size..<min(count, (k + 1) * size), bodies)
              }
            }
          }
        }
      }
    }
    return reports.reduce(BlockReport(), +)
  }

  /// The bodies as a pass changes them.
  struct Bodies: Sendable {
    let position: Parallel.Elements<Vector3>
    let orientation: Parallel.Elements<UnitQuaternion>
    let velocity: Parallel.Elements<Vector3>
    let angularMomentum: Parallel.Elements<Vector3>
  }
}
