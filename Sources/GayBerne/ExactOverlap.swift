internal import Geometry
internal import Mathematics

/// Overlap of two ellipsoids with 32 digits, for pairs that doubles cannot decide: some
/// microseconds to a fraction of a millisecond a pair.
///
/// Semi-axes, quaternions and displacement count as the exact numbers that their doubles are; a
/// quaternion stands for the rotation by q/|q|.
struct ExactOverlap {
  private typealias Number = DoubleDouble
  private typealias Matrix = [DoubleDouble]

  private let g1: Matrix
  private let g2: Matrix
  private let r: [DoubleDouble]

  init(_ first: Ellipsoid, _ second: Ellipsoid, displacement: Vector3) {
    // In units of a length of the pair, so that determinants are numbers for bodies of any size.
    let unit = Number(max(first.semiAxes.largest, second.semiAxes.largest))
    g1 = Self.shape(first, unit: unit)
    g2 = Self.shape(second, unit: unit)
    r = (0..<3).map { Number(displacement[$0]) / unit }
  }

  /// Whether they overlap: f < 1 everywhere. A maximum of f that is 1 to some 28 digits may be
  /// taken for either.
  func overlaps() -> Bool {
    var bracket = ConcaveBracket()
    var lambda = 0.5
    for _ in 0..<200 {
      let (value, slope) = evaluate(lambda)
      if !(value < 1) { return false }
      bracket.add(lambda, value: value.value, slope: slope.value)
      // The tangents are those of values rounded to doubles: they prove only what is well below 1.
      if bracket.bound < 1 - 1e-14 { return true }
      guard let next = bracket.next(widest: 1e-15) else { return true }
      lambda = next
    }
    return true
  }

  /// f and f' at lambda.
  private func evaluate(_ lambda: Double) -> (value: DoubleDouble, slope: DoubleDouble) {
    let weight2 = Number(lambda)
    let weight1 = Number(1) - weight2
    let m = (0..<6).map { weight1 * g1[$0] + weight2 * g2[$0] }
    let adjugate = [
      m[3] * m[5] - m[4] * m[4], m[2] * m[4] - m[1] * m[5], m[1] * m[4] - m[2] * m[3],
      m[0] * m[5] - m[2] * m[2], m[1] * m[2] - m[0] * m[4], m[0] * m[3] - m[1] * m[1],
    ]
    let determinant = m[0] * adjugate[0] + m[1] * adjugate[1] + m[2] * adjugate[2]
    let y = Self.product(adjugate, r).map { $0 / determinant }
    let value = weight1 * weight2 * Self.dot(r, y)
    let pull1 = weight1 * weight1 * Self.dot(y, Self.product(g1, y))
    let pull2 = weight2 * weight2 * Self.dot(y, Self.product(g2, y))
    return (value, pull1 - pull2)
  }

  private static func dot(_ a: [DoubleDouble], _ b: [DoubleDouble]) -> DoubleDouble {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
  }

  /// A symmetric matrix (xx, xy, xz, yy, yz, zz) times a vector.
  private static func product(_ m: Matrix, _ v: [DoubleDouble]) -> [DoubleDouble] {
    [
      m[0] * v[0] + m[1] * v[1] + m[2] * v[2], m[1] * v[0] + m[3] * v[1] + m[4] * v[2],
      m[2] * v[0] + m[4] * v[1] + m[5] * v[2],
    ]
  }

  /// G = R S^2 R^T with R of the quaternion divided by its length.
  private static func shape(_ body: Ellipsoid, unit: DoubleDouble) -> Matrix {
    let q = body.orientation
    let (w, x, y, z) = (Number(q.w), Number(q.x), Number(q.y), Number(q.z))
    let (ww, xx, yy, zz) = (w * w, x * x, y * y, z * z)
    let length = ww + xx + yy + zz
    func twice(_ v: DoubleDouble) -> DoubleDouble { (v + v) / length }
    let axes = [
      [(ww + xx - yy - zz) / length, twice(x * y + w * z), twice(x * z - w * y)],
      [twice(x * y - w * z), (ww - xx + yy - zz) / length, twice(y * z + w * x)],
      [twice(x * z + w * y), twice(y * z - w * x), (ww - xx - yy + zz) / length],
    ]
    var sum = Matrix(repeating: 0, count: 6)
    for (axis, s) in zip(axes, [body.semiAxes.a, body.semiAxes.b, body.semiAxes.c]) {
      let squared = Number(s) / unit * (Number(s) / unit)
      let pairs = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
      for (k, (i, j)) in pairs.enumerated() { sum[k] += squared * axis[i] * axis[j] }
    }
    return sum
  }
}
