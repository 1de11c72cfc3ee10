internal import AniSOAP
internal import Geometry
internal import Learning
internal import Mathematics

/// The kernels of a force field, one for every centre species, as functions of features.
struct KernelFamily: CenterFamily {
  let correlations: [DensityExpansion.Correlation]
  let kernels: [SparseKernel]

  func points(type: Int) -> Matrix { kernels[type].points }

  func evaluate(
    _ features: UnsafeBufferPointer<Double>, type: Int,
    values: UnsafeMutableBufferPointer<Double>, along: UnsafeMutableBufferPointer<Double>,
    own: UnsafeMutableBufferPointer<Double>
  ) {
    kernels[type].evaluate(features, values: values, along: along, own: own)
  }
}

/// A sparse kernel model: the energy of a centre is a number for its species and a weighted sum of kernels
/// between its features and the points of that species.
struct KernelCenterEnergy: CenterEnergy {
  private let family: KernelFamily
  private let weights: [[Double]]
  private let offsets: [Double]

  var correlations: [DensityExpansion.Correlation] { family.correlations }

  /// Throws: `InvalidInput` for weights that do not fit the points.
  init(_ family: KernelFamily, weights: [[Double]], offsets: [Double]) throws {
    guard weights.map(\.count) == family.kernels.map(\.points.rows),
      offsets.count == weights.count
    else {
      throw InvalidInput(
        "weights of a kernel model", value: "\(weights.map(\.count))",
        expected: "\(family.kernels.map(\.points.rows)), one a point")
    }
    (self.family, self.weights, self.offsets) = (family, weights, offsets)
  }

  func energy(
    of features: UnsafeBufferPointer<Double>, center: Int, type: Int,
    gradient: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    let (own, weights) = (family.kernels[type], weights[type])
    let (count, width) = (weights.count, features.count)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * count + 1) { memory in
      let values = UnsafeMutableBufferPointer(rebasing: memory[..<count])
      let along = UnsafeMutableBufferPointer(rebasing: memory[count..<2 * count])
      let factor = UnsafeMutableBufferPointer(rebasing: memory[2 * count..<3 * count])
      own.evaluate(features, values: values, along: along, own: factor)
      var (energy, inward) = (offsets[type], 0.0)
      for m in 0..<count {
        energy += weights[m] * values[m]
        inward += weights[m] * factor[m]
      }
      for k in 0..<width { gradient[k] = inward * features[k] }
      own.points.elements.withUnsafeBufferPointer { points in
        guard let target = gradient.baseAddress, let points = points.baseAddress else { return }
        for m in 0..<count {
          let (scale, point) = (weights[m] * along[m], points + m * width)
          for k in 0..<width { target[k] += scale * point[k] }
        }
      }
      return energy
    }
  }
}
