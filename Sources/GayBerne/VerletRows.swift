internal import CLanes
internal import Geometry

/// The rows of a Verlet list for one parcel of slots: for every slot those partners behind it that were
/// nearer than the list's reach when it was built, with the turns of the lattice between them.
struct VerletRows: Sendable {
  /// The first slot.
  let first: Int
  /// Where every row begins; one more than there are rows.
  private var starts: [Int] = []
  private var slots: [Int32] = []
  private var shifts: [UInt32] = []

  /// Rows of these slots.
  init(first: Int) { self.first = first }

  /// No turn of the lattice.
  static var home: UInt32 { 512 | 512 << 10 | 512 << 20 }

  /// Turns up to this are told apart.
  static var mostTurns: Int32 { 511 }

  /// Three turns of the lattice as one number.
  private static func code(_ turns: SIMD3<Int32>) -> UInt32 {
    let t = SIMD3<UInt32>(truncatingIfNeeded: turns &+ 512)
    return t.x | t.y << 10 | t.z << 20
  }

  /// The turns along the three lattice vectors.
  @inline(__always)
  static func turns(_ codes: SIMD8<UInt32>) -> InlineArray<3, SIMD8<Double>> {
    func turns(_ k: UInt32) -> SIMD8<Double> {
      let part = codes &>> SIMD8(repeating: 10 &* k) & SIMD8(repeating: 1023)
      return mesogen_convert8(unsafeBitCast(part, to: SIMD8<Int32>.self) &- 512)
    }
    return [turns(0), turns(1), turns(2)]
  }

  /// The memory of the rows, in bytes.
  var byteCount: Int { 8 * starts.capacity + 4 * slots.capacity + 4 * shifts.capacity }

  /// Forgets all rows and keeps the memory.
  mutating func removeAll() {
    starts.removeAll(keepingCapacity: true)
    slots.removeAll(keepingCapacity: true)
    shifts.removeAll(keepingCapacity: true)
    starts.append(0)
  }

  /// Adds the row of the next slot, `own`: those neighbours that stand behind it, and half of its own
  /// images. `slotOf` is the slot of every particle.
  ///
  /// Throws: `InvalidInput` when the cell is too small to count its turns.
  mutating func append(_ buffer: NeighborFinder.Buffer, own: Int32, slotOf: [Int32]) throws {
    let (indices, turns) = (buffer.indices, buffer.shifts)
    for n in 0..<buffer.count {
      let slot = slotOf[Int(indices[n])]
      let t = turns[n]
      guard slot > own || slot == own && PairSearch.isPositive(t) else { continue }
      let most = Self.mostTurns
      guard all(t .<= most .& t .>= -most) else {
        throw InvalidInput(
          "cutoff radius with the skin of the neighbour list", value: "more than \(most) cells",
          expected: "at most \(most) heights of the cell")
      }
      slots.append(slot)
      shifts.append(Self.code(t))
    }
    starts.append(slots.count)
  }

  /// Ends the rows, so that eight can be read from any place.
  mutating func finish() {
    slots.append(contentsOf: repeatElement(0, count: 8))
    shifts.append(contentsOf: repeatElement(Self.home, count: 8))
  }

  /// The same rows with no memory to spare, for slots from `first`.
  func trimmed(first: Int) -> VerletRows {
    var copy = VerletRows(first: first)
    copy.starts = starts.map { $0 }
    copy.slots = slots.map { $0 }
    copy.shifts = shifts.map { $0 }
    return copy
  }

  /// The candidates of one slot.
  struct Row {
    let slots: UnsafePointer<Int32>
    let shifts: UnsafePointer<UInt32>
    let count: Int

    /// Eight slots; behind the last of the row any slots.
    @inline(__always) func slots(_ start: Int) -> SIMD8<Int32> {
      UnsafeRawPointer(slots + start).loadUnaligned(as: SIMD8<Int32>.self)
    }

    /// The turns that belong to them.
    @inline(__always) func shifts(_ start: Int) -> SIMD8<UInt32> {
      UnsafeRawPointer(shifts + start).loadUnaligned(as: SIMD8<UInt32>.self)
    }
  }

  /// The number of rows.
  var count: Int { max(0, starts.count - 1) }

  /// Calls `body` with row `k`.
  @inline(__always)
  func withRow(_ k: Int, _ body: (Row) -> Void) {
    let (start, end) = (starts[k], starts[k + 1])
    slots.withUnsafeBufferPointer { slots in
      shifts.withUnsafeBufferPointer { shifts in
        guard let slots = slots.baseAddress, let shifts = shifts.baseAddress else { return }
        body(Row(slots: slots + start, shifts: shifts + start, count: end - start))
      }
    }
  }
}
