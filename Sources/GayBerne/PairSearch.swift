internal import Geometry

/// The pairs of particles of a frame that can interact, each once, with their periodic images.
struct PairSearch: Sendable {
  private let positions: [Vector3]
  /// nil where all pairs of an open frame count.
  let finder: NeighborFinder?

  /// Pairs nearer than the cutoff; without one all pairs of an open frame.
  ///
  /// Throws: `InvalidInput` for a periodic frame without a cutoff, or positions that are not finite.
  init(_ frame: Frame, cutoff: Double?) throws {
    positions = frame.positions
    if let cutoff {
      finder = try NeighborFinder(positions: positions, cell: frame.cell, cutoff: cutoff)
      return
    }
    finder = nil
    guard frame.cell.map({ $0.periodic == .zero }) ?? true else {
      throw InvalidInput(
        "cutoff radius", value: "missing", expected: "a positive number for a periodic frame")
    }
    for (index, p) in positions.enumerated() where !p.isFinite {
      throw InvalidInput(
        "position of particle \(index)", value: "\(p.x) \(p.y) \(p.z)",
        expected: "three finite numbers")
    }
  }

  /// Calls `body` with j and r_j - r_i + lattice shift of every pair (i, j) that is counted with
  /// particle i: j > i, and for images of i itself half of the shifts.
  func forEachPartner(
    of i: Int, _ buffer: inout NeighborFinder.Buffer, _ body: (Int, Vector3) throws -> Void
  ) rethrows {
    guard let finder else {
      for j in (i + 1)..<max(i + 1, positions.count) { try body(j, positions[j] - positions[i]) }
      return
    }
    finder.neighbors(of: i, into: &buffer)
    for k in 0..<buffer.count {
      let j = Int(buffer.indices[k])
      if j > i || (j == i && Self.isPositive(buffer.shifts[k])) {
        try body(j, buffer.displacement(k))
      }
    }
  }

  /// Whether the first component that is not zero is positive: true for one of a shift and its
  /// negative.
  static func isPositive(_ shift: SIMD3<Int32>) -> Bool {
    shift.x != 0 ? shift.x > 0 : shift.y != 0 ? shift.y > 0 : shift.z > 0
  }
}
