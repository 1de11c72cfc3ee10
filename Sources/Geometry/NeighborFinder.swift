/// Finds all particles, and all their periodic images, within a cutoff of a particle.
///
/// Particles are sorted into bins in fractional coordinates; the neighbours of a particle are looked
/// for in the bins (and images of bins) that its cutoff sphere can touch. Works for any triclinic
/// cell, any mix of periodic directions and cutoffs beyond the box: every image of a particle counts,
/// those of the particle itself too; only the pair of a particle with itself at distance 0 is left
/// out. The cutoff is strict: |r| < cutoff.
///
/// One finder serves any number of threads; the order of neighbours depends on the frame alone. The two
/// directions of a pair agree to the last bit: r_ji = -r_ij.
public struct NeighborFinder: Sendable {
  /// The cutoff radius.
  public let cutoff: Double
  /// The number of particles.
  public let count: Int

  private let cell: Cell
  private let grid: BinGrid
  /// First particle of each bin in the sorted order; one more entry than bins.
  private let binStarts: [Int32]
  /// Particles in the order of bins: original index, position inside the cell, the lattice
  /// translation that took it there.
  private let sorted: [Int32]

  /// All particles in an order in which neighbours in space follow each other: going over a large
  /// frame in this order keeps in the cache what the next particle needs.
  public var spatialOrder: [Int32] { sorted }

  private let sortedX: [Double]
  private let sortedY: [Double]
  private let sortedZ: [Double]
  private let sortedWraps: [SIMD3<Int32>]
  /// Whether any particle was outside the cell.
  private let isWrapped: Bool
  /// For each original particle: where it stands in the sorted order, and its bin.
  private let slots: [Int32]
  private let binOf: [SIMD3<Int32>]

  /// Throws: `InvalidInput` unless the cutoff is positive and finite, all positions are finite and
  /// below 1e100, and those in a cell less than 1e9 cells away from it; and when the cutoff sphere
  /// would hold more than 2e8 periodic images of the particles.
  public init(positions: [Vector3], cell givenCell: Cell?, cutoff: Double) throws {
    guard cutoff > 0, cutoff.isFinite else {
      throw InvalidInput("cutoff radius", value: cutoff, expected: "a positive number")
    }
    let most = Vector3(repeating: 1e100)
    for (index, position) in positions.enumerated()
    where !(position.isFinite && all(position .< most .& position .> -most)) {
      throw InvalidInput(
        "position of particle \(index)", value: "\(position.x) \(position.y) \(position.z)",
        expected: "three finite numbers below 1e100")
    }
    // A frame without a cell is one with a unit cube that does not repeat.
    let cell =
      try givenCell
      ?? Cell(
        Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1), periodic: (false, false, false))
    var inside = positions
    var wraps = [SIMD3<Int32>](repeating: .zero, count: positions.count)
    for i in positions.indices where cell.periodic != .zero {
      (inside[i], wraps[i]) = try Self.wrapped(positions[i], index: i, cell)
    }
    let toFractional = cell.toFractional
    let fractional = inside.map { toFractional * $0 }
    let grid = try BinGrid(inside: inside, fractional: fractional, cell: cell, cutoff: cutoff)

    // Counting sort into bins.
    let binOf = fractional.map { grid.bin($0) }
    var starts = [Int32](repeating: 0, count: grid.count + 1)
    for bin in binOf { starts[grid.flat(bin) + 1] += 1 }
    for b in 1..<starts.count { starts[b] += starts[b - 1] }
    var cursor = starts
    var sorted = [Int32](repeating: 0, count: positions.count)
    var slots = sorted
    for i in positions.indices {
      let b = grid.flat(binOf[i])
      sorted[Int(cursor[b])] = Int32(i)
      slots[i] = cursor[b]
      cursor[b] += 1
    }
    self.cell = cell
    self.cutoff = cutoff
    self.grid = grid
    count = positions.count
    binStarts = starts
    self.sorted = sorted
    self.slots = slots
    self.binOf = binOf
    let padding = [Double](repeating: 0, count: 8)
    sortedX = sorted.map { inside[Int($0)].x } + padding
    sortedY = sorted.map { inside[Int($0)].y } + padding
    sortedZ = sorted.map { inside[Int($0)].z } + padding
    isWrapped = wraps.contains { $0 != .zero }
    sortedWraps = sorted.map { wraps[Int($0)] }
  }

  /// The position inside the cell, and the lattice translation that took it there. The position is
  /// computed from the one given, so that one that is inside keeps its bits.
  private static func wrapped(
    _ position: Vector3, index: Int, _ cell: Cell
  ) throws -> (inside: Vector3, turns: SIMD3<Int32>) {
    var inside = position
    var turns = Vector3.zero
    // Far away the first fractional coordinates are off by their rounding: look again.
    for _ in 0..<3 {
      let more = cell.wholeTurns(cell.fractional(inside))
      if more == .zero { break }
      turns += more
      guard abs(turns.x) < 1e9, abs(turns.y) < 1e9, abs(turns.z) < 1e9 else {
        throw InvalidInput(
          "position of particle \(index)", value: "\(position.x) \(position.y) \(position.z)",
          expected: "less than 1e9 cells away from the origin")
      }
      inside = position - cell.position(fractional: turns)
    }
    return (inside, SIMD3(Int32(turns.x), Int32(turns.y), Int32(turns.z)))
  }

  /// Fills `buffer` with the neighbours of particle `i`.
  public func neighbors(of i: Int, into buffer: inout Buffer) {
    buffer.removeAll()
    sortedX.withUnsafeBufferPointer { x in
      sortedY.withUnsafeBufferPointer { y in
        sortedZ.withUnsafeBufferPointer { z in
          sorted.withUnsafeBufferPointer { index in
            sortedWraps.withUnsafeBufferPointer { wraps in
              let particles = Sorted(
                x: Coordinates(values: x), y: Coordinates(values: y), z: Coordinates(values: z),
                index: index, wraps: isWrapped ? wraps : nil)
              search(around: Int(slots[i]), home: binOf[i], particles, buffer)
            }
          }
        }
      }
    }
  }

  /// Goes over the columns of bins along the third direction that the cutoff sphere can touch. The bins
  /// of a column stand behind each other, so that it is one run of particles for every turn of the
  /// lattice.
  private func search(
    around slot: Int, home: SIMD3<Int32>, _ particles: Sorted, _ buffer: Buffer
  ) {
    let center = Vector3(particles.x[slot], particles.y[slot], particles.z[slot])
    let wrap = particles.wraps?[slot] ?? .zero
    let squared = cutoff * cutoff
    let depth = grid.bins.z
    binStarts.withUnsafeBufferPointer { starts in
      grid.stencil.withUnsafeBufferPointer { stencil in
        for column in stencil {
          guard let x = grid.inside(0, home.x &+ column.x),
            let y = grid.inside(1, home.y &+ column.y)
          else { continue }
          let base = grid.flat(SIMD3(x.bin, y.bin, 0))
          var place = home.z &+ column.first
          var last = home.z &+ column.last
          if grid.repeats.z == 0 { (place, last) = (max(0, place), min(depth &- 1, last)) }
          while place <= last {
            guard let z = grid.inside(2, place) else { break }
            let end = min(depth, z.bin &+ (last &- place) &+ 1)
            let run = Int(starts[base &+ Int(z.bin)])..<Int(starts[base &+ Int(end)])
            let turns = SIMD3(x.turns, y.turns, z.turns)
            let isHere = turns == .zero
            buffer.append(
              run: run, of: particles, slot: isHere ? slot : -1, center: center,
              shift: isHere ? .zero : shift(turns), turns: turns, wrap: wrap,
              cutoffSquared: squared)
            place &+= end &- z.bin
          }
        }
      }
    }
  }

  /// Turns of the lattice as a vector.
  private func shift(_ turns: SIMD3<Int32>) -> Vector3 {
    cell.vector(0) * Double(turns.x) + cell.vector(1) * Double(turns.y)
      + cell.vector(2) * Double(turns.z)
  }
}
