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
/// Labels: `phase`, `seed`, `frame`, `distance` (of the centres), `draws` (kept and rejected ones).
public struct Dimers: Generator {
  /// How distances are spread between the limits.
  public enum DistanceDensity: String, CaseIterable, Sendable {
    /// Every distance is as likely as every other.
    case uniform
    /// Every place in the shell between the limits is: ~ r^2.
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
    distance: ClosedRange<Double>, density: DistanceDensity = .uniform,
    potential: (any PairPotential)? = nil, maximumEnergy: Double = .infinity
  ) {
    self.first = first
    self.second = second ?? first
    self.species = species
    self.distance = distance
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
      let pair = try drawPair(&stream)
      var labels = Frame.Labels()
      labels.setProvenance(phase: name, seed: seed, index: index)
      if let potential {
        let result = try potential.pair(
          pair.first, pair.second, displacement: pair.displacement, species: species)
        guard result.energy.isFinite, result.energy <= maximumEnergy else { continue }
        labels["energy"] = .real(result.energy)
        labels["h12"] = .real(result.separation)
        if let eta = result.eta { labels["eta"] = .real(eta) }
        if let chi = result.chi { labels["chi"] = .real(chi) }
      }
      labels["distance"] = .real(pair.displacement.length)
      labels["draws"] = .integer(draw)
      return Frame(
        positions: [.zero, pair.displacement], species: [species.0, species.1],
        orientations: [pair.first.orientation, pair.second.orientation],
        semiAxes: [first, second], labels: labels)
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
    let direction = stream.direction()
    var r = 0.0
    repeat { r = drawDistance(&stream) } while r == 0
    return (particles.0, particles.1, direction * r)
  }

  private func drawDistance(_ stream: inout RandomStream) -> Double {
    let (low, high) = (distance.lowerBound, distance.upperBound)
    switch density {
    case .uniform: return min(high, stream.uniform(low, high))
    case .volume:
      let cube = stream.uniform(low * low * low, high * high * high)
      return min(high, max(low, cubeRoot(cube)))
    }
  }

  /// Uniform over SO(3).
  private static func rotation(_ stream: inout RandomStream) throws -> UnitQuaternion {
    let q = stream.rotation()
    return try UnitQuaternion(w: q.x, x: q.y, y: q.z, z: q.w)
  }
}
