internal import Foundation
public import Mathematics

/// Principal components of unit variance over the square root of their number k (scikit-learn's
/// `PCA(k, whiten=True)` over sqrt k): directions along which features vary little count as much as
/// the others. The mean squared distance of two samples is 2, as it is with `Scaler.Mode.matrix`.
public struct Whitening: Equatable, Sendable {
  /// The components.
  public let components: PrincipalComponents

  init(components: PrincipalComponents) { self.components = components }

  /// The whitening by the first `count` components of the samples.
  ///
  /// Throws: `InvalidData` for a count that is not possible or exceeds the rank of the samples,
  /// `NumericalError` when the decomposition fails; `Stopped`.
  public init(_ x: Matrix, count: Int) throws {
    components = try PrincipalComponents(x, count: count)
    let noise = Double(max(x.rows, x.columns)) * Double.ulpOfOne
    let smallest = noise * noise * (components.variances.first ?? 0)
    guard let last = components.variances.last, last > smallest else {
      let rank = components.variances.prefix { $0 > smallest }.count
      throw InvalidData("\(count) components to whiten of features of rank \(rank)")
    }
  }

  /// The first `count` components as they are, each with its own variance: the factor that whitening gives
  /// a component, 1 / sqrt(variance k), is 1 for all of them.
  ///
  /// Throws: as `PrincipalComponents`.
  public init(reducing x: Matrix, count: Int) throws {
    let found = try PrincipalComponents(x, count: count)
    components = PrincipalComponents(
      means: found.means, components: found.components,
      variances: found.variances.map { _ in 1 / Double(count) },
      varianceRatios: found.varianceRatios)
  }

  /// Samples by components.
  ///
  /// Throws: `InvalidData` when the number of features is another than in the fit.
  public func transform(_ x: Matrix) throws -> Matrix {
    let count = Double(components.variances.count)
    return try components.transform(x)
      .scaling(columns: components.variances.map { 1 / ($0 * count).squareRoot() })
  }
}
