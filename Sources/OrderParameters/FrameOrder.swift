public import Geometry
internal import Mathematics

/// The order parameters of one frame, as the command line and the generators report them.
///
/// What does not exist is nil, or NaN among numbers, never zero: the order of particles that have no
/// axis, bonds of particles without neighbours, layers that fit no cell. `gaps` says what is missing
/// and for how many particles; `OrderGaps` counts that over many frames.
public struct FrameOrder: Sendable {
  /// What is computed.
  public struct Settings: Equatable, Sendable {
    /// The symmetry axis of the particles.
    public var axis: SymmetryAxis
    /// The species that are looked at, as if there were no others; nil for all. Spheres among other
    /// particles count in bond-orientational order alone (see `ParticleAxes`).
    public var species: Set<String>?
    /// How layers are sought; nil leaves them out.
    public var smectic: SmecticSearch?
    /// Bond-orientational order; nil leaves it out.
    public var steinhardt: Steinhardt.Settings?
    /// Whether bond-orientational order is also averaged over the neighbours (Lechner and Dellago).
    public var averaged = false
    /// Whether the third-order invariants w_l are computed too.
    public var thirdOrder = false
    /// The neighbours whose bonds count for psi_6 within the layers that `smectic` finds; nil leaves
    /// it out.
    public var hexatic: LayerHexaticOrder.Neighbors?
    /// Whether every particle's own values are kept.
    public var perParticle = false
    /// How far the nematic order about every particle reaches; nil leaves it out.
    public var localCutoff: Double?

    /// Orientational order alone, unless more is asked for.
    public init(
      axis: SymmetryAxis = .automatic, species: Set<String>? = nil, smectic: SmecticSearch? = nil,
      steinhardt: Steinhardt.Settings? = nil
    ) {
      self.axis = axis
      self.species = species
      self.smectic = smectic
      self.steinhardt = steinhardt
    }
  }

  /// The number of particles of the frame, of all species.
  public let count: Int
  /// The number of particles of the species that were looked at.
  public let selected: Int
  /// Orientational order; nil where there is none, for which `gaps` has the reason.
  public let nematic: NematicOrder?
  /// Layering by the best wave vector; nil where not asked for or no layer fits the cell.
  public let smectic: SmecticOrder?
  /// The degrees l of `steinhardt`.
  public let degrees: [Int]
  /// The mean of q_l over the particles with neighbours.
  public let steinhardt: [Double]
  /// The mean number of neighbours within the cutoff; nil where no cutoff was given.
  public let meanNeighborCount: Double?
  /// The mean of q_l averaged over neighbours; empty where not asked for.
  public let averaged: [Double]
  /// The mean of w_l over the particles with neighbours; empty where not asked for.
  public let thirdOrder: [Double]
  /// The mean of |psi_6| within layers, and |mean of psi_6|; nil where not asked for or there are no
  /// layers.
  public let hexatic: (mean: Double, global: Double)?
  /// Every particle's own values, where they are asked for: of all particles of the frame, NaN for
  /// those without such a value.
  public let particles: [ParticleQuantity]
  /// What is missing, and for how many particles.
  public let gaps: [OrderGaps.Kind: Int]

  /// One value a particle.
  public struct ParticleQuantity: Equatable, Sendable {
    /// `local_order`, `neighbors`, `q6`, `q6_averaged`, `w6`, `psi6`.
    public let name: String
    /// One a particle.
    public let values: [Double]
  }

  /// The signed nematic order parameter: the eigenvalue of Q of largest magnitude.
  public var order: Double? { nematic?.order }
  /// The largest eigenvalue of Q.
  public var orderMax: Double? { nematic?.orderMax }
  /// The eigenvector of `order`.
  public var director: Vector3? { nematic?.director }
  /// The difference of the two other eigenvalues of Q.
  public var biaxiality: Double? { nematic?.biaxiality }
  /// <P4(u . director)>.
  public var p4: Double? { nematic?.p4 }
  /// The number of particles that the orientational order was taken over.
  public var orderedCount: Int { nematic?.count ?? 0 }

  /// Throws: `InvalidInput` when the settings do not suit the frame: orientations without shapes under
  /// an automatic axis, a cutoff that is not positive, coinciding particles, no range of spacings.
  public init(_ whole: Frame, _ settings: Settings = Settings()) throws {
    count = whole.count
    let chosen = whole.particles(of: settings.species)
    selected = chosen.count
    let frame = settings.species == nil ? whole : whole.only(chosen)
    var record = Record(size: whole.count, settings.perParticle, chosen)
    nematic = try Self.nematic(frame, settings, &record)
    degrees = settings.steinhardt?.degrees ?? []

    if let asked = settings.steinhardt {
      let bonds = try Steinhardt(frame, asked)
      record.gaps[.isolated] = bonds.isolated
      let counts = bonds.neighborCounts.map(Double.init)
      meanNeighborCount = counts.meanOfNumbers
      if nematic != nil, settings.perParticle, let cutoff = settings.localCutoff {
        let local = try LocalNematicOrder(frame, cutoff: cutoff, axis: settings.axis)
        record.gaps[.isolatedAxes] = local.isolated
        record.keep("local_order", local.values)
      }
      record.keep("neighbors", counts)
      steinhardt = record.means(bonds.values, degrees) { "q\($0)" }
      averaged =
        settings.averaged
        ? record.means(bonds.averaged.values, degrees) { "q\($0)_averaged" } : []
      thirdOrder =
        settings.thirdOrder ? record.means(try bonds.thirdOrder(), degrees) { "w\($0)" } : []
    } else {
      (steinhardt, averaged, thirdOrder) = ([], [], [])
      meanNeighborCount = nil
    }
    (smectic, hexatic) = try Self.layers(frame, settings, &record)
    particles = record.particles
    gaps = record.gaps.filter { $0.value > 0 }
  }

  private static func nematic(
    _ frame: Frame, _ settings: Settings, _ record: inout Record
  ) throws -> NematicOrder? {
    guard frame.count > 0 else {
      record.gaps[.noParticles] = max(1, record.size)
      return nil
    }
    guard frame.orientations != nil else {
      record.gaps[.noOrientations] = frame.count
      return nil
    }
    let axes = try ParticleAxes(frame, axis: settings.axis).axes
    if axes.isEmpty { record.gaps[.onlySpheres] = frame.count }
    return axes.isEmpty ? nil : try NematicOrder(axes: axes)
  }

  private static func layers(
    _ frame: Frame, _ settings: Settings, _ record: inout Record
  ) throws -> (SmecticOrder?, (mean: Double, global: Double)?) {
    guard let search = settings.smectic, frame.count > 0 else { return (nil, nil) }
    guard let found = try search.find(frame, axis: settings.axis) else {
      record.gaps[.noLayers] = frame.count
      return (nil, nil)
    }
    if !found.isSignificant { record.gaps[.insignificantLayers] = found.count }
    guard let neighbors = settings.hexatic else { return (found, nil) }
    let members = try SmecticSearch.members(of: frame, settings.axis)
    let bonds = try LayerHexaticOrder(
      frame.only(members), normal: found.normal, spacing: found.spacing, neighbors: neighbors)
    record.gaps[.isolatedInLayer] = bonds.isolated
    var values = [Double](repeating: .nan, count: frame.count)
    for (particle, value) in zip(members, bonds.magnitudes) { values[particle] = value }
    record.keep("psi6", values)
    return (found, (bonds.meanMagnitude, bonds.globalMagnitude))
  }
}

/// What is gathered while a frame is looked at.
private struct Record {
  let size: Int
  private let keepsParticles: Bool
  private let chosen: [Int]
  var gaps: [OrderGaps.Kind: Int] = [:]
  private(set) var particles: [FrameOrder.ParticleQuantity] = []

  init(size: Int, _ keepsParticles: Bool, _ chosen: [Int]) {
    self.size = size
    self.keepsParticles = keepsParticles
    self.chosen = chosen
  }

  /// Values of the chosen particles, of which every particle's own are wanted or not.
  mutating func keep(_ name: String, _ values: [Double]) {
    guard keepsParticles else { return }
    var all = [Double](repeating: .nan, count: size)
    for (particle, value) in zip(chosen, values) { all[particle] = value }
    particles.append(FrameOrder.ParticleQuantity(name: name, values: all))
  }

  /// The means of the columns of a table, one column a degree, which is kept.
  mutating func means(_ table: Matrix, _ degrees: [Int], _ name: (Int) -> String) -> [Double] {
    for (k, l) in degrees.enumerated() { keep(name(l), table.column(k)) }
    return table.meansOfNumbers
  }
}
