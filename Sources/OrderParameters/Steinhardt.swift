public import Geometry
public import Mathematics

/// Bond-orientational order of the neighbours of every particle (Steinhardt, Nelson, Ronchetti,
/// Phys. Rev. B 28, 784 (1983), doi:10.1103/PhysRevB.28.784):
///
///     q_lm(i) = sum_j w_ij Y_lm(r_ij) / sum_j w_ij,
///     q_l(i)  = sqrt(4 pi / (2l + 1) sum_m |q_lm(i)|^2),
///     w_l(i)  = sum over m1 + m2 + m3 = 0 of 3j(l l l; m1 m2 m3) q_lm1 q_lm2 q_lm3.
///
/// The sum runs over all neighbours within the cutoff, all periodic images counted, the particle
/// itself left out. A particle without neighbours has no q_l and no w_l: they are NaN, and means are over
/// the other particles. The sum of the weights divides, as in freud; the paper's Eq. 18 prints the number
/// of neighbours. q_0 is 1 wherever there is a neighbour.
public struct Steinhardt: Sendable {
  /// How much every neighbour counts.
  public enum Weights: String, CaseIterable, Codable, Sendable {
    /// Every neighbour 1.
    case uniform
    /// Every neighbour its distance (the paper's and freud's `weighted` with such a list).
    case distance
    /// Every neighbour the area of the face that it shares in the Voronoi tessellation; the cutoff
    /// plays no part (Mickel et al., J. Chem. Phys. 138, 044501 (2013), doi:10.1063/1.4774084).
    case voronoi
  }

  /// Which invariants are wanted, and over which neighbours.
  public struct Settings: Equatable, Sendable {
    /// The degrees l.
    public var degrees: [Int]
    /// Neighbours are nearer than this.
    public var cutoff: Double
    /// How much every neighbour counts.
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
  /// The neighbours of every particle, one entry a bond.
  private let neighbors: [[Int]]
  /// q_lm of m >= 0, particles by (l, m), for all l up to the largest degree.
  private let real: Matrix
  private let imaginary: Matrix

  /// The largest l that is accepted.
  public static let largestDegree = 64

  /// Throws: `InvalidInput` for a degree outside 0...64, a cutoff that is not positive, or two
  /// particles at the same place, between which there is no direction; with Voronoi weights also for a frame
  /// that does not repeat along all three lattice vectors.
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
    var sums = HarmonicSums(harmonics, particles: positions.count)
    if settings.weights == .voronoi && !positions.isEmpty {
      let tessellation = try VoronoiTessellation(positions: positions, cell: cell)
      for (i, faces) in tessellation.faces.enumerated() {
        for face in faces { sums.add(i, face.neighbor, face.normal, weight: face.area) }
      }
    } else {
      let finder = try NeighborFinder(positions: positions, cell: cell, cutoff: settings.cutoff)
      var buffer = NeighborFinder.Buffer()
      for i in positions.indices {
        finder.neighbors(of: i, into: &buffer)
        for k in 0..<buffer.count {
          let r = Vector3(buffer.x[k], buffer.y[k], buffer.z[k])
          let distance = r.length
          guard distance > 0 else {
            throw InvalidInput(
              "distance between particles \(i) and \(buffer.indices[k])", value: distance,
              expected: "more than zero: bonds need a direction")
          }
          sums.add(
            i, Int(buffer.indices[k]), r / distance,
            weight: settings.weights == .distance ? distance : 1)
        }
      }
    }
    (real, imaginary) = sums.normalized()
    neighbors = sums.neighbors
  }

  private init(degrees: [Int], neighbors: [[Int]], real: Matrix, imaginary: Matrix) {
    self.degrees = degrees
    self.neighbors = neighbors
    self.real = real
    self.imaginary = imaginary
  }

  /// The number of neighbours of every particle.
  public var neighborCounts: [Int] { neighbors.map(\.count) }

  /// The number of particles without neighbours.
  public var isolated: Int { neighbors.count { $0.isEmpty } }

  /// The same with q_lm replaced by its plain mean over the particle and its neighbours (Lechner and
  /// Dellago, J. Chem. Phys. 129, 114707 (2008), doi:10.1063/1.2977970).
  public var averaged: Steinhardt {
    var (re, im) = (real, imaginary)
    for (i, list) in neighbors.enumerated() {
      for k in 0..<real.columns {
        for j in list {
          re[i, k] += real[j, k]
          im[i, k] += imaginary[j, k]
        }
        re[i, k] /= Double(list.count + 1)
        im[i, k] /= Double(list.count + 1)
      }
    }
    return Steinhardt(degrees: degrees, neighbors: neighbors, real: re, imaginary: im)
  }

  /// q_l of every particle: particles by degrees; NaN without neighbours.
  public var values: Matrix {
    tabulate { i, l in
      (4 * Double.pi / Double(2 * l + 1) * squaredNorm(i, l)).squareRoot()
    }
  }

  /// w_l of every particle: particles by degrees; 0 for odd l; NaN without neighbours. With `normalized`
  /// divided by (sum_m |q_lm|^2)^(3/2), and NaN where that is zero.
  ///
  /// Throws: `NumericalError` when a 3j symbol cannot be computed.
  public func thirdOrder(normalized: Bool = false) throws -> Matrix {
    let couplings = try degrees.map { try ThirdOrderCoupling(degree: $0) }
    return tabulate { i, l in
      guard let coupling = couplings.first(where: { $0.degree == l }) else { return 0 }
      let sum = coupling.sum(
        real: real.row(i), imaginary: imaginary.row(i), offset: SphericalHarmonics.index(l, 0))
      let norm = squaredNorm(i, l)
      return normalized ? sum / (norm * norm.squareRoot()) : sum
    }
  }

  /// The mean of q_l over the particles with neighbours, one value a degree; NaN where there are none.
  public var mean: [Double] { values.meansOfNumbers }

  private func tabulate(_ body: (Int, Int) -> Double) -> Matrix {
    var result = Matrix(rows: neighbors.count, columns: degrees.count)
    for i in 0..<result.rows {
      for (column, l) in degrees.enumerated() {
        result[i, column] = neighbors[i].isEmpty ? .nan : body(i, l)
      }
    }
    return result
  }

  /// The sum over all m of |q_lm|^2.
  private func squaredNorm(_ i: Int, _ l: Int) -> Double {
    var sum = 0.0
    for m in 0...l {
      let k = SphericalHarmonics.index(l, m)
      let squared = real[i, k] * real[i, k] + imaginary[i, k] * imaginary[i, k]
      sum += m == 0 ? squared : 2 * squared
    }
    return sum
  }
}

extension Matrix {
  /// The mean of every column over the rows that are not NaN there.
  var meansOfNumbers: [Double] { (0..<columns).map { column($0).meanOfNumbers } }
}
