import AniSOAP
import Geometry
import Mathematics

/// A liquid of N prolate ellipsoids (L/D = 3, or spheres) at random, at a density that gives the
/// wanted number of neighbours.
func randomLiquid(
  count: Int, neighbors: Double, cutoff: Double, spheres: Bool = false
) throws -> Frame {
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
  let axes = try SemiAxes(0.5, 0.5, spheres ? 0.5 : 1.5)
  return Frame(
    positions: positions, orientations: orientations,
    semiAxes: Array(repeating: axes, count: count), cell: try Cell(cube: edge))
}

private func cubeRoot(_ x: Double) -> Double {
  var root = 1.0
  for _ in 0..<60 { root = (2 * root + x / (root * root)) / 3 }
  return root
}

private func expansion(_ l: Int, _ n: Int) throws -> DensityExpansion {
  try DensityExpansion(
    Hyperparameters(
      basis: .gto(width: 3), maxAngular: l, maxRadial: .uniform(n), cutoff: 5), species: ["X"])
}

/// Multiply-adds that the recurrence needs for one pair, counted as two operations each: five
/// products for the shared derivatives and eight for the two values that use them.
private func recurrenceFlops(_ l: Int, _ n: Int) -> Double {
  var total = 0.0
  for degree in 0...l {
    let layers = Double(n + (l - degree) / 2 + 1)
    total += layers * Double(13 * degree + 8)
  }
  return 2 * total
}

/// The density expansion: cost per pair and per particle, and how both grow.
func benchmarkAniSOAP() throws {
  let peak = measuredPeakFlops()
  print("AniSOAP, one thread, 40 neighbours within the cutoff, GTO; everything included")
  print("  (processor time, the shortest of seven runs)")
  print("  measured peak of multiply-adds: \(decimal(peak * 1e-9, 1)) Gflop/s (256-bit, one core)")
  print("  (lmax, nmax)   nu = 1 a pair   a particle   of peak   nu = 2 on top   pairs/s")
  for (l, n) in [(4, 4), (6, 6), (9, 6), (8, 8), (10, 4), (12, 12)] {
    let frame = try randomLiquid(count: l > 9 ? 256 : 1024, neighbors: 40, cutoff: 5)
    let expansion = try expansion(l, n)
    let pairs = try pairCount(frame)
    let one =
      try 1e-9
      * shortest {
        _ = try expansion.averagedFeatures(of: frame, correlation: .one, threads: 1)
      }
    let two =
      try 1e-9
      * shortest {
        _ = try expansion.averagedFeatures(of: frame, correlation: .two, threads: 1)
      }
    let share = recurrenceFlops(l, n) * Double(pairs) / one / peak
    print(
      padded("(\(l), \(n))", 14), padded(time(one / Double(pairs)), 15),
      padded(time(one / Double(frame.count)), 12), padded(decimal(100 * share, 0) + " %", 9),
      padded(time(max(0, two - one) / Double(frame.count)), 15),
      padded(decimal(Double(pairs) / one / 1e6, 2) + " M", 9))
  }
  let spheres = try randomLiquid(count: 1024, neighbors: 40, cutoff: 5, spheres: true)
  let sphereEngine = try expansion(6, 6)
  let sphereSeconds =
    try 1e-9
    * shortest {
      _ = try sphereEngine.averagedFeatures(of: spheres, correlation: .one, threads: 1)
    }
  print("  spheres at (6, 6): \(time(sphereSeconds / Double(try pairCount(spheres)))) a pair")
  try benchmarkScaling()
}

/// Pairs within the cutoff of 5, that of every centre with itself included.
private func pairCount(_ frame: Frame) throws -> Int {
  let finder = try NeighborFinder(positions: frame.positions, cell: frame.cell, cutoff: 5)
  var buffer = NeighborFinder.Buffer()
  return (0..<frame.count).reduce(into: frame.count) { total, i in
    finder.neighbors(of: i, into: &buffer)
    total += buffer.count
  }
}

private func benchmarkScaling() throws {
  print("  growth at (4, 4), averaged power spectrum, all threads:")
  for count in [100, 1_000, 10_000, 100_000] {
    let frame = try randomLiquid(count: count, neighbors: 40, cutoff: 5)
    let expansion = try expansion(4, 4)
    let seconds = try medianSeconds(runs: count > 50_000 ? 1 : 5) {
      _ = try expansion.averagedFeatures(of: frame, correlation: .two)
    }
    print("    \(padded("\(count)", 8)) particles: \(time(seconds / Double(count))) a particle")
  }
  let frame = try randomLiquid(count: 4_000, neighbors: 40, cutoff: 5)
  let seconds = try [1, Parallel.availableThreads].map { threads in
    try medianSeconds {
      _ = try expansion(6, 6).averagedFeatures(of: frame, correlation: .two, threads: threads)
    }
  }
  print(
    "  \(Parallel.availableThreads) threads at (6, 6), 4,000 particles: "
      + "\(decimal(seconds[0] / seconds[1], 2)) times as fast as one")
  let dimer = try randomLiquid(count: 2, neighbors: 1, cutoff: 5)
  let small = try expansion(6, 6)
  let perFrame = try medianSeconds {
    for _ in 0..<1_000 {
      _ = try small.averagedFeatures(of: dimer, correlation: .two, threads: 1)
    }
  }
  print("  a frame of two particles at (6, 6): \(time(perFrame / 1_000))")
}
