import Foundation
import Generators
import Geometry
import Mathematics
import TestSupport
import Testing

@Suite struct OrientationalDistributionTests {
  struct Row: Decodable {
    var S: Double
    var kappa_watson: Double
    var P4_watson: Double
    var alpha_onsager: Double?
    var P4_onsager: Double?
  }

  static func table() throws -> [Row] {
    let path = ReferenceData.path("generators/watson_onsager_table.json")
    return try JSONDecoder().decode(
      [Row].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func parametersAgreeWithTheTable() throws {
    for row in try Self.table() {
      let kappa = try OrientationalDistribution.watson.parameter(order: row.S)
      // The table's own root finding is good to some 1e-12 relative.
      #expect(abs(kappa - row.kappa_watson) < 1e-11 * abs(row.kappa_watson))
      if let alpha = row.alpha_onsager {
        let ours = try OrientationalDistribution.onsager.parameter(order: row.S)
        #expect(abs(ours - alpha) < 1e-11 * alpha)
      }
    }
  }

  @Test(arguments: OrientationalDistribution.allCases)
  func orderIsTheSecondMomentOfTheDensity(_ distribution: OrientationalDistribution) throws {
    for parameter in [-300, -12, -1.0001, -0.9999, -0.1, 1e-7, 0.3, 0.99999, 1.00001, 4, 35, 200] {
      if distribution == .onsager && parameter < 0 { continue }
      // Simpson's rule with 200,000 steps leaves (400 h)^4/180 = 1.4e-12 at the steepest.
      func density(_ t: Double) -> Double { Self.density(distribution, parameter, t) }
      let (norm, second) = Self.moments(density)
      let expected = 1.5 * second / norm - 0.5
      #expect(abs(try distribution.order(parameter: parameter) - expected) < 1e-11)
    }
  }

  @Test(arguments: OrientationalDistribution.allCases)
  func parameterInvertsOrder(_ distribution: OrientationalDistribution) throws {
    for order in [-0.4999, -0.3, -1e-6, 1e-9, 0.01, 0.5, 0.97, 0.999_999] {
      if distribution == .onsager && order < 0 { continue }
      let parameter = try distribution.parameter(order: order)
      #expect(abs(try distribution.order(parameter: parameter) - order) < 1e-14)
    }
    for bad in [1, 1.5, -0.5, -2, Double.nan] {
      #expect(throws: InvalidInput.self) { try distribution.parameter(order: bad) }
    }
  }

  /// Kolmogorov and Smirnov on t, chi-square on the azimuth, at fixed seeds.
  @Test(arguments: OrientationalDistribution.allCases)
  func drawsFollowTheDistribution(_ distribution: OrientationalDistribution) throws {
    for (k, order) in [-0.4, -0.2, -0.05, 0.0, 0.05, 0.3, 0.6, 0.8, 0.95].enumerated() {
      if distribution == .onsager && order < 0 { continue }
      var stream = RandomStream(seed: 7, stream: 1, frame: UInt64(k))
      let axes = try distribution.axes(count: 20_000, order: order, &stream)
      let parameter = try distribution.parameter(order: order)
      let cumulative = GoodnessOfFit.cumulative(low: -1, high: 1) {
        Self.density(distribution, parameter, $0)
      }
      #expect(GoodnessOfFit.kolmogorovSmirnov(axes.map(\.z), cumulative: cumulative) > 0.01)
      #expect(GoodnessOfFit.uniformChiSquare(Self.azimuths(axes)) > 0.01)
      #expect(axes.allSatisfy { abs($0.length - 1) < 1e-15 * 4 })
    }
  }

  /// The tests above can fail: an envelope whose rejection step is forgotten, a director that forgets
  /// its mirror image, and angles uniform in theta instead of its cosine.
  @Test func wrongSamplersAreFoundOut() throws {
    let kappa = try OrientationalDistribution.watson.parameter(order: 0.6)
    let cumulative = GoodnessOfFit.cumulative(low: -1, high: 1) {
      Self.density(.watson, kappa, $0)
    }
    var stream = RandomStream(seed: 7)
    let envelope = (0..<20_000).map { _ in
      let t = 1 + log(stream.uniform() * (1 - exp(-kappa)) + exp(-kappa)) / kappa
      return stream.uniform() < 0.5 ? t : -t
    }
    #expect(GoodnessOfFit.kolmogorovSmirnov(envelope, cumulative: cumulative) < 1e-6)
    let right = (0..<20_000).map { _ in
      OrientationalDistribution.watson.cosine(parameter: kappa, &stream)
    }
    #expect(GoodnessOfFit.kolmogorovSmirnov(right, cumulative: cumulative) > 0.01)
    #expect(GoodnessOfFit.kolmogorovSmirnov(right.map(abs), cumulative: cumulative) < 1e-6)
    let isotropic = (0..<20_000).map { _ in cos(stream.uniform(0, Double.pi)) }
    #expect(GoodnessOfFit.kolmogorovSmirnov(isotropic) { 0.5 * ($0 + 1) } < 1e-6)
    let skewed = (0..<20_000).map { _ in
      let u = stream.uniform(0, 2 * Double.pi)
      return Vector3(cos(u), 1.1 * sin(u), 0)
    }
    #expect(GoodnessOfFit.uniformChiSquare(Self.azimuths(skewed)) < 1e-6)
  }

  static func density(
    _ distribution: OrientationalDistribution, _ parameter: Double, _ t: Double
  ) -> Double {
    switch distribution {
    // Scaled to a maximum of 1.
    case .watson: exp(parameter > 0 ? parameter * (t * t - 1) : parameter * t * t)
    case .onsager: exp(parameter * (t - 1)) + exp(-parameter * (t + 1))
    }
  }

  private static func moments(_ density: (Double) -> Double) -> (Double, Double) {
    let steps = 200_000
    let h = 2.0 / Double(steps)
    var (norm, second) = (0.0, 0.0)
    for k in 0...steps {
      let t = -1 + Double(k) * h
      let weight = k == 0 || k == steps ? 1.0 : (k % 2 == 1 ? 4.0 : 2.0)
      norm += weight * density(t)
      second += weight * density(t) * t * t
    }
    return (norm, second)
  }

  private static func azimuths(_ axes: [Vector3]) -> [Int] {
    var counts = [Int](repeating: 0, count: 24)
    for u in axes {
      let turn = (atan2(u.y, u.x) + Double.pi) / (2 * Double.pi)
      counts[min(23, Int(turn * 24))] += 1
    }
    return counts
  }
}
