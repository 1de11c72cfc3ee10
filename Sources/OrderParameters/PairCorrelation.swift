public import Geometry
internal import Foundation

/// The radial distribution g(r) and the orientational correlation g2(r) = <P2(u_i . u_j)> of pairs at
/// distance r, P2(x) = (3 x^2 - 1)/2, in bins of equal width from 0 to the cutoff.
///
/// g(r) is the density of neighbours over the mean density N/V, all periodic images counted. g2(r) is
/// of the pairs of particles that both have a symmetry axis: spheres among rods count in g(r) alone.
public struct PairCorrelation: Equatable, Sendable {
  /// The middle of every bin.
  public let distances: [Double]
  /// The number of pairs in every bin, (i, j) and (j, i) both counted.
  public let counts: [Int]
  /// g(r); NaN for a frame without particles.
  public let radial: [Double]
  /// The number of those pairs of which both particles have a symmetry axis.
  public let orientationalCounts: [Int]
  /// g2(r); NaN in a bin without such pairs; nil for a frame without orientations, or in which no
  /// particle has an axis.
  public let orientational: [Double]?

  /// With `species` given, only particles of these are looked at, as if there were no others.
  ///
  /// Throws: `InvalidInput` unless the cell repeats along all three vectors (else there is no density),
  /// the cutoff is positive and there is a bin; for oriented frames also when no symmetry axis can be
  /// told.
  public init(
    _ whole: Frame, cutoff: Double, bins: Int, axis: SymmetryAxis = .automatic,
    species: Set<String>? = nil
  ) throws {
    let frame = species == nil ? whole : whole.only(whole.particles(of: species))
    guard let cell = frame.cell, cell.isFullyPeriodic else {
      throw InvalidInput(
        "cell of a pair correlation", value: frame.cell == nil ? "missing" : "open",
        expected: "a cell that repeats along all three vectors")
    }
    guard bins > 0 else {
      throw InvalidInput("number of bins", value: "\(bins)", expected: "at least one")
    }
    let found = frame.orientations == nil ? nil : try ParticleAxes(frame, axis: axis)
    let axes = found.flatMap { $0.axes.isEmpty ? nil : $0.byParticle(of: frame.count) }
    let finder = try NeighborFinder(positions: frame.positions, cell: cell, cutoff: cutoff)
    let width = cutoff / Double(bins)
    var counts = [Int](repeating: 0, count: bins)
    var orientedCounts = counts
    var sums = [Double](repeating: 0, count: bins)
    var buffer = NeighborFinder.Buffer()
    for i in frame.positions.indices {
      finder.neighbors(of: i, into: &buffer)
      for k in 0..<buffer.count {
        let r = Vector3(buffer.x[k], buffer.y[k], buffer.z[k]).length
        let bin = min(bins - 1, Int(r / width))
        counts[bin] += 1
        if let u = axes?[i], let v = axes?[Int(buffer.indices[k])] {
          let cosine = u.dot(v)
          orientedCounts[bin] += 1
          sums[bin] += 1.5 * cosine * cosine - 0.5
        }
      }
    }
    let density = Double(frame.count) / cell.volume
    distances = (0..<bins).map { (Double($0) + 0.5) * width }
    radial = (0..<bins).map { bin in
      let (inner, outer) = (Double(bin) * width, Double(bin + 1) * width)
      let shell = 4.0 / 3.0 * Double.pi * (outer * outer * outer - inner * inner * inner)
      return frame.count == 0
        ? .nan : Double(counts[bin]) / (Double(frame.count) * density * shell)
    }
    // 0/0 in a bin without pairs is NaN, as it should be.
    orientational = axes == nil ? nil : (0..<bins).map { sums[$0] / Double(orientedCounts[$0]) }
    orientationalCounts = orientedCounts
    self.counts = counts
  }
}
