import Foundation
import Geometry
import Mathematics
import Simulation
import TestSupport
import Testing

/// Systems without interaction, whose distributions are known in closed form.
@Suite struct IdealGasTests {
  private func gas(_ count: Int, edge: Double, axes: SemiAxes) throws -> Frame {
    var stream = RandomStream(seed: 3)
    let positions = (0..<count).map { _ in
      edge * Vector3(stream.uniform(), stream.uniform(), stream.uniform())
    }
    let turns = try (0..<count).map { _ in try RandomFrames.rotation(&stream) }
    return Frame(
      positions: positions, orientations: turns,
      semiAxes: Array(repeating: axes, count: count), cell: try Cell(cube: edge))
  }

  /// p(V) ~ V^N exp(-P V / kT): Kolmogorov and Smirnov's test against that gamma distribution. (With
  /// free edges the shape of an ideal gas' cell has no distribution; `CellMoveTests` look at those.)
  @Test func volumeOfAnIdealGas() throws {
    let count = 5
    var settings = MonteCarloSettings(
      .potential(NoInteraction()), temperature: 1.5, pressure: 0.3, seed: 5)
    settings.volumeMoves = 60
    var engine = try MonteCarlo(
      gas(count, edge: 3, axes: SemiAxes(0.5, 0.5, 0.5)), settings: settings)
    try engine.advance(60, threads: 1)
    engine.endEquilibration()
    var volumes: [Double] = []
    for _ in 0..<1_500 {
      try engine.advance(1, threads: 1)
      volumes.append(engine.frame.cell?.volume ?? 0)
    }
    let cumulative = GoodnessOfFit.cumulative(low: 1e-9, high: 200) { v in
      exp(Double(count) * log(v) - 0.3 * v / 1.5)
    }
    let probability = GoodnessOfFit.kolmogorovSmirnov(volumes, cumulative: cumulative)
    #expect(probability > 1e-3, "\(probability)")
  }

  /// <P2> of free axes in a field: the integral of P2(c) exp(h P2(c) / T) over c.
  private func alignment(_ h: Double) -> Double {
    let steps = 20_000
    var (sum, weight) = (0.0, 0.0)
    for k in 0..<steps {
      let c = (Double(k) + 0.5) / Double(steps)
      let p = 1.5 * c * c - 0.5
      sum += p * exp(h * p)
      weight += exp(h * p)
    }
    return sum / weight
  }

  @Test(arguments: [-3.0, 0.8, 4.0])
  func freeAxesInAField(_ h: Double) throws {
    let axis = Vector3(1, 2, -2)
    var settings = MonteCarloSettings(.potential(NoInteraction()), temperature: 0.7, seed: 6)
    settings.field = .init(strength: h, axis: axis)
    var engine = try MonteCarlo(
      gas(64, edge: 5, axes: SemiAxes(1, 0.5, 0.5)), settings: settings)
    try engine.advance(200, threads: 1)
    engine.endEquilibration()
    var values: [Double] = []
    for _ in 0..<2_000 {
      try engine.advance(2, threads: 1)
      values.append(try #require(engine.measure(threads: 1).extra("alignment")))
    }
    let mean = Systems.mean(values)
    let expected = alignment(h / 0.7)
    #expect(abs(mean.value - expected) < 4 * mean.error, "\(mean) for \(expected)")
    #expect(mean.error < 0.01)
    // What is carried along is what the axes say.
    let direction = axis.normalized
    let fresh = (engine.frame.orientations ?? []).map { q -> Double in
      let c = q.rotate(Vector3(1, 0, 0)).dot(direction)
      return 1.5 * c * c - 0.5
    }
    #expect(abs(fresh.reduce(0, +) / 64 - (values.last ?? 0)) < 1e-10)
  }

  /// Kinds with different axes exchange places in a field: each must keep its own mean.
  @Test func swapsKnowTheField() throws {
    var frame = try gas(40, edge: 5, axes: SemiAxes(1, 0.5, 0.5))
    var shapes = try #require(frame.semiAxes)
    for i in 0..<20 {
      frame.rename(i, "B")
      shapes[i] = try SemiAxes(0.5, 0.5, 0.1)
    }
    try frame.set(semiAxes: shapes)
    var settings = MonteCarloSettings(.potential(NoInteraction()), seed: 7)
    settings.field = .init(strength: 2)
    settings.swapFraction = 0.6
    var engine = try MonteCarlo(frame, settings: settings)
    try engine.advance(100, threads: 1)
    engine.endEquilibration()
    var values: [Double] = []
    for _ in 0..<3_000 {
      try engine.advance(2, threads: 1)
      values.append(try #require(engine.measure(threads: 1).extra("alignment")))
    }
    let mean = Systems.mean(values)
    #expect(abs(mean.value - alignment(2)) < 4 * mean.error, "\(mean)")
    #expect(try #require(engine.measure(threads: 1).extra("acceptance_swap")) > 0.2)
    let last = engine.frame
    #expect(last.species.count { $0 == "B" } == 20)
    for i in 0..<40 {
      #expect((last.species[i] == "B") == (last.semiAxes?[i].c == 0.1))
    }
    #expect(last.species != frame.species)
  }

  /// The bias on S against independent draws of N axes with the weight of the bias.
  @Test(arguments: [0.0, 0.6])
  func biasOnTheOrder(_ target: Double) throws {
    let (count, stiffness) = (12, 60.0)
    var settings = MonteCarloSettings(.potential(NoInteraction()), seed: 8)
    settings.bias = .init(stiffness: stiffness, target: target)
    var engine = try MonteCarlo(
      gas(count, edge: 4, axes: SemiAxes(0.5, 0.5, 1)), settings: settings)
    try engine.advance(200, threads: 2)
    engine.endEquilibration()
    var values: [Double] = []
    for _ in 0..<4_000 {
      try engine.advance(3, threads: 1)
      values.append(try #require(engine.measure(threads: 1).order))
    }
    var stream = RandomStream(seed: 9)
    var (sum, squares, weight) = (0.0, 0.0, 0.0)
    for _ in 0..<60_000 {
      let order = try NematicOrderOfDraw.order(count, &stream)
      let w = exp(-0.5 * stiffness * (order - target) * (order - target))
      sum += w * order
      weight += w
      squares += w * w
    }
    let expected = sum / weight
    let mean = Systems.mean(values)
    // The error of the weighted mean: S spreads by at most 0.15 under the bias.
    let error = mean.error + 0.15 * squares.squareRoot() / weight
    #expect(abs(mean.value - expected) < 4 * error, "\(mean), expected \(expected)")
    #expect(error < 0.03)
  }
}
