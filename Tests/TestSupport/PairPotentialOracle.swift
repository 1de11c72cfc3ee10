import Foundation
public import Geometry

/// Pair potentials of ellipsoids written down from the textbook, over dual numbers, with full matrices
/// and no thought of speed; the derivatives come out exact.
public struct PairPotentialOracle: Sendable {
  /// A matrix of dual numbers, by rows.
  typealias Square = [[DualNumber]]

  /// Two particles and what turns or moves them: the derivative is taken along that motion.
  public struct Pair: Sendable {
    /// Semi-axes of the two.
    public var axes: (SemiAxes, SemiAxes)
    /// Their rotations body to space.
    public var orientations: (UnitQuaternion, UnitQuaternion)
    /// r_2 - r_1.
    public var displacement: Vector3
    /// The diagonals of E.
    public var wells: (Vector3, Vector3)

    /// Two particles.
    public init(
      axes: (SemiAxes, SemiAxes), orientations: (UnitQuaternion, UnitQuaternion),
      displacement: Vector3, wells: (Vector3, Vector3)
    ) {
      self.axes = axes
      self.orientations = orientations
      self.displacement = displacement
      self.wells = wells
    }
  }

  /// A motion: the second centre moves along `shift`, the particles turn about `turn1`, `turn2`.
  public struct Motion: Sendable {
    /// The velocity of the second centre.
    public var shift = Vector3.zero
    /// The angular velocity of the first.
    public var turn1 = Vector3.zero
    /// The angular velocity of the second.
    public var turn2 = Vector3.zero

    /// No motion unless given.
    public init(
      shift: Vector3 = .zero, turn1: Vector3 = .zero, turn2: Vector3 = .zero
    ) {
      (self.shift, self.turn1, self.turn2) = (shift, turn1, turn2)
    }
  }

  /// The depth of the well, or the Hamaker constant.
  public var epsilon = 1.0
  /// The width of the profile.
  public var sigma = 1.0
  /// The shift of the well.
  public var gamma = 1.0
  /// The exponent of eta.
  public var nu = 1.0
  /// The exponent of chi.
  public var mu = 1.0

  /// All parameters are 1.
  public init() {}

  /// -dU along nine motions: force on the second particle, torques on the first and the second.
  public static func forces(
    _ energy: (Motion) -> DualNumber
  ) -> (force: Vector3, torque1: Vector3, torque2: Vector3) {
    var result = (force: Vector3.zero, torque1: Vector3.zero, torque2: Vector3.zero)
    for k in 0..<3 {
      var unit = Vector3.zero
      unit[k] = 1
      result.force[k] = -energy(Motion(shift: unit)).derivative
      result.torque1[k] = -energy(Motion(turn1: unit)).derivative
      result.torque2[k] = -energy(Motion(turn2: unit)).derivative
    }
    return result
  }

  /// The Gay-Berne energy with Berne and Pechukas' contact distance.
  public func gayBerne(_ pair: Pair, _ motion: Motion = Motion()) -> DualNumber {
    let r = Self.displacement(pair, motion)
    let xi = Self.sum(
      Self.turned(pair.orientations.0, Self.squares(pair.axes.0), motion.turn1),
      Self.turned(pair.orientations.1, Self.squares(pair.axes.1), motion.turn2))
    let b = Self.sum(
      Self.turned(pair.orientations.0, pair.wells.0, motion.turn1),
      Self.turned(pair.orientations.1, pair.wells.1, motion.turn2))
    let squared = Self.dot(r, r)
    let sigma12 = (0.5 * Self.quadraticForm(xi, r) / squared).power(-0.5)
    let h = squared.power(0.5) - sigma12
    let rho = DualNumber(sigma) / (gamma * sigma + h)
    let radial = 4 * epsilon * (rho.power(12) - rho.power(6))
    let s = Self.strength(pair.axes.0) * Self.strength(pair.axes.1)
    let eta = (DualNumber(2 * s) / Self.determinant(xi)).power(nu / 2)
    let chi = (2 * Self.quadraticForm(b, r) / squared).power(mu)
    return radial * eta * chi
  }

  /// The RE-squared energy with Hamaker constant `epsilon` and atomic diameter `sigma`.
  public func reSquared(_ pair: Pair, _ motion: Motion = Motion()) -> DualNumber {
    let r = Self.displacement(pair, motion)
    let g1 = Self.turned(pair.orientations.0, Self.squares(pair.axes.0), motion.turn1)
    let g2 = Self.turned(pair.orientations.1, Self.squares(pair.axes.1), motion.turn2)
    let b = Self.sum(
      Self.turned(pair.orientations.0, pair.wells.0, motion.turn1),
      Self.turned(pair.orientations.1, pair.wells.1, motion.turn2))
    let squared = Self.dot(r, r)
    let sigma12 = (0.5 * Self.quadraticForm(Self.sum(g1, g2), r) / squared).power(-0.5)
    let h = squared.power(0.5) - sigma12
    let s1 = (Self.quadraticForm(g1, r) / squared).power(-0.5)
    let s2 = (Self.quadraticForm(g2, r) / squared).power(-0.5)
    let one = DualNumber(1)
    let hMatrix = Self.sum(Self.scaled(one / s1, g1), Self.scaled(one / s2, g2))
    let (a1, a2) = (pair.axes.0, pair.axes.1)
    let numerator =
      DualNumber(a1.a * a1.b * a1.c) / (s1 * s1) + DualNumber(a2.a * a2.b * a2.c) / (s2 * s2)
    let eta = numerator / (Self.determinant(hMatrix) / (s1 + s2)).power(0.5)
    let chi = 2 * Self.quadraticForm(b, r) / squared
    let q = sigma * (eta * chi) / h
    func product(_ k: Double) -> DualNumber {
      var result = one
      for axis in [a1.a, a1.b, a1.c, a2.a, a2.b, a2.c] {
        result = result * (DualNumber(axis) / (axis + k * h))
      }
      return result
    }
    let attraction = (-epsilon / 36) * ((1 + 3 * q) * product(0.5))
    let core = (sigma * (one / h)).power(6)
    let repulsion =
      (epsilon / 2025) * (core * (1 + (45.0 / 56) * q) * product(pow(60, -1.0 / 3)))
    return attraction + repulsion
  }

  private static func displacement(_ pair: Pair, _ motion: Motion) -> [DualNumber] {
    (0..<3).map { DualNumber(pair.displacement[$0], motion.shift[$0]) }
  }

  private static func squares(_ axes: SemiAxes) -> Vector3 { axes.vector * axes.vector }

  private static func strength(_ s: SemiAxes) -> Double {
    (s.a * s.b + s.c * s.c) * (s.a * s.b).squareRoot()
  }

  /// R diag R^T, and its change when R turns about `turn`: [w]M - M[w].
  private static func turned(_ q: UnitQuaternion, _ diagonal: Vector3, _ turn: Vector3) -> Square {
    let r = q.rotationMatrix
    let m = r * Matrix3x3(diagonal: diagonal) * r.transpose
    let w = Matrix3x3(
      rows: Vector3(0, -turn.z, turn.y), Vector3(turn.z, 0, -turn.x),
      Vector3(-turn.y, turn.x, 0))
    let change = w * m - m * w
    return (0..<3).map { i in (0..<3).map { j in DualNumber(m[i, j], change[i, j]) } }
  }

  private static func sum(_ a: Square, _ b: Square) -> Square {
    (0..<3).map { i in (0..<3).map { j in a[i][j] + b[i][j] } }
  }

  private static func scaled(_ s: DualNumber, _ a: Square) -> Square {
    a.map { $0.map { s * $0 } }
  }

  private static func dot(_ a: [DualNumber], _ b: [DualNumber]) -> DualNumber {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
  }

  private static func cofactor(_ m: Square, _ i: Int, _ j: Int) -> DualNumber {
    let (p, q) = ((i + 1) % 3, (i + 2) % 3)
    let (s, t) = ((j + 1) % 3, (j + 2) % 3)
    return m[p][s] * m[q][t] - m[p][t] * m[q][s]
  }

  private static func determinant(_ m: Square) -> DualNumber {
    let top = (0..<3).map { m[0][$0] * cofactor(m, 0, $0) }
    return top[0] + top[1] + top[2]
  }

  /// r^T m^-1 r by cofactors.
  private static func quadraticForm(_ m: Square, _ r: [DualNumber]) -> DualNumber {
    let rows = (0..<3).map { i in
      dot((0..<3).map { cofactor(m, i, $0) }, r)
    }
    return dot(rows, r) / determinant(m)
  }
}
