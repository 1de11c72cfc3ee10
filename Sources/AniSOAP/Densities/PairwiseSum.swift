internal import Geometry
internal import Mathematics

/// Sums over the neighbours of every centre for expansions that work pair by pair.
struct PairwiseSum: Sendable {
  let species: SpeciesTable
  /// The number of radial functions for each l.
  let counts: [Int]
  let cutoff: Double
  let excludeSelf: Bool
  let cutoffShape: CutoffShape

  /// The number of coefficients of a pair.
  var width: Int { counts.enumerated().reduce(0) { $0 + (2 * $1.offset + 1) * $1.element } }

  /// The coefficients of a pair: l, m, n, the last fastest.
  var pairProperties: IndexTable {
    var rows = [[Int]]()
    for (l, count) in counts.enumerated() {
      for m in -l...l { for n in 0..<count { rows.append([l, m, n]) } }
    }
    return IndexTable(names: ["l", "m", "n"], rows: rows)
  }

  /// Particles x (l, m, n, neighbour species), as `DensityExpansion.coefficients(of:)` has them.
  /// `pair(j, r)` are the coefficients of particle j, seen from a centre, at r.
  func coefficients(
    of frame: Frame, threads: Int, pair: @Sendable (Int, Vector3) throws -> [Double]
  ) throws -> LabelledBlock {
    let types = try frame.species.enumerated().map { index, name in
      guard let type = species.index(of: name) else {
        throw InvalidInput(
          "species of particle \(index)", value: name,
          expected: "one of \(species.names.joined(separator: ", "))")
      }
      return type
    }
    let finder = try NeighborFinder(
      positions: frame.positions, cell: frame.cell, cutoff: cutoff)
    let rows = try Parallel.map(
      count: frame.count, threads: threads, workspace: { NeighborFinder.Buffer() }
    ) { i, buffer -> [Double] in
      var row = [Double](repeating: 0, count: width * species.count)
      func add(_ j: Int, _ r: Vector3, weight: Double) throws {
        for (k, value) in try pair(j, r).enumerated() {
          row[k * species.count + types[j]] += weight * value
        }
      }
      finder.neighbors(of: i, into: &buffer)
      for k in 0..<buffer.count {
        let r = Vector3(buffer.x[k], buffer.y[k], buffer.z[k])
        try add(
          Int(buffer.indices[k]), r, weight: cutoffShape.weight(r.length, cutoff: cutoff))
      }
      if !excludeSelf { try add(i, Vector3.zero, weight: 1) }
      return row
    }
    return LabelledBlock(
      samples: IndexTable(
        names: ["particle", "types_center"],
        rows: types.enumerated().map { [$0.offset, species.numbers[$0.element]] }),
      properties: IndexTable(
        names: ["l", "m", "n", "types_neighbor"],
        rows: pairProperties.rows.flatMap { row in species.numbers.map { row + [$0] } }),
      values: Matrix(
        rows: frame.count, columns: width * species.count, elements: rows.flatMap { $0 }))
  }
}
