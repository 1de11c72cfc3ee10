internal import CLanes
internal import GayBerne
internal import Geometry
internal import Mathematics

/// The others near a point: their slots, and which shift of the lattice brings each near.
final class NeighborList {
  let slots: UnsafeMutablePointer<Int32>
  let codes: UnsafeMutablePointer<Int32>
  /// The ways there, as floats: all x, all y, all z, `room` of each. Only where they are asked for.
  let ways: UnsafeMutablePointer<Float>
  let room: Int

  /// Room for that many, and for the blocks of eight that go beyond.
  init(capacity: Int) {
    let all = capacity + 24
    room = all
    ways = .allocate(capacity: 3 * all)
    ways.initialize(repeating: 0, count: 3 * all)
    slots = .allocate(capacity: all)
    codes = .allocate(capacity: all)
    slots.initialize(repeating: 0, count: all)
    codes.initialize(repeating: 0, count: all)
  }

  deinit {
    slots.deallocate()
    codes.deallocate()
    ways.deallocate()
  }
}

/// A point in the box, and its search cell: its coordinates and its number.
struct CellPoint {
  var position: Vector3
  var coordinates: SIMD3<Int>
  var cell: Int
  /// Where in the cell, from 0 to 1.
  var inside: Vector3
}

/// The search for neighbours, as bare pointers: made once for a loop over many moves.
struct NeighborScan: @unchecked Sendable {
  private let blocks: UnsafeMutablePointer<Int32>
  private let occupancy: UnsafeMutablePointer<Int32>
  private let positions: UnsafeMutablePointer<Double>
  private let records: UnsafeMutablePointer<Double>
  private let steps: UnsafeMutablePointer<Int32>
  private let cells: UnsafeMutablePointer<Int32>
  private let codes: UnsafeMutablePointer<Int32>
  private let shifts: UnsafeMutablePointer<Double>
  private let floatShifts: UnsafeMutablePointer<Float>
  private let steps32: UnsafeMutablePointer<Int32>
  private let entries: Int
  /// Blocks of a cell.
  private let depth: Int
  private let counts: SIMD3<Int>
  private let reach: SIMD3<Int>
  private let floatCounts: Vector3
  private let widths: Vector3
  private let floatWidths: SIMD4<Float>
  private let toFractional: Matrix3x3
  private let box: CellBox
  private let isWide: Bool
  private let isAligned: Bool
  private let squaredRange: Double
  private let range: Double
  private let scale: Double
  /// How far a way may be off as floats have it, in their units.
  let slack: Float
  /// The square of the range and of what floats may be off.
  private let generous: Float
  private let ownImages: Range<Int>
  private let count: Int

  /// Neighbours nearer than `range`, which the search cells of the store must hold; a few that are
  /// farther by the rounding of floats may come with them.
  init(_ store: ParticleStore, range: Double) {
    blocks = store.blocks.base
    occupancy = store.occupancy.base
    positions = store.positions.base
    records = store.records.base
    steps = store.stencil.steps.base
    cells = store.stencil.cells.base
    codes = store.stencil.shifts.base
    shifts = store.shifts.base
    floatShifts = store.floatShifts.base
    steps32 = store.stencil.steps32.base
    entries = store.stencil.size
    depth = store.capacity / 8
    counts = store.stencil.counts
    reach = store.stencil.reach
    floatCounts = Vector3(Double(counts.x), Double(counts.y), Double(counts.z))
    widths = store.box.heights / floatCounts
    floatWidths = SIMD4(SIMD4(store.scale * widths, 0))
    toFractional = store.box.toFractional
    box = store.box
    isWide = reach != SIMD3(1, 1, 1)
    isAligned = store.box.isAligned
    squaredRange = range * range
    // Coordinates are rounded to 2^-24 of themselves, those of two points and of their difference.
    self.range = range
    scale = store.scale
    let span = scale * (store.box.rows.reduce(0) { $0 + $1.length } + 2 * range)
    slack = Float(4 * 0x1p-23 * span)
    let wide = scale * range + 4 * 0x1p-23 * span
    generous = Float(wide * wide * (1 + 1e-6)).nextUp
    let turns = store.stencil.turns.count
    ownImages = turns..<turns + store.ownImageCount
    count = store.count
  }

  /// A list with room for the neighbours of any point and the particle's own images.
  func makeList() -> NeighborList {
    NeighborList(capacity: entries * depth * 8 + ownImages.count)
  }

  /// Whether a particle has images of its own within range.
  var hasOwnImages: Bool { !ownImages.isEmpty }

  /// What a list says, for a body at that point.
  @inline(__always)
  func neighbors(of point: CellPoint, _ list: NeighborList, count: Int) -> BodyNeighbors {
    BodyNeighbors(
      center: point.position, positions: positions, shifts: shifts, records: records,
      others: list.slots, codes: list.codes, count: count)
  }

  /// Appends the images of the particle itself, one of each opposite pair: it stands in the slot
  /// behind the last with this record at this point. Returns the new count.
  func appendOwnImages(
    of record: UnsafePointer<Double>, stride: Int, at point: CellPoint, to list: NeighborList,
    count former: Int
  ) -> Int {
    let p = positions + 4 * count
    (p[0], p[1], p[2]) = (point.position.x, point.position.y, point.position.z)
    (records + stride * count).update(from: record, count: stride)
    var k = former
    for code in ownImages {
      (list.slots[k], list.codes[k]) = (Int32(count), Int32(code))
      k += 1
    }
    // What is read behind the end must exist.
    for pad in k..<k + 8 { (list.slots[pad], list.codes[pad]) = (0, 0) }
    return k
  }

  /// The point, wrapped into the box.
  @inline(__always)
  func locate(_ point: Vector3) -> CellPoint {
    var position = point
    var f = toFractional * position
    if f.x < 0 || f.y < 0 || f.z < 0 || f.x >= 1 || f.y >= 1 || f.z >= 1 {
      var turns = SIMD3<Int>.zero
      for k in 0..<3 {
        let down = f[k].rounded(.down)
        turns[k] = Int(f[k] - down < 1 ? down : down + 1)
      }
      position -= box.translation(turns)
      f = toFractional * position
    }
    let scaled = f * floatCounts
    let place = SIMD3<Int>(
      max(0, min(counts.x &- 1, Int(scaled.x))), max(0, min(counts.y &- 1, Int(scaled.y))),
      max(0, min(counts.z &- 1, Int(scaled.z))))
    return CellPoint(
      position: position, coordinates: place,
      cell: (place.x &* counts.y &+ place.y) &* counts.z &+ place.z,
      inside: scaled - Vector3(Double(place.x), Double(place.y), Double(place.z)))
  }

  /// The square of a distance below which nothing of an entry of the stencil can be.
  private func gap(_ entry: Int, _ point: CellPoint) -> Double {
    var squares = Vector3.zero
    for k in 0..<3 {
      let step = Int(steps[3 * entry + k]) - reach[k]
      if step == 0 { continue }
      let below = point.inside[k] * widths[k]
      let near = step < 0 ? below : widths[k] - below
      let distance = max(0, near + Double(abs(step) - 1) * widths[k] - 1e-9 * widths[k])
      squares[k] = distance * distance
    }
    // Faces that are not at right angles: only the farthest counts.
    return box.isOrthogonal ? squares.sum() : squares.max()
  }

  /// Puts all particles near the point, with all their images, into the list: not the one in the
  /// place `own`, nor its images.
  ///
  /// As soon as the list holds `limit` or more (a multiple of eight), `use` is called with the
  /// first whole eights; when it answers true the search ends with nil, otherwise those are taken
  /// off. Returns how many are left in the list.
  @inline(__always)
  func search(
    around point: CellPoint, own: Int, into list: NeighborList, limit: Int,
    use: (Int) -> Bool
  ) -> Int? {
    let center = point.position
    let first = point.cell &* entries
    let ownBlock = own >> 3
    let ownBit = UInt32(1) &<< UInt32(own & 7)
    let (slots, numbers) = (list.slots, list.codes)
    var count = 0
    var code = Int32(-1)
    var (cx, cy, cz) = (Float(0), Float(0), Float(0))
    for entry in 0..<entries {
      if isWide, gap(entry, point) >= squaredRange { continue }
      let cell = Int(cells[first &+ entry])
      if codes[first &+ entry] != code {
        code = codes[first &+ entry]
        let shift = shifts + 4 &* Int(code)
        cx = Float(scale * (center.x - shift[0]))
        cy = Float(scale * (center.y - shift[1]))
        cz = Float(scale * (center.z - shift[2]))
      }
      var block = cell &* depth
      let end = block &+ (Int(occupancy[cell]) &+ 7) >> 3
      while block < end {
        count &+= mesogen_append_near8(
          blocks + 32 &* block, cx, cy, cz, generous, block == ownBlock ? ownBit : 0, code,
          slots + count, numbers + count)
        block &+= 1
      }
      if count >= limit {
        let whole = count & ~7
        if use(whole) { return nil }
        let rest = count &- whole
        for k in 0..<rest {
          slots[k] = slots[whole &+ k]
          numbers[k] = numbers[whole &+ k]
        }
        count = rest
      }
    }
    // What is read behind the end must exist.
    for k in count..<count &+ 8 { (slots[k], numbers[k]) = (0, 0) }
    return count
  }

  /// The same search for a hard body, whose form says who can touch it (see `HardBodies`): the
  /// list then also has the ways as floats. Cells out of `reach` are not looked at.
  @inline(__always)
  func searchWays(
    around point: CellPoint, own: Int, form: UnsafePointer<Float>, reach: SIMD4<Float>,
    into list: NeighborList, use: (Int) -> Bool
  ) -> Int? {
    let first = point.cell &* entries
    let ownBlock = own >> 3
    let ownBit = UInt32(1) &<< UInt32(own & 7)
    let (slots, numbers, ways, room) = (list.slots, list.codes, list.ways, list.room)
    let (px, py, pz) = (
      Float(scale * point.position.x), Float(scale * point.position.y),
      Float(scale * point.position.z)
    )
    let near = (1 + 2 * slack) * (1 + 2 * slack) * 1.0002
    // All entries, or those that the form can reach.
    var chosen = (SIMD32<Int32>.zero, SIMD8<Int32>.zero)
    return withUnsafeMutablePointer(to: &chosen) { chosen -> Int? in
      let visit = UnsafeMutableRawPointer(chosen).assumingMemoryBound(to: Int32.self)
      let visits = choose(point, reach, visit)
      var count = 0
      for k in 0..<visits {
        let entry = isWide ? k : Int(visit[k])
        if isWide, gap(entry, point) >= squaredRange { continue }
        let cell = Int(cells[first &+ entry])
        let code = codes[first &+ entry]
        let shift = floatShifts + 4 &* Int(code)
        let (cx, cy, cz) = (px - shift[0], py - shift[1], pz - shift[2])
        var block = cell &* depth
        let end = block &+ (Int(occupancy[cell]) &+ 7) >> 3
        while block < end {
          count &+= mesogen_append_ways8(
            blocks + 32 &* block, cx, cy, cz, form, near, block == ownBlock ? ownBit : 0, code,
            slots + count, numbers + count, ways + count, room)
          block &+= 1
        }
        if count >= 8 {
          let whole = count & ~7
          if use(whole) { return nil }
          let rest = count &- whole
          for k in 0..<rest {
            slots[k] = slots[whole &+ k]
            numbers[k] = numbers[whole &+ k]
            for axis in 0..<3 { ways[axis &* room &+ k] = ways[axis &* room &+ whole &+ k] }
          }
          count = rest
        }
      }
      // What is read behind the end must exist.
      for k in count..<count &+ 8 { (slots[k], numbers[k]) = (0, 0) }
      return count
    }
  }

  /// Which entries of the stencil can hold anybody nearer than the range, and along every axis than the
  /// root of `reach`; all where the range goes over several cells. Returns how many.
  @inline(__always)
  private func choose(
    _ point: CellPoint, _ reach: SIMD4<Float>, _ visit: UnsafeMutablePointer<Int32>
  ) -> Int {
    if isWide { return entries }
    let limit = generous
    // Rounded towards nearer.
    let narrow = Float(1 - 1e-5)
    let below = SIMD4<Float>(SIMD4(scale * point.inside * widths, 0)) * narrow
    let above = floatWidths * (1 - 2e-5) - below
    var (low, high) = (below * below, above * above)
    // Beyond the reach along one axis is beyond the range; across faces that are not at right angles
    // every axis counts by itself.
    let far = SIMD4<Float>(repeating: 2 * limit)
    low.replace(with: far, where: low .>= reach)
    high.replace(with: far, where: high .>= reach)
    if !box.isOrthogonal {
      low.replace(with: 0, where: low .< limit)
      high.replace(with: 0, where: high .< limit)
    }
    return mesogen_near_entries32(
      low.x, high.x, low.y, high.y, low.z, high.z, limit, steps32, visit)
  }

  /// How far a form reaches along the normals of the faces, squared, from its extents along x, y, z: the
  /// range in boxes that do not lie along the axes.
  @inline(__always)
  func reach(_ extents: SIMD4<Float>) -> SIMD4<Float> {
    isAligned ? extents : SIMD4(repeating: generous)
  }
}
