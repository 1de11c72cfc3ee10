import AniSOAP
import Geometry
import Mathematics

/// A liquid of N prolate ellipsoids at random, at a density that gives the wanted neighbours.
func randomLiquid(count: Int, neighbors: Double, cutoff: Double) throws -> Frame {
  var random = RandomStream(seed: 7, stream: 0, frame: UInt64(count))
  let density = neighbors / (4.0 / 3.0 * .pi * cutoff * cutoff * cutoff)
  let edge = cubeRoot(Double(count) / density)
  let positions = (0..<count).map { _ in
    Vector3(random.uniform(0, edge), random.uniform(0, edge), random.uniform(0, edge))
  }
  let orientations = try (0..<count).map { _ in
    let q = random.rotation()
    return try UnitQuaternion(w: q.x, x: q.y, y: q.z, z: q.w)
  }
  let axes = try SemiAxes(0.5, 0.5, 1.5)
  return Frame(
    positions: positions, orientations: orientations,
    semiAxes: Array(repeating: axes, count: count), cell: try Cell(cube: edge))
}

private func cubeRoot(_ x: Double) -> Double {
  var root = 1.0
  for _ in 0..<60 { root = (2 * root + x / (root * root)) / 3 }
  return root
}

/// The density expansion: cost per pair and per particle, and how both grow.
func benchmarkAniSOAP() throws {
  print("AniSOAP, one thread, 40 neighbours within the cutoff, GTO")
  print("  (lmax, nmax)   nu = 1 a pair   a particle   nu = 2 on top, a particle   pairs/s")
  for (l, n) in [(4, 4), (6, 6), (9, 6), (8, 8), (10, 4), (12, 12)] {
    let count = l > 9 ? 256 : 1024
    let frame = try randomLiquid(count: count, neighbors: 40, cutoff: 5)
    let expansion = try DensityExpansion(
      Hyperparameters(
        basis: .gto(width: 3), maxAngular: l, maxRadial: .uniform(n), cutoff: 5), species: ["X"])
    let finder = try NeighborFinder(positions: frame.positions, cell: frame.cell, cutoff: 5)
    var buffer = NeighborFinder.Buffer()
    var pairs = count
    for i in 0..<count {
      finder.neighbors(of: i, into: &buffer)
      pairs += buffer.count
    }
    let one = try medianSeconds {
      _ = try expansion.averagedFeatures(of: frame, correlation: .one, threads: 1)
    }
    let two = try medianSeconds {
      _ = try expansion.averagedFeatures(of: frame, correlation: .two, threads: 1)
    }
    print(
      padded("(\(l), \(n))", 14), padded(time(one / Double(pairs)), 15),
      padded(time(one / Double(count)), 12), padded(time((two - one) / Double(count)), 26),
      padded(decimal(Double(pairs) / one / 1e6, 2) + " M", 11))
  }
}
