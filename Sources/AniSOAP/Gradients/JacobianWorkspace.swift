internal import Geometry

/// What one worker needs for Jacobians: the derivatives of the coefficients of a centre's pairs, eight at
/// a time, and their sums.
final class JacobianWorkspace {
  let neighborhood: NeighborhoodGradient
  /// Six directions, position and rotation of a neighbour, or nine, its semi-axes too.
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
  private let shapes: [(rotation: Matrix3x3, semiAxes: Vector3)]
  /// Six or nine.
  let directions: Int
  /// The derivatives of eight pairs, a row for each direction.
  private let lanes: UnsafeMutablePointer<Double>

  init(
    _ gradients: FeatureGradients, _ frame: GradientFrame,
    _ correlations: [DensityExpansion.Correlation], centerTypes: Int
  ) throws {
    let expansion = gradients.expansion
    neighborhood = NeighborhoodGradient(expansion.plan, gradients.engine, frame, usesFour: false)
    derivatives = PairDerivatives(gradients.engine, expansion.hyperparameters)
    directions = derivatives.directions
    shapes = directions == 9 ? frame.shapes : []
    pair = try FeatureDifferential(
      expansion, correlations, directions: directions, centerTypes: centerTypes)
    center = try FeatureDifferential(
      expansion, correlations, directions: 12, centerTypes: centerTypes)
    count = derivatives.count
    speciesCount = expansion.species.count
    byType = Array(repeating: [], count: speciesCount)
    sums = .allocate(capacity: 12 * count)
    sums.initialize(repeating: 0, count: 12 * count)
    lanes = .allocate(capacity: 8 * directions * count)
    lanes.initialize(repeating: 0, count: 8 * directions * count)
    let width = correlations.reduce(0) { $0 + expansion.featureCount($1) } * centerTypes
    scratch = .allocate(capacity: 12 * width)
    scratch.initialize(repeating: 0, count: 12 * width)
  }

  deinit {
    sums.deallocate()
    lanes.deallocate()
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

  /// Every pair of one species: its place in the buffer and the derivatives of its coefficients (a row
  /// of l, m, n for each direction). With `summing`, `sums` are complete afterwards.
  func forEachPair(
    of species: Int, summing: Bool,
    _ body: (_ entry: Int, _ derivatives: UnsafePointer<Double>) -> Void
  ) {
    if summing { sums.update(repeating: 0, count: 12 * count) }
    for group in neighborhood.groups where group.species == species {
      fill(group, directions: directions)
      if summing { addToSums(group) }
      // From eight lanes of each number to the numbers of each pair.
      let (values, size) = (derivatives.values, directions * count)
      for k in 0..<size {
        let value = values[k]
        let target = lanes + k
        (target[0], target[size]) = (value[0], value[1])
        (target[2 * size], target[3 * size]) = (value[2], value[3])
        (target[4 * size], target[5 * size]) = (value[4], value[5])
        (target[6 * size], target[7 * size]) = (value[6], value[7])
      }
      for lane in 0..<group.count {
        body(Int(neighborhood.members[species][group.start + lane]), lanes + lane * size)
      }
    }
  }

  /// Makes `sums` over the neighbours of one species.
  func sum(of species: Int) {
    sums.update(repeating: 0, count: 12 * count)
    for group in neighborhood.groups where group.species == species {
      fill(group, directions: 3)
      addToSums(group)
    }
  }

  private func fill(_ group: NeighborhoodGradient.Group, directions: Int) {
    let members = neighborhood.members[group.species]
    let bodies =
      directions == 9
      ? ShapeDerivatives.Bodies(
        (0..<group.count).map {
          shapes[Int(neighborhood.neighbors.indices[Int(members[group.start + $0])])]
        }) : nil
    derivatives.fill(
      neighborhood.header(group), directions: directions,
      isSphere: neighborhood.routes[group.species].isSpheres,
      neighborhood.radial[group.species], bodies: bodies)
  }

  /// Adds the derivatives by position, and those by strain.
  private func addToSums(_ group: NeighborhoodGradient.Group) {
    let h = KeptMoments.Header<SIMD8<Double>>(neighborhood.header(group))
    let (x, y, z) = (h.x, h.y, h.z)
    for a in 0..<3 {
      let own = sums + a * count
      let strain = sums + (3 + 3 * a) * count
      let source = derivatives.values + a * count
      for k in 0..<count {
        // Lanes that are left over have weight zero, and so have their derivatives.
        let value = source[k]
        own[k] += value.sum()
        strain[k] += (x * value).sum()
        strain[count + k] += (y * value).sum()
        strain[2 * count + k] += (z * value).sum()
      }
    }
  }
}
