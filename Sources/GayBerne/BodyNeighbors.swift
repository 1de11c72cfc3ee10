internal import CLanes
internal import Geometry

/// Others near a body, as one piece of memory names them: `others` are numbers of bodies with their
/// positions (four numbers each, the last unused) and records there, `shifts` the lattice
/// translations (four numbers each) of which `codes` says which belongs to each other.
///
/// The lists must be readable up to the next multiple of eight, with numbers that exist.
package struct BodyNeighbors: @unchecked Sendable {
  package let center: (x: Double, y: Double, z: Double)
  package let positions: UnsafePointer<Double>
  package let shifts: UnsafePointer<Double>
  package let records: UnsafePointer<Double>
  package let others: UnsafePointer<Int32>
  package let codes: UnsafePointer<Int32>
  package let count: Int

  @inlinable @inline(__always)
  package init(
    center: SIMD3<Double>, positions: UnsafePointer<Double>, shifts: UnsafePointer<Double>,
    records: UnsafePointer<Double>, others: UnsafePointer<Int32>, codes: UnsafePointer<Int32>,
    count: Int
  ) {
    self.center = (center.x, center.y, center.z)
    self.positions = positions
    self.shifts = shifts
    self.records = records
    self.others = others
    self.codes = codes
    self.count = count
  }

  /// The way from the body to number k of the list.
  package func displacement(_ k: Int) -> SIMD3<Double> {
    let p = positions + 4 * Int(others[k])
    let s = shifts + 4 * Int(codes[k])
    return SIMD3(p[0] + s[0] - center.x, p[1] + s[1] - center.y, p[2] + s[2] - center.z)
  }

  /// The numbers of eight others from `start`.
  @inline(__always)
  func eight(_ start: Int) -> SIMD8<Int32> {
    UnsafeRawPointer(others + start).loadUnaligned(as: SIMD8<Int32>.self)
  }

  /// The ways to the eight others with these numbers, from `start`.
  @inline(__always)
  func ways(_ start: Int, _ index: SIMD8<Int32>) -> LaneVector<SIMD8<Double>> {
    typealias L = SIMD8<Double>
    let code = UnsafeRawPointer(codes + start).loadUnaligned(as: SIMD8<Int32>.self)
    var p = (L.zero, L.zero, L.zero, L.zero)
    withUnsafeMutablePointer(to: &p) { mesogen_gather4(positions, 4, index, $0) }
    var s = (L.zero, L.zero, L.zero, L.zero)
    withUnsafeMutablePointer(to: &s) { mesogen_gather4(shifts, 4, code, $0) }
    return LaneVector(
      p.0 + s.0 - L(repeating: center.x), p.1 + s.1 - L(repeating: center.y),
      p.2 + s.2 - L(repeating: center.z))
  }
}
