/// The RE-squared potential (Everaers and Ejtehadi 2003; Babadi, Everaers and Ejtehadi 2006).
///
/// With y_i = G_i^-1 r, s_i = d / sqrt(r.y_i) (the radius of particle i along r), H = G_1/s_1 + G_2/s_2:
///
///     U = -A/36 (1 + 3 q) P(1/2) + A/2025 (sigma/h)^6 (1 + 45/56 q) P(60^(-1/3))
///     q = eta chi sigma / h,  P(k) = product over the six semi-axes x of x / (x + k h)
///     eta = (a_1 b_1 c_1 / s_1^2 + a_2 b_2 c_2 / s_2^2) / sqrt(det H / (s_1 + s_2))
///     chi = 2 rhat^T (B_1 + B_2)^-1 rhat,  h = d - sigma_12
///
/// The differentials of h and chi are those of `GayBerneKernel` with lambda = 1/2 and mu = 1; those of
/// eta go through s_i, d s_i/dr = s_i (r/d^2 - y_i/(r.y_i)), d s_i/dw_i = s_i (r x y_i)/(r.y_i), and
/// through det H at fixed s_i.
struct RESquaredKernel: PairKernel {
  @inline(__always)
  func interact<L: Lanes>(
    _ first: Particle<L>, _ second: Particle<L>, epsilon: L, sigma: L, r: LaneVector<L>,
    forces: Bool
  ) -> PairResult<L> {
    let xi = first.shape + second.shape
    let xiAdjugate = xi.adjugate
    let matrix = ContactMatrix(
      sum: xiAdjugate, determinant: xi.determinant(adjugate: xiAdjugate), r)
    let squared = r.dot(r)
    let distance = squared.squareRoot()
    let contactDistance = (squared / matrix.value).squareRoot()
    let eta = RESquaredEta(first, second, r, squared: squared)
    let wells = first.wells + second.wells
    let wellsAdjugate = wells.adjugate
    let wellsDeterminant = wells.determinant(adjugate: wellsAdjugate)
    let b = wellsAdjugate * r
    let rb = r.dot(b)
    let chi = L(repeating: 2) * rb / (wellsDeterminant * squared)

    let h = distance - contactDistance
    let profile = RESquaredProfile(
      first, second, h: h, argument: eta.value * chi, epsilon: epsilon, sigma: sigma)
    let defined = L.and(
      L.less(.zero, h), L.less(profile.energy.magnitude, L(repeating: .infinity)))
    var result = PairResult(
      energy: profile.energy, radial: .zero, eta: eta.value, chi: chi, distance: distance,
      contactDistance: contactDistance, regular: defined)
    guard forces else { return result }

    let strain = profile.slope * contactDistance
    let tilt = profile.weight + profile.weight
    let inverseA = L.one / matrix.projection
    let inverseB = L.one / rb
    let a = matrix.direction
    let pull1 = profile.weight * eta.slope1 * eta.radius1
    let pull2 = profile.weight * eta.slope2 * eta.radius2
    let along = (profile.slope * distance - strain - tilt + pull1 + pull2) / squared
    let outward = (along * r).adding(strain * inverseA, a).adding(tilt * inverseB, b)
    let gradient = outward.adding(-(pull1 / eta.projection1), eta.y1)
      .adding(-(pull2 / eta.projection2), eta.y2)

    let c1 = (matrix.weight1 * inverseA / matrix.determinant) * (first.shape * a).cross(a)
    let c2 = inverseA * r.cross(a) - c1
    let e1 = (inverseB / wellsDeterminant) * (first.wells * b).cross(b)
    let e2 = inverseB * r.cross(b) - e1
    let (spin1, spin2) = eta.rotations(r)
    let torque1 = (strain * c1).adding(tilt, e1).adding(-profile.weight, spin1)
    let torque2 = (strain * c2).adding(tilt, e2).adding(-profile.weight, spin2)
    result.force = -gradient
    result.torque1 = torque1
    result.torque2 = torque2
    return result
  }
}

/// eta and its logarithmic derivatives.
private struct RESquaredEta<L: Lanes> {
  let value: L
  let y1: LaneVector<L>
  let y2: LaneVector<L>
  /// r . y_i.
  let projection1: L
  let projection2: L
  /// s_i.
  let radius1: L
  let radius2: L
  /// d ln eta / d s_i.
  let slope1: L
  let slope2: L
  private let commutator1: LaneVector<L>

  @inline(__always)
  init(_ first: Particle<L>, _ second: Particle<L>, _ r: LaneVector<L>, squared: L) {
    let (g1, g2) = (first.shape, second.shape)
    let (adjugate1, adjugate2) = (g1.adjugate, g2.adjugate)
    y1 = (L.one / g1.determinant(adjugate: adjugate1)) * (adjugate1 * r)
    y2 = (L.one / g2.determinant(adjugate: adjugate2)) * (adjugate2 * r)
    projection1 = r.dot(y1)
    projection2 = r.dot(y2)
    let s1 = (squared / projection1).squareRoot()
    let s2 = (squared / projection2).squareRoot()
    (radius1, radius2) = (s1, s2)
    let h = ((L.one / s1) * g1).adding(L.one / s2, g2)
    let hAdjugate = h.adjugate
    let hDeterminant = h.determinant(adjugate: hAdjugate)
    let volume1 = first.extra.0 * first.extra.1 * first.extra.2
    let volume2 = second.extra.0 * second.extra.1 * second.extra.2
    let numerator = volume1 / (s1 * s1) + volume2 / (s2 * s2)
    value = numerator / (hDeterminant / (s1 + s2)).squareRoot()

    let half = L(repeating: 0.5)
    let common = half / (s1 + s2)
    let trace1 = g1.traceOfProduct(hAdjugate) / hDeterminant
    let trace2 = g2.traceOfProduct(hAdjugate) / hDeterminant
    let two = L(repeating: 2)
    slope1 = common + (half * trace1 - two * volume1 / (s1 * numerator)) / (s1 * s1)
    slope2 = common + (half * trace2 - two * volume2 / (s2 * numerator)) / (s2 * s2)
    commutator1 = (L.one / (s1 * hDeterminant)) * g1.axialCommutator(hAdjugate)
  }

  /// d ln eta / dw_1 and d ln eta / dw_2: the commutators of G_1/s_1 and G_2/s_2 with adj H add up to
  /// nothing.
  @inline(__always)
  func rotations(_ r: LaneVector<L>) -> (LaneVector<L>, LaneVector<L>) {
    let turn1 = (slope1 * radius1 / projection1) * r.cross(y1)
    let turn2 = (slope2 * radius2 / projection2) * r.cross(y2)
    return (turn1 + commutator1, turn2 - commutator1)
  }
}

/// The energy as a function of h and of x = eta chi.
private struct RESquaredProfile<L: Lanes> {
  let energy: L
  /// dU/dh at fixed x.
  let slope: L
  /// dU/d ln x at fixed h.
  let weight: L

  @inline(__always)
  init(
    _ first: Particle<L>, _ second: Particle<L>, h: L, argument: L, epsilon: L, sigma: L
  ) {
    let inverse = L.one / h
    let q = argument * sigma * inverse
    let (far, farSlope) = Self.product(first, second, h, 0.5)
    let (near, nearSlope) = Self.product(first, second, h, 0.255_436_477_464_517_7)
    let ratio = sigma * inverse
    let ratio3 = ratio * ratio * ratio
    let attraction = L(repeating: -1.0 / 36) * epsilon * far
    let repulsion = L(repeating: 1.0 / 2025) * epsilon * ratio3 * ratio3 * near
    let q1 = L(repeating: 3) * q
    let q2 = L(repeating: 45.0 / 56) * q
    energy = attraction * (L.one + q1) + repulsion * (L.one + q2)
    weight = attraction * q1 + repulsion * q2
    let farTotal = attraction * (L.one + q1) * farSlope
    let core = L.fma(L(repeating: -6), inverse, nearSlope)
    slope = farTotal + repulsion * (L.one + q2) * core - weight * inverse
  }

  /// P(k) and d ln P / dh = -k sum of 1 / (x + k h).
  @inline(__always)
  private static func product(
    _ first: Particle<L>, _ second: Particle<L>, _ h: L, _ k: Double
  ) -> (L, L) {
    let kh = L(repeating: k) * h
    let (p, q) = (first.extra, second.extra)
    let (i0, i1, i2) = (L.one / (p.0 + kh), L.one / (p.1 + kh), L.one / (p.2 + kh))
    let (j0, j1, j2) = (L.one / (q.0 + kh), L.one / (q.1 + kh), L.one / (q.2 + kh))
    let firstProduct = (p.0 * i0) * (p.1 * i1) * (p.2 * i2)
    let secondProduct = (q.0 * j0) * (q.1 * j1) * (q.2 * j2)
    let sum = (i0 + i1 + i2) + (j0 + j1 + j2)
    return (firstProduct * secondProduct, L(repeating: -k) * sum)
  }
}
