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
    let xi = first.shape + second.shape
    let xiAdjugate = xi.adjugate
    let xiDeterminant = xi.determinant(adjugate: xiAdjugate)
    let matrix = contactMatrix(first, second, r, xiAdjugate: xiAdjugate, xiDeterminant)
    let wells = first.wells + second.wells
    let wellsAdjugate = wells.adjugate
    let wellsDeterminant = wells.determinant(adjugate: wellsAdjugate)
    let b = wellsAdjugate * r
    let rb = r.dot(b)
    // Divisions are dear: one for each product of what has to be inverted.
    let squared = r.dot(r)
    let inverseSquared = L.one / squared
    let inverseA = L.one / (matrix.projection * matrix.determinant)
    let inverseB = L.one / (rb * wellsDeterminant)

    let distance = squared.squareRoot()
    let weights = matrix.weight1 * matrix.weight2
    let contactDistance = contactRoot(squared, matrix, inverseA, weights)
    let strengths = first.extra.0 * second.extra.0
    let eta = halfNu.power(etaBase(strengths, matrix, inverseA, xiDeterminant))
    let chi = muExponent.power(L(repeating: chiFactor) * (rb * rb) * (inverseB * inverseSquared))

    let shifted = distance - contactDistance + L(repeating: gamma) * sigma
    let inverseShifted = L.one / shifted
    let rho = sigma * inverseShifted
    let rho2 = rho * rho
    let rho6 = rho2 * rho2 * rho2
    let radial = L(repeating: 4) * epsilon * L.fma(rho6, rho6, -rho6)
    let energy = radial * eta * chi
    // Energies that overflow count as singular: their forces would be no numbers.
    let defined = L.and(
      L.less(.zero, shifted), L.less(energy.magnitude, L(repeating: .infinity)))
    var result = PairResult(
      energy: energy, radial: radial, eta: eta, chi: chi, distance: distance,
      contactDistance: contactDistance, regular: defined)
    guard forces else { return result }

    // eta chi dU_r/dh
    let slope =
      L(repeating: -24) * epsilon * eta * chi * L.fma(rho6 + rho6, rho6, -rho6) * inverseShifted
    let strain = slope * contactDistance
    let tilt = L(repeating: 2 * mu) * energy
    let a = matrix.direction
    // strain / r.a and tilt / r.b
    let strainA = strain * inverseA * matrix.determinant
    let tiltB = tilt * inverseB * wellsDeterminant
    let along = (slope * distance - strain - tilt) * inverseSquared
    result.force = -(along * r).adding(strainA, a).adding(tiltB, b)

    let c1 = (first.shape * a).cross(a)
    let e1 = (first.wells * b).cross(b)
    let p = first.shape.axialCommutator(xiAdjugate)
    let spin = L(repeating: -nu) * energy * etaInverse(matrix, inverseA, xiDeterminant)
    result.torque1 = (spin * p).adding(strain * matrix.weight1 * inverseA, c1)
      .adding(tilt * inverseB, e1)
    let total = (strainA * r.cross(a)).adding(tiltB, r.cross(b))
    result.torque2 = total - result.torque1
    return result
  }

  /// d / sqrt(f) = sqrt(d^2 det M / (w_1 w_2 r.a)).
  @inline(__always)
  private func contactRoot<L: Lanes>(
    _ squared: L, _ matrix: ContactMatrix<L>, _ inverseA: L, _ weights: L
  ) -> L {
    let determinantSquared = matrix.determinant * matrix.determinant
    switch contact {
    case .gaussianOverlap:
      return (L(repeating: 4) * squared * (determinantSquared * inverseA)).squareRoot()
    case .perramWertheim:
      return (squared * (determinantSquared * inverseA) / weights).squareRoot()
    }
  }

  /// 1 / det Xi; for the Gaussian contact det M = det Xi / 8 is already inverted.
  @inline(__always)
  private func etaInverse<L: Lanes>(
    _ matrix: ContactMatrix<L>, _ inverseA: L, _ xiDeterminant: L
  ) -> L {
    switch contact {
    case .gaussianOverlap: return L(repeating: 0.125) * (matrix.projection * inverseA)
    case .perramWertheim: return L.one / xiDeterminant
    }
  }

  /// 2 s_1 s_2 / det Xi.
  @inline(__always)
  private func etaBase<L: Lanes>(
    _ strengths: L, _ matrix: ContactMatrix<L>, _ inverseA: L, _ xiDeterminant: L
  ) -> L {
    (strengths + strengths) * etaInverse(matrix, inverseA, xiDeterminant)
  }

  @inline(__always)
  private func contactMatrix<L: Lanes>(
    _ first: Particle<L>, _ second: Particle<L>, _ r: LaneVector<L>,
    xiAdjugate: LaneMatrix<L>, _ xiDeterminant: L
  ) -> ContactMatrix<L> {
    switch contact {
    case .gaussianOverlap:
      return ContactMatrix(sum: xiAdjugate, determinant: xiDeterminant, r)
    case .perramWertheim:
      let ratio = ContactPolynomial(
        first.shape, second.shape, r, ratio: first.extra.1 / second.extra.1
      ).maximum()
      return ContactMatrix(first.shape, second.shape, r, ratio: ratio)
    }
  }
}

extension ContactMatrix {
  /// lambda = 1/2 from adj Xi and det Xi of Xi = G_1 + G_2: M = Xi/2, adj M = adj Xi / 4,
  /// det M = det Xi / 8.
  @inline(__always)
  init(sum xiAdjugate: LaneMatrix<L>, determinant xiDeterminant: L, _ r: LaneVector<L>) {
    weight1 = L(repeating: 0.5)
    weight2 = L(repeating: 0.5)
    determinant = L(repeating: 0.125) * xiDeterminant
    direction = L(repeating: 0.25) * (xiAdjugate * r)
    projection = r.dot(direction)
  }
}
