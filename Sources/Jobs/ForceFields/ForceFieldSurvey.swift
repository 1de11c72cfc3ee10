internal import AniSOAP
internal import Geometry
internal import Learning
internal import Mathematics

/// Neighbourhoods of the training frames, drawn at random: where a force field is at home, and the points of
/// its kernels.
struct ForceFieldSurvey: Sendable {
  /// The features of the drawn neighbourhoods of every species.
  let samples: [Matrix]

  /// At least so many are drawn of every species, where there are as many; more numbers than the second are
  /// not kept.
  private static let (fewest, mostNumbers) = (2000, 30_000_000)

  /// Draws as many of every frame; `inducing` is how many points a kernel needs.
  ///
  /// Throws: `DataError` for frames that cannot be featurized or are not those of the archive.
  init(
    _ data: ForceFieldData, _ basis: ForceFieldBasis, _ training: Set<Int>, inducing: Int,
    seed: UInt64, _ context: JobContext
  ) throws {
    let width = basis.centerFeatureCount
    let wanted = min(
      max(Self.fewest, 10 * inducing), max(inducing, Self.mostNumbers / max(1, width)))
    let each = (wanted + training.count - 1) / max(1, training.count)
    let types = basis.species.count
    var rows = [[Double]](repeating: [], count: types)
    try data.pipeline("survey", context).run(
      workspace: {},
      work: { frame, index, threads, _ -> [[Double]]? in
        guard let place = data.places[index], training.contains(place) else { return nil }
        let features = try basis.centerFeatures(of: frame, threads: threads)
        if types == 1 { try data.check(features.columnMeans, place) }
        // A stream of its own: "survey" in ASCII.
        var stream = RandomStream(seed: seed, stream: 0x7375_7276_6579, frame: UInt64(index))
        var drawn = [[Double]](repeating: [], count: types)
        var counts = [Int](repeating: 0, count: types)
        let own = try basis.species.types(of: frame)
        for i in stream.permutation(frame.count) where counts[own[i]] < each {
          counts[own[i]] += 1
          drawn[own[i]] += features.row(i)
        }
        return drawn
      },
      consume: { _, drawn in
        for (type, own) in (drawn ?? []).enumerated() { rows[type] += own }
      })
    samples = rows.map { Matrix(rows: $0.count / width, columns: width, elements: $0) }
  }

  /// Where the neighbourhoods of every species lie. That of a species that is never seen has no limit.
  ///
  /// Throws: `NumericalError`.
  func domains() throws -> [FeatureDomain] {
    try samples.map { x in
      guard x.rows > 0 else {
        return try FeatureDomain(
          means: Array(repeating: 0, count: x.columns),
          directions: Matrix(rows: 0, columns: x.columns), deviations: [], rest: 1, limit: 0)
      }
      return try FeatureDomain(x)
    }
  }

  /// The kernels of every species; gamma of a radial kernel is on the scale on which the mean squared
  /// distance of the samples is 2.
  ///
  /// Throws: `InvalidInput` for more points than neighbourhoods; `InvalidData`, `NumericalError`.
  func kernels(
    _ kernel: Kernel, _ points: [[Int]]
  ) throws -> [SparseKernel] {
    try zip(samples, points).map { x, chosen in
      var own = kernel
      if case .radialBasis(let gamma) = kernel, x.rows > 1 {
        let variance =
          x.subtracting(row: x.columnMeans).squaredRowNorms.reduce(0, +)
          / Double(x.rows)
        if variance > 0 { own = .radialBasis(gamma: gamma / variance) }
      }
      return try SparseKernel(kernel: own, points: x.selecting(rows: chosen))
    }
  }

  /// Which of the samples of every species are the points: the most different ones, of directions for a
  /// kernel that sees nothing else.
  ///
  /// Throws: `InvalidInput` for more points than neighbourhoods; `NumericalError`.
  func points(_ settings: SparseKernelSettings, _ kernel: Kernel) throws -> [[Int]] {
    try samples.map { x in
      guard x.rows > 0 else { return [] }
      let count = settings.inducing
      guard count <= x.rows else {
        throw InvalidInput(
          "inducing", value: "\(count)",
          expected: "at most the neighbourhoods of the training frames, \(x.rows)")
      }
      var candidates = x
      if case .polynomial = kernel {
        candidates = try SparseKernel(kernel: kernel, points: x).points
      }
      return switch settings.inducingBy {
      case .fps: try Selection.farthestPoints(candidates, .samples, count: count)
      case .cur: try Selection.cur(candidates, .samples, count: count)
      }
    }
  }
}
