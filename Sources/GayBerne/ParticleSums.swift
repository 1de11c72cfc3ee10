internal import CLanes
internal import Geometry

/// Forces, torques and energies of the particles, added up by one worker: eight numbers for each
/// particle, force (3), torque (3), energy, and one that is not used.
///
/// A parcel of work touches few of the particles of a large frame. What it touched is taken out in
/// blocks of sixteen, so that the sums over parcels are made in the order of the parcels, however many
/// workers there are.
final class ParticleSums {
  /// The blocks that a parcel touched.
  struct Blocks: Sendable {
    var indices: [Int32] = []
    /// 128 numbers for each.
    var numbers: [Double] = []
  }

  static var size: Int { 8 }
  private static var particles: Int { 16 }
  private static var numbers: Int { size * particles }

  private let blockCount: Int
  private let sums: UnsafeMutablePointer<Double>
  private let touched: UnsafeMutablePointer<Bool>

  init(_ count: Int) {
    blockCount = (count + Self.particles - 1) / Self.particles
    sums = .allocate(capacity: blockCount * Self.numbers)
    sums.initialize(repeating: 0, count: blockCount * Self.numbers)
    touched = .allocate(capacity: blockCount)
    touched.initialize(repeating: false, count: blockCount)
  }

  deinit {
    sums.deallocate()
    touched.deallocate()
  }

  /// Adds to one particle.
  @inline(__always)
  func add(_ slot: Int, force: Vector3, torque: Vector3, energy: Double) {
    let p = sums + Self.size * slot
    touched[slot / Self.particles] = true
    (p[0], p[1], p[2]) = (p[0] + force.x, p[1] + force.y, p[2] + force.z)
    (p[3], p[4], p[5]) = (p[3] + torque.x, p[4] + torque.y, p[5] + torque.z)
    p[6] += energy
  }

  /// Adds to eight particles, some of which may be the same.
  @inline(__always)
  func add(
    _ slots: SIMD8<Int32>, force: LaneVector<SIMD8<Double>>, torque: LaneVector<SIMD8<Double>>,
    energy: SIMD8<Double>
  ) {
    touch(slots)
    var lanes = (
      force.x, force.y, force.z, torque.x, torque.y, torque.z, energy, SIMD8<Double>.zero
    )
    withUnsafeMutablePointer(to: &lanes) { mesogen_scatter_add8(sums, slots, $0) }
  }

  /// Adds energies to eight particles.
  @inline(__always)
  func add(_ slots: SIMD8<Int32>, energy: SIMD8<Double>) {
    touch(slots)
    for lane in 0..<8 { sums[Self.size * Int(slots[lane]) + 6] += energy[lane] }
  }

  @inline(__always)
  private func touch(_ slots: SIMD8<Int32>) {
    let blocks = slots &>> 4
    for lane in 0..<8 { touched[Int(blocks[lane])] = true }
  }

  /// Forgets everything.
  func clear() {
    for block in 0..<blockCount where touched[block] { clear(block) }
  }

  /// Takes out what was added since the last time.
  func take() -> Blocks {
    var result = Blocks()
    take(into: &result)
    return result
  }

  /// Takes out what was added since the last time, into memory that was used before.
  func take(into result: inout Blocks) {
    result.indices.removeAll(keepingCapacity: true)
    result.numbers.removeAll(keepingCapacity: true)
    result.numbers.reserveCapacity((0..<blockCount).count { touched[$0] } * Self.numbers)
    for block in 0..<blockCount where touched[block] {
      result.indices.append(Int32(block))
      result.numbers += UnsafeBufferPointer(start: numbers(of: block), count: Self.numbers)
      clear(block)
    }
  }

  /// Adds what was taken out of another.
  func add(_ blocks: Blocks) {
    blocks.numbers.withUnsafeBufferPointer { numbers in
      guard let base = numbers.baseAddress else { return }
      for (k, block) in blocks.indices.enumerated() {
        touched[Int(block)] = true
        add(base + k * Self.numbers, to: Int(block))
      }
    }
  }

  /// Adds to another what `take` would take out.
  func move(to other: ParticleSums) {
    for block in 0..<blockCount where touched[block] {
      other.touched[block] = true
      other.add(numbers(of: block), to: block)
      clear(block)
    }
  }

  private func numbers(of block: Int) -> UnsafeMutablePointer<Double> {
    sums + block * Self.numbers
  }

  private func add(_ more: UnsafePointer<Double>, to block: Int) {
    let p = numbers(of: block)
    for n in 0..<Self.numbers { p[n] += more[n] }
  }

  private func clear(_ block: Int) {
    numbers(of: block).update(repeating: 0, count: Self.numbers)
    touched[block] = false
  }

  /// Force, torque and energy of one particle.
  subscript(slot: Int) -> (force: Vector3, torque: Vector3, energy: Double) {
    let p = sums + Self.size * slot
    return (Vector3(p[0], p[1], p[2]), Vector3(p[3], p[4], p[5]), p[6])
  }
}
