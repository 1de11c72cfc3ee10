public import GayBerne
public import Geometry
internal import Mathematics

/// Pairs of ellipsoids at random: orientations uniform over SO(3), the direction from one to the other
/// uniform over the sphere, their distance between two limits. The first is at the origin; there is no
/// cell.
///
/// With a potential every frame carries `energy`, `h12`, `eta` and `chi`; pairs above `maximumEnergy`,
/// and those for which the potential is not defined, are drawn anew from the frame's own stream, so
/// that the count is of kept pairs and frame k depends on (seed, k) alone.
///
/// Labels: `phase`, `seed`, `frame`, `distance` (of the centres), `surface_distance` where it was drawn,
/// `draws` (kept and rejected ones).
public struct Dimers: Generator {
  /// Which distance is meant.
  public enum DistanceKind: String, CaseIterable, Codable, Sendable {
    /// That of the centres.
    case centre
    /// That of the surfaces; such pairs never overlap.
    case surface
  }

  /// How distances are spread between the limits.
  public enum DistanceDensity: String, CaseIterable, Codable, Sendable {
    /// Every distance is as likely as every other.
    case uniform
    /// Every place of the second centre in the shell between the limits is.
    case volume
  }

  /// The semi-axes of the first particle.
  public var first: SemiAxes
  /// The semi-axes of the second.
  public var second: SemiAxes
  /// The species of the two.
  public var species: (String, String)
  /// The limits of the distance.
  public var distance: ClosedRange<Double>
  /// Which distance is meant.
  public var kind: DistanceKind
  /// How it is spread between them.
  public var density: DistanceDensity
  /// What the energies are computed with.
  public var potential: (any PairPotential)?
  /// Pairs above it are not kept; infinity keeps all whose energy is a number.
  public var maximumEnergy: Double

  /// So many draws in a row without a pair to keep are an error.
  private static let mostDraws = 1_000_000

  /// Pairs of particles with the semi-axes `first` and `second`, by default equal ones.
  public init(
    first: SemiAxes, second: SemiAxes? = nil, species: (String, String) = ("X", "X"),
    distance: ClosedRange<Double>, kind: DistanceKind = .centre,
    density: DistanceDensity = .uniform, potential: (any PairPotential)? = nil,
    maximumEnergy: Double = .infinity
  ) {
    self.first = first
    self.second = second ?? first
    self.species = species
    self.distance = distance
    self.kind = kind
    self.density = density
    self.potential = potential
    self.maximumEnergy = maximumEnergy
  }

  /// "dimer".
  public var name: String { "dimer" }

  /// Frame `index`; nothing in it depends on the count.
  ///
  /// Throws: `InvalidInput` for limits that are none, and when no pair of a million draws could be
  /// kept; what the potential throws.
  public func frame(index: Int, of count: Int, seed: UInt64) throws -> Frame {
    try validate()
    var stream = FrameRandomness(seed: seed, family: .dimers, index: index).stream(.dimer)
    for draw in 1...Self.mostDraws {
      try StopRequest.check()
      let pair = try drawPair(&stream)
      var labels = Frame.Labels()
      labels.setProvenance(phase: name, seed: seed, index: index)
      if let potential {
        let result = try potential.pair(
          pair.first, pair.second, displacement: pair.displacement, species: species)
        guard result.energy.isFinite, result.energy <= maximumEnergy else { continue }
        labels["energy"] = .real(result.energy)
        if let separation = result.separation { labels["h12"] = .real(separation) }
        if let eta = result.eta { labels["eta"] = .real(eta) }
        if let chi = result.chi { labels["chi"] = .real(chi) }
      }
      labels["distance"] = .real(pair.displacement.length)
      if kind == .surface {
        let gap = try Contact.surfaceDistance(
          pair.first, pair.second, displacement: pair.displacement)
        labels["surface_distance"] = .real(gap?.distance ?? 0)
      }
      labels["draws"] = .integer(draw)
      return Frame(
        positions: [.zero, pair.displacement], species: [species.0, species.1],
        orientations: [pair.first.orientation, pair.second.orientation],
        semiAxes: [first, second], labels: labels)
    }
    guard maximumEnergy.isFinite else {
      throw InvalidInput(
        "distance", value: "\(distance.lowerBound):\(distance.upperBound)",
        expected: "one at which the energy is a number: at none of \(Self.mostDraws) draws it was")
    }
    throw InvalidInput(
      "maximum energy", value: maximumEnergy,
      expected: "one that pairs at these distances have: none of \(Self.mostDraws) draws did")
  }

  private func validate() throws {
    guard distance.lowerBound >= 0, distance.upperBound > 0, distance.upperBound.isFinite else {
      throw InvalidInput(
        "distance", value: "\(distance.lowerBound):\(distance.upperBound)",
        expected: "a range of finite numbers, 0 or more")
    }
    guard !maximumEnergy.isNaN, potential != nil || maximumEnergy == .infinity else {
      throw InvalidInput(
        "maximum energy", value: maximumEnergy, expected: "a number, together with a potential")
    }
  }

  /// The two particles, and r_2 - r_1, which is not zero.
  private func drawPair(
    _ stream: inout RandomStream
  ) throws -> (first: Ellipsoid, second: Ellipsoid, displacement: Vector3) {
    let particles = (
      Ellipsoid(semiAxes: first, orientation: try Self.rotation(&stream)),
      Ellipsoid(semiAxes: second, orientation: try Self.rotation(&stream))
    )
    switch (kind, density) {
    case (.surface, .volume): return try drawInShell(particles.0, particles.1, &stream)
    case (.surface, .uniform):
      let direction = stream.direction()
      let gap = stream.uniform(distance.lowerBound, distance.upperBound)
      let r = try Self.separation(particles.0, particles.1, along: direction, gap: gap)
      return (particles.0, particles.1, direction * r)
    case (.centre, _):
      let direction = stream.direction()
      var r = 0.0
      repeat { r = drawCentres(&stream) } while r == 0
      return (particles.0, particles.1, direction * r)
    }
  }

  private func drawCentres(_ stream: inout RandomStream) -> Double {
    let (low, high) = (distance.lowerBound, distance.upperBound)
    switch density {
    case .uniform: return min(high, stream.uniform(low, high))
    case .volume:
      let cube = stream.uniform(low * low * low, high * high * high)
      return min(high, max(low, cubeRoot(cube)))
    }
  }

  /// A centre uniform in the shell of places whose surface distance is within the limits: drawn in
  /// the sphere around it, until it is in.
  private func drawInShell(
    _ one: Ellipsoid, _ two: Ellipsoid, _ stream: inout RandomStream
  ) throws -> (first: Ellipsoid, second: Ellipsoid, displacement: Vector3) {
    let radius = first.largest + second.largest + distance.upperBound
    for _ in 0..<Self.mostDraws {
      try StopRequest.check()
      let r = stream.direction() * (radius * cubeRoot(stream.uniformPositive()))
      if let gap = try Contact.surfaceDistance(one, two, displacement: r),
        distance.contains(gap.distance)
      {
        return (one, two, r)
      }
    }
    throw InvalidInput(
      "surface distance", value: "\(distance.lowerBound):\(distance.upperBound)",
      expected: "a wider range: none of \(Self.mostDraws) draws was in it")
  }

  /// The distance of the centres along a direction at which the surfaces are `gap` apart.
  ///
  /// The gap is a convex function of the distance, 0 at contact, whose slope is the cosine between
  /// direction and common normal: Newton's method steps past the root once and then comes down to it.
  private static func separation(
    _ one: Ellipsoid, _ two: Ellipsoid, along direction: Vector3, gap: Double
  ) throws -> Double {
    let contact = try Contact.perramWertheim(one, two, displacement: direction).distance
    if gap == 0 { return contact }
    var r = contact + gap
    for _ in 0..<60 {
      guard let found = try Contact.surfaceDistance(one, two, displacement: direction * r)
      else { break }
      let step = (found.distance - gap) / found.normal.dot(direction)
      r -= step
      if abs(step) < 4e-16 * r { break }
    }
    return r
  }

  /// Uniform over SO(3).
  private static func rotation(_ stream: inout RandomStream) throws -> UnitQuaternion {
    let q = stream.rotation()
    return try UnitQuaternion(w: q.x, x: q.y, y: q.z, z: q.w)
  }
}
