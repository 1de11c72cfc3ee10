import AniSOAP
import Geometry
import Mathematics
import TestSupport
import Testing

/// One way to expand densities, and a frame to do it with.
struct GradientCase: CustomTestStringConvertible, Sendable {
  let name: String
  var hyperparameters = Hyperparameters(
    basis: .gto(width: 1.5), maxAngular: 3, maxRadial: .uniform(2), cutoff: 4.2,
    cutoffShape: .smooth(width: 1))
  var correlations: [DensityExpansion.Correlation] = [.two]
  var spheres = false
  var open = false

  var testDescription: String { name }

  private init(_ name: String, _ change: (inout GradientCase) -> Void = { _ in }) {
    self.name = name
    change(&self)
  }

  static let species = ["A1", "B2"]

  static let all: [GradientCase] = [
    GradientCase("power spectrum"),
    GradientCase("coefficients") { $0.correlations = [.one] },
    GradientCase("bispectrum") { $0.correlations = [.three] },
    GradientCase("all orders") { $0.correlations = [.three, .one, .two] },
    GradientCase("the body's frame") {
      ($0.hyperparameters.frame, $0.correlations) = (.body, [.two, .one])
    },
    GradientCase("the axis") {
      ($0.hyperparameters.frame, $0.correlations, $0.spheres) = (.axis, [.one], true)
    },
    GradientCase("Laguerre") { $0.hyperparameters.basis = .laguerre(width: 1.2) },
    GradientCase("monomials") { $0.hyperparameters.basis = .monomial },
    GradientCase("a species of spheres") { $0.spheres = true },
    GradientCase("spheres in monomials") {
      ($0.spheres, $0.hyperparameters.basis) = (true, .monomial)
    },
    GradientCase("open boundaries") { $0.open = true },
    GradientCase("no self density") { $0.hyperparameters.excludeSelf = true },
    GradientCase("unordered pairs") {
      $0.hyperparameters.spectrumForm = .unorderedPairs
      $0.correlations = [.one, .two]
    },
    GradientCase("automatic n") { $0.hyperparameters.maxRadial = .automatic },
    GradientCase("a list of n") {
      ($0.hyperparameters.maxRadial, $0.spheres) = (.perChannel([0, 3, 1, 5]), true)
    },
    GradientCase("l = 0") { $0.hyperparameters.maxAngular = 0 },
    GradientCase("l = 1, n = 0") {
      ($0.hyperparameters.maxAngular, $0.hyperparameters.maxRadial) = (1, .uniform(0))
    },
    GradientCase("more than eight n") {
      ($0.hyperparameters.maxAngular, $0.hyperparameters.maxRadial) = (2, .uniform(9))
      $0.spheres = true
    },
  ]

  /// Species mixed into three channels; apart because it may throw.
  static func mixed() throws -> GradientCase {
    var option = GradientCase("mixed species")
    option.hyperparameters.mixing = try SpeciesMixing(weights: [[1, 0.5], [-0.3, 1], [0.2, 0.2]])
    option.correlations = [.one, .two, .three]
    option.hyperparameters.maxAngular = 2
    option.hyperparameters.maxRadial = .uniform(1)
    return option
  }

  func expansion() throws -> DensityExpansion {
    try DensityExpansion(hyperparameters, species: Self.species)
  }

  /// Seven particles of two species in a skewed cell that is lower than the cutoff: each has images of
  /// itself in reach. No two are so far from each other that small motions take them across the cutoff or
  /// the distance where it begins to be smooth: second derivatives jump there, which would spoil
  /// differences.
  func frame(seed: UInt64 = 1) throws -> Frame {
    for attempt in 0..<1000 {
      let frame = try draw(seed: 1000 * seed + UInt64(attempt))
      if try isSafe(frame) { return frame }
    }
    throw InvalidInput("seed", value: "\(seed)", expected: "one that gives a safe frame")
  }

  private func isSafe(_ frame: Frame) throws -> Bool {
    let (cutoff, margin) = (hyperparameters.cutoff, 0.012)
    let finder = try NeighborFinder(
      positions: frame.positions, cell: frame.cell, cutoff: cutoff + 1)
    var buffer = NeighborFinder.Buffer()
    for i in 0..<frame.count {
      finder.neighbors(of: i, into: &buffer)
      for k in 0..<buffer.count {
        let r = buffer.displacement(k).length
        if abs(r - cutoff) < margin || abs(r - cutoff + 1) < margin { return false }
      }
    }
    return true
  }

  private func draw(seed: UInt64) throws -> Frame {
    var random = RandomStream(seed: seed, stream: 99)
    let cell = try Cell(Vector3(4, 0.3, 0), Vector3(-0.8, 4.4, 0.2), Vector3(0.5, 0.9, 3.7))
    let count = 7
    return Frame(
      positions: (0..<count).map { _ in
        cell.position(
          fractional: Vector3(random.uniform(), random.uniform(), random.uniform()))
      }, species: (0..<count).map { Self.species[$0 % 3 == 0 ? 0 : 1] },
      orientations: try (0..<count).map { _ in try RandomFrames.rotation(&random) },
      semiAxes: try (0..<count).map { k in
        if spheres && k % 3 == 0 { return try SemiAxes(0.7, 0.7, 0.7) }
        return try SemiAxes(
          random.uniform(0.3, 1), random.uniform(0.3, 1), random.uniform(0.3, 1.5))
      }, cell: open ? nil : cell)
  }

  /// Random weights.
  func model(_ expansion: DensityExpansion, seed: UInt64 = 3) throws -> LinearCenterEnergy {
    var random = RandomStream(seed: seed, stream: 1)
    let count = correlations.reduce(0) { $0 + expansion.featureCount($1) }
    let species = expansion.species.count
    return try LinearCenterEnergy(
      correlations: correlations,
      weights: Matrix(
        rows: species, columns: count,
        elements: (0..<(species * count)).map { _ in random.uniform(-1, 1) }))
  }

  /// The energy by the features themselves.
  func energy(
    _ frame: Frame, _ expansion: DensityExpansion, _ model: LinearCenterEnergy
  ) throws -> Double {
    var (sum, start) = (0.0, 0)
    for nu in correlations {
      let block = try expansion.features(
        of: frame, correlation: nu, average: .none, threads: 1
      ).values
      for i in 0..<frame.count {
        guard let type = expansion.species.index(of: frame.species[i]) else { continue }
        for k in 0..<block.columns { sum += model.weights[type, start + k] * block[i, k] }
      }
      start += block.columns
    }
    return sum
  }
}

/// A frame with something moved by a little.
enum Motion {
  case position(Int, axis: Int)
  case rotation(Int, axis: Int)
  case strain(Int, Int)
  case semiAxis(Int, Int)

  func moved(_ frame: Frame, by h: Double) throws -> Frame {
    var moved = frame
    switch self {
    case .position(let j, let axis):
      var place = frame.positions[j]
      place[axis] += h
      moved.move(j, to: place)
    case .rotation(let j, let axis):
      var v = Vector3.zero
      v[axis] = (h / 2).sine
      let q = try UnitQuaternion(w: (h / 2).cosine, x: v.x, y: v.y, z: v.z)
      try moved.turn(j, to: q * (frame.orientations ?? [])[j])
    case .strain(let a, let b):
      var strain = Matrix3x3.identity
      strain[a, b] += h
      try moved.set(positions: frame.positions.map { strain * $0 })
      moved.cell = try frame.cell.map {
        try Cell(strain * $0.vector(0), strain * $0.vector(1), strain * $0.vector(2))
      }
    case .semiAxis(let j, let k):
      var axes = frame.semiAxes ?? []
      var s = axes[j].vector
      s[k] += h
      axes[j] = try SemiAxes(s.x, s.y, s.z)
      try moved.set(semiAxes: axes)
    }
    return moved
  }

  /// (f(h) - f(-h)) / 2h.
  func difference(_ frame: Frame, _ h: Double, _ f: (Frame) throws -> Double) throws -> Double {
    (try f(moved(frame, by: h)) - f(moved(frame, by: -h))) / (2 * h)
  }
}

extension Double {
  /// By their series: arguments here are small, and nothing else needs Foundation.
  fileprivate var sine: Double { self - self * self * self / 6 }
  fileprivate var cosine: Double { 1 - self * self / 2 + self * self * self * self / 24 }
}
