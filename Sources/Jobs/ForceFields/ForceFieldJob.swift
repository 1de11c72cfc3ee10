internal import FileFormats
internal import GayBerne
internal import Geometry
internal import Learning
internal import Mathematics

/// Learns a force field: a regression of energies, forces, torques and virials together, linear in the
/// features or a sparse kernel model of neighbourhoods.
///
/// The frames with the targets are featurized again, with derivatives, as the archive of features says;
/// rows are summed into normal equations frame by frame, so that memory does not grow with the number of
/// frames. Kernel, alpha and weights are chosen by cross-validation over frames.
struct ForceFieldJob {
  let features: String
  let output: String?
  let data: DataSettings
  let split: SplitSettings
  let field: ForceFieldSettings
  let alphas: NumberGrid
  /// The kernels to try; nil: linear in the features.
  var kernels: [Kernel]?
  var sparse = SparseKernelSettings()
  /// The members of a committee; nil: none.
  var members: Int?
  let predictions: String?

  private typealias Kind = ForceFieldRows.Kind

  /// What was learned.
  private struct Learned {
    let basis: ForceFieldBasis
    let fit: ForceFieldFit
    let kernel: Kernel?
    var members: [[Double]] = []
    var calibration: [Kind: Double] = [:]
  }

  /// Throws: `DataError` for files; `InvalidInput` and `InvalidData` for what nothing can be learned from.
  func run(_ context: JobContext) throws -> JobReport {
    try field.validate()
    try sparse.validate()
    try Self.refuse(data)
    let data = try ForceFieldData(FeatureTable(contentsOf: features), data, field)
    let basis = try data.basis(field, baseline: self.data.baseline)
    if basis.baselines.isEmpty, field.contactColumns == 0 {
      context.warning(
        "nothing in this energy keeps particles apart: a simulation finds overlaps that no frame "
          + "had; --baseline wca or --contact-columns 8 forbid them")
    }
    let split = try split.make(data.table, hashes: nil)
    let training = Set(split.training)
    let scan = try data.scan(training, context)
    let survey = try ForceFieldSurvey(
      data, basis, training, inducing: kernels == nil ? 0 : sparse.inducing,
      seed: self.split.seed, context)
    let learned = try learn(data, basis, survey, scan, split, context)
    warnAtEdge(learned.fit.alpha, context)
    func stored(_ coefficients: [Double]) -> [Double] { learned.basis.stored(coefficients) }
    var potential = try ForceField(
      learned.basis, coefficients: stored(learned.fit.coefficients),
      members: learned.members.map(stored), calibration: learned.calibration,
      learnedShapes: scan.shapes)
    potential.domains = try survey.domains()
    let test = try ForceFieldTest(&potential, data, split, predictions, context)
    let summary = test.summary(note: note(learned, choices: try field.rowWeights().count))
    let what = "force field"
    let others = predictions.map {
      [JobReport(what: "predictions", amount: "\(split.testing.count) frames", output: $0)]
    }
    guard let output else {
      return JobReport(
        what: what, amount: data.labels.energy, output: nil, others: others ?? [], summary: summary)
    }
    try ForceFieldFile.write(content(data, learned, scan, potential), to: output)
    return JobReport(
      what: what, amount: "\(learned.basis.columns) columns", output: output,
      others: others ?? [], summary: summary)
  }

  /// What was chosen.
  private func note(_ learned: Learned, choices: Int) -> [ResultSummary.Cell] {
    var note: [ResultSummary.Cell] = [.text("alpha"), .number(learned.fit.alpha)]
    switch learned.kernel {
    case nil, .linear: break
    case .radialBasis(let gamma)?, .polynomial(_, let gamma, _)?:
      note += [.text("gamma"), .number(gamma)]
    }
    if choices > 1 {
      note += [.text("weights")]
      note += Kind.allCases.map { .number(learned.fit.weights[$0] ?? 0) }
    }
    return note
  }

  /// What is stored.
  private func content(
    _ data: ForceFieldData, _ learned: Learned, _ scan: ForceFieldData.Scan,
    _ potential: ForceField
  ) -> ForceFieldFile.Content {
    func named(_ values: [Kind: Double]) -> [String: Double] {
      Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
    }
    let (basis, fit) = (learned.basis, learned.fit)
    let record = ForceFieldFile.Record(
      baselines: basis.baselines, contactColumns: basis.contactColumns, contact: basis.contact,
      alpha: fit.alpha,
      shapes: scan.shapes.mapValues { bounds in
        [bounds.low, bounds.high].map { [$0.x, $0.y, $0.z] }
      }, weights: named(fit.weights),
      calibration: learned.members.isEmpty ? nil : named(learned.calibration))
    return ForceFieldFile.Content(
      record: record, coefficients: basis.stored(fit.coefficients),
      members: learned.members.map { basis.stored($0) }, kernels: basis.kernels,
      domains: potential.domains, features: data.text)
  }

  /// What an ordinary regression has and this one does not.
  static func refuse(_ data: DataSettings, _ preparation: PreparationSettings? = nil) throws {
    let foreign: [(String, String?)] = [
      ("whiten", preparation?.whiten.map { "\($0)" }),
      ("components", preparation?.components.map { "\($0)" }),
      ("transform", preparation?.transform),
      ("with-features", data.withFeatures.first),
      ("per", data.per == .frame ? nil : data.per.rawValue),
    ]
    for case (let name, let value?) in foreign {
      throw InvalidInput(name, value: value, expected: "none with a force field")
    }
  }

  /// The number of members of a committee; nil for none.
  ///
  /// Throws: `InvalidInput` for the posterior, and fewer than three members.
  static func members(_ spread: SpreadKind, _ count: Int) throws -> Int? {
    switch spread {
    case .none: return nil
    case .posterior:
      throw InvalidInput(
        "spread", value: spread.rawValue, expected: "none or committee with a force field")
    case .committee:
      guard count >= 3 else {
        throw InvalidInput("members", value: "\(count)", expected: "3 or more")
      }
      return count
    }
  }

  // MARK: Learning

  /// The kernel that cross-validates best, or the features.
  private func learn(
    _ data: ForceFieldData, _ basis: ForceFieldBasis, _ survey: ForceFieldSurvey,
    _ scan: ForceFieldData.Scan, _ split: Split, _ context: JobContext
  ) throws -> Learned {
    guard let kernels, let first = kernels.first else {
      return try learn(data, basis, nil, scan, split, context)
    }
    let points = try survey.points(sparse, first)
    var best: Learned?
    for kernel in kernels {
      let own = try ForceFieldBasis(basis, kernels: survey.kernels(kernel, points))
      let learned = try learn(data, own, kernel, scan, split, context)
      func sum(_ one: Learned?) -> Double {
        one?.fit.errors.values.reduce(0, +) ?? .infinity
      }
      if best == nil || sum(learned) < sum(best) { best = learned }
    }
    guard let best else { throw InvalidData("no kernel to learn with") }
    return best
  }

  private func learn(
    _ data: ForceFieldData, _ basis: ForceFieldBasis, _ kernel: Kernel?,
    _ scan: ForceFieldData.Scan, _ split: Split, _ context: JobContext
  ) throws -> Learned {
    // A committee needs more blocks than there are folds: every fold is two of them.
    let doubled = members != nil && split.training.count >= 2 * self.split.folds
    var blocked = self.split
    blocked.folds = (doubled ? 2 : 1) * blocked.folds
    let groups = try Self.groups(split.training, blocked)
    let blocks = try data.equations(
      basis, scan, groups: groups, count: blocked.folds, context)
    let folds = doubled ? Self.pairs(blocks) : blocks
    let fit = try ForceFieldFit(
      folds, basis, scan, weights: field.rowWeights(), alphas: alphas.values,
      scale: self.data.scale)
    var learned = Learned(basis: basis, fit: fit, kernel: kernel)
    if let members {
      (learned.members, learned.calibration) = try fit.committee(
        blocks, count: members, seed: self.split.seed, context)
    }
    return learned
  }

  /// The fold of every training row.
  static func groups(_ training: [Int], _ split: SplitSettings) throws -> [Int: Int] {
    var groups: [Int: Int] = [:]
    for (k, part) in try split.crossValidation(training.count).enumerated() {
      for index in part.testing { groups[training[index]] = k }
    }
    return groups
  }

  private static func pairs(
    _ blocks: [[Kind: NormalEquations]]
  ) -> [[Kind: NormalEquations]] {
    stride(from: 0, to: blocks.count, by: 2).map { k in
      var pair = blocks[k]
      for (kind, own) in blocks[k + 1] { pair[kind]?.add(own) }
      return pair
    }
  }

  /// Below 1e-13 all alphas do the same.
  private func warnAtEdge(_ alpha: Double, _ context: JobContext) {
    if alpha > 1e-13 || alpha != alphas.values.min() {
      alphas.warnAtEdge(alpha, "alphas", context)
    }
  }
}
