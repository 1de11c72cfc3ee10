public import Geometry

/// An ellipsoid as it stands in space: its semi-axes and how it is turned.
public struct Ellipsoid: Equatable, Sendable {
  /// The semi-axes along the body axes.
  public let semiAxes: SemiAxes
  /// The rotation body to space.
  public let orientation: UnitQuaternion
  /// G = R S^2 R^T with S = diag(a, b, c): the ellipsoid is r^T G^-1 r <= 1.
  let shape: LaneMatrix<Double>
  /// The geometric mean of the semi-axes, det(S)^(1/3). (This and the next stand behind the shape, where
  /// `Contact.overlap` of many pairs reads eight numbers at once.)
  let meanRadius: Double
  /// The largest semi-axis.
  let outerRadius: Double
  /// 1 / meanRadius.
  let inverseRadius: Double
  /// `OverlapDecision.uncertainty` of these semi-axes.
  let uncertainty: Double
  /// Whether the semi-axes are lengths that formulas of twelfth degree can take.
  let isInRange: Bool

  /// Lengths from 1e-20 to 1e20: their twelfth powers neither overflow nor vanish.
  static let lengths = 1e-20...1e20

  /// The ellipsoid of these semi-axes, turned by that rotation. Contacts and potentials refuse
  /// semi-axes that are not from 1e-20 to 1e20.
  public init(semiAxes: SemiAxes, orientation: UnitQuaternion = .identity) {
    self.semiAxes = semiAxes
    self.orientation = orientation
    let s = semiAxes.vector
    shape = LaneMatrix(rotation: orientation.rotationMatrix, diagonal: s * s)
    meanRadius = exponential(logarithm(s.x * s.y * s.z) / 3)
    outerRadius = semiAxes.largest
    inverseRadius = 1 / meanRadius
    uncertainty = OverlapDecision.uncertainty(
      elongation: semiAxes.largest / semiAxes.smallest)
    isInRange = semiAxes.smallest >= 1e-20 && semiAxes.largest <= 1e20
  }

  /// The uncertainty of the pair divided by l (1 - l) at l = R_1/(R_1 + R_2).
  @inline(__always)
  func overlapMargin(_ other: Ellipsoid) -> Double {
    max(uncertainty, other.uncertainty)
      * (2 + meanRadius * other.inverseRadius + other.meanRadius * inverseRadius)
  }

  /// Throws: `InvalidInput` for a semi-axis that is not from 1e-20 to 1e20.
  @inline(__always)
  func requireRange() throws {
    if !isInRange { throw outOfRange }
  }

  private var outOfRange: InvalidInput {
    let (small, large) = (semiAxes.smallest, semiAxes.largest)
    return InvalidInput(
      "semi-axis", value: small < Self.lengths.lowerBound ? small : large,
      expected: "a length from 1e-20 to 1e+20")
  }

  /// Whether semi-axes and orientation are equal.
  public static func == (l: Ellipsoid, r: Ellipsoid) -> Bool {
    l.semiAxes == r.semiAxes && l.orientation == r.orientation
  }
}
