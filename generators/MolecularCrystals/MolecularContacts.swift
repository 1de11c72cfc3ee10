internal import Geometry

/// Distances between atoms of different molecules, and of images of one.
struct MolecularContacts {
  /// Van der Waals radii of the atoms of a molecule.
  let radii: [Double]

  /// How much the atoms of one molecule stand in those of others, and of its images: the sum over pairs
  /// of (1 - d / (limit (R_i + R_j)))^2 where that is positive; 0 where all contacts are kept.
  func overlap(
    of molecule: Int, _ packing: MolecularCrystal.Packing, below limit: Double
  ) throws -> Double {
    guard limit > 0 else { return 0 }
    let n = radii.count
    let finder = try NeighborFinder(
      positions: packing.positions, cell: packing.cell,
      cutoff: 2 * limit * (radii.max() ?? 1))
    var buffer = NeighborFinder.Buffer()
    var sum = 0.0
    for i in molecule * n..<(molecule + 1) * n {
      finder.neighbors(of: i, into: &buffer)
      for k in 0..<buffer.count {
        let j = Int(buffer.indices[k])
        if i / n == j / n && buffer.shifts[k] == .zero { continue }
        let r = Vector3(buffer.x[k], buffer.y[k], buffer.z[k])
        let missing = 1 - r.length / (limit * (radii[i % n] + radii[j % n]))
        if missing > 0 { sum += missing * missing }
      }
    }
    return sum
  }

  /// The shortest over the sum of van der Waals radii; `limit` where all are longer than that.
  func closest(
    _ packing: MolecularCrystal.Packing, ofFirstOnly: Bool, below limit: Double
  ) throws -> Double {
    guard limit > 0 else { return limit }
    let n = radii.count
    let finder = try NeighborFinder(
      positions: packing.positions, cell: packing.cell,
      cutoff: 2 * limit * (radii.max() ?? 1))
    var buffer = NeighborFinder.Buffer()
    var closest = limit
    for i in 0..<(ofFirstOnly ? n : n * packing.centers.count) {
      finder.neighbors(of: i, into: &buffer)
      for k in 0..<buffer.count {
        let j = Int(buffer.indices[k])
        if i / n == j / n && buffer.shifts[k] == .zero { continue }
        let r = Vector3(buffer.x[k], buffer.y[k], buffer.z[k])
        closest = min(closest, r.length / (radii[i % n] + radii[j % n]))
      }
    }
    return closest
  }
}
