internal import Geometry

/// What one worker needs for Jacobians: the derivatives of the coefficients of a centre's pairs, eight at
/// a time, and their sums.
final class JacobianWorkspace {
  let neighborhood: NeighborhoodGradient
  /// Six directions: position and rotation of a neighbour.
  let pair: FeatureDifferential
  /// Twelve directions: the sum over neighbours by position, then nine by strain.
  let center: FeatureDifferential
  /// The number of coefficients of one species.
  let count: Int
  /// Twelve rows of `count` sums over the neighbours of the species of `forEachPair`.
  let sums: UnsafeMutablePointer<Double>
  /// Twelve rows of features.
  let scratch: UnsafeMutablePointer<Double>

  /// Room for a search for centres, their places by species, and which ones are at hand.
  var search = NeighborFinder.Buffer()
  private(set) var byType: [[Int32]]
  var centers: [Int] = []

  private let derivatives: PairDerivatives
  private let speciesCount: Int
  /// The derivatives of one pair, six rows.
  private let single: UnsafeMutablePointer<Double>

  init(
    _ gradients: FeatureGradients, _ frame: GradientFrame,
    _ correlations: [DensityExpansion.Correlation], centerTypes: Int
  ) throws {
    let expansion = gradients.expansion
    neighborhood = NeighborhoodGradient(expansion.plan, gradients.engine, frame, usesFour: false)
    derivatives = PairDerivatives(gradients.engine, expansion.hyperparameters)
    pair = try FeatureDifferential(
      expansion, correlations, directions: 6, centerTypes: centerTypes)
    center = try FeatureDifferential(
      expansion, correlations, directions: 12, centerTypes: centerTypes)
    count = derivatives.count
    speciesCount = expansion.species.count
    byType = Array(repeating: [], count: speciesCount)
    sums = .allocate(capacity: 12 * count)
    sums.initialize(repeating: 0, count: 12 * count)
    single = .allocate(capacity: 6 * count)
    single.initialize(repeating: 0, count: 6 * count)
    let width = correlations.reduce(0) { $0 + expansion.featureCount($1) } * centerTypes
    scratch = .allocate(capacity: 12 * width)
    scratch.initialize(repeating: 0, count: 12 * width)
  }

  deinit {
    sums.deallocate()
    single.deallocate()
    scratch.deallocate()
  }

  /// Sorts what the search has found by species.
  func sortByType(_ types: [Int]) {
    for t in byType.indices { byType[t].removeAll(keepingCapacity: true) }
    for (k, index) in search.indices.enumerated() { byType[types[Int(index)]].append(Int32(k)) }
  }

  /// Every species that the neighbourhood has.
  func forEachSpecies(_ body: (Int) -> Void) {
    for species in 0..<speciesCount where !neighborhood.members[species].isEmpty { body(species) }
  }

  /// Every pair of one species: its place in the buffer and the derivatives of its coefficients (six rows
  /// of l, m, n). `sums` are complete afterwards.
  func forEachPair(
    of species: Int, _ body: (_ entry: Int, _ derivatives: UnsafePointer<Double>) -> Void
  ) {
    sums.update(repeating: 0, count: 12 * count)
    let isSphere: Bool
    if case .spheres = neighborhood.densities.routes[species] {
      isSphere = true
    } else {
      isSphere = false
    }
    for group in neighborhood.groups where group.species == species {
      derivatives.fill(
        neighborhood.header(group), isSphere: isSphere, neighborhood.radial[species])
      let values = UnsafeRawPointer(derivatives.values).assumingMemoryBound(to: Double.self)
      for lane in 0..<group.count {
        let entry = Int(neighborhood.members[species][group.start + lane])
        for k in 0..<(6 * count) { single[k] = values[8 * k + lane] }
        addToSums(neighborhood.neighbors.displacement(entry))
        body(entry, single)
      }
    }
  }

  private func addToSums(_ r: Vector3) {
    for a in 0..<3 {
      let source = single + a * count
      let own = sums + a * count
      for k in 0..<count { own[k] += source[k] }
      for b in 0..<3 {
        let strain = sums + (3 + 3 * a + b) * count
        let factor = r[b]
        for k in 0..<count { strain[k] += factor * source[k] }
      }
    }
  }
}
