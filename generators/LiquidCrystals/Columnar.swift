public import Geometry
internal import Mathematics

/// A columnar phase: particles (discs, as a rule) stacked in columns, the columns on a hexagonal
/// lattice, the heights within a column those of a liquid.
///
/// The columnar order is tau = |<exp(i G . x)>|, the same for the three shortest reciprocal vectors G
/// of the lattice: 1 for centres on the columns, 0 for a liquid. Its value is exact, as is that of S.
/// The cell is a box: columns along its third lattice vector, as many as divide the number of
/// particles and make the box closest to a cube, unless given. It is turned as a whole, so that the
/// director comes out as asked for.
///
/// Labels: those of `Nematic`, and `columnar_order` (measured, the mean of the three),
/// `target_columnar_order`, `columns`, `column_spacing`.
public struct Columnar: Generator, Equatable {
  /// Particles and density.
  public var specimen: Specimen
  /// The nematic order S of the particle axes about the columns, from -1/2 to 1.
  public var order: ValueRange
  /// The columnar order tau, above 0 and at most 1.
  public var columnarOrder: ValueRange
  /// The number of columns: even, and a divisor of the number of particles.
  public var columns: Int?
  /// How axes are drawn.
  public var sampling: AxisSampling
  /// Where the columns point.
  public var director: Director

  /// A columnar phase.
  public init(
    specimen: Specimen, order: ValueRange, columnarOrder: ValueRange, columns: Int? = nil,
    sampling: AxisSampling = AxisSampling(), director: Director = .random
  ) {
    self.specimen = specimen
    self.order = order
    self.columnarOrder = columnarOrder
    self.columns = columns
    self.sampling = sampling
    self.director = director
  }

  /// "columnar".
  public var name: String { "columnar" }

  /// Frame `index` of a set of `count`.
  ///
  /// Throws: `InvalidInput` for parameters that cannot be met, `PackingFailure` where no positions
  /// without overlap were found.
  public func frame(index: Int, of count: Int, seed: UInt64) throws -> Frame {
    try sampling.require(order)
    try columnarOrder.require(
      "columnar order", within: 1e-3...1, "a number between 0.001 and 1")
    let random = FrameRandomness(seed: seed, family: .columnar, index: index)
    let assembly = try Assembly(specimen, random: random, of: count)
    let target = order.value(at: index, of: count)
    let tau = columnarOrder.value(at: index, of: count)
    let (lattice, height) = try stack(assembly)
    let cell = try Cell(box: Vector3(lattice.width, lattice.depth, height))
    var directors = random.stream(.director)
    let wanted = try director.direction(&directors)
    var stream = random.stream(.orientations)
    let axes = try assembly.axes(sampling, order: target, &stream)
    let waves = DensityWaves(lattice.reciprocal.map { .init(waveVector: $0, amplitude: tau) })
    let inCell = try assembly.configuration(
      orientations: assembly.orientations(along: axes), cell: cell
    ) { stream in
      var positions = start(lattice, height: height, tau: tau, &stream)
      try waves.restore(&positions)
      return (positions, [[waves]])
    }
    let turn = UnitQuaternion(bodyAxis: 2, along: wanted, spin: 0)
    var frame = try assembly.frame(
      phase: name, try inCell.turned(by: turn), targetOrder: target, director: wanted)
    frame.labels["columnar_order"] = .real(
      lattice.reciprocal.reduce(0) { $0 + inCell.amplitude(of: $1) / 3 })
    frame.labels["target_columnar_order"] = .real(tau)
    frame.labels["columns"] = .integer(lattice.rows * lattice.columns)
    frame.labels["column_spacing"] = .real(lattice.spacing)
    return frame
  }

  /// The lattice, and the height of the cell. The room per particle in a column is to the spacing of
  /// columns as the particle's height is to its width.
  private func stack(_ assembly: Assembly) throws -> (HexagonalLattice, height: Double) {
    let particles = specimen.particles
    let flatness = assembly.members.flatness
    // a^2 sqrt(3)/2 of area and a * flatness of height per particle.
    let spacing = cubeRoot(
      assembly.volume / Double(particles) / (0.75.squareRoot() * flatness))
    var chosen = columns ?? 0
    if columns == nil {
      var smallest = Double.infinity
      for candidate in stride(from: 2, through: particles, by: 2) where particles % candidate == 0 {
        let side = (0.75.squareRoot() * Double(candidate)).squareRoot()
        let ratio = side / (flatness * Double(particles / candidate))
        let skew = max(ratio, 1 / ratio)
        if skew < smallest { (chosen, smallest) = (candidate, skew) }
      }
    }
    guard chosen > 0, particles % chosen == 0, chosen % 2 == 0 else {
      throw InvalidInput(
        "number of columns", value: "\(columns.map(String.init) ?? "none")",
        expected: "an even divisor of the number of particles, \(particles)")
    }
    let shape = try HexagonalLattice.shape(sites: chosen, "number of columns")
    let lattice = HexagonalLattice(columns: shape.columns, rows: shape.rows, spacing: spacing)
    return (lattice, assembly.volume / (lattice.width * lattice.depth))
  }

  /// Evenly filled columns, each shifted along itself by chance, heights and centres jittered.
  private func start(
    _ lattice: HexagonalLattice, height: Double, tau: Double, _ stream: inout RandomStream
  ) -> [Vector3] {
    let sites = lattice.columns * lattice.rows
    let perColumn = specimen.particles / sites
    let rise = height / Double(perColumn)
    let spread = tau < 1 ? lattice.spread(amplitude: tau) : 0
    let shifts = (0..<sites).map { _ in stream.uniform(0, height) }
    let order = stream.permutation(specimen.particles)
    return order.map { k in
      let site = k % sites
      var position = lattice.site(site)
      position.z = shifts[site] + rise * (Double(k / sites) + stream.gaussian(sigma: 0.2))
      if spread > 0 {
        position.x += stream.gaussian(sigma: spread)
        position.y += stream.gaussian(sigma: spread)
      }
      return position
    }
  }
}

extension Configuration {
  /// |<exp(i k . x)>|.
  func amplitude(of k: Vector3) -> Double {
    let sum = positions.reduce(SIMD2<Double>.zero) {
      $0 + SIMD2(cosine(k.dot($1)), sine(k.dot($1)))
    }
    return (sum * sum).sum().squareRoot() / Double(positions.count)
  }
}

extension Population.Members {
  /// The mean of height along the axis over the mean width across it.
  var flatness: Double {
    var (along, across) = (0.0, 0.0)
    for (shape, own) in zip(semiAxes, axes) {
      let v = shape.vector
      let axis = own ?? 2
      along += v[axis]
      across += (v[(axis + 1) % 3] * v[(axis + 2) % 3]).squareRoot()
    }
    return along / across
  }
}
