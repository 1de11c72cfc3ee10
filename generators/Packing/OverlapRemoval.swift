public import Geometry
internal import Mathematics

extension Frame {
  /// The frame with its particles moved apart until no two overlap; orientations, shapes and the cell stay,
  /// and so do positions where nothing overlaps. Labels stay as they are.
  ///
  /// Throws: `InvalidInput` for a frame without a cell, orientations or semi-axes; `PackingFailure` when no
  /// such positions are found from these; `Stopped`.
  public func withoutOverlaps() throws -> Frame {
    guard let cell, let orientations, let semiAxes else {
      throw InvalidInput(
        "frame whose overlaps are to be removed", value: "without cell, orientations or semi-axes",
        expected: "all of them")
    }
    let shapes = orientations.indices.map { i in
      let axes = semiAxes[i].vector
      return orientations[i].rotationMatrix.conjugating(diagonal: axes * axes)
    }
    var relaxation = try OverlapRelaxation(shapes: shapes, cell: cell)
    if try relaxation.examine(positions).smallestNorm >= 1 { return self }
    var moved = positions
    let outcome = try relaxation.relax(&moved, under: [], isFirstTry: false)
    guard outcome.smallestNorm >= 1 else {
      let packing = semiAxes.reduce(0) { $0 + $1.volume } / cell.volume
      let norm = outcome.smallestNorm
      throw PackingFailure(
        packingFraction: packing, reached: packing * norm * norm * norm,
        overlaps: outcome.overlaps, deepest: 1 - norm, attempts: 1)
    }
    return Frame(
      positions: moved.map(cell.wrap), species: species, orientations: orientations,
      semiAxes: semiAxes, cell: cell, labels: labels, columns: columns)
  }
}
