internal import AniSOAP
public import GayBerne
public import Geometry
internal import Mathematics

/// A learned potential: an energy that is a weighted sum of AniSOAP features of neighbourhoods, potentials
/// with a fitted strength and columns of a `ContactExpansion`, with forces, torques and virial.
///
/// It is read from the file of a model by `ForceFieldFile` and goes wherever a potential goes: `energy`,
/// `simulate`, `FramePotential` in a program of one's own.
public struct ForceField: FramePotential {
  private let features: FeaturePotential
  private let pairs: [any FramePotential]
  private let shapes: ShapeOverride
  /// Between which semi-axes the particles of each species were that it learned from.
  let learnedShapes: [String: (low: Vector3, high: Vector3)]
  /// Twice the cutoff of the features: two particles act on each other through a third that sees both.
  public let cutoff: Double?

  /// Throws: `InvalidInput` for coefficients that are not finite or of another number.
  init(
    _ basis: ForceFieldBasis, coefficients: [Double],
    learnedShapes: [String: (low: Vector3, high: Vector3)]
  ) throws {
    guard coefficients.count == basis.columns, coefficients.allSatisfy(\.isFinite) else {
      throw InvalidInput(
        "coefficients", value: "\(coefficients.count)",
        expected: "\(basis.columns) finite numbers")
    }
    let count = basis.gradients.expansion.featureCount(basis.correlation)
    let weights = Matrix(
      rows: basis.species.count, columns: count,
      elements: Array(coefficients[basis.firstFeature..<basis.firstPotential]))
    features = FeaturePotential(
      basis.gradients,
      energy: try LinearCenterEnergy(
        correlations: [basis.correlation], weights: weights,
        offsets: Array(coefficients[..<basis.firstFeature])))
    var rest = coefficients[basis.firstPotential...]
    var pairs: [any FramePotential] = []
    for baseline in basis.baselines {
      let strength = rest.removeFirst()
      pairs.append(
        try ForceFieldBasis.potential(
          baseline, strength: strength, basis.contact, cutoff: basis.cutoff))
    }
    if basis.contactColumns > 0 {
      var table: [ContactExpansion.SpeciesPair: [Double]] = [:]
      for pair in ForceFieldBasis.pairs(basis.species) {
        table[pair] = Array(rest.prefix(basis.contactColumns))
        rest = rest.dropFirst(basis.contactColumns)
      }
      pairs.append(
        try ContactExpansion(
          coefficients: table, contact: basis.contact, cutoff: basis.cutoff,
          width: ForceFieldBasis.contactWidth(basis.description)))
    }
    self.pairs = pairs
    shapes = basis.shapes
    self.learnedShapes = learnedShapes
    cutoff = features.cutoff
  }

  /// Throws: `InvalidInput` for a particle whose shape is not among those that were learned from.
  private func check(_ frame: Frame) throws {
    guard let axes = frame.semiAxes else { return }
    for (i, own) in axes.enumerated() {
      guard let known = learnedShapes[frame.species[i]] else { continue }
      for k in 0..<3 {
        let tolerance = 1e-6 * known.high[k]
        guard own.vector[k] >= known.low[k] - tolerance, own.vector[k] <= known.high[k] + tolerance
        else {
          throw InvalidInput(
            "semi-axes of particle \(i) (species \(frame.species[i]))",
            value: "\(own.a) \(own.b) \(own.c)",
            expected: "those that the model learned from, \(Self.text(known.low)) to "
              + Self.text(known.high))
        }
      }
    }
  }

  private static func text(_ v: Vector3) -> String { "\(v.x) \(v.y) \(v.z)" }

  /// Energy, and on request forces, torques and virial. Where particles overlap so much that a baseline is
  /// not defined, the energy is infinite.
  ///
  /// Throws: `InvalidInput` for a frame without orientations or semi-axes, species that the model does
  /// not know, and shapes that it did not learn from.
  public func evaluate(_ frame: Frame, forces: Bool, threads: Int) throws -> Interaction {
    try check(frame)
    var result = try features.evaluate(
      shapes.apply(to: frame), forces: forces, threads: threads)
    for potential in pairs {
      result.add(try potential.evaluate(frame, forces: forces, threads: threads))
    }
    return result
  }

  /// One that keeps lists and memory of the features.
  ///
  /// Throws: as `evaluate`; `InvalidInput` for a skin that is not positive.
  public func evaluator(for frame: Frame, skin: Double?) throws -> any PotentialEvaluator {
    try check(frame)
    return ForceFieldEvaluator(
      [try features.evaluator(for: shapes.apply(to: frame), skin: skin)]
        + (try pairs.map { try $0.evaluator(for: frame, skin: skin) }))
  }
}

/// The sum of several evaluators of the same particles.
private final class ForceFieldEvaluator: PotentialEvaluator {
  private let parts: [any PotentialEvaluator]
  private var memory = Interaction()

  init(_ parts: [any PotentialEvaluator]) { self.parts = parts }

  func evaluate(
    positions: [Vector3], orientations: [UnitQuaternion], cell: Cell?, threads: Int,
    into result: inout Interaction
  ) throws {
    for (k, part) in parts.enumerated() {
      if k == 0 {
        try part.evaluate(
          positions: positions, orientations: orientations, cell: cell, threads: threads,
          into: &result)
      } else {
        try part.evaluate(
          positions: positions, orientations: orientations, cell: cell, threads: threads,
          into: &memory)
        result.add(memory)
      }
    }
  }

  // All lists are made anew once somebody moved by half of the same skin.
  var reference: EvaluatorReference? { parts.first?.reference }

  func restore(_ reference: EvaluatorReference?) throws {
    for part in parts { try part.restore(reference) }
  }

  func copy() throws -> any PotentialEvaluator {
    ForceFieldEvaluator(try parts.map { try $0.copy() })
  }
}

extension Interaction {
  /// Adds what another potential does to the same particles.
  fileprivate mutating func add(_ other: Interaction) {
    energy += other.energy
    for i in energies.indices where i < other.energies.count { energies[i] += other.energies[i] }
    for i in forces.indices where i < other.forces.count { forces[i] += other.forces[i] }
    for i in torques.indices where i < other.torques.count { torques[i] += other.torques[i] }
    for a in 0..<3 { for b in 0..<3 { virial[a, b] += other.virial[a, b] } }
    pairCount += other.pairCount
    singularPairs += other.singularPairs
  }
}
