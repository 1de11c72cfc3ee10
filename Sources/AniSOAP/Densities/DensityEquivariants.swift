public import Geometry
public import Mathematics

extension PairwiseSum {
  /// The coefficients of all centres, one block for each l: features (n, neighbour species), the
  /// species fastest.
  func equivariants(_ coefficients: Matrix) -> [EquivariantBlock] {
    var start = 0
    return counts.enumerated().map { l, count in
      let width = (2 * l + 1) * count * species.count
      let values = (0..<coefficients.rows).flatMap {
        coefficients.row($0).dropFirst(start).prefix(width)
      }
      start += width
      return EquivariantBlock(
        lambda: l, sigma: 1, centers: coefficients.rows,
        properties: IndexTable(
          names: ["n", "types_neighbor"],
          rows: (0..<count).flatMap { n in species.numbers.map { [n, $0] } }),
        values: values)
    }
  }
}

extension SeparableExpansion {
  /// The coefficients of every centre as equivariants, as `DensityExpansion.equivariants(of:)` gives
  /// them: their products are the invariants of these densities.
  ///
  /// Throws: as `coefficients(of:)`.
  public func equivariants(
    of frame: Frame, threads: Int = Parallel.availableThreads
  ) throws -> [EquivariantBlock] {
    sum.equivariants(try coefficients(of: frame, threads: threads).values)
  }
}

extension QuadratureExpansion {
  /// The coefficients of every centre as equivariants, as `DensityExpansion.equivariants(of:)` gives
  /// them: their products are the invariants of these densities.
  ///
  /// Throws: as `coefficients(of:density:)`.
  public func equivariants(
    of frame: Frame, threads: Int = Parallel.availableThreads,
    density: @Sendable (_ particle: Int) throws -> DensityFunction
  ) throws -> [EquivariantBlock] {
    sum.equivariants(try coefficients(of: frame, threads: threads, density: density).values)
  }
}
