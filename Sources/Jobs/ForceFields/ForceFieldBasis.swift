internal import AniSOAP
internal import GayBerne
internal import Geometry
internal import Learning
internal import Mathematics

/// The functions that the energy of a force field is a weighted sum of: the number of particles of every
/// species; the features summed over the centres, or kernels between the features of centres and given
/// points; potentials with a strength, columns of a `ContactExpansion`.
///
/// Columns of kernels are learned from in the directions of `SparseKernel.whitening` and stored point by
/// point (`stored`).
struct ForceFieldBasis: Sendable {
  let description: FeatureSettings
  let species: SpeciesTable
  let gradients: FeatureGradients
  let correlation: DensityExpansion.Correlation
  let shapes: ShapeOverride
  let baselines: [ForceFieldSettings.Baseline]
  let contactColumns: Int
  let contact: ContactFunction
  /// The kernels of every centre species; nil: the energy is linear in the features.
  let kernels: [SparseKernel]?
  private let whitening: [Matrix]
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
    let expansion = try DensityExpansion(hyperparameters, species: species)
    try expansion.checkColumns(correlation, average: .none)
    gradients = try FeatureGradients(of: expansion)
    (kernels, whitening) = (nil, [])
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

  /// The same with kernels in place of the features.
  ///
  /// Throws: `InvalidInput` for points that are not one set for each species, of the width of the features;
  /// `NumericalError`.
  init(_ other: ForceFieldBasis, kernels: [SparseKernel]) throws {
    let width = other.gradients.expansion.featureCount(other.correlation)
    guard kernels.count == other.species.count,
      kernels.allSatisfy({ $0.points.columns == width })
    else {
      throw InvalidInput(
        "points of the kernel", value: "\(kernels.map { [$0.points.rows, $0.points.columns] })",
        expected: "\(other.species.count) sets of \(width) features")
    }
    (description, species, gradients) = (other.description, other.species, other.gradients)
    (correlation, shapes, baselines) = (other.correlation, other.shapes, other.baselines)
    (contactColumns, contact) = (other.contactColumns, other.contact)
    potentials = other.potentials
    self.kernels = kernels
    whitening = try kernels.map { try $0.whitening() }
  }

  var family: KernelFamily? {
    kernels.map { KernelFamily(correlations: [correlation], kernels: $0) }
  }

  /// Coefficients of the columns as they are stored: those of kernels point by point.
  func stored(_ coefficients: [Double]) -> [Double] {
    guard kernels != nil else { return coefficients }
    var rest = coefficients[firstFeature..<firstPotential]
    var points: [Double] = []
    for t in whitening {
      let own = Matrix(column: Array(rest.prefix(t.columns)))
      points += LinearAlgebra.multiply(t, own).elements
      rest = rest.dropFirst(t.columns)
    }
    return Array(coefficients[..<firstFeature]) + points + Array(coefficients[firstPotential...])
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

  /// The number of features of a centre.
  var centerFeatureCount: Int { gradients.expansion.featureCount(correlation) }

  /// The columns: species, features, potentials.
  var featureColumns: Int {
    kernels == nil
      ? species.count * gradients.expansion.featureCount(correlation)
      : whitening.reduce(0) { $0 + $1.columns }
  }
  /// How many of them there are as they are stored.
  var storedFeatures: Int {
    kernels?.reduce(0) { $0 + $1.points.rows } ?? featureColumns
  }
  var storedColumns: Int { species.count + storedFeatures + potentials.count }
  var columns: Int { species.count + featureColumns + potentials.count }
  /// Where each part begins.
  var firstFeature: Int { species.count }
  var firstPotential: Int { species.count + featureColumns }

  /// The features of every particle, in their order.
  ///
  /// Throws: `InvalidInput` for a frame that the features cannot take.
  func centerFeatures(of frame: Frame, threads: Int) throws -> Matrix {
    try gradients.expansion.features(
      of: shapes.apply(to: frame), correlation: correlation, average: .none, threads: threads
    ).values
  }

  /// The rows of a frame for the kinds that have targets.
  ///
  /// Throws: `InvalidInput` for a frame that features or potentials cannot take, and where particles
  /// overlap so much that a potential is not defined.
  func design(
    _ frame: Frame, kinds: Set<ForceFieldRows.Kind>, threads: Int
  ) throws -> [ForceFieldRows.Kind: Matrix] {
    let n = frame.count
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
    for type in try species.types(of: frame) {
      result[.energy]?[0, type] += 1 / Double(n)
    }
    try addFeatures(of: shapes.apply(to: frame), threads, to: &result)
    try addPotentials(of: frame, threads, to: &result)
    return result
  }

  private typealias Rows = [ForceFieldRows.Kind: Matrix]

  /// The columns of features or kernels.
  private func addFeatures(of frame: Frame, _ threads: Int, to rows: inout Rows) throws {
    let perParticle = 1 / Double(frame.count)
    guard let sums = try summed(frame, derivatives: rows.count > 1, threads) else {
      // Energies alone, of features: their averages are enough.
      let sums = try gradients.expansion.averagedFeatures(
        of: frame, correlation: correlation, threads: threads)
      let types = try species.types(of: frame)
      let count = gradients.expansion.featureCount(correlation)
      for type in 0..<species.count {
        let share = Double(types.count { $0 == type }) * perParticle
        for k in 0..<count {
          rows[.energy]?[0, firstFeature + type * count + k] = share * sums[type * count + k]
        }
      }
      return
    }
    let width = featureColumns
    for k in 0..<width { rows[.energy]?[0, firstFeature + k] = sums.features[k] * perParticle }
    func take(_ kind: ForceFieldRows.Kind, _ factor: Double, from source: (Int) -> Int) {
      guard var matrix = rows.removeValue(forKey: kind) else { return }
      for row in 0..<matrix.rows {
        for k in 0..<width {
          matrix[row, firstFeature + k] = factor * sums.jacobian[source(row), k]
        }
      }
      rows[kind] = matrix
    }
    let n = frame.count
    take(.forces, -1) { $0 }
    take(.torques, -1) { 3 * n + $0 }
    // The strain e_ab moves r_a by e_ab r_b, so that minus its derivative is F_a r_b: W_ba of the virial.
    take(.virial, -perParticle) { 6 * n + 3 * ($0 % 3) + $0 / 3 }
  }

  /// Sums over the centres with their derivatives, in the columns that are learned from; nil where these are
  /// features whose derivatives nobody asks for.
  private func summed(
    _ frame: Frame, derivatives: Bool, _ threads: Int
  ) throws -> SummedJacobian? {
    guard let family else {
      return derivatives
        ? try gradients.summed(of: frame, correlations: [correlation], threads: threads) : nil
    }
    var sums = try gradients.summed(of: frame, family: family)
    var jacobian = Matrix(rows: sums.jacobian.rows, columns: featureColumns)
    var features: [Double] = []
    var (source, target) = (0, 0)
    for t in whitening {
      let places = Array(source..<source + t.rows)
      let block = LinearAlgebra.multiply(sums.jacobian.selecting(columns: places), t)
      for row in 0..<block.rows {
        for k in 0..<t.columns { jacobian[row, target + k] = block[row, k] }
      }
      let own = Matrix(rows: 1, columns: t.rows, elements: places.map { sums.features[$0] })
      features += LinearAlgebra.multiply(own, t).elements
      source += t.rows
      target += t.columns
    }
    (sums.features, sums.jacobian) = (features, jacobian)
    return sums
  }

  /// The columns of baselines and contact columns.
  private func addPotentials(of frame: Frame, _ threads: Int, to rows: inout Rows) throws {
    let perParticle = 1 / Double(frame.count)
    for (k, potential) in potentials.enumerated() {
      let column = firstPotential + k
      let value = try potential.evaluate(frame, forces: rows.count > 1, threads: threads)
      guard value.energy.isFinite else {
        throw InvalidInput(
          "particles of the frame", value: "overlapping",
          expected: "distances at which baselines and contact columns are defined")
      }
      rows[.energy]?[0, column] = value.energy * perParticle
      guard rows.count > 1 else { continue }
      for i in 0..<frame.count {
        for a in 0..<3 {
          rows[.forces]?[3 * i + a, column] = value.forces[i][a]
          rows[.torques]?[3 * i + a, column] = value.torques[i][a]
        }
      }
      for a in 0..<3 {
        for b in 0..<3 { rows[.virial]?[3 * a + b, column] = value.virial[a, b] * perParticle }
      }
    }
  }
}
