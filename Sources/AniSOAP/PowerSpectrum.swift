public import Geometry
public import Mathematics

extension DensityExpansion {
  /// The columns of `powerSpectrum`: l, then (n_1, species 1), then (n_2, species 2).
  public var powerSpectrumProperties: IndexTable {
    var rows = [[Int]]()
    for (l, count) in plan.counts.enumerated() {
      let columns = (0..<count).flatMap { n in plan.channels.map { [n, $0] } }
      for (a, first) in columns.enumerated() {
        let start = hyperparameters.spectrumForm == .allPairs ? 0 : a
        for second in columns[start...] { rows.append([l] + first + second) }
      }
    }
    let name = plan.channelName
    return IndexTable(names: ["l", "n_1", "\(name)_1", "n_2", "\(name)_2"], rows: rows)
  }

  /// The power spectrum (nu = 2, paper Eq. 17):
  ///
  ///     p_l(a, b) = (-1)^l / sqrt(2l + 1) sum_m c_lm(a) c_lm(b),  a = (n, neighbour species),
  ///
  /// over all ordered pairs a, b (`SpectrumForm.unorderedPairs` is the compact alternative). One row for
  /// each centre, or with `.frame` the mean over the centres, centre species by centre species; columns
  /// then start with `types_center` where there are several species, and those of an absent one are
  /// zero.
  ///
  /// Throws: as `coefficients(of:)`.
  public func powerSpectrum(
    of frame: Frame, average: Average = .frame, threads: Int = Parallel.availableThreads
  ) throws -> LabelledBlock {
    try features(of: frame, correlation: .two, average: average, threads: threads)
  }

  /// The averaged power spectra of many frames, a row each, computed side by side.
  ///
  /// Throws: as `coefficients(of:)`, for the first frame that cannot be expanded.
  public func powerSpectrum(
    of frames: [Frame], threads: Int = Parallel.availableThreads
  ) throws -> LabelledBlock {
    try features(of: frames, correlation: .two, threads: threads)
  }

  /// Adds one centre's power spectrum to `target`.
  func addSpectrum(
    _ coefficients: UnsafeBufferPointer<Double>, to target: UnsafeMutablePointer<Double>
  ) {
    let all = hyperparameters.spectrumForm == .allPairs
    var source = 0
    var target = target
    for (l, count) in plan.counts.enumerated() {
      let columns = count * plan.channels.count
      let scale = (l % 2 == 0 ? 1 : -1) / Double(2 * l + 1).squareRoot()
      var size = 0
      for _ in 0..<(2 * l + 1) {
        size = 0
        for a in 0..<columns {
          let factor = scale * coefficients[source + a]
          if all {
            for b in 0..<columns { target[size + b] += factor * coefficients[source + b] }
            size += columns
          } else {
            target[size] += factor * coefficients[source + a]
            let twice = factor * 2.0.squareRoot()
            for b in (a + 1)..<max(columns, a + 1) {
              target[size + b - a] += twice * coefficients[source + b]
            }
            size += columns - a
          }
        }
        source += columns
      }
      target += size
    }
  }
}
