public import Geometry
public import Mathematics

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

  private let kernel: ContactExpansionKernel
  /// Which coefficients a pair of species has.
  let strengths: PairStrengths

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
    let powers = count <= 16 ? 2 : 4
    // The kernel takes the number of a kind of pair for its epsilon; pairs without coefficients have -1.
    let pairs = coefficients.filter { !$0.value.isEmpty }
      .sorted { ($0.key.first, $0.key.second) < ($1.key.first, $1.key.second) }
    var strengths = PairStrengths(epsilon: -1)
    for (k, pair) in pairs.enumerated() {
      strengths.byPair[.init(pair.key.first, pair.key.second)] = .init(
        epsilon: Double(k), sigma: 1)
    }
    self.strengths = strengths
    kernel = ContactExpansionKernel(
      contact: contact, cutoff: cutoff, width: width,
      terms: Self.terms((count + powers - 1) / powers), powers: powers,
      coefficients: pairs.map(\.value))
  }

  /// The first monomials by degree, then by the power of t.
  private static func terms(_ count: Int) -> [ContactExpansionKernel.Term] {
    var list: [ContactExpansionKernel.Term] = []
    var degree = 0
    while list.count < count {
      for c in 0...degree {
        for b in 0...(degree - c) {
          let a = degree - c - b
          if a >= b, (a + c).isMultiple(of: 2), (b + c).isMultiple(of: 2) {
            list.append(.init(i: a / 2, j: b / 2, k: c / 2, isOdd: !c.isMultiple(of: 2)))
          }
        }
      }
      degree += 1
    }
    return Array(list.prefix(count))
  }

  private var truncated: TruncatedKernel<ContactExpansionKernel> {
    TruncatedKernel(kernel: kernel, cutoff: cutoff, truncation: .plain)
  }

  /// The interaction of a pair. Where the ellipsoids overlap so much that rho is not defined, the energy
  /// is infinite.
  ///
  /// Throws: `InvalidInput` when the centres coincide.
  public func pair(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement r: Vector3, species: (String, String)
  ) throws -> PairInteraction {
    PairInteraction(
      try evaluate(first, second, displacement: r, species: species, by: truncated))
  }

  /// Energy, and on request forces, torques and virial, of a frame, with all periodic images.
  ///
  /// The result does not depend on the number of threads.
  ///
  /// Throws: `InvalidInput` when the frame lacks orientations or semi-axes, or has two particles at the
  /// same place.
  public func evaluate(
    _ frame: Frame, forces: Bool = true, threads: Int = Parallel.availableThreads
  ) throws -> Interaction {
    try evaluate(frame, by: truncated, forces: forces, threads: threads)
  }

  /// One with a Verlet list, as `GayBerne` has it.
  ///
  /// Throws: `InvalidInput` when the frame lacks orientations or semi-axes, or the skin is not a positive
  /// number.
  public func evaluator(for frame: Frame, skin: Double?) throws -> any PotentialEvaluator {
    try evaluator(for: frame, skin: skin, by: truncated) ?? FrameByFrameEvaluator(self, frame)
  }
}

extension ContactExpansion: KernelPotential {
  func particle(_ ellipsoid: Ellipsoid, species: String) -> Particle<Double> {
    ellipsoid.contactParticle
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

  private var truncated: TruncatedKernel<ContactRepulsionKernel> {
    TruncatedKernel(
      kernel: ContactRepulsionKernel(strength: epsilon, contact: contact), cutoff: cutoff,
      truncation: .plain)
  }

  /// The interaction of a pair.
  ///
  /// Throws: `InvalidInput` when the centres coincide.
  public func pair(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement r: Vector3, species: (String, String)
  ) throws -> PairInteraction {
    PairInteraction(
      try evaluate(first, second, displacement: r, species: species, by: truncated))
  }

  /// Energy, and on request forces, torques and virial, of a frame, with all periodic images.
  ///
  /// The result does not depend on the number of threads.
  ///
  /// Throws: `InvalidInput` as `ContactExpansion`.
  public func evaluate(
    _ frame: Frame, forces: Bool = true, threads: Int = Parallel.availableThreads
  ) throws -> Interaction {
    try evaluate(frame, by: truncated, forces: forces, threads: threads)
  }

  /// One with a Verlet list, as `GayBerne` has it.
  ///
  /// Throws: `InvalidInput` as `ContactExpansion`.
  public func evaluator(for frame: Frame, skin: Double?) throws -> any PotentialEvaluator {
    try evaluator(for: frame, skin: skin, by: truncated) ?? FrameByFrameEvaluator(self, frame)
  }
}

extension ContactRepulsion: KernelPotential {
  var strengths: PairStrengths { PairStrengths() }

  func particle(_ ellipsoid: Ellipsoid, species: String) -> Particle<Double> {
    ellipsoid.contactParticle
  }
}
