public import Geometry
internal import Foundation

/// Finds the wave vector of the layers: the one with the largest tau among those allowed.
///
/// A frame that repeats along all three lattice vectors can only hold layers that fit the cell: the
/// candidates are its reciprocal lattice vectors with a spacing within the range. In other frames
/// layers are sought along given directions, with any spacing within the range.
public struct SmecticSearch: Equatable, Sendable {
  /// The spacings looked at, in the unit of the positions; nil takes half to twice the longest full
  /// length of the particles.
  public var spacings: ClosedRange<Double>?
  /// The direction that the layer normal is near; nil for any direction (periodic frames only).
  public var direction: Vector3?
  /// How far from `direction` the normal may be, in degrees, in periodic frames.
  public var largestTilt: Double

  /// Searches all lattice planes, or those within `largestTilt` degrees of `direction`.
  public init(
    spacings: ClosedRange<Double>? = nil, direction: Vector3? = nil, largestTilt: Double = 45
  ) {
    self.spacings = spacings
    self.direction = direction
    self.largestTilt = largestTilt
  }

  /// The order of the best wave vector; nil where no wave vector is allowed, as in a cell shorter
  /// than the shortest spacing.
  ///
  /// Throws: `InvalidInput` when there are no particles, the range cannot be told or is not
  /// positive, or a frame that does not repeat comes without a direction.
  public func find(_ frame: Frame) throws -> SmecticOrder? {
    try SmecticOrder.check(frame.positions)
    let range = try resolvedSpacings(frame)
    if let cell = frame.cell, cell.isFullyPeriodic {
      return try amongLatticeVectors(frame.positions, cell, range)
    }
    guard let direction, direction.normalized.isFinite else {
      throw InvalidInput(
        "layer direction", value: "missing",
        expected: "a direction along which to seek layers, since the frame does not repeat")
    }
    return try along(direction.normalized, frame.positions, range)
  }

  private func resolvedSpacings(_ frame: Frame) throws -> ClosedRange<Double> {
    if let spacings {
      guard spacings.lowerBound > 0, spacings.upperBound.isFinite else {
        throw InvalidInput(
          "range of layer spacings", value: "\(spacings.lowerBound):\(spacings.upperBound)",
          expected: "positive finite numbers")
      }
      return spacings
    }
    guard let length = frame.semiAxes?.map(\.largest).max() else {
      throw InvalidInput(
        "range of layer spacings", value: "missing",
        expected: "two lengths, since the particles have no shapes to take them from")
    }
    return length...(4 * length)
  }

  /// Integer combinations of the reciprocal vectors, half of them (k and -k are the same layers).
  private func amongLatticeVectors(
    _ positions: [Vector3], _ cell: Cell, _ range: ClosedRange<Double>
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
    let tilt = direction.map { ($0.normalized, cos(largestTilt * Double.pi / 180) - 1e-12) }
    var best: (order: Double, wave: Vector3, sum: (Double, Double))?
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
          if order > best?.order ?? -1 { best = (order, wave, sum) }
        }
      }
    }
    guard let best else { return nil }
    return SmecticOrder(
      order: best.order, normal: best.wave.normalized, spacing: 1 / best.wave.length,
      phase: atan2(best.sum.1, best.sum.0), candidates: candidates)
  }

  /// A scan of wave numbers along one direction, then a golden section about the best.
  private func along(
    _ normal: Vector3, _ positions: [Vector3], _ range: ClosedRange<Double>
  ) throws -> SmecticOrder? {
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
    let found = try SmecticOrder(positions: positions, normal: normal, spacing: 1 / q)
    return SmecticOrder(
      order: found.order, normal: found.normal, spacing: found.spacing, phase: found.phase,
      candidates: steps + 1)
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
