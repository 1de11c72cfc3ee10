internal import Geometry

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
///     b = sqrt(2) sigma M r_ij,   C = 2 Sigma M - 1 = 1 - 2 sigma^2 M.
///
/// Its eigenvalues (s^2 - sigma^2) / (s^2 + sigma^2) lie between -1 and 1 for any shape.
struct ParticleDensities {
  /// The symmetric matrix M (or Sigma, for monomials) and sqrt(sigma^6 det M).
  struct Parameters {
    var xx: Double
    var xy: Double
    var xz: Double
    var yy: Double
    var yz: Double
    var zz: Double
    var prefactor: Double
  }

  let parameters: [Parameters]
  /// The index of every particle's species.
  let types: [Int]

  /// Throws: `InvalidInput` when shapes or rotations are missing or a species is not in the table.
  init(_ frame: Frame, species: SpeciesTable, width: Double?) throws {
    types = try frame.species.enumerated().map { index, name in
      guard let type = species.index(of: name) else {
        throw InvalidInput(
          "species of particle \(index)", value: name,
          expected: "one of \(species.names.joined(separator: ", "))")
      }
      return type
    }
    guard let axes = frame.semiAxes else {
      guard frame.count == 0 else {
        throw InvalidInput(
          "semi-axes", value: "missing",
          expected: "columns c_diameter[1], c_diameter[2], c_diameter[3], or semi-axes given")
      }
      parameters = []
      return
    }
    if frame.orientations == nil, let index = axes.firstIndex(where: { !$0.isSphere }) {
      throw InvalidInput(
        "orientation of particle \(index)", value: "missing",
        expected: "a quaternion column (c_q) for particles that are no spheres")
    }
    parameters = axes.indices.map { i in
      let rotation = frame.orientations?[i].rotationMatrix ?? .identity
      let squares = axes[i].vector * axes[i].vector
      guard let width else {
        return Self.pack(rotation.conjugating(diagonal: squares), prefactor: 1)
      }
      let inverse = 1 / (squares + width * width)
      let scaled = inverse * (width * width)
      return Self.pack(
        rotation.conjugating(diagonal: inverse),
        prefactor: (scaled.x * scaled.y * scaled.z).squareRoot())
    }
  }

  private static func pack(_ m: Matrix3x3, prefactor: Double) -> Parameters {
    let (x, y, z) = m.columns
    return Parameters(
      xx: x.x, xy: x.y, xz: x.z, yy: y.y, yz: y.z, zz: z.z, prefactor: prefactor)
  }
}
