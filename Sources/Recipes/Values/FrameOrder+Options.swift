internal import Geometry
public import OrderParameters

extension FrameOrder.Settings {
  /// What the options of the command line and of recipes ask for.
  public struct Options: Sendable {
    /// The symmetry axis of the particles.
    public var axis = SymmetryAxis.automatic
    /// The degrees of Steinhardt's invariants.
    public var degrees = 0...6
    /// Neighbours are nearer than this.
    public var cutoff: Double?
    /// What a neighbour counts.
    public var weights = Steinhardt.Weights.uniform
    /// Whether layers are sought.
    public var smectic = false
    /// Whether psi_6 within the layers is wanted.
    public var hexatic = false
    /// Whether invariants averaged over the neighbours are wanted.
    public var averaged = false
    /// Whether third-order invariants are wanted.
    public var thirdOrder = false
    /// Whether every particle's own values are wanted.
    public var perParticle = false

    /// Orientational order alone.
    public init() {}
  }

  /// Throws: `InvalidInput` when something is asked for that needs neighbours, and there is no cutoff.
  public init(_ options: Options) throws {
    self.init(
      axis: options.axis,
      smectic: options.smectic || options.hexatic ? SmecticSearch() : nil,
      steinhardt: Steinhardt.Settings(
        degrees: options.degrees, optionalCutoff: options.cutoff, weights: options.weights))
    if steinhardt == nil, options.averaged || options.thirdOrder || options.perParticle {
      throw InvalidInput(
        "cutoff radius", value: "missing",
        expected: "one, or Voronoi weights, for averaged, third-order or per-particle values")
    }
    if options.hexatic, options.cutoff == nil {
      throw InvalidInput(
        "cutoff radius", value: "missing",
        expected: "the longest bond in the plane of a layer, for hexatic order")
    }
    averaged = options.averaged
    thirdOrder = options.thirdOrder
    perParticle = options.perParticle
    localCutoff = options.perParticle ? options.cutoff : nil
    hexaticCutoff = options.hexatic ? options.cutoff : nil
  }
}
