internal import Foundation
public import Mathematics

/// What is done to targets before anything is learned from them, and undone after predicting
/// (scikit-learn's `TransformedTargetRegressor`).
public enum TargetTransform: Equatable, Codable, Sendable {
  /// Nothing.
  case identity
  /// Of two targets, a contact distance h (column 0) and an energy U (column 1), the second is learned
  /// as the strength U / f(h) of a Lennard-Jones well,
  ///
  ///     f(h) = 4 (rho^12 - rho^6),  rho = sigma / (h + gamma sigma),
  ///
  /// which for a Gay-Berne pair is epsilon eta chi (Everaers and Ejtehadi, Phys. Rev. E 67, 041710
  /// (2003), doi:10.1103/PhysRevE.67.041710): both h and the strength are smooth functions of the
  /// geometry, whereas U rises as h^-12. Predictions are h and strength f(h). Where f is nearly 0 the
  /// strength has few digits if the energies of a file have few.
  case lennardJones(sigma: Double, gamma: Double)

  /// Targets as given into targets to learn.
  ///
  /// Throws: `InvalidData` when the number of targets does not fit, or a strength is not finite.
  public func apply(_ targets: Matrix) throws -> Matrix {
    guard case .lennardJones(let sigma, let gamma) = self else { return targets }
    try check(columns: targets.columns)
    var result = targets
    for i in 0..<targets.rows {
      let well = Self.well(targets[i, 0], sigma, gamma).value
      result[i, 1] = targets[i, 1] / well
      guard result[i, 1].isFinite, well.isFinite else {
        throw InvalidData(
          "sample \(i): distance \(targets[i, 0]) and energy \(targets[i, 1]) have no strength of a "
            + "Lennard-Jones well with sigma \(sigma) and gamma \(gamma)")
      }
    }
    return result
  }

  /// Learned targets back into targets as given; spreads by propagation of errors to first order, those
  /// of both targets taken as independent. A distance at or below -gamma sigma has an infinite energy.
  ///
  /// Throws: `InvalidData` when the number of targets does not fit.
  public func inverse(_ prediction: Prediction) throws -> Prediction {
    guard case .lennardJones(let sigma, let gamma) = self else { return prediction }
    try check(columns: prediction.values.columns)
    var result = prediction
    for i in 0..<prediction.values.rows {
      let well = Self.well(prediction.values[i, 0], sigma, gamma)
      let strength = prediction.values[i, 1]
      result.values[i, 1] = well.value.isFinite ? strength * well.value : .infinity
      if let spreads = prediction.spreads {
        result.spreads?[i, 1] =
          well.value.isFinite
          ? hypot(strength * well.slope * spreads[i, 0], well.value * spreads[i, 1]) : .infinity
      }
    }
    return result
  }

  /// f and its derivative f' = -(24 / sigma) (2 rho^13 - rho^7); infinite where rho is not positive.
  private static func well(
    _ distance: Double, _ sigma: Double, _ gamma: Double
  ) -> (value: Double, slope: Double) {
    let shifted = distance + gamma * sigma
    guard shifted > 0 else { return (.infinity, -.infinity) }
    let rho = sigma / shifted
    let power = rho * rho * rho * rho * rho * rho
    return (4 * power * (power - 1), -24 / sigma * rho * power * (2 * power - 1))
  }

  private func check(columns: Int) throws {
    guard columns == 2 else {
      throw InvalidData(
        "\(columns) targets where the Lennard-Jones transform takes two: the contact distance, then "
          + "the energy")
    }
  }

  /// Throws: `InvalidData` for parameters without meaning.
  func check() throws {
    guard case .lennardJones(let sigma, let gamma) = self else { return }
    guard sigma > 0, sigma.isFinite, gamma.isFinite else {
      throw InvalidData(
        "Lennard-Jones transform with sigma \(sigma) and gamma \(gamma); a positive sigma and a "
          + "finite gamma are needed")
    }
  }
}
