public import Geometry
public import Mathematics

/// Bond-orientational order of the neighbours of every particle (Steinhardt, Nelson, Ronchetti,
/// Phys. Rev. B 28, 784 (1983), doi:10.1103/PhysRevB.28.784):
///
///     q_lm(i) = sum_j w_ij Y_lm(r_ij) / sum_j w_ij,
///     q_l(i)  = sqrt(4 pi / (2l + 1) sum_m |q_lm(i)|^2).
///
/// The sum runs over all neighbours within the cutoff, all periodic images counted, the particle
/// itself left out. A particle without neighbours has q_lm = 0. The sum of the weights divides, as in
/// freud; the paper's Eq. 18 prints the number of neighbours. q_0 is 1 wherever there is a neighbour.
public struct Steinhardt: Sendable {
  /// What a neighbour counts.
  public enum Weights: String, CaseIterable, Codable, Sendable {
    /// Every neighbour 1.
    case uniform
    /// Every neighbour its distance (the paper's and freud's `weighted` with such a list).
    case distance
  }

  /// Which invariants are wanted, and over which neighbours.
  public struct Settings: Equatable, Sendable {
    /// The degrees l.
    public var degrees: [Int]
    /// Neighbours are nearer than this.
    public var cutoff: Double
    /// What a neighbour counts.
    public var weights: Weights

    /// Degrees in a closed range.
    public init(degrees: ClosedRange<Int>, cutoff: Double, weights: Weights = .uniform) {
      self.init(degrees: Array(degrees), cutoff: cutoff, weights: weights)
    }

    /// Any degrees, in any order.
    public init(degrees: [Int], cutoff: Double, weights: Weights = .uniform) {
      self.degrees = degrees
      self.cutoff = cutoff
      self.weights = weights
    }
  }

  /// The degrees l, in the order of the columns of `values`.
  public let degrees: [Int]
  /// The number of neighbours of every particle.
  public let neighborCounts: [Int]
  /// q_lm of m >= 0, particles by (l, m), for all l up to the largest degree.
  private let real: Matrix
  private let imaginary: Matrix

  /// The largest l that is accepted.
  public static let largestDegree = 64

  /// Throws: `InvalidInput` for a degree outside 0...64, a cutoff that is not positive, or two
  /// particles at the same place, whose direction nobody knows.
  public init(_ frame: Frame, _ settings: Settings) throws {
    try self.init(positions: frame.positions, cell: frame.cell, settings)
  }

  /// As above, from positions and cell alone.
  public init(positions: [Vector3], cell: Cell?, _ settings: Settings) throws {
    for l in settings.degrees where !(0...Self.largestDegree).contains(l) {
      throw InvalidInput(
        "Steinhardt degree", value: "\(l)", expected: "0 to \(Self.largestDegree)")
    }
    degrees = settings.degrees
    let harmonics = SphericalHarmonics(maxDegree: settings.degrees.max() ?? 0)
    let finder = try NeighborFinder(positions: positions, cell: cell, cutoff: settings.cutoff)
    var real = Matrix(rows: positions.count, columns: harmonics.count)
    var imaginary = real
    var counts: [Int] = []
    var buffer = NeighborFinder.Buffer()
    for i in positions.indices {
      finder.neighbors(of: i, into: &buffer)
      counts.append(buffer.count)
      let row = i * harmonics.count
      let total = try real.elements.withUnsafeMutableBufferPointer { re in
        try imaginary.elements.withUnsafeMutableBufferPointer { im in
          try Self.sum(
            harmonics, buffer, settings.weights, of: i,
            real: re.extracting(row..<row + harmonics.count),
            imaginary: im.extracting(row..<row + harmonics.count))
        }
      }
      guard total > 0 else { continue }
      for k in row..<row + harmonics.count {
        real.elements[k] /= total
        imaginary.elements[k] /= total
      }
    }
    self.real = real
    self.imaginary = imaginary
    neighborCounts = counts
  }

  /// Adds the weighted harmonics of the neighbours of particle `i`; returns the sum of weights.
  private static func sum(
    _ harmonics: SphericalHarmonics, _ neighbors: NeighborFinder.Buffer, _ weights: Weights,
    of i: Int, real: UnsafeMutableBufferPointer<Double>,
    imaginary: UnsafeMutableBufferPointer<Double>
  ) throws -> Double {
    guard let re = real.baseAddress, let im = imaginary.baseAddress else { return 0 }
    var total = 0.0
    for j in 0..<neighbors.count {
      let (x, y, z) = (neighbors.x[j], neighbors.y[j], neighbors.z[j])
      let distance = (x * x + y * y + z * z).squareRoot()
      guard distance > 0 else {
        throw InvalidInput(
          "distance between particles \(i) and \(neighbors.indices[j])", value: distance,
          expected: "more than zero: bonds need a direction")
      }
      let weight: Double
      switch weights {
      case .uniform: weight = 1
      case .distance: weight = distance
      }
      let scale = 1 / distance
      harmonics.add(x * scale, y * scale, z * scale, weight: weight, real: re, imaginary: im)
      total += weight
    }
    return total
  }

  /// q_l of every particle: particles by degrees.
  public var values: Matrix {
    var result = Matrix(rows: neighborCounts.count, columns: degrees.count)
    for i in 0..<result.rows {
      for (column, l) in degrees.enumerated() {
        result[i, column] = Self.invariant(l, real.row(i), imaginary.row(i))
      }
    }
    return result
  }

  /// The mean over the particles of q_l, one value a degree; zeros for a frame without particles.
  public var mean: [Double] {
    let values = values
    return (0..<degrees.count).map { column in
      values.column(column).reduce(0, +) / Double(max(1, values.rows))
    }
  }

  /// sqrt(4 pi / (2l + 1) sum over all m of |q_lm|^2).
  private static func invariant(
    _ l: Int, _ real: ArraySlice<Double>, _ imaginary: ArraySlice<Double>
  ) -> Double {
    var sum = 0.0
    for m in 0...l {
      let k = real.startIndex + SphericalHarmonics.index(l, m)
      let squared = real[k] * real[k] + imaginary[k] * imaginary[k]
      sum += m == 0 ? squared : 2 * squared
    }
    return (4 * Double.pi / Double(2 * l + 1) * sum).squareRoot()
  }
}
