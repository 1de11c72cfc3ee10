internal import CLanes
package import Geometry

/// A kind of body in a simulation: particles that differ in nothing but place and orientation.
package struct BodyKind: Hashable, Sendable {
  package let semiAxes: SemiAxes
  package let species: String

  package init(semiAxes: SemiAxes, species: String) {
    self.semiAxes = semiAxes
    self.species = species
  }
}

/// What a simulation of hard bodies asks: does a body overlap any of its neighbours?
///
/// A body is a record of eight numbers: G = R S^2 R^T (xx, xy, xz, yy, yz, zz), R = det(S)^(1/3),
/// and the largest semi-axis.
package final class HardBodies: Sendable {
  package static let stride = 8

  private let kinds: [BodyKind]
  private let squares: [Vector3]
  private let radii: [(mean: Double, outer: Double)]
  /// How far from 1 a value of f decides, for the most slender kind and the most unlike pair.
  package let margin: Double

  /// Throws: `InvalidInput` for semi-axes that are not from 1e-20 to 1e20.
  package init(_ kinds: [BodyKind]) throws {
    let bodies = try kinds.map { kind in
      let body = Ellipsoid(semiAxes: kind.semiAxes)
      try body.requireRange()
      return body
    }
    self.kinds = kinds
    squares = kinds.map { $0.semiAxes.vector * $0.semiAxes.vector }
    radii = bodies.map { ($0.meanRadius, $0.semiAxes.largest) }
    let least = bodies.map(\.meanRadius).min() ?? 1
    let most = bodies.map(\.meanRadius).max() ?? 1
    margin = (bodies.map(\.uncertainty).max() ?? 0) * (2 + least / most + most / least)
  }

  /// Centres at this distance or beyond never touch: the largest full length.
  package var range: Double { 2 * (radii.map(\.outer).max() ?? 0) }

  /// The record of a body of that kind, turned so.
  package func write(
    kind: Int, rotation: Matrix3x3, to record: UnsafeMutablePointer<Double>
  ) {
    let shape = LaneMatrix(axes: rotation, diagonal: squares[kind])
    (record[0], record[1], record[2]) = (shape.xx, shape.xy, shape.xz)
    (record[3], record[4], record[5]) = (shape.yy, shape.yz, shape.zz)
    (record[6], record[7]) = (radii[kind].mean, radii[kind].outer)
  }

  /// What is known after looking at all neighbours.
  package enum Answer: Sendable {
    case free
    case overlapping
    /// Nobody overlaps for sure, but some are too close to contact for doubles: ask
    /// `overlapExactly`.
    case undecided
  }

  /// Whether the body of that record overlaps any of its neighbours; `margin` is that of the kinds.
  @inline(never)
  package static func overlapsAny(
    _ body: UnsafePointer<Double>, _ neighbors: BodyNeighbors, margin: Double
  ) -> Answer {
    typealias L = SIMD8<Double>
    var answer = Answer.free
    func one(_ k: Int) -> L { L(repeating: body[k]) }
    let g1 = LaneMatrix(one(0), one(1), one(2), one(3), one(4), one(5))
    var start = 0
    while start < neighbors.count {
      let index = neighbors.eight(start)
      let r = neighbors.ways(start, index)
      let (g2, radius, reach) = gather(neighbors.records, index)
      let trial = OverlapTrial(g1, g2, r, radius, one(6))
      let far = trial.apart(L(repeating: 1 + margin))
      let outer = one(7) + reach
      let near = mesogen_less_bits8(r.dot(r), outer * outer)
      let counted = (UInt32(1) &<< UInt32(min(8, neighbors.count &- start))) &- 1
      let open = near & counted & ~mesogen_less_bits8(far.0, far.1)
      if open != 0 {
        let ends = trial.overlapping(L(repeating: 1 - margin), slope: trial.slope(g1, g2))
        let proven = mesogen_less_bits8(ends.0, ends.1)
        if open & proven != 0 { return .overlapping }
        for lane in 0..<8 where open & (1 << UInt32(lane)) != 0 {
          switch decideOne(body, neighbors, start + lane, margin) {
          case .apart: continue
          case .overlapping: return .overlapping
          case .undecided: answer = .undecided
          }
        }
      }
      start &+= 8
    }
    return answer
  }

  /// The shapes, mean radii and largest semi-axes of eight records.
  @inline(__always)
  private static func gather(
    _ records: UnsafePointer<Double>, _ index: SIMD8<Int32>
  ) -> (LaneMatrix<SIMD8<Double>>, SIMD8<Double>, SIMD8<Double>) {
    typealias L = SIMD8<Double>
    var low = (L.zero, L.zero, L.zero, L.zero)
    withUnsafeMutablePointer(to: &low) {
      mesogen_gather4(records, Int32(stride), index, $0)
    }
    var high = (L.zero, L.zero, L.zero, L.zero)
    withUnsafeMutablePointer(to: &high) {
      mesogen_gather4(records + 4, Int32(stride), index, $0)
    }
    return (
      LaneMatrix(low.0, low.1, low.2, low.3, high.0, high.1), high.2, high.3
    )
  }

  @inline(never)
  private static func decideOne(
    _ body: UnsafePointer<Double>, _ neighbors: BodyNeighbors, _ k: Int, _ margin: Double
  ) -> OverlapVerdict {
    func shape(_ p: UnsafePointer<Double>) -> LaneMatrix<Double> {
      LaneMatrix(p[0], p[1], p[2], p[3], p[4], p[5])
    }
    let other = neighbors.records + stride * Int(neighbors.others[k])
    return OverlapDecision.decide(
      shape(body), shape(other), LaneVector(neighbors.displacement(k)),
      radii: (body[6], other[6]), margin: margin)
  }

  /// Whether two bodies overlap, with 32 digits.
  package func overlapExactly(
    kinds first: Int, _ second: Int, orientations: (UnitQuaternion, UnitQuaternion),
    displacement: Vector3
  ) -> Bool {
    let outer = radii[first].outer + radii[second].outer
    if displacement.lengthSquared >= outer * outer { return false }
    return ExactOverlap(
      Ellipsoid(semiAxes: kinds[first].semiAxes, orientation: orientations.0),
      Ellipsoid(semiAxes: kinds[second].semiAxes, orientation: orientations.1),
      displacement: displacement
    ).overlaps()
  }

  /// The maxima of f of the body with its neighbours: below 1 they overlap, and scaling all
  /// distances by s makes them s^2 as large.
  package static func contactValues(
    _ body: UnsafePointer<Double>, _ neighbors: BodyNeighbors, _ use: (Double) -> Void
  ) {
    typealias L = SIMD8<Double>
    func one(_ k: Int) -> L { L(repeating: body[k]) }
    let g1 = LaneMatrix(one(0), one(1), one(2), one(3), one(4), one(5))
    for start in Swift.stride(from: 0, to: neighbors.count, by: 8) {
      let index = neighbors.eight(start)
      let r = neighbors.ways(start, index)
      let (g2, radius, _) = gather(neighbors.records, index)
      let ratio = ContactPolynomial(g1, g2, r, ratio: one(6) / radius).maximum()
      let value = ContactMatrix(g1, g2, r, ratio: ratio).value
      for lane in 0..<min(8, neighbors.count - start) { use(value[lane]) }
    }
  }
}

extension LaneMatrix where L == Double {
  /// R diag(d) R^T, written out for the columns of R.
  @inline(__always)
  init(axes rotation: Matrix3x3, diagonal d: Vector3) {
    let (u, v, w) = rotation.columns
    let (a, b, c) = (d.x * u, d.y * v, d.z * w)
    self.init(
      a.x * u.x + b.x * v.x + c.x * w.x, a.x * u.y + b.x * v.y + c.x * w.y,
      a.x * u.z + b.x * v.z + c.x * w.z, a.y * u.y + b.y * v.y + c.y * w.y,
      a.y * u.z + b.y * v.z + c.y * w.z, a.z * u.z + b.z * v.z + c.z * w.z)
  }
}
