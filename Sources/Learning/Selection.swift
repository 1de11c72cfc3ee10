public import Mathematics

/// Greedy selection of features (columns) or samples (rows), as scikit-matter does it. The result is
/// the order of selection.
public enum Selection {
  /// What is selected.
  public enum Axis: String, CaseIterable, Codable, Sendable {
    /// Columns.
    case features
    /// Rows.
    case samples
  }

  /// Farthest point sampling: always the one with the greatest Euclidean distance to those taken,
  /// beginning with `first`. Of equals the one of the lowest index.
  ///
  /// Throws: `InvalidData` when there are not so many; `Stopped`.
  public static func farthestPoints(
    _ x: Matrix, _ axis: Axis, count: Int, first: Int = 0
  ) throws -> [Int] {
    let points = axis == .samples ? x : x.transpose
    guard first >= 0, first < points.rows else {
      throw InvalidData("first of \(points.rows) \(axis.rawValue): \(first)")
    }
    try check(count, points.rows, axis)
    let norms = points.squaredRowNorms
    var distances = [Double](repeating: .infinity, count: points.rows)
    var taken = [first]
    while taken.count < count {
      try StopRequest.check()
      let last = taken[taken.count - 1]
      let products = try LinearAlgebra.product(
        points, Matrix(column: Array(points.row(last)))
      ).elements
      for i in 0..<points.rows {
        distances[i] = min(distances[i], norms[i] + norms[last] - 2 * products[i])
      }
      for i in taken { distances[i] = -.infinity }
      taken.append(firstLargest(distances))
    }
    return taken
  }

  /// CUR decomposition (Imbalzano et al., J. Chem. Phys. 148, 241730 (2018), doi:10.1063/1.5024611):
  /// always the one with the largest weight in the leading singular vector, to which all others are
  /// then made orthogonal.
  ///
  /// Ends early when nothing is left to take, so that the result may be shorter than `count`.
  ///
  /// Throws: `InvalidData` when there are not so many, `NumericalError` when a decomposition fails;
  /// `Stopped`.
  public static func cur(_ x: Matrix, _ axis: Axis, count: Int) throws -> [Int] {
    // Points are columns here.
    var current = axis == .features ? x : x.transpose
    try check(count, current.columns, axis)
    var taken: [Int] = []
    var leading = LeadingWeights()
    let negligible = 1e-12 * current.frobeniusNorm
    while taken.count < count, current.frobeniusNorm > negligible {
      try StopRequest.check()
      let next = try leading.largest(of: current, except: taken)
      let column = current.column(next)
      let norm = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard norm > negligible else { break }
      taken.append(next)
      let direction = Matrix(column: column.map { $0 / norm })
      let products = try LinearAlgebra.product(direction, current, transposeA: true)
      current = try current - LinearAlgebra.product(direction, products)
      leading.remove(direction, products: products, isTall: current.columns <= current.rows)
    }
    return taken
  }

  private static func firstLargest(_ values: [Double]) -> Int {
    var best = 0
    for (i, value) in values.enumerated() where value > values[best] { best = i }
    return best
  }

  private static func check(_ count: Int, _ available: Int, _ axis: Axis) throws {
    guard count >= 1, count <= available else {
      throw InvalidData("\(count) out of \(available) \(axis.rawValue) cannot be selected")
    }
  }
}
