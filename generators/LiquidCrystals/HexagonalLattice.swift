internal import Geometry

/// A hexagonal lattice in a rectangular cell that repeats: rows along x, every other one shifted by
/// half a spacing.
struct HexagonalLattice {
  /// Sites along x and rows along y; an even number of rows.
  let columns: Int
  let rows: Int
  /// The distance between neighbours.
  let spacing: Double

  /// The number of sites as rows and columns such that the cell is as close to a square as can be.
  ///
  /// Throws: `InvalidInput` for an odd number, which no such cell holds.
  static func shape(sites: Int, _ quantity: String) throws -> (columns: Int, rows: Int) {
    var best: (columns: Int, rows: Int)?
    var smallest = Double.infinity
    for rows in stride(from: 2, through: max(2, sites), by: 2) where sites % rows == 0 {
      let columns = sites / rows
      let ratio = Double(rows) * 0.75.squareRoot() / Double(columns)
      let skew = max(ratio, 1 / ratio)
      if skew < smallest { (best, smallest) = ((columns, rows), skew) }
    }
    guard let best else {
      throw InvalidInput(
        quantity, value: "\(sites)", expected: "an even number, to fill a hexagonal lattice")
    }
    return best
  }

  /// The edges of the cell.
  var width: Double { Double(columns) * spacing }
  var depth: Double { Double(rows) * spacing * 0.75.squareRoot() }

  /// Site `k` of columns x rows.
  func site(_ k: Int) -> Vector3 {
    let row = k / columns
    let x = Double(k % columns) + (row % 2 == 0 ? 0 : 0.5)
    return Vector3(x * spacing, Double(row) * spacing * 0.75.squareRoot(), 0)
  }

  /// The three shortest reciprocal lattice vectors, up to sign, of length 4 pi/(sqrt(3) spacing);
  /// their waves are crests on every site.
  var reciprocal: [Vector3] {
    let length = 4 * Double.pi / (3.0.squareRoot() * spacing)
    return (0..<3).map { k in
      let angle = Double.pi / 6 + Double(k) * Double.pi / 3
      return Vector3(length * cosine(angle), length * sine(angle), 0)
    }
  }

  /// The standard deviation of normal displacements, along x and along y, that gives the waves of
  /// `reciprocal` the amplitude tau: exp(-G^2 sigma^2/2) = tau.
  func spread(amplitude tau: Double) -> Double {
    (-2 * logarithm(tau)).squareRoot() * 3.0.squareRoot() * spacing / (4 * Double.pi)
  }
}
