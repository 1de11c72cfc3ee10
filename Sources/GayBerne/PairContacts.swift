public import Geometry

/// The values of the three contact functions for one pair of particles of a frame.
public struct PairContacts: Equatable, Sendable {
  /// The two particles, from 0.
  public let particles: (first: Int, second: Int)
  /// r_2 - r_1 + lattice shift.
  public let displacement: Vector3
  /// sigma_12 of the Gay-Berne potential.
  public let gaussianOverlap: Double
  /// The exact contact along the line of centres.
  public let perramWertheim: PerramWertheim
  /// The distance between the surfaces, its points relative to the centre of the first particle; nil
  /// when the two overlap.
  public let surface: SurfaceDistance?

  /// Throws: `InvalidInput` when the centres coincide.
  public init(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement: Vector3,
    particles: (first: Int, second: Int) = (0, 1)
  ) throws {
    self.init(
      particles: particles, displacement: displacement,
      gaussianOverlap: try Contact.gaussianOverlap(first, second, displacement: displacement),
      perramWertheim: try Contact.perramWertheim(first, second, displacement: displacement),
      surface: try Contact.surfaceDistance(first, second, displacement: displacement))
  }

  private init(
    particles: (first: Int, second: Int), displacement: Vector3, gaussianOverlap: Double,
    perramWertheim: PerramWertheim, surface: SurfaceDistance?
  ) {
    self.particles = particles
    self.displacement = displacement
    self.gaussianOverlap = gaussianOverlap
    self.perramWertheim = perramWertheim
    self.surface = surface
  }

  /// Whether all is equal.
  public static func == (l: PairContacts, r: PairContacts) -> Bool {
    l.particles == r.particles && l.displacement == r.displacement
      && l.gaussianOverlap == r.gaussianOverlap && l.perramWertheim == r.perramWertheim
      && l.surface == r.surface
  }

  /// Every pair of a frame with centres nearer than the cutoff, each once, with its periodic images;
  /// without a cutoff all pairs of an open frame, or the nearest image of a periodic dimer.
  ///
  /// Throws: `InvalidInput` when the frame lacks orientations or semi-axes, is periodic with more
  /// than two particles and no cutoff, or has two particles at the same place.
  public static func all(in frame: Frame, cutoff: Double?) throws -> [PairContacts] {
    let (axes, turns) = try frame.shapes()
    let ellipsoids = zip(axes, turns).map { Ellipsoid(semiAxes: $0, orientation: $1) }
    var particles: [(first: Int, second: Int)] = []
    var pairs: [Contact.Pair] = []
    try forEachPair(of: frame, cutoff: cutoff) { i, j, r in
      guard Ellipsoid.lengths.contains(r.length) else {
        throw InvalidInput(
          "distance between particles \(i) and \(j)", value: r.length,
          expected: "centres at different places, from 1e-20 to 1e+20 apart")
      }
      particles.append((i, j))
      pairs.append(Contact.Pair(ellipsoids[i], ellipsoids[j], displacement: r))
    }
    let gaussian = try Contact.gaussianOverlap(pairs)
    let exact = try Contact.perramWertheim(pairs)
    let surfaces = try Contact.surfaceDistance(pairs)
    return pairs.indices.map {
      PairContacts(
        particles: particles[$0], displacement: pairs[$0].displacement,
        gaussianOverlap: gaussian[$0], perramWertheim: exact[$0], surface: surfaces[$0])
    }
  }

  /// Calls `body` with the particles and the displacement of every pair that `all` is to look at.
  private static func forEachPair(
    of frame: Frame, cutoff: Double?, _ body: (Int, Int, Vector3) throws -> Void
  ) throws {
    if cutoff == nil, let cell = frame.cell, cell.periodic != .zero {
      guard frame.count <= 2 else {
        throw InvalidInput(
          "cutoff radius", value: "missing",
          expected: "a positive number for a periodic frame of more than two particles")
      }
      if frame.count == 2 {
        try body(0, 1, cell.minimumImage(frame.positions[1] - frame.positions[0]))
      }
      return
    }
    let search = try PairSearch(frame, cutoff: cutoff)
    var buffer = NeighborFinder.Buffer()
    for i in 0..<frame.count {
      try search.forEachPartner(of: i, &buffer) { j, r in try body(i, j, r) }
    }
  }
}
