internal import Foundation
internal import Geometry

/// What a density expansion depends on. A value: copy it, change it, compare it.
public struct Hyperparameters: Equatable, Hashable, Sendable {
  /// The radial functions.
  public var basis: RadialBasis
  /// The largest angular channel lmax.
  public var maxAngular: Int
  /// How many radial functions each channel has.
  public var maxRadial: RadialSize
  /// Neighbours count up to this distance (strictly below it), in the file's length unit.
  public var cutoff: Double
  /// Eigenvalues of the overlap matrix at or below it are dropped.
  public var rcond: Double
  /// Whether a particle's own density is left out of its environment. Its periodic images stay.
  public var excludeSelf: Bool
  /// How a neighbour's weight falls towards the cutoff.
  public var cutoffShape: CutoffShape
  /// Which pairs of columns the power spectrum holds.
  public var spectrumForm: SpectrumForm
  /// Channels that the neighbour species are mixed into; nil keeps every species apart.
  public var mixing: SpeciesMixing?
  /// The density of a particle.
  public var density: ParticleDensity
  /// The frame that features of nu = 1 are given in; those of higher order depend on none.
  public var frame: CoefficientFrame

  /// Defaults are those of AniSOAP where it has any.
  public init(
    basis: RadialBasis, maxAngular: Int, maxRadial: RadialSize, cutoff: Double, rcond: Double = 0,
    excludeSelf: Bool = false, cutoffShape: CutoffShape = .hard,
    spectrumForm: SpectrumForm = .allPairs, mixing: SpeciesMixing? = nil,
    density: ParticleDensity = .gaussian, frame: CoefficientFrame = .space
  ) {
    self.basis = basis
    self.maxAngular = maxAngular
    self.maxRadial = maxRadial
    self.cutoff = cutoff
    self.rcond = rcond
    self.excludeSelf = excludeSelf
    self.cutoffShape = cutoffShape
    self.spectrumForm = spectrumForm
    self.mixing = mixing
    self.density = density
    self.frame = frame
  }

  /// The number of radial functions for l = 0...lmax.
  package var radialCounts: [Int] { maxRadial.counts(maxAngular: maxAngular) }

  /// Throws: `InvalidInput` naming the first value that makes no sense.
  public func validate() throws {
    guard cutoff > 0, cutoff.isFinite else {
      throw InvalidInput("cutoff radius", value: cutoff, expected: "a positive number")
    }
    if let width = basis.width, !(width > 0 && width.isFinite) {
      throw InvalidInput("radial width", value: width, expected: "a positive number")
    }
    guard (0...Self.largestDegree).contains(maxAngular) else {
      throw InvalidInput(
        "max-angular", value: "\(maxAngular)", expected: "0 to \(Self.largestDegree)")
    }
    switch maxRadial {
    case .automatic: break
    case .uniform(let n): try Self.validate(radial: n)
    case .perChannel(let list):
      guard list.count == maxAngular + 1 else {
        throw InvalidInput(
          "max-radial", value: "a list of \(list.count) numbers",
          expected: "\(maxAngular + 1), one for every angular channel from 0 to \(maxAngular)")
      }
      for n in list { try Self.validate(radial: n) }
    }
    guard rcond >= 0, rcond < 1 else {
      throw InvalidInput("rcond", value: rcond, expected: "0 or more, and below 1")
    }
    if case .slater = basis {
      guard density == .gaussian else {
        throw InvalidInput(
          "radial basis", value: "slater",
          expected:
            "gto, laguerre or monomial for the density '\(density.rawValue)', whose edges no "
            + "quadrature resolves")
      }
      guard rcond == 0 else {
        throw InvalidInput("rcond", value: rcond, expected: "0 for Slater-type functions")
      }
    }
    if case .smooth(let width) = cutoffShape, !(width > 0 && width <= cutoff) {
      throw InvalidInput(
        "width of the smooth cutoff", value: width, expected: "more than 0, at most the cutoff")
    }
  }

  private static let largestDegree = 30

  private static func validate(radial n: Int) throws {
    guard (0...largestDegree).contains(n) else {
      throw InvalidInput("max-radial", value: "\(n)", expected: "0 to \(largestDegree)")
    }
  }
}

/// Which pairs (a, b) of columns the power spectrum holds.
public enum SpectrumForm: String, Equatable, Hashable, Sendable {
  /// All ordered pairs, each value off the diagonal twice: AniSOAP's form.
  case allPairs
  /// a <= b, with sqrt(2) off the diagonal: the same scalar products from about half the columns.
  case unorderedPairs
}

/// Neighbour species mixed into fewer channels, so that the number of features does not grow with the
/// square of the number of species: c_k = sum over the species t of weights[k][t] c_t.
public struct SpeciesMixing: Equatable, Hashable, Sendable {
  /// One row for each channel, one weight for each species, in the order of the calculation's species.
  public let weights: [[Double]]

  /// Throws: `InvalidInput` unless there is a row, all have the same length and all are finite.
  public init(weights: [[Double]]) throws {
    guard let width = weights.first?.count, width > 0,
      weights.allSatisfy({ $0.count == width && $0.allSatisfy(\.isFinite) })
    else {
      throw InvalidInput(
        "species mixing", value: "\(weights)",
        expected: "rows of finite weights, one for each species")
    }
    self.weights = weights
  }
}

/// How a neighbour's weight falls towards the cutoff.
public enum CutoffShape: Equatable, Hashable, Sendable {
  /// Weight 1 below the cutoff, 0 from it on, as AniSOAP has it: descriptors jump when a neighbour
  /// crosses.
  case hard
  /// (1 + cos(pi (r - rc + width) / width)) / 2 over the last `width` before the cutoff
  /// (a shifted cosine).
  case smooth(width: Double)

  /// The weight at distance `r` below the cutoff.
  @inline(__always)
  func weight(_ r: Double, cutoff: Double) -> Double {
    switch self {
    case .hard: 1
    case .smooth(let width):
      if r <= cutoff - width {
        1
      } else {
        // (1 + cos t) / 2 as cos^2 (t / 2), which keeps its digits where it falls to zero.
        Self.square(cos(0.5 * .pi * (r - cutoff + width) / width))
      }
    }
  }

  @inline(__always)
  private static func square(_ x: Double) -> Double { x * x }

  /// The derivative of the weight by r, over the weight and over r: finite below the cutoff, and its
  /// product with the weight falls to zero there.
  @inline(__always)
  func logarithmicSlope(_ r: Double, cutoff: Double) -> Double {
    switch self {
    case .hard: 0
    case .smooth(let width):
      if r <= cutoff - width || r == 0 {
        0
      } else {
        -(.pi / width) * tan(0.5 * .pi * (r - cutoff + width) / width) / r
      }
    }
  }
}
