import GayBerne
import Geometry
import Simulation
import TestSupport
import Testing

/// The same bits whatever the threads, and after a checkpoint.
@Suite struct ReproducibilityTests {
  /// 1,372 bodies, enough for domains, that fill several search cells along each edge.
  private func engine(_ kind: Int) throws -> MonteCarlo {
    let axes = try SemiAxes(0.5, 0.5, kind == 2 ? 0.5 : 0.9)
    var frame = try Systems.lattice((7, 7, 7), axes, packing: 0.3)
    if kind == 3 {
      var shapes = try #require(frame.semiAxes)
      for i in 0..<frame.count where i % 2 == 0 {
        shapes[i] = try SemiAxes(0.4, 0.4, 0.6)
        frame.rename(i, "B")
      }
      try frame.set(semiAxes: shapes)
    }
    var settings = MonteCarloSettings(.hard, seed: 61)
    switch kind {
    case 1:
      settings.pressure = 5
      settings.cellChange = .sheared
    case 2:
      settings.interaction = .potential(
        try GayBerne(GayBerneParameters(cutoff: 2, truncation: .shifted)))
      settings.temperature = 1.5
      settings.pressure = 1
    default:
      settings.swapFraction = 0.2
      settings.field = .init(strength: 0.5)
    }
    return try MonteCarlo(frame, settings: settings)
  }

  @Test(arguments: [1, 2, 3])
  func threadsDoNotMatter(_ kind: Int) throws {
    let start = try engine(kind)
    var results: [(Frame, Measurement)] = []
    for threads in 1...3 {
      var engine = start
      try engine.advance(kind == 2 ? 12 : 25, threads: threads)
      results.append((engine.frame, try engine.measure(threads: threads)))
    }
    for (frame, measurement) in results.dropFirst() {
      #expect(frame == results[0].0)
      #expect(measurement.energy == results[0].1.energy)
      #expect(measurement.extras.map(\.name) == results[0].1.extras.map(\.name))
    }
    #expect(results[0].0.positions != start.frame.positions)
    #expect(start.step == 0)
  }

  @Test(arguments: [1, 2, 3])
  func checkpointsContinueBitForBit(_ kind: Int) throws {
    var undisturbed = try engine(kind)
    try undisturbed.advance(7, threads: 2)
    undisturbed.endEquilibration()
    try undisturbed.advance(5, threads: 2)
    let stored = try undisturbed.checkpoint()
    try undisturbed.advance(110, threads: 2)
    var restored = try engine(kind)
    try restored.restore(stored)
    #expect(restored.step == 12)
    #expect(!restored.isEquilibrating)
    try restored.advance(110, threads: 1)
    #expect(restored.frame == undisturbed.frame)
    #expect(try restored.checkpoint() == undisturbed.checkpoint())
  }

  /// Columns and labels of the start that stay true come along; the others are gone.
  @Test func whatAFrameKeeps() throws {
    var frame = try Systems.lattice((1, 1, 1), SemiAxes(0.5, 0.5, 0.5), packing: 0.1)
    try frame.set(Frame.Column(name: "id", values: .integers([4, 5, 6, 7])))
    try frame.set(Frame.Column(name: "forces", vectors: Array(repeating: .zero, count: 4)))
    frame.labels["seed"] = .integer(9)
    frame.labels["energy"] = .real(-1)
    try frame.set(orientations: nil)
    var engine = try MonteCarlo(frame, settings: MonteCarloSettings(.hard))
    try engine.advance(3, threads: 1)
    let later = engine.frame
    #expect(later.columns.map(\.name) == ["id"])
    #expect(later.labels.names == ["seed"])
    #expect(later.orientations == nil)
    #expect(later.cell == frame.cell)
  }
}
