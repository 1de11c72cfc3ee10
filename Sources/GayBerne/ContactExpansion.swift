internal import Foundation
public import Geometry

/// A pair potential that is linear in its coefficients: powers of the distance reduced by the contact
/// distance, times polynomials of the angles between the axes,
///
///     U = f_c(|r|) sum_k c_k rho^p(k) Y_k(u_1.n, u_2.n, u_1.u_2),   rho = w / (|r| - sigma + w)
///
/// with n = r/|r|, sigma the contact distance along n and w the mean of the smallest diameters: the form of
/// the Gay-Berne potential with a free angular dependence, to be learned from. The Y are the monomials
/// s_1^a s_2^b t^c that do not change when an axis is reversed (a + c and b + c even), symmetric in both
/// particles, by rising degree; column k has Y number k / P and power number k mod P of the P powers
/// 12, 6 (up to 16 columns) or 12, 9, 6, 3. f_c falls to zero as (1 + cos)/2 over the last `width`
/// before the cutoff.
///
/// Coefficients are those of a pair of species; a pair without any does not interact.
public struct ContactExpansion: PairPotential, Equatable {
  /// The contact distance.
  public let contact: ContactFunction
  /// The coefficients of pairs of species.
  public let coefficients: [SpeciesPair: [Double]]
  /// Pairs at this distance or beyond do not interact.
  public let cutoff: Double?
  /// Over which distance before the cutoff the energy falls to zero.
  public let width: Double

  private let range: Double
  private let monomials: [Monomial]
  private let powers: [Int]

  /// The most columns of a pair of species.
  public static let mostColumns = 200

  /// Two species in either order.
  public struct SpeciesPair: Hashable, Sendable {
    /// The one that comes first in the alphabet.
    public let first: String
    /// The other.
    public let second: String

    /// In either order.
    public init(_ a: String, _ b: String) { (first, second) = a < b ? (a, b) : (b, a) }
  }

  /// s_1^a s_2^b t^c, made symmetric.
  private struct Monomial: Equatable {
    let a: Int
    let b: Int
    let c: Int
  }

  /// All coefficients of a pair of species have the same number as those of the others.
  ///
  /// Throws: `InvalidInput` for a cutoff or width that is not positive, and for more than 200
  /// coefficients, different numbers of them, or such as are not finite.
  public init(
    coefficients: [SpeciesPair: [Double]], contact: ContactFunction, cutoff: Double, width: Double
  ) throws {
    guard cutoff > 0, cutoff.isFinite else {
      throw InvalidInput("cutoff radius", value: cutoff, expected: "a positive number")
    }
    guard width > 0, width <= cutoff else {
      throw InvalidInput(
        "width of the smooth cutoff", value: width, expected: "more than 0, at most the cutoff")
    }
    let counts = Set(coefficients.values.map(\.count))
    let count = counts.first ?? 0
    guard counts.count <= 1, count <= Self.mostColumns else {
      throw InvalidInput(
        "contact columns", value: "\(counts.sorted())",
        expected: "one number of them, at most \(Self.mostColumns)")
    }
    guard coefficients.values.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw InvalidInput("coefficients", value: "not finite", expected: "finite numbers")
    }
    self.coefficients = coefficients
    self.contact = contact
    self.cutoff = cutoff
    self.width = width
    range = cutoff
    powers = count <= 16 ? [12, 6] : [12, 9, 6, 3]
    monomials = Self.monomials((count + powers.count - 1) / max(1, powers.count))
  }

  /// The first monomials by degree, then by the power of t.
  private static func monomials(_ count: Int) -> [Monomial] {
    var list: [Monomial] = []
    var degree = 0
    while list.count < count {
      for c in 0...degree {
        for b in 0...(degree - c) {
          let a = degree - c - b
          if a >= b, (a + c).isMultiple(of: 2), (b + c).isMultiple(of: 2) {
            list.append(Monomial(a: a, b: b, c: c))
          }
        }
      }
      degree += 1
    }
    return Array(list.prefix(count))
  }

  /// The interaction of a pair. Where the ellipsoids overlap so much that rho is not defined, the energy
  /// is infinite.
  ///
  /// Throws: `InvalidInput` when the centres coincide.
  public func pair(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement r: Vector3, species: (String, String)
  ) throws -> PairInteraction {
    guard let own = coefficients[SpeciesPair(species.0, species.1)], !own.isEmpty else {
      return PairInteraction(energy: 0)
    }
    let geometry = try ContactGeometry(first, second, r, contact)
    guard geometry.distance < range, !geometry.isSingular else {
      return geometry.distance < range
        ? geometry.interaction(.init()) : PairInteraction(energy: 0)
    }
    var energy = ContactGeometry.Energy()
    let (s1, s2, t) = (geometry.s1, geometry.s2, geometry.t)
    for (y, monomial) in monomials.enumerated() {
      // The radial part of this monomial.
      var (radial, slope) = (0.0, 0.0)
      for (p, power) in powers.enumerated() where y * powers.count + p < own.count {
        let value = own[y * powers.count + p] * Self.power(geometry.rho, power)
        radial += value
        slope += value * Double(power) / geometry.rho
      }
      var (angular, d1, d2, dt) = (0.0, 0.0, 0.0, 0.0)
      func add(_ a: Int, _ b: Int) {
        let c = monomial.c
        let (pa, pb, pc) = (Self.power(s1, a), Self.power(s2, b), Self.power(t, c))
        angular += pa * pb * pc
        if a > 0 { d1 += Double(a) * Self.power(s1, a - 1) * pb * pc }
        if b > 0 { d2 += Double(b) * pa * Self.power(s2, b - 1) * pc }
        if c > 0 { dt += Double(c) * pa * pb * Self.power(t, c - 1) }
      }
      add(monomial.a, monomial.b)
      if monomial.a != monomial.b { add(monomial.b, monomial.a) }
      energy.value += radial * angular
      energy.byRho += slope * angular
      energy.byS1 += radial * d1
      energy.byS2 += radial * d2
      energy.byT += radial * dt
    }
    let (weight, fall) = weight(geometry.distance)
    energy.byDistance = fall * energy.value
    energy.value *= weight
    energy.byRho *= weight
    energy.byS1 *= weight
    energy.byS2 *= weight
    energy.byT *= weight
    return geometry.interaction(energy)
  }

  /// f_c and its derivative.
  private func weight(_ distance: Double) -> (value: Double, slope: Double) {
    guard distance > range - width else { return (1, 0) }
    let phase = .pi * (distance - range + width) / width
    return (0.5 * (1 + cos(phase)), -0.5 * .pi / width * sin(phase))
  }

  private static func power(_ x: Double, _ n: Int) -> Double {
    var result = 1.0
    for _ in 0..<n { result *= x }
    return result
  }
}

/// The repulsive part of a Lennard-Jones potential at the contact distance (Weeks, Chandler and Andersen,
/// J. Chem. Phys. 54, 5237 (1971), doi:10.1063/1.1674820):
///
///     U = epsilon (4 (rho^12 - rho^6) + 1) where rho > 2^(-1/6), else 0
///
/// with rho as in `ContactExpansion`. It keeps particles apart whatever else acts.
public struct ContactRepulsion: PairPotential, Equatable {
  /// The strength.
  public let epsilon: Double
  /// The contact distance.
  public let contact: ContactFunction
  /// Pairs at this distance or beyond do not interact.
  public let cutoff: Double?

  /// `cutoff` is how far neighbours are looked for; the energy ends by itself.
  ///
  /// Throws: `InvalidInput` for a strength that is not finite or a cutoff that is not positive.
  public init(epsilon: Double = 1, contact: ContactFunction, cutoff: Double) throws {
    guard epsilon.isFinite else {
      throw InvalidInput("epsilon", value: epsilon, expected: "a finite number")
    }
    guard cutoff > 0, cutoff.isFinite else {
      throw InvalidInput("cutoff radius", value: cutoff, expected: "a positive number")
    }
    (self.epsilon, self.contact, self.cutoff) = (epsilon, contact, cutoff)
  }

  /// The interaction of a pair.
  ///
  /// Throws: `InvalidInput` when the centres coincide.
  public func pair(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement r: Vector3, species: (String, String)
  ) throws -> PairInteraction {
    let geometry = try ContactGeometry(first, second, r, contact)
    guard !geometry.isSingular else { return geometry.interaction(.init()) }
    let six = geometry.rho * geometry.rho * geometry.rho
    let rho6 = six * six
    guard rho6 > 0.5 else { return PairInteraction(energy: 0) }
    return geometry.interaction(
      .init(
        value: epsilon * (4 * rho6 * (rho6 - 1) + 1),
        byRho: epsilon * 24 * rho6 * (2 * rho6 - 1) / geometry.rho))
  }
}
