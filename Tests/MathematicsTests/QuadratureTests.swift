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

  @Test(arguments: [0, 1, 7, 12, 31])
  func aSphereIntegratesProductsOfHarmonicsUpToItsDegree(_ degree: Int) {
    let sphere = SphericalQuadrature(degree: degree)
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
