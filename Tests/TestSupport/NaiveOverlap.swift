public import Geometry
public import Mathematics

/// Overlap of ellipsoids by brute force, sharing no code with the program: all pairs, all images
/// within reach, the contact function maximised by halving the bracket of its slope's sign through
/// golden sections, the matrix inverted afresh at every trial.
public enum NaiveOverlap {
  /// The smallest sqrt(f) of any two particles, or of a particle and its own image, of a frame;
  /// below 1 they overlap. Infinity when all are far apart.
  public static func smallestNorm(_ frame: Frame) -> Double {
    guard let orientations = frame.orientations, let shapes = frame.semiAxes else { return .nan }
    let matrices = frame.positions.indices.map { i in
      shapeMatrix(orientations[i], shapes[i])
    }
    let radii = shapes.map(\.largest)
    let reach = 2 * (radii.max() ?? 0)
    var smallest = Double.infinity
    for (image, isHome) in images(frame.cell, reach: reach) {
      for i in frame.positions.indices {
        for j in i..<frame.positions.count where !(isHome && i == j) {
          let r = frame.positions[j] - frame.positions[i] + image
          if r.length >= radii[i] + radii[j] { continue }
          smallest = min(smallest, contactFunction(matrices[i], matrices[j], r).squareRoot())
        }
      }
    }
    return smallest
  }

  /// max over lambda of lambda (1 - lambda) r^T [(1 - lambda) G_1 + lambda G_2]^-1 r.
  public static func contactFunction(_ g1: Matrix3x3, _ g2: Matrix3x3, _ r: Vector3) -> Double {
    func f(_ lambda: Double) -> Double {
      let m = g1 * (1 - lambda) + g2 * lambda
      return lambda * (1 - lambda) * r.dot(m.inverse * r)
    }
    return goldenMaximum(sections: 60, f)
  }

  /// R diag(a^2, b^2, c^2) R^T, from the quaternion by the formula of Euler and Rodrigues.
  private static func shapeMatrix(_ q: UnitQuaternion, _ s: SemiAxes) -> Matrix3x3 {
    let v = Vector3(q.x, q.y, q.z)
    var sum = Matrix3x3(diagonal: .zero)
    for (axis, length) in [
      (Vector3(1, 0, 0), s.a), (Vector3(0, 1, 0), s.b), (Vector3(0, 0, 1), s.c),
    ] {
      let turned = axis + v.cross(v.cross(axis) + axis * q.w) * 2
      sum = sum + Matrix3x3(outer: turned, turned) * (length * length)
    }
    return sum
  }

  /// Lattice translations that can bring two particles in the cell within `reach`.
  private static func images(_ cell: Cell?, reach: Double) -> [(Vector3, Bool)] {
    guard let cell else { return [(.zero, true)] }
    let most = (0..<3).map { k in
      cell.isPeriodic(k) ? Int((reach / cell.height(k)).rounded(.up)) + 1 : 0
    }
    var result = [(Vector3, Bool)]()
    for n0 in -most[0]...most[0] {
      for n1 in -most[1]...most[1] {
        for n2 in -most[2]...most[2] {
          let shift = Vector3(Double(n0), Double(n1), Double(n2))
          result.append((cell.position(fractional: shift), shift == Vector3.zero))
        }
      }
    }
    return result
  }
}

/// What a search by golden sections needs of a number. (No operators: as members of a protocol that
/// Double has they would slow every other formula of the tests down.)
public protocol SearchNumber: Comparable {
  /// self + scale (other - self).
  func towards(_ other: Self, by scale: Self) -> Self
  /// 0, 1 and (sqrt(5) - 1)/2 in the digits of the number.
  static var searchConstants: (zero: Self, one: Self, golden: Self) { get }
}

extension Double: SearchNumber {
  /// self + scale (other - self).
  public func towards(_ other: Double, by scale: Double) -> Double {
    self + scale * (other - self)
  }
  /// In 16 digits.
  public static var searchConstants: (zero: Double, one: Double, golden: Double) {
    (0, 1, 0.5 * (5.0.squareRoot() - 1))
  }
}

extension DoubleDouble: SearchNumber {
  /// self + scale (other - self).
  public func towards(_ other: DoubleDouble, by scale: DoubleDouble) -> DoubleDouble {
    self + scale * (other - self)
  }
  /// In 32 digits.
  public static var searchConstants: (zero: DoubleDouble, one: DoubleDouble, golden: DoubleDouble) {
    let five = DoubleDouble(5)
    return (0, 1, (five.squareRoot - DoubleDouble(1)) / DoubleDouble(2))
  }
}

/// The largest value of a function on [0, 1] with one maximum, by golden sections: without any slope.
public func goldenMaximum<Number: SearchNumber>(
  sections: Int, _ f: (Number) -> Number
) -> Number {
  let (zero, one, golden) = Number.searchConstants
  var (low, high) = (zero, one)
  var (x1, x2) = (high.towards(low, by: golden), golden)
  var (f1, f2) = (f(x1), f(x2))
  for _ in 0..<sections {
    if f1 < f2 {
      low = x1
      (x1, f1) = (x2, f2)
      x2 = low.towards(high, by: golden)
      f2 = f(x2)
    } else {
      high = x2
      (x2, f2) = (x1, f1)
      x1 = high.towards(low, by: golden)
      f1 = f(x1)
    }
  }
  return max(f1, f2)
}
