internal import Geometry

/// The distance of two ellipsoids, reduced by their contact distance, and the angles of their axes, with
/// everything that derivatives need.
///
/// n = r/|r|, h = |r| - sigma(n) + w, rho = w/h, s_i = u_i.n, t = u_1.u_2. The contact distance sigma is
/// that of `Contact`; w is the mean of the smallest diameters of the two, u_i the symmetry axis (of a body
/// with three different semi-axes the longest; of a sphere zero).
struct ContactGeometry {
  let rho: Double
  let s1: Double
  let s2: Double
  let t: Double
  let isSingular: Bool
  let distance: Double
  let contactDistance: Double

  private let n: Vector3
  private let width: Double
  private let u1: Vector3
  private let u2: Vector3
  private let slope: Vector3
  private let turn1: Vector3
  private let turn2: Vector3

  /// Throws: `InvalidInput` as `Contact`.
  init(
    _ first: Ellipsoid, _ second: Ellipsoid, _ r: Vector3, _ contact: ContactFunction
  ) throws {
    try Contact.require(first, second, displacement: r)
    distance = r.length
    n = (1 / distance) * r
    let lane = LaneVector<Double>(n)
    let matrix =
      contact == .gaussianOverlap
      ? ContactMatrix(first.shape, second.shape, lane, weight1: 0.5, weight2: 0.5)
      : Contact.maximum(first, second, lane)
    let (w1, w2) = (matrix.weight1, matrix.weight2)
    let phi = matrix.value
    contactDistance = 1 / phi.squareRoot()
    let q = (1 / matrix.determinant) * matrix.direction
    // d sigma = -phi^(-3/2)/2 d phi; at the maximum lambda stays (envelope theorem).
    let factor = w1 * w2 * contactDistance / phi
    let (pull1, pull2) = ((first.shape * q).cross(q).vector, (second.shape * q).cross(q).vector)
    turn1 = (factor * w1) * pull1
    turn2 = (factor * w2) * pull2
    let along = -factor * q.vector
    slope = (1 / distance) * (along - along.dot(n) * n)
    (u1, u2) = (Self.axis(first), Self.axis(second))
    (s1, s2, t) = (u1.dot(n), u2.dot(n), u1.dot(u2))
    width = first.semiAxes.smallest + second.semiAxes.smallest
    let h = distance - contactDistance + width
    isSingular = !(h > 0)
    rho = isSingular ? .infinity : width / h
  }

  /// The axis that angles are taken from.
  private static func axis(_ body: Ellipsoid) -> Vector3 {
    let v = body.semiAxes.vector
    let index: Int
    switch BodySymmetry(body.semiAxes) {
    case .sphere: return .zero
    case .axis(let k): index = k
    case .none: index = v.x >= v.y && v.x >= v.z ? 0 : v.y >= v.z ? 1 : 2
    }
    let rotation = body.orientation.rotationMatrix
    return Vector3(rotation[0, index], rotation[1, index], rotation[2, index])
  }

  /// An energy of |r|, rho, s_1, s_2 and t with its derivatives by these.
  struct Energy {
    var value = 0.0
    var byDistance = 0.0
    var byRho = 0.0
    var byS1 = 0.0
    var byS2 = 0.0
    var byT = 0.0
  }

  /// Force and torques by the chain rule.
  func interaction(_ energy: Energy) -> PairInteraction {
    guard !isSingular else {
      return PairInteraction(
        energy: .infinity, separation: distance - contactDistance,
        contactDistance: contactDistance, isSingular: true)
    }
    // d rho = -rho^2/w (d|r| - d sigma).
    let stretch = energy.byRho * rho * rho / width
    var gradient = (energy.byDistance - stretch) * n + stretch * slope
    gradient += (energy.byS1 / distance) * (u1 - s1 * n)
    gradient += (energy.byS2 / distance) * (u2 - s2 * n)
    let turned = energy.byT * u1.cross(u2)
    return PairInteraction(
      energy: energy.value, force: -gradient,
      torque1: -(stretch * turn1 + energy.byS1 * u1.cross(n) + turned),
      torque2: -(stretch * turn2 + energy.byS2 * u2.cross(n) - turned),
      separation: distance - contactDistance, contactDistance: contactDistance)
  }
}
