public import Geometry

/// The order parameters of one frame, as the command line and the generators report them.
public struct FrameOrder: Equatable, Sendable {
  /// What is computed.
  public struct Settings: Equatable, Sendable {
    /// The symmetry axis of the particles.
    public var axis: SymmetryAxis
    /// How layers are sought; nil leaves them out.
    public var smectic: SmecticSearch?
    /// Bond-orientational order; nil leaves it out.
    public var steinhardt: Steinhardt.Settings?

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
    if let asked = settings.steinhardt {
      let bonds = try Steinhardt(frame, asked)
      steinhardt = bonds.mean
      meanNeighborCount =
        Double(bonds.neighborCounts.reduce(0, +)) / Double(max(1, frame.count))
    } else {
      steinhardt = []
      meanNeighborCount = nil
    }
  }
}
