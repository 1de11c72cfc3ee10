/// The particles of a frame as plain arrays of numbers say them, as callers in other languages have them, in
/// memory that is kept from call to call.
public struct PlainParticles: Sendable {
  /// The positions.
  public private(set) var positions: [Vector3]
  /// The orientations; those of the last call that gave any.
  public private(set) var orientations: [UnitQuaternion]
  /// The cell; nil for open boundaries.
  public private(set) var cell: Cell?

  /// So many particles.
  public init(count: Int) {
    positions = Array(repeating: .zero, count: count)
    orientations = Array(repeating: .identity, count: count)
  }

  /// Takes in orientations, one a particle.
  public mutating func turn(to orientations: [UnitQuaternion]) {
    precondition(orientations.count == positions.count, "one orientation a particle")
    self.orientations = orientations
  }

  /// Takes in `positions`, 3N numbers, `quaternions`, 4N (w, x, y, z) or nil where particles stay as they are,
  /// and `lattice`, nine (rows; all directions repeat) or nil for open boundaries.
  ///
  /// Throws: `InvalidInput` for a quaternion of length zero and a cell without volume.
  public mutating func take(
    positions r: UnsafePointer<Double>, quaternions q: UnsafePointer<Double>?,
    lattice: UnsafePointer<Double>?
  ) throws {
    for i in positions.indices {
      positions[i] = Vector3(r[3 * i], r[3 * i + 1], r[3 * i + 2])
      guard let q else { continue }
      orientations[i] = try UnitQuaternion(
        w: q[4 * i], x: q[4 * i + 1], y: q[4 * i + 2], z: q[4 * i + 3])
    }
    guard let lattice else {
      cell = nil
      return
    }
    func row(_ k: Int) -> Vector3 {
      Vector3(lattice[3 * k], lattice[3 * k + 1], lattice[3 * k + 2])
    }
    // The same lattice keeps its cell, and with it the lists of neighbours.
    if let cell, cell.isFullyPeriodic, (0..<3).allSatisfy({ cell.vector($0) == row($0) }) { return }
    cell = try Cell(row(0), row(1), row(2))
  }

  /// Writes 3N numbers.
  public static func write(_ vectors: [Vector3], to target: UnsafeMutablePointer<Double>) {
    for (i, v) in vectors.enumerated() {
      (target[3 * i], target[3 * i + 1], target[3 * i + 2]) = (v.x, v.y, v.z)
    }
  }
}
