/// The seven polynomials of one centre and neighbour species (`GradientEngine`), and their means over
/// the neighbours.
final class GradientPolynomials {
  private typealias Eight = SIMD8<Double>

  private let engine: GradientEngine
  /// q of the features' harmonics: a row for each l, m, with zeros behind it.
  private let own: UnsafeMutablePointer<Double>
  /// The rows of the polynomials in extended harmonics, eight numbers each.
  private let inHarmonics: UnsafeMutablePointer<SIMD8<Double>>
  /// The same in the monomials of the kernel.
  private let inMoments: UnsafeMutablePointer<SIMD8<Double>>
  init(_ engine: GradientEngine) {
    self.engine = engine
    let size = engine.counts.count * engine.counts.count * engine.paddedWidth
    own = .allocate(capacity: size)
    own.initialize(repeating: 0, count: size)
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
    var (source, target) = (gradient, UnsafeMutableRawPointer(own))
    for (l, count) in engine.counts.enumerated() {
      let vectors = (count + 7) / 8
      radial.rows[l].withUnsafeBufferPointer { rows in
        for _ in 0..<(2 * l + 1) {
          for v in 0..<vectors {
            var sum = Eight.zero
            for row in 0..<count {
              sum = fma(sum, Eight(repeating: source[row &* stride]), rows[row &* vectors &+ v])
            }
            (target + 64 * v).storeBytes(of: sum, as: Eight.self)
          }
          source += count * stride
          target += 8 * engine.paddedWidth
        }
      }
    }
  }

  /// The rows of the seven polynomials in extended harmonics.
  private func differentiate() {
    let rows = UnsafeMutableRawPointer(inHarmonics).assumingMemoryBound(to: Double.self)
    for component in engine.components {
      component.terms.withUnsafeBufferPointer { terms in
        component.ends.withUnsafeBufferPointer { ends in
          for start in stride(from: 0, to: component.count, by: 8) {
            differentiate(
              component, terms, ends, start,
              to: rows + (component.place + start) * GradientEngine.Row.count)
          }
        }
      }
    }
  }

  /// Eight n from `start` on of one component.
  @inline(__always)
  private func differentiate(
    _ component: GradientEngine.Component, _ terms: UnsafeBufferPointer<GradientEngine.Term>,
    _ ends: UnsafeBufferPointer<Int>, _ start: Int, to target: UnsafeMutablePointer<Double>
  ) {
    var t = 0
    @inline(__always)
    func sum(_ list: Int, shift: Int) -> Eight {
      var sum = Eight.zero
      while t < ends[list] {
        let source = UnsafeRawPointer(own + (Int(terms[t].source) + start + shift))
        sum = fma(sum, Eight(repeating: terms[t].value), source.loadUnaligned(as: Eight.self))
        t &+= 1
      }
      return sum
    }
    let (tx, ty, tz) = (sum(0, shift: 0), sum(1, shift: 0), sum(2, shift: 0))
    let l = Double(component.degree)
    let n = Eight(0, 1, 2, 3, 4, 5, 6, 7) + Double(start)
    let down = (2 * n + (2 * l + 3)) * (1 / (2 * l + 3))
    let up = 2 * (n + 1)
    var (gx, gy, gz) = (sum(3, shift: 0), sum(4, shift: 0), sum(5, shift: 0))
    gx = fma(gx * down, up, sum(6, shift: 1))
    gy = fma(gy * down, up, sum(7, shift: 1))
    gz = fma(gz * down, up, sum(8, shift: 1))
    var value = Eight.zero
    if component.own >= 0 {
      value = UnsafeRawPointer(own + (component.own + start)).loadUnaligned(as: Eight.self)
    }
    for k in 0..<min(8, component.count - start) {
      let row = target + k &* GradientEngine.Row.count
      (row[0], row[1], row[2], row[3]) = (tx[k], ty[k], tz[k], value[k])
      (row[4], row[5], row[6]) = (gx[k], gy[k], gz[k])
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
