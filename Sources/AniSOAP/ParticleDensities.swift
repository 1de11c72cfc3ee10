package import Geometry

/// The densities of the particles of a frame, ready for the kernel: whatever depends on a particle
/// alone and not on the pair.
///
/// The density of a particle with rotation R and Gaussian widths s is the normalised Gaussian of
/// covariance Sigma = R diag(s^2) R^T. Times the exp(-r^2 / 2 sigma^2) of a Gaussian-type orbital it
/// is, with M = (Sigma + sigma^2)^-1, a Gaussian of covariance sigma^2 Sigma M and mean
/// a = sigma^2 M r_ij, times
///
///     w = sqrt(sigma^6 det M) exp(-r_ij^T M r_ij / 2).
///
/// (CONVENTIONS: sqrt(det A / det A') exp(-c / 2) with A = Sigma^-1; written with M nothing is
/// inverted that could be singular, so needles and points are no special cases.) The coefficient on
/// the oscillator's function n, l, m is an expectation of a Hermite polynomial of sqrt(2) r / sigma;
/// expectations of Hermite polynomials are the moments of the Gaussian with the same mean and the
/// unit matrix taken off the covariance:
///
///     b = sqrt(2) sigma M r_ij,   C = 2 Sigma M - 1.
///
/// The eigenvalues of C, (s^2 - sigma^2) / (s^2 + sigma^2), lie between -1 and 1 for any shape. For
/// particles that are nearly spheres, or all much larger or smaller than sigma, they are nearly equal,
/// and whatever is not spherical would drown in the rounding of what is. The kernel then gets
/// C' = C - alpha with alpha the eigenvalue of a reference axis, one for each species, computed
/// without a difference of nearly equal numbers; `MomentContraction` puts alpha back, which is linear
/// in the moments and done once per centre. Equal spheres have C' = 0 and a kernel of their own.
struct ParticleDensities {
  /// What the kernel needs of one particle.
  struct Parameters {
    /// b = mean . r_ij.
    let mean: SymmetricMatrix3x3
    /// C'.
    let covariance: SymmetricMatrix3x3
    /// sqrt(sigma^6 det M); 1 for monomials.
    let prefactor: Double
  }

  private(set) var parameters: [Parameters]
  private let axes: [SemiAxes]
  /// For every species, the axis whose eigenvalue is taken off.
  private let references: [Double?]
  private let types: [Int]
  private let width: Double?
  /// How the neighbours of one species are projected.
  enum Route: Equatable {
    /// Equal spheres: the eigenvalue alpha.
    case spheres(alpha: Double)
    /// Any shapes: what was taken off the covariances.
    case ellipsoids(shift: Double)

    /// Whether it is that of equal spheres.
    var isSpheres: Bool {
      if case .spheres = self { true } else { false }
    }
  }

  /// The route of every species.
  let routes: [Route]

  /// `types` are the indices of the particles' species, of `speciesCount` in all; `degree` is the largest
  /// l + 2n of the moments.
  ///
  /// Throws: `InvalidInput` when shapes or rotations are missing.
  init(_ frame: Frame, types: [Int], speciesCount: Int, width: Double?, degree: Int) throws {
    let axes = try frame.shapesToExpand()
    var choices = [Choice?](repeating: nil, count: speciesCount)
    for (i, type) in types.enumerated() {
      var choice = choices[type] ?? Choice(reference: axes[i].middle)
      choice.add(axes[i], width: width)
      choices[type] = choice
    }
    routes = choices.map { $0?.route(width: width, degree: degree) ?? .ellipsoids(shift: 0) }
    references = zip(choices, routes).map { choice, route in
      route == .ellipsoids(shift: 0) ? nil : choice?.reference
    }
    (self.axes, self.types, self.width) = (axes, types, width)
    parameters = []
    parameters.reserveCapacity(axes.count)
    for i in axes.indices {
      parameters.append(parameters(of: i, orientation: frame.orientations?[i]))
    }
  }

  /// The same particles, turned to these orientations: no memory is taken for it.
  mutating func turn(to orientations: [UnitQuaternion]) {
    for i in axes.indices { parameters[i] = parameters(of: i, orientation: orientations[i]) }
  }

  private func parameters(of i: Int, orientation: UnitQuaternion?) -> Parameters {
    // A sphere has no orientation, whatever the file says.
    let rotation = axes[i].isSphere ? nil : orientation?.rotationMatrix
    return Self.parameters(
      axes[i], rotation ?? .identity, reference: references[types[i]], width: width)
  }

  /// What decides about the route of a species.
  private struct Choice {
    /// The semi-axis whose eigenvalue would be taken off.
    let reference: Double
    var areEqualSpheres = true
    /// The largest eigenvalue of C' in magnitude.
    var spread = 0.0

    init(reference: Double) { self.reference = reference }

    mutating func add(_ axes: SemiAxes, width: Double?) {
      if !(axes.isSphere && axes.a == reference) { areEqualSpheres = false }
      let s = axes.vector
      let difference = ParticleDensities.eigenvalues(s, reference: reference, width: width)
      spread = max(spread, abs(difference.x), abs(difference.y), abs(difference.z))
    }

    /// Taking alpha off helps where the rest is small beside it. With alpha < 0 it costs accuracy at
    /// high order and large distance, because explicit powers of b^2 then cancel (measured: 4e-8 at
    /// (20, 10), 1e-11 at (12, 12), 3e-15 at (6, 6)), so that it is not done there.
    func route(width: Double?, degree: Int) -> Route {
      let alpha =
        width.map { (reference - $0) * (reference + $0) / (reference * reference + $0 * $0) }
        ?? reference * reference
      if areEqualSpheres { return .spheres(alpha: alpha) }
      let helps = spread < 0.25 * abs(alpha) && (alpha > 0 || degree <= 24)
      return .ellipsoids(shift: helps ? alpha : 0)
    }
  }

  /// The eigenvalues of C - alpha for the alpha of the reference axis, or of C without one.
  private static func eigenvalues(
    _ s: Vector3, reference: Double?, width: Double?
  ) -> Vector3 {
    guard let width else {
      return reference.map { (s - $0) * (s + $0) } ?? s * s
    }
    let square = width * width
    let inverse = 1 / (s * s + square)
    guard let reference else { return (s - width) * (s + width) * inverse }
    return (s - reference) * (s + reference) * inverse
      * (2 * square / (reference * reference + square))
  }

  private static func parameters(
    _ axes: SemiAxes, _ rotation: Matrix3x3, reference: Double?, width: Double?
  ) -> Parameters {
    let s = axes.vector
    let covariance = SymmetricMatrix3x3(
      rotation.conjugating(diagonal: eigenvalues(s, reference: reference, width: width)))
    guard let width else {
      return Parameters(mean: SymmetricMatrix3x3(.identity), covariance: covariance, prefactor: 1)
    }
    let inverse = 1 / (s * s + width * width)
    let scaled = inverse * (width * width)
    return Parameters(
      mean: SymmetricMatrix3x3(
        rotation.conjugating(diagonal: inverse * (2.0.squareRoot() * width))),
      covariance: covariance,
      prefactor: (scaled.x * scaled.y * scaled.z).squareRoot())
  }
}

extension Frame {
  /// The semi-axes of the particles, once it is certain that those that are no spheres have rotations, and that
  /// powers of all neither overflow nor vanish.
  ///
  /// Throws: `InvalidInput` when semi-axes or rotations are missing, or a semi-axis is not from 1e-20 to 1e20.
  package func shapesToExpand() throws -> [SemiAxes] {
    guard let semiAxes else {
      guard count == 0 else {
        throw InvalidInput(
          "semi-axes", value: "missing",
          expected: "columns c_diameter[1], c_diameter[2], c_diameter[3], or semi-axes given")
      }
      return []
    }
    if orientations == nil, let index = semiAxes.firstIndex(where: { !$0.isSphere }) {
      throw InvalidInput(
        "orientation of particle \(index)", value: "missing",
        expected: "a quaternion column (c_q) for particles that are no spheres")
    }
    for (index, axes) in semiAxes.enumerated() where axes.smallest < 1e-20 || axes.largest > 1e20 {
      throw InvalidInput(
        "semi-axis of particle \(index)",
        value: axes.smallest < 1e-20 ? axes.smallest : axes.largest,
        expected: "a length from 1e-20 to 1e+20")
    }
    return semiAxes
  }
}
