public import Geometry
public import Mathematics

/// The features of a frame summed over its centres, and their derivatives by everything that can move.
///
/// The energy of a linear model is weights . features; its forces, torques and virial are minus
/// weights . the rows here.
public struct SummedJacobian: Equatable, Sendable {
  /// Sums over the centres, centre species by centre species, for each order of correlation: the columns
  /// of `DensityExpansion.averagedProperties`, order after order.
  public var features: [Double]
  /// (6N + 9) x features. Rows 3j + a: by component a of the position of particle j; rows
  /// 3N + 3j + a: by a small rotation of particle j about axis a of space; rows 6N + 3a + b: by the
  /// strain e_ab of r_a -> r_a + e_ab r_b, with shapes and orientations as they are.
  public var jacobian: Matrix
  /// 3N x features, row 3j + k by semi-axis k of particle j; nil unless `FeatureGradients` includes
  /// semi-axes.
  public var semiAxes: Matrix?
  /// The number of centres of each species, which makes averages of sums.
  public var centerCounts: [Int]
}

/// The derivatives of the features of one centre.
public struct CenterJacobian: Sendable {
  /// The centre.
  public var center: Int
  /// Its species in the calculation's table.
  public var centerType: Int
  /// The particles that its features depend on, ascending: all in reach, and itself.
  public var particles: [Int]
  /// The features, order after order.
  public var features: [Double]
  /// Rows 6k + a: by component a of the position of particle k of the list; 6k + 3 + a: by its small
  /// rotations about the axes of space; then nine rows 3a + b by strain.
  public var jacobian: Matrix
  /// Row 3k + a: by semi-axis a of particle k of the list; nil unless `FeatureGradients` includes
  /// semi-axes.
  public var semiAxes: Matrix?
}

extension FeatureGradients {
  /// The summed features of a frame and their Jacobian, for learning from forces.
  ///
  /// Memory is that of the result. It does not depend on the number of threads.
  ///
  /// Throws: as `DensityExpansion.coefficients(of:)`; `InvalidInput` without orders of correlation.
  public func summed(
    of frame: Frame, correlations: [DensityExpansion.Correlation],
    threads: Int = Parallel.availableThreads
  ) throws -> SummedJacobian {
    let job = try SummedJob(self, frame, correlations)
    return try job.run(threads: threads)
  }

  /// The features of centres `centers` with their derivatives, side by side; a block of 6 x neighbours x
  /// features numbers for each.
  ///
  /// Throws: as `summed`.
  public func jacobians(
    of frame: Frame, centers: Range<Int>, correlations: [DensityExpansion.Correlation],
    threads: Int = Parallel.availableThreads
  ) throws -> [CenterJacobian] {
    try CenterJacobians(self, frame, correlations).jacobians(of: centers, threads: threads)
  }
}

/// The derivatives of the features of single centres of a frame.
public struct CenterJacobians: Sendable {
  private let gradients: FeatureGradients
  private let correlations: [DensityExpansion.Correlation]
  private let frame: GradientFrame
  private let finder: NeighborFinder
  private let bispectrum: Bispectrum?
  /// The number of features of a centre.
  public let featureCount: Int

  /// Throws: as `DensityExpansion.coefficients(of:)`; `InvalidInput` without orders of correlation.
  public init(
    _ gradients: FeatureGradients, _ frame: Frame, _ correlations: [DensityExpansion.Correlation]
  ) throws {
    try correlations.validate()
    self.gradients = gradients
    self.correlations = correlations
    self.frame = try GradientFrame(frame, gradients.expansion.plan)
    finder = try gradients.expansion.finder(for: frame)
    bispectrum =
      correlations.contains(.three)
      ? try Bispectrum(columns: gradients.expansion.columnCounts) : nil
    featureCount = correlations.reduce(0) { $0 + gradients.expansion.featureCount($1) }
  }

  /// Those of some centres, side by side.
  ///
  /// Throws: never in practice; as `Parallel`.
  public func jacobians(
    of centers: Range<Int>, threads: Int = Parallel.availableThreads
  ) throws -> [CenterJacobian] {
    try Parallel.map(
      count: centers.count, threads: threads,
      workspace: {
        try JacobianWorkspace(gradients, frame, correlations, centerTypes: 1)
      }
    ) { index, workspace in jacobian(of: centers.lowerBound + index, workspace) }
  }

  private func jacobian(of i: Int, _ workspace: JacobianWorkspace) -> CenterJacobian {
    let expansion = gradients.expansion
    let neighborhood = workspace.neighborhood
    finder.neighbors(of: i, into: &neighborhood.neighbors)
    if !expansion.hyperparameters.excludeSelf {
      neighborhood.neighbors.append(index: Int32(i), displacement: .zero)
    }
    neighborhood.project(frame.densities)
    let turn = frame.turn(i)
    let particles = Set(neighborhood.neighbors.indices.map { Int($0) } + [i]).sorted()
    var places: [Int: Int] = [:]
    for (k, particle) in particles.enumerated() { places[particle] = k }
    let width = featureCount
    var result = CenterJacobian(
      center: i, centerType: frame.types[i], particles: particles,
      features: Array(repeating: 0, count: width),
      jacobian: Matrix(rows: 6 * particles.count + 9, columns: width),
      semiAxes: workspace.directions == 9
        ? Matrix(rows: 3 * particles.count, columns: width) : nil)
    result.features.withUnsafeMutableBufferPointer {
      if let base = $0.baseAddress {
        expansion.addFeatures(
          neighborhood.coefficients, correlations, bispectrum, turn: turn, to: base)
      }
    }
    let own = 6 * (places[i] ?? 0)
    result.jacobian.elements.withUnsafeMutableBufferPointer { elements in
      guard let rows = elements.baseAddress else { return }
      workspace.pair.addOwnTurn(
        neighborhood.coefficients, turn: turn, gradients.engine.harmonics, centerType: 0,
        to: rows + (own + 3) * width, columns: width)
      workspace.forEachSpecies { species in
        workspace.forEachPair(of: species, summing: true) { entry, derivatives in
          let place = places[Int(neighborhood.neighbors.indices[entry])] ?? 0
          let direct = rows + 6 * place * width
          let target = workspace.directions == 6 ? direct : workspace.scratch
          if workspace.directions == 9 { target.update(repeating: 0, count: 9 * width) }
          workspace.pair.add(
            derivatives, stride: workspace.count, neighborhood.coefficients, turn: turn,
            species: species,
            centerType: 0, to: target, columns: width)
          workspace.pair.finish(species: species, centerType: 0, to: target, columns: width)
          guard workspace.directions == 9 else { return }
          for k in 0..<(6 * width) { direct[k] += target[k] }
          for k in 0..<(3 * width) {
            result.semiAxes?.elements[3 * place * width + k] += target[6 * width + k]
          }
        }
        // What moving the centre and straining do is known from the sums over the neighbours.
        workspace.scratch.update(repeating: 0, count: 12 * width)
        workspace.center.add(
          workspace.sums, stride: workspace.count, neighborhood.coefficients, turn: turn,
          species: species,
          centerType: 0, to: workspace.scratch, columns: width)
        workspace.center.finish(
          species: species, centerType: 0, to: workspace.scratch, columns: width)
        for k in 0..<(3 * width) { rows[own * width + k] -= workspace.scratch[k] }
        let strain = rows + 6 * particles.count * width
        for k in 0..<(9 * width) { strain[k] += workspace.scratch[3 * width + k] }
      }
    }
    return result
  }
}

extension [DensityExpansion.Correlation] {
  /// Throws: `InvalidInput` unless there is one and none comes twice.
  func validate() throws {
    guard !isEmpty, Set(self).count == count else {
      throw InvalidInput(
        "orders of correlation", value: "\(map(\.rawValue))",
        expected: "1, 2 or 3, each at most once")
    }
  }
}

extension DensityExpansion {
  /// Adds the features of a centre, order after order.
  func addFeatures(
    _ coefficients: UnsafePointer<Double>, _ correlations: [Correlation],
    _ bispectrum: Bispectrum?, turn: UnsafePointer<Double>?,
    to target: UnsafeMutablePointer<Double>
  ) {
    let values = UnsafeBufferPointer(start: coefficients, count: coefficientCount)
    var target = target
    for nu in correlations {
      switch nu {
      case .one:
        if let body = plan.body, let turn {
          body.add(coefficients, turn: turn, to: target)
        } else {
          for k in 0..<values.count { target[k] += values[k] }
        }
      case .two: addSpectrum(values, to: target)
      case .three: bispectrum?.add(values, to: target)
      }
      target += featureCount(nu)
    }
  }
}
