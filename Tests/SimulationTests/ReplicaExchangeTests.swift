import Foundation
import Geometry
import Mathematics
import Simulation
import TestSupport
import Testing

/// Replica exchange of systems whose distributions are known.
@Suite struct ReplicaExchangeTests {
  private func replicas(_ seed: UInt64) throws -> ReplicaExchange {
    let settings = [0.5, 0.7, 1.0].map { pressure in
      var settings = MonteCarloSettings(
        .potential(NoInteraction()), temperature: 1, pressure: pressure, seed: seed)
      settings.volumeMoves = 20
      settings.field = .init(strength: 2 * pressure)
      return settings
    }
    var stream = RandomStream(seed: seed)
    var frame = try RandomFrames.triclinic(
      6, edge: 3, semiAxes: SemiAxes(0.2, 0.2, 0.6), stream: &stream)
    frame.cell = try Cell(cube: 3)
    return try ReplicaExchange([frame], settings: settings)
  }

  /// Pressure and field change together: every rung keeps its own ensemble, an ideal gas' volume
  /// and free axes in a field.
  @Test func everyRungKeepsItsEnsemble() throws {
    var exchange = try replicas(71)
    try exchange.advance(200, sweeps: 2, threads: 2)
    exchange.endEquilibration()
    var volumes = [[Double]](repeating: [], count: 3)
    var alignments = volumes
    for _ in 0..<1_000 {
      try exchange.advance(1, sweeps: 2, threads: 1)
      for (k, rung) in exchange.rungs.enumerated() {
        volumes[k].append(rung.frame.cell?.volume ?? 0)
        alignments[k].append(try #require(rung.measure(threads: 1).extra("alignment")))
      }
    }
    for (k, pressure) in [0.5, 0.7, 1.0].enumerated() {
      let volume = Systems.mean(volumes[k])
      #expect(abs(volume.value - 7 / pressure) < 4 * volume.error, "\(volume)")
      let alignment = Systems.mean(alignments[k])
      let expected = GoodnessOfFit.cumulative(low: 0, high: 1) { c in
        exp(2 * pressure * (1.5 * c * c - 0.5))
      }
      // <P2> = 1 - 3 (integral of c times the cumulative distribution) by parts.
      var mean = 1.0
      for n in 0..<10_000 {
        let c = (Double(n) + 0.5) / 10_000
        mean -= 3 * c * expected(c) / 10_000
      }
      #expect(abs(alignment.value - mean) < 4 * alignment.error, "\(alignment) \(mean)")
    }
    #expect(exchange.acceptances.allSatisfy { $0 > 0.2 && $0 < 1 })
    #expect(exchange.roundTrips > 5)
    #expect(exchange.walkers.sorted() == [0, 1, 2])
  }

  @Test func threadsAndCheckpoints() throws {
    var one = try replicas(72)
    var two = one
    try one.advance(30, sweeps: 3, threads: 1)
    try two.advance(30, sweeps: 3, threads: 3)
    #expect(one.rungs.map(\.frame) == two.rungs.map(\.frame))
    #expect(one.walkers == two.walkers)
    var three = try replicas(72)
    try three.restore(two.checkpoint())
    try one.advance(20, sweeps: 3, threads: 1)
    try three.advance(20, sweeps: 3, threads: 2)
    #expect(one.rungs.map(\.frame) == three.rungs.map(\.frame))
    #expect(one.roundTrips == three.roundTrips)
  }

  @Test func badInput() throws {
    let frame = try Systems.lattice((1, 1, 1), SemiAxes(0.5, 0.5, 0.5), packing: 0.1)
    let settings = MonteCarloSettings(.hard)
    #expect(throws: InvalidInput.self) { try ReplicaExchange([frame], settings: [settings]) }
    var other = settings
    other.pressure = 1
    #expect(throws: InvalidInput.self) {
      try ReplicaExchange([frame], settings: [settings, other])
    }
    #expect(throws: InvalidInput.self) {
      try ReplicaExchange([frame, frame], settings: [settings, settings, settings])
    }
  }
}
