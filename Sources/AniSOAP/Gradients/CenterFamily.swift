public import Geometry
public import Mathematics

/// Several functions f_m of a centre's features at once, each of which may be the energy of a centre, as
/// kernels k(x, z_m) with given points z_m are. Their derivatives by the features x are combinations
///
///     df_m/dx = along_m z_m + own_m x
///
/// so that two numbers a function say all. `FeatureGradients.summed(of:family:)` makes rows of them.
public protocol CenterFamily: Sendable {
  /// The orders of correlation whose features are read, one after the other.
  var correlations: [DensityExpansion.Correlation] { get }

  /// The points z_m of centres of a species, functions x features.
  func points(type: Int) -> Matrix

  /// The values f_m of a centre of a species, and the two factors of each derivative.
  func evaluate(
    _ features: UnsafeBufferPointer<Double>, type: Int,
    values: UnsafeMutableBufferPointer<Double>, along: UnsafeMutableBufferPointer<Double>,
    own: UnsafeMutableBufferPointer<Double>)
}

extension FeatureGradients {
  /// The functions of a family summed over the centres of a frame, with their Jacobian: columns are the
  /// functions, species by species.
  ///
  /// Every centre is expanded once; each function then takes one reverse pass over its neighbours, which
  /// costs less than the Jacobian of the features where these are many. Frames are not divided among
  /// threads: compute several side by side.
  ///
  /// Throws: as `DensityExpansion.coefficients(of:)`; `InvalidInput` for points of another width than the
  /// features.
  public func summed(of frame: Frame, family: any CenterFamily) throws -> SummedJacobian {
    try FamilyJob(self, frame, family).run()
  }
}

/// The sums of one frame.
private struct FamilyJob {
  private let gradients: FeatureGradients
  private let family: any CenterFamily
  private let frame: GradientFrame
  private let finder: NeighborFinder
  private let function: CenterFunction
  private let bispectrum: Bispectrum?
  private let width: Int
  /// The points of every species, and the first column of each.
  private let points: [Matrix]
  private let firsts: [Int]
  private let columns: Int

  init(_ gradients: FeatureGradients, _ frame: Frame, _ family: any CenterFamily) throws {
    let expansion = gradients.expansion
    try family.correlations.validate()
    self.gradients = gradients
    self.family = family
    self.frame = try GradientFrame(frame, expansion.plan)
    finder = try expansion.finder(for: frame)
    function = try CenterFunction(expansion, correlations: family.correlations)
    bispectrum =
      family.correlations.contains(.three)
      ? try Bispectrum(columns: expansion.columnCounts) : nil
    width = family.correlations.reduce(0) { $0 + expansion.featureCount($1) }
    points = (0..<expansion.species.count).map { family.points(type: $0) }
    var (firsts, next) = ([Int](), 0)
    for matrix in points {
      guard matrix.columns == width else {
        throw InvalidInput(
          "points of a family of functions", value: "\(matrix.columns) columns",
          expected: "\(width), the number of features")
      }
      firsts.append(next)
      next += matrix.rows
    }
    (self.firsts, columns) = (firsts, next)
  }

  func run() -> SummedJacobian {
    let count = frame.types.count
    var result = SummedJacobian(
      features: Array(repeating: 0, count: columns),
      jacobian: Matrix(rows: 6 * count + 9, columns: columns), semiAxes: nil,
      centerCounts: points.indices.map { t in frame.types.count { $0 == t } })
    let neighborhood = NeighborhoodGradient(
      gradients.expansion.plan, gradients.engine, frame)
    let memory = CenterFunction.Workspace(function)
    let most = points.map(\.rows).max() ?? 0
    var numbers = [Double](repeating: 0, count: 2 * width + 3 * most)
    numbers.withUnsafeMutableBufferPointer { numbers in
      result.jacobian.elements.withUnsafeMutableBufferPointer { rows in
        guard let rows = rows.baseAddress, let base = numbers.baseAddress else { return }
        for i in 0..<count {
          add(i, neighborhood, memory, base, sums: &result.features, rows: rows)
        }
      }
    }
    return result
  }

  /// Adds what one centre has.
  private func add(
    _ i: Int, _ neighborhood: NeighborhoodGradient, _ memory: CenterFunction.Workspace,
    _ numbers: UnsafeMutablePointer<Double>, sums: inout [Double],
    rows: UnsafeMutablePointer<Double>
  ) {
    let type = frame.types[i]
    let (own, first) = (points[type], firsts[type])
    let (x, slope, m) = (numbers, numbers + width, own.rows)
    let values = UnsafeMutableBufferPointer(start: slope + width, count: m)
    let along = UnsafeMutableBufferPointer(start: slope + width + m, count: m)
    let factor = UnsafeMutableBufferPointer(start: slope + width + 2 * m, count: m)
    finder.neighbors(of: i, into: &neighborhood.neighbors)
    if !gradients.expansion.hyperparameters.excludeSelf {
      neighborhood.neighbors.append(index: Int32(i), displacement: .zero)
    }
    neighborhood.project(frame.densities)
    let turn = frame.turn(i)
    x.update(repeating: 0, count: width)
    gradients.expansion.addFeatures(
      neighborhood.coefficients, family.correlations, bispectrum, turn: turn, to: x)
    family.evaluate(
      UnsafeBufferPointer(start: x, count: width), type: type, values: values, along: along,
      own: factor)
    let pairs = neighborhood.neighbors.count
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 6 * pairs + 8) { pulls in
      guard let pulls = pulls.baseAddress else { return }
      own.elements.withUnsafeBufferPointer { points in
        guard let points = points.baseAddress else { return }
        for k in 0..<m {
          sums[first + k] += values[k]
          let point = points + k * width
          for j in 0..<width { slope[j] = along[k] * point[j] + factor[k] * x[j] }
          function.pull(slope, neighborhood.coefficients, turn: turn, memory)
          neighborhood.pull(memory.gradient, to: pulls)
          spread(i, neighborhood, pulls, memory.torque, to: rows + first + k)
        }
      }
    }
  }

  /// Adds forces, torques and virial of one function of one centre, with the sign of derivatives.
  private func spread(
    _ i: Int, _ neighborhood: NeighborhoodGradient, _ pulls: UnsafePointer<Double>,
    _ torque: Vector3, to column: UnsafeMutablePointer<Double>
  ) {
    let turns = 3 * frame.types.count
    let strain = column + 2 * turns * columns
    for a in 0..<3 { column[(turns + 3 * i + a) * columns] -= torque[a] }
    for k in 0..<neighborhood.neighbors.count {
      let j = Int(neighborhood.neighbors.indices[k])
      let r = neighborhood.neighbors.displacement(k)
      let pull = pulls + 6 * k
      for a in 0..<3 {
        column[(3 * j + a) * columns] -= pull[a]
        column[(3 * i + a) * columns] += pull[a]
        column[(turns + 3 * j + a) * columns] -= pull[3 + a]
        for b in 0..<3 { strain[(3 * a + b) * columns] -= pull[a] * r[b] }
      }
    }
  }
}
