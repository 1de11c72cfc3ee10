public import Geometry
internal import Foundation

/// Bond order within layers, psi_k(i) = <exp(i k theta_ij)> over the neighbours j of particle i in the
/// same layer, theta the angle of r_ij in the plane of the layers (Halperin and Nelson, Phys. Rev.
/// Lett. 41, 121 (1978), doi:10.1103/PhysRevLett.41.121). |psi_6| is 1 for a triangular lattice.
///
/// In the same layer is what is less than half of the layer spacing above or below.
public struct LayerHexaticOrder: Equatable, Sendable {
  /// Which particles of the layer count as neighbours.
  public enum Neighbors: Equatable, Sendable {
    /// The nearest ones in the plane: so many, and whoever is as far as the last of them.
    case nearest(Int)
    /// All that are nearer than this in the plane. A length that reaches a second shell of neighbours
    /// says little: the shells of a triangular lattice cancel.
    case within(Double)

    /// The six nearest.
    public static let sixNearest = Neighbors.nearest(6)
  }

  /// Re psi_k and Im psi_k of every particle, NaN without neighbours. The phase counts from a direction
  /// in the plane that is fixed by the normal.
  public let values: [SIMD2<Double>]
  /// The number of neighbours of every particle.
  public let neighborCounts: [Int]

  /// Distances in the plane that differ by less than this fraction are equal: rounding.
  private static let tie = 1e-6

  /// psi of order `symmetry` in the layers at right angles to `normal`, `spacing` apart.
  ///
  /// Throws: `InvalidInput` when the normal is zero, or a length, the number of neighbours or
  /// `symmetry` is not positive.
  public init(
    _ frame: Frame, normal: Vector3, spacing: Double, neighbors: Neighbors = .sixNearest,
    symmetry: Int = 6
  ) throws {
    guard symmetry > 0 else {
      throw InvalidInput("symmetry of bonds", value: "\(symmetry)", expected: "1 or more")
    }
    let bonds = try LayerBonds(frame, normal: normal, spacing: spacing)
    let found: [[SIMD2<Double>]]
    switch neighbors {
    case .within(let cutoff):
      guard cutoff > 0, cutoff.isFinite else {
        throw InvalidInput("cutoff radius in a layer", value: cutoff, expected: "a positive number")
      }
      found = try bonds.within(cutoff)
    case .nearest(let number):
      guard number > 0 else {
        throw InvalidInput(
          "number of neighbours in a layer", value: "\(number)", expected: "1 or more")
      }
      found = try bonds.nearest(number).map { sorted in
        guard sorted.count > number else { return sorted }
        let reach = length(sorted[number - 1]) * (1 + Self.tie)
        return Array(sorted.prefix { length($0) <= reach })
      }
    }
    neighborCounts = found.map(\.count)
    values = found.map { bonds in
      // Without bonds 0/0, which is NaN.
      bonds.reduce(SIMD2<Double>.zero) { sum, r in
        let angle = Double(symmetry) * atan2(r.y, r.x)
        return sum + SIMD2(cos(angle), sin(angle))
      } / Double(bonds.count)
    }
  }

  /// The number of particles without a neighbour in their layer.
  public var isolated: Int { neighborCounts.count { $0 == 0 } }

  /// |psi_k| of every particle; NaN without neighbours.
  public var magnitudes: [Double] { values.map(length) }

  /// The mean of |psi_k| over the particles with neighbours: local order. NaN where there are none.
  public var meanMagnitude: Double { magnitudes.meanOfNumbers }

  /// |mean of psi_k| over the particles with neighbours: order of one direction throughout. NaN where
  /// there are none.
  public var globalMagnitude: Double {
    length(SIMD2(values.map(\.x).meanOfNumbers, values.map(\.y).meanOfNumbers))
  }
}

private func length(_ v: SIMD2<Double>) -> Double { hypot(v.x, v.y) }

/// The ways from every particle to the others of its layer, in the plane of the layers.
private struct LayerBonds {
  private let frame: Frame
  private let turn: Matrix3x3
  private let halfSpacing: Double

  init(_ frame: Frame, normal: Vector3, spacing: Double) throws {
    let n = normal.normalized
    guard n.isFinite else {
      throw InvalidInput(
        "layer normal", value: "\(normal.x) \(normal.y) \(normal.z)",
        expected: "a vector other than zero")
    }
    guard spacing > 0, spacing.isFinite else {
      throw InvalidInput("layer spacing", value: spacing, expected: "a positive number")
    }
    self.frame = frame
    turn = UnitQuaternion(turning: n, to: Vector3(0, 0, 1)).rotationMatrix
    halfSpacing = spacing / 2
  }

  func within(_ cutoff: Double) throws -> [[SIMD2<Double>]] {
    let finder = try NeighborFinder(
      positions: frame.positions, cell: frame.cell, cutoff: hypot(cutoff, halfSpacing))
    var buffer = NeighborFinder.Buffer()
    return frame.positions.indices.map { i in
      finder.neighbors(of: i, into: &buffer)
      return (0..<buffer.count).compactMap { k in
        let r = turn * Vector3(buffer.x[k], buffer.y[k], buffer.z[k])
        let inPlane = SIMD2(r.x, r.y)
        let distance = length(inPlane)
        // One straight above has no direction in the plane.
        guard abs(r.z) < halfSpacing, distance < cutoff, distance > 0 else { return nil }
        return inPlane
      }
    }
  }

  /// At least `number` of every particle's nearest, by ascending distance, or all that there are.
  ///
  /// All within a circle; where it holds too few for some particle, within one twice as wide.
  func nearest(_ number: Int) throws -> [[SIMD2<Double>]] {
    let extents = frame.positions.reduce(
      (Vector3(repeating: .infinity), Vector3(repeating: -.infinity))
    ) { (pointwiseMin($0.0, $1), pointwiseMax($0.1, $1)) }
    var largest = frame.count > 0 ? (extents.1 - extents.0).length : 0
    var volume = largest * largest * largest
    if let cell = frame.cell {
      // No particle is further from its nearest images than that.
      for k in 0..<3 where cell.isPeriodic(k) {
        largest += Double(number) * cell.vector(k).length
      }
      volume = cell.isFullyPeriodic ? cell.volume : volume
    }
    largest = max(largest * (1 + 1e-9), halfSpacing)
    // A circle that holds twice as many in a layer of the mean density.
    let density = Double(max(1, frame.count)) / max(volume, 1e-300) * 2 * halfSpacing
    var cutoff = min(largest, (2 * Double(number + 1) / (Double.pi * density)).squareRoot())
    while true {
      let found = try within(cutoff)
      if cutoff >= largest || found.allSatisfy({ $0.count > number }) {
        return found.map { $0.sorted { length($0) < length($1) } }
      }
      cutoff = min(largest, 2 * cutoff)
    }
  }
}
