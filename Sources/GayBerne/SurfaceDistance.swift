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
  /// Throws: `InvalidInput` unless r is finite and not zero.
  public static func surfaceDistance(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement r: Vector3
  ) throws -> SurfaceDistance? {
    try requireDirection(r)
    let v = LaneVector(r)
    let contact = maximum(first, second, v)
    guard contact.value >= 1 else { return nil }
    let search = SurfaceSearch(first.shape, second.shape, v)
    return search.maximum(start: contact.direction).found
  }
}

/// The distance as a maximum over unit normals n (Lagrange's dual):
///
///     g(n) = n.r - s_1 - s_2,  s_i = sqrt(n G_i n)
///
/// g is concave and of degree 1, so g = n . grad g, and at the maximum on the sphere grad g = g n with
/// grad g = r - G_1 n / s_1 - G_2 n / s_2: the way from the point G_1 n/s_1 of the first surface to
/// the point r - G_2 n/s_2 of the second.
private struct SurfaceSearch {
  typealias V = LaneVector<Double>
  let g1: SymmetricMatrix<Double>
  let g2: SymmetricMatrix<Double>
  let r: V

  init(_ g1: SymmetricMatrix<Double>, _ g2: SymmetricMatrix<Double>, _ r: V) {
    (self.g1, self.g2, self.r) = (g1, g2, r)
  }

  /// g and what belongs to it at a unit normal.
  struct State {
    var n: V
    /// G_i n / s_i: points of the surfaces, relative to their centres.
    var p1: V
    var p2: V
    var inverse1: Double
    var inverse2: Double
    var value: Double
    var gradient: V

    var found: SurfaceDistance {
      let (x1, way) = (p1.vector, gradient.vector)
      return SurfaceDistance(
        distance: Swift.max(0, value), firstPoint: x1, secondPoint: x1 + way, normal: n.vector)
    }
  }

  @inline(__always)
  func state(_ direction: V) -> State {
    let n = (1 / direction.dot(direction).squareRoot()) * direction
    let (q1, q2) = (g1 * n, g2 * n)
    let inverse1 = 1 / n.dot(q1).squareRoot()
    let inverse2 = 1 / n.dot(q2).squareRoot()
    let (p1, p2) = (inverse1 * q1, inverse2 * q2)
    let gradient = r - p1 - p2
    return State(
      n: n, p1: p1, p2: p2, inverse1: inverse1, inverse2: inverse2, value: n.dot(gradient),
      gradient: gradient)
  }

  /// Newton on the sphere from the normal of Perram and Wertheim. The Hessian of -g on the tangent
  /// plane is K = sum of (G_i - p_i p_i^T) / s_i + g; it maps n to g n, so the step
  /// K^-1 (grad g - g n) is tangent. A step that does not raise g is halved (g is concave, so some
  /// fraction of it does); a few steps are enough, the bound is for shapes of extreme aspect.
  func maximum(start: V) -> State {
    var now = state(start)
    for _ in 0..<200 {
      let step = newtonStep(now)
      let size = step.dot(step)
      // Newton is quadratic: after a step of 1e-7 the normal is good to 1e-14, and the distance,
      // stationary there, to more than a double holds.
      let last = size < 1e-14
      var next = state(now.n + step)
      var fraction = 1.0
      while !last && !(next.value >= now.value) && fraction > 1e-12 {
        fraction *= 0.5
        next = state(now.n.adding(fraction, step))
      }
      // At the accuracy of the arithmetic no step raises g any more.
      if fraction <= 1e-12 { return now }
      now = next
      if last { return now }
    }
    return now
  }

  @inline(__always)
  private func newtonStep(_ s: State) -> V {
    let g = Swift.max(s.value, 0)
    let residual = s.gradient.adding(-s.value, s.n)
    var k = (s.inverse1 * g1).adding(s.inverse2, g2)
    k = k.adding(-s.inverse1, Self.square(s.p1)).adding(-s.inverse2, Self.square(s.p2))
    // On the normal any positive number will do; one of the size of K keeps its inverse good.
    let size = k.xx + k.yy + k.zz
    k = k.adding(size, Self.square(s.n))
    k.xx += g
    k.yy += g
    k.zz += g
    let adjugate = k.adjugate
    return (1 / k.determinant(adjugate: adjugate)) * (adjugate * residual)
  }

  @inline(__always)
  private static func square(_ v: V) -> SymmetricMatrix<Double> {
    SymmetricMatrix(v.x * v.x, v.x * v.y, v.x * v.z, v.y * v.y, v.y * v.z, v.z * v.z)
  }
}
