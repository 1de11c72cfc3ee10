internal import Geometry

/// The distance of two ellipsoids reduced by their contact distance, and what its derivatives need.
///
/// With d = |r| and the contact distance sigma of `ContactFunction` along r: rho = w / (d - sigma + w), w the
/// mean of the smallest diameters of the two. The differentials of sigma are those of `GayBerneKernel`.
private struct ReducedDistance<L: Lanes> {
  let distance: L
  let contactDistance: L
  let rho: L
  /// Where rho is defined.
  let regular: L.Mask
  private let width: L
  private let inverseDistance: L
  /// a / (r.a) and c_1 of `GayBerneKernel`.
  private let slope: LaneVector<L>
  private let turn: LaneVector<L>

  @inline(__always)
  init(
    _ first: Particle<L>, _ second: Particle<L>, _ r: LaneVector<L>, _ contact: ContactFunction
  ) {
    let matrix: ContactMatrix<L>
    switch contact {
    case .gaussianOverlap:
      matrix = ContactMatrix(
        first.shape, second.shape, r, weight1: L(repeating: 0.5), weight2: L(repeating: 0.5))
    case .perramWertheim:
      let ratio = ContactPolynomial(
        first.shape, second.shape, r, ratio: first.extra.1 / second.extra.1
      ).maximum()
      matrix = ContactMatrix(first.shape, second.shape, r, ratio: ratio)
    }
    let squared = r.dot(r)
    distance = squared.squareRoot()
    inverseDistance = L.one / distance
    contactDistance = PerramWertheimLanes(matrix, squared: squared).distance
    width = first.extra.0 + second.extra.0
    let gap = distance - contactDistance + width
    regular = L.less(.zero, gap)
    // Elsewhere any number does, as long as it is one.
    rho = L.select(regular, width / gap, .one)
    let a = matrix.direction
    slope = (L.one / matrix.projection) * a
    turn =
      (matrix.weight1 / (matrix.determinant * matrix.projection))
      * (first.shape * a).cross(a)
  }

  /// The result for an energy with these derivatives by d and rho, where `gradient` and `turned` are what else
  /// changes when r moves and when the first particle turns.
  @inline(__always)
  func result(
    _ energy: L, byDistance: L, byRho: L, _ r: LaneVector<L>, gradient: LaneVector<L> = .zero,
    turned: LaneVector<L> = .zero, regular: L.Mask
  ) -> PairResult<L> {
    // d rho = -rho^2/w (d|r| - d sigma).
    let stretch = byRho * rho * rho / width
    let strain = stretch * contactDistance
    let along =
      (byDistance - stretch) * inverseDistance
      + strain * (inverseDistance * inverseDistance)
    var result = PairResult(
      energy: energy, radial: energy, eta: .one, chi: .one, distance: distance,
      contactDistance: contactDistance, regular: regular)
    result.force = -(gradient.adding(along, r).adding(-strain, slope))
    result.torque1 = -(turned.adding(strain, turn))
    result.torque2 = -(r.cross(result.force)) - result.torque1
    return result
  }
}

/// `ContactExpansion` for eight pairs at a time.
///
/// With B_i = u_i u_i^T (zero for a sphere) the monomials are products of p = s_1^2 = n.B_1 n,
/// q = s_2^2, t^2 = tr(B_1 B_2) and v = s_1 s_2 t = n.B_1 B_2 n, so that the sign of an axis never matters:
///
///     dp/dn = 2 B_1 n,  dp/dw_1 = 2 B_1 n x n,  dv/dn = (B_1 B_2 + B_2 B_1) n
///     dv/dw_1 = B_1 B_2 n x n + B_1 n x B_2 n,  d(t^2)/dw_1 = -2 [B_1, B_2]
struct ContactExpansionKernel: PairKernel, Equatable {
  /// v^odd (p^i q^j + p^j q^i) t^(2k), the second term only where i and j differ.
  struct Term: Equatable, Sendable {
    let i: Int
    let j: Int
    let k: Int
    let isOdd: Bool
  }

  let contact: ContactFunction
  let cutoff: Double
  let width: Double
  let terms: [Term]
  /// 12 and 6, or 12, 9, 6 and 3.
  let powers: Int
  /// The coefficients of every kind of pair; epsilon of a pair says which.
  let coefficients: [[Double]]
  private let highest: Int

  init(
    contact: ContactFunction, cutoff: Double, width: Double, terms: [Term], powers: Int,
    coefficients: [[Double]]
  ) {
    (self.contact, self.cutoff, self.width) = (contact, cutoff, width)
    (self.terms, self.powers, self.coefficients) = (terms, powers, coefficients)
    highest = terms.map { max($0.i, $0.j, $0.k) }.max() ?? 0
  }

  /// The energy before it is switched off, and its derivatives.
  private struct Energy<L: Lanes> {
    var value = L.zero
    var byRho = L.zero
    var byP = L.zero
    var byQ = L.zero
    var byT = L.zero
    var byV = L.zero
  }

  @inline(__always)
  func interact<L: Lanes>(
    _ first: Particle<L>, _ second: Particle<L>, epsilon: L, sigma: L, r: LaneVector<L>,
    forces: Bool
  ) -> PairResult<L> {
    let reduced = ReducedDistance(first, second, r, contact)
    let inverse = L.one / reduced.distance
    let n = inverse * r
    let (b1, b2) = (first.wells * n, second.wells * n)
    let (d1, d2) = (first.wells * b2, second.wells * b1)
    let energy = sum(
      epsilon, reduced.rho, p: n.dot(b1), q: n.dot(b2),
      t: first.wells.traceOfProduct(second.wells), v: n.dot(d1))
    // Pairs without coefficients do not interact, however near.
    let known = L.less(L(repeating: -0.5), epsilon)
    let (fading, slope) = fading(reduced.distance)
    let (weight, fall) = (L.select(known, fading, .zero), L.select(known, slope, .zero))
    let finite = L.less(energy.value.magnitude, L(repeating: .infinity))
    let regular = L.not(L.and(known, L.not(L.and(reduced.regular, finite))))
    let normal = (energy.byP + energy.byP) * b1
    let byN = normal.adding(energy.byQ + energy.byQ, b2).adding(energy.byV, d1 + d2)
    let across = (weight * inverse) * (byN.adding(-n.dot(byN), n))
    let commutator = first.wells.axialCommutator(second.wells)
    let turned = normal.cross(n).adding(energy.byV, d1.cross(n) + b1.cross(b2))
      .adding(-(energy.byT + energy.byT), commutator)
    return reduced.result(
      weight * energy.value, byDistance: fall * energy.value, byRho: weight * energy.byRho, r,
      gradient: across, turned: weight * turned, regular: regular)
  }

  /// The sum over all columns.
  @inline(__always)
  private func sum<L: Lanes>(_ kind: L, _ rho: L, p: L, q: L, t: L, v: L) -> Energy<L> {
    var energy = Energy<L>()
    let rho3 = rho * rho * rho
    let rho6 = rho3 * rho3
    let radial =
      powers == 2
      ? (rho6 * rho6, rho6, L.zero, L.zero)
      : (rho6 * rho6, rho6 * rho3, rho6, rho3)
    let count = highest + 1
    withUnsafeTemporaryAllocation(of: L.self, capacity: 3 * count) { table in
      guard let table = table.baseAddress else { return }
      for (k, x) in [p, q, t].enumerated() {
        let own = table + k * count
        own.initialize(to: .one)
        for i in 1..<max(1, count) { (own + i).initialize(to: own[i - 1] * x) }
      }
      let (pp, qq) = (UnsafePointer(table), UnsafePointer(table + count))
      let tt = UnsafePointer(table + 2 * count)
      for (y, term) in terms.enumerated() {
        let (value, slope) = radialPart(y, kind, radial)
        let angular = Self.angular(term, pp, qq, tt)
        let factor = term.isOdd ? v : L.one
        let scaled = value * factor
        energy.value = L.fma(scaled, angular.value, energy.value)
        energy.byRho = L.fma(slope * factor, angular.value, energy.byRho)
        energy.byP = L.fma(scaled, angular.byP, energy.byP)
        energy.byQ = L.fma(scaled, angular.byQ, energy.byQ)
        energy.byT = L.fma(scaled, angular.byT, energy.byT)
        if term.isOdd { energy.byV = L.fma(value, angular.value, energy.byV) }
      }
    }
    energy.byRho = energy.byRho / rho
    return energy
  }

  /// The radial part of a term, and rho times its derivative.
  @inline(__always)
  private func radialPart<L: Lanes>(_ y: Int, _ kind: L, _ radial: (L, L, L, L)) -> (L, L) {
    let first = y * powers
    func coefficient(_ p: Int) -> L {
      guard coefficients.count > 1 else { return L(repeating: number(0, first + p)) }
      var c = L.zero
      for k in coefficients.indices {
        let isOwn = L.less((kind - L(repeating: Double(k))).magnitude, L(repeating: 0.5))
        c = L.select(isOwn, L(repeating: number(k, first + p)), c)
      }
      return c
    }
    let (a, b) = (coefficient(0) * radial.0, coefficient(1) * radial.1)
    guard powers == 4 else { return (a + b, L.fma(L(repeating: 12), a, L(repeating: 6) * b)) }
    let (c, d) = (coefficient(2) * radial.2, coefficient(3) * radial.3)
    let low = L.fma(L(repeating: 6), c, L(repeating: 3) * d)
    return (a + b + (c + d), L.fma(L(repeating: 12), a, L.fma(L(repeating: 9), b, low)))
  }

  @inline(__always) private func number(_ kind: Int, _ column: Int) -> Double {
    guard kind < coefficients.count, column < coefficients[kind].count else { return 0 }
    return coefficients[kind][column]
  }

  /// A monomial without v, and its derivatives by p, q and t^2.
  @inline(__always)
  private static func angular<L: Lanes>(
    _ term: Term, _ p: UnsafePointer<L>, _ q: UnsafePointer<L>, _ t: UnsafePointer<L>
  ) -> (value: L, byP: L, byQ: L, byT: L) {
    let (i, j, k) = (term.i, term.j, term.k)
    func slope(_ x: UnsafePointer<L>, _ n: Int) -> L {
      n == 0 ? .zero : L(repeating: Double(n)) * x[n - 1]
    }
    var (both, byP, byQ) = (p[i] * q[j], slope(p, i) * q[j], p[i] * slope(q, j))
    if i != j {
      both = L.fma(p[j], q[i], both)
      byP = L.fma(slope(p, j), q[i], byP)
      byQ = L.fma(p[j], slope(q, i), byQ)
    }
    return (both * t[k], byP * t[k], byQ * t[k], both * slope(t, k))
  }

  /// f_c and its derivative: (1 + cos(pi x))/2 with x = (|r| - r_c)/width + 1 held in [0, 1].
  @inline(__always)
  private func fading<L: Lanes>(_ distance: L) -> (L, L) {
    let raw = (distance - L(repeating: cutoff - width)) * L(repeating: 1 / width)
    let x = L.minimum(.one, L.maximum(.zero, raw))
    // cos(pi x) = -sin(z), sin(pi x) = cos(z) with z = pi (x - 1/2), by their series to 1e-16.
    let z = L(repeating: .pi) * (x - L(repeating: 0.5))
    let minus = -(z * z)
    var (sine, cosine) = (L.one, L.one)
    for k in stride(from: 22, through: 2, by: -2) {
      let m = Double(k)
      sine = L.fma(sine, minus * L(repeating: 1 / (m * (m + 1))), .one)
      cosine = L.fma(cosine, minus * L(repeating: 1 / (m * (m - 1))), .one)
    }
    let half = L(repeating: 0.5)
    let value = L.fma(-half, z * sine, half)
    let slope = L(repeating: -0.5 * .pi / width) * cosine
    let isInner = L.less(raw, .zero)
    return (L.select(isInner, .one, value), L.select(isInner, .zero, slope))
  }
}

/// `ContactRepulsion` for eight pairs at a time.
struct ContactRepulsionKernel: PairKernel, Equatable {
  let strength: Double
  let contact: ContactFunction

  @inline(__always)
  func interact<L: Lanes>(
    _ first: Particle<L>, _ second: Particle<L>, epsilon: L, sigma: L, r: LaneVector<L>,
    forces: Bool
  ) -> PairResult<L> {
    let reduced = ReducedDistance(first, second, r, contact)
    let rho3 = reduced.rho * reduced.rho * reduced.rho
    let rho6 = rho3 * rho3
    let scale = L(repeating: strength)
    let value = scale * L.fma(L(repeating: 4) * rho6, rho6 - .one, .one)
    let slope = scale * (L(repeating: 24) * rho6 * (rho6 + rho6 - .one)) / reduced.rho
    let acts = L.less(L(repeating: 0.5), rho6)
    let finite = L.less(value.magnitude, L(repeating: .infinity))
    return reduced.result(
      L.select(acts, value, .zero), byDistance: .zero, byRho: L.select(acts, slope, .zero), r,
      regular: L.and(reduced.regular, finite))
  }
}

extension Ellipsoid {
  /// What both kernels read: G, u u^T with u the axis that angles are taken from, the smallest semi-axis and
  /// the mean radius. u is the symmetry axis; of a body with three different semi-axes the longest; of a sphere
  /// there is none.
  var contactParticle: Particle<Double> {
    let v = semiAxes.vector
    var axis = Vector3.zero
    switch BodySymmetry(semiAxes) {
    case .sphere: break
    case .axis(let k): axis[k] = 1
    case .none: axis[v.x >= v.y && v.x >= v.z ? 0 : v.y >= v.z ? 1 : 2] = 1
    }
    return Particle(
      shape: shape,
      wells: LaneMatrix(rotation: orientation.rotationMatrix, diagonal: axis),
      extra: (semiAxes.smallest, meanRadius, 0, 0))
  }
}
