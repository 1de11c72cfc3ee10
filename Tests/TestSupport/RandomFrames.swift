public import Geometry
public import Mathematics

/// Seeded frames for property tests.
public enum RandomFrames {
  /// `count` particles at random in a triclinic cell of about that edge, partly outside of it, with
  /// random orientations.
  public static func triclinic(
    _ count: Int, edge: Double, semiAxes: SemiAxes, stream: inout RandomStream
  ) throws -> Frame {
    let cell = try Cell(
      Vector3(edge, 0, 0), Vector3(0.2 * edge, 0.9 * edge, 0),
      Vector3(-0.1 * edge, 0.15 * edge, 1.1 * edge))
    var positions: [Vector3] = []
    var orientations: [UnitQuaternion] = []
    for _ in 0..<count {
      let f = Vector3(stream.uniform(-1, 2), stream.uniform(-1, 2), stream.uniform(-1, 2))
      positions.append(cell.position(fractional: f))
      orientations.append(try rotation(&stream))
    }
    return Frame(
      positions: positions, orientations: orientations,
      semiAxes: Array(repeating: semiAxes, count: count), cell: cell)
  }

  /// A rotation, uniform over all.
  public static func rotation(_ stream: inout RandomStream) throws -> UnitQuaternion {
    let q = stream.rotation()
    return try UnitQuaternion(w: q[0], x: q[1], y: q[2], z: q[3])
  }

  /// The whole frame turned, cell and all.
  public static func turned(_ frame: Frame, by rotation: UnitQuaternion) throws -> Frame {
    var turned = frame
    try turned.set(positions: frame.positions.map { rotation.rotate($0) })
    try turned.set(orientations: frame.orientations?.map { rotation * $0 })
    if let cell = frame.cell {
      turned.cell = try Cell(
        rotation.rotate(cell.vector(0)), rotation.rotate(cell.vector(1)),
        rotation.rotate(cell.vector(2)),
        periodic: (cell.isPeriodic(0), cell.isPeriodic(1), cell.isPeriodic(2)))
    }
    return turned
  }
}
