public import Geometry

/// The shortest way from the surface of one ellipsoid to that of another that does not overlap it.
public struct SurfaceDistance: Equatable, Sendable {
  /// Its length.
  public let distance: Double
  /// Its end on the first ellipsoid, relative to the centre of the first.
  public let firstPoint: Vector3
  /// Its end on the second ellipsoid, relative to the centre of the first.
  public let secondPoint: Vector3
  /// The unit vector along it, from the first to the second: the common normal.
  public let normal: Vector3
}

extension Contact {
  /// The true distance between the surfaces, and the closest points; nil when the two overlap, where
  /// it is undefined.
  ///
  /// The literature's "distance of closest approach" is another thing, the distance of the centres at
  /// contact: `PerramWertheim.distance`.
  ///
  /// Throws: `InvalidInput` unless |r| and the semi-axes are from 1e-20 to 1e20.
  public static func surfaceDistance(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement r: Vector3
  ) throws -> SurfaceDistance? {
    try require(first, second, displacement: r)
    let v = LaneVector(r)
    let contact = maximum(first, second, v)
    guard contact.value >= 1 else { return nil }
    let found = SurfaceSearch(first.shape, second.shape, v)
      .maximum(start: contact.direction, wanted: true)
    return SurfaceDistance(
      distance: max(0, found.value), firstPoint: found.p1.vector, way: found.gradient.vector,
      normal: found.n.vector)
  }
}

extension SurfaceDistance {
  init(distance: Double, firstPoint: Vector3, way: Vector3, normal: Vector3) {
    self.init(
      distance: distance, firstPoint: firstPoint, secondPoint: firstPoint + way, normal: normal)
  }
}

/// The distance as a maximum over unit normals n (Lagrange's dual):
///
///     g(n) = n.r - s_1 - s_2,  s_i = sqrt(n G_i n)
///
/// g is concave and of degree 1, so g = n . grad g, and at the maximum on the sphere grad g = g n with
/// grad g = r - G_1 n / s_1 - G_2 n / s_2: the way from the point G_1 n/s_1 of the first surface to
/// the point r - G_2 n/s_2 of the second.
struct SurfaceSearch<L: Lanes> {
  typealias V = LaneVector<L>
  let g1: LaneMatrix<L>
  let g2: LaneMatrix<L>
  let r: V

  @inline(__always)
  init(_ g1: LaneMatrix<L>, _ g2: LaneMatrix<L>, _ r: V) {
    (self.g1, self.g2, self.r) = (g1, g2, r)
  }

  /// g and what belongs to it at a unit normal.
  struct State {
    var n: V
    /// G_i n / s_i: points of the surfaces, relative to their centres.
    var p1: V
    var p2: V
    var inverse1: L
    var inverse2: L
    var value: L
    var gradient: V
  }

  @inline(__always)
  func state(_ direction: V) -> State {
    let n = (L.one / direction.dot(direction).squareRoot()) * direction
    let (q1, q2) = (g1 * n, g2 * n)
    let inverse1 = L.one / n.dot(q1).squareRoot()
    let inverse2 = L.one / n.dot(q2).squareRoot()
    let (p1, p2) = (inverse1 * q1, inverse2 * q2)
    let gradient = r - p1 - p2
    return State(
      n: n, p1: p1, p2: p2, inverse1: inverse1, inverse2: inverse2, value: n.dot(gradient),
      gradient: gradient)
  }

  /// Newton on the sphere from the normal of Perram and Wertheim, for the lanes that are wanted. The
  /// Hessian of -g on the tangent plane is K = sum of (G_i - p_i p_i^T) / s_i + g; it maps n to g n, so
  /// the step K^-1 (grad g - g n) is tangent. A step that does not raise g is halved (g is concave, so
  /// some fraction of it does); a few steps are enough, the bound is for shapes of extreme aspect.
  @inline(__always)
  func maximum(start: V, wanted: L.Mask) -> State {
    var now = state(start)
    var open = wanted
    for _ in 0..<200 {
      let step = newtonStep(now)
      let size = step.dot(step)
      var next = state(now.n + step)
      // Newton is quadratic: after a step of 1e-7 the normal is good to 1e-14, and the distance,
      // stationary there, to more than a double holds. Lanes that are done may take such steps on.
      open = L.and(open, L.not(L.less(size, L(repeating: 1e-14))))
      var falling = L.and(open, L.less(next.value, now.value))
      if L.any(falling) {
        var fraction = 1.0
        while L.any(falling), fraction > 1e-12 {
          fraction *= 0.5
          let trial = state(now.n.adding(L(repeating: fraction), step))
          next = State.select(falling, trial, next)
          falling = L.and(falling, L.less(trial.value, now.value))
        }
        // At the accuracy of the arithmetic no step raises g any more.
        next = State.select(falling, now, next)
        open = L.and(open, L.not(falling))
      }
      now = next
      if !L.any(open) { return now }
    }
    return now
  }

  @inline(__always)
  private func newtonStep(_ s: State) -> V {
    let g = L.maximum(s.value, .zero)
    let residual = s.gradient.adding(-s.value, s.n)
    var k = (s.inverse1 * g1).adding(s.inverse2, g2)
    k = k.adding(-s.inverse1, Self.square(s.p1)).adding(-s.inverse2, Self.square(s.p2))
    // On the normal any positive number will do; one of the size of K keeps its inverse good.
    let size = k.xx + k.yy + k.zz
    k = k.adding(size, Self.square(s.n))
    k.xx = k.xx + g
    k.yy = k.yy + g
    k.zz = k.zz + g
    let adjugate = k.adjugate
    return (L.one / k.determinant(adjugate: adjugate)) * (adjugate * residual)
  }

  @inline(__always)
  private static func square(_ v: V) -> LaneMatrix<L> {
    LaneMatrix(v.x * v.x, v.x * v.y, v.x * v.z, v.y * v.y, v.y * v.z, v.z * v.z)
  }
}

extension SurfaceSearch.State {
  @inline(__always)
  fileprivate static func select(_ mask: L.Mask, _ a: Self, _ b: Self) -> Self {
    Self(
      n: .select(mask, a.n, b.n), p1: .select(mask, a.p1, b.p1), p2: .select(mask, a.p2, b.p2),
      inverse1: L.select(mask, a.inverse1, b.inverse1),
      inverse2: L.select(mask, a.inverse2, b.inverse2), value: L.select(mask, a.value, b.value),
      gradient: .select(mask, a.gradient, b.gradient))
  }
}
