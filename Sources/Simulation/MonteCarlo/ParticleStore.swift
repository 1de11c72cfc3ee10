internal import Geometry
internal import Mathematics

/// The particles of a Monte Carlo simulation in the order in which moves need them.
///
/// Search cells hold blocks of eight centres, as floats in units of the range, with the slots of their particles: eight
/// x, eight y, eight z, eight slots, behind the last particle of a cell filled with a place so far
/// away that nobody is near it. A move compares its centre with eight others at a time, and nothing
/// has to be gathered or masked; floats only choose who is near enough to be looked at in doubles.
/// All else (position, orientation, kind, the record that the interaction reads) stands in slots,
/// which follow the cells and are put in that order anew from time to time.
struct ParticleStore: Sendable {
  let count: Int
  /// The places of a cell, a multiple of eight.
  private(set) var capacity: Int
  private(set) var box: CellBox
  private(set) var stencil: CellStencil
  /// The range that the search cells hold.
  let range: Double
  /// What coordinates are multiplied with before they become floats: one over the unit of length.
  let scale: Double
  let stride: Int

  /// For every eight places 24 floats, by their bits, and eight slots.
  private(set) var blocks: SharedMemory<Int32>
  /// How many places of every cell are taken.
  private(set) var occupancy: SharedMemory<Int32>
  /// Four numbers for every shift of the stencil, and behind those for the particle's own images.
  private(set) var shifts: SharedMemory<Double>
  /// The same in units of floats.
  private(set) var floatShifts: SharedMemory<Float>
  /// Of how many images of its own a particle has to be told: one of each opposite pair within
  /// range.
  private(set) var ownImageCount = 0

  /// By slots: the position (and a number without meaning), the place, the kind, the quaternion (w,
  /// x, y, z), the record. Positions, kinds and records have one more entry, for a body that is
  /// compared with its own image.
  private(set) var positions: SharedMemory<Double>
  private(set) var places: SharedMemory<Int32>
  private(set) var kinds: SharedMemory<Int32>
  private(set) var orientations: SharedMemory<Double>
  private(set) var records: SharedMemory<Double>
  /// The particle of the frame in every slot.
  private(set) var particles: [Int32]

  private static let nowhere = Float(1e15)

  init(
    box: CellBox, range: Double, unit: Double, stride: Int, positions: [Vector3],
    orientations: [SIMD4<Double>], kinds: [Int32]
  ) {
    self.box = box
    self.range = range
    scale = 1 / unit
    self.stride = stride
    count = positions.count
    self.positions = SharedMemory(repeating: 0, count: 4 * (positions.count + 1))
    particles = (0..<Int32(count)).map { $0 }
    self.kinds = SharedMemory(kinds + [0])
    self.orientations = SharedMemory(orientations.flatMap { q in (0..<4).map { q[$0] } })
    records = SharedMemory(repeating: 0, count: stride * (count + 1))
    places = SharedMemory(repeating: 0, count: count)
    let counts = CellStencil.counts(box, range: range, particles: count)
    stencil = CellStencil(
      counts: counts, reach: CellStencil.reach(box, counts: counts, range: range))
    capacity = 8
    blocks = SharedMemory(repeating: 0, count: 0)
    occupancy = SharedMemory(repeating: 0, count: 0)
    shifts = SharedMemory(repeating: 0, count: 0)
    floatShifts = SharedMemory(repeating: 0, count: 0)
    fill(positions)
  }

  /// An independent copy.
  func copy() -> ParticleStore {
    var other = self
    other.blocks = blocks.copy()
    other.positions = positions.copy()
    other.occupancy = occupancy.copy()
    other.shifts = shifts.copy()
    other.floatShifts = floatShifts.copy()
    other.places = places.copy()
    other.kinds = kinds.copy()
    other.orientations = orientations.copy()
    other.records = records.copy()
    return other
  }

  var cellCount: Int { stencil.counts.x * stencil.counts.y * stencil.counts.z }

  /// The centre of the particle in a slot.
  @inline(__always)
  func position(_ slot: Int) -> Vector3 {
    let p = positions.base + 4 * slot
    return Vector3(p[0], p[1], p[2])
  }

  /// The slot in a place.
  @inline(__always)
  func slot(_ place: Int) -> Int { Int(blocks.base[32 * (place >> 3) + 24 + (place & 7)]) }

  func orientation(_ slot: Int) -> SIMD4<Double> {
    let q = orientations.base + 4 * slot
    return SIMD4(q[0], q[1], q[2], q[3])
  }

  /// Puts the centres, by slots, into cells: first those of the lowest slots.
  private mutating func fill(_ positions: [Vector3]) {
    let wrapped = positions.map { wrap($0) }
    let cells = wrapped.map { cell(of: $0) }
    var numbers = [Int](repeating: 0, count: cellCount)
    for cell in cells { numbers[cell] += 1 }
    // Room for as many as may arrive during a sweep.
    let most = (numbers.max() ?? 0) + 6
    capacity = (most + 7) / 8 * 8
    clearCells()
    for slot in 0..<count { _ = insert(slot, at: wrapped[slot], cell: cells[slot]) }
    setShifts()
  }

  /// Cells without particles.
  private mutating func clearCells() {
    let nowhere = Int32(bitPattern: Self.nowhere.bitPattern)
    blocks = SharedMemory(repeating: nowhere, count: cellCount * capacity * 4)
    for block in 0..<cellCount * capacity / 8 {
      for k in 24..<32 { blocks.base[32 * block + k] = 0 }
    }
    occupancy = SharedMemory(repeating: 0, count: cellCount)
  }

  private mutating func setShifts() {
    let own = box.halfLattice(within: range)
    ownImageCount = own.count
    let all = stencil.turns.map { box.translation($0) } + own
    shifts = SharedMemory(all.flatMap { [$0.x, $0.y, $0.z, 0] })
    floatShifts = SharedMemory(shifts.values.map { Float(scale * $0) })
  }

  /// The cell of a position inside the box.
  func cell(of position: Vector3) -> Int {
    let f = box.toFractional * position
    func along(_ k: Int) -> Int {
      min(stencil.counts[k] - 1, max(0, Int(f[k] * Double(stencil.counts[k]))))
    }
    return (along(0) * stencil.counts.y + along(1)) * stencil.counts.z + along(2)
  }

  /// The position inside the box; one that is inside keeps its bits.
  func wrap(_ position: Vector3) -> Vector3 {
    var wrapped = position
    for _ in 0..<3 {
      let f = box.toFractional * wrapped
      var turns = SIMD3<Int>.zero
      for k in 0..<3 {
        let down = f[k].rounded(.down)
        turns[k] = Int(f[k] - down < 1 ? down : down + 1)
      }
      if turns == .zero { break }
      wrapped -= box.translation(turns)
    }
    return wrapped
  }

  /// Adds a slot to a cell; false when the cell is full.
  func insert(_ slot: Int, at position: Vector3, cell: Int) -> Bool {
    let taken = Int(occupancy.base[cell])
    guard taken < capacity else { return false }
    let place = cell * capacity + taken
    blocks.base[32 * (place >> 3) + 24 + (place & 7)] = Int32(slot)
    places.base[slot] = Int32(place)
    occupancy.base[cell] = Int32(taken + 1)
    write(position, slot: slot)
    return true
  }

  /// Takes a slot out of its cell, whose last particle gets the place.
  func remove(_ slot: Int) {
    let place = Int(places.base[slot])
    let cell = place / capacity
    let last = cell * capacity + Int(occupancy.base[cell]) - 1
    let (p, q) = (block(place), block(last))
    for k in [0, 8, 16, 24] { p[k] = q[k] }
    let nowhere = Int32(bitPattern: Self.nowhere.bitPattern)
    for k in [0, 8, 16] { q[k] = nowhere }
    if place != last { places.base[Int(p[24])] = Int32(place) }
    q[24] = 0
    occupancy.base[cell] -= 1
  }

  /// The numbers of a place: x, y, z and the slot at 0, 8, 16 and 24.
  @inline(__always)
  private func block(_ place: Int) -> UnsafeMutablePointer<Int32> {
    blocks.base + 32 * (place >> 3) + (place & 7)
  }

  /// Moves the particle in a slot inside its cell.
  @inline(__always)
  func write(_ position: Vector3, slot: Int) {
    let p = positions.base + 4 * slot
    (p[0], p[1], p[2]) = (position.x, position.y, position.z)
    let q = block(Int(places.base[slot]))
    q[0] = Int32(bitPattern: Float(scale * position.x).bitPattern)
    q[8] = Int32(bitPattern: Float(scale * position.y).bitPattern)
    q[16] = Int32(bitPattern: Float(scale * position.z).bitPattern)
  }

  /// Whether some cell could be full before the next look.
  var isTight: Bool {
    (0..<cellCount).contains { Int(occupancy.base[$0]) + 3 > capacity }
  }

  /// Divides the box anew, with the particles in slots that follow the cells.
  mutating func rebuild() {
    rebuild(counts: CellStencil.counts(box, range: range, particles: count))
  }

  /// Divides the box so that its cells hold the range here and in another box.
  mutating func prepare(for other: CellBox) {
    let here = CellStencil.counts(box, range: range, particles: count)
    let there = CellStencil.counts(other, range: range, particles: count)
    let counts = SIMD3(min(here.x, there.x), min(here.y, there.y), min(here.z, there.z))
    let reaches = [box, other].map { CellStencil.reach($0, counts: counts, range: range) }
    let (p, q) = (reaches[0], reaches[1])
    rebuild(counts: counts, reach: SIMD3(max(p.x, q.x), max(p.y, q.y), max(p.z, q.z)))
  }

  private mutating func rebuild(counts: SIMD3<Int>, reach wanted: SIMD3<Int>? = nil) {
    let order = slotsByCells()
    let positions = order.map { position($0) }
    particles = order.map { particles[$0] }
    kinds = SharedMemory(order.map { kinds.base[$0] } + [0])
    orientations = SharedMemory(
      order.flatMap { slot in (0..<4).map { orientations.base[4 * slot + $0] } })
    let old = records
    records = SharedMemory(repeating: 0, count: stride * (count + 1))
    for (slot, former) in order.enumerated() {
      (records.base + stride * slot).update(from: old.base + stride * former, count: stride)
    }
    let reach = wanted ?? CellStencil.reach(box, counts: counts, range: range)
    if counts != stencil.counts || reach != stencil.reach {
      stencil = CellStencil(counts: counts, reach: reach)
    }
    fill(positions)
  }

  /// Takes over what a checkpoint says.
  mutating func restore(
    box: CellBox, counts: SIMD3<Int>, reach: SIMD3<Int>, capacity: Int, occupancy: [Int32],
    members: [Int32], positions: [Double], particles: [Int32]
  ) {
    self.box = box
    self.particles = particles
    self.capacity = capacity
    stencil = CellStencil(counts: counts, reach: reach)
    clearCells()
    var next = 0
    for cell in 0..<cellCount {
      for _ in 0..<Int(occupancy[cell]) {
        let p = Vector3(positions[3 * next], positions[3 * next + 1], positions[3 * next + 2])
        _ = insert(Int(members[next]), at: p, cell: cell)
        next += 1
      }
    }
    setShifts()
  }

  private func slotsByCells() -> [Int] {
    (0..<cellCount).flatMap { cell in
      (0..<Int(occupancy.base[cell])).map { slot(cell * capacity + $0) }
    }
  }

  /// Whether the search cells hold the range in that box.
  func holds(_ other: CellBox) -> Bool {
    let reach = CellStencil.reach(other, counts: stencil.counts, range: range)
    return reach.x <= stencil.reach.x && reach.y <= stencil.reach.y && reach.z <= stencil.reach.z
  }

  /// Takes all centres along into another box; `positions` is replaced, so that the former ones are
  /// kept by whoever has them.
  mutating func deform(to other: CellBox) {
    let (a, b, c) = box.deformation(to: other).columns
    let former = positions
    positions = former.copy()
    for slot in 0..<count {
      let p = former.base + 4 * slot
      write(p[0] * a + p[1] * b + p[2] * c, slot: slot)
    }
    box = other
    setShifts()
  }

  /// Goes back to a box and the positions that `deform` replaced.
  mutating func restore(_ box: CellBox, _ positions: SharedMemory<Double>) {
    self.box = box
    self.positions = positions
    for slot in 0..<count { write(position(slot), slot: slot) }
    setShifts()
  }
}
