/// The edges A, B, C of a bin, and which part of a column of bins along C a sphere touches.
///
/// A point differs from the centre of the sphere by u A + v B + w C. At right angles to C that is
/// u A' + v B', and along C it is w |C| + u a + v b.
struct BinEdges: Sendable {
  /// A' and B': what of A and B is at right angles to C.
  private let aAcross: Vector3
  private let bAcross: Vector3
  /// a and b: what of A and B lies along C.
  private let aAlong: Double
  private let bAlong: Double
  /// 1 / |C|.
  private let perLength: Double
  /// A'.B' / A'^2 and A'.B' / B'^2: where the line v = 1 (u = 1) is nearest to the centre, less the
  /// sign.
  private let skewA: Double
  private let skewB: Double
  /// What rounding can take from the square of a distance, for u^2 and v^2.
  private let slackA: Double
  private let slackB: Double

  init(_ a: Vector3, _ b: Vector3, _ c: Vector3) {
    let length = c.length
    let direction = c / length
    aAlong = a.dot(direction)
    bAlong = b.dot(direction)
    aAcross = a - direction * aAlong
    bAcross = b - direction * bAlong
    perLength = 1 / length
    let product = aAcross.dot(bAcross)
    skewA = product / aAcross.dot(aAcross)
    skewB = product / bAcross.dot(bAcross)
    slackA = 4e-15 * a.dot(a)
    slackB = 4e-15 * b.dot(b)
  }

  /// Between which w the sphere can have points whose u and v lie in the two intervals; nil where it
  /// has none.
  ///
  /// The point of the rectangle that is nearest to the centre, seen along C, lies on a side that is
  /// turned to the centre, unless the centre is inside. What its distance leaves of the cutoff bounds
  /// the component along C.
  func range(
    _ u: (low: Double, high: Double), _ v: (low: Double, high: Double), cutoff: Double
  ) -> (low: Double, high: Double)? {
    let nearU = min(u.high, max(u.low, 0))
    let nearV = min(v.high, max(v.low, 0))
    // The nearest points of the two sides.
    let one = square(nearU, min(v.high, max(v.low, -nearU * skewB)))
    let other = square(min(u.high, max(u.low, -nearV * skewA)), nearV)
    let nearest = nearU == 0 ? other : nearV == 0 ? one : min(one, other)
    let slack = slackA * (nearU * nearU) + slackB * (nearV * nearV)
    let rest = cutoff * cutoff + slack - nearest
    guard rest >= 0 else { return nil }
    let half = rest.squareRoot()
    let (a0, a1) = (u.low * aAlong, u.high * aAlong)
    let (b0, b1) = (v.low * bAlong, v.high * bAlong)
    return (
      (-half - max(a0, a1) - max(b0, b1)) * perLength,
      (half - min(a0, a1) - min(b0, b1)) * perLength
    )
  }

  /// |u A' + v B'|^2.
  private func square(_ u: Double, _ v: Double) -> Double {
    let across = aAcross * u + bAcross * v
    return across.dot(across)
  }
}
