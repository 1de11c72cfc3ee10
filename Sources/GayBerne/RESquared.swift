public import Geometry
public import Mathematics

/// The parameters of the RE-squared potential; see `RESquared`.
public struct RESquaredParameters: Equatable, Sendable {
  /// The Hamaker constant A (as epsilon) and the atomic diameter sigma, for all pairs or for each.
  public var strengths: PairStrengths
  /// The relative well depths e of E = diag(1/e). From curvature: E = sigma diag(a/bc, b/ac, c/ab)
  /// with the sigma of the particle's own species (that of a pair of two such particles), the size of
  /// its own atoms: E belongs to a particle, whatever its partner. LAMMPS takes e for each atom type
  /// by hand (`epsilon_i_a` and so on of `pair_coeff i i`), so that nothing there differs; the rule
  /// that its manual page prints, epsilon_a = sigma a/(b c), is this E and not its inverse e.
  public var wellDepths: WellDepths
  /// Pairs at this distance or beyond do not interact; nil: all do.
  public var cutoff: Double?
  /// How the potential ends at the cutoff.
  public var truncation: Truncation

  /// By default the well depths of Everaers and Ejtehadi, from curvature.
  public init(
    hamaker: Double, sigma: Double, wellDepths: WellDepths = .curvature, cutoff: Double? = nil,
    truncation: Truncation = .plain
  ) {
    strengths = PairStrengths(epsilon: hamaker, sigma: sigma)
    self.wellDepths = wellDepths
    self.cutoff = cutoff
    self.truncation = truncation
  }
}

/// The RE-squared potential: ellipsoids filled with Lennard-Jones atoms, integrated approximately
/// (Everaers and Ejtehadi, Phys. Rev. E 67, 041710 (2003), doi:10.1103/PhysRevE.67.041710; Babadi,
/// Everaers and Ejtehadi, J. Chem. Phys. 124, 174708 (2006), doi:10.1063/1.2186327).
///
/// LAMMPS: `pair_style resquared`, for pairs of finite ellipsoids. Where h = |r| - sigma_12 is not
/// positive the energy is +infinity.
public struct RESquared: PairPotential {
  /// The parameters that it was made with.
  public let parameters: RESquaredParameters
  private let wells: GayBerneParameters
  private let kernel: TruncatedKernel<RESquaredKernel>

  /// Throws: `InvalidInput` for a Hamaker constant that is negative, or a sigma, a cutoff or a well
  /// depth that is not positive.
  public init(_ parameters: RESquaredParameters) throws {
    var wells = GayBerneParameters(
      wellDepths: parameters.wellDepths, cutoff: parameters.cutoff,
      truncation: parameters.truncation)
    wells.strengths = parameters.strengths
    try wells.validate()
    self.parameters = parameters
    self.wells = wells
    kernel = TruncatedKernel(
      kernel: RESquaredKernel(), cutoff: parameters.cutoff, truncation: parameters.truncation)
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
    (pair.eta, pair.chi) = (result.eta, result.chi)
    return pair
  }

  /// Energy, and on request forces, torques and virial, of a frame, with all periodic images.
  ///
  /// Throws: `InvalidInput` as `GayBerne.evaluate` does.
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

extension RESquared: KernelPotential {
  var strengths: PairStrengths { parameters.strengths }

  func particle(_ ellipsoid: Ellipsoid, species: String) throws -> Particle<Double> {
    let axes = ellipsoid.semiAxes
    var diagonal = try wells.wellDiagonal(of: axes, species: species)
    // The Gay-Berne rule measures curvature by the smallest semi-axis, this one by the atoms.
    if case .curvature = parameters.wellDepths {
      diagonal *= strengths.strength(species, species).sigma / axes.smallest
    }
    return Particle(
      shape: ellipsoid.shape,
      wells: LaneMatrix(rotation: ellipsoid.orientation.rotationMatrix, diagonal: diagonal),
      extra: (axes.a, axes.b, axes.c, 0))
  }
}

extension RESquared {
  func energies(of kinds: [BodyKind]) throws -> any BodyEnergies {
    RESquaredBodies(bodies: try KernelBodyEnergies(kinds, potential: self, kernel: kernel))
  }
}
