public import Geometry

/// The frame of a rigid molecule: centre of mass and principal axes of inertia, as a right-handed body
/// frame in space.
///
/// With C = sum m (r - R)(r - R)^T over the total mass (the inertia tensor is its trace minus itself,
/// so both have the same axes):
///
/// - z is the axis whose moment differs most from the middle one: the normal of a disc such as
///   benzene, the long axis of a rod; where both differ equally, the longest.
/// - x is the longer one of the other two, y = z x x.
/// - z and x point to the side of positive skewness, sum m t^3 > 0; where that vanishes (within 1e-6),
///   so that their largest component is positive.
/// - Where x and y cannot be told apart (moments within 1e-6 of the largest), x points to the atom
///   furthest from z, the first of several; where no axis can be, z points to the atom furthest from
///   the centre.
public struct PrincipalAxes: Equatable, Sendable {
  /// The centre of mass.
  public let center: Vector3
  /// The rotation body to space.
  public let orientation: UnitQuaternion
  /// The diagonal of C along body x, y and z: mean squared extents.
  public let moments: Vector3

  private static let tie = 1e-6

  /// The frame of atoms with the given masses, at positions that belong together (not wrapped).
  ///
  /// Throws: `InvalidInput` without atoms, and unless all masses are positive.
  public init(positions: [Vector3], masses: [Double]) throws {
    guard !positions.isEmpty, positions.count == masses.count else {
      throw InvalidInput(
        "number of atoms of a molecule", value: "\(positions.count)",
        expected: "at least 1, with a mass for each")
    }
    if let bad = masses.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw InvalidInput("mass of an atom", value: bad, expected: "a positive number")
    }
    let total = masses.reduce(0, +)
    var center = Vector3.zero
    for (r, m) in zip(positions, masses) { center += r * (m / total) }
    let arms = positions.map { $0 - center }
    var tensor = Matrix3x3(diagonal: .zero)
    for (r, m) in zip(arms, masses) { tensor = tensor + Matrix3x3(outer: r, r) * (m / total) }
    let (values, vectors) = SymmetricMatrix3x3(tensor).eigen
    let eigenvectors = [vectors.columns.0, vectors.columns.1, vectors.columns.2]
    let order = (0..<3).sorted { values[$0] < values[$1] }
    let sorted = order.map { max(0, values[$0]) }
    let margin = Self.tie * sorted[2]
    let (below, above) = (sorted[1] - sorted[0], sorted[2] - sorted[1])

    let z: Vector3
    var rest: [Int]
    if max(below, above) <= margin {
      z = Self.farthest(arms) ?? Vector3(0, 0, 1)
      rest = []
    } else {
      let unique = above >= below - margin ? 2 : 0
      z = Self.signed(eigenvectors[order[unique]].normalized, arms, masses)
      rest = unique == 2 ? [order[1], order[0]] : [order[2], order[1]]
      if abs(values[rest[0]] - values[rest[1]]) <= margin { rest = [] }
    }
    let x: Vector3
    if let longer = rest.first {
      let v = eigenvectors[longer]
      x = Self.signed((v - z * z.dot(v)).normalized, arms, masses)
    } else {
      x =
        Self.farthest(arms.map { $0 - z * z.dot($0) })
        ?? UnitQuaternion(bodyAxis: 2, along: z, spin: 0).rotate(Vector3(1, 0, 0))
    }
    let y = z.cross(x)
    self.center = center
    orientation = UnitQuaternion(rotation: Matrix3x3(columns: x, y, z))
    moments = Vector3(x.dot(tensor * x), y.dot(tensor * y), z.dot(tensor * z))
  }

  /// The direction of the longest of the arms, the first of several; nil when all are (near) zero.
  private static func farthest(_ arms: [Vector3]) -> Vector3? {
    var longest = 0.0
    var found: Vector3?
    for r in arms where r.length > longest * (1 + tie) + 1e-9 {
      longest = r.length
      found = r.normalized
    }
    return found
  }

  private static func signed(_ v: Vector3, _ arms: [Vector3], _ masses: [Double]) -> Vector3 {
    var (skewness, scale) = (0.0, 0.0)
    for (r, m) in zip(arms, masses) {
      let t = r.dot(v)
      skewness += m * t * t * t
      scale += m * abs(t * t * t)
    }
    if abs(skewness) > tie * scale { return skewness > 0 ? v : -v }
    let largest = (0..<3).max { abs(v[$0]) < abs(v[$1]) - 1e-9 } ?? 0
    return v[largest] < 0 ? -v : v
  }
}
