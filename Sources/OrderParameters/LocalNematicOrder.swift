public import Geometry

/// The nematic order about every particle: of the particle itself and all neighbours within a cutoff,
/// periodic images counted. Only particles with a symmetry axis take part (see `ParticleAxes`).
public struct LocalNematicOrder: Equatable, Sendable {
  /// One a particle; nil for a particle without an axis, and for one without a neighbour that has an
  /// axis: the order of a single axis says nothing.
  public let orders: [NematicOrder?]
  /// The number of particles that have an axis, but no neighbour with one.
  public let isolated: Int

  /// Throws: `InvalidInput` when the frame has no orientations, no symmetry axis can be told, or the
  /// cutoff is not positive.
  public init(_ frame: Frame, cutoff: Double, axis: SymmetryAxis = .automatic) throws {
    let axes = try ParticleAxes(frame, axis: axis).byParticle(of: frame.count)
    let finder = try NeighborFinder(
      positions: frame.positions, cell: frame.cell, cutoff: cutoff)
    var buffer = NeighborFinder.Buffer()
    var isolated = 0
    orders = try axes.indices.map { i in
      guard let own = axes[i] else { return nil }
      finder.neighbors(of: i, into: &buffer)
      let others = buffer.indices.compactMap { axes[Int($0)] }
      guard !others.isEmpty else {
        isolated += 1
        return nil
      }
      return try NematicOrder(axes: [own] + others)
    }
    self.isolated = isolated
  }

  /// The signed order about every particle; NaN where there is none.
  public var values: [Double] { orders.map { $0?.order ?? .nan } }
}
