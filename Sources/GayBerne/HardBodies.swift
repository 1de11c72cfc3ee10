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
/// A body is a record of sixteen doubles:
///
///     0 ...  5  G = R S^2 R^T (xx, xy, xz, yy, yz, zz)
///     6, 7      R = det(S)^(1/3), the largest semi-axis
///     8 ... 11  eight floats: G / unit^2, R / unit, 0
///    12 ... 15  eight floats: the form of its surroundings, 1/l and rho^2/(1 - l)
///
/// The form K (xx, 2 xy, 2 xz, yy, 2 yz, zz; r in units of `unit`) says who has to be looked at: the
/// sphere around another body, of radius rho, is proved to be apart from this body where r^T K r >= 1,
/// K = [G/l + rho^2/(1 - l)]^-1, which is f at l with that sphere. With the l of the smallest volume this
/// leaves half of the neighbours within the range for L/D = 3.
package final class HardBodies: Sendable {
  package static let stride = 16
  /// Where floats and the form begin, in floats.
  package static var floats: Int {
    @inlinable @inline(__always) get { 16 }
  }
  package static var form: Int {
    @inlinable @inline(__always) get { 24 }
  }

  private let kinds: [BodyKind]
  private let squares: [Vector3]
  private let radii: [(mean: Double, outer: Double)]
  /// Of every kind l, and K along the body axes times unit^2.
  private let forms: [(weight: Double, axes: Vector3)]
  /// The unit of length of floats: the range.
  package let unit: Double
  /// How exactly the bodies are known.
  package let margins: Margins

  /// How far from 1 a value of f decides, times l (1 - l): for doubles and floats.
  package struct Margins: Sendable {
    /// For the most slender kind and the most unlike pair at l = R_1/(R_1 + R_2).
    let double: Double
    /// Times l (1 - l).
    let float: Float
    /// By how much f changes at most when a way does by a unit: |d f| <= |d r| / b for the smallest
    /// semi-axis b, because M >= b^2 and sqrt(l (1 - l)) <= 1/2.
    let steepness: Float
    /// 1 / unit.
    let scale: Double

    /// Whether floats can tell anything at all; needles and discs of more than some 8 to 1 are left to
    /// doubles.
    var floatsDecide: Bool { float < 0.03 }
  }

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
    let outer = radii.map(\.outer).max() ?? 1
    let unit = 2 * outer
    self.unit = unit
    forms = squares.map { Self.form(squares: $0, outer: outer, unit: unit) }
    let least = bodies.map(\.meanRadius).min() ?? 1
    let most = bodies.map(\.meanRadius).max() ?? 1
    let uncertainty = bodies.map(\.uncertainty).max() ?? 0
    margins = Margins(
      double: uncertainty * (2 + least / most + most / least),
      // The unit in the last place of floats in that of doubles, and as much again for what is rounded
      // when G becomes floats.
      float: Float(2 * uncertainty * 0x1p29),
      steepness: Float(unit / (kinds.map { $0.semiAxes.smallest }.min() ?? 1)),
      scale: 1 / unit)
  }

  /// K of one kind along its axes, for the l of the smallest volume.
  private static func form(
    squares: Vector3, outer: Double, unit: Double
  ) -> (weight: Double, axes: Vector3) {
    func inverse(_ l: Double) -> Vector3 {
      squares / l + Vector3(repeating: outer * outer / (1 - l))
    }
    func volume(_ l: Double) -> Double {
      let s = inverse(l) / (outer * outer)
      return s.x * s.y * s.z
    }
    let best = (1..<40).map { Double($0) / 40 }.min { volume($0) < volume($1) } ?? 0.5
    return (best, Vector3(repeating: unit * unit) / inverse(best))
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
    let f = UnsafeMutableRawPointer(record).assumingMemoryBound(to: Float.self)
    let scale = margins.scale * margins.scale
    let (near, form) = (f + Self.floats, f + Self.form)
    (near[0], near[1]) = (Float(scale * shape.xx), Float(scale * shape.xy))
    (near[2], near[3]) = (Float(scale * shape.xz), Float(scale * shape.yy))
    (near[4], near[5]) = (Float(scale * shape.yz), Float(scale * shape.zz))
    (near[6], near[7]) = (Float(margins.scale * radii[kind].mean), 0)
    let k = LaneMatrix(axes: rotation, diagonal: forms[kind].axes)
    (form[0], form[1], form[2]) = (Float(k.xx), Float(2 * k.xy), Float(2 * k.xz))
    (form[3], form[4], form[5]) = (Float(k.yy), Float(2 * k.yz), Float(k.zz))
    // unit is twice the largest rho.
    let weight = forms[kind].weight
    (form[6], form[7]) = (Float(1 / weight), Float(0.25 / (1 - weight)))
  }

  /// How far from the body along x, y and z its form reaches, squared and in units of `unit`: the diagonal
  /// of K^-1.
  @inlinable @inline(__always)
  package static func extents(_ record: UnsafePointer<Double>) -> SIMD4<Float> {
    let f = UnsafeRawPointer(record).assumingMemoryBound(to: Float.self)
    let diagonal = SIMD4(f[floats], f[floats + 3], f[floats + 5], 0)
    return (diagonal * f[form + 6] + f[form + 7]) * 1.0005
  }

  /// The form of the surroundings of the body of that record.
  @inlinable @inline(__always)
  package static func form(_ record: UnsafePointer<Double>) -> UnsafePointer<Float> {
    UnsafeRawPointer(record).assumingMemoryBound(to: Float.self) + form
  }

  /// What is known after looking at all neighbours.
  package enum Answer: Sendable {
    case free
    case overlapping
    /// Nobody overlaps for sure, but some are too close to contact for doubles: ask
    /// `overlapExactly`.
    case undecided
  }

  /// Ways to neighbours in units of `unit` that stand ready: all x, all y, all z, `room` of each.
  package struct Ways {
    let x: UnsafePointer<Float>
    let room: Int
    /// How far they may be off.
    let slack: Float

    @inlinable @inline(__always)
    package init(x: UnsafePointer<Float>, room: Int, slack: Float) {
      (self.x, self.room, self.slack) = (x, room, slack)
    }

    @inline(__always)
    fileprivate func eight(_ start: Int) -> LaneVector<FloatLanes> {
      func one(_ k: Int) -> FloatLanes {
        FloatLanes(
          UnsafeRawPointer(x + k * room + start).loadUnaligned(as: SIMD8<Float>.self))
      }
      return LaneVector(one(0), one(1), one(2))
    }
  }

  /// Whether the body of that record overlaps any of its neighbours; `ways` to these save work where
  /// floats decide.
  @inline(never)
  package static func overlapsAny(
    _ body: UnsafePointer<Double>, _ neighbors: BodyNeighbors, ways: Ways?, margins: Margins
  ) -> Answer {
    var answer = Answer.free
    if let ways, margins.floatsDecide {
      let f = UnsafeRawPointer(body).assumingMemoryBound(to: Float.self) + floats
      let mine = Shapes<FloatLanes> { FloatLanes(SIMD8(repeating: f[$0])) }
      let slack = FloatLanes(SIMD8(repeating: ways.slack * margins.steepness))
      let margin = FloatLanes(SIMD8(repeating: margins.float))
      for start in Swift.stride(from: 0, to: neighbors.count, by: 8) {
        let other = gatherFloats(neighbors.records, neighbors.eight(start))
        look(
          at: start, mine, other, ways.eight(start), margin, slack, body, neighbors, margins,
          &answer)
        if case .overlapping = answer { return answer }
      }
    } else {
      let mine = Shapes<SIMD8<Double>> { SIMD8(repeating: body[$0]) }
      let least = SIMD8(repeating: 0.25 * margins.double)
      for start in Swift.stride(from: 0, to: neighbors.count, by: 8) {
        let index = neighbors.eight(start)
        look(
          at: start, mine, gather(neighbors.records, index), neighbors.ways(start, index), least,
          .zero, body, neighbors, margins, &answer)
        if case .overlapping = answer { return answer }
      }
    }
    return answer
  }

  /// G and R of several bodies.
  private struct Shapes<L: ArithmeticLanes> {
    let shape: LaneMatrix<L>
    let radius: L

    @inline(__always)
    init(_ one: (Int) -> L) {
      shape = LaneMatrix(one(0), one(1), one(2), one(3), one(4), one(5))
      radius = one(6)
    }
  }

  /// Eight neighbours from `start`: twice side by side, then what is left one by one.
  @inline(__always)
  private static func look<L: ArithmeticLanes>(
    at start: Int, _ mine: Shapes<L>, _ other: Shapes<L>, _ r: LaneVector<L>, _ uncertainty: L,
    _ slack: L, _ body: UnsafePointer<Double>, _ neighbors: BodyNeighbors, _ margins: Margins,
    _ answer: inout Answer
  ) {
    let all = (UInt32(1) &<< UInt32(min(8, neighbors.count &- start))) &- 1
    let (overlapping, left) = OverlapDecision.decide(
      mine.shape, other.shape, r, radii: (mine.radius, other.radius), uncertainty: uncertainty,
      slack: slack, among: all, stops: true)
    if overlapping != 0 {
      answer = .overlapping
      return
    }
    var open = left
    while open != 0 {
      let lane = open.trailingZeroBitCount
      open &= open &- 1
      switch decideOne(body, neighbors, start &+ lane, margins.double) {
      case .apart: continue
      case .overlapping:
        answer = .overlapping
        return
      case .undecided: answer = .undecided
      }
    }
  }

  @inline(__always)
  private static func gather(
    _ records: UnsafePointer<Double>, _ index: SIMD8<Int32>
  ) -> Shapes<SIMD8<Double>> {
    typealias L = SIMD8<Double>
    var low = (L.zero, L.zero, L.zero, L.zero)
    withUnsafeMutablePointer(to: &low) {
      mesogen_gather4(records, Int32(stride), index, $0)
    }
    var high = (L.zero, L.zero, L.zero, L.zero)
    withUnsafeMutablePointer(to: &high) {
      mesogen_gather4(records + 4, Int32(stride), index, $0)
    }
    return Shapes { k in
      switch k {
      case 0: low.0
      case 1: low.1
      case 2: low.2
      case 3: low.3
      case 4: high.0
      case 5: high.1
      default: high.2
      }
    }
  }

  @inline(__always)
  private static func gatherFloats(
    _ records: UnsafePointer<Double>, _ index: SIMD8<Int32>
  ) -> Shapes<FloatLanes> {
    typealias V = SIMD8<Float>
    var v = (V.zero, V.zero, V.zero, V.zero, V.zero, V.zero, V.zero, V.zero)
    let first = UnsafeRawPointer(records).assumingMemoryBound(to: Float.self) + floats
    withUnsafeMutablePointer(to: &v) { mesogen_gather8f(first, Int32(2 * stride), index, $0) }
    return Shapes { k in
      switch k {
      case 0: FloatLanes(v.0)
      case 1: FloatLanes(v.1)
      case 2: FloatLanes(v.2)
      case 3: FloatLanes(v.3)
      case 4: FloatLanes(v.4)
      case 5: FloatLanes(v.5)
      default: FloatLanes(v.6)
      }
    }
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
      let other = gather(neighbors.records, index)
      let ratio = ContactPolynomial(g1, other.shape, r, ratio: one(6) / other.radius).maximum()
      let value = ContactMatrix(g1, other.shape, r, ratio: ratio).value
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
