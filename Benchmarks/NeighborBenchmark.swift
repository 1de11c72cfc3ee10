import Geometry

/// The neighbour search by itself: cost per neighbour found, one thread, particles in the order of
/// space as the engines go over them.
func benchmarkNeighborSearch() throws {
  print("Neighbour search, one thread (processor time, the shortest of seven runs)")
  for (count, neighbors) in [
    (128, 40.0), (1_024, 40), (4_000, 12), (4_000, 40), (4_000, 150), (100_000, 40),
  ] {
    let frame = try randomLiquid(count: count, neighbors: neighbors, cutoff: 5)
    var found = 0
    let seconds =
      try 1e-9
      * shortest {
        let finder = try NeighborFinder(positions: frame.positions, cell: frame.cell, cutoff: 5)
        var buffer = NeighborFinder.Buffer()
        found = 0
        for i in finder.spatialOrder {
          finder.neighbors(of: Int(i), into: &buffer)
          found += buffer.count
        }
      }
    print(
      "  \(padded("\(count)", 7)) particles, \(padded(decimal(neighbors, 0), 3)) neighbours: "
        + "\(time(seconds / Double(found))) a neighbour")
  }
}
