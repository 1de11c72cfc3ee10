public import AniSOAP
public import Geometry
public import Mathematics

/// Features of frames in memory, with what their rows are, and their derivatives.
public struct ComputedFeatures: Sendable {
  /// The expansion, whose species table numbers the species.
  public let expansion: DensityExpansion
  /// Rows x columns.
  public let values: SharedMemory<Double>
  /// The number of rows.
  public let rowCount: Int
  /// The number of columns.
  public let columnCount: Int
  /// What a row is besides its frame: `FeatureCalculator.sampleNames`, the values of each label.
  public let samples: [[Int]]
  /// The frame of every row.
  public let frames: [Int]
  /// The derivatives that were asked for, rows after each other as an archive has them.
  public let gradients: [FeatureSettings.Gradient: [Double]]
  /// The row of the features, and the particle, of every row of the derivatives.
  public let gradientSamples: (row: [Int], particle: [Int])
}

extension FeatureCalculator {
  /// The features of all frames.
  ///
  /// Throws: `FrameError` for a frame that cannot be expanded; `InvalidInput` for features that do not fit
  /// in memory; `Stopped`.
  public func features(of frames: [Frame], _ context: JobContext) throws -> ComputedFeatures {
    try settings.requireFromFramesAlone()
    NamedSpecies.check(shapes.named, in: frames, context)
    let table = try speciesTable(of: frames)
    let expansion = try expansion(species: table)
    if !gradients.isEmpty { return try withDerivatives(frames, expansion, context) }
    return rows == .frame
      ? try averages(frames, expansion, context) : try particles(frames, expansion, context)
  }

  private func averages(
    _ frames: [Frame], _ expansion: DensityExpansion, _ context: JobContext
  ) throws -> ComputedFeatures {
    let width = expansion.featureCount(correlation) * expansion.species.count
    let values = try SharedMemory<Double>.zeros(rows: frames.count, columns: width)
    let list = FrameList(frames, context, task: "featurize")
    try list.forEach { frame, index, threads in
      let row = try expansion.averagedFeatures(
        of: shapes.apply(to: frame), correlation: correlation, threads: threads)
      row.withUnsafeBufferPointer { row in
        guard let first = row.baseAddress else { return }
        (values.base + index * width).update(from: first, count: width)
      }
    }
    return ComputedFeatures(
      expansion: expansion, values: values, rowCount: frames.count, columnCount: width,
      samples: [], frames: Array(frames.indices), gradients: [:], gradientSamples: ([], []))
  }

  private func particles(
    _ frames: [Frame], _ expansion: DensityExpansion, _ context: JobContext
  ) throws -> ComputedFeatures {
    let width =
      try rows == .pair
      ? properties(of: expansion).count : expansion.featureCount(correlation)
    // The rows of particles are known before, those of pairs are not.
    if rows == .particle {
      try MemoryLimit.check(
        rows: frames.reduce(0) { $0 + $1.count }, columns: width, of: "size of the features")
    }
    let list = FrameList(frames, context, task: "featurize")
    let parts = try list.map { frame, _, threads in
      try rows(of: shapes.apply(to: frame), expansion, threads: threads)
    }
    let count = parts.reduce(0) { $0 + $1.count }
    let values = try SharedMemory<Double>.zeros(rows: count, columns: width)
    var labels = sampleNames.map { _ in [Int]() }
    var owners = [Int]()
    var place = values.base
    for (index, part) in parts.enumerated() {
      part.values.withUnsafeBufferPointer { part in
        guard let first = part.baseAddress else { return }
        place.update(from: first, count: part.count)
        place += part.count
      }
      owners += Array(repeating: index, count: part.count)
      for (k, name) in sampleNames.enumerated() { labels[k] += part.samples?.column(name) ?? [] }
    }
    return ComputedFeatures(
      expansion: expansion, values: values, rowCount: count, columnCount: width,
      samples: labels, frames: owners, gradients: [:], gradientSamples: ([], []))
  }

  private func withDerivatives(
    _ frames: [Frame], _ expansion: DensityExpansion, _ context: JobContext
  ) throws -> ComputedFeatures {
    let width =
      expansion.featureCount(correlation) * (rows == .frame ? expansion.species.count : 1)
    // Of every frame at least the derivatives by its own particles are there.
    try MemoryLimit.check(
      rows: frames.reduce(0) { $0 + 6 * $1.count }, columns: width, of: "size of the derivatives")
    var derivatives = try derivatives(of: expansion, threads: context.threads)
    var stored: [FeatureSettings.Gradient: [Double]] = [:]
    for kind in gradients { stored[kind] = [] }
    var values = [Double]()
    var labels = sampleNames.map { _ in [Int]() }
    var owners = [Int]()
    for (index, frame) in frames.enumerated() {
      try StopRequest.check()
      let part = try FrameError.located(index) {
        try derivatives.add(shapes.apply(to: frame), first: owners.count) { kind, rows in
          stored[kind]?.append(contentsOf: rows)
        }
      }
      values += part.values
      owners += Array(repeating: index, count: part.count)
      for (k, name) in sampleNames.enumerated() { labels[k] += part.samples?.column(name) ?? [] }
      context.progress(JobProgress(task: "featurize", done: index + 1, total: frames.count))
    }
    return ComputedFeatures(
      expansion: expansion, values: SharedMemory(values), rowCount: owners.count,
      columnCount: width, samples: labels, frames: owners, gradients: stored,
      gradientSamples: (derivatives.samples, derivatives.particles))
  }
}

extension SharedMemory where Element == Double {
  /// A matrix of zeros.
  ///
  /// Throws: `InvalidInput` where it takes more than the machine's memory.
  static func zeros(rows: Int, columns: Int) throws -> SharedMemory {
    try MemoryLimit.check(rows: rows, columns: columns, of: "size of the features")
    return SharedMemory(repeating: 0, count: rows * columns)
  }
}
