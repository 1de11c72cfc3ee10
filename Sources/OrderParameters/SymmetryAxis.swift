public import Geometry

/// Which body axis of a particle counts as its symmetry axis.
public enum SymmetryAxis: String, CaseIterable, Codable, Sendable {
  /// The semi-axis that differs most from the middle one: the long axis of a rod, the short axis of
  /// a disc. Where both differ equally (1, 1.5, 2), the longest. Every particle is judged by its own
  /// shape, so that discs among rods each have theirs.
  case automatic = "auto"
  /// Body x.
  case x
  /// Body y.
  case y
  /// Body z.
  case z

  /// Two lengths that differ by no more than this fraction of the longest semi-axis count as equal:
  /// such differences come from the rounding of printed lengths.
  private static let tie = 1e-6

  /// Whether all three semi-axes are equal: a sphere has no axis of its own.
  public static func isSphere(_ semiAxes: SemiAxes) -> Bool {
    semiAxes.largest - semiAxes.smallest <= tie * semiAxes.largest
  }

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
    guard !Self.isSphere(semiAxes) else {
      throw InvalidInput(
        "symmetry axis", value: "auto, for a sphere of radius \(semiAxes.a)",
        expected: "x, y or z, since a sphere has no axis of its own")
    }
    let lengths = semiAxes.vector
    let ascending = (0..<3).sorted { lengths[$0] < lengths[$1] }
    let below = lengths[ascending[1]] - lengths[ascending[0]]
    let above = lengths[ascending[2]] - lengths[ascending[1]]
    return above >= below - Self.tie * semiAxes.largest ? ascending[2] : ascending[0]
  }
}
