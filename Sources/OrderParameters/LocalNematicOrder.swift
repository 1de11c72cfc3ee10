public import Geometry

/// The nematic order about every particle: of the particle itself and all neighbours within a cutoff,
/// periodic images counted.
public struct LocalNematicOrder: Equatable, Sendable {
  /// One a particle.
  public let orders: [NematicOrder]

  /// Throws: `InvalidInput` when the frame has no orientations, no symmetry axis can be told, or the
  /// cutoff is not positive.
  public init(_ frame: Frame, cutoff: Double, axis: SymmetryAxis = .automatic) throws {
    let axes = try axis.axes(of: frame)
    let finder = try NeighborFinder(
      positions: frame.positions, cell: frame.cell, cutoff: cutoff)
    var buffer = NeighborFinder.Buffer()
    orders = try axes.indices.map { i in
      finder.neighbors(of: i, into: &buffer)
      return try NematicOrder(axes: [axes[i]] + buffer.indices.map { axes[Int($0)] })
    }
  }

  /// The signed order about every particle.
  public var values: [Double] { orders.map(\.order) }
}
