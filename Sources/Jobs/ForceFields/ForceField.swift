internal import AniSOAP
public import GayBerne
public import Geometry
internal import Learning
internal import Mathematics

/// A learned potential: an energy that is a weighted sum of AniSOAP features of neighbourhoods (or of
/// kernels between them and given ones), potentials with a fitted strength and columns of a
/// `ContactExpansion`, with forces, torques and virial.
///
/// It is read from the file of a model by `ForceFieldFile` and goes wherever a potential goes: `energy`,
/// `simulate`, `FramePotential` in a program of one's own.
public struct ForceField: FramePotential {
  private let sum: Sum
  /// Sums with the coefficients of the members of a committee.
  private let members: [Sum]
  /// What the deviations of the members are multiplied by.
  private let calibration: [ForceFieldRows.Kind: Double]
  private let basis: ForceFieldBasis
  /// Between which semi-axes the particles of each species were that it learned from.
  let learnedShapes: [String: (low: Vector3, high: Vector3)]
  /// Where the neighbourhoods of each species lie that it learned from; empty where nobody knows.
  var domains: [FeatureDomain] = []
  /// Twice the cutoff of the features: two particles act on each other through a third that sees both.
  public let cutoff: Double?

  /// Features and potentials with their coefficients.
  private struct Sum: Sendable {
    let features: FeaturePotential
    let pairs: [any FramePotential]

    func evaluate(
      _ frame: Frame, scaled: Frame, forces: Bool, threads: Int
    ) throws -> Interaction {
      var result = try features.evaluate(scaled, forces: forces, threads: threads)
      for potential in pairs {
        result.add(try potential.evaluate(frame, forces: forces, threads: threads))
      }
      return result
    }
  }

  /// Coefficients are those that are stored (`ForceFieldBasis.stored`).
  ///
  /// Throws: `InvalidInput` for coefficients that are not finite or of another number.
  init(
    _ basis: ForceFieldBasis, coefficients: [Double], members: [[Double]] = [],
    calibration: [ForceFieldRows.Kind: Double] = [:],
    learnedShapes: [String: (low: Vector3, high: Vector3)]
  ) throws {
    self.basis = basis
    sum = try Self.sum(basis, coefficients)
    self.members = try members.map { try Self.sum(basis, $0) }
    self.calibration = calibration
    self.learnedShapes = learnedShapes
    cutoff = sum.features.cutoff
  }

  private static func sum(_ basis: ForceFieldBasis, _ coefficients: [Double]) throws -> Sum {
    guard coefficients.count == basis.storedColumns, coefficients.allSatisfy(\.isFinite) else {
      throw InvalidInput(
        "coefficients", value: "\(coefficients.count)",
        expected: "\(basis.storedColumns) finite numbers")
    }
    let offsets = Array(coefficients[..<basis.firstFeature])
    var rest = coefficients[basis.firstFeature...]
    let own = rest.prefix(basis.storedFeatures)
    rest = rest.dropFirst(own.count)
    let features = FeaturePotential(
      basis.gradients, energy: try energy(basis, Array(own), offsets))
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
    return Sum(features: features, pairs: pairs)
  }

  /// The energy of a centre.
  private static func energy(
    _ basis: ForceFieldBasis, _ weights: [Double], _ offsets: [Double]
  ) throws -> any CenterEnergy {
    guard let family = basis.family else {
      let count = basis.gradients.expansion.featureCount(basis.correlation)
      return try LinearCenterEnergy(
        correlations: [basis.correlation],
        weights: Matrix(rows: basis.species.count, columns: count, elements: weights),
        offsets: offsets)
    }
    var rest = weights[...]
    let lists = family.kernels.map { kernel in
      defer { rest = rest.dropFirst(kernel.points.rows) }
      return Array(rest.prefix(kernel.points.rows))
    }
    return try KernelCenterEnergy(family, weights: lists, offsets: offsets)
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
    return try sum.evaluate(
      frame, scaled: basis.shapes.apply(to: frame), forces: forces, threads: threads)
  }

  /// One that keeps lists and memory of the features.
  ///
  /// Throws: as `evaluate`; `InvalidInput` for a skin that is not positive.
  public func evaluator(for frame: Frame, skin: Double?) throws -> any PotentialEvaluator {
    try check(frame)
    let skin = skin ?? FeaturePotential.defaultSkin
    // The lists of pairs hold a little longer than that of the features, which says when all are made anew.
    return ForceFieldEvaluator(
      [try sum.features.evaluator(for: basis.shapes.apply(to: frame), skin: skin)]
        + (try sum.pairs.map { try $0.evaluator(for: frame, skin: 1.1 * skin) }))
  }
}

extension ForceField {
  /// How certain a prediction is: standard deviations of a calibrated committee.
  public struct Spread: Equatable, Sendable {
    /// That of the energy of the frame.
    public var energy = 0.0
    /// Those of the components of every force; empty where no forces were asked for.
    public var forces: [Vector3] = []
    /// Those of the components of every torque.
    public var torques: [Vector3] = []

    /// The largest length of a particle's spread of the force, sqrt(s_x^2 + s_y^2 + s_z^2).
    public var largestForce: Double { forces.map(\.length).max() ?? 0 }
  }

  /// Whether the model has a committee.
  public var hasSpread: Bool { !members.isEmpty }

  /// The spread of the predictions for a frame: as many evaluations as there are members. What was not
  /// learned from (forces of a model of energies) is calibrated as energies are.
  ///
  /// Throws: as `evaluate`; `InvalidInput` for a model without a committee.
  public func spread(of frame: Frame, forces: Bool, threads: Int) throws -> Spread {
    guard hasSpread else {
      throw InvalidInput(
        "spread", value: "of a model that has none",
        expected: "one that learned with --spread committee")
    }
    try check(frame)
    let scaled = try basis.shapes.apply(to: frame)
    let results = try members.map {
      try $0.evaluate(frame, scaled: scaled, forces: forces, threads: threads)
    }
    func deviation(_ value: (Interaction) -> Double) -> Double {
      let values = results.map(value)
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (squares / Double(values.count - 1)).squareRoot()
    }
    func factor(_ kind: ForceFieldRows.Kind) -> Double {
      let own = calibration[kind] ?? 0
      return own > 0 ? own : calibration[.energy] ?? 1
    }
    func vectors(
      _ kind: ForceFieldRows.Kind, _ value: (Interaction, Int) -> Vector3
    ) -> [Vector3] {
      (0..<frame.count).map { i in
        let s = (0..<3).map { a in deviation { value($0, i)[a] } }
        return factor(kind) * Vector3(s[0], s[1], s[2])
      }
    }
    var spread = Spread()
    spread.energy = factor(.energy) * deviation(\.energy)
    guard forces else { return spread }
    spread.forces = vectors(.forces) { $0.forces[$1] }
    spread.torques = vectors(.torques) { $0.torques[$1] }
    return spread
  }

  /// How far a frame lies from what was learned from.
  public struct Distance: Equatable, Sendable {
    /// `FeatureDomain.distance` of the farthest neighbourhood over the largest that was learned from;
    /// above 1 it is outside.
    public var ratio: Double
    /// Its centre.
    public var particle: Int

    /// Ratios beyond 1 by no more than rounding are inside.
    public var isOutside: Bool { ratio > 1 + 1e-9 }
  }

  /// The neighbourhood of a frame that lies farthest from those that the model learned from; nil for a file
  /// that does not say where these lie, and for a frame without particles.
  ///
  /// Throws: as `evaluate`.
  public func distance(of frame: Frame, threads: Int) throws -> Distance? {
    guard !domains.isEmpty else { return nil }
    return try distances(of: frame, threads: threads).enumerated().map { particle, own in
      Distance(ratio: own.limit > 0 ? own.value / own.limit : own.value, particle: particle)
    }.max { $0.ratio < $1.ratio }
  }

  /// Labels a frame with `extrapolation` (`Distance.ratio`) and on request with its spreads: `spread_energy`,
  /// and `spread_forces`, `spread_torques` of its particles. Returns the distance.
  ///
  /// Throws: as `evaluate` and `spread(of:)`.
  func certainty(
    of frame: inout Frame, spread: Bool, forces: Bool, threads: Int
  ) throws -> Distance? {
    let distance = try distance(of: frame, threads: threads)
    frame.labels["extrapolation"] = distance.map { .real($0.ratio) }
    guard spread else { return distance }
    let own = try self.spread(of: frame, forces: forces, threads: threads)
    frame.labels["spread_energy"] = .real(own.energy)
    if forces {
      try frame.set(Frame.Column(name: "spread_forces", vectors: own.forces))
      try frame.set(Frame.Column(name: "spread_torques", vectors: own.torques))
    }
    return distance
  }

  /// The distance of every neighbourhood, its species and the limit of that.
  func distances(
    of frame: Frame, threads: Int
  ) throws -> [(value: Double, type: Int, limit: Double)] {
    let features = try basis.centerFeatures(of: frame, threads: threads)
    let types = try basis.species.types(of: frame)
    return features.elements.withUnsafeBufferPointer { elements in
      types.enumerated().map { i, type in
        let row = elements[i * features.columns..<(i + 1) * features.columns]
        let domain = domains[type]
        return (domain.distance(UnsafeBufferPointer(rebasing: row)), type, domain.limit)
      }
    }
  }
}

/// The sum of several evaluators of the same particles.
private final class ForceFieldEvaluator: PotentialEvaluator {
  private let parts: [any PotentialEvaluator]
  private var memory = Interaction()
  /// Where the lists of all parts were made.
  private var known: EvaluatorReference?

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
        try follow()
      } else {
        try part.evaluate(
          positions: positions, orientations: orientations, cell: cell, threads: threads,
          into: &memory)
        result.add(memory)
      }
    }
  }

  /// Makes the lists of the other parts where the first one made its own, so that one reference is that of all.
  private func follow() throws {
    let reference = parts.first?.reference
    guard reference != known else { return }
    for part in parts.dropFirst() { try part.restore(reference) }
    known = reference
  }

  var reference: EvaluatorReference? { parts.first?.reference }

  func restore(_ reference: EvaluatorReference?) throws {
    for part in parts { try part.restore(reference) }
    known = reference
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
