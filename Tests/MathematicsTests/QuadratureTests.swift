import Foundation
import Mathematics
import TestSupport
import Testing

@Suite struct QuadratureTests {
  /// Rounding of up to 400 terms.
  @Test(arguments: [1, 2, 3, 8, 17, 50, 64, 101, 400])
  func integratesLegendrePolynomialsExactly(_ count: Int) throws {
    let rule = GaussLegendre(count: count)
    #expect(rule.nodes == rule.nodes.sorted())
    for degree in [0, 1, 2, 3, count, 2 * count - 1] where degree < 2 * count {
      let exact = degree == 0 ? 2.0 : 0
      let value = try rule.integrate { try SpecialFunctions.legendre(degree, $0) }
      #expect(abs(value - exact) < 1e-14, "degree \(degree)")
    }
    // Of degree 2n it is not: P_n^2 vanishes at every node.
    let square = try rule.integrate { pow(try SpecialFunctions.legendre(count, $0), 2) }
    #expect(abs(square) < 1e-20)
  }

  @Test func integratesBetweenAnyLimits() {
    let rule = GaussLegendre(count: 20, from: -1, to: 3)
    #expect(abs(rule.integrate(exp) - (exp(3) - exp(-1))) < 1e-13)
  }

  /// The smallest rule, the largest of Lebedev, one between, and the products.
  @Test(arguments: [0, 1, 7, 12, 31])
  func aSphereIntegratesProductsOfHarmonicsUpToItsDegree(_ degree: Int) throws {
    expectExact(SphericalQuadrature(degree: degree), upTo: degree)
    let rule = try #require(SphericalQuadrature.lebedev(degree: degree))
    expectExact(rule, upTo: rule.degree)
    expectExact(SphericalQuadrature.product(degree: degree), upTo: degree)
  }

  private func expectExact(_ sphere: SphericalQuadrature, upTo degree: Int) {
    let harmonics = RealSphericalHarmonics(maxDegree: degree)
    let values = sphere.directions.map(harmonics.values)
    for a in 0..<harmonics.count {
      let l = Int(Double(a).squareRoot())
      for b in 0...a where l + Int(Double(b).squareRoot()) <= degree {
        var sum = 0.0
        for (row, weight) in zip(values, sphere.weights) { sum += weight * row[a] * row[b] }
        #expect(abs(sum - (a == b ? 1 : 0)) < 1e-13)
      }
    }
  }

  /// Every harmonic up to the degree integrates to zero but the first, and no further: the sum of the
  /// invariants of degree + 1 (for odd degrees, as all rules have) does not vanish.
  @Test func everyRuleOfLebedevIsExactToItsDegree() {
    var degrees: [Int] = []
    var degree = 0
    while let rule = SphericalQuadrature.lebedev(degree: degree) {
      degrees.append(rule.degree)
      degree = rule.degree + 1
      #expect(rule.weights.allSatisfy { $0 > 0 })
      #expect(rule.directions.allSatisfy { abs(($0 * $0).sum() - 1) < 1e-15 })
      // Rounding of up to 2,030 terms.
      #expect(abs(rule.weights.reduce(0, +) / (4 * Double.pi) - 1) < 5e-14)
      let harmonics = RealSphericalHarmonics(maxDegree: rule.degree + 1)
      var sums = [Double](repeating: 0, count: harmonics.count)
      for (direction, weight) in zip(rule.directions, rule.weights) {
        for (k, value) in harmonics.values(direction).enumerated() { sums[k] += weight * value }
      }
      let exact = (rule.degree + 1) * (rule.degree + 1)
      #expect(sums[1..<exact].allSatisfy { abs($0) < 1e-13 }, "degree \(rule.degree)")
      #expect(sums[exact...].contains { abs($0) > 1e-6 }, "degree \(rule.degree)")
    }
    #expect(degrees.count == 21 && degrees.first == 3 && degrees.last == 83)
    #expect(SphericalQuadrature(degree: 84).degree == 84)
  }

  @Test func harmonicsOfLowDegreeAreThoseOfTheTextbooks() {
    let harmonics = RealSphericalHarmonics(maxDegree: 2)
    let r = SIMD3(2.0, -3, 6) / 7
    let values = harmonics.values(r)
    let expected = [
      0.5, 3.0.squareRoot() / 2 * r.y, 3.0.squareRoot() / 2 * r.z, 3.0.squareRoot() / 2 * r.x,
      15.0.squareRoot() / 2 * r.x * r.y, 15.0.squareRoot() / 2 * r.y * r.z,
      5.0.squareRoot() / 4 * (3 * r.z * r.z - 1), 15.0.squareRoot() / 2 * r.x * r.z,
      15.0.squareRoot() / 4 * (r.x * r.x - r.y * r.y),
    ].map { $0 / Double.pi.squareRoot() }
    #expect(largestDifference(values, expected) < 1e-15)
  }

  /// The addition theorem, at the poles too: sum_m Y_lm(a) Y_lm(b) = (2l + 1) / 4 pi P_l(a . b).
  @Test func harmonicsObeyTheAdditionTheorem() throws {
    var stream = RandomStream(seed: 31)
    let harmonics = RealSphericalHarmonics(maxDegree: 30)
    for trial in 0..<20 {
      let a = trial == 0 ? SIMD3(0, 0, 1) : trial == 1 ? SIMD3(0, 0, -1) : stream.direction()
      let b = stream.direction()
      let (ya, yb) = (harmonics.values(a), harmonics.values(b))
      for l in 0...30 {
        var sum = 0.0
        for m in -l...l {
          let k = RealSphericalHarmonics.index(l, m)
          sum += ya[k] * yb[k]
        }
        let cosine = max(-1, min(1, a.x * b.x + a.y * b.y + a.z * b.z))
        let exact = Double(2 * l + 1) / (4 * Double.pi) * (try SpecialFunctions.legendre(l, cosine))
        // Rounding of the cosine, times P_l' of up to l^2 / 2.
        #expect(abs(sum - exact) < 1e-13 * Double(2 * l + 1))
      }
    }
  }
}
