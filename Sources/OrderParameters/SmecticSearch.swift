public import Geometry
internal import Foundation

/// Finds the wave vector of the layers: the one with the largest tau among those allowed.
///
/// A frame that repeats along all three lattice vectors can only hold layers that fit the cell: the
/// candidates are its reciprocal lattice vectors with a spacing within the range. In other frames
/// layers are sought along one direction, with any spacing within the range.
///
/// Where particles have symmetry axes (see `ParticleAxes`), the layers are theirs: the positions of
/// spheres among them do not count. How likely so large a tau is by chance, `SmecticOrder` says.
public struct SmecticSearch: Equatable, Sendable {
  /// Along which normals layers are sought.
  public enum Direction: Equatable, Sendable {
    /// Within `largestTilt` of the nematic director. In frames without one, which are those without
    /// orientations or without particles that have an axis: as `any`.
    case director
    /// Within `largestTilt` of this vector.
    case fixed(Vector3)
    /// All directions (frames that repeat along all three lattice vectors only).
    case any
  }

  /// The spacings looked at, in the unit of the positions; nil takes `lengths` times the length of the
  /// particles.
  public var spacings: ClosedRange<Double>?
  /// The spacings looked at, in lengths of the particles: from the lower bound times the shortest mean
  /// length of a species to the upper bound times the longest. The length is that along the symmetry
  /// axis, twice the largest semi-axis where there is none.
  public var lengths: ClosedRange<Double>
  /// Along which normals layers are sought.
  public var direction: Direction
  /// How far from the director or the fixed direction the normal may be, in degrees, in frames that
  /// repeat.
  public var largestTilt: Double

  /// Layers at most 45 degrees from the director whose spacing is 0.8 to 1.5 lengths of the particles.
  public init(
    spacings: ClosedRange<Double>? = nil, lengths: ClosedRange<Double> = 0.8...1.5,
    direction: Direction = .director, largestTilt: Double = 45
  ) {
    self.spacings = spacings
    self.lengths = lengths
    self.direction = direction
    self.largestTilt = largestTilt
  }

  /// The order of the best wave vector; nil where no wave vector is allowed, as in a cell shorter
  /// than the shortest spacing.
  ///
  /// Throws: `InvalidInput` when there are no particles, the range cannot be told or is not
  /// positive, or a frame that does not repeat has no director and none was given.
  public func find(_ whole: Frame, axis: SymmetryAxis = .automatic) throws -> SmecticOrder? {
    try SmecticOrder.check(whole.positions)
    let axes = try Self.axes(of: whole, axis)
    let frame = axes.map { whole.only($0.particles) } ?? whole
    let range = try resolvedSpacings(frame, axes)
    let normal: Vector3?
    switch direction {
    case .any: normal = nil
    case .director: normal = try axes.map { try NematicOrder(axes: $0.axes).director }
    case .fixed(let vector):
      guard vector.normalized.isFinite else {
        throw InvalidInput(
          "layer direction", value: "\(vector.x) \(vector.y) \(vector.z)",
          expected: "a vector other than zero")
      }
      normal = vector.normalized
    }
    if let cell = frame.cell, cell.isFullyPeriodic {
      return try amongLatticeVectors(frame.positions, cell, range, normal)
    }
    guard let normal else {
      throw InvalidInput(
        "layer direction", value: "missing",
        expected: "a direction along which to seek layers, since the frame does not repeat")
    }
    return along(normal, frame.positions, range)
  }

  /// The axes of those particles that layers are made of; nil where none has an axis.
  private static func axes(of frame: Frame, _ axis: SymmetryAxis) throws -> ParticleAxes? {
    guard frame.orientations != nil, frame.semiAxes != nil || axis != .automatic else { return nil }
    let found = try ParticleAxes(frame, axis: axis)
    return found.particles.isEmpty ? nil : found
  }

  /// The particles that layers are made of: those with an axis; all where none has one.
  static func members(of frame: Frame, _ axis: SymmetryAxis) throws -> [Int] {
    try axes(of: frame, axis)?.particles ?? Array(frame.positions.indices)
  }

  private func resolvedSpacings(
    _ frame: Frame, _ axes: ParticleAxes?
  ) throws -> ClosedRange<Double> {
    func positive(_ range: ClosedRange<Double>, _ quantity: String) throws {
      guard range.lowerBound > 0, range.upperBound.isFinite else {
        throw InvalidInput(
          quantity, value: "\(range.lowerBound):\(range.upperBound)",
          expected: "positive finite numbers")
      }
    }
    if let spacings {
      try positive(spacings, "range of layer spacings")
      return spacings
    }
    try positive(lengths, "range of layer spacings, in lengths of the particles")
    guard let semiAxes = frame.semiAxes else {
      throw InvalidInput(
        "range of layer spacings", value: "missing",
        expected: "two lengths, since the particles have no shapes to take them from")
    }
    var sums: [String: (length: Double, count: Double)] = [:]
    for (i, shape) in semiAxes.enumerated() {
      let length = 2 * (axes.map { shape.vector[$0.bodyAxes[i]] } ?? shape.largest)
      let sum = sums[frame.species[i]] ?? (0, 0)
      sums[frame.species[i]] = (sum.length + length, sum.count + 1)
    }
    let means = sums.values.map { $0.length / $0.count }
    let (shortest, longest) = (means.min() ?? 1, means.max() ?? 1)
    return (lengths.lowerBound * shortest)...(lengths.upperBound * longest)
  }

  /// Integer combinations of the reciprocal vectors, half of them (k and -k are the same layers).
  private func amongLatticeVectors(
    _ positions: [Vector3], _ cell: Cell, _ range: ClosedRange<Double>, _ direction: Vector3?
  ) throws -> SmecticOrder? {
    // |k| = 2 pi / d; the fractional coordinate along vector a has wave vectors of integer order h
    // with |h| <= |a| / d.
    let limits = (0..<3).map { Int((cell.vector($0).length / range.lowerBound).rounded(.down)) }
    guard limits.allSatisfy({ $0 <= 4096 }) else {
      throw InvalidInput(
        "shortest layer spacing", value: range.lowerBound,
        expected: "at least 1/4096 of the longest edge of the cell")
    }
    let powers = PhasePowers(positions, cell, limits)
    let reciprocal = cell.toFractional.transpose
    let tilt = direction.map { ($0, cos(largestTilt * Double.pi / 180) - 1e-12) }
    var best: (order: Double, wave: Vector3)?
    var candidates = 0
    for h in 0...limits[0] {
      for k in (h == 0 ? 0 : -limits[1])...limits[1] {
        for l in (h == 0 && k == 0 ? 1 : -limits[2])..<(limits[2] + 1) {
          let wave = reciprocal * Vector3(Double(h), Double(k), Double(l))
          let length = wave.length
          guard range.contains(1 / length) else { continue }
          if let (n, cosine) = tilt, abs(wave.dot(n)) < cosine * length { continue }
          candidates += 1
          let sum = powers.mean(h, k, l)
          let order = hypot(sum.0, sum.1)
          if order > best?.order ?? -1 { best = (order, wave) }
        }
      }
    }
    guard let best else { return nil }
    return SmecticOrder(
      positions, normal: best.wave.normalized, spacing: 1 / best.wave.length,
      candidates: candidates)
  }

  /// A scan of wave numbers along one direction, then a golden section about the best.
  ///
  /// tau(q) is smooth, so that neighbouring wave numbers are not independent. By the rate at which
  /// N tau^2 crosses a level z from below (R. V. Baluev, Mon. Not. R. Astron. Soc. 385, 1279 (2008),
  /// doi:10.1111/j.1365-2966.2008.12689.x) its maximum over a range of q behaves as that of
  /// 1 + W sqrt(z) independent values, W = (q_max - q_min) sqrt(4 pi var(heights)).
  private func along(
    _ normal: Vector3, _ positions: [Vector3], _ range: ClosedRange<Double>
  ) -> SmecticOrder {
    let heights = positions.map { $0.dot(normal) }
    let extent = (heights.max() ?? 0) - (heights.min() ?? 0)
    let (low, high) = (1 / range.upperBound, 1 / range.lowerBound)
    // tau(q) varies over 1/extent: eight points on each such piece cannot step over a peak.
    let steps = min(1_000_000, max(1, Int((8 * extent * (high - low)).rounded(.up))))
    let tau = { (q: Double) in
      let (c, s) = SmecticOrder.mean(positions, waveVector: normal * (2 * Double.pi * q))
      return hypot(c, s)
    }
    let width = (high - low) / Double(steps)
    var best = (q: low, tau: -1.0)
    for i in 0...steps {
      let q = low + width * Double(i)
      let value = tau(q)
      if value > best.tau { best = (q, value) }
    }
    var (a, b) = (max(low, best.q - width), min(high, best.q + width))
    let golden = 0.5 * (5.0.squareRoot() - 1)
    while b - a > 1e-12 * best.q {
      let (c, d) = (b - golden * (b - a), a + golden * (b - a))
      guard a < c, c < d, d < b else { break }
      if tau(c) >= tau(d) { b = d } else { a = c }
    }
    let refined = 0.5 * (a + b)
    let q = tau(refined) >= best.tau ? refined : best.q
    let mean = heights.reduce(0, +) / Double(heights.count)
    let variance =
      heights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(heights.count)
    let level = Double(positions.count) * tau(q) * tau(q)
    let crossings = (high - low) * (4 * Double.pi * variance * level).squareRoot()
    return SmecticOrder(
      positions, normal: normal, spacing: 1 / q,
      candidates: 1 + Int(min(crossings, 1e9).rounded(.up)))
  }
}

/// exp(2 pi i h s) of the fractional coordinates s of all particles, for |h| up to a limit along each
/// lattice vector.
private struct PhasePowers {
  /// Real and imaginary parts: [direction][(h + limit) * count + particle].
  private var real: [[Double]] = []
  private var imaginary: [[Double]] = []
  private let limits: [Int]
  private let count: Int

  init(_ positions: [Vector3], _ cell: Cell, _ limits: [Int]) {
    self.limits = limits
    count = positions.count
    let fractional = positions.map { cell.fractional($0) }
    for axis in 0..<3 {
      var cosines: [Double] = []
      var sines: [Double] = []
      for h in -limits[axis]...limits[axis] {
        for s in fractional {
          // Only the part inside the cell counts; it keeps the argument small.
          let turn = Double(h) * (s[axis] - s[axis].rounded(.down))
          let argument = 2 * Double.pi * (turn - turn.rounded())
          cosines.append(cos(argument))
          sines.append(sin(argument))
        }
      }
      real.append(cosines)
      imaginary.append(sines)
    }
  }

  /// <exp(2 pi i (h s1 + k s2 + l s3))>.
  func mean(_ h: Int, _ k: Int, _ l: Int) -> (Double, Double) {
    let offsets = [(h + limits[0]) * count, (k + limits[1]) * count, (l + limits[2]) * count]
    var (cosine, sine) = (0.0, 0.0)
    for p in 0..<count {
      let (a, b) = (real[0][offsets[0] + p], imaginary[0][offsets[0] + p])
      let (c, d) = (real[1][offsets[1] + p], imaginary[1][offsets[1] + p])
      let (e, f) = (real[2][offsets[2] + p], imaginary[2][offsets[2] + p])
      let (x, y) = (a * c - b * d, a * d + b * c)
      cosine += x * e - y * f
      sine += x * f + y * e
    }
    return (cosine / Double(count), sine / Double(count))
  }
}
