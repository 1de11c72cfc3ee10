internal import Geometry
internal import Mathematics

/// Which particles are near each other, found with some room to spare (the skin), so that the list
/// holds while they move.
///
/// A pair at r now was at r_0 when the list was built. With D the change of the cell (x = D x_0 where
/// a particle just follows it) and u the way of a particle besides, r = D r_0 + u_j - u_i, so that
///
///     |r_0| <= |D^-1| (|r| + 2 max |u|).
///
/// All pairs with |r| < cutoff are in a list that reaches to cutoff + skin as long as
///
///     max |u| <= ((cutoff + skin) / |D^-1| - cutoff) / 2:
///
/// half the skin in a cell that does not change. |D^-1| is bounded by 1 + |D^-1 - 1| (Frobenius' norm).
struct VerletList: Sendable {
  let cutoff: Double
  let skin: Double
  /// Where it was built; nil: not yet.
  private(set) var reference: EvaluatorReference?
  /// The particle in every slot, and the slot of every particle.
  private(set) var order: [Int32] = []
  private(set) var slotOf: [Int32]
  /// The turns of the lattice that take every particle (by slots) into the cell.
  private(set) var turns: [SIMD3<Int32>] = []
  /// The rows of every parcel.
  private(set) var rows: [VerletRows]

  /// A list of `count` particles that has still to be built.
  init(_ count: Int, cutoff: Double, skin: Double) {
    self.cutoff = cutoff
    self.skin = skin
    slotOf = Array(repeating: 0, count: count)
    let parcels = Parcels.count(of: count)
    rows = (0..<parcels).map { VerletRows(first: Parcels.range($0, of: parcels, count).lowerBound) }
  }

  /// Builds the list at these positions.
  ///
  /// Throws: `InvalidInput` for a position that is not finite, or a cell that is too small for the
  /// cutoff; then the list is not built.
  mutating func build(at place: EvaluatorReference, threads: Int) throws {
    reference = nil
    let (inside, turns) = try Self.wrapped(place)
    let finder = try NeighborFinder(positions: inside, cell: place.cell, cutoff: cutoff + skin)
    order = finder.spatialOrder
    for (slot, particle) in order.enumerated() { slotOf[Int(particle)] = Int32(slot) }
    self.turns = order.map { turns[Int($0)] }
    try fillRows(finder, threads: threads)
    reference = place
  }

  private mutating func fillRows(_ finder: NeighborFinder, threads: Int) throws {
    let (order, slotOf, parcels) = (order, slotOf, rows.count)
    try rows.withUnsafeMutableBufferPointer { buffer in
      let rows = Parallel.Elements(buffer)
      try Parallel.forEach(
        count: parcels, threads: threads,
        workspace: { (NeighborFinder.Buffer(), VerletRows(first: 0)) }
      ) { parcel, workspace in
        // Rows grow in memory that is used again: an array that grows keeps up to twice of what it holds.
        workspace.1.removeAll()
        for slot in Parcels.range(parcel, of: parcels, order.count) {
          finder.neighbors(of: Int(order[slot]), into: &workspace.0)
          try workspace.1.append(workspace.0, own: Int32(slot), slotOf: slotOf)
        }
        workspace.1.finish()
        rows[parcel] = workspace.1.trimmed(first: rows[parcel].first)
      }
    }
  }

  /// The positions inside the cell, and the turns of the lattice that took them there.
  private static func wrapped(
    _ place: EvaluatorReference
  ) throws -> (inside: [Vector3], turns: [SIMD3<Int32>]) {
    var inside = place.positions
    var turns = [SIMD3<Int32>](repeating: .zero, count: inside.count)
    guard let cell = place.cell else { return (inside, turns) }
    for (i, p) in place.positions.enumerated() {
      inside[i] = cell.wrap(p)
      let whole = cell.toFractional * (inside[i] - p)
      let most = max(abs(whole.x), max(abs(whole.y), abs(whole.z)))
      guard most < 1e9 else {
        throw InvalidInput(
          "position of particle \(i)", value: "\(p.x) \(p.y) \(p.z)",
          expected: "three finite numbers less than 1e9 cells away from the origin")
      }
      turns[i] = SIMD3<Int32>(whole, rounding: .toNearestOrEven)
    }
    return (inside, turns)
  }

  /// How far a particle may have gone from where the cell would have taken it, and the matrix D that
  /// says where that is (nil: the cell is as it was); nil when the list does not hold.
  func allowance(_ cell: Cell?) -> (distance: Double, change: Matrix3x3?)? {
    guard let reference, cell?.periodic == reference.cell?.periodic else { return nil }
    guard let cell, let old = reference.cell, cell.lattice != old.lattice else {
      return (skin / 2, nil)
    }
    let inverse = old.toCartesian * cell.toFractional
    let excess = inverse - Matrix3x3.identity
    let (a, b, c) = excess.columns
    let norm = 1 + (a.lengthSquared + b.lengthSquared + c.lengthSquared).squareRoot()
    let distance = ((cutoff + skin) / norm - cutoff) / 2
    return distance > 0 ? (distance, cell.toCartesian * old.toFractional) : nil
  }

  /// The memory of the rows, in bytes.
  var byteCount: Int { rows.reduce(0) { $0 + $1.byteCount } }
}
