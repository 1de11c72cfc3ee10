public import Geometry
public import Mathematics

extension DensityExpansion {
  /// The order of the density correlation nu: how many neighbour densities an invariant multiplies.
  public enum Correlation: Int, CaseIterable, Sendable {
    /// The coefficients themselves.
    case one = 1
    /// The power spectrum.
    case two = 2
    /// The bispectrum.
    case three = 3
  }

  /// The number of columns that one centre has at that order of correlation.
  public func featureCount(_ correlation: Correlation) -> Int {
    let columns = columnCounts
    return switch correlation {
    case .one: plan.body?.count ?? coefficientCount
    case .two:
      columns.reduce(0) { sum, n in
        sum + (hyperparameters.spectrumForm == .allPairs ? n * n : n * (n + 1) / 2)
      }
    case .three: Bispectrum.count(columns: columns)
    }
  }

  /// More columns than this are refused: a row of them takes 800 MB.
  private static let mostColumns = 1e8

  /// Throws: `InvalidInput` for more columns than any row can have: the numbers of species, of radial
  /// functions and of angular channels are multiplied, to the third power for the bispectrum.
  public func checkColumns(_ correlation: Correlation, average: Average) throws {
    let columns = columnCounts.map(Double.init)
    let ofCenter =
      switch correlation {
      case .one: Double(coefficientCount)
      case .two: columns.reduce(0) { $0 + $1 * $1 }
      case .three:
        Bispectrum.degrees(columns.count - 1).reduce(0) {
          $0 + columns[$1.x] * columns[$1.y] * columns[$1.z]
        }
      }
    let all = average == .frame ? ofCenter * Double(species.count) : ofCenter
    guard all <= Self.mostColumns else {
      throw InvalidInput(
        "size of the features", value: "\(species.count) species, \(all) columns",
        expected: "at most \(Int(Self.mostColumns)) columns; species can be mixed into channels")
    }
  }

  /// Radial functions times species (or channels), for each l.
  var columnCounts: [Int] { plan.counts.map { $0 * plan.channels.count } }

  /// The columns of the features of a centre.
  public func centerProperties(_ correlation: Correlation) -> IndexTable {
    switch correlation {
    case .one: plan.body.map(bodyProperties) ?? coefficientProperties
    case .two: powerSpectrumProperties
    case .three: bispectrumProperties
    }
  }

  /// The columns of nu = 1 in a body frame: l, m, n, neighbour species (or channel), the last fastest.
  private func bodyProperties(_ body: BodyFrame) -> IndexTable {
    var rows = [[Int]]()
    for component in body.components {
      for n in 0..<plan.counts[component.x] {
        for number in plan.channels { rows.append([component.x, component.y, n, number]) }
      }
    }
    return IndexTable(names: ["l", "m", "n", plan.channelName], rows: rows)
  }

  /// The columns of averaged features: those of a centre, for every centre species where there are
  /// several.
  public func averagedProperties(_ correlation: Correlation) -> IndexTable {
    let single = centerProperties(correlation)
    guard plan.species.count > 1 else { return single }
    return IndexTable(
      names: ["types_center"] + single.names,
      rows: plan.species.numbers.flatMap { number in single.rows.map { [number] + $0 } })
  }

  /// The columns of the bispectrum: l_1 <= l_2 <= l_3 with an even sum, then the three columns
  /// (n, neighbour species), the last fastest.
  public var bispectrumProperties: IndexTable {
    let columns = plan.counts.map { count in
      (0..<count).flatMap { n in plan.channels.map { [n, $0] } }
    }
    let name = plan.channelName
    var rows = [[Int]]()
    for l in Bispectrum.degrees(plan.counts.count - 1) {
      for a in columns[l.x] {
        for b in columns[l.y] {
          for c in columns[l.z] { rows.append([l.x, l.y, l.z] + a + b + c) }
        }
      }
    }
    return IndexTable(
      names: [
        "l_1", "l_2", "l_3", "n_1", "\(name)_1", "n_2", "\(name)_2", "n_3", "\(name)_3",
      ], rows: rows)
  }

  /// Features of order nu, per centre or averaged; see `coefficients` and `powerSpectrum`.
  ///
  /// Throws: as `coefficients(of:)`.
  public func features(
    of frame: Frame, correlation: Correlation, average: Average = .frame,
    threads: Int = Parallel.availableThreads
  ) throws -> LabelledBlock {
    switch average {
    case .none:
      if correlation == .one, plan.body == nil {
        return try coefficients(of: frame, threads: threads)
      }
      return try centerFeatures(of: frame, correlation, threads: threads)
    case .frame:
      return try LabelledBlock(
        samples: IndexTable(names: ["frame"], rows: [[0]]),
        properties: averagedProperties(correlation),
        values: Matrix(
          rows: 1, columns: featureCount(correlation) * plan.species.count,
          elements: averagedFeatures(of: frame, correlation: correlation, threads: threads)))
    }
  }

  /// Averaged features of many frames, a row each, computed side by side. Samples are labelled
  /// `frame`.
  ///
  /// Throws: as `coefficients(of:)`, for the first frame that cannot be expanded.
  public func features(
    of frames: [Frame], correlation: Correlation, threads: Int = Parallel.availableThreads
  ) throws -> LabelledBlock {
    let rows = try Parallel.map(count: frames.count, threads: threads) { index in
      try averagedFeatures(of: frames[index], correlation: correlation, threads: 1)
    }
    let properties = averagedProperties(correlation)
    return LabelledBlock(
      samples: IndexTable(names: ["frame"], rows: frames.indices.map { [$0] }),
      properties: properties,
      values: Matrix(
        rows: frames.count, columns: properties.count, elements: rows.flatMap { $0 }))
  }

  /// Means over the centres of each species, after each other.
  ///
  /// Centres are summed in blocks of a fixed size, near each other in space, and the blocks in their
  /// order, so that the result does not depend on the number of threads and memory does not grow with
  /// the frame.
  ///
  /// Throws: as `coefficients(of:)`; `Stopped`.
  public func averagedFeatures(
    of frame: Frame, correlation: Correlation, threads: Int = Parallel.availableThreads
  ) throws -> [Double] {
    let block = 512
    let add = try accumulator(correlation)
    let densities = try densities(of: frame)
    let finder = try finder(for: frame)
    let width = featureCount(correlation)
    let total = width * plan.species.count
    let blocks = (frame.count + block - 1) / block
    let order = finder.spatialOrder
    let partial = try Parallel.map(
      count: blocks, threads: threads,
      workspace: { NeighborhoodProjector(plan, densities, finder) }
    ) { index, projector -> [Double] in
      var sums = [Double](repeating: 0, count: total)
      var coefficients = [Double](repeating: 0, count: coefficientCount)
      for k in (index * block)..<min(frame.count, (index + 1) * block) {
        // The bispectrum of a centre takes milliseconds.
        try StopRequest.check()
        let i = Int(order[k])
        try projector.project(center: i, to: &coefficients)
        sums.withUnsafeMutableBufferPointer { sums in
          guard let base = sums.baseAddress else { return }
          coefficients.withUnsafeBufferPointer {
            add($0, i, densities, base + densities.types[i] * width)
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

  /// A function that makes the features of a centre of its coefficients and adds them to a row.
  private func accumulator(_ correlation: Correlation) throws -> Accumulator {
    switch correlation {
    case .one:
      if let body = plan.body {
        return { coefficients, i, densities, target in
          densities.turns.withUnsafeBufferPointer { turns in
            guard let turn = turns.baseAddress, let base = coefficients.baseAddress else { return }
            body.add(base, turn: turn + i * body.turnSize, to: target)
          }
        }
      }
      return { coefficients, _, _, target in
        for k in coefficients.indices { target[k] += coefficients[k] }
      }
    case .two: return { coefficients, _, _, target in addSpectrum(coefficients, to: target) }
    case .three:
      let bispectrum = try Bispectrum(columns: columnCounts)
      return { coefficients, _, _, target in bispectrum.add(coefficients, to: target) }
    }
  }

  /// From the coefficients of a centre, and which one it is of which frame, to a row.
  private typealias Accumulator =
    @Sendable (
      UnsafeBufferPointer<Double>, Int, FrameDensities, UnsafeMutablePointer<Double>
    ) -> Void

  private func centerFeatures(
    of frame: Frame, _ correlation: Correlation, threads: Int
  ) throws -> LabelledBlock {
    let densities = try densities(of: frame)
    let finder = try finder(for: frame)
    let add = try accumulator(correlation)
    let values = try Parallel.matrix(
      rows: frame.count, columns: featureCount(correlation), threads: threads,
      workspace: {
        (
          NeighborhoodProjector(plan, densities, finder),
          [Double](repeating: 0, count: coefficientCount)
        )
      }
    ) { i, row, workspace in
      try workspace.0.project(center: i, to: &workspace.1)
      if let base = row.baseAddress {
        workspace.1.withUnsafeBufferPointer { add($0, i, densities, base) }
      }
    }
    return LabelledBlock(
      samples: centerSamples(densities.types), properties: centerProperties(correlation),
      values: values)
  }
}
