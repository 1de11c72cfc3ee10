internal import CLanes
internal import Geometry

// Whether two ellipsoids overlap, without looking for the maximum of f.
//
// f(l) = l (1 - l) r^T M^-1 r, M = (1 - l) G_1 + l G_2, is concave on [0, 1] and zero at both ends;
// the two overlap when it stays below 1. Hence, in this order:
//
// 1. spheres around: |r| at least the sum of the largest semi-axes proves that they are apart;
// 2. f(l) >= 1 at any l proves that they are apart. l = R_1/(R_1 + R_2), the exact place for spheres,
//    settles most pairs that are apart;
// 3. the tangent at l lies above f: f(l) + max(f'(l) (1 - l), -f'(l) l) < 1 proves that they overlap;
// 4. else the next l is where the slope vanishes by the secant (or the middle) of a shrinking bracket,
//    whose two tangents meet above the maximum.
//
// Only products are compared, with unnormalised weights in the place of 1 - l and l: no step but
// the last divides.
//
// Rounding. With kappa the largest ratio of two semi-axes of the pair, det M and r^T adj(M) r lose
// up to some kappa^4 units in the last place where needles stand parallel. A value of f that is
// nearer to 1 than this decides nothing (`margin`); such pairs, one of 10^12 for kappa = 3, are
// decided by `ExactOverlap` with 32 digits from semi-axes and quaternions. So a decision is never
// wrong unless f is closer to 1 than the semi-axes and quaternions of doubles can tell.

/// f and its slope at l = b/(a + b) for positive weights a and b of any size.
///
/// With N = a G_1 + b G_2 = (a + b) M, d = adj(N) r and D = det N:
///
///     f = a b r.d / ((a + b) D),  f' = s / D^2,  s = d^T [a^2 G_1 - b^2 G_2] d
struct OverlapTrial<L: ArithmeticLanes> {
  private let a: L
  private let b: L
  private let determinant: L
  private let direction: LaneVector<L>
  /// a b r.d, which is f (a + b) D.
  private let product: L

  @inline(__always)
  init(_ g1: LaneMatrix<L>, _ g2: LaneMatrix<L>, _ r: LaneVector<L>, _ a: L, _ b: L) {
    let n = (a * g1).adding(b, g2)
    let adjugate = n.adjugate
    (self.a, self.b) = (a, b)
    determinant = n.determinant(adjugate: adjugate)
    direction = adjugate * r
    product = a * b * r.dot(direction)
  }

  /// f >= `limit` wherever `product` is at least this.
  @inline(__always)
  func threshold(_ limit: L) -> L { (a + b) * determinant * limit }

  /// Two numbers of which the first is smaller where f >= limit.
  @inline(__always)
  func apart(_ limit: L) -> (L, L) { (threshold(limit), product) }

  /// s.
  @inline(__always)
  func slope(_ g1: LaneMatrix<L>, _ g2: LaneMatrix<L>) -> L {
    L.fma(
      a * a, direction.dot(g1 * direction), -(b * b * direction.dot(g2 * direction)))
  }

  /// Two numbers of which the first is smaller where the tangent stays below `limit`: f + f' (1 -
  /// l) and f - f' l, times (a + b) D^2.
  @inline(__always)
  func overlapping(_ limit: L, slope: L) -> (L, L) {
    (
      L.fma(product, determinant, L.maximum(slope * a, -(slope * b))),
      threshold(limit) * determinant
    )
  }

  /// f.
  @inline(__always) var value: L { product / ((a + b) * determinant) }

  /// f' for the s given.
  @inline(__always)
  func derivative(slope: L) -> L { slope / (determinant * determinant) }
}

/// What is known of a pair.
enum OverlapVerdict {
  case apart
  case overlapping
  /// Too close to contact for doubles.
  case undecided
}

enum OverlapDecision {
  /// 64 units in the last place times kappa^4: how far from 1 a value of f decides, times l (1 -
  /// l).
  static func uncertainty(elongation: Double) -> Double {
    let squared = elongation * elongation
    return 64 * 0x1p-53 * squared * squared
  }

  /// Steps 2 to 4 for one pair, from the weights of spheres of radii R_1 and R_2; `margin` is how
  /// far from 1 a value there decides, `uncertainty` / (l (1 - l)).
  @inline(__always)
  static func decide(
    _ g1: LaneMatrix<Double>, _ g2: LaneMatrix<Double>, _ r: LaneVector<Double>,
    radii: (Double, Double), margin: Double
  ) -> OverlapVerdict {
    let trial = OverlapTrial(g1, g2, r, radii.1, radii.0)
    let far = trial.apart(1 + margin)
    if far.0 <= far.1 { return .apart }
    let slope = trial.slope(g1, g2)
    let near = trial.overlapping(1 - margin, slope: slope)
    if near.0 < near.1 { return .overlapping }
    let lambda = radii.0 / (radii.0 + radii.1)
    return search(
      g1, g2, r, lambda, value: trial.value, derivative: trial.derivative(slope: slope),
      uncertainty: margin * lambda * (1 - lambda))
  }

  /// Steps 2 and 3 for several pairs side by side, and once more at the l where Newton's method would go,
  /// as if f were a multiple of l (1 - l).
  ///
  /// `open` are the lanes that count; a value of f decides where it is farther from 1 than
  /// `uncertainty` / (l (1 - l)) + `slack`. Returns the lanes that overlap and those that are still open;
  /// `stops`: as soon as some overlap, the others are left open.
  @inline(__always)
  static func decide<L: ArithmeticLanes>(
    _ g1: LaneMatrix<L>, _ g2: LaneMatrix<L>, _ r: LaneVector<L>, radii: (L, L), uncertainty: L,
    slack: L, among open: UInt32, stops: Bool
  ) -> (overlapping: UInt32, open: UInt32) {
    let trial = OverlapTrial(g1, g2, r, radii.1, radii.0)
    let both = radii.0 + radii.1
    let limit = uncertainty * (both * both) / (radii.0 * radii.1) + slack
    var left = open & ~L.lessBits(trial.apart(.one + limit))
    if left == 0 { return (0, 0) }
    let slope = trial.slope(g1, g2)
    let proven = left & L.lessBits(trial.overlapping(.one - limit, slope: slope))
    left &= ~proven
    if left == 0 || stops && proven != 0 { return (proven, left) }
    let l0 = radii.0 / both
    let step =
      trial.derivative(slope: slope) * (l0 * (L.one - l0)) / (trial.value + trial.value)
    // Not too near the ends, where rounding counts for more.
    let edge = L(repeating: 0.02)
    let l = L.maximum(edge, L.minimum(L.one - edge, l0 + step))
    let again = OverlapTrial(g1, g2, r, L.one - l, l)
    let next = uncertainty / (l * (L.one - l)) + slack
    left &= ~L.lessBits(again.apart(.one + next))
    let more =
      left & L.lessBits(again.overlapping(.one - next, slope: again.slope(g1, g2)))
    return (proven | more, left & ~more)
  }

  /// The shrinking bracket, from a first value of f.
  @inline(never)
  private static func search(
    _ g1: LaneMatrix<Double>, _ g2: LaneMatrix<Double>, _ r: LaneVector<Double>,
    _ start: Double, value: Double, derivative: Double, uncertainty: Double
  ) -> OverlapVerdict {
    var bracket = ConcaveBracket()
    var (lambda, value, derivative) = (start, value, derivative)
    for _ in 0..<60 {
      let margin = uncertainty / (lambda * (1 - lambda))
      guard value.isFinite, derivative.isFinite, margin < 0.5 else { return .undecided }
      if value >= 1 { return value >= 1 + margin ? .apart : .undecided }
      bracket.add(lambda, value: value, slope: derivative)
      let bound = bracket.bound
      if bound < 1 { return bound < 1 - margin ? .overlapping : .undecided }
      guard let next = bracket.next(widest: 1e-9) else { return .undecided }
      lambda = next
      let trial = OverlapTrial(g1, g2, r, 1 - lambda, lambda)
      value = trial.value
      derivative = trial.derivative(slope: trial.slope(g1, g2))
    }
    return .undecided
  }
}

/// Where the maximum of a concave function on [0, 1] that is zero at both ends can be, and how
/// large it can be.
struct ConcaveBracket {
  private var low = 0.0
  private var lowValue = 0.0
  private var lowSlope = Double.infinity
  private var high = 1.0
  private var highValue = 0.0
  private var highSlope = -Double.infinity

  /// A point of the function.
  mutating func add(_ x: Double, value: Double, slope: Double) {
    if slope > 0 {
      (low, lowValue, lowSlope) = (x, value, slope)
    } else {
      (high, highValue, highSlope) = (x, value, slope)
    }
  }

  /// Where the tangents of both ends meet, or the tangent of one the other end.
  var bound: Double {
    if lowSlope == .infinity { return highValue - highSlope * high }
    if highSlope == -.infinity { return lowValue + lowSlope * (1 - low) }
    guard lowSlope > highSlope else { return max(lowValue, highValue) }
    let meeting =
      (highValue - lowValue + lowSlope * low - highSlope * high) / (lowSlope - highSlope)
    return lowValue + lowSlope * (meeting - low)
  }

  /// Where to look next: the root of the slope by its secant, or the middle; nil when the bracket
  /// is narrower than `widest`.
  func next(widest: Double) -> Double? {
    let width = high - low
    guard width > widest else { return nil }
    let middle = 0.5 * (low + high)
    guard lowSlope < .infinity, highSlope > -.infinity else { return middle }
    let secant = low + lowSlope * width / (lowSlope - highSlope)
    let inside = secant > low + 0.02 * width && secant < high - 0.02 * width
    return inside ? secant : middle
  }
}
