/// What order parameters of many frames do not cover, counted: so that nothing is missing from a table
/// without a word.
public struct OrderGaps: Equatable, Sendable {
  /// Something that is missing, or means little.
  public enum Kind: CaseIterable, Hashable, Sendable {
    /// The frame has no particles, or none of the species that were asked for.
    case noParticles
    /// The frame has no orientations: no orientational order.
    case noOrientations
    /// All particles are spheres, which have no axis: no orientational order.
    case onlySpheres
    /// No layers of such spacings and directions fit the cell.
    case noLayers
    /// The layers found are no stronger than those that random positions show.
    case insignificantLayers
    /// Particles without a neighbour: no Steinhardt invariants.
    case isolated
    /// Particles with an axis, but without a neighbour that has one: no local order.
    case isolatedAxes
    /// Particles without a neighbour in their layer: no psi_6.
    case isolatedInLayer
  }

  /// How many frames were looked at.
  public private(set) var frames = 0
  private var concerned: [Kind: (frames: Int, particles: Int)] = [:]

  /// Nothing looked at yet.
  public init() {}

  /// Counts one frame.
  public mutating func add(_ order: FrameOrder) {
    frames += 1
    for (kind, particles) in order.gaps {
      let sum = concerned[kind] ?? (0, 0)
      concerned[kind] = (sum.frames + 1, sum.particles + particles)
    }
  }

  /// Counts all that `other` has counted.
  public mutating func merge(_ other: OrderGaps) {
    frames += other.frames
    for (kind, more) in other.concerned {
      let sum = concerned[kind] ?? (0, 0)
      concerned[kind] = (sum.frames + more.frames, sum.particles + more.particles)
    }
  }

  /// In how many frames there is such a gap, and how many particles it concerns.
  public func count(_ kind: Kind) -> (frames: Int, particles: Int) { concerned[kind] ?? (0, 0) }

  /// One line for every kind that occurred.
  public var warnings: [String] {
    Kind.allCases.compactMap { kind in
      guard let (some, particles) = concerned[kind] else { return nil }
      let place = "in \(some) of \(frames) frames"
      switch kind {
      case .noParticles: return "no particles of the species asked for \(place): no order there"
      case .noOrientations: return "no orientations \(place): no orientational order there"
      case .onlySpheres:
        return "nothing but spheres \(place): they have no axis, and there is no orientational "
          + "order; a body axis x, y or z counts for all"
      case .noLayers: return "no layers of these spacings and directions fit the cell \(place)"
      case .insignificantLayers:
        return "the layers found \(place) are no stronger than those that as many random "
          + "positions show (chance above 0.001)"
      case .isolated:
        return "\(particles) particles \(place) have no neighbour: they have no q_l (nan), and "
          + "means are over the others"
      case .isolatedAxes:
        return "\(particles) particles \(place) have no neighbour with an axis within the cutoff: "
          + "their local order is nan"
      case .isolatedInLayer:
        return "\(particles) particles \(place) have no neighbour in their layer: their psi_6 is "
          + "nan, and means are over the others"
      }
    }
  }

  /// Equal counts of everything.
  public static func == (l: OrderGaps, r: OrderGaps) -> Bool {
    l.frames == r.frames && Kind.allCases.allSatisfy { l.count($0) == r.count($0) }
  }
}
