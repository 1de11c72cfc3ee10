public import Geometry

/// The contact function of Perram and Wertheim, J. Comput. Phys. 58, 409 (1985),
/// doi:10.1016/0021-9991(85)90171-8:
///
///     f(lambda) = lambda (1 - lambda) r^T [(1 - lambda) G_1 + lambda G_2]^-1 r
///
/// and its maximum over 0 < lambda < 1. Two ellipsoids overlap if and only if the maximum is below 1,
/// and the same two at the same orientations touch when their centres are |r| / sqrt(f) apart.
public struct PerramWertheim: Equatable, Sendable {
  /// f at its maximum; below 1 the ellipsoids overlap.
  public let value: Double
  /// Where the maximum is.
  public let lambda: Double
  /// df/dr = 2 lambda (1 - lambda) [(1 - lambda) G_1 + lambda G_2]^-1 r, at fixed lambda
  /// (the envelope theorem). It points along the common normal at contact, out of the first.
  public let gradient: Vector3
  /// sigma_PW = |r| / sqrt(f): the distance of the centres at contact along r.
  public let distance: Double

  /// Whether the ellipsoids overlap.
  public var overlaps: Bool { value < 1 }
}

/// The matrix M = (1 - lambda) G_1 + lambda G_2 at one lambda: its determinant, and M^-1 r.
struct ContactMatrix<L: Lanes> {
  /// The weights of G_1 and G_2: 1 - lambda and lambda.
  var weight1: L
  var weight2: L
  /// det M.
  var determinant: L
  /// adj(M) r, so that M^-1 r = direction / determinant.
  var direction: LaneVector<L>
  /// r . direction.
  var projection: L

  @inline(__always)
  init(
    _ g1: LaneMatrix<L>, _ g2: LaneMatrix<L>, _ r: LaneVector<L>, weight1: L, weight2: L
  ) {
    let m = (weight1 * g1).adding(weight2, g2)
    let adjugate = m.adjugate
    self.weight1 = weight1
    self.weight2 = weight2
    determinant = m.determinant(adjugate: adjugate)
    direction = adjugate * r
    projection = r.dot(direction)
  }

  /// M at t = lambda / (1 - lambda), from N = G_1 + t G_2 = M / (1 - lambda), which can be computed
  /// before the division that gives lambda is done.
  @inline(__always)
  init(_ g1: LaneMatrix<L>, _ g2: LaneMatrix<L>, _ r: LaneVector<L>, ratio t: L) {
    let n = g1.adding(t, g2)
    let adjugate = n.adjugate
    let along = adjugate * r
    let weight = L.one / (L.one + t)
    let weight2 = weight * weight
    self.weight1 = weight
    self.weight2 = t * weight
    determinant = weight2 * (weight * n.determinant(adjugate: adjugate))
    direction = weight2 * along
    projection = weight2 * r.dot(along)
  }

  /// f(lambda) = lambda (1 - lambda) r^T M^-1 r.
  @inline(__always) var value: L { weight1 * weight2 * projection / determinant }
}

/// What follows from M at the maximum, with one division for all.
struct PerramWertheimLanes<L: Lanes> {
  /// f = w r.adj(M) r / det M with w = lambda (1 - lambda).
  let value: L
  /// |r| / sqrt(f).
  let distance: L
  /// df/dr = slope adj(M) r.
  let slope: L

  @inline(__always)
  init(_ matrix: ContactMatrix<L>, squared: L) {
    let weights = matrix.weight1 * matrix.weight2
    let numerator = weights * matrix.projection
    let inverse = L.one / (numerator * matrix.determinant)
    value = numerator * numerator * inverse
    distance = (squared * (matrix.determinant * matrix.determinant * inverse)).squareRoot()
    slope = (weights + weights) * (numerator * inverse)
  }
}

/// The slope of f as a polynomial in t = lambda / (1 - lambda).
///
/// With adj(M) and det(M) expanded in powers of 1 - lambda and lambda,
///
///     f = P(t) / Q(t),  P = t (n_0 + n_1 t + n_2 t^2),  Q = (1 + t)(d_0 + d_1 t + d_2 t^2 + d_3 t^3)
///     n_0 = r.adj(G_1) r,  d_0 = det G_1,  d_1 = tr(adj(G_1) G_2), and so on,
///
/// all of them positive, and f is largest where G = P' Q - P Q' = sum of (i - j) P_i Q_j t^(i+j-1) is
/// zero: a polynomial of degree 6, made once. t is measured in units of R_1 / R_2, so that the root is
/// of order 1 for particles of any two sizes.
struct ContactPolynomial<L: Lanes> {
  private let g: (L, L, L, L, L, L, L)
  private let unit: L
  /// The first guess.
  private let start: L

  /// `ratio` is R_1 / R_2 with R = det(S)^(1/3).
  @inline(__always)
  init(_ g1: LaneMatrix<L>, _ g2: LaneMatrix<L>, _ r: LaneVector<L>, ratio: L) {
    let a1 = g1.adjugate
    let a2 = g2.adjugate
    let mixed = Self.mixedAdjugate(g1, g2)
    let ratio2 = ratio * ratio
    let ratio3 = ratio2 * ratio
    let d0 = g1.determinant(adjugate: a1)
    let d1 = a1.traceOfProduct(g2)
    let d2 = a2.traceOfProduct(g1)
    let d3 = g2.determinant(adjugate: a2)
    let p1 = ratio * r.dot(a1 * r)
    let p2 = ratio2 * r.dot(mixed * r)
    let p3 = ratio3 * r.dot(a2 * r)
    let q0 = d0
    let q1 = ratio * (d0 + d1)
    let q2 = ratio2 * (d1 + d2)
    let q3 = ratio3 * (d2 + d3)
    let q4 = ratio2 * ratio2 * d3
    let two = L(repeating: 2)
    let three = L(repeating: 3)
    // In units of g_0: products of coefficients then are numbers for bodies of any size.
    let scale = L.one / (p1 * q0)
    let (s1, s2, s3) = (scale * p1, scale * p2, scale * p3)
    g = (
      L.one, two * s2 * q0, L.fma(three * s3, q0, L.fma(s2, q1, -(s1 * q2))),
      two * L.fma(s3, q1, -(s1 * q3)), L.fma(s3, q2, -L.fma(s2, q3, three * s1 * q4)),
      -(two * s2 * q4), -(s3 * q4)
    )
    unit = ratio
    let radii = (p3 * q0 / (p1 * q4)).squareRoot()
    let sound = L.and(L.less(.zero, radii), L.less(radii, L(repeating: .infinity)))
    start = L.select(sound, radii, .one)
  }

  /// The part of adj(G_1 + G_2) that is linear in both.
  @inline(__always)
  private static func mixedAdjugate(
    _ p: LaneMatrix<L>, _ q: LaneMatrix<L>
  ) -> LaneMatrix<L> {
    let yz = p.yz * q.yz
    let xz = p.xz * q.xz
    let xy = p.xy * q.xy
    return LaneMatrix(
      L.fma(p.yy, q.zz, L.fma(p.zz, q.yy, -(yz + yz))),
      L.fma(p.xz, q.yz, L.fma(p.yz, q.xz, -L.fma(p.xy, q.zz, p.zz * q.xy))),
      L.fma(p.xy, q.yz, L.fma(p.yz, q.xy, -L.fma(p.xz, q.yy, p.yy * q.xz))),
      L.fma(p.xx, q.zz, L.fma(p.zz, q.xx, -(xz + xz))),
      L.fma(p.xy, q.xz, L.fma(p.xz, q.xy, -L.fma(p.xx, q.yz, p.yz * q.xx))),
      L.fma(p.xx, q.yy, L.fma(p.yy, q.xx, -(xy + xy))))
  }

  /// lambda / (1 - lambda) where f is largest.
  ///
  /// Halley's method on F = G / (1 + t)^6, which is the slope as a polynomial in lambda, inside a
  /// bracket that halves (or doubles, while it is open) where Halley leaves it. Started from the ratio
  /// of the radii along r, s_i = |r| / sqrt(r^T G_i^-1 r), which is exact for spheres and for bodies
  /// that stand along r, it takes 2 to 3 steps; the last is below 3e-5 of t, so that the error that is
  /// left, about its cube, does not show.
  @inline(__always)
  func maximum() -> L {
    var t = start
    var low = L.zero
    var high = L(repeating: .infinity)
    for _ in 0..<100 {
      let step = halleyStep(t)
      low = L.select(step.rising, t, low)
      high = L.select(step.rising, high, t)
      var next = step.next
      let inside = L.and(L.less(low, next), L.less(next, high))
      let trusted = L.and(step.concave, inside)
      if !L.all(trusted) {
        let open = L.less(high, L(repeating: .infinity))
        let middle = L.select(open, L(repeating: 0.5) * (low + high), t + t)
        // At the root itself Halley stands still, on the edge of the bracket.
        let still = L.less((next - t).magnitude, L(repeating: 1e-14) * t)
        next = L.select(still, t, L.select(trusted, next, middle))
      }
      let change = (next - t).magnitude
      t = next
      if L.all(L.less(change, L(repeating: 3e-5) * t)) { break }
    }
    return t * unit
  }

  /// With u = 1 + t and derivatives by lambda scaled by u: F' = u G' - 6 G, F'' = u (u G'' - 5 G') - 5 F',
  /// Halley's step is N/D, N = -2 G F', D = 2 F'^2 - G F'', and t becomes (t D + N) / (D - N).
  @inline(__always)
  private func halleyStep(_ t: L) -> (next: L, rising: L.Mask, concave: L.Mask) {
    // In pairs of terms: Horner's scheme would be a chain of twice the length.
    let (t2, twice) = (t * t, t + t)
    let (t4, triple) = (t2 * t2, twice + t)
    let value = L.fma(
      t4, L.fma(g.6, t2, L.fma(g.5, t, g.4)), L.fma(t2, L.fma(g.3, t, g.2), L.fma(g.1, t, g.0)))
    // (5 g_5 + 6 g_6 t) t^4 + (3 g_3 + 4 g_4 t) t^2 + (g_1 + 2 g_2 t)
    let slope = L.fma(
      t4, L.fma(g.6, triple + triple, L(repeating: 5) * g.5),
      L.fma(t2, L.fma(g.4, twice + twice, L(repeating: 3) * g.3), L.fma(g.2, twice, g.1)))
    // G''/2
    let bend = L.fma(
      t4, L(repeating: 15) * g.6,
      L.fma(t2, L.fma(g.5, L(repeating: 10) * t, L(repeating: 6) * g.4), L.fma(g.3, triple, g.2)))
    let u = L.one + t
    let fall = L.fma(slope, u, L(repeating: -6) * value)
    let inner = L.fma(bend + bend, u, L(repeating: -5) * slope)
    let curvature = L.fma(u, inner, L(repeating: -5) * fall)
    let fall2 = fall + fall
    let n = -(value * fall2)
    let d = L.fma(fall2, fall, -(value * curvature))
    return (L.fma(t, d, n) / (d - n), L.less(.zero, value), L.less(fall, .zero))
  }
}
