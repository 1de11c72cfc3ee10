/// The bins of a neighbour search: parallelepipeds of equal size in fractional coordinates.
struct BinGrid: Sendable {
  /// The number of bins along each direction.
  let bins: SIMD3<Int32>
  /// How many bins away a neighbour can be.
  let reach: SIMD3<Int32>
  /// Where the bins begin, and how far they go, in fractional coordinates: from 0 to 1 along
  /// directions that repeat, else over all particles.
  private let low: Vector3
  private let extent: Vector3

  /// `inside` are the positions wrapped into the cell, `fractional` their coordinates.
  ///
  /// Throws: `InvalidInput` when the cutoff sphere would hold more images than memory can.
  init(inside: [Vector3], fractional: [Vector3], cell: Cell, cutoff: Double) throws {
    (low, extent) = Self.span(fractional, cell)
    bins = Self.divide(extent, cell, cutoff: cutoff, count: inside.count)

    let images = (0..<3).filter { cell.isPeriodic($0) }
      .reduce(1.0) { $0 * (1 + 2 * cutoff / cell.height($1)) }
    guard images * Double(max(1, inside.count)) < 2e8 else {
      throw InvalidInput(
        "cutoff radius", value: cutoff,
        expected: "one whose sphere holds fewer than 2e8 periodic images of the particles "
          + "(the heights of the cell are \(cell.height(0)), \(cell.height(1)), \(cell.height(2)))")
    }
    // What rounding can do to a coordinate: the inverse of a skewed cell has lost the digits that
    // its volume lacks to the product of its edges, and positions come with their own last digit.
    let edges = cell.vector(0).length * cell.vector(1).length * cell.vector(2).length
    let rounding = 4e-15 * edges / cell.volume
    var largest = Vector3.zero
    for position in inside {
      largest = pointwiseMax(largest, pointwiseMax(position, -position))
    }
    let inverse = cell.toFractional
    var reach = SIMD3<Int32>.zero
    for k in 0..<3 {
      let row = Vector3(abs(inverse[k, 0]), abs(inverse[k, 1]), abs(inverse[k, 2]))
      let blur = rounding * (1 + row.dot(largest)) / extent[k] * Double(bins[k])
      let binHeight = cell.height(k) * extent[k] / Double(bins[k])
      let needed = (cutoff / binHeight * (1 + 1e-12 + rounding) + blur).rounded(.up)
      reach[k] = Int32(min(needed, cell.isPeriodic(k) ? 1e9 : Double(bins[k] - 1)))
    }
    self.reach = reach
  }

  /// Where particles can be, in fractional coordinates: the lowest, and how far up.
  private static func span(_ fractional: [Vector3], _ cell: Cell) -> (low: Vector3, extent: Vector3)
  {
    var (low, extent) = (Vector3.zero, Vector3(repeating: 1))
    guard var last = fractional.first else { return (low, extent) }
    var first = last
    for f in fractional { (first, last) = (pointwiseMin(first, f), pointwiseMax(last, f)) }
    for k in 0..<3 where !cell.isPeriodic(k) {
      low[k] = first[k]
      // Never zero, and a little more than the span, so that the last particle is inside.
      extent[k] = max((last[k] - first[k]) * (1 + 1e-12), 1e-300)
    }
    return (low, extent)
  }

  /// Bins of half the cutoff where there are enough particles to fill them.
  private static func divide(
    _ extent: Vector3, _ cell: Cell, cutoff: Double, count: Int
  ) -> SIMD3<Int32> {
    let most = max(1, min(1 << 21, count))
    let perAxis = Double(most).squareRoot().rounded(.up)
    var bins = SIMD3<Int32>(1, 1, 1)
    for k in 0..<3 {
      let wanted = 2 * cell.height(k) * extent[k] / cutoff
      bins[k] = wanted < 1 ? 1 : Int32(min(wanted.rounded(.down), perAxis))
    }
    // Not many more bins than particles.
    while Int(bins.x) * Int(bins.y) * Int(bins.z) > 4 * most {
      let largest = (0..<3).reduce(0) { bins[$1] >= bins[$0] ? $1 : $0 }
      bins[largest] = max(1, bins[largest] / 2)
    }
    return bins
  }

  /// Bins first...last along one direction, met after `turns` turns of the lattice.
  struct Span {
    var first: Int32
    var last: Int32
    var turns: Int32
  }

  /// The bins along direction `k` that are within reach of `home`, each by itself or as few spans as
  /// there are turns of the lattice; and what is left of the room for them.
  @inline(__always)
  func spans(
    _ k: Int, _ home: Int32, _ isPeriodic: Bool, single: Bool,
    into room: Slice<UnsafeMutableBufferPointer<Span>>
  ) -> (
    found: Slice<UnsafeMutableBufferPointer<Span>>, rest: Slice<UnsafeMutableBufferPointer<Span>>
  ) {
    let (n, reach) = (bins[k], reach[k])
    var end = room.startIndex
    var bin = home - reach
    let last = home + reach
    while bin <= last {
      var turns: Int32 = 0
      if bin < 0 || bin >= n {
        guard isPeriodic else {
          bin = bin < 0 ? 0 : last + 1
          continue
        }
        turns = bin >= 0 ? bin / n : -((n - 1 - bin) / n)
      }
      let inside = bin - turns * n
      let to = single ? inside : min(n - 1, inside + (last - bin))
      room.base[end] = Span(first: inside, last: to, turns: turns)
      end += 1
      bin += to - inside + 1
    }
    return (room.base[room.startIndex..<end], room.base[end..<room.endIndex])
  }

  /// The number of bins.
  var count: Int { Int(bins.x) * Int(bins.y) * Int(bins.z) }

  /// The bin of a point.
  func bin(_ fractional: Vector3) -> SIMD3<Int32> {
    var bin = SIMD3<Int32>.zero
    for k in 0..<3 {
      let scaled = (fractional[k] - low[k]) / extent[k] * Double(bins[k])
      bin[k] = Int32(max(0, min(Double(bins[k] - 1), scaled)))
    }
    return bin
  }

  /// Where a bin stands among all: those of a column along the third direction behind each other.
  @inline(__always)
  func flat(_ bin: SIMD3<Int32>) -> Int {
    (Int(bin.x) * Int(bins.y) + Int(bin.y)) * Int(bins.z) + Int(bin.z)
  }
}
