internal import Geometry

/// The sparse terms of (u . grad)^2 for the functions of the features: first u . grad of those of one
/// degree more, then again.
struct ShapeOperations: Sendable {
  /// Radial functions of each l of the inner functions, and where their rows begin.
  let inner: [Int]
  let innerStarts: [Int]
  let first: [[GradientEngine.PairOperation]]
  let second: [[GradientEngine.PairOperation]]

  init(
    _ counts: [Int], inner: [Int], _ extended: [Int], _ harmonics: HarmonicDerivatives
  ) {
    func gradients(_ counts: [Int], _ source: [Int]) -> [[GradientEngine.PairOperation]] {
      GradientEngine.pairOperations(counts, in: source, harmonics)
        .map { list in list.filter { $0.row < 3 } }
    }
    self.inner = inner
    innerStarts = GradientEngine.starts(inner)
    first = gradients(inner, extended)
    second = gradients(counts, inner)
  }
}

/// The derivatives of the coefficients of eight pairs by the semi-axes of the neighbour.
///
/// With u the body axis of semi-axis s in space, m = 1 / (s^2 + sigma^2) and q = u . r, growing s changes
/// the covariance Sigma of the density by 2 s u u^T, hence M = (Sigma + sigma^2)^-1 by -2 s m^2 u u^T,
/// the weight, the mean b = sqrt(2) sigma M r and the covariance C = 1 - 2 sigma^2 M of the moments:
///
///     dc/ds = s (m^2 q^2 - m) w <f> - 2 sqrt(2) sigma s m^2 q w <u . grad f>
///             + 2 sigma^2 s m^2 w <(u . grad)^2 f>,
///
/// because <f> changes by <grad f> with the mean and by half the second derivatives with the
/// covariance. Monomials: s w <(u . grad)^2 f>.
final class ShapeDerivatives {
  typealias Eight = SIMD8<Double>

  /// The body axes in space (three vectors) and semi-axes of eight particles.
  struct Bodies {
    var axes: [[Eight]]
    var semiAxes: [Eight]

    /// Lanes that are left over get a unit sphere.
    init(_ particles: [(rotation: Matrix3x3, semiAxes: Vector3)]) {
      axes = Array(repeating: Array(repeating: .zero, count: 3), count: 3)
      semiAxes = Array(repeating: .one, count: 3)
      for (lane, particle) in particles.enumerated() {
        for k in 0..<3 {
          semiAxes[k][lane] = particle.semiAxes[k]
          for a in 0..<3 { axes[k][a][lane] = particle.rotation[a, k] }
        }
      }
    }
  }

  private let engine: GradientEngine
  private let operations: ShapeOperations
  private let width: Double?
  /// <u . grad f> of the inner functions, for each of the three axes.
  private let inner: UnsafeMutablePointer<Eight>
  private let innerCount: Int
  /// <f> and <grad f> of the component at hand.
  private let kept: UnsafeMutablePointer<Eight>
  private let most: Int
  private var bodies = Bodies([])
  private var q = [Eight](repeating: .zero, count: 3)

  init(
    _ engine: GradientEngine, _ operations: ShapeOperations, _ hyperparameters: Hyperparameters
  ) {
    self.engine = engine
    self.operations = operations
    width = hyperparameters.basis.width
    innerCount = operations.inner.enumerated().reduce(0) { $0 + (2 * $1.offset + 1) * $1.element }
    inner = .allocate(capacity: 3 * innerCount)
    inner.initialize(repeating: .zero, count: 3 * innerCount)
    most = engine.counts.max() ?? 1
    kept = .allocate(capacity: 4 * most)
    kept.initialize(repeating: .zero, count: 4 * most)
  }

  deinit {
    inner.deallocate()
    kept.deallocate()
  }

  /// Makes <u . grad f> of the inner functions from the means of the extended ones.
  func prepare(
    _ means: UnsafeMutablePointer<Eight>, _ h: KeptMoments.Header<Eight>, _ bodies: Bodies
  ) {
    self.bodies = bodies
    inner.update(repeating: .zero, count: 3 * innerCount)
    for k in 0..<3 {
      let u = bodies.axes[k]
      q[k] = fma(fma(u[0] * h.x, u[1], h.y), u[2], h.z)
      for (l, count) in operations.inner.enumerated() {
        for m in 0..<(2 * l + 1) {
          let target = inner + k * innerCount + operations.innerStarts[l] + m * count
          Self.add(operations.first[l * l + m], l, count, u, means, to: target)
        }
      }
    }
  }

  /// Keeps <f> and the three rows of <grad f> of a component before they are used up.
  func keepGradient(
    _ rows: UnsafeMutablePointer<Eight>, _ width: Int, _ values: UnsafeMutablePointer<Eight>,
    _ count: Int
  ) {
    for n in 0..<count {
      kept[n] = values[n]
      for a in 0..<3 { kept[(a + 1) * most + n] = rows[a * width + n] }
    }
  }

  /// The three rows of derivatives of a component, from what `prepare` and `keepGradient` have left.
  func add(
    _ l: Int, _ m: Int, _ count: Int, to rows: UnsafeMutablePointer<Eight>, width rowWidth: Int
  ) {
    for k in 0..<3 {
      let target = rows + k * rowWidth
      let (u, s) = (bodies.axes[k], bodies.semiAxes[k])
      for n in 0..<count { target[n] = .zero }
      Self.add(operations.second[l * l + m], l, count, u, inner + k * innerCount, to: target)
      guard let width else {
        for n in 0..<count { target[n] *= s }
        continue
      }
      let mass: Eight = 1 / (s * s + width * width)
      let slope: Eight = s * mass * mass
      let value: Eight = slope * q[k] * q[k] - s * mass
      let along: Eight = (-8.0.squareRoot() * width) * slope * q[k]
      let twice: Eight = (2 * width * width) * slope
      for n in 0..<count {
        var gradient = u[0] * kept[most + n]
        gradient = fma(gradient, u[1], kept[2 * most + n])
        gradient = fma(gradient, u[2], kept[3 * most + n])
        target[n] = fma(fma(twice * target[n], along, gradient), value, kept[n])
      }
    }
  }

  /// Adds u . grad of a component.
  private static func add(
    _ operations: [GradientEngine.PairOperation], _ l: Int, _ count: Int, _ u: [Eight],
    _ means: UnsafeMutablePointer<Eight>, to target: UnsafeMutablePointer<Eight>
  ) {
    for entry in operations {
      let source = means + entry.source
      let weight = u[entry.row] * entry.value
      switch entry.kind {
      case .down:
        for n in 0..<count {
          let factor = Double(2 * n + 2 * l + 1) / Double(2 * l + 1)
          target[n] = fma(target[n], weight * factor, source[n])
        }
      case .up:
        for n in 1..<max(1, count) {
          target[n] = fma(target[n], weight * Double(2 * n), source[n - 1])
        }
      case .turn: break
      }
    }
  }
}
