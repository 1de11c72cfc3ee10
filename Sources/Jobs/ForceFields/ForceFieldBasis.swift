internal import AniSOAP
internal import GayBerne
internal import Geometry
internal import Mathematics

/// The functions that the energy of a force field is a weighted sum of: the number of particles of every
/// species, the features summed over the centres, potentials with a strength, columns of a
/// `ContactExpansion`.
struct ForceFieldBasis: Sendable {
  let description: FeatureSettings
  let species: SpeciesTable
  let gradients: FeatureGradients
  let correlation: DensityExpansion.Correlation
  let shapes: ShapeOverride
  let baselines: [ForceFieldSettings.Baseline]
  let contactColumns: Int
  let contact: ContactFunction
  /// Potentials of strength one, in the order of their columns.
  private let potentials: [any FramePotential]

  /// Throws: `InvalidInput` for features that have no derivatives, or no smooth cutoff.
  init(
    _ description: FeatureSettings, _ settings: ForceFieldSettings,
    baselines: [ForceFieldSettings.Baseline]
  ) throws {
    try description.requireFromFramesAlone()
    self.description = description
    guard let names = try description.speciesNames() else {
      throw InvalidInput(
        "species", value: "none in the description of the features", expected: "all of them")
    }
    species = try SpeciesTable(ordered: names)
    correlation = try description.densityCorrelation()
    shapes = try description.shapes.override()
    let hyperparameters = try description.hyperparameters()
    guard description.smoothCutoff != nil || description.allowHardCutoff else {
      throw InvalidInput(
        "features", value: "with a hard cutoff",
        expected: "a smooth cutoff (--smooth-cutoff): energies jump at a hard one")
    }
    gradients = try FeatureGradients(of: DensityExpansion(hyperparameters, species: species))
    self.baselines = baselines
    (contactColumns, contact) = (settings.contactColumns, settings.contact)
    var potentials: [any FramePotential] = []
    for baseline in baselines {
      potentials.append(
        try Self.potential(baseline, strength: 1, contact, cutoff: hyperparameters.cutoff))
    }
    let width = Self.contactWidth(description)
    if contactColumns > 0 {
      for pair in Self.pairs(species) {
        for k in 0..<contactColumns {
          var unit = Array(repeating: 0.0, count: contactColumns)
          unit[k] = 1
          potentials.append(
            try ContactExpansion(
              coefficients: [pair: unit], contact: contact, cutoff: hyperparameters.cutoff,
              width: width))
        }
      }
    }
    self.potentials = potentials
  }

  var cutoff: Double { gradients.expansion.hyperparameters.cutoff }

  /// All pairs of species, in their order.
  static func pairs(_ species: SpeciesTable) -> [ContactExpansion.SpeciesPair] {
    species.names.indices.flatMap { i in
      (i..<species.count).map { .init(species.names[i], species.names[$0]) }
    }
  }

  static func contactWidth(_ description: FeatureSettings) -> Double {
    description.smoothCutoff ?? 0.1 * (description.cutoff ?? 1)
  }

  static func potential(
    _ baseline: ForceFieldSettings.Baseline, strength: Double, _ contact: ContactFunction,
    cutoff: Double
  ) throws -> any FramePotential {
    switch baseline {
    case .wca: return try ContactRepulsion(epsilon: strength, contact: contact, cutoff: cutoff)
    case .gayBerne:
      var parameters = GayBerneParameters(epsilon: strength)
      parameters.contact = contact
      parameters.cutoff = cutoff
      parameters.truncation = .switched(start: PotentialSettings.defaultSwitch * cutoff)
      return try GayBerne(parameters)
    }
  }

  /// The columns: species, features, potentials.
  var featureColumns: Int { species.count * gradients.expansion.featureCount(correlation) }
  var columns: Int { species.count + featureColumns + potentials.count }
  /// Where each part begins.
  var firstFeature: Int { species.count }
  var firstPotential: Int { species.count + featureColumns }

  /// The rows of a frame for the kinds that have targets.
  ///
  /// Throws: `InvalidInput` for a frame that features or potentials cannot take, and where particles
  /// overlap so much that a potential is not defined.
  func design(
    _ frame: Frame, kinds: Set<ForceFieldRows.Kind>, threads: Int
  ) throws -> [ForceFieldRows.Kind: Matrix] {
    let n = frame.count
    let (perParticle, needsDerivatives) = (1 / Double(n), kinds != [.energy])
    var result: [ForceFieldRows.Kind: Matrix] = [:]
    for kind in kinds {
      let rows =
        switch kind {
        case .energy: 1
        case .forces, .torques: 3 * n
        case .virial: 9
        }
      result[kind] = Matrix(rows: rows, columns: columns)
    }
    for type in try species.types(of: frame) { result[.energy]?[0, type] += perParticle }
    let scaled = try shapes.apply(to: frame)
    let width = featureColumns
    if needsDerivatives {
      let sums = try gradients.summed(of: scaled, correlations: [correlation], threads: threads)
      for k in 0..<width { result[.energy]?[0, firstFeature + k] = sums.features[k] * perParticle }
      func take(_ kind: ForceFieldRows.Kind, from first: Int, _ factor: Double) {
        guard var matrix = result.removeValue(forKey: kind) else { return }
        for row in 0..<matrix.rows {
          for k in 0..<width {
            matrix[row, firstFeature + k] = factor * sums.jacobian[first + row, k]
          }
        }
        result[kind] = matrix
      }
      take(.forces, from: 0, -1)
      take(.torques, from: 3 * n, -1)
      take(.virial, from: 6 * n, -perParticle)
    } else {
      let sums = try gradients.expansion.averagedFeatures(
        of: scaled, correlation: correlation, threads: threads)
      let types = try species.types(of: frame)
      let count = gradients.expansion.featureCount(correlation)
      for type in 0..<species.count {
        let share = Double(types.count { $0 == type }) * perParticle
        for k in 0..<count {
          result[.energy]?[0, firstFeature + type * count + k] = share * sums[type * count + k]
        }
      }
    }
    for (k, potential) in potentials.enumerated() {
      let column = firstPotential + k
      let value = try potential.evaluate(frame, forces: needsDerivatives, threads: threads)
      guard value.energy.isFinite else {
        throw InvalidInput(
          "particles of the frame", value: "overlapping",
          expected: "distances at which baselines and contact columns are defined")
      }
      result[.energy]?[0, column] = value.energy * perParticle
      guard needsDerivatives else { continue }
      for i in 0..<n {
        for a in 0..<3 {
          result[.forces]?[3 * i + a, column] = value.forces[i][a]
          result[.torques]?[3 * i + a, column] = value.torques[i][a]
        }
      }
      for a in 0..<3 {
        for b in 0..<3 { result[.virial]?[3 * a + b, column] = value.virial[a, b] * perParticle }
      }
    }
    return result
  }
}
