internal import Geometry

/// The neighbours of all particles within a cutoff and a skin, which hold while nothing moves by more
/// than half the skin.
struct CenterList: Sendable {
  /// The positions and the cell it was made at.
  private(set) var reference: (positions: [Vector3], cell: Cell?)?
  /// The particles in an order in which neighbours in space follow each other.
  private var order: [Int32] = []
  /// Where the entries of each of them begin; one more entry than particles.
  private var starts: [Int] = [0]
  private var indices: [Int32] = []
  private var shifts: [SIMD3<Int32>] = []
  private var lattice = (Vector3.zero, Vector3.zero, Vector3.zero)
  /// Ranges of places in the order with a bounded number of entries.
  private(set) var batches: [Range<Int>] = []

  /// Whether it holds for these positions.
  func holds(_ positions: [Vector3], _ cell: Cell?, skin: Double) -> Bool {
    guard let reference, reference.cell == cell else { return false }
    let squared = 0.25 * skin * skin
    for i in positions.indices {
      // Whatever is not finite has to be found, too.
      let moved = (positions[i] - reference.positions[i]).lengthSquared
      if !(moved <= squared) { return false }
    }
    return true
  }

  /// Throws: as `NeighborFinder`.
  mutating func build(
    _ positions: [Vector3], _ cell: Cell?, cutoff: Double, skin: Double
  ) throws {
    let finder = try NeighborFinder(positions: positions, cell: cell, cutoff: cutoff + skin)
    reference = (positions, cell)
    order = finder.spatialOrder
    starts = [0]
    indices.removeAll(keepingCapacity: true)
    shifts.removeAll(keepingCapacity: true)
    lattice = cell.map { ($0.vector(0), $0.vector(1), $0.vector(2)) } ?? (.zero, .zero, .zero)
    var buffer = NeighborFinder.Buffer()
    for i in order {
      finder.neighbors(of: Int(i), into: &buffer)
      indices += buffer.indices
      shifts += buffer.shifts
      starts.append(indices.count)
    }
    batches = []
    var first = 0
    for slot in order.indices
    where slot + 1 == order.count || starts[slot + 2] - starts[first] > 500_000 {
      batches.append(first..<(slot + 1))
      first = slot + 1
    }
  }

  /// The particle at a place of the order.
  func particle(_ slot: Int) -> Int { Int(order[slot]) }

  /// The first entry of a place.
  func start(_ slot: Int) -> Int { starts[slot] }

  /// How many entries a range of places has.
  func entries(of slots: Range<Int>) -> Int { starts[slots.upperBound] - starts[slots.lowerBound] }

  /// The neighbours inside the cutoff now.
  func neighbors(
    _ slot: Int, _ positions: [Vector3], _ squared: Double, into buffer: NeighborFinder.Buffer
  ) {
    buffer.removeAll()
    let center = positions[particle(slot)]
    for k in starts[slot]..<starts[slot + 1] {
      let j = Int(indices[k])
      var r = positions[j] - center
      let turns = shifts[k]
      if turns != .zero {
        r +=
          lattice.0 * Double(turns.x) + lattice.1 * Double(turns.y) + lattice.2 * Double(turns.z)
      }
      if r.lengthSquared < squared { buffer.append(index: indices[k], displacement: r) }
    }
  }
}
