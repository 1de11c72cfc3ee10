internal import Geometry
internal import Learning
internal import Mathematics

/// A force field learned from normal equations: the regularisation and the weights of the kinds of rows that
/// cross-validate best.
struct ForceFieldFit: Sendable {
  typealias Kind = ForceFieldRows.Kind

  /// The coefficients of the columns of the basis.
  let coefficients: [Double]
  let alpha: Double
  /// How much each kind of row counted.
  let weights: [Kind: Double]
  /// The cross-validated mean squared error of each kind over its variance: 1 - R2.
  let errors: [Kind: Double]
  /// The scales of the columns.
  let scales: [Double]
  private let meanEnergy: Double
  private let offsets: Int

  /// `parts` are the folds of the cross-validation, kind by kind, with weights of 1 over the variances.
  ///
  /// Of several choices of weights the one with the least sum of relative errors over the kinds is taken.
  ///
  /// Throws: `InvalidData`, `NumericalError`.
  init(
    _ parts: [[Kind: NormalEquations]], _ basis: ForceFieldBasis, _ scan: ForceFieldData.Scan,
    weights choices: [[Kind: Double]], alphas: [Double], scale: Scaler.Mode
  ) throws {
    var best: (sum: Double, fit: StreamedRidge, choice: Int, errors: [Kind: Double], [Double])?
    for (choice, weights) in choices.enumerated() {
      let folds = parts.map { Self.joined($0, weights, basis.columns) }
      let scales = Self.scales(basis, folds, scale)
      let fit = try StreamedRidge(parts: folds, scales: scales, alphas: alphas)
      let errors = Self.errors(parts, fit)
      let sum = errors.values.reduce(0, +)
      if sum < best?.sum ?? .infinity || best == nil {
        best = (sum, fit, choice, errors, scales)
      }
    }
    guard let (_, fit, choice, errors, scales) = best else {
      throw InvalidData("no weights to learn with")
    }
    (alpha, weights, self.errors) = (fit.alpha, choices[choice], errors)
    (self.scales, meanEnergy, offsets) = (scales, scan.meanEnergy, basis.species.count)
    coefficients = Self.shifted(fit.coefficients, meanEnergy, offsets)
  }

  /// The mean energy is taken off before learning and belongs to every particle.
  private static func shifted(_ given: [Double], _ mean: Double, _ count: Int) -> [Double] {
    given.enumerated().map { $0.offset < count ? $0.element + mean : $0.element }
  }

  /// All kinds of rows together.
  static func joined(
    _ part: [Kind: NormalEquations], _ weights: [Kind: Double], _ columns: Int
  ) -> NormalEquations {
    var all = NormalEquations(columns: columns)
    for kind in Kind.allCases {
      if let own = part[kind] { all.add(own, times: weights[kind] ?? 0) }
    }
    return all
  }

  /// What each fold is predicted with from the others, over the variance of the kind.
  private static func errors(
    _ parts: [[Kind: NormalEquations]], _ fit: StreamedRidge
  ) -> [Kind: Double] {
    guard fit.leftOut.count == parts.count else { return [:] }
    var result: [Kind: Double] = [:]
    for kind in Kind.allCases {
      var (sum, rows) = (0.0, 0.0)
      for (part, solution) in zip(parts, fit.leftOut) {
        guard let own = part[kind], own.weight > 0 else { continue }
        sum += own.meanSquaredError(solution) * own.weight
        rows += own.rows
      }
      if rows > 0 { result[kind] = sum / rows }
    }
    return result
  }

  /// Species are free, features have one scale (or one each), potentials have one each.
  private static func scales(
    _ basis: ForceFieldBasis, _ parts: [NormalEquations], _ mode: Scaler.Mode
  ) -> [Double] {
    let weight = parts.reduce(0) { $0 + $1.weight }
    let own = (0..<basis.columns).map { k in
      (parts.reduce(0) { $0 + $1.gram[k, k] } / max(weight, .leastNormalMagnitude)).squareRoot()
    }
    let block = own[basis.firstFeature..<basis.firstPotential]
    let common =
      (block.reduce(0) { $0 + $1 * $1 } / Double(max(1, block.count))).squareRoot()
    return own.enumerated().map { k, scale in
      if k < basis.firstFeature { return scale > 0 ? 1e-3 * scale : 1 }
      let isFeature = k < basis.firstPotential
      // Directions of a kernel belong together.
      let chosen = isFeature && (mode != .columns || basis.kernels != nil) ? common : scale
      return chosen > 0 ? chosen : 1
    }
  }

  /// The members of a committee and what their deviations are multiplied by.
  ///
  /// Throws: `InvalidData`, `NumericalError`.
  func committee(
    _ blocks: [[Kind: NormalEquations]], count: Int, seed: UInt64, _ context: JobContext
  ) throws -> (members: [[Double]], calibration: [Kind: Double]) {
    let kinds = Kind.allCases.filter { blocks.first?[$0] != nil }
    let committee = try StreamedCommittee(
      blocks: blocks.map { block in kinds.compactMap { block[$0] } },
      weights: kinds.map { weights[$0] ?? 0 }, scales: scales, alpha: alpha, count: count,
      seed: seed, threads: context.threads)
    return (
      committee.members.map { Self.shifted($0, meanEnergy, offsets) },
      Dictionary(uniqueKeysWithValues: zip(kinds, committee.calibration))
    )
  }

  /// The root mean squared error and 1 - R2 of rows that were not learned from.
  func error(
    on test: [Kind: NormalEquations]
  ) -> [Kind: (rmse: Double, relative: Double)] {
    let own = Self.shifted(coefficients, -meanEnergy, offsets)
    var result: [Kind: (rmse: Double, relative: Double)] = [:]
    for (kind, part) in test where part.weight > 0 {
      let (squared, variance) = (part.meanSquaredError(own), part.targetVariance)
      result[kind] = (squared.squareRoot(), variance > 0 ? squared / variance : .nan)
    }
    return result
  }
}
