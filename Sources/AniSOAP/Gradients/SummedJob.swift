internal import Geometry
internal import Mathematics

/// The Jacobian of the features of a frame summed over its centres, row by row.
///
/// First every centre by itself: its coefficients, what moving it does (minus the sum over its
/// neighbours), and strain. Then every particle: what moving and turning it does to the features of all
/// centres that see it, which are its own neighbours, seen from the other side. So each row is written
/// by one worker, and pairs are only added to the sums T of `FeatureDifferential`.
struct SummedJob: Sendable {
  private let gradients: FeatureGradients
  private let correlations: [DensityExpansion.Correlation]
  private let frame: GradientFrame
  private let finder: NeighborFinder
  private let bispectrum: Bispectrum?
  private let particles: Int
  private let typeCount: Int
  private let width: Int
  private let coefficientCount: Int
  /// From one centre's coefficients to the next: vectors of eight are read beyond the last.
  private var stride: Int { coefficientCount + 8 }

  init(
    _ gradients: FeatureGradients, _ frame: Frame, _ correlations: [DensityExpansion.Correlation]
  ) throws {
    try correlations.validate()
    let expansion = gradients.expansion
    self.gradients = gradients
    self.correlations = correlations
    self.frame = try GradientFrame(frame, expansion.plan)
    finder = try expansion.finder(for: frame)
    bispectrum =
      correlations.contains(.three) ? try Bispectrum(columns: expansion.columnCounts) : nil
    particles = frame.count
    typeCount = expansion.species.count
    width = correlations.reduce(0) { $0 + expansion.featureCount($1) } * typeCount
    coefficientCount = expansion.coefficientCount
  }

  func run(threads: Int) throws -> SummedJacobian {
    var coefficients = [Double](repeating: 0, count: particles * stride)
    var result = SummedJacobian(
      features: Array(repeating: 0, count: width),
      jacobian: Matrix(rows: 6 * particles + 9, columns: width),
      semiAxes: includesShapes ? Matrix(rows: 3 * particles, columns: width) : nil,
      centerCounts: (0..<typeCount).map { t in frame.types.count { $0 == t } })
    try result.jacobian.elements.withUnsafeMutableBufferPointer { rows in
      try coefficients.withUnsafeMutableBufferPointer { coefficients in
        let shared = (Parallel.Elements(rows), Parallel.Elements(coefficients))
        let strains = try centers(shared, threads)
        for part in strains {
          for k in 0..<(9 * width) { rows[6 * particles * width + k] += part[k] }
        }
        let shapes = try neighbors(shared, threads)
        if includesShapes { result.semiAxes?.elements = shapes.flatMap { $0 } }
      }
    }
    try sumFeatures(coefficients, to: &result.features)
    return result
  }

  private typealias Shared = (Parallel.Elements<Double>, Parallel.Elements<Double>)

  private func workspace() throws -> JacobianWorkspace {
    try JacobianWorkspace(gradients, frame, correlations, centerTypes: typeCount)
  }

  /// The coefficients of every centre, what moving it does to its own features, and the strain, in
  /// blocks of a fixed size.
  private func centers(_ shared: Shared, _ threads: Int) throws -> [[Double]] {
    let (rows, coefficients) = shared
    let size = max(16, (particles + 31) / 32)
    return try Parallel.map(
      count: (particles + size - 1) / size, threads: threads, workspace: workspace
    ) { block, workspace in
      var strain = [Double](repeating: 0, count: 9 * width)
      for i in (block * size)..<min(particles, (block + 1) * size) {
        let neighborhood = workspace.neighborhood
        finder.neighbors(of: i, into: &neighborhood.neighbors)
        if !gradients.expansion.hyperparameters.excludeSelf {
          neighborhood.neighbors.append(index: Int32(i), displacement: .zero)
        }
        neighborhood.project(frame.densities)
        coefficients.pointer(i * stride).update(
          from: neighborhood.coefficients, count: coefficientCount)
        let own = rows.pointer(3 * i * width)
        let turn = frame.turn(i)
        workspace.pair.addOwnTurn(
          neighborhood.coefficients, turn: turn, gradients.engine.harmonics,
          centerType: frame.types[i], to: rows.pointer((3 * particles + 3 * i) * width),
          columns: width)
        workspace.forEachSpecies { species in
          workspace.sum(of: species)
          workspace.scratch.update(repeating: 0, count: 12 * width)
          workspace.center.add(
            workspace.sums, stride: workspace.count, coefficients.pointer(i * stride),
            turn: turn, species: species, centerType: frame.types[i], to: workspace.scratch,
            columns: width)
          workspace.center.finish(
            species: species, centerType: frame.types[i], to: workspace.scratch, columns: width)
          for k in 0..<(3 * width) { own[k] -= workspace.scratch[k] }
          for k in 0..<(9 * width) { strain[k] += workspace.scratch[3 * width + k] }
        }
      }
      return strain
    }
  }

  /// What every particle does to the centres that see it; what its semi-axes do is returned.
  private func neighbors(_ shared: Shared, _ threads: Int) throws -> [[Double]] {
    let (rows, coefficients) = shared
    return try Parallel.map(count: particles, threads: threads, workspace: workspace) {
      j, workspace -> [Double] in
      var shapes = [Double](repeating: 0, count: includesShapes ? 3 * width : 0)
      let neighborhood = workspace.neighborhood
      let species = frame.types[j]
      finder.neighbors(of: j, into: &workspace.search)
      // The centres, and this particle seen from them.
      workspace.sortByType(frame.types)
      for type in 0..<typeCount {
        neighborhood.neighbors.removeAll()
        workspace.centers.removeAll(keepingCapacity: true)
        for entry in workspace.byType[type] {
          neighborhood.neighbors.append(
            index: Int32(j), displacement: -workspace.search.displacement(Int(entry)))
          workspace.centers.append(Int(workspace.search.indices[Int(entry)]))
        }
        if type == species, !gradients.expansion.hyperparameters.excludeSelf {
          neighborhood.neighbors.append(index: Int32(j), displacement: .zero)
          workspace.centers.append(j)
        }
        if workspace.centers.isEmpty { continue }
        neighborhood.project(frame.densities)
        let scratch = workspace.scratch
        scratch.update(repeating: 0, count: workspace.directions * width)
        workspace.forEachPair(of: species, summing: false) { entry, derivatives in
          workspace.pair.add(
            derivatives, stride: workspace.count,
            coefficients.pointer(workspace.centers[entry] * stride),
            turn: frame.turn(workspace.centers[entry]), species: species, centerType: type,
            to: scratch, columns: width)
        }
        workspace.pair.finish(species: species, centerType: type, to: scratch, columns: width)
        let positions = rows.pointer(3 * j * width)
        let rotations = rows.pointer((3 * particles + 3 * j) * width)
        for k in 0..<(3 * width) {
          positions[k] += scratch[k]
          rotations[k] += scratch[3 * width + k]
        }
        for k in shapes.indices { shapes[k] += scratch[6 * width + k] }
      }
      return shapes
    }
  }

  private var includesShapes: Bool { gradients.engine.shapes != nil }

  /// The features, centre by centre, in their order.
  private func sumFeatures(_ coefficients: [Double], to target: inout [Double]) throws {
    let expansion = gradients.expansion
    let counts = correlations.map { expansion.featureCount($0) }
    let single = counts.reduce(0, +)
    var sums = [Double](repeating: 0, count: single * typeCount)
    try coefficients.withUnsafeBufferPointer { coefficients in
      try sums.withUnsafeMutableBufferPointer { sums in
        guard let base = sums.baseAddress, let c = coefficients.baseAddress else { return }
        for i in 0..<particles {
          // The bispectrum of a centre takes milliseconds.
          try StopRequest.check()
          expansion.addFeatures(
            c + i * stride, correlations, bispectrum, turn: frame.turn(i),
            to: base + frame.types[i] * single)
        }
      }
    }
    // From types x orders to orders x types.
    var (place, first) = (0, 0)
    for count in counts {
      for type in 0..<typeCount {
        for k in 0..<count { target[place + k] = sums[type * single + first + k] }
        place += count
      }
      first += count
    }
  }
}
