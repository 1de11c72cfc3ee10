/// The seven polynomials of one centre and neighbour species (`GradientEngine`), and their means over
/// the neighbours.
final class GradientPolynomials {
  private typealias Eight = SIMD8<Double>

  private let engine: GradientEngine
  /// q of the features' harmonics, in the order l, m, n.
  private let own: UnsafeMutablePointer<Double>
  /// The rows of the polynomials in extended harmonics, eight numbers each.
  private let inHarmonics: UnsafeMutablePointer<SIMD8<Double>>
  /// The same in the monomials of the kernel.
  private let inMoments: UnsafeMutablePointer<SIMD8<Double>>
  private let ownStarts: [Int]

  init(_ engine: GradientEngine) {
    self.engine = engine
    ownStarts = GradientEngine.starts(engine.counts)
    own = .allocate(capacity: engine.contraction.count)
    own.initialize(repeating: 0, count: engine.contraction.count)
    inHarmonics = .allocate(capacity: engine.harmonicCount)
    inHarmonics.initialize(repeating: .zero, count: engine.harmonicCount)
    inMoments = .allocate(capacity: engine.kernel.count)
    inMoments.initialize(repeating: .zero, count: engine.kernel.count)
  }

  deinit {
    own.deallocate()
    inHarmonics.deallocate()
    inMoments.deallocate()
  }

  /// Makes the polynomials from the derivative by the coefficients of one species, which stand `stride`
  /// apart in the order l, m, n.
  func fill(
    _ gradient: UnsafePointer<Double>, stride: Int, _ radial: MomentContraction.Radial,
    forHarmonics: Bool
  ) {
    transposeRadial(gradient, stride, radial)
    differentiate()
    if !forHarmonics { mapToMoments() }
  }

  /// q(n) = sum_n' M_n'n g(n').
  private func transposeRadial(
    _ gradient: UnsafePointer<Double>, _ stride: Int, _ radial: MomentContraction.Radial
  ) {
    for (l, count) in engine.counts.enumerated() {
      let vectors = (count + 7) / 8
      let columns = radial.columns[l]
      for m in 0..<(2 * l + 1) {
        let start = ownStarts[l] + m * count
        for n in 0..<count {
          var sum = 0.0
          for row in 0..<count {
            sum += columns[n * vectors + row / 8][row % 8] * gradient[(start + row) * stride]
          }
          own[start + n] = sum
        }
      }
    }
  }

  /// The rows of the seven polynomials in extended harmonics.
  private func differentiate() {
    inHarmonics.update(repeating: .zero, count: engine.harmonicCount)
    let rows = UnsafeMutableRawPointer(inHarmonics).assumingMemoryBound(to: Double.self)
    let width = GradientEngine.Row.count
    for (l, count) in engine.counts.enumerated() {
      for m in 0..<(2 * l + 1) {
        let source = own + ownStarts[l] + m * count
        let target = rows + (engine.starts[l] + m * engine.extended[l]) * width
        for n in 0..<count { target[n * width + GradientEngine.Row.value] = source[n] }
      }
    }
    for operation in engine.operations {
      let count = engine.counts[operation.degree]
      let source = own + ownStarts[operation.degree] + operation.source * count
      let l = operation.targetDegree
      let target =
        rows + (engine.starts[l] + operation.target * engine.extended[l]) * width
        + operation.row
      let value = operation.value
      switch operation.kind {
      case .turn: for n in 0..<count { target[n * width] += value * source[n] }
      case .down:
        let scale = value / Double(2 * l + 3)
        for n in 0..<count {
          target[n * width] += scale * Double(2 * n + 2 * l + 3) * source[n]
        }
      case .up:
        for n in 0..<max(0, count - 1) {
          target[n * width] += value * Double(2 * (n + 1)) * source[n + 1]
        }
      }
    }
  }

  private func mapToMoments() {
    engine.map.toMoments.terms.withUnsafeBufferPointer { terms in
      engine.map.toMoments.ends.withUnsafeBufferPointer { ends in
        var t = 0
        for k in 0..<ends.count {
          var sum = Eight.zero
          let end = Int(ends[k])
          while t < end {
            sum = fma(
              sum, Eight(repeating: terms[t].coefficient), inHarmonics[Int(terms[t].source)])
            t &+= 1
          }
          inMoments[k] = sum
        }
      }
    }
  }

  /// w <r x grad P>, w <P> and w <grad P>, in each lane.
  struct Sums<Lanes: MomentLanes> {
    var tx = Lanes.zero
    var ty = Lanes.zero
    var tz = Lanes.zero
    var value = Lanes.zero
    var gx = Lanes.zero
    var gy = Lanes.zero
    var gz = Lanes.zero
  }

  /// The dot products of the seven polynomials with the moments of a group.
  @inline(__always)
  func sums<Lanes: MomentLanes>(
    _ moments: UnsafeMutablePointer<Lanes>, harmonics: Bool
  ) -> Sums<Lanes> {
    var result = Sums<Lanes>()
    if harmonics {
      Self.add(
        moments, UnsafeMutableRawPointer(inHarmonics).assumingMemoryBound(to: Double.self),
        value: engine.harmonicCount, gradient: engine.harmonicCount, &result)
      return result
    }
    var first = 0
    let rows = UnsafeMutableRawPointer(inMoments).assumingMemoryBound(to: Double.self)
    for (n, span) in engine.spans.enumerated() {
      Self.add(
        moments + first, rows + first * GradientEngine.Row.count, value: span.x,
        gradient: span.y, &result)
      first += (engine.kernel.highest[n] + 1) * (engine.kernel.highest[n] + 1)
    }
    return result
  }

  @inline(__always)
  private static func add<Lanes: MomentLanes>(
    _ moments: UnsafeMutablePointer<Lanes>, _ rows: UnsafeMutablePointer<Double>, value: Int,
    gradient: Int, _ sums: inout Sums<Lanes>
  ) {
    var (tx, ty, tz, p) = (sums.tx, sums.ty, sums.tz, sums.value)
    for k in 0..<value {
      let moment = moments[k]
      let row = rows + k &* 8
      tx = fma(tx, Lanes(repeating: row[0]), moment)
      ty = fma(ty, Lanes(repeating: row[1]), moment)
      tz = fma(tz, Lanes(repeating: row[2]), moment)
      p = fma(p, Lanes(repeating: row[3]), moment)
    }
    (sums.tx, sums.ty, sums.tz, sums.value) = (tx, ty, tz, p)
    var (gx, gy, gz) = (sums.gx, sums.gy, sums.gz)
    for k in 0..<gradient {
      let moment = moments[k]
      let row = rows + k &* 8
      gx = fma(gx, Lanes(repeating: row[4]), moment)
      gy = fma(gy, Lanes(repeating: row[5]), moment)
      gz = fma(gz, Lanes(repeating: row[6]), moment)
    }
    (sums.gx, sums.gy, sums.gz) = (gx, gy, gz)
  }
}
