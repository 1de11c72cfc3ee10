public import Geometry
public import Mathematics

extension DensityExpansion {
  /// The order of the density correlation nu: how many neighbour densities an invariant multiplies.
  public enum Correlation: Int, Sendable {
    /// The coefficients themselves.
    case one = 1
    /// The power spectrum.
    case two = 2
  }

  /// The number of columns that one centre has at that order of correlation.
  public func featureCount(_ correlation: Correlation) -> Int {
    switch correlation {
    case .one: coefficientCount
    case .two:
      plan.counts.reduce(0) { $0 + ($1 * plan.species.count) * ($1 * plan.species.count) }
    }
  }

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

  /// Features of order nu, per centre or averaged: what `coefficients` or `powerSpectrum` say.
  ///
  /// Throws: as `coefficients(of:)`.
  public func features(
    of frame: Frame, correlation: Correlation, average: Average = .frame,
    threads: Int = Parallel.availableThreads
  ) throws -> LabelledBlock {
    switch average {
    case .none:
      if correlation == .one { return try coefficients(of: frame, threads: threads) }
      return try centerSpectra(of: frame, threads: threads)
    case .frame:
      return try LabelledBlock(
        samples: IndexTable(names: ["frame"], rows: [[0]]),
        properties: averagedProperties(correlation),
        values: Matrix(
          rows: 1, columns: featureCount(correlation) * plan.species.count,
          elements: averagedFeatures(of: frame, correlation: correlation, threads: threads)))
    }
  }

  /// The columns of averaged features.
  public func averagedProperties(_ correlation: Correlation) -> IndexTable {
    let single = correlation == .one ? coefficientProperties : powerSpectrumProperties
    guard plan.species.count > 1 else { return single }
    return IndexTable(
      names: ["types_center"] + single.names,
      rows: plan.species.numbers.flatMap { number in single.rows.map { [number] + $0 } })
  }

  /// Means over the centres of each species, after each other.
  ///
  /// Centres are summed in blocks of a fixed size and the blocks in their order, so that the result
  /// does not depend on the number of threads and memory does not grow with the frame.
  ///
  /// Throws: as `coefficients(of:)`.
  public func averagedFeatures(
    of frame: Frame, correlation: Correlation, threads: Int = Parallel.availableThreads
  ) throws -> [Double] {
    let block = 512
    let densities = try densities(of: frame)
    let finder = try finder(for: frame)
    let width = featureCount(correlation)
    let total = width * plan.species.count
    let blocks = (frame.count + block - 1) / block
    let partial = try Parallel.map(
      count: blocks, threads: threads,
      workspace: { NeighborhoodProjectorBox(plan, densities, finder) }
    ) { index, box -> [Double] in
      var sums = [Double](repeating: 0, count: total)
      var coefficients = [Double](repeating: 0, count: coefficientCount)
      for i in (index * block)..<min(frame.count, (index + 1) * block) {
        _ = box.projector.project(center: i, to: &coefficients)
        sums.withUnsafeMutableBufferPointer { sums in
          guard let base = sums.baseAddress else { return }
          let target = base + densities.types[i] * width
          switch correlation {
          case .one: for k in 0..<width { target[k] += coefficients[k] }
          case .two: addSpectrum(coefficients, to: target)
          }
        }
      }
      return sums
    }
    var result = [Double](repeating: 0, count: total)
    for sums in partial { for k in 0..<total { result[k] += sums[k] } }
    for t in 0..<plan.species.count {
      let centers = densities.types.count { $0 == t }
      guard centers > 0 else { continue }
      for k in (t * width)..<((t + 1) * width) { result[k] /= Double(centers) }
    }
    return result
  }

  private func centerSpectra(of frame: Frame, threads: Int) throws -> LabelledBlock {
    let densities = try densities(of: frame)
    let finder = try finder(for: frame)
    let width = featureCount(.two)
    var values = Matrix(rows: frame.count, columns: width)
    try values.elements.withUnsafeMutableBufferPointer { elements in
      let output = SendablePointer(elements.baseAddress)
      try Parallel.forEach(
        count: frame.count, threads: threads,
        workspace: {
          (
            NeighborhoodProjectorBox(plan, densities, finder),
            [Double](repeating: 0, count: coefficientCount)
          )
        }
      ) { i, workspace in
        guard let base = output.pointer else { return }
        _ = workspace.0.projector.project(center: i, to: &workspace.1)
        addSpectrum(workspace.1, to: base + i * width)
      }
    }
    return LabelledBlock(
      samples: centerSamples(densities.types), properties: powerSpectrumProperties, values: values)
  }

  /// Adds one centre's power spectrum to `target`.
  private func addSpectrum(_ coefficients: [Double], to target: UnsafeMutablePointer<Double>) {
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
