internal import Geometry
internal import Mathematics
internal import OrderParameters

/// What all phases have in common: how many particles of which kinds, how dense, and whether they
/// may overlap.
public struct Specimen: Equatable, Sendable {
  /// What becomes of overlaps.
  public enum Overlaps: String, CaseIterable, Codable, Sendable {
    /// There are none: particles are moved apart until Perram and Wertheim's contact function is
    /// above 1 for every pair, or `PackingFailure` is thrown.
    case forbidden
    /// Positions stay as drawn; the frame records the deepest overlap under `deepest_overlap`: how
    /// much closer than at contact the worst pair is, 1 for coinciding centres.
    case allowed
  }

  /// The number of particles in a frame.
  public var particles: Int
  /// Their species and shapes.
  public var population: Population
  /// The volume of the particles over the volume of the cell.
  public var packingFraction: ValueRange
  /// What becomes of overlaps.
  public var overlaps: Overlaps
  /// From how many random starts positions without overlap are sought.
  public var attempts: Int

  /// A specimen.
  public init(
    particles: Int, population: Population, packingFraction: ValueRange,
    overlaps: Overlaps = .forbidden, attempts: Int = 3
  ) {
    self.particles = particles
    self.population = population
    self.packingFraction = packingFraction
    self.overlaps = overlaps
    self.attempts = attempts
  }

  /// Equal particles of revolution about body z: the diameter across, `aspectRatio` times that along.
  ///
  /// Throws: `InvalidInput` unless aspect ratio and diameter are positive.
  public init(
    particles: Int = 128, aspectRatio: Double = 3, diameter: Double = 1,
    packingFraction: ValueRange = 0.3, overlaps: Overlaps = .forbidden
  ) throws {
    self.init(
      particles: particles,
      population: try Population(aspectRatio: aspectRatio, diameter: diameter),
      packingFraction: packingFraction, overlaps: overlaps)
  }
}

/// The particles of one frame, before they have positions.
struct Assembly {
  let specimen: Specimen
  let random: FrameRandomness
  let members: Population.Members
  let packingFraction: Double
  /// The volume of the cell.
  let volume: Double

  init(_ specimen: Specimen, random: FrameRandomness, of count: Int) throws {
    try specimen.packingFraction.require(
      "packing fraction", within: Double.leastNonzeroMagnitude...1, "a number above 0 and at most 1"
    )
    guard specimen.attempts >= 1 else {
      throw InvalidInput(
        "number of attempts", value: "\(specimen.attempts)", expected: "1 or more")
    }
    self.specimen = specimen
    self.random = random
    var stream = random.stream(.population)
    members = try specimen.population.members(count: specimen.particles, &stream)
    packingFraction = specimen.packingFraction.value(at: random.index, of: count)
    volume = members.volume / packingFraction
  }

  /// One axis a particle, of the given order about z; spheres among other particles, which have no
  /// axis, do not count in it.
  ///
  /// Throws: `InvalidInput` for an order that the distribution, or so few particles, cannot have.
  func axes(
    _ sampling: AxisSampling, order: Double, _ stream: inout RandomStream
  ) throws -> [Vector3] {
    var axes = [Vector3](repeating: Vector3(0, 0, 1), count: members.species.count)
    let drawn = try sampling.axes(count: members.oriented.count, order: order, &stream)
    for (i, axis) in zip(members.oriented, drawn) { axes[i] = axis }
    return axes
  }

  /// Body axes along `axes` (unit vectors in space), each body turned about its axis at random.
  /// Spheres among other particles stay as they are.
  func orientations(along axes: [Vector3]) -> [UnitQuaternion] {
    var stream = random.stream(.spins)
    return axes.indices.map { i in
      let spin = stream.uniform(0, 2 * Double.pi)
      return members.axes[i].map { UnitQuaternion(bodyAxis: $0, along: axes[i], spin: spin) }
        ?? .identity
    }
  }

  /// The particles in the cell: at the positions of `start`, moved apart unless overlaps are allowed,
  /// under the constraints that belong to them. Of several sets of constraints the first is tried first;
  /// where overlaps remain, the next goes on from there.
  ///
  /// Throws: `PackingFailure` when all attempts fail, `InvalidInput` when the cell is too small for
  /// a particle beside its own image; `Stopped`.
  func configuration(
    orientations: [UnitQuaternion], cell: Cell,
    start: (inout RandomStream) throws -> ([Vector3], [[DensityWaves]])
  ) throws -> Configuration {
    var stream = random.stream(.positions)
    let shapes = orientations.indices.map { i in
      let axes = members.semiAxes[i].vector
      return orientations[i].rotationMatrix.conjugating(diagonal: axes * axes)
    }
    var closest: OverlapRelaxation.Outcome?
    for _ in 0..<(specimen.overlaps == .allowed ? 1 : specimen.attempts) {
      var (positions, stages) = try start(&stream)
      var relaxation = try OverlapRelaxation(shapes: shapes, cell: cell)
      let own = try relaxation.selfContact()
      if specimen.overlaps == .allowed {
        let norm = min(try relaxation.examine(positions).smallestNorm, own?.norm ?? 1)
        return Configuration(
          positions: positions.map(cell.wrap), orientations: orientations, cell: cell,
          deepestOverlap: max(0, 1 - norm))
      }
      if let own {
        throw InvalidInput(
          "cell of \(members.species.count) particles",
          value: "\(volume) in volume, in which particle \(own.particle) overlaps its own image",
          expected: "more particles, or a lower packing fraction")
      }
      var outcome = OverlapRelaxation.Outcome(smallestNorm: 0, overlaps: 0, steps: 0)
      for (k, constraints) in stages.enumerated() {
        // Constraints that cannot be kept are no better than overlaps that cannot be removed.
        do {
          outcome = try relaxation.relax(
            &positions, under: constraints, isFirstTry: k == 0 && stages.count > 1)
        } catch is NumericalError {
          continue
        }
        if outcome.smallestNorm >= 1 {
          return Configuration(
            positions: positions.map(cell.wrap), orientations: orientations, cell: cell)
        }
      }
      if outcome.smallestNorm > (closest?.smallestNorm ?? -1) { closest = outcome }
    }
    let norm = closest?.smallestNorm ?? 0
    throw PackingFailure(
      packingFraction: packingFraction, reached: packingFraction * norm * norm * norm,
      overlaps: closest?.overlaps ?? 0, deepest: 1 - norm, attempts: specimen.attempts)
  }

  /// Uniform positions in the cell, without a constraint.
  static func uniform(
    count: Int, in cell: Cell, _ stream: inout RandomStream
  ) -> [Vector3] {
    (0..<count).map { _ in
      cell.position(
        fractional: Vector3(stream.uniform(), stream.uniform(), stream.uniform()))
    }
  }

  /// The axes in space of those particles that the order is about, in the order of `members.oriented`.
  func axes(_ orientations: [UnitQuaternion]) -> [Vector3] {
    members.oriented.compactMap { i in
      let r = orientations[i].rotationMatrix
      return members.axes[i].map { k in Vector3(r[0, k], r[1, k], r[2, k]) }
    }
  }

  /// The frame, with the labels that all phases have.
  func frame(
    phase: String, _ configuration: Configuration, targetOrder: Double, director: Vector3
  ) throws -> Frame {
    var labels = Frame.Labels()
    labels.setProvenance(phase: phase, seed: random.seed, index: random.index)
    let nematic = try NematicOrder(axes: axes(configuration.orientations))
    labels["order"] = .real(nematic.order)
    labels["order_max"] = .real(nematic.orderMax)
    labels["target_order"] = .real(targetOrder)
    label("order_particles", members.oriented, &labels)
    labels["director"] = .reals([director.x, director.y, director.z])
    labels["packing_fraction"] = .real(members.volume / configuration.cell.volume)
    if let deepest = configuration.deepestOverlap { labels["deepest_overlap"] = .real(deepest) }
    var orientations = configuration.orientations
    // Turning the frame as a whole turned these too.
    for i in members.spheres { orientations[i] = .identity }
    return Frame(
      positions: configuration.positions, species: members.species, orientations: orientations,
      semiAxes: members.semiAxes, cell: configuration.cell, labels: labels)
  }

  /// The number of particles that an order was measured over, where that is not all of them.
  func label(_ name: String, _ counted: [Int], _ labels: inout Frame.Labels) {
    if counted.count != members.species.count { labels[name] = .integer(counted.count) }
  }
}
