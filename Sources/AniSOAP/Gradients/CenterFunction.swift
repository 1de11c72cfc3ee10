internal import Geometry
internal import Mathematics

/// From the coefficients of a centre to its energy and the derivative by the coefficients.
struct CenterFunction: Sendable {
  private enum Way: Sendable {
    /// Everything prepared for weights that do not change.
    case linear(LinearPlan)
    /// Through the features.
    case features(any CenterEnergy)
    /// The derivative by the features is known, a row for each centre.
    case given([DensityExpansion.Correlation], Matrix)
  }

  private let expansion: DensityExpansion
  private let bispectrum: Bispectrum?
  private let way: Way
  /// Features of all orders together.
  private let featureCount: Int
  /// How turning the density changes coefficients, where features are those of a body frame.
  private let harmonics: HarmonicDerivatives?

  /// Throws: `InvalidInput` where the model reads no features, and for weights that do not fit them.
  init(_ expansion: DensityExpansion, _ model: any CenterEnergy) throws {
    featureCount = try Self.count(expansion, model.correlations)
    bispectrum = try Self.bispectrum(expansion, model.correlations)
    self.expansion = expansion
    harmonics = Self.harmonics(expansion, model.correlations)
    guard let linear = model as? LinearCenterEnergy else {
      way = .features(model)
      return
    }
    let weights = linear.weights
    guard weights.columns == featureCount, weights.rows == expansion.species.count else {
      throw InvalidInput(
        "weights of a linear model", value: "\(weights.rows) x \(weights.columns)",
        expected: "\(expansion.species.count) species x \(featureCount) features")
    }
    way = .linear(LinearPlan(expansion, linear))
  }

  /// Throws: `InvalidInput` for a matrix of another shape than particles x features.
  init(
    _ expansion: DensityExpansion, _ correlations: [DensityExpansion.Correlation],
    derivatives: Matrix, particles: Int
  ) throws {
    featureCount = try Self.count(expansion, correlations)
    guard derivatives.rows == particles, derivatives.columns == featureCount else {
      throw InvalidInput(
        "derivatives by the features", value: "\(derivatives.rows) x \(derivatives.columns)",
        expected: "\(particles) particles x \(featureCount) features")
    }
    bispectrum = try Self.bispectrum(expansion, correlations)
    self.expansion = expansion
    harmonics = Self.harmonics(expansion, correlations)
    way = .given(correlations, derivatives)
  }

  /// For derivatives by the features that are given centre by centre, to `pull`.
  ///
  /// Throws: `InvalidInput` without orders of correlation.
  init(_ expansion: DensityExpansion, correlations: [DensityExpansion.Correlation]) throws {
    featureCount = try Self.count(expansion, correlations)
    bispectrum = try Self.bispectrum(expansion, correlations)
    self.expansion = expansion
    harmonics = Self.harmonics(expansion, correlations)
    way = .given(correlations, Matrix(rows: 0, columns: featureCount))
  }

  private static func count(
    _ expansion: DensityExpansion, _ correlations: [DensityExpansion.Correlation]
  ) throws -> Int {
    guard !correlations.isEmpty else {
      throw InvalidInput("orders of correlation", value: "none", expected: "1, 2 or 3")
    }
    return correlations.reduce(0) { $0 + expansion.featureCount($1) }
  }

  private static func harmonics(
    _ expansion: DensityExpansion, _ correlations: [DensityExpansion.Correlation]
  ) -> HarmonicDerivatives? {
    expansion.plan.body != nil && correlations.contains(.one)
      ? HarmonicDerivatives(degree: expansion.hyperparameters.maxAngular) : nil
  }

  private static func bispectrum(
    _ expansion: DensityExpansion, _ correlations: [DensityExpansion.Correlation]
  ) throws -> Bispectrum? {
    correlations.contains(.three) ? try Bispectrum(columns: expansion.columnCounts) : nil
  }

  /// Memory of one worker.
  final class Workspace {
    /// dE/dc, in the order of the coefficients.
    let gradient: UnsafeMutablePointer<Double>
    /// The torque on the centre by features of its own frame.
    fileprivate(set) var torque = Vector3.zero
    fileprivate let features: UnsafeMutableBufferPointer<Double>
    fileprivate let derivatives: UnsafeMutableBufferPointer<Double>
    fileprivate let scratch: UnsafeMutablePointer<Double>
    fileprivate let count: Int

    init(_ function: CenterFunction) {
      count = function.expansion.coefficientCount
      gradient = .allocate(capacity: count + 8)
      gradient.initialize(repeating: 0, count: count + 8)
      var size = 0
      if case .features = function.way { size = function.featureCount }
      features = .allocate(capacity: size)
      features.initialize(repeating: 0)
      derivatives = .allocate(capacity: size)
      derivatives.initialize(repeating: 0)
      scratch = .allocate(capacity: count + 8)
      scratch.initialize(repeating: 0, count: count + 8)
    }

    deinit {
      gradient.deallocate()
      features.deallocate()
      derivatives.deallocate()
      scratch.deallocate()
    }
  }

  /// The energy of a centre; `workspace.gradient` becomes dE/dc, `workspace.torque` what turning the
  /// centre's own frame does. `turn` is that frame (`BodyFrame`), where there is one.
  func evaluate(
    _ coefficients: UnsafePointer<Double>, turn: UnsafePointer<Double>?, center: Int, type: Int,
    _ workspace: Workspace
  ) -> Double {
    let gradient = workspace.gradient
    workspace.torque = .zero
    gradient.update(repeating: 0, count: workspace.count)
    switch way {
    case .linear(let plan):
      var energy = plan.evaluate(
        coefficients, type: type, bispectrum, isBody: harmonics != nil, to: gradient,
        scratch: workspace.scratch, count: workspace.count)
      if harmonics != nil {
        plan.linear[type].withUnsafeBufferPointer {
          guard let weights = $0.baseAddress else { return }
          energy += pullBody(weights, coefficients, turn, to: gradient, workspace)
        }
      }
      return energy
    case .given(let correlations, let matrix):
      return matrix.elements.withUnsafeBufferPointer { elements in
        guard let base = elements.baseAddress else { return 0 }
        return pull(
          correlations, base + center * featureCount, coefficients, turn, to: gradient, workspace)
      }
    case .features(let model):
      guard let first = workspace.features.baseAddress,
        let derivatives = workspace.derivatives.baseAddress
      else { return 0 }
      workspace.features.update(repeating: 0)
      var place = first
      for nu in model.correlations {
        add(nu, coefficients, turn, to: place, workspace)
        place += expansion.featureCount(nu)
      }
      let energy = model.energy(
        of: UnsafeBufferPointer(workspace.features), center: center, type: type,
        gradient: workspace.derivatives)
      _ = pull(model.correlations, derivatives, coefficients, turn, to: gradient, workspace)
      return energy
    }
  }

  /// `workspace.gradient` becomes dE/dc, `workspace.torque` what turning the centre's own frame does, for
  /// these derivatives by the features of a centre.
  func pull(
    _ derivatives: UnsafePointer<Double>, _ coefficients: UnsafePointer<Double>,
    turn: UnsafePointer<Double>?, _ workspace: Workspace
  ) {
    guard case .given(let correlations, _) = way else { return }
    workspace.torque = .zero
    workspace.gradient.update(repeating: 0, count: workspace.count)
    _ = pull(correlations, derivatives, coefficients, turn, to: workspace.gradient, workspace)
  }

  /// Adds the features of one order.
  private func add(
    _ nu: DensityExpansion.Correlation, _ coefficients: UnsafePointer<Double>,
    _ turn: UnsafePointer<Double>?, to target: UnsafeMutablePointer<Double>, _ workspace: Workspace
  ) {
    switch nu {
    case .one:
      if let body = expansion.plan.body, let turn {
        return body.add(coefficients, turn: turn, to: target)
      }
      target.update(from: coefficients, count: workspace.count)
    case .two:
      expansion.addSpectrum(
        UnsafeBufferPointer(start: coefficients, count: workspace.count), to: target)
    case .three:
      bispectrum?.add(
        UnsafeBufferPointer(start: coefficients, count: workspace.count), to: target)
    }
  }

  /// Adds dE/dc from dE/d(features); returns the energy that is linear in the features with these
  /// derivatives.
  private func pull(
    _ correlations: [DensityExpansion.Correlation], _ derivatives: UnsafePointer<Double>,
    _ coefficients: UnsafePointer<Double>, _ turn: UnsafePointer<Double>?,
    to gradient: UnsafeMutablePointer<Double>, _ workspace: Workspace
  ) -> Double {
    let (count, scratch) = (workspace.count, workspace.scratch)
    var (place, energy) = (derivatives, 0.0)
    for nu in correlations {
      defer { place += expansion.featureCount(nu) }
      if nu == .one, harmonics != nil {
        energy += pullBody(place, coefficients, turn, to: gradient, workspace)
        continue
      }
      scratch.update(repeating: 0, count: count)
      switch nu {
      case .one: scratch.update(from: place, count: count)
      case .two: expansion.pullSpectrum(place, coefficients, to: scratch)
      case .three: bispectrum?.pull(place, coefficients, to: scratch)
      }
      // Features of order nu are homogeneous of that degree in the coefficients.
      var product = 0.0
      for k in 0..<count {
        product += scratch[k] * coefficients[k]
        gradient[k] += scratch[k]
      }
      energy += product / Double(nu.rawValue)
    }
    return energy
  }

  /// Adds dE/dc of features of the centre's own frame, and the torque on it; returns their energy.
  private func pullBody(
    _ derivatives: UnsafePointer<Double>, _ coefficients: UnsafePointer<Double>,
    _ turn: UnsafePointer<Double>?, to gradient: UnsafeMutablePointer<Double>,
    _ workspace: Workspace
  ) -> Double {
    guard let body = expansion.plan.body, let harmonics, let turn else { return 0 }
    let scratch = workspace.scratch
    scratch.update(repeating: 0, count: workspace.count)
    body.pull(derivatives, turn: turn, to: scratch)
    workspace.torque += body.torque(coefficients, scratch, harmonics)
    var energy = 0.0
    for k in 0..<workspace.count {
      energy += scratch[k] * coefficients[k]
      gradient[k] += scratch[k]
    }
    return energy
  }
}

/// A linear model with the weights of the power spectrum as symmetric matrices.
private struct LinearPlan: Sendable {
  private struct Block: Sendable {
    let columns: Int
    let vectors: Int
    /// dE/dc_m = S c_m: rows padded to whole vectors of eight.
    let matrix: [SIMD8<Double>]
  }

  private let offsets: [Double]
  /// For each centre species.
  private(set) var linear: [[Double]] = []
  private var quadratic: [[Block]] = []
  private var cubic: [[Double]] = []

  init(_ expansion: DensityExpansion, _ model: LinearCenterEnergy) {
    offsets = model.offsets
    for type in 0..<model.weights.rows {
      var rest = model.weights.row(type)
      for nu in model.correlations {
        let count = expansion.featureCount(nu)
        let weights = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
        switch nu {
        case .one: linear.append(weights)
        case .two: quadratic.append(Self.blocks(expansion, weights))
        case .three: cubic.append(weights)
        }
      }
    }
  }

  private static func blocks(_ expansion: DensityExpansion, _ weights: [Double]) -> [Block] {
    let all = expansion.hyperparameters.spectrumForm == .allPairs
    var k = 0
    return expansion.columnCounts.enumerated().map { l, columns in
      let scale = (l % 2 == 0 ? 1 : -1) / Double(2 * l + 1).squareRoot()
      let vectors = (columns + 7) / 8
      var matrix = [SIMD8<Double>](repeating: .zero, count: columns * vectors)
      func add(_ a: Int, _ b: Int, _ value: Double) {
        matrix[a * vectors + b / 8][b % 8] += value
        matrix[b * vectors + a / 8][a % 8] += value
      }
      for a in 0..<columns {
        for b in (all ? 0 : a)..<columns {
          add(a, b, scale * weights[k] * (all || a == b ? 1 : 2.0.squareRoot()))
          k += 1
        }
      }
      return Block(columns: columns, vectors: vectors, matrix: matrix)
    }
  }

  /// The energy; dE/dc is added to `gradient`, which has room for eight numbers more. In a body frame
  /// nu = 1 is left out.
  func evaluate(
    _ c: UnsafePointer<Double>, type: Int, _ bispectrum: Bispectrum?, isBody: Bool,
    to gradient: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>, count: Int
  ) -> Double {
    var energy = offsets[type]
    if !quadratic.isEmpty {
      pullQuadratic(quadratic[type], c, gradient)
      var sum = 0.0
      for k in 0..<count { sum += gradient[k] * c[k] }
      energy += 0.5 * sum
    }
    if !linear.isEmpty, !isBody {
      linear[type].withUnsafeBufferPointer { weights in
        for k in 0..<count {
          energy += weights[k] * c[k]
          gradient[k] += weights[k]
        }
      }
    }
    if !cubic.isEmpty, let bispectrum {
      scratch.update(repeating: 0, count: count)
      cubic[type].withUnsafeBufferPointer { weights in
        if let base = weights.baseAddress { bispectrum.pull(base, c, to: scratch) }
      }
      var sum = 0.0
      for k in 0..<count {
        sum += scratch[k] * c[k]
        gradient[k] += scratch[k]
      }
      energy += sum / 3
    }
    return energy
  }

  /// Sets dE/dc; what stands behind the coefficients of a component is overwritten by the next one.
  private func pullQuadratic(
    _ blocks: [Block], _ c: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
  ) {
    var (c, target) = (c, UnsafeMutableRawPointer(gradient))
    for (l, block) in blocks.enumerated() {
      block.matrix.withUnsafeBufferPointer { matrix in
        for _ in 0..<(2 * l + 1) {
          for v in 0..<block.vectors {
            var sum = SIMD8<Double>.zero
            for a in 0..<block.columns {
              sum = fma(sum, SIMD8(repeating: c[a]), matrix[a &* block.vectors &+ v])
            }
            (target + 64 * v).storeBytes(of: sum, as: SIMD8<Double>.self)
          }
          c += block.columns
          target += 8 * block.columns
        }
      }
    }
  }
}
