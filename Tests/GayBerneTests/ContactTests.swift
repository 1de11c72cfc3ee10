import GayBerne
import Geometry
import Mathematics
import Testing
import TestSupport

extension Ellipsoid {
  /// G = R S^2 R^T from its definition.
  fileprivate var shapeMatrix: Matrix3x3 {
    let rotation = orientation.rotationMatrix
    let s = semiAxes.vector
    return rotation * Matrix3x3(diagonal: s * s) * rotation.transpose
  }
}

@Suite("Contact functions")
struct ContactTests {
  @Test(arguments: ["contact_GB3_0.5_0.5_1.5.npz", "contact_same_1_1.5_2.npz"])
  func distancesAgreeWithTheReference(_ name: String) throws {
    let file = try DimerFile(name)
    let (gaussian, exact) = try (file.reals("sigma_GO"), file.reals("sigma_PW"))
    let (values, lambdas) = try (file.reals("F_PW"), file.reals("lambda_PW"))
    let overlapping = try file.reals("d_true").map(\.isNaN)
    for k in 0..<file.count {
      let (p, q, r) = (file.first[k], file.second[k], file.displacements[k])
      #expect(abs(try Contact.gaussianOverlap(p, q, displacement: r) - gaussian[k]) <= 1e-12)
      let contact = try Contact.perramWertheim(p, q, displacement: r)
      #expect(abs(contact.distance - exact[k]) <= 1e-12)
      // f is a square of lengths up to 6.
      #expect(abs(contact.value - values[k]) <= 1e-11)
      // The reference holds lambda to the square root of its accuracy in f.
      #expect(abs(contact.lambda - lambdas[k]) <= 1e-6)
      #expect(contact.overlaps == overlapping[k])
      #expect(try Contact.overlap(p, q, displacement: r) == overlapping[k])
    }
  }

  @Test func spheresTouchAtTheSumOfTheirRadii() throws {
    for (r1, r2) in [(1.0, 1.0), (1.0, 0.1), (1000.0, 1e-3)] {
      let p = Ellipsoid(semiAxes: try SemiAxes(r1, r1, r1))
      let q = Ellipsoid(semiAxes: try SemiAxes(r2, r2, r2))
      let contact = try Contact.perramWertheim(p, q, displacement: Vector3(0.3, -2, 1))
      // Rounding of the sum.
      #expect(abs(contact.distance - (r1 + r2)) <= 1e-13 * (r1 + r2))
      #expect(abs(contact.lambda - r1 / (r1 + r2)) <= 1e-12)
      let overlap = try Contact.gaussianOverlap(p, q, displacement: Vector3(0.3, -2, 1))
      #expect(abs(overlap - (2 * (r1 * r1 + r2 * r2)).squareRoot()) <= 1e-13 * (r1 + r2))
    }
  }

  /// f and its gradient from its definition, on a grid of lambda refined by golden sections.
  @Test func perramWertheimIsTheMaximumAndItsGradient() throws {
    var stream = RandomStream(seed: 11)
    for _ in 0..<200 {
      let (p, q) = try (Self.random(&stream), Self.random(&stream))
      let r = stream.uniform(0.5, 6) * stream.direction()
      func f(_ lambda: Double, _ r: Vector3) -> Double {
        let m = p.shapeMatrix * (1 - lambda) + q.shapeMatrix * lambda
        return lambda * (1 - lambda) * r.dot(m.inverse * r)
      }
      var (low, high) = (0.0, 1.0)
      for _ in 0..<100 {
        let (a, b) = (low + 0.382 * (high - low), low + 0.618 * (high - low))
        if f(a, r) < f(b, r) { low = a } else { high = b }
      }
      let contact = try Contact.perramWertheim(p, q, displacement: r)
      // The adjugate of shapes of 20 to 1 loses two digits of sixteen.
      #expect(abs(contact.value / f(low, r) - 1) <= 1e-12)
      for k in 0..<3 {
        var step = Vector3.zero
        step[k] = 1e-5
        let plus = try Contact.perramWertheim(p, q, displacement: r + step).value
        let minus = try Contact.perramWertheim(p, q, displacement: r - step).value
        // Central differences: step^2 and rounding/step, relative to the gradient's size.
        let scale = contact.gradient.largest + contact.value
        #expect(abs((plus - minus) / 2e-5 - contact.gradient[k]) <= 1e-7 * scale)
      }
      #expect(
        try Contact.gaussianOverlap(p, q, displacement: r) >= contact.distance * (1 - 1e-14))
    }
  }

  @Test func contactDoesNotDependOnOrderSignOrScale() throws {
    var stream = RandomStream(seed: 12)
    for _ in 0..<100 {
      let (p, q) = try (Self.random(&stream), Self.random(&stream))
      let r = stream.uniform(0.5, 6) * stream.direction()
      let there = try Contact.perramWertheim(p, q, displacement: r)
      let back = try Contact.perramWertheim(q, p, displacement: -r)
      #expect(abs(there.distance - back.distance) <= 1e-12 * there.distance)
      #expect(abs(there.lambda + back.lambda - 1) <= 1e-7)
      // Angstroms in metres, and what is allowed at most.
      for scale in [1e-5, 300.0, 1e-10, 1e-18, 1e19] {
        let big = try Contact.perramWertheim(
          Ellipsoid(semiAxes: p.semiAxes.scaled(by: scale), orientation: p.orientation),
          Ellipsoid(semiAxes: q.semiAxes.scaled(by: scale), orientation: q.orientation),
          displacement: scale * r)
        #expect(abs(big.value / there.value - 1) <= 1e-12)
      }
    }
  }

  @Test func coincidingCentresOverlapAndHaveNoDirection() throws {
    let p = Ellipsoid(semiAxes: try SemiAxes(1, 1.5, 2))
    #expect(try Contact.overlap(p, p, displacement: .zero))
    #expect(throws: InvalidInput.self) {
      try Contact.gaussianOverlap(p, p, displacement: .zero)
    }
    #expect(throws: InvalidInput.self) {
      try Contact.perramWertheim(p, p, displacement: Vector3(.nan, 0, 0))
    }
  }

  /// Lengths whose twelfth powers are no numbers are refused, not turned into NaN.
  @Test func lengthsOutOfRangeAreRefused() throws {
    let p = Ellipsoid(semiAxes: try SemiAxes(1, 1.5, 2))
    for r in [Vector3(1e-200, 0, 0), Vector3(0, 1e-21, 0), Vector3(1e21, 0, 0)] {
      #expect(throws: InvalidInput.self) { try Contact.gaussianOverlap(p, p, displacement: r) }
      #expect(throws: InvalidInput.self) { try Contact.perramWertheim(p, p, displacement: r) }
      #expect(throws: InvalidInput.self) { try Contact.surfaceDistance(p, p, displacement: r) }
      if r.x < 1 {
        #expect(throws: InvalidInput.self) { try GayBerne().pair(p, p, displacement: r) }
      } else {
        // So far away there is hardly an energy, but no contact either.
        #expect(try abs(GayBerne().pair(p, p, displacement: r).energy) <= 1e-100)
      }
    }
    for size in [1e-60, 1e-21, 1e21, 1e60] {
      let q = Ellipsoid(semiAxes: try SemiAxes(size, size, 3 * size))
      let r = Vector3(10, 0, 0)
      #expect(throws: InvalidInput.self) { try Contact.perramWertheim(p, q, displacement: r) }
      #expect(throws: InvalidInput.self) { try Contact.overlap(q, p, displacement: r) }
      let frame = Frame(
        positions: [.zero, r], orientations: [.identity, .identity],
        semiAxes: [p.semiAxes, q.semiAxes])
      let error = #expect(throws: InvalidInput.self) { try GayBerne().evaluate(frame) }
      #expect(error?.description.contains("1e-20 to 1e+20") == true)
    }
    // The smallest beside the largest.
    let (small, large) = try (
      Ellipsoid(semiAxes: SemiAxes(1e-20, 1e-20, 3e-20)),
      Ellipsoid(semiAxes: SemiAxes(1e20, 5e19, 3e19))
    )
    let contact = try Contact.perramWertheim(small, large, displacement: Vector3(1e15, 2e18, 9e19))
    #expect(contact.distance.isFinite && contact.lambda > 0 && contact.lambda < 1)
  }

  /// Semi-axes from 0.1 to 2 and any orientation.
  static func random(_ stream: inout RandomStream) throws -> Ellipsoid {
    Ellipsoid(
      semiAxes: try SemiAxes(
        stream.uniform(0.1, 2), stream.uniform(0.1, 2), stream.uniform(0.1, 2)),
      orientation: try RandomFrames.rotation(&stream))
  }
}

extension ContactTests {
  @Test(arguments: ["contact_GB3_0.5_0.5_1.5.npz", "contact_same_1_1.5_2.npz"])
  func surfaceDistancesAgreeWithTheReference(_ name: String) throws {
    let file = try DimerFile(name)
    let distances = try file.reals("d_true")
    let (x1, x2) = try (file.vectors("x1"), file.vectors("x2"))
    for k in 0..<file.count {
      let found = try Contact.surfaceDistance(
        file.first[k], file.second[k], displacement: file.displacements[k])
      #expect((found == nil) == distances[k].isNaN)
      guard let found else { continue }
      #expect(abs(found.distance - distances[k]) <= 1e-12)
      // Points are known to the square root of the accuracy of the distance, at worst.
      #expect((found.firstPoint - x1[k]).largest <= 1e-7)
      #expect((found.secondPoint - x2[k]).largest <= 1e-7)
    }
  }

  /// The conditions for the closest points, for shapes up to 100 : 1: both on their surfaces, the way
  /// between them along both normals; and the bounds between the three functions.
  @Test func closestPointsAreOptimal() throws {
    var stream = RandomStream(seed: 13)
    var count = 0
    while count < 300 {
      func ellipsoid() throws -> Ellipsoid {
        Ellipsoid(
          semiAxes: try SemiAxes(
            stream.uniform(0.02, 1), stream.uniform(0.02, 1), stream.uniform(0.02, 2)),
          orientation: try RandomFrames.rotation(&stream))
      }
      let (p, q) = try (ellipsoid(), ellipsoid())
      let r = stream.uniform(0.1, 4) * stream.direction()
      guard let found = try Contact.surfaceDistance(p, q, displacement: r) else { continue }
      count += 1
      let (y1, y2) = (found.firstPoint, found.secondPoint - r)
      let n1 = p.shapeMatrix.inverse * y1
      let n2 = q.shapeMatrix.inverse * y2
      // Thin shapes (G up to 1 : 1e4) lose four digits in the inverse.
      #expect(abs(y1.dot(n1) - 1) <= 1e-9)
      #expect(abs(y2.dot(n2) - 1) <= 1e-9)
      #expect((n1.normalized - found.normal).largest <= 1e-6)
      #expect((n2.normalized + found.normal).largest <= 1e-6)
      let way = found.secondPoint - found.firstPoint
      #expect(abs(way.length - found.distance) <= 1e-9)
      let contact = try Contact.perramWertheim(p, q, displacement: r)
      #expect(found.distance <= r.length - contact.distance + 1e-12)
    }
  }

  @Test func surfacesOfSpheresAreApartByWhatIsLeft() throws {
    let p = Ellipsoid(semiAxes: try SemiAxes(1, 1, 1))
    let q = Ellipsoid(semiAxes: try SemiAxes(0.1, 0.1, 0.1))
    let r = Vector3(2, -1, 2)
    let found = try #require(try Contact.surfaceDistance(p, q, displacement: r))
    #expect(abs(found.distance - 1.9) <= 1e-14)
    #expect((found.normal - r / 3).largest <= 1e-14)
    #expect(try Contact.surfaceDistance(p, q, displacement: Vector3(1, 0, 0)) == nil)
  }

  /// Eight at a time gives what single pairs give, for mixtures of shapes and overlaps, and for numbers
  /// of pairs that are no multiple of eight.
  @Test(arguments: [0, 1, 7, 8, 203])
  func batchesAgreeWithSinglePairs(_ count: Int) throws {
    var stream = RandomStream(seed: 14)
    let pairs = try (0..<count).map { _ in
      try Contact.Pair(
        Self.random(&stream), Self.random(&stream),
        displacement: stream.uniform(0.5, 6) * stream.direction())
    }
    let gaussian = try Contact.gaussianOverlap(pairs)
    let exact = try Contact.perramWertheim(pairs)
    let surfaces = try Contact.surfaceDistance(pairs)
    #expect([gaussian.count, exact.count, surfaces.count] == [count, count, count])
    for (k, pair) in pairs.enumerated() {
      let (p, q, r) = (pair.first, pair.second, pair.displacement)
      let contact = try Contact.perramWertheim(p, q, displacement: r)
      // Rounding, with two digits of sixteen lost in the adjugate.
      #expect(abs(exact[k].value / contact.value - 1) <= 1e-13)
      #expect(abs(exact[k].lambda - contact.lambda) <= 1e-11)
      #expect(abs(exact[k].distance / contact.distance - 1) <= 1e-13)
      #expect((exact[k].gradient - contact.gradient).largest <= 1e-10 * contact.gradient.largest)
      let overlap = try Contact.gaussianOverlap(p, q, displacement: r)
      #expect(abs(gaussian[k] / overlap - 1) <= 1e-13)
      let surface = try Contact.surfaceDistance(p, q, displacement: r)
      #expect((surface == nil) == (surfaces[k] == nil))
      guard let surface, let found = surfaces[k] else { continue }
      #expect(abs(found.distance - surface.distance) <= 1e-12)
      #expect((found.firstPoint - surface.firstPoint).largest <= 1e-7)
      #expect((found.secondPoint - surface.secondPoint).largest <= 1e-7)
      #expect((found.normal - surface.normal).largest <= 1e-7)
    }
  }

  @Test func batchesRefuseADisplacementWithoutDirection() throws {
    let p = Ellipsoid(semiAxes: try SemiAxes(1, 1.5, 2))
    for r in [Vector3.zero, Vector3(.nan, 0, 0)] {
      let pairs = [
        Contact.Pair(p, p, displacement: Vector3(4, 0, 0)), Contact.Pair(p, p, displacement: r),
      ]
      #expect(throws: InvalidInput.self) { try Contact.gaussianOverlap(pairs) }
      #expect(throws: InvalidInput.self) { try Contact.perramWertheim(pairs) }
      #expect(throws: InvalidInput.self) { try Contact.surfaceDistance(pairs) }
    }
  }

  /// Needles and plates up to 1 : 1000, and sizes up to 1 : 1e6: the slope of f is zero where lambda is
  /// said to be, in units of the terms it is the difference of.
  @Test func extremeShapesHaveTheirMaximum() throws {
    var stream = RandomStream(seed: 15)
    let lengths = [1e-3, 0.03, 1.0]
    for _ in 0..<300 {
      func ellipsoid(_ scale: Double) throws -> Ellipsoid {
        func length() -> Double { scale * lengths[Int(stream.uniform(0, 3))] }
        return Ellipsoid(
          semiAxes: try SemiAxes(length(), length(), length()),
          orientation: try RandomFrames.rotation(&stream))
      }
      let p = try ellipsoid(1)
      let q = try ellipsoid(stream.uniform(0, 1) < 0.5 ? 1 : 1e-6)
      let r = 2 * stream.direction()
      let contact = try Contact.perramWertheim(p, q, displacement: r)
      let l = contact.lambda
      #expect(l > 0 && l < 1)
      // f' = (1 - l)^2 x G_1 x - l^2 x G_2 x with x = M^-1 r, the gradient without its factor.
      let x = contact.gradient
      let (rise, fall) = (
        (1 - l) * (1 - l) * x.dot(p.shapeMatrix * x), l * l * x.dot(q.shapeMatrix * x)
      )
      // Shapes of 1 : 1000 (G of 1 : 1e6) lose six digits of sixteen in the adjugate, twice.
      #expect(abs(rise - fall) <= 1e-4 * (rise + fall))
    }
  }
}
