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

/// What lambda and the adjugate give together: the matrix M = (1 - lambda) G_1 + lambda G_2.
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
    _ g1: SymmetricMatrix<L>, _ g2: SymmetricMatrix<L>, _ r: LaneVector<L>, weight1: L, weight2: L
  ) {
    let m = (weight1 * g1).adding(weight2, g2)
    let adjugate = m.adjugate
    self.weight1 = weight1
    self.weight2 = weight2
    determinant = m.determinant(adjugate: adjugate)
    direction = adjugate * r
    projection = r.dot(direction)
  }

  /// f(lambda) = lambda (1 - lambda) r^T M^-1 r.
  @inline(__always) var value: L { weight1 * weight2 * projection / determinant }
}

/// f(lambda) = lambda (1 - lambda) N(lambda) / D(lambda) as a ratio of polynomials, in the products
/// of lambda and 1 - lambda (Bernstein's form), in which nothing cancels for unequal sizes:
/// N = r^T adj(M) r and D = det M, both expanded once.
struct ContactPolynomial<L: Lanes> {
  private let n: (L, L, L)
  private let d: (L, L, L, L)

  @inline(__always)
  init(_ g1: SymmetricMatrix<L>, _ g2: SymmetricMatrix<L>, _ r: LaneVector<L>) {
    let a1 = g1.adjugate
    let a2 = g2.adjugate
    let mixed = Self.mixedAdjugate(g1, g2)
    n = (r.dot(a1 * r), r.dot(mixed * r), r.dot(a2 * r))
    d = (
      g1.determinant(adjugate: a1), a1.traceOfProduct(g2), a2.traceOfProduct(g1),
      g2.determinant(adjugate: a2)
    )
  }

  /// The part of adj(G_1 + G_2) that is linear in both.
  @inline(__always)
  private static func mixedAdjugate(
    _ p: SymmetricMatrix<L>, _ q: SymmetricMatrix<L>
  ) -> SymmetricMatrix<L> {
    let yz = p.yz * q.yz
    let xz = p.xz * q.xz
    let xy = p.xy * q.xy
    return SymmetricMatrix(
      L.fma(p.yy, q.zz, L.fma(p.zz, q.yy, -(yz + yz))),
      L.fma(p.xz, q.yz, L.fma(p.yz, q.xz, -L.fma(p.xy, q.zz, p.zz * q.xy))),
      L.fma(p.xy, q.yz, L.fma(p.yz, q.xy, -L.fma(p.xz, q.yy, p.yy * q.xz))),
      L.fma(p.xx, q.zz, L.fma(p.zz, q.xx, -(xz + xz))),
      L.fma(p.xy, q.xz, L.fma(p.xz, q.xy, -L.fma(p.xx, q.yz, p.yz * q.xx))),
      L.fma(p.xx, q.yy, L.fma(p.yy, q.xx, -(xy + xy))))
  }

  /// g = p' D - p D' and dg/dlambda = p'' D - p D'' with p = lambda (1 - lambda) N: g has the sign of
  /// df/dlambda and is zero where f is largest.
  @inline(__always)
  func slope(_ lambda: L) -> (g: L, derivative: L) {
    let mu = L.one - lambda
    let (ll, mm, lm) = (lambda * lambda, mu * mu, lambda * mu)
    let difference = mu - lambda
    let two = L(repeating: 2)
    let numerator = L.fma(mm, n.0, L.fma(lm, n.1, ll * n.2))
    let numerator1 = L.fma(difference, n.1, two * (lambda * n.2 - mu * n.0))
    let numerator2 = two * (n.0 - n.1 + n.2)
    let p = lm * numerator
    let p1 = L.fma(difference, numerator, lm * numerator1)
    let p2 = L.fma(two * difference, numerator1, L.fma(lm, numerator2, -(two * numerator)))
    let q = L.fma(mu, L.fma(mm, d.0, lm * d.1), lambda * L.fma(lm, d.2, ll * d.3))
    let three = L(repeating: 3)
    let q1 = L.fma(
      three, ll * d.3 - mm * d.0, L.fma(mm - two * lm, d.1, (two * lm - ll) * d.2))
    let q2 =
      two
      * L.fma(
        three, L.fma(mu, d.0, lambda * d.3),
        L.fma(lambda - two * mu, d.1, (mu - two * lambda) * d.2))
    return (L.fma(p1, q, -(p * q1)), L.fma(p2, q, -(p * q2)))
  }

  /// The maximum by Newton's method inside a bracket that halves where Newton leaves it.
  ///
  /// Started from R_1 / (R_1 + R_2), R = det(S)^(1/3), which is exact for spheres; it takes 3 to 5
  /// steps. The last step is below 1e-7 of the distance to the nearer end, so that the error that is
  /// left, its square, is below rounding.
  @inline(__always)
  func maximum(start: L) -> L {
    var lambda = start
    var low = L.zero
    var high = L.one
    let half = L(repeating: 0.5)
    for _ in 0..<60 {
      let (g, derivative) = slope(lambda)
      let rising = L.less(.zero, g)
      low = L.select(rising, lambda, low)
      high = L.select(rising, high, lambda)
      var next = lambda - g / derivative
      // Newton may only be trusted where the slope falls and the step stays inside.
      let middle = half * (low + high)
      next = L.select(L.less(derivative, .zero), next, middle)
      next = L.select(L.less(next, low), middle, next)
      next = L.select(L.less(high, next), middle, next)
      let step = (next - lambda).magnitude
      lambda = next
      if L.all(L.less(step, L(repeating: 1e-7) * L.minimum(next, L.one - next))) { break }
    }
    return lambda
  }
}

/// The maximising lambda for the ellipsoids G_1 and G_2 at r, from a start in (0, 1).
@inline(__always)
func perramWertheimLambda<L: Lanes>(
  _ g1: SymmetricMatrix<L>, _ g2: SymmetricMatrix<L>, _ r: LaneVector<L>, start: L
) -> L {
  ContactPolynomial(g1, g2, r).maximum(start: start)
}
