public import Geometry

/// Which body axis of a particle counts as its symmetry axis.
public enum SymmetryAxis: String, CaseIterable, Codable, Sendable {
  /// The semi-axis that differs most from the middle one: the long axis of a rod, the short axis of
  /// a disc. Where both differ equally (1, 1.5, 2), the longest.
  case automatic = "auto"
  /// Body x.
  case x
  /// Body y.
  case y
  /// Body z.
  case z

  /// Two differences of lengths within this fraction of the longest semi-axis count as equal:
  /// rounding of decimal lengths, nothing physical.
  private static let tie = 1e-9

  /// The index, from 0, of the symmetry axis among the body axes x, y, z.
  ///
  /// Throws: `InvalidInput` for a sphere under `automatic`, which has none.
  public func index(of semiAxes: SemiAxes?) throws -> Int {
    switch self {
    case .x: return 0
    case .y: return 1
    case .z: return 2
    case .automatic: break
    }
    guard let semiAxes else {
      throw InvalidInput(
        "symmetry axis", value: "auto, for a particle without semi-axes",
        expected: "x, y or z")
    }
    let lengths = semiAxes.vector
    let ascending = (0..<3).sorted { lengths[$0] < lengths[$1] }
    let below = lengths[ascending[1]] - lengths[ascending[0]]
    let above = lengths[ascending[2]] - lengths[ascending[1]]
    let margin = Self.tie * semiAxes.largest
    guard max(below, above) > margin else {
      throw InvalidInput(
        "symmetry axis", value: "auto, for a sphere of radius \(semiAxes.a)",
        expected: "x, y or z, since a sphere has no axis of its own")
    }
    return above >= below - margin ? ascending[2] : ascending[0]
  }

  /// The symmetry axes of all particles of a frame, as unit vectors in space.
  ///
  /// Throws: `InvalidInput` when the frame has no orientations, or no axis can be told.
  public func axes(of frame: Frame) throws -> [Vector3] {
    guard let orientations = frame.orientations else {
      throw InvalidInput(
        "orientations", value: "missing", expected: "a quaternion for every particle")
    }
    return try orientations.indices.map { i in
      let rotation = orientations[i].rotationMatrix
      switch try index(of: frame.semiAxes?[i]) {
      case 0: return rotation.columns.0
      case 1: return rotation.columns.1
      default: return rotation.columns.2
      }
    }
  }
}
