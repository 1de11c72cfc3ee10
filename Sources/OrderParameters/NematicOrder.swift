public import Geometry
internal import Mathematics

/// Orientational order of a set of axes, through the tensor Q = <3/2 u u^T - 1/2 I> over the unit
/// vectors u (de Gennes and Prost, The Physics of Liquid Crystals, 2nd ed., section 2.1).
///
/// u and -u count the same. All values are dimensionless.
public struct NematicOrder: Equatable, Sendable {
  /// Q: symmetric, traceless.
  public let tensor: Matrix3x3
  /// The eigenvalues of Q in ascending order.
  public let eigenvalues: Vector3
  /// The signed order parameter S: the eigenvalue of largest magnitude. 1 for parallel axes, 0 for
  /// isotropic ones, -1/2 for axes spread evenly in a plane.
  public let order: Double
  /// The largest eigenvalue (freud's and the paper's definition). It differs from `order` only where
  /// that is negative.
  public let orderMax: Double
  /// The eigenvector of `order`, of length 1, its component of largest magnitude positive.
  public let director: Vector3
  /// The difference of the two other eigenvalues, not negative: 0 for a uniaxial distribution.
  public let biaxiality: Double
  /// <P4(u . director)>, P4(x) = (35 x^4 - 30 x^2 + 3)/8.
  public let p4: Double
  /// How many axes were counted.
  public let count: Int

  /// The order of `axes`, whose lengths do not matter.
  ///
  /// Throws: `InvalidInput` when there are none, or one is zero or not finite.
  public init(axes: [Vector3]) throws {
    guard !axes.isEmpty else {
      throw InvalidInput("number of axes", value: "0", expected: "at least one")
    }
    var (xx, yy, zz, xy, xz, yz) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for (i, u) in axes.enumerated() {
      let squared = u.lengthSquared
      guard squared > 0, squared.isFinite else {
        throw InvalidInput(
          "axis \(i)", value: "\(u.x) \(u.y) \(u.z)", expected: "a vector other than zero")
      }
      let scale = 1 / squared
      xx += u.x * u.x * scale
      yy += u.y * u.y * scale
      zz += u.z * u.z * scale
      xy += u.x * u.y * scale
      xz += u.x * u.z * scale
      yz += u.y * u.z * scale
    }
    let f = 1.5 / Double(axes.count)
    tensor = Matrix3x3(
      columns: Vector3(f * xx - 0.5, f * xy, f * xz), Vector3(f * xy, f * yy - 0.5, f * yz),
      Vector3(f * xz, f * yz, f * zz - 0.5))
    let (found, vectors) = try Self.eigen(tensor)
    // Sums of as many terms and the solver round by less than this.
    let rounding = Double(axes.count + 16) * .ulpOfOne
    let values = Vector3(
      Self.bounded(found.x, -0.5...1, rounding), Self.bounded(found.y, -0.5...1, rounding),
      Self.bounded(found.z, -0.5...1, rounding))
    eigenvalues = values
    let chosen = values[2] >= -values[0] ? 2 : 0
    order = values[chosen]
    orderMax = values[2]
    director = Self.signed(vectors[chosen])
    biaxiality = chosen == 2 ? values[1] - values[0] : values[2] - values[1]
    let n = director
    let sum = axes.reduce(0.0) { sum, u in
      let cosineSquared = u.dot(n) * u.dot(n) / u.lengthSquared
      return sum + ((35 * cosineSquared - 30) * cosineSquared + 3) / 8
    }
    // P4 lies between -3/7 and 1; its terms of up to 35/8 round four times as much.
    p4 = Self.bounded(sum / Double(axes.count), -3.0 / 7...1, 4 * rounding)
    count = axes.count
  }

  /// The order of the particles of a frame that have a symmetry axis; spheres among them are left out
  /// (see `ParticleAxes`).
  ///
  /// Throws: `InvalidInput` when the frame has no orientations, or no particle with an axis.
  public init(_ frame: Frame, axis: SymmetryAxis = .automatic) throws {
    let found = try ParticleAxes(frame, axis: axis).axes
    guard !found.isEmpty else {
      throw InvalidInput(
        "number of particles with a symmetry axis", value: "0 of \(frame.count)",
        expected: "at least one that is no sphere, or x, y or z as the axis of spheres")
    }
    try self.init(axes: found)
  }

  /// Ascending eigenvalues and their eigenvectors of a symmetric 3 x 3 matrix.
  private static func eigen(_ m: Matrix3x3) throws -> (Vector3, [Vector3]) {
    let (values, vectors) = try LinearAlgebra.symmetricEigen(
      Matrix((0..<3).map { i in (0..<3).map { j in m[i, j] } }))
    return (
      Vector3(values[0], values[1], values[2]),
      (0..<3).map { Vector3(vectors[0, $0], vectors[1, $0], vectors[2, $0]) }
    )
  }

  /// A value that lies in the range but for rounding, without it; others as they are.
  private static func bounded(
    _ value: Double, _ range: ClosedRange<Double>, _ rounding: Double
  ) -> Double {
    let near = min(max(value, range.lowerBound), range.upperBound)
    return abs(value - near) <= rounding ? near : value
  }

  private static func signed(_ v: Vector3) -> Vector3 {
    let largest = (0..<3).max { abs(v[$0]) < abs(v[$1]) } ?? 2
    return v[largest] < 0 ? -v : v
  }
}
