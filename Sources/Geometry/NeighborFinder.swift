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
  private let sortedX: [Double]
  private let sortedY: [Double]
  private let sortedZ: [Double]
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
    let sortedPositions = sorted.map { s in
      let i = Int(s)
      return wraps[i] == .zero ? positions[i] : toCartesian * fractional[i]
    }
    sortedX = sortedPositions.map(\.x)
    sortedY = sortedPositions.map(\.y)
    sortedZ = sortedPositions.map(\.z)
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
    sortedX.withUnsafeBufferPointer { x in
      sortedY.withUnsafeBufferPointer { y in
        sortedZ.withUnsafeBufferPointer { z in
          sorted.withUnsafeBufferPointer { index in
            sortedWraps.withUnsafeBufferPointer { wraps in
              let particles = Sorted(x: x, y: y, z: z, index: index, wraps: wraps)
              search(around: Int(slots[i]), home: binOf[i], particles, buffer)
            }
          }
        }
      }
    }
  }

  /// Goes over the columns of bins along the third direction that the cutoff sphere can touch. The
  /// bins of a column stand behind each other, so that it is one run of particles for every turn of
  /// the lattice.
  private func search(
    around slot: Int, home: SIMD3<Int32>, _ particles: borrowing Sorted, _ buffer: Buffer
  ) {
    let center = Vector3(particles.x[slot], particles.y[slot], particles.z[slot])
    let wrap = particles.wraps[slot]
    let (a, b, c) = (cell.vector(0), cell.vector(1), cell.vector(2))
    for dx in -reach.x...reach.x {
      guard let x = resolve(home.x + dx, 0) else { continue }
      for dy in -reach.y...reach.y {
        guard let y = resolve(home.y + dy, 1) else { continue }
        var z = home.z - reach.z
        let last = home.z + reach.z
        while z <= last {
          guard let from = resolve(z, 2) else {
            z += 1
            continue
          }
          // As far as this turn of the lattice goes.
          let to = min(bins.z - 1, from.bin + (last - z))
          let column = Self.flat(SIMD3(x.bin, y.bin, 0), bins)
          let run =
            Int(binStarts[column + Int(from.bin)])..<Int(binStarts[column + Int(to) + 1])
          z += to - from.bin + 1
          if run.isEmpty { continue }
          let turns = SIMD3(x.turns, y.turns, from.turns)
          if turns == .zero {
            // The particle itself, where it is met at distance 0, splits the run.
            let own = run.contains(slot)
            buffer.append(
              candidates: run.lowerBound..<(own ? slot : run.upperBound), of: particles,
              offset: -center, cutoffSquared: cutoff * cutoff, turns: wrap)
            guard own else { continue }
            buffer.append(
              candidates: (slot + 1)..<run.upperBound, of: particles, offset: -center,
              cutoffSquared: cutoff * cutoff, turns: wrap)
          } else {
            let offset = a * Double(turns.x) + b * Double(turns.y) + c * Double(turns.z) - center
            buffer.append(
              candidates: run, of: particles, offset: offset, cutoffSquared: cutoff * cutoff,
              turns: turns &+ wrap)
          }
        }
      }
    }
  }
}
