import Foundation
import GayBerne
import Geometry
import Mathematics
import Simulation
import Testing

/// Changes of the cell against another Metropolis walk that shares no code with them: steps of the elements
/// of the lattice, one particle that interacts with its own images alone.
///
/// The lattices of a sheared cell are long and thin most of the time (the largest element of the diagonal is
/// more than twice the smallest in 99 % of them). Steps of one absolute length hardly cross from one such
/// lattice to another: 12 walks of 800,000 of them gave mean volumes from 4.02 to 4.20 with errors of 0.008
/// by their blocks. Steps relative to the elements do cross: 6 walks gave 4.107 to 4.123.
@Suite struct CellMoveTests {
  /// A (1 - r/r_c)^2 for r < r_c, with A = 40 and r_c = 2.
  private struct SoftImages: PairPotential {
    var cutoff: Double? = 2
    static let strength = 40.0

    static func energy(_ r: Double) -> Double { r < 2 ? strength * (1 - r / 2) * (1 - r / 2) : 0 }

    func pair(
      _ first: Ellipsoid, _ second: Ellipsoid, displacement: Vector3, species: (String, String)
    ) throws -> PairInteraction {
      let r = displacement.length
      return PairInteraction(energy: Self.energy(r), separation: r, contactDistance: 0)
    }

    func evaluate(_ frame: Frame, forces: Bool, threads: Int) throws -> Interaction {
      throw InvalidInput("energy", value: "asked for", expected: "nothing")
    }
  }

  private static let pressure = 4.0

  /// ln of V exp(-P V - U) for rows (a, 0, 0), (b, c, 0), (d, e, f); nil where not allowed.
  private func logWeight(_ h: [Double]) -> Double? {
    guard h[0] > 0.2, h[2] > 0.2, h[5] > 0.2, abs(h[1]) <= h[0], abs(h[3]) <= h[0],
      abs(h[4]) <= h[2]
    else { return nil }
    let rows = [Vector3(h[0], 0, 0), Vector3(h[1], h[2], 0), Vector3(h[3], h[4], h[5])]
    let volume = h[0] * h[2] * h[5]
    // The heights say over how many turns the cutoff reaches along every vector.
    let heights = (0..<3).map { k in
      volume / rows[(k + 1) % 3].cross(rows[(k + 2) % 3]).length
    }
    if heights.contains(where: { $0 <= 0.2 }) { return nil }
    let reach = heights.map { Int((2 / $0).rounded(.up)) }
    var energy = 0.0
    for i in -reach[0]...reach[0] {
      for j in -reach[1]...reach[1] {
        for k in -reach[2]...reach[2] where i != 0 || j != 0 || k != 0 {
          let r = Double(i) * rows[0] + Double(j) * rows[1] + Double(k) * rows[2]
          energy += 0.5 * SoftImages.energy(r.length)
        }
      }
    }
    return log(volume) - Self.pressure * volume - energy
  }

  /// Volume, ratio of the largest to the smallest diagonal element, sum of the squares of the relative
  /// tilts.
  private func observe(_ h: [Double]) -> [Double] {
    let diagonal = [h[0], h[2], h[5]]
    let ratio = (diagonal.max() ?? 0) / (diagonal.min() ?? 1)
    let tilts = [h[1] / h[0], h[3] / h[0], h[4] / h[2]]
    return [h[0] * h[2] * h[5], log(ratio), tilts.reduce(0) { $0 + $1 * $1 }]
  }

  private func walk(_ change: CellChange, count: Int) -> [[Double]] {
    var stream = RandomStream(seed: 81)
    var h = [1.5, 0, 1.5, 0, 0, 1.5]
    var weight = logWeight(h) ?? 0
    var values: [[Double]] = []
    for step in 0..<count * 12 {
      var trial = h
      var logMeasure = 0.0
      switch change {
      case .isotropic:
        let volume = h[0] * h[2] * h[5]
        let moved = volume + stream.uniform(-1, 1)
        if moved <= 0 { break }
        trial = h.map { $0 * cbrt(moved / volume) }
      case .edges: trial[[0, 2, 5][stream.index(below: 3)]] += stream.uniform(-0.4, 0.4)
      case .sheared:
        let element = stream.index(below: 6)
        let change = stream.uniform(-0.4, 0.4)
        switch element {
        case 0, 2, 5:
          // Uniform in ln h: uniform in h with the weight h'/h.
          trial[element] *= exp(change)
          logMeasure = change
        case 4: trial[4] += change * h[2]
        default: trial[element] += change * h[0]
        }
      }
      if let other = logWeight(trial), stream.uniform() < exp(other - weight + logMeasure) {
        (h, weight) = (trial, other)
      }
      if step % 12 == 11 { values.append(observe(h)) }
    }
    return values
  }

  @Test(arguments: CellChange.allCases)
  func latticeOfOneParticle(_ change: CellChange) throws {
    let frame = Frame(
      positions: [.zero], semiAxes: [try SemiAxes(0.1, 0.1, 0.1)], cell: try Cell(cube: 1.5))
    var settings = MonteCarloSettings(
      .potential(SoftImages()), pressure: Self.pressure, seed: 82)
    settings.cellChange = change
    settings.volumeMoves = 8
    var engine = try MonteCarlo(frame, settings: settings)
    try engine.advance(200, threads: 1)
    engine.endEquilibration()
    let count = Systems.isLong ? 40_000 : change == .sheared ? 5_000 : 3_000
    var values: [[Double]] = []
    for _ in 0..<count {
      try engine.advance(1, threads: 1)
      let cell = try #require(engine.frame.cell)
      let (a, b, c) = (cell.vector(0), cell.vector(1), cell.vector(2))
      values.append(observe([a.x, b.x, b.y, c.x, c.y, c.z]))
    }
    let wanted = walk(change, count: count)
    for k in 0..<3 where k == 0 || change != .isotropic {
      if k == 2 && change == .edges { continue }
      let ours = Systems.mean(values.map { $0[k] })
      let theirs = Systems.mean(wanted.map { $0[k] })
      #expect(
        abs(ours.value - theirs.value) < 4 * hypot(ours.error, theirs.error),
        "\(change) \(k): \(ours) \(theirs)")
      #expect(
        hypot(ours.error, theirs.error) < 0.1 * max(1, abs(theirs.value)),
        "\(change) \(k): \(ours) \(theirs)")
    }
  }
}
