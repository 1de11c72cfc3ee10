/// Finds all particles, and all their periodic images, within a cutoff of a particle.
///
/// Particles are sorted into bins in fractional coordinates; the neighbours of a particle are looked
/// for in the bins (and images of bins) that its cutoff sphere can touch. Works for any triclinic
/// cell, any mix of periodic directions and cutoffs beyond the box: every image of a particle counts,
/// those of the particle itself too; only the pair of a particle with itself at distance 0 is left
/// out. The cutoff is strict: |r| < cutoff.
///
/// One finder serves any number of threads; the order of neighbours depends on the frame alone.
public struct NeighborFinder: Sendable {
  /// The neighbours of one particle. Reuse one buffer for many particles.
  public struct Buffer: Sendable {
    /// Index of the neighbour.
    public var indices: [Int32] = []
    /// r_ij = r_j - r_i + lattice shift, structure of arrays.
    public var x: [Double] = []
    /// See `x`.
    public var y: [Double] = []
    /// See `x`.
    public var z: [Double] = []
    /// The lattice shift: r_ij = r_j - r_i + shift . lattice, for positions as given.
    public var shifts: [SIMD3<Int32>] = []

    /// An empty buffer.
    public init() {}

    /// The number of neighbours.
    public var count: Int { indices.count }

    /// Empties the buffer and keeps its memory.
    public mutating func removeAll() {
      indices.removeAll(keepingCapacity: true)
      x.removeAll(keepingCapacity: true)
      y.removeAll(keepingCapacity: true)
      z.removeAll(keepingCapacity: true)
      shifts.removeAll(keepingCapacity: true)
    }

    /// Adds an entry by hand, without a lattice shift: a particle's own density, or a pair made up.
    public mutating func append(index: Int32, displacement: Vector3) {
      append(index, displacement, .zero)
    }

    @inline(__always)
    mutating func append(_ index: Int32, _ r: Vector3, _ shift: SIMD3<Int32>) {
      indices.append(index)
      x.append(r.x)
      y.append(r.y)
      z.append(r.z)
      shifts.append(shift)
    }
  }

  /// The cutoff radius.
  public let cutoff: Double
  /// The number of particles.
  public let count: Int

  private let cell: Cell
  /// Bins along each direction, how many bins away a neighbour can be, and whether bins wrap.
  private let bins: SIMD3<Int32>
  private let reach: SIMD3<Int32>
  /// First particle of each bin in the sorted order; one more entry than bins.
  private let binStarts: [Int32]
  /// Particles in the order of bins: original index, position inside the cell, the lattice
  /// translation that took it there.
  private let sorted: [Int32]
  private let sortedPositions: [Vector3]
  private let sortedWraps: [SIMD3<Int32>]
  /// For each original particle: where it stands in the sorted order, and its bin.
  private let slots: [Int32]
  private let binOf: [SIMD3<Int32>]

  /// Throws: `InvalidInput` unless the cutoff is positive and finite and all positions are finite.
  public init(positions: [Vector3], cell givenCell: Cell?, cutoff: Double) throws {
    guard cutoff > 0, cutoff.isFinite else {
      throw InvalidInput("cutoff radius", value: cutoff, expected: "a positive number")
    }
    for (index, position) in positions.enumerated() where !position.isFinite {
      throw InvalidInput(
        "position of particle \(index)", value: "\(position.x) \(position.y) \(position.z)",
        expected: "three finite numbers")
    }
    self.cutoff = cutoff
    count = positions.count
    // A frame without a cell is one with a unit cube that does not repeat.
    cell =
      try givenCell
      ?? Cell(
        Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1), periodic: (false, false, false))

    // Wrap, and find the extent along directions that do not repeat.
    let toFractional = cell.toFractional
    let toCartesian = cell.toCartesian
    var low = Vector3.zero
    var extent = Vector3(1, 1, 1)
    var fractional = positions.map { toFractional * $0 }
    var wraps = [SIMD3<Int32>](repeating: .zero, count: positions.count)
    for k in 0..<3 {
      if cell.isPeriodic(k) {
        for i in fractional.indices {
          var turns = fractional[i][k].rounded(.down)
          var inside = fractional[i][k] - turns
          // A tiny negative coordinate rounds up to exactly 1.
          if inside >= 1 { (inside, turns) = (0, turns + 1) }
          guard abs(turns) < 1e9 else {
            throw InvalidInput(
              "position of particle \(i)",
              value: "\(positions[i].x) \(positions[i].y) \(positions[i].z)",
              expected: "less than 1e9 cells away from the origin")
          }
          fractional[i][k] = inside
          wraps[i][k] = Int32(turns)
        }
      } else if !fractional.isEmpty {
        let values = fractional.map { $0[k] }
        low[k] = values.min()!
        // Never zero, and a little more than the span, so that the last particle is inside.
        extent[k] = max((values.max()! - low[k]) * (1 + 1e-12), 1e-300)
      }
    }

    // Bins of half the cutoff where there are enough particles to fill them.
    let most = Int32(max(1, min(1 << 21, positions.count)))
    let perAxis = Int32(Double(most).squareRoot().rounded(.up))
    var bins = SIMD3<Int32>(1, 1, 1)
    for k in 0..<3 {
      let span = cell.height(k) * extent[k]
      let wanted = 2 * span / cutoff
      bins[k] = wanted < 1 ? 1 : Int32(min(wanted.rounded(.down), Double(max(1, perAxis))))
    }
    // Not many more bins than particles.
    while Int(bins.x) * Int(bins.y) * Int(bins.z) > 4 * Int(most) {
      let largest = (0..<3).max { bins[$0] < bins[$1] }!
      bins[largest] = max(1, bins[largest] / 2)
    }
    var reach = SIMD3<Int32>.zero
    for k in 0..<3 {
      let binHeight = cell.height(k) * extent[k] / Double(bins[k])
      let needed = (cutoff / binHeight * (1 + 1e-12)).rounded(.up)
      if cell.isPeriodic(k) {
        guard needed < 1e6 else {
          throw InvalidInput(
            "cutoff radius", value: cutoff,
            expected: "less than a million times the height of the cell (\(cell.height(k)))")
        }
        reach[k] = Int32(needed)
      } else {
        reach[k] = Int32(min(needed, Double(bins[k] - 1)))
      }
    }
    self.bins = bins
    self.reach = reach

    // Counting sort into bins.
    var binOf = [SIMD3<Int32>](repeating: .zero, count: positions.count)
    var starts = [Int32](repeating: 0, count: Int(bins.x) * Int(bins.y) * Int(bins.z) + 1)
    for i in positions.indices {
      for k in 0..<3 {
        let scaled = (fractional[i][k] - low[k]) / extent[k] * Double(bins[k])
        binOf[i][k] = min(bins[k] - 1, max(0, Int32(scaled)))
      }
      starts[Self.flat(binOf[i], bins) + 1] += 1
    }
    for b in 1..<starts.count { starts[b] += starts[b - 1] }
    var cursor = starts
    var sorted = [Int32](repeating: 0, count: positions.count)
    var slots = sorted
    for i in positions.indices {
      let b = Self.flat(binOf[i], bins)
      sorted[Int(cursor[b])] = Int32(i)
      slots[i] = cursor[b]
      cursor[b] += 1
    }
    binStarts = starts
    self.sorted = sorted
    self.slots = slots
    self.binOf = binOf
    sortedPositions = sorted.map { s in
      let i = Int(s)
      return wraps[i] == .zero ? positions[i] : toCartesian * fractional[i]
    }
    sortedWraps = sorted.map { wraps[Int($0)] }
  }

  private static func flat(_ bin: SIMD3<Int32>, _ bins: SIMD3<Int32>) -> Int {
    (Int(bin.x) * Int(bins.y) + Int(bin.y)) * Int(bins.z) + Int(bin.z)
  }

  /// Bin coordinate to (bin inside, lattice turns); nil outside along a direction that does not
  /// repeat.
  @inline(__always)
  private func resolve(_ bin: Int32, _ k: Int) -> (bin: Int32, turns: Int32)? {
    let n = bins[k]
    if bin >= 0 && bin < n { return (bin, 0) }
    guard cell.isPeriodic(k) else { return nil }
    let turns = bin >= 0 ? bin / n : -((n - 1 - bin) / n)
    return (bin - turns * n, turns)
  }

  /// Fills `buffer` with the neighbours of particle `i`.
  public func neighbors(of i: Int, into buffer: inout Buffer) {
    buffer.removeAll()
    let slot = Int(slots[i])
    let center = sortedPositions[slot]
    let centerWrap = sortedWraps[slot]
    let home = binOf[i]
    let cutoffSquared = cutoff * cutoff
    let toCartesian = cell.toCartesian
    for dx in -reach.x...reach.x {
      guard let bx = resolve(home.x + dx, 0) else { continue }
      for dy in -reach.y...reach.y {
        guard let by = resolve(home.y + dy, 1) else { continue }
        for dz in -reach.z...reach.z {
          guard let bz = resolve(home.z + dz, 2) else { continue }
          let b = Self.flat(SIMD3(bx.bin, by.bin, bz.bin), bins)
          let first = Int(binStarts[b])
          let last = Int(binStarts[b + 1])
          if first == last { continue }
          let turns = SIMD3(bx.turns, by.turns, bz.turns)
          let atHome = turns == .zero
          let offset =
            atHome
            ? -center
            : toCartesian * Vector3(Double(turns.x), Double(turns.y), Double(turns.z)) - center
          for s in first..<last {
            let r = sortedPositions[s] + offset
            if r.lengthSquared < cutoffSquared && !(s == slot && atHome) {
              buffer.append(sorted[s], r, turns &- sortedWraps[s] &+ centerWrap)
            }
          }
        }
      }
    }
  }
}
