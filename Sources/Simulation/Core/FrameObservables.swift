public import Geometry
public import OrderParameters

/// The observables of a frame that do not depend on how it was simulated.
public struct FrameObservables: Equatable, Sendable {
  /// The volume of the cell; nil for an open frame.
  public var volume: Double?
  /// Volume of the particles / volume of the cell; nil for an open frame.
  public var packingFraction: Double?
  /// Particles / volume of the cell; nil for an open frame.
  public var density: Double?
  /// The signed nematic order of the particles that are no spheres; nil when all are.
  public var order: Double?
  /// The director that belongs to `order`.
  public var director: Vector3?
  /// tau of the best layers; nil where it was not asked for or no layers fit.
  public var smecticOrder: Double?

  /// Layers are sought as `smectic` says, or not at all.
  ///
  /// Throws: `InvalidInput` when an axis is not that of any particle or layers cannot be sought.
  public init(
    _ frame: Frame, axis: SymmetryAxis = .automatic, smectic: SmecticSearch? = nil
  ) throws {
    if let cell = frame.cell, cell.isFullyPeriodic {
      let volume = cell.volume
      self.volume = volume
      density = Double(frame.count) / volume
      packingFraction = frame.semiAxes.map { axes in
        axes.reduce(0) { $0 + $1.volume } / volume
      }
    }
    let axes = try Self.axes(of: frame, axis)
    if !axes.isEmpty {
      let nematic = try NematicOrder(axes: axes)
      order = nematic.order
      director = nematic.director
    }
    smecticOrder = try smectic?.find(frame)?.order
  }

  /// The symmetry axes of the particles that are no spheres.
  private static func axes(of frame: Frame, _ axis: SymmetryAxis) throws -> [Vector3] {
    guard let orientations = frame.orientations, let shapes = frame.semiAxes else { return [] }
    return try orientations.indices.compactMap { i in
      if shapes[i].isSphere { return nil }
      let rotation = orientations[i].rotationMatrix
      switch try axis.index(of: shapes[i]) {
      case 0: return rotation.columns.0
      case 1: return rotation.columns.1
      default: return rotation.columns.2
      }
    }
  }
}
