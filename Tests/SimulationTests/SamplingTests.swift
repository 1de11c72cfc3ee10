import Foundation
import Mathematics
import Simulation
import Testing

@Suite("What a series of correlated values is worth")
struct SamplingTests {
  /// x_(i+1) = phi x_i + sqrt(1 - phi^2) normal: mean 0, variance 1, rho_t = phi^t,
  /// g = (1 + phi)/(1 - phi).
  private func series(_ count: Int, phi: Double, seed: UInt64) -> [Double] {
    var stream = RandomStream(seed: seed)
    var x = stream.gaussian()
    return (0..<count).map { _ in
      x = phi * x + (1 - phi * phi).squareRoot() * stream.gaussian()
      return x
    }
  }

  /// What is kept constant has no error, whatever its digits.
  @Test func constantsHaveNoError() {
    for value in [0.5027, 1 / 3.0, 1e-17, 0] {
      let summary = ObservableSummary(Array(repeating: value, count: 333))
      #expect(summary.mean == value && summary.standardError == 0)
    }
  }

  @Test func autocorrelationOfAnAutoregressiveSeries() {
    let rho = TimeSeries.autocorrelation(series(200_000, phi: 0.8, seed: 1), longest: 12)
    #expect(rho.count == 13 && rho[0] == 1)
    // The error of rho_t is about sqrt(g / n) = 0.007.
    for t in 1...12 { #expect(abs(rho[t] - pow(0.8, Double(t))) < 0.03) }
  }

  @Test(arguments: [0.0, 0.5, 0.9, 0.98])
  func inefficiencyIsTheKnownOne(_ phi: Double) {
    let expected = (1 + phi) / (1 - phi)
    var found: [Double] = []
    for seed in UInt64(0)..<8 {
      found.append(TimeSeries.inefficiency(series(40_000, phi: phi, seed: seed)))
    }
    let mean = found.reduce(0, +) / 8
    // One estimate is good to sqrt(2 (2 w + 1) / n) with a window w of some 3 g: 12 % at g = 99,
    // a third of it for the mean of eight.
    #expect(abs(mean / expected - 1) < 0.15, "\(phi): \(mean) for \(expected)")
    // A series that alternates is never worth more than its length.
    #expect(TimeSeries.inefficiency(series(1000, phi: -0.5, seed: 3)) == 1)
  }

  @Test func constantAndShortSeries() {
    #expect(TimeSeries.inefficiency([]) == 1)
    #expect(TimeSeries.inefficiency([3]) == 1)
    #expect(TimeSeries.inefficiency(Array(repeating: 0.1, count: 100)) == 1)
    #expect(TimeSeries.autocorrelation([0.1, 0.1, 0.1]).isEmpty)
    #expect(TimeSeries.equilibration([1, 2]).start == 0)
    let summary = ObservableSummary(Array(repeating: 0.1, count: 50))
    #expect(abs(summary.mean - 0.1) < 1e-15 && summary.standardError < 1e-15)
  }

  @Test func theTransientIsLeftOut() {
    for seed in UInt64(0)..<6 {
      var values = series(5000, phi: 0.9, seed: seed)
      for i in values.indices { values[i] += 12 * exp(-Double(i) / 150) }
      let found = TimeSeries.equilibration(values)
      // At 400 the transient is 0.8, at 900 0.03 standard deviations.
      #expect((300...1200).contains(found.start), "\(found)")
      let summary = ObservableSummary(values, interval: 20)
      #expect(abs(summary.mean) < 4 * summary.standardError)
      #expect(summary.equilibratedAt == 20 * Double(found.start))
      #expect((6...15).contains(summary.correlationTime / 20), "\(summary)")
      // All of them taken, the mean is wrong by 0.36.
      #expect(values.reduce(0, +) / 5000 > 0.2)
    }
    // Without a transient little is lost.
    let plain = TimeSeries.equilibration(series(5000, phi: 0.9, seed: 9))
    #expect(plain.start < 1500)
  }

  @Test func errorBarsAreThoseOfTheMeans() {
    var (inside, sum) = (0, 0.0)
    for seed in UInt64(0)..<300 {
      let summary = ObservableSummary(series(2000, phi: 0.9, seed: 1000 + seed), from: 0)
      if abs(summary.mean) < 2 * summary.standardError { inside += 1 }
      sum += summary.mean * summary.mean / (summary.standardError * summary.standardError)
      #expect(summary.effectiveSamples > 40 && summary.effectiveSamples < 400)
    }
    // 95.4 % within two errors, +- 1.2 %; the larger of two estimates is a little on the safe side.
    #expect(inside >= 276, "\(inside)")
    #expect((0.6...1.3).contains(sum / 300), "\(sum / 300)")
  }

  @Test func framesAreKeptAsFarApartAsTheSlowestNeeds() {
    let fast = series(4000, phi: 0.5, seed: 5)
    let slow = series(4000, phi: 0.9, seed: 6)
    let plan = SamplePlan([("energy", fast), ("order", slow)])
    #expect(plan.slowest == "order")
    #expect((12...28).contains(plan.inefficiency), "\(plan.inefficiency)")
    let gaps = zip(plan.frames, plan.frames.dropFirst()).map { $1 - $0 }
    #expect(Set(gaps) == [Int(plan.inefficiency.rounded(.up))])
    #expect(plan.frames.last == 3999 && plan.frames[0] >= plan.start)
    #expect(plan.warnings.isEmpty, "\(plan.warnings)")
    // What is kept is hardly correlated: g of n values is good to some sqrt(6/n).
    let kept = plan.frames.map { slow[$0] }
    #expect(TimeSeries.inefficiency(kept) < 1.6)
    let some = SamplePlan([("energy", fast), ("order", slow)], wanted: 50)
    #expect(some.frames == Array(plan.frames.suffix(50)))
    #expect(some.missing(wanted: 50, available: 4000) == 0)
    #expect(some.missing(wanted: 80, available: 4000) >= 1000)
  }

  @Test func shortRunsAreOwnedUpTo() {
    let short = SamplePlan([("order", series(60, phi: 0.95, seed: 7))])
    #expect(!short.warnings.isEmpty)
    #expect(short.missing(wanted: 100, available: 60) > 500)
    let drifting = SamplePlan([("density", (0..<1000).map { Double($0) })])
    #expect(!drifting.warnings.isEmpty)
    let nothing = SamplePlan([])
    #expect(nothing.frames.isEmpty && !nothing.warnings.isEmpty)
    let unknown = SamplePlan([("pressure", [.nan, 1, 2])])
    #expect(unknown.slowest == nil && !unknown.warnings.isEmpty)
  }
}
