import AniSOAP
import Geometry
import Mathematics
import TestSupport
import Testing

@Suite struct WignerDTests {
  private let maxAngular = 20

  /// Random rotations and those with which Euler's angles have trouble.
  private func rotations() throws -> [UnitQuaternion] {
    var stream = RandomStream(seed: 32)
    var all = try (0..<20).map { _ in try RandomFrames.rotation(&stream) }
    for (w, x, y, z) in [
      (1.0, 0.0, 0.0, 0.0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (1, 1, 0, 0), (1, 0, 1, 0),
      (1, 0, 0, 1), (1, 1e-9, 0, 0), (1, 0, 0, -1e-9), (1e-9, 1, 1, 0), (1e-200, 1, 0, 1e-200),
    ] { all.append(try UnitQuaternion(w: w, x: x, y: y, z: z)) }
    return all
  }

  /// 1e-13: rounding, times the slope of Y_lm, which is of the order of l^(3/2) (measured: 4e-14).
  @Test func turnsHarmonicsOfAnyDirection() throws {
    var stream = RandomStream(seed: 33)
    let harmonics = RealSphericalHarmonics(maxDegree: maxAngular)
    for rotation in try rotations() {
      let matrices = WignerD(rotation, maxAngular: maxAngular)
      #expect(matrices.maxAngular == maxAngular)
      for _ in 0..<10 {
        let r = stream.direction()
        let (before, after) = (harmonics.values(r), harmonics.values(rotation.rotate(r)))
        for l in 0...maxAngular {
          let range = RealSphericalHarmonics.index(l, -l)...RealSphericalHarmonics.index(l, l)
          let turned = matrices.turn(Array(before[range]), l: l)
          #expect(largestDifference(turned, after[range]) < 1e-13, "l = \(l), \(rotation)")
        }
      }
    }
  }

  /// 5e-14: sums of 41 products of elements that are right to some 1e-15 (measured: 1.2e-14).
  @Test func isOrthogonalAndKeepsTheOrderOfRotations() throws {
    let all = try rotations()
    for (a, b) in zip(all, all.reversed()) {
      let (da, db) = (
        WignerD(a, maxAngular: maxAngular), WignerD(b, maxAngular: maxAngular)
      )
      let product = WignerD(a * b, maxAngular: maxAngular)
      for l in 0...maxAngular {
        let one = LinearAlgebra.multiply(da[l], da[l], transposeB: true)
        #expect(
          largestDifference(one.elements, Matrix.identity(2 * l + 1).elements) < 5e-14)
        let both = LinearAlgebra.multiply(da[l], db[l])
        #expect(largestDifference(both.elements, product[l].elements) < 5e-14, "l = \(l)")
      }
    }
  }

  @Test func belongsToTheRotationAndNotToTheSignOfItsQuaternion() throws {
    let q = try UnitQuaternion(w: 0.3, x: -0.5, y: 0.7, z: 0.2)
    let minus = try UnitQuaternion(w: -0.3, x: 0.5, y: -0.7, z: -0.2)
    #expect(WignerD(q, maxAngular: 12) == WignerD(minus, maxAngular: 12))
  }

  /// The order y, z, x of l = 1 makes D^1 the rotation matrix with its axes in that order.
  @Test func ofDegreeOneIsTheRotationMatrix() throws {
    var stream = RandomStream(seed: 34)
    let rotation = try RandomFrames.rotation(&stream)
    let matrix = rotation.rotationMatrix
    let block = WignerD(rotation, maxAngular: 1)[1]
    let order = [1, 2, 0]
    for i in 0..<3 {
      for j in 0..<3 { #expect(abs(block[i, j] - matrix[order[i], order[j]]) < 1e-15) }
    }
  }

  /// The recurrence of the harmonics against their polynomials.
  @Test func harmonicsAreTheSolidOnesOnTheSphere() {
    var stream = RandomStream(seed: 35)
    let harmonics = RealSphericalHarmonics(maxDegree: 12)
    let directions = (0..<10).map { _ in stream.direction() }
    let values = directions.map(harmonics.values)
    for l in 0...12 {
      for m in -l...l {
        let terms = SolidHarmonics.polynomial(l: l, m: m)
        for (r, row) in zip(directions, values) {
          var sum: DoubleDouble = 0
          for term in terms {
            var value = term.coefficient
            for (power, x) in [(term.p, r.x), (term.q, r.y), (term.s, r.z)] {
              for _ in 0..<power { value = value * DoubleDouble(x) }
            }
            sum += value
          }
          // The direction is a unit vector only to rounding, which r^l sees l times.
          #expect(abs(row[RealSphericalHarmonics.index(l, m)] - sum.value) < 1e-13)
        }
      }
    }
  }
}
