import Foundation
import GayBerne
import Geometry
import Mathematics
import Simulation
import TestSupport

/// Starting frames and statistics of the tests of simulations.
enum Systems {
  /// Whether the long comparisons are wanted (`make check-physics`).
  static let isLong = ProcessInfo.processInfo.environment["MESOGEN_CHECK_PHYSICS"] == "1"

  /// 4 n^3 equal bodies on a face-centred lattice stretched by their semi-axes, all turned alike,
  /// at that packing fraction.
  static func lattice(
    _ cells: (Int, Int, Int), _ axes: SemiAxes, packing: Double
  ) throws -> Frame {
    let count = 4 * cells.0 * cells.1 * cells.2
    let edges = Vector3(
      Double(cells.0) * axes.a, Double(cells.1) * axes.b, Double(cells.2) * axes.c)
    let volume = Double(count) * axes.volume / packing
    let unit = cbrt(volume / (edges.x * edges.y * edges.z)) * edges
    let sites = [
      Vector3(0.25, 0.25, 0.25), Vector3(0.75, 0.75, 0.25), Vector3(0.75, 0.25, 0.75),
      Vector3(0.25, 0.75, 0.75),
    ]
    var positions: [Vector3] = []
    for i in 0..<cells.0 {
      for j in 0..<cells.1 {
        for k in 0..<cells.2 {
          for site in sites {
            let place = Vector3(Double(i), Double(j), Double(k)) + site
            let whole = Vector3(Double(cells.0), Double(cells.1), Double(cells.2))
            positions.append(place / whole * unit)
          }
        }
      }
    }
    return Frame(
      positions: positions, orientations: Array(repeating: .identity, count: count),
      semiAxes: Array(repeating: axes, count: count), cell: try Cell(box: unit))
  }

  /// The mean, and its standard error from `blocks` block means.
  static func mean(_ values: [Double], blocks: Int = 20) -> (value: Double, error: Double) {
    let size = values.count / blocks
    let means = (0..<blocks).map { b in
      values[b * size..<(b + 1) * size].reduce(0, +) / Double(size)
    }
    let mean = means.reduce(0, +) / Double(blocks)
    let variance = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(blocks - 1)
    return (mean, (variance / Double(blocks)).squareRoot())
  }
}

/// No interaction at all.
struct NoInteraction: PairPotential {
  var cutoff: Double? = 0.5

  func pair(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement: Vector3, species: (String, String)
  ) throws -> PairInteraction {
    PairInteraction(energy: 0, separation: displacement.length, contactDistance: 0)
  }

  func evaluate(_ frame: Frame, forces: Bool, threads: Int) throws -> Interaction {
    throw InvalidInput("energy", value: "asked for", expected: "nothing")
  }
}
