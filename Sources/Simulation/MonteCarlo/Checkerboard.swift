internal import Mathematics

/// The division of the search cells into domains of eight colours, of which those of one colour can
/// be worked on at the same time: moves inside one domain neither read nor write what moves inside
/// another one of the same colour do, because at least one search cell lies between them.
///
/// (Anderson, Jankowski, Grubb, Engel and Glotzer, doi:10.1016/j.jcp.2013.07.023.) Along each
/// lattice vector the ring of cells is cut into an even number of blocks, or left whole; where the
/// ring is cut is drawn anew for every sweep, so that no face stays a wall.
struct Checkerboard: Sendable {
  /// The cells along each lattice vector.
  let cells: SIMD3<Int>
  /// The number of blocks along each.
  let blocks: SIMD3<Int>
  /// Where the cuts are.
  let shift: SIMD3<Int>
  /// The block of every cell coordinate, for the three lattice vectors.
  private let blockOf: SharedMemory<Int32>

  /// A system of fewer particles is one domain.
  static let smallest = 1_000

  init(_ stencil: CellStencil, particles: Int, isWhole: Bool, random: CounterRandom) {
    cells = stencil.counts
    var blocks = SIMD3(1, 1, 1)
    var shift = SIMD3<Int>.zero
    let bits = random.block(0)
    for k in 0..<3 where !isWhole && particles >= Self.smallest && stencil.reach[k] == 1 {
      guard cells[k] >= 4 else { continue }
      // Blocks of three cells halves: larger ones turn fewer moves away, smaller ones share better.
      blocks[k] = max(2, cells[k] / 3 * 2)
      shift[k] = Int(bits[k] % UInt64(cells[k]))
    }
    self.blocks = blocks
    self.shift = shift
    // Cut c is at the rounded-down c n / b: the block of i is the last one that begins at or before
    // i.
    let table = SharedMemory<Int32>(repeating: 0, count: 3 * CellStencil.most)
    for k in 0..<3 {
      for c in 0..<cells[k] {
        let i: Int = (c + shift[k]) % cells[k]
        table.base[k * CellStencil.most + c] = Int32(((i + 1) * blocks[k] - 1) / cells[k])
      }
    }
    blockOf = table
  }

  /// The number of domains of each colour, colours in the order in which they have their turn.
  var counts: [Int] { Array(repeating: domainCount / colors, count: colors) }

  var domainCount: Int { blocks.x * blocks.y * blocks.z }

  var colors: Int { (blocks.x > 1 ? 2 : 1) * (blocks.y > 1 ? 2 : 1) * (blocks.z > 1 ? 2 : 1) }

  /// The block that a cell coordinate belongs to.
  @inline(__always)
  func block(_ coordinate: Int, _ k: Int) -> Int {
    Int(blockOf.base[k &* CellStencil.most &+ coordinate])
  }

  /// The domain of a colour as its three block numbers.
  func domain(color: Int, item: Int) -> SIMD3<Int> {
    var (rest, color) = (item, color)
    var domain = SIMD3<Int>.zero
    for k in 0..<3 {
      guard blocks[k] > 1 else { continue }
      let half = blocks[k] / 2
      domain[k] = 2 * (rest % half) + color % 2
      rest /= half
      color /= 2
    }
    return domain
  }

  /// The cells of a domain, by number.
  func cells(of domain: SIMD3<Int>) -> [Int] {
    func along(_ k: Int) -> [Int] {
      let (n, b) = (cells[k], blocks[k])
      // The first i with ((i + 1) b - 1) / n == d is the rounded-down d n / b.
      return (domain[k] * n / b..<(domain[k] + 1) * n / b).map { ($0 - shift[k] + n) % n }
    }
    let (x, y, z) = (along(0), along(1), along(2))
    return x.flatMap { i in
      y.flatMap { j in z.map { (i * cells.y + j) * cells.z + $0 } }
    }
  }
}
