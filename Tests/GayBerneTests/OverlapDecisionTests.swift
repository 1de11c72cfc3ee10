import Foundation
import GayBerne
import Geometry
import Mathematics
import TestSupport
import Testing

/// Decisions against the maximum of f, which other tests compare with geometry.
@Suite struct OverlapDecisionTests {
  /// 10^5 pairs in the suite, 10^7 where MESOGEN_CHECK_PHYSICS is 1 (`make check-physics`).
  private static let pairCount =
    ProcessInfo.processInfo.environment["MESOGEN_CHECK_PHYSICS"] == "1" ? 10_000_000 : 100_000

  /// Shapes from needles and discs of 100 to 1 to spheres, at distances from deep overlap to
  /// the bounding spheres, half of them within 10^-2 to 10^-14 of contact.
  private static func pair(_ stream: inout RandomStream) throws -> Contact.Pair {
    func body() throws -> Ellipsoid {
      let length = exp(stream.uniform(0, log(100)))
      let axes: SemiAxes
      switch stream.index(below: 5) {
      case 0: axes = try SemiAxes(1, 1, length)
      case 1: axes = try SemiAxes(length, length, 1)
      case 2: axes = try SemiAxes(1, stream.uniform(1, length), length)
      case 3: axes = try SemiAxes(1, 1, 1)
      default: axes = try SemiAxes(0.5, 0.5, 1.5)
      }
      return Ellipsoid(semiAxes: axes, orientation: try RandomFrames.rotation(&stream))
    }
    let first = try body()
    // Half of them alike, some of those almost parallel.
    var second = try body()
    if stream.index(below: 2) == 0 {
      var turn = try RandomFrames.rotation(&stream)
      if stream.index(below: 2) == 0 {
        let small = exp(stream.uniform(-12, 0))
        turn =
          try UnitQuaternion(w: 1, x: small * turn.x, y: small * turn.y, z: small * turn.z)
          * first.orientation
      }
      second = Ellipsoid(semiAxes: first.semiAxes, orientation: turn)
    }
    let outer = first.semiAxes.largest + second.semiAxes.largest
    var r = stream.direction() * (outer * stream.uniform())
    if stream.index(below: 2) == 0 {
      let contact = try Contact.perramWertheim(first, second, displacement: r)
      let off = exp(stream.uniform(log(1e-14), log(1e-2)))
      let side = stream.index(below: 2) == 0 ? 1.0 : -1.0
      r = r * ((1 + side * off) / contact.value.squareRoot())
    }
    return Contact.Pair(first, second, displacement: r)
  }

  @Test func neverWrongBeyondRoundingOfContact() throws {
    let block = 10_000
    let wrong = try Parallel.map(count: Self.pairCount / block) { index in
      var stream = RandomStream(seed: 11, stream: 1, frame: UInt64(index))
      var pairs: [Contact.Pair] = []
      for _ in 0..<block { pairs.append(try Self.pair(&stream)) }
      let batch = try Contact.overlap(pairs)
      let exact = try Contact.perramWertheim(pairs)
      var wrong: [String] = []
      for (k, pair) in pairs.enumerated() {
        let alone = try Contact.overlap(
          pair.first, pair.second, displacement: pair.displacement)
        if alone != batch[k] { wrong.append("batch and single differ at \(k) of \(index)") }
        if batch[k] == (exact[k].value < 1) { continue }
        // Doubles disagree: what do 32 digits from another method say?
        let value = PreciseContact.maximum(pair)
        if abs(value - 1) > 1e-12 || (batch[k] != (value < 1) && abs(value - 1) > 1e-15) {
          if batch[k] != (value < 1) { wrong.append("\(k) of \(index): f = \(value)") }
        }
      }
      return wrong
    }
    #expect(wrong.flatMap { $0 } == [])
  }

  /// Simulations ask floats first, which may say neither yes nor no but must not be wrong: pairs of bodies of
  /// up to 8 to 1, most of them within 10^-2 to 10^-9 of contact. Kinds stay for 64 pairs. Near
  /// contact doubles may leave it to 32 digits, which is never wrong: for the most slender pairs within some
  /// 10^-6.
  @Test func floatsAreNeverWrong() throws {
    let wrong = try Parallel.map(count: Self.pairCount / 64) { index in
      var stream = RandomStream(seed: 13, stream: 1, frame: UInt64(index))
      func axes() throws -> SemiAxes {
        func length() -> Double { exp(stream.uniform(0, log(8))) }
        return try SemiAxes(length(), length(), length())
      }
      let kinds = [
        BodyKind(semiAxes: try axes(), species: "A"), BodyKind(semiAxes: try axes(), species: "B"),
      ]
      let bodies = try HardBodies(kinds)
      var pairs: [Contact.Pair] = []
      for _ in 0..<64 {
        let pair = (
          Ellipsoid(semiAxes: kinds[0].semiAxes, orientation: try RandomFrames.rotation(&stream)),
          Ellipsoid(semiAxes: kinds[1].semiAxes, orientation: try RandomFrames.rotation(&stream))
        )
        var r = stream.direction() * (bodies.unit * stream.uniform())
        if stream.index(below: 8) != 0 {
          let contact = try Contact.perramWertheim(pair.0, pair.1, displacement: r)
          let off = exp(stream.uniform(log(1e-9), log(1e-2)))
          let side = stream.index(below: 2) == 0 ? 1.0 : -1.0
          r = r * ((1 + side * off) / contact.value.squareRoot())
        }
        // A way that floats have exactly, so that only their arithmetic can be wrong.
        let exactWay = Vector3(
          Double(Float(r.x / bodies.unit)), Double(Float(r.y / bodies.unit)),
          Double(Float(r.z / bodies.unit)))
        pairs.append(Contact.Pair(pair.0, pair.1, displacement: bodies.unit * exactWay))
      }
      let exact = try Contact.perramWertheim(pairs)
      return pairs.indices.compactMap { k -> String? in
        switch Self.answer(bodies, pairs[k]) {
        case .undecided where abs(exact[k].value - 1) < 1e-5: return nil
        case .overlapping where exact[k].value < 1: return nil
        case .free where exact[k].value >= 1: return nil
        case let answer: return "\(k) of \(index): \(answer), f = \(exact[k].value)"
        }
      }
    }
    #expect(wrong.flatMap { $0 } == [])
  }

  /// What a simulation is told about a pair.
  private static func answer(_ bodies: HardBodies, _ pair: Contact.Pair) -> HardBodies.Answer {
    let stride = HardBodies.stride
    var records = [Double](repeating: 0, count: 2 * stride)
    let r = pair.displacement
    let positions = [0, 0, 0, 0, r.x, r.y, r.z, 0]
    let ways = [r.x, r.y, r.z].flatMap {
      [Float($0 / bodies.unit)] + [Float](repeating: 0, count: 7)
    }
    return records.withUnsafeMutableBufferPointer { records in
      guard let base = records.baseAddress else { return .undecided }
      for (k, body) in [pair.first, pair.second].enumerated() {
        bodies.write(kind: k, rotation: body.orientation.rotationMatrix, to: base + stride * k)
      }
      let others: [Int32] = [1, 0, 0, 0, 0, 0, 0, 0]
      let (shifts, codes) = ([0.0, 0, 0, 0], [Int32](repeating: 0, count: 8))
      return positions.withUnsafeBufferPointer { positions in
        shifts.withUnsafeBufferPointer { shifts in
          others.withUnsafeBufferPointer { others in
            codes.withUnsafeBufferPointer { codes in
              ways.withUnsafeBufferPointer { ways in
                HardBodies.overlapsAny(
                  base,
                  BodyNeighbors(
                    center: .zero, positions: positions.baseAddress!, shifts: shifts.baseAddress!,
                    records: base, others: others.baseAddress!, codes: codes.baseAddress!, count: 1),
                  ways: HardBodies.Ways(x: ways.baseAddress!, room: 8, slack: 0),
                  margins: bodies.margins)
              }
            }
          }
        }
      }
    }
  }

  /// Pairs so close to contact that doubles cannot tell: compared with 32 digits throughout.
  @Test func decisionsAtContactAgainstMoreDigits() throws {
    var stream = RandomStream(seed: 12)
    var seen = (0, 0)
    for _ in 0..<3_000 {
      let pair = try Self.pair(&stream)
      let value = PreciseContact.maximum(pair)
      let decision = try Contact.overlap(
        pair.first, pair.second, displacement: pair.displacement)
      // The oracle itself is good to some 1e-24 for needles of 100 to 1, and comes back as a
      // double.
      if abs(value - 1) > 1e-15 { #expect(decision == (value < 1), "f = \(value)") }
      if abs(value - 1) < 1e-9 { if decision { seen.0 += 1 } else { seen.1 += 1 } }
    }
    #expect(min(seen.0, seen.1) > 100)
  }

  @Test func spheresAtContact() throws {
    let sphere = Ellipsoid(semiAxes: try SemiAxes(0.5, 0.5, 0.5))
    let one = Vector3(0.36, 0.48, 0.8)
    #expect(try !Contact.overlap(sphere, sphere, displacement: (1 + 1e-14) * one))
    #expect(try Contact.overlap(sphere, sphere, displacement: (1 - 1e-14) * one))
    #expect(try Contact.overlap([]) == [])
  }
}

/// The maximum of f with 32 digits, by golden sections of f itself: no slope, no tangents, and the
/// inverse by Gaussian elimination.
private enum PreciseContact {
  typealias D = DoubleDouble

  static func maximum(_ pair: Contact.Pair) -> Double {
    let g1 = shape(pair.first)
    let g2 = shape(pair.second)
    let r = [D(pair.displacement.x), D(pair.displacement.y), D(pair.displacement.z)]
    func f(_ lambda: D) -> D {
      let mu = D(1) - lambda
      var rows = (0..<3).map { i in
        (0..<3).map { j in mu * g1[i][j] + lambda * g2[i][j] } + [r[i]]
      }
      for k in 0..<3 {
        for i in (k + 1)..<3 {
          let factor = rows[i][k] / rows[k][k]
          for j in k..<4 { rows[i][j] -= factor * rows[k][j] }
        }
      }
      var y = [D](repeating: 0, count: 3)
      for i in [2, 1, 0] {
        var rest = rows[i][3]
        for j in (i + 1)..<3 { rest -= rows[i][j] * y[j] }
        y[i] = rest / rows[i][i]
      }
      return lambda * mu * (r[0] * y[0] + r[1] * y[1] + r[2] * y[2])
    }
    return goldenMaximum(sections: 110, f).value
  }

  /// sum of s^2 u u^T over the turned axes, by v + 2 q x (q x v + w v)/|q|^2.
  private static func shape(_ body: Ellipsoid) -> [[D]] {
    let o = body.orientation
    let (w, q) = (D(o.w), [D(o.x), D(o.y), D(o.z)])
    let length = w * w + q[0] * q[0] + q[1] * q[1] + q[2] * q[2]
    func cross(_ a: [D], _ b: [D]) -> [D] {
      (0..<3).map { a[($0 + 1) % 3] * b[($0 + 2) % 3] - a[($0 + 2) % 3] * b[($0 + 1) % 3] }
    }
    var sum = [[D]](repeating: [0, 0, 0], count: 3)
    for (k, s) in [body.semiAxes.a, body.semiAxes.b, body.semiAxes.c].enumerated() {
      let axis = (0..<3).map { D($0 == k ? 1 : 0) }
      let inner = zip(cross(q, axis), axis).map { $0 + w * $1 }
      let turned = zip(axis, cross(q, inner)).map { $0 + D(2) * $1 / length }
      for i in 0..<3 {
        for j in 0..<3 { sum[i][j] += D(s) * D(s) * turned[i] * turned[j] }
      }
    }
    return sum
  }
}
