internal import Foundation
internal import Geometry
internal import Mathematics

/// The division of a box into search cells, and for every cell the cells (and images of cells) that
/// a sphere around any of its points can touch.
///
/// A cell is no narrower than the range of the interaction where the box allows it; then the
/// stencil has 27 entries. In a box smaller than that, entries reach over several turns of the
/// lattice, so that every image is found: the same cell then appears with several shifts.
struct CellStencil: Sendable {
  /// The number of cells along each lattice vector.
  let counts: SIMD3<Int>
  /// How many cells the range reaches over.
  let reach: SIMD3<Int>
  /// The number of entries of a cell.
  let size: Int
  /// For every entry how many cells away it is along each lattice vector, plus `reach`: three
  /// numbers.
  let steps: SharedMemory<Int32>
  /// The same for the first 32 entries, axis by axis; what is no entry has a step that is out of reach.
  let steps32: SharedMemory<Int32>
  /// For every cell and entry: the cell, and the number of its shift.
  let cells: SharedMemory<Int32>
  let shifts: SharedMemory<Int32>
  /// The turns of the lattice of every shift.
  let turns: [SIMD3<Int>]

  /// The most cells along an edge.
  static let most = 128

  /// Cells no narrower than `range`, and no more of them than particles (but 27 are never too many): a
  /// dilute gas has wider ones.
  static func counts(_ box: CellBox, range: Double, particles: Int) -> SIMD3<Int> {
    let full = (0..<3).map { min(1e6, max(1, (box.heights[$0] / range).rounded(.down))) }
    let surplus = full[0] * full[1] * full[2] / Double(max(27, particles))
    let factor = surplus > 1 ? cbrt(surplus) : 1
    func along(_ k: Int) -> Int { max(1, min(most, Int(full[k] / factor))) }
    return SIMD3(along(0), along(1), along(2))
  }

  init(counts: SIMD3<Int>, reach: SIMD3<Int>) {
    self.counts = counts
    self.reach = reach
    let offsets = Self.offsets(reach: reach)
    size = offsets.count
    steps = SharedMemory(
      offsets.flatMap { o in (0..<3).map { Int32(o[$0] + reach[$0]) } })
    steps32 = SharedMemory(
      (0..<96).map { k in
        let entry = k % 32
        return entry < offsets.count ? Int32(offsets[entry][k / 32] + reach[k / 32]) : 3
      })
    let total = counts.x * counts.y * counts.z
    cells = SharedMemory(repeating: 0, count: total * offsets.count)
    shifts = SharedMemory(repeating: 0, count: total * offsets.count)
    var known: [SIMD3<Int>: Int32] = [:]
    var turns: [SIMD3<Int>] = []
    var entry = 0
    for x in 0..<counts.x {
      for y in 0..<counts.y {
        for z in 0..<counts.z {
          for offset in offsets {
            var place = SIMD3(x, y, z) &+ offset
            var turn = SIMD3<Int>.zero
            for k in 0..<3 {
              turn[k] = Self.floorDivide(place[k], counts[k])
              place[k] -= turn[k] * counts[k]
            }
            cells.base[entry] = Int32((place.x * counts.y + place.y) * counts.z + place.z)
            let number = known[turn] ?? Int32(turns.count)
            if known.updateValue(number, forKey: turn) == nil { turns.append(turn) }
            shifts.base[entry] = number
            entry += 1
          }
        }
      }
    }
    self.turns = turns
  }

  /// How many cells away the range of a point can end.
  static func reach(_ box: CellBox, counts: SIMD3<Int>, range: Double) -> SIMD3<Int> {
    func along(_ k: Int) -> Int {
      // A width that equals the range to rounding still holds it: the cutoff is strict.
      Int((range / (box.heights[k] / Double(counts[k])) - 1e-12).rounded(.up))
    }
    return SIMD3(max(1, along(0)), max(1, along(1)), max(1, along(2)))
  }

  /// All steps within reach, nearest first.
  private static func offsets(reach: SIMD3<Int>) -> [SIMD3<Int>] {
    var result: [SIMD3<Int>] = []
    for x in -reach.x...reach.x {
      for y in -reach.y...reach.y {
        for z in -reach.z...reach.z { result.append(SIMD3(x, y, z)) }
      }
    }
    func length(_ o: SIMD3<Int>) -> Int { o.x * o.x + o.y * o.y + o.z * o.z }
    return result.enumerated().sorted {
      (length($0.element), $0.offset) < (length($1.element), $1.offset)
    }.map(\.element)
  }

  private static func floorDivide(_ a: Int, _ b: Int) -> Int {
    a >= 0 ? a / b : -((b - 1 - a) / b)
  }
}
