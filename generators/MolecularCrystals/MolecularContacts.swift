internal import Geometry

/// Distances between atoms of different molecules, and of images of one.
struct MolecularContacts {
  /// Van der Waals radii of the atoms of a molecule.
  let radii: [Double]

  /// A lower bound of the volume of the union of spheres about the atoms, of `scale` times their radii: by
  /// the middles of 48 cells along the longest edge of a box around them, less 5 %, ten times the error of
  /// such a sum.
  func unionVolume(of positions: [Vector3], scale: Double) -> Double {
    guard scale > 0, let first = positions.first else { return 0 }
    var (low, high) = (first, first)
    for (position, radius) in zip(positions, radii) {
      let reach = scale * radius
      low = Vector3(
        min(low.x, position.x - reach), min(low.y, position.y - reach),
        min(low.z, position.z - reach))
      high = Vector3(
        max(high.x, position.x + reach), max(high.y, position.y + reach),
        max(high.z, position.z + reach))
    }
    let edge = max(high.x - low.x, high.y - low.y, high.z - low.z) / 48
    func count(_ length: Double) -> Int { Int((length / edge).rounded(.up)) }
    var inside = 0
    for i in 0..<count(high.x - low.x) {
      for j in 0..<count(high.y - low.y) {
        for k in 0..<count(high.z - low.z) {
          let point =
            low + Vector3(Double(i) + 0.5, Double(j) + 0.5, Double(k) + 0.5) * edge
          let isInside = zip(positions, radii).contains { position, radius in
            (point - position).lengthSquared < scale * radius * scale * radius
          }
          if isInside { inside += 1 }
        }
      }
    }
    return 0.95 * Double(inside) * edge * edge * edge
  }

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
