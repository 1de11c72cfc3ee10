public import Geometry
internal import Mathematics

/// The order parameters of one frame, as the command line and the generators report them.
public struct FrameOrder: Sendable {
  /// What is computed.
  public struct Settings: Equatable, Sendable {
    /// The symmetry axis of the particles.
    public var axis: SymmetryAxis
    /// How layers are sought; nil leaves them out.
    public var smectic: SmecticSearch?
    /// Bond-orientational order; nil leaves it out.
    public var steinhardt: Steinhardt.Settings?
    /// Whether bond-orientational order is also averaged over the neighbours (Lechner and Dellago).
    public var averaged = false
    /// Whether the third-order invariants w_l are computed too.
    public var thirdOrder = false
    /// In-plane bonds shorter than this count for psi_6 within the layers that `smectic` finds; nil
    /// leaves it out.
    public var hexaticCutoff: Double?
    /// Whether every particle's own values are kept.
    public var perParticle = false
    /// How far the nematic order about every particle reaches; nil leaves it out.
    public var localCutoff: Double?

    /// Orientational order alone, unless more is asked for.
    public init(
      axis: SymmetryAxis = .automatic, smectic: SmecticSearch? = nil,
      steinhardt: Steinhardt.Settings? = nil
    ) {
      self.axis = axis
      self.smectic = smectic
      self.steinhardt = steinhardt
    }
  }

  /// Orientational order; nil for a frame without orientations.
  public let nematic: NematicOrder?
  /// Layering by the best wave vector; nil where not asked for or no layer fits the cell.
  public let smectic: SmecticOrder?
  /// The degrees l of `steinhardt`.
  public let degrees: [Int]
  /// The mean over the particles of q_l.
  public let steinhardt: [Double]
  /// The mean number of neighbours within the cutoff; nil where no cutoff was given.
  public let meanNeighborCount: Double?

  /// The mean over the particles of q_l averaged over neighbours; empty where not asked for.
  public let averaged: [Double]
  /// The mean over the particles of w_l; empty where not asked for.
  public let thirdOrder: [Double]
  /// The mean of |psi_6| within layers, and |mean of psi_6|; nil where not asked for or there are no
  /// layers.
  public let hexatic: (mean: Double, global: Double)?
  /// Every particle's own values, where they are asked for.
  public let particles: [ParticleQuantity]

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

  /// Throws: `InvalidInput` when the settings do not suit the frame: no symmetry axis, a cutoff that
  /// is not positive, coinciding particles, no range of spacings.
  public init(_ frame: Frame, _ settings: Settings = Settings()) throws {
    nematic =
      frame.orientations == nil ? nil : try NematicOrder(frame, axis: settings.axis)
    smectic = try settings.smectic?.find(frame)
    degrees = settings.steinhardt?.degrees ?? []
    var particles: [ParticleQuantity] = []
    if let asked = settings.steinhardt {
      let bonds = try Steinhardt(frame, asked)
      let counts = bonds.neighborCounts
      meanNeighborCount = Double(counts.reduce(0, +)) / Double(max(1, frame.count))
      if settings.perParticle {
        if nematic != nil, let cutoff = settings.localCutoff {
          let local = try LocalNematicOrder(frame, cutoff: cutoff, axis: settings.axis)
          particles.append(ParticleQuantity(name: "local_order", values: local.values))
        }
        particles.append(ParticleQuantity(name: "neighbors", values: counts.map(Double.init)))
      }
      let degrees = degrees
      func means(_ table: Matrix, _ name: (Int) -> String) -> [Double] {
        if settings.perParticle {
          for (k, l) in degrees.enumerated() {
            particles.append(
              ParticleQuantity(name: name(l), values: (0..<table.rows).map { table[$0, k] }))
          }
        }
        return table.columnMeans
      }
      steinhardt = means(bonds.values) { "q\($0)" }
      averaged = settings.averaged ? means(bonds.averaged.values) { "q\($0)_averaged" } : []
      thirdOrder = settings.thirdOrder ? means(try bonds.thirdOrder()) { "w\($0)" } : []
    } else {
      (steinhardt, averaged, thirdOrder) = ([], [], [])
      meanNeighborCount = nil
    }
    if let cutoff = settings.hexaticCutoff, let layers = smectic {
      let bonds = try LayerHexaticOrder(
        frame, normal: layers.normal, spacing: layers.spacing, cutoff: cutoff)
      hexatic = (bonds.meanMagnitude, bonds.globalMagnitude)
      if settings.perParticle {
        let lengths = bonds.values.map { ($0 * $0).sum().squareRoot() }
        particles.append(ParticleQuantity(name: "psi6", values: lengths))
      }
    } else {
      hexatic = nil
    }
    self.particles = particles
  }
}
