public import Geometry
public import Mathematics

/// The Gay-Berne potential for dissimilar biaxial ellipsoids (Everaers and Ejtehadi, Phys. Rev. E 67,
/// 041710 (2003), doi:10.1103/PhysRevE.67.041710; Berardi, Fava and Zannoni, Chem. Phys. Lett. 236,
/// 462 (1995), doi:10.1016/0009-2614(95)00212-M; paper Eqs. 21 to 26 and B1 to B6).
///
///     U = U_r eta chi
///     U_r = 4 epsilon (rho^12 - rho^6),  rho = sigma / (h + gamma sigma),  h = |r| - sigma_12
///     eta = (2 s_1 s_2 / det(G_1 + G_2))^(nu/2),  s = (ab + cc) sqrt(ab)
///     chi = (2 rhat^T (B_1 + B_2)^-1 rhat)^mu,  B = R diag(e^(-1/mu)) R^T
///
/// Lengths are in the frame's unit, energies in that of epsilon; sigma is a length too. The factor 2 in
/// chi is that of Everaers and Ejtehadi and of LAMMPS: with it two unit spheres are a Lennard-Jones
/// pair. The paper prints none (`paperLiteral`). eta depends on which of the axes is called c.
public struct GayBerne: PairPotential {
  /// The parameters that it was made with.
  public let parameters: GayBerneParameters
  private let kernel: TruncatedKernel<GayBerneKernel>

  /// Throws: `InvalidInput` for parameters that cannot be used; see `GayBerneParameters.validate`.
  public init(_ parameters: GayBerneParameters = GayBerneParameters()) throws {
    try parameters.validate()
    self.parameters = parameters
    kernel = TruncatedKernel(
      kernel: GayBerneKernel(parameters), cutoff: parameters.cutoff,
      truncation: parameters.truncation)
  }

  /// Pairs at this distance or beyond do not interact; nil: all do.
  public var cutoff: Double? { parameters.cutoff }

  /// The interaction of two particles, the second at `displacement` = r_2 - r_1 from the first.
  ///
  /// Throws: `InvalidInput` when the centres coincide, or for a species without well depths.
  public func pair(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement: Vector3, species: (String, String)
  ) throws -> PairInteraction {
    let result = try evaluate(
      first, second, displacement: displacement, species: species, by: kernel)
    var pair = PairInteraction(result)
    (pair.radial, pair.eta, pair.chi) = (result.radial, result.eta, result.chi)
    return pair
  }

  /// Energy, and on request forces, torques and virial, of a frame, with all periodic images.
  ///
  /// The result does not depend on the number of threads.
  ///
  /// Throws: `InvalidInput` when the frame lacks orientations or semi-axes, is periodic without a
  /// cutoff, has two particles at the same place (it names them) or a species without well depths.
  public func evaluate(
    _ frame: Frame, forces: Bool = true, threads: Int = Parallel.availableThreads
  ) throws -> Interaction {
    try evaluate(frame, by: kernel, forces: forces, threads: threads)
  }

  /// About which body axes a particle can be turned: those of its shape and its well depths together.
  ///
  /// Throws: `InvalidInput` for a species without well depths.
  public func symmetry(of semiAxes: SemiAxes, species: String) throws -> BodySymmetry {
    let kind = ParticleKind(try particle(Ellipsoid(semiAxes: semiAxes), species: species))
    return BodySymmetry(semiAxes.vector, kind.wells)
  }

  /// What evaluates the particles of this frame again and again while they move, by a Verlet list.
  ///
  /// `skin`: how much farther than the cutoff the list looks; nil: a tenth of the cutoff. It is built
  /// anew when a centre has moved by half the skin.
  ///
  /// Throws: `InvalidInput` when the frame lacks orientations or semi-axes, has a species without well
  /// depths, or the skin is not a positive number.
  public func evaluator(for frame: Frame, skin: Double?) throws -> any PotentialEvaluator {
    try evaluator(for: frame, skin: skin, by: kernel) ?? FrameByFrameEvaluator(self, frame)
  }
}

extension GayBerne: KernelPotential {
  var strengths: PairStrengths { parameters.strengths }

  func particle(_ ellipsoid: Ellipsoid, species: String) throws -> Particle<Double> {
    let axes = ellipsoid.semiAxes
    let wells = try parameters.wellDiagonal(of: axes, species: species)
    let s = (axes.a * axes.b + axes.c * axes.c) * (axes.a * axes.b).squareRoot()
    return Particle(
      shape: ellipsoid.shape,
      wells: LaneMatrix(rotation: ellipsoid.orientation.rotationMatrix, diagonal: wells),
      extra: (s, ellipsoid.meanRadius, 0, 0))
  }
}

extension GayBerne {
  func energies(of kinds: [BodyKind]) throws -> any BodyEnergies {
    GayBerneBodies(bodies: try KernelBodyEnergies(kinds, potential: self, kernel: kernel))
  }
}
