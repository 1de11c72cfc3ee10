internal import Geometry

/// Where the particles are and how they point, in a cell.
struct Configuration {
  var positions: [Vector3]
  var orientations: [UnitQuaternion]
  var cell: Cell
  /// The deepest overlap, where overlaps are allowed.
  var deepestOverlap: Double?

  /// All of it turned as a whole, the cell too; positions wrapped into it.
  func turned(by rotation: UnitQuaternion) throws -> Configuration {
    let matrix = rotation.rotationMatrix
    let cell = try cell.turned(by: matrix)
    return Configuration(
      positions: positions.map { cell.wrap(matrix * $0) },
      orientations: orientations.map { rotation * $0 }, cell: cell, deepestOverlap: deepestOverlap)
  }
}

extension Cell {
  /// The cell turned by a rotation. Where its vectors come out along the axes of space, it becomes a
  /// box with edges along x, y, z: the same lattice.
  func turned(by rotation: Matrix3x3) throws -> Cell {
    let vectors = (0..<3).map { rotation * vector($0) }
    var edges = Vector3.zero
    for v in vectors {
      let largest = (0..<3).max { abs(v[$0]) < abs(v[$1]) } ?? 0
      var rest = v
      rest[largest] = 0
      if rest.length < 1e-14 * v.length { edges[largest] = v.length }
    }
    if edges.min() > 0 { return try Cell(box: edges) }
    return try Cell(vectors[0], vectors[1], vectors[2])
  }
}
