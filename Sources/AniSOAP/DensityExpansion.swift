public import Geometry
public import Mathematics

/// Expands the density of ellipsoids around each particle in radial functions and spherical
/// harmonics, as AniSOAP does, and forms invariants of it.
///
/// The density of neighbour j is a normalised Gaussian with its semi-axes as widths and its
/// orientation; the coefficient <nlm|rho_i> is the sum over the neighbours of the projections
/// (paper Eqs. 1, 12 and A2), for orthonormal radial functions (Löwdin, Appendix A 8). Values,
/// normalisation and order are those of AniSOAP.
///
///     let expansion = try DensityExpansion(hyperparameters, species: ["X"])
///     let block = try expansion.powerSpectrum(of: frame, average: .frame)
public struct DensityExpansion: Sendable {
  /// Everything that is computed once.
  struct Plan: Sendable {
    let hyperparameters: Hyperparameters
    let species: SpeciesTable
    /// How particles are projected.
    let way: Way
    /// The number of radial functions for each l.
    let counts: [Int]
    /// The number of coefficients of one species: sum over l of (2l + 1) counts[l].
    let count: Int
    /// The integers that label the densities of a centre, and what they are called: the species of
    /// the neighbours, or the channels that these are mixed into.
    let channels: [Int]
    let channelName: String
    /// The features of nu = 1 in the centres' own frames; nil in the frame of space.
    let body: BodyFrame?

    enum Way: Sendable {
      /// Gaussian densities, all neighbours of a centre at once.
      case moments(MomentEngine)
      /// Any others, pair by pair.
      case pairs(any PairProjection)
    }

    init(_ hyperparameters: Hyperparameters, _ species: SpeciesTable, _ way: Way) throws {
      if let weights = hyperparameters.mixing?.weights, weights[0].count != species.count {
        throw InvalidInput(
          "species mixing", value: "\(weights[0].count) weights for each channel",
          expected: "\(species.count), one for each species")
      }
      self.hyperparameters = hyperparameters
      self.species = species
      self.way = way
      counts = hyperparameters.radialCounts
      count = counts.enumerated().reduce(0) { $0 + (2 * $1.offset + 1) * $1.element }
      channels = hyperparameters.mixing.map { Array($0.weights.indices) } ?? species.numbers
      channelName = hyperparameters.mixing == nil ? "types_neighbor" : "channel"
      let width = channels.count
      body = BodyFrame(hyperparameters.frame, columns: counts.map { $0 * width })
    }
  }

  let plan: Plan

  /// Whether a result has a row for each particle or one for the frame.
  public enum Average: Equatable, Sendable {
    /// The mean over the centres of the frame, centre species by centre species.
    case frame
    /// A row for each particle.
    case none
  }

  /// Throws: `InvalidInput` for hyperparameters or species that make no sense; `NumericalError` when
  /// an overlap matrix is singular even with 32 digits.
  public init(_ hyperparameters: Hyperparameters, species: SpeciesTable) throws {
    try hyperparameters.validate()
    let way: Plan.Way
    switch (hyperparameters.density, hyperparameters.basis) {
    case (.gaussian, .slater(let width)):
      way = .pairs(try SlaterProjection(hyperparameters, width: width))
    case (.gaussian, _):
      way = .moments(
        try MomentEngine(hyperparameters, counts: hyperparameters.radialCounts))
    case (.box, _), (.exponential, _): way = .pairs(try SeparableExpansion(hyperparameters))
    }
    plan = try Plan(hyperparameters, species, way)
  }

  /// Densities or radial functions of your own: the coefficients of pairs come from `projection`, and
  /// everything that is made of them follows. The basis and the density of the hyperparameters are not
  /// used; `maxAngular` and `maxRadial` say how many coefficients a pair has.
  ///
  /// Throws: `InvalidInput` for hyperparameters or species that make no sense.
  public init(
    _ hyperparameters: Hyperparameters, species: SpeciesTable, projection: any PairProjection
  ) throws {
    try hyperparameters.validate()
    plan = try Plan(hyperparameters, species, .pairs(projection))
  }

  /// As above, with the species in the order given.
  public init(_ hyperparameters: Hyperparameters, species: [String]) throws {
    try self.init(hyperparameters, species: SpeciesTable(ordered: species))
  }

  /// What the expansion depends on.
  public var hyperparameters: Hyperparameters { plan.hyperparameters }

  /// The species, in the order of the columns.
  public var species: SpeciesTable { plan.species }

  /// The number of coefficients a centre has: sum over l of (2l + 1) x radial functions x species
  /// (or channels).
  public var coefficientCount: Int { plan.count * plan.channels.count }

  /// The columns of `coefficients`: l, m, n, neighbour species (or channel), the last fastest.
  public var coefficientProperties: IndexTable {
    var rows = [[Int]]()
    for (l, count) in plan.counts.enumerated() {
      for m in -l...l {
        for n in 0..<count {
          for number in plan.channels { rows.append([l, m, n, number]) }
        }
      }
    }
    return IndexTable(names: ["l", "m", "n", plan.channelName], rows: rows)
  }

  /// The coefficients <nlm|rho_i> of every centre, in the frame of space whatever `hyperparameters.frame`
  /// says: particles x `coefficientProperties`.
  ///
  /// Samples are labelled `particle`, `types_center`. A centre without neighbours has zeros.
  ///
  /// Throws: `InvalidInput` for a frame that cannot be expanded: shapes or rotations missing, a
  /// species that the calculation was not told of, positions that are not finite.
  public func coefficients(
    of frame: Frame, threads: Int = Parallel.availableThreads
  ) throws -> LabelledBlock {
    let densities = try densities(of: frame)
    let finder = try finder(for: frame)
    let values = try Parallel.matrix(
      rows: frame.count, columns: coefficientCount, threads: threads,
      workspace: { NeighborhoodProjector(plan, densities, finder) }
    ) { i, row, projector in
      if let base = row.baseAddress { try projector.project(center: i, to: base) }
    }
    return LabelledBlock(
      samples: centerSamples(densities.types), properties: coefficientProperties, values: values)
  }

  /// The coefficients of each pair (centre, neighbour), not summed: pairs x (l, m, n).
  ///
  /// Samples are labelled `first`, `second`, `shift_a`, `shift_b`, `shift_c`; the pair of a particle
  /// with itself comes first among those of its centre unless it is excluded.
  ///
  /// Throws: as `coefficients(of:)`.
  public func pairCoefficients(of frame: Frame) throws -> LabelledBlock {
    let densities = try densities(of: frame)
    let finder = try finder(for: frame)
    let projector = NeighborhoodProjector(plan, densities, finder)
    let width = plan.count
    var samples = [[Int]]()
    var elements = [Double]()
    var row = [Double](repeating: 0, count: width)
    var buffer = NeighborFinder.Buffer()
    for i in 0..<frame.count {
      finder.neighbors(of: i, into: &buffer)
      if !hyperparameters.excludeSelf {
        try projector.project(neighbor: i, at: Vector3.zero, to: &row)
        samples.append([i, i, 0, 0, 0])
        elements += row
      }
      for k in 0..<buffer.count {
        let j = Int(buffer.indices[k])
        let shift = buffer.shifts[k]
        try projector.project(
          neighbor: j, at: Vector3(buffer.x[k], buffer.y[k], buffer.z[k]), to: &row)
        samples.append([i, j, Int(shift.x), Int(shift.y), Int(shift.z)])
        elements += row
      }
    }
    var rows = [[Int]]()
    for (l, count) in plan.counts.enumerated() {
      for m in -l...l { for n in 0..<count { rows.append([l, m, n]) } }
    }
    return LabelledBlock(
      samples: IndexTable(
        names: ["first", "second", "shift_a", "shift_b", "shift_c"], rows: samples),
      properties: IndexTable(names: ["l", "m", "n"], rows: rows),
      values: Matrix(rows: samples.count, columns: width, elements: elements))
  }

  func densities(of frame: Frame) throws -> FrameDensities { try FrameDensities(frame, plan) }

  func finder(for frame: Frame) throws -> NeighborFinder {
    try NeighborFinder(
      positions: frame.positions, cell: frame.cell, cutoff: hyperparameters.cutoff)
  }

  func centerSamples(_ types: [Int]) -> IndexTable {
    IndexTable(
      names: ["particle", "types_center"],
      rows: types.enumerated().map { [$0.offset, plan.species.numbers[$0.element]] })
  }
}
