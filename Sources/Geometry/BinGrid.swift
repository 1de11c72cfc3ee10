/// The bins of a neighbour search: parallelepipeds of equal size in fractional coordinates.
struct BinGrid: Sendable {
  /// The number of bins along each direction.
  let bins: SIMD3<Int32>
  /// Where the bins begin, and how far they go, in fractional coordinates: from 0 to 1 along
  /// directions that repeat, else over all particles.
  private let low: Vector3
  private let extent: Vector3
  /// Whether the cell repeats along each direction.
  let repeats: SIMD3<UInt8>
  /// The columns that are looked through around a particle.
  let stencil: [Column]

  /// `inside` are the positions wrapped into the cell, `fractional` their coordinates.
  ///
  /// Throws: `InvalidInput` when the cutoff sphere would hold more images than memory can.
  init(inside: [Vector3], fractional: [Vector3], cell: Cell, cutoff: Double) throws {
    (low, extent) = Self.span(fractional, cell, cutoff: cutoff)
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
    let product = cell.vector(0).length * cell.vector(1).length * cell.vector(2).length
    let rounding = 4e-15 * product / cell.volume
    var largest = Vector3.zero
    for position in inside {
      largest = pointwiseMax(largest, pointwiseMax(position, -position))
    }
    let inverse = cell.toFractional
    var reach = SIMD3<Int32>.zero
    var blur = Vector3.zero
    for k in 0..<3 {
      let row = Vector3(abs(inverse[k, 0]), abs(inverse[k, 1]), abs(inverse[k, 2]))
      let off = rounding * (1 + row.dot(largest)) / extent[k] * Double(bins[k])
      let binHeight = cell.height(k) * extent[k] / Double(bins[k])
      let needed = (cutoff / binHeight * (1 + 1e-12 + rounding) + off).rounded(.up)
      reach[k] = Int32(min(needed, cell.isPeriodic(k) ? 1e9 : Double(bins[k] - 1)))
      blur[k] = 2 * off + rounding * (needed + Double(bins[k]))
    }
    repeats = cell.periodic
    let sizes = extent / Vector3(Double(bins.x), Double(bins.y), Double(bins.z))
    let edges = (0..<3).map { cell.vector($0) * sizes[$0] }
    stencil = Self.columns(
      BinEdges(edges[0], edges[1], edges[2]), reach: reach, blur: blur,
      cutoff: cutoff * (1 + 1e-12 + rounding))
  }

  /// Where particles can be, in fractional coordinates: the lowest, and how far up.
  private static func span(
    _ fractional: [Vector3], _ cell: Cell, cutoff: Double
  ) -> (low: Vector3, extent: Vector3) {
    var (low, extent) = (Vector3.zero, Vector3(repeating: 1))
    guard var last = fractional.first else { return (low, extent) }
    var first = last
    for f in fractional { (first, last) = (pointwiseMin(first, f), pointwiseMax(last, f)) }
    for k in 0..<3 where !cell.isPeriodic(k) {
      low[k] = first[k]
      // A little more than the span, so that the last particle is inside, and never zero.
      extent[k] = max(
        (last[k] - first[k]) * (1 + 1e-12), min(1, 1e-6 * cutoff / cell.height(k)))
    }
    return (low, extent)
  }

  /// Columns as wide as the cutoff, of thin bins, where there are enough particles to fill them: a
  /// few long runs of particles are gone through faster than many short ones, and thin bins cost
  /// nothing, because those of a column make one run.
  private static func divide(
    _ extent: Vector3, _ cell: Cell, cutoff: Double, count: Int
  ) -> SIMD3<Int32> {
    let most = max(1, min(1 << 21, count))
    let perAxis = Double(most).squareRoot().rounded(.up)
    var bins = SIMD3<Int32>(1, 1, 1)
    for k in 0..<3 {
      let wanted = (k < 2 ? 1 : 6) * cell.height(k) * extent[k] / cutoff
      bins[k] = wanted < 1 ? 1 : Int32(min(wanted.rounded(.down), perAxis))
    }
    // Not many more bins than particles.
    while Int(bins.x) * Int(bins.y) * Int(bins.z) > 4 * most {
      let largest = (0..<3).reduce(0) { bins[$1] >= bins[$0] ? $1 : $0 }
      bins[largest] = max(1, bins[largest] / 2)
    }
    return bins
  }

  /// A column of bins along the third direction, counted from the bin of a particle: those bins of it
  /// that the cutoff sphere can touch wherever in its bin the particle is.
  struct Column {
    let x: Int32
    let y: Int32
    let first: Int32
    let last: Int32
  }

  /// All columns that a cutoff sphere can touch. `blur`: how far off, in bins, rounding can put a
  /// coordinate.
  private static func columns(
    _ edges: BinEdges, reach: SIMD3<Int32>, blur: Vector3, cutoff: Double
  ) -> [Column] {
    var columns: [Column] = []
    for x in -reach.x...reach.x {
      for y in -reach.y...reach.y {
        // What two coordinates in bins that far from each other can differ by.
        let u = (Double(x) - 1 - blur.x, Double(x) + 1 + blur.x)
        let v = (Double(y) - 1 - blur.y, Double(y) + 1 + blur.y)
        guard let w = edges.range(u, v, cutoff: cutoff) else { continue }
        let first = max(-Double(reach.z), (w.low - blur.z).rounded(.down))
        let last = min(Double(reach.z), (w.high + blur.z).rounded(.up))
        if first <= last {
          columns.append(Column(x: x, y: y, first: Int32(first), last: Int32(last)))
        }
      }
    }
    return columns
  }

  /// Which bin of the cell a bin is that was counted on into an image of it, and how many turns of the
  /// lattice lie between them; nil where there is no image.
  @inline(__always)
  func inside(_ k: Int, _ place: Int32) -> (bin: Int32, turns: Int32)? {
    let n = bins[k]
    if place >= 0 && place < n { return (place, 0) }
    guard repeats[k] != 0 else { return nil }
    let turns = place >= 0 ? place / n : -((n &- 1 &- place) / n)
    return (place &- turns &* n, turns)
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
