public import Geometry
public import Mathematics

extension DensityExpansion {
  /// The columns of `powerSpectrum`: l, then (n_1, species 1), then (n_2, species 2).
  public var powerSpectrumProperties: IndexTable {
    var rows = [[Int]]()
    for (l, count) in plan.counts.enumerated() {
      for a in 0..<count {
        for first in plan.species.numbers {
          for b in 0..<count {
            for second in plan.species.numbers { rows.append([l, a, first, b, second]) }
          }
        }
      }
    }
    return IndexTable(
      names: ["l", "n_1", "types_neighbor_1", "n_2", "types_neighbor_2"], rows: rows)
  }

  /// The power spectrum (nu = 2, paper Eq. 17):
  ///
  ///     p_l(a, b) = (-1)^l / sqrt(2l + 1) sum_m c_lm(a) c_lm(b),  a = (n, neighbour species),
  ///
  /// over all ordered pairs a, b. One row a centre, or with `.frame` the mean over the centres,
  /// centre species by centre species; columns then start with `types_center` where there are
  /// several species, and those of an absent one are zero.
  ///
  /// Throws: as `coefficients(of:)`.
  public func powerSpectrum(
    of frame: Frame, average: Average = .frame, threads: Int = Parallel.availableThreads
  ) throws -> LabelledBlock {
    try features(of: frame, correlation: .two, average: average, threads: threads)
  }

  /// Adds one centre's power spectrum to `target`.
  func addSpectrum(_ coefficients: [Double], to target: UnsafeMutablePointer<Double>) {
    coefficients.withUnsafeBufferPointer { coefficients in
      var source = 0
      var target = target
      for (l, count) in plan.counts.enumerated() {
        let columns = count * plan.species.count
        let scale = (l % 2 == 0 ? 1 : -1) / Double(2 * l + 1).squareRoot()
        for _ in 0..<(2 * l + 1) {
          for a in 0..<columns {
            let factor = scale * coefficients[source + a]
            let row = target + a * columns
            for b in 0..<columns { row[b] += factor * coefficients[source + b] }
          }
          source += columns
        }
        target += columns * columns
      }
    }
  }
}
