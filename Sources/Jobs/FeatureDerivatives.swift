internal import AniSOAP
internal import Geometry
internal import Mathematics

/// The derivatives of features, computed frame by frame, with averaged features, or a few centres at a time:
/// they take so much memory that each is handed over as it comes.
struct FeatureDerivatives {
  /// Where derivatives of a kind go, rows after each other.
  typealias Store = (FeatureSettings.Gradient, ArraySlice<Double>) throws -> Void

  /// The row of the features, and the particle, of every row of the derivatives.
  private(set) var samples: [Int] = []
  private(set) var particles: [Int] = []

  private let gradients: FeatureGradients
  private let correlation: DensityExpansion.Correlation
  private let rows: FeaturizeJob.Rows
  private let threads: Int

  /// A few centres have their derivatives in memory at a time.
  private static let centersPerThread = 4

  /// Throws: `InvalidInput` for features that have no derivatives.
  init(
    of expansion: DensityExpansion, _ correlation: DensityExpansion.Correlation,
    rows: FeaturizeJob.Rows, threads: Int
  ) throws {
    gradients = try FeatureGradients(of: expansion)
    self.correlation = correlation
    self.rows = rows
    self.threads = threads
  }

  /// The features of a frame; their derivatives go to `store`. `first` is the row of the first of them.
  ///
  /// Throws: as `DensityExpansion.coefficients(of:)`, and what `store` throws.
  mutating func add(_ frame: Frame, first: Int, _ store: Store) throws -> FeatureRows {
    rows == .frame ? try addAverage(frame, first, store) : try addCenters(frame, first, store)
  }

  private mutating func addAverage(
    _ frame: Frame, _ row: Int, _ store: Store
  ) throws -> FeatureRows {
    var result = try gradients.summed(of: frame, correlations: [correlation], threads: threads)
    let columns = result.features.count
    let width = gradients.expansion.featureCount(correlation)
    let scales = (0..<columns).map { 1 / Double(max(1, result.centerCounts[$0 / width])) }
    for k in 0..<columns { result.features[k] *= scales[k] }
    for row in 0..<result.jacobian.rows {
      for k in 0..<columns { result.jacobian.elements[row * columns + k] *= scales[k] }
    }
    let elements = result.jacobian.elements
    let block = 3 * frame.count * columns
    try store(.positions, elements[..<block])
    try store(.orientations, elements[block..<(2 * block)])
    try store(.cell, elements[(2 * block)...])
    samples += Array(repeating: row, count: frame.count)
    particles += 0..<frame.count
    return FeatureRows(values: result.features, count: 1, samples: nil)
  }

  private mutating func addCenters(
    _ frame: Frame, _ first: Int, _ store: Store
  ) throws -> FeatureRows {
    let centers = try CenterJacobians(gradients, frame, [correlation])
    let width = centers.featureCount
    var values = [Double]()
    var labels = [[Int]]()
    let step = Self.centersPerThread * max(1, threads)
    for start in stride(from: 0, to: frame.count, by: step) {
      let range = start..<min(start + step, frame.count)
      for center in try centers.jacobians(of: range, threads: threads) {
        values += center.features
        labels.append(
          [center.center, gradients.expansion.species.numbers[center.centerType]])
        let elements = center.jacobian.elements
        for (k, particle) in center.particles.enumerated() {
          samples.append(first + center.center)
          particles.append(particle)
          let middle = (6 * k + 3) * width
          try store(.positions, elements[(6 * k * width)..<middle])
          try store(.orientations, elements[middle..<(6 * (k + 1) * width)])
        }
        try store(.cell, elements[(6 * center.particles.count * width)...])
      }
    }
    return FeatureRows(
      values: values, count: frame.count,
      samples: IndexTable(names: ["particle", "types_center"], rows: labels))
  }
}
