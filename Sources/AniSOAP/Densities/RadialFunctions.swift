internal import Foundation
internal import Geometry
internal import Mathematics

/// Radial functions of any form, to be used with a quadrature (`QuadratureExpansion`). They are made
/// orthonormal symmetrically (Löwdin), channel by channel.
public struct RadialFunctions: Sendable {
  enum Form: Sendable {
    /// t^(l + 2n) envelope(t) with t = r / unit. `norm(k)` is int t^k envelope(t)^2 dt.
    case powers(
      envelope: @Sendable (Double) -> Double, norm: @Sendable (Int) -> DoubleDouble, unit: Double)
    /// The functions of the harmonic oscillator, orthonormal already.
    case oscillator(unit: Double)
    /// phi(l, n, r), over [0, extent].
    case custom(@Sendable (Int, Int, Double) -> Double)
  }

  let form: Form
  /// Where functions of degree l + 2n are below rounding; infinite for monomials.
  let extent: @Sendable (Int) -> Double

  /// Those of `DensityExpansion`. The cutoff is the end of the monomials' norms and overlaps, which
  /// the others have over all space.
  ///
  /// Throws: `InvalidInput` unless the width and the cutoff are positive.
  public init(_ basis: RadialBasis, cutoff: Double) throws {
    if let width = basis.width { try Self.requirePositive("radial width", width) }
    try Self.requirePositive("cutoff radius", cutoff)
    switch basis {
    case .gto(let width):
      // int t^k exp(-t^2) dt = Gamma((k + 1) / 2) / 2, k even.
      form = .powers(
        envelope: { exp(-0.5 * $0 * $0) },
        norm: { k in
          var value = SolidHarmonics.pi.squareRoot * 0.5
          for i in 0..<(k / 2) { value = value * (DoubleDouble(i) + 0.5) }
          return value
        }, unit: width)
      extent = { Self.gaussianExtent($0) * width }
    case .monomial:
      form = .powers(envelope: { _ in 1 }, norm: { 1 / DoubleDouble($0 + 1) }, unit: cutoff)
      extent = { _ in .infinity }
    case .laguerre(let width):
      form = .oscillator(unit: width)
      extent = { Self.gaussianExtent($0) * width }
    case .slater(let width): self = try Self.slater(width: width)
    }
  }

  private init(form: Form, extent: @escaping @Sendable (Int) -> Double) {
    (self.form, self.extent) = (form, extent)
  }

  /// Slater-type functions r^(l + 2n) exp(-r / width), with the analytic overlap
  /// int r^k exp(-2 r / width) dr = (width / 2)^(k + 1) k!.
  ///
  /// The paper (Sec. II B) puts them beside the Gaussian-type ones, but exp(-r / width) is no
  /// polynomial times a Gaussian: the product with a Gaussian density has no closed moments, whence
  /// the quadrature.
  ///
  /// Throws: `InvalidInput` unless the width is positive.
  public static func slater(width: Double) throws -> RadialFunctions {
    try requirePositive("radial width", width)
    return RadialFunctions(
      form: .powers(
        envelope: { exp(-$0) },
        norm: { k in
          var value: DoubleDouble = 0.5
          for i in 1..<(k + 1) { value = value * DoubleDouble(i) * 0.5 }
          return value
        }, unit: width),
      // t^d exp(-t) falls below 1e-16 of its maximum.
      extent: { degree in
        let d = Double(degree + 2)
        return (d + 40 + 8 * d.squareRoot()) * width
      })
  }

  /// Functions `function(l, n, r)` over [0, extent], beyond which they count as zero: orthonormalised
  /// with overlaps by a quadrature of 512 points.
  ///
  /// Throws: `InvalidInput` unless the extent is positive and finite.
  public static func custom(
    extent: Double, _ function: @escaping @Sendable (_ l: Int, _ n: Int, _ r: Double) -> Double
  ) throws -> RadialFunctions {
    try requirePositive("extent of the radial functions", extent)
    return RadialFunctions(form: .custom(function), extent: { _ in extent })
  }

  /// t^d exp(-t^2 / 2) is below 1e-17 of its maximum from here on.
  private static func gaussianExtent(_ degree: Int) -> Double {
    Double(degree + 2).squareRoot() + 8
  }

  private static func requirePositive(_ quantity: String, _ value: Double) throws {
    guard value > 0, value.isFinite else {
      throw InvalidInput(quantity, value: value, expected: "a positive number")
    }
  }
}
