/// The Gay-Berne potential U = U_r eta chi (Everaers and Ejtehadi 2003; paper Eqs. 21 to 26).
///
/// With r = r_2 - r_1, d = |r|, M = (1 - l) G_1 + l G_2 (l = 1/2, or where f is largest), a = adj(M) r,
/// Xi = G_1 + G_2, B = B_1 + B_2 and b = adj(B) r:
///
///     sigma_12 = d / sqrt(f),  f = l (1 - l) r.a / det M
///     U_r      = 4 epsilon (rho^12 - rho^6),  rho = sigma / (d - sigma_12 + gamma sigma)
///     eta      = (2 s_1 s_2 / det Xi)^(nu/2)
///     chi      = (2 r.b / (det B d^2))^mu
///
/// Differentials, with dG = [w]G - G[w] for a rotation by the small angle w and the axial vector p of
/// the commutator [G_1, adj Xi] / det Xi (adjugate and sum commute, so that of G_2 is -p):
///
///     d ln sigma_12 / dr = r/d^2 - a/(r.a)
///     d ln sigma_12 / dw_1 = c_1 = (1 - l) (G_1 a x a) / (det M r.a),  c_2 = (r x a)/(r.a) - c_1
///     d ln eta / dw_1 = nu p = -d ln eta / dw_2
///     d ln chi / dr = 2 mu (b/(r.b) - r/d^2)
///     d ln chi / dw_1 = -2 mu e_1,  e_1 = (B_1 b x b) / (det B r.b),  e_2 = (r x b)/(r.b) - e_1
///
/// l is held fixed (the envelope theorem), so that both contact functions share these lines.
struct GayBerneKernel: PairKernel {
  let contact: ContactFunction
  let gamma: Double
  let nu: Double
  let mu: Double
  let halfNu: Exponent
  let muExponent: Exponent
  /// The 2 in chi, or 1 for the paper's print.
  let chiFactor: Double

  init(_ parameters: GayBerneParameters) {
    contact = parameters.contact
    gamma = parameters.gamma
    nu = parameters.nu
    mu = parameters.mu
    halfNu = Exponent(parameters.nu / 2)
    muExponent = Exponent(parameters.mu)
    chiFactor = parameters.paperLiteral ? 1 : 2
  }

  @inline(__always)
  func interact<L: Lanes>(
    _ first: Particle<L>, _ second: Particle<L>, epsilon: L, sigma: L, r: LaneVector<L>,
    forces: Bool
  ) -> PairResult<L> {
    let two = L(repeating: 2)
    let xi = first.shape + second.shape
    let xiAdjugate = xi.adjugate
    let xiDeterminant = xi.determinant(adjugate: xiAdjugate)
    let matrix = contactMatrix(first, second, r, xiAdjugate: xiAdjugate, xiDeterminant)
    let squared = r.dot(r)
    let distance = squared.squareRoot()
    let contactDistance = (squared / matrix.value).squareRoot()

    let eta = halfNu.power(two * first.extra.0 * second.extra.0 / xiDeterminant)
    let wells = first.wells + second.wells
    let wellsAdjugate = wells.adjugate
    let wellsDeterminant = wells.determinant(adjugate: wellsAdjugate)
    let b = wellsAdjugate * r
    let rb = r.dot(b)
    let beta = L(repeating: chiFactor) * rb / (wellsDeterminant * squared)
    let chi = muExponent.power(beta)

    let shifted = distance - contactDistance + L(repeating: gamma) * sigma
    let rho = sigma / shifted
    let rho2 = rho * rho
    let rho6 = rho2 * rho2 * rho2
    let radial = L(repeating: 4) * epsilon * L.fma(rho6, rho6, -rho6)
    let energy = radial * eta * chi
    // Infinite energies (overflow) count as singular: their forces would be no numbers.
    let infinity = L(repeating: .infinity)
    let inside = L.select(L.less(.zero, shifted), .one, .zero)
    let finite = L.select(L.less(energy.magnitude, infinity), inside, .zero)
    let regular = L.less(.zero, finite)
    var result = PairResult(
      energy: L.select(regular, energy, infinity),
      radial: L.select(regular, radial, infinity), eta: eta, chi: chi,
      distance: distance, contactDistance: contactDistance,
      force: .zero, torque1: .zero, torque2: .zero, regular: regular)
    guard forces else { return result }

    // eta chi dU_r/dh
    let slope =
      L(repeating: -24) * epsilon * eta * chi * L.fma(rho6 + rho6, rho6, -rho6) / shifted
    let strain = slope * contactDistance
    let tilt = L(repeating: 2 * mu) * energy
    let a = matrix.direction
    let inverseA = L.one / matrix.projection
    let inverseB = L.one / rb
    let along = (slope * distance - strain - tilt) / squared
    let gradient = (along * r).adding(strain * inverseA, a).adding(tilt * inverseB, b)

    let c1 = (matrix.weight1 * inverseA / matrix.determinant) * (first.shape * a).cross(a)
    let e1 = (inverseB / wellsDeterminant) * (first.wells * b).cross(b)
    let p = first.shape.axialCommutator(xiAdjugate)
    let spin = (L(repeating: nu) * energy / xiDeterminant) * p
    let torque1 = (strain * c1).adding(tilt, e1) - spin
    let total1 = (strain * inverseA) * r.cross(a)
    let total = total1.adding(tilt * inverseB, r.cross(b))
    result.force = LaneVector.select(regular, -gradient, .zero)
    result.torque1 = LaneVector.select(regular, torque1, .zero)
    result.torque2 = LaneVector.select(regular, total - torque1, .zero)
    return result
  }

  @inline(__always)
  private func contactMatrix<L: Lanes>(
    _ first: Particle<L>, _ second: Particle<L>, _ r: LaneVector<L>,
    xiAdjugate: SymmetricMatrix<L>, _ xiDeterminant: L
  ) -> ContactMatrix<L> {
    switch contact {
    case .gaussianOverlap:
      return ContactMatrix(sum: xiAdjugate, determinant: xiDeterminant, r)
    case .perramWertheim:
      let start = first.extra.1 / (first.extra.1 + second.extra.1)
      let lambda = perramWertheimLambda(first.shape, second.shape, r, start: start)
      return ContactMatrix(
        first.shape, second.shape, r, weight1: L.one - lambda, weight2: lambda)
    }
  }
}

extension ContactMatrix {
  /// lambda = 1/2 from adj Xi and det Xi of Xi = G_1 + G_2: M = Xi/2, adj M = adj Xi / 4,
  /// det M = det Xi / 8.
  @inline(__always)
  init(sum xiAdjugate: SymmetricMatrix<L>, determinant xiDeterminant: L, _ r: LaneVector<L>) {
    weight1 = L(repeating: 0.5)
    weight2 = L(repeating: 0.5)
    determinant = L(repeating: 0.125) * xiDeterminant
    direction = L(repeating: 0.25) * (xiAdjugate * r)
    projection = r.dot(direction)
  }
}
