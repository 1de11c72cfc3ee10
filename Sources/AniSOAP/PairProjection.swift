public import Geometry

/// A way to project the density of single particles that `DensityExpansion` sums over neighbours, for
/// densities and radial functions to which its moments of Gaussians do not apply.
public protocol PairProjection: Sendable {
  /// A function that gives the coefficients of particle j of the frame, seen from a centre at
  /// r_j - r_centre: for l = 0...lmax, m = -l...l and each radial function n, the last fastest.
  ///
  /// No cutoff applies to them. The function may be called by several threads at once.
  ///
  /// Throws: `InvalidInput` for a frame that lacks what the projection needs.
  func coefficients(
    of frame: Frame
  ) throws -> @Sendable (_ particle: Int, _ displacement: Vector3) throws -> [Double]
}

/// What the neighbours of one species contribute to the coefficients of a centre. One for each worker.
protocol NeighborSum: AnyObject {
  /// Writes the coefficients, summed over the given entries of the buffer, in the order l, m, n,
  /// `stride` apart.
  func project(
    _ entries: [Int32], of buffer: NeighborFinder.Buffer, species: Int,
    to output: UnsafeMutablePointer<Double>, stride: Int
  ) throws
}

/// The sum over a `PairProjection`, neighbour by neighbour.
final class PairSum: NeighborSum {
  private let count: Int
  private let cutoff: Double
  private let shape: CutoffShape
  private let pair: @Sendable (Int, Vector3) throws -> [Double]

  /// `count` coefficients a pair.
  init(
    _ hyperparameters: Hyperparameters, count: Int,
    pair: @escaping @Sendable (Int, Vector3) throws -> [Double]
  ) {
    self.count = count
    cutoff = hyperparameters.cutoff
    shape = hyperparameters.cutoffShape
    self.pair = pair
  }

  func project(
    _ entries: [Int32], of buffer: NeighborFinder.Buffer, species: Int,
    to output: UnsafeMutablePointer<Double>, stride: Int
  ) throws {
    for k in 0..<count { output[k * stride] = 0 }
    for entry in entries {
      let r = buffer.displacement(Int(entry))
      let values = try pair(Int(buffer.indices[Int(entry)]), r)
      guard values.count == count else {
        throw InvalidInput(
          "coefficients of a pair", value: "\(values.count) numbers", expected: "\(count) of them")
      }
      let weight = shape.weight(r.length, cutoff: cutoff)
      for k in 0..<count { output[k * stride] += weight * values[k] }
    }
  }
}
