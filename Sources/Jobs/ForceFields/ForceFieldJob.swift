internal import FileFormats
internal import Geometry
internal import Learning
internal import Mathematics

/// Learns a force field: ridge regression of energies, forces, torques and virials together.
///
/// The frames with the targets are featurized again, with derivatives, as the archive of features says;
/// rows are summed into normal equations frame by frame, so that memory does not grow with the number of
/// frames. alpha is chosen by cross-validation over frames.
struct ForceFieldJob {
  let features: String
  let output: String?
  let settings: RidgeSettings
  let alphas: [Double]

  /// The rows of one frame, on their way into the sums.
  private struct Rows: Sendable {
    var equations: NormalEquations
    var row: Int
  }

  private typealias Kind = ForceFieldRows.Kind

  /// What is known of the targets before anything is learned.
  private struct Scan {
    var metrics: [Kind: RunningMetrics] = [:]
    var meanEnergy = 0.0
    var shapes: [String: (low: Vector3, high: Vector3)] = [:]
  }

  /// Throws: `DataError` for files; `InvalidInput` and `InvalidData` for what nothing can be learned from.
  func run(_ context: JobContext) throws -> JobReport {
    try settings.field.validate()
    try refuse()
    let table = try FeatureTable(contentsOf: features)
    guard let text = table.hyperparameters, let frames = table.frames, table.particles == nil else {
      throw DataError(
        .badData, file: features,
        message: "a force field is learned from features of whole frames, as 'mesogen featurize' "
          + "writes them, with their frames and hyperparameters")
    }
    guard let targets = settings.data.targets else {
      throw InvalidInput("targets", value: "missing", expected: "the frames with the energies")
    }
    guard TableFormat(path: targets) == nil else {
      throw DataError(
        .badData, file: targets, message: "a force field needs the frames, not a table")
    }
    guard settings.data.keys.count == 1, let energy = settings.data.keys.first else {
      throw InvalidInput(
        "target", value: settings.data.keys.joined(separator: ","),
        expected: "the label of the energy alone; forces, torques and virial have their own options"
      )
    }
    let description = try FeatureSettings(description: text)
    let baselines = try ForceFieldSettings.baselines(settings.data.baseline)
    if let label = settings.data.baseline, baselines == nil {
      throw InvalidInput(
        "baseline", value: "'\(label)'",
        expected: "a potential (wca, gay-berne) in a force field: a label has no derivatives")
    }
    let basis = try ForceFieldBasis(description, settings.field, baselines: baselines ?? [])
    if basis.baselines.isEmpty, settings.field.contactColumns == 0 {
      context.warning(
        "nothing in this energy keeps particles apart: a simulation finds overlaps that no frame "
          + "had; --baseline wca or --contact-columns 8 forbid them")
    }
    let labels = ForceFieldTargets(energy: energy, settings.field)
    let split = try settings.split.make(table, hashes: nil)
    let places = Dictionary(
      frames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    guard places.count == frames.count else {
      throw DataError(.badData, file: features, message: "a frame has several rows")
    }
    let scan = try scan(labels, targets, places, Set(split.training), context)
    let parts = try equations(basis, labels, targets, places, table, split, scan, context)
    let fit = try StreamedRidge(parts: parts, scales: scales(basis, parts), alphas: alphas)
    warnAtEdge(fit.alpha, context)
    var coefficients = fit.coefficients
    for type in 0..<basis.species.count { coefficients[type] += scan.meanEnergy }
    let potential = try ForceField(
      basis, coefficients: coefficients, learnedShapes: scan.shapes)
    let summary = try test(potential, labels, targets, places, split, fit.alpha, context)
    guard let output else {
      return JobReport(what: "force field", amount: energy, output: nil, summary: summary)
    }
    let record = ForceFieldFile.Record(
      baselines: basis.baselines, contactColumns: basis.contactColumns, contact: basis.contact,
      alpha: fit.alpha,
      shapes: scan.shapes.mapValues { bounds in
        [bounds.low, bounds.high].map { [$0.x, $0.y, $0.z] }
      })
    try ForceFieldFile.write(coefficients, record, features: text, to: output)
    return JobReport(
      what: "force field", amount: "\(basis.columns) columns", output: output, summary: summary)
  }

  /// What an ordinary regression has and this one does not.
  private func refuse() throws {
    let foreign: [(String, String?)] = [
      ("whiten", settings.preparation.whiten.map { "\($0)" }),
      ("transform", settings.preparation.transform),
      ("spread", settings.spread == .none ? nil : settings.spread.rawValue),
      ("with-features", settings.data.withFeatures.first),
      ("per", settings.data.per == .frame ? nil : settings.data.per.rawValue),
    ]
    for case (let name, let value?) in foreign {
      throw InvalidInput(name, value: value, expected: "none with a force field")
    }
  }

  /// Variances of the training targets, the mean energy a particle, the shapes.
  private func scan(
    _ labels: ForceFieldTargets, _ targets: String, _ places: [Int: Int], _ training: Set<Int>,
    _ context: JobContext
  ) throws -> Scan {
    var scan = Scan()
    var energies = (sum: 0.0, count: 0.0)
    var found = 0
    try FramePipeline(
      input: targets, frames: nil, context: context, task: "read \(targets)"
    ).run(
      workspace: {},
      work: { frame, index, _, _ in
        places[index] == nil
          ? nil : (try labels.rows(of: frame), frame.semiAxes, frame.species)
      },
      consume: { index, result in
        guard let (rows, axes, species) = result, let place = places[index] else { return }
        found += 1
        guard training.contains(place) else { return }
        for (kind, values) in rows.targets {
          for value in values { scan.metrics[kind, default: .init()].add(value, 0) }
        }
        energies.sum += rows.targets[.energy]?.first ?? 0
        energies.count += 1
        for (own, name) in zip(axes ?? [], species) {
          let v = own.vector
          guard let known = scan.shapes[name] else {
            scan.shapes[name] = (v, v)
            continue
          }
          if v != known.low || v != known.high {
            scan.shapes[name] = (
              Vector3(min(v.x, known.low.x), min(v.y, known.low.y), min(v.z, known.low.z)),
              Vector3(max(v.x, known.high.x), max(v.y, known.high.y), max(v.z, known.high.z))
            )
          }
        }
      })
    guard found == places.count else {
      throw DataError(
        .badData, file: targets,
        message: "\(found) of the \(places.count) frames that \(features) has features of")
    }
    scan.meanEnergy = energies.sum / max(1, energies.count)
    return scan
  }

  /// The normal equations of every fold of the training frames.
  private func equations(
    _ basis: ForceFieldBasis, _ labels: ForceFieldTargets, _ targets: String,
    _ places: [Int: Int], _ table: FeatureTable, _ split: Split, _ scan: Scan,
    _ context: JobContext
  ) throws -> [NormalEquations] {
    let folds = try settings.split.crossValidation(split.training.count)
    var fold: [Int: Int] = [:]
    for (k, part) in folds.enumerated() {
      for index in part.testing { fold[split.training[index]] = k }
    }
    let chosen = try settings.field.rowWeights()
    var weights: [Kind: Double] = [:]
    for (kind, metrics) in scan.metrics {
      // Targets that do not vary say nothing of a scale.
      weights[kind] = (chosen[kind] ?? 0) / (metrics.variance > 0 ? metrics.variance : 1)
    }
    let (rowWeights, folded) = (weights, fold)
    var parts = Array(repeating: NormalEquations(columns: basis.columns), count: folds.count)
    try FramePipeline(
      input: targets, frames: nil, context: context, task: "learn from \(targets)",
      framesPerThread: 4
    ).run(
      workspace: {},
      work: { frame, index, threads, _ -> Rows? in
        guard let place = places[index], folded[place] != nil else { return nil }
        let rows = try labels.rows(of: frame)
        let design = try basis.design(
          frame, kinds: Set(rows.targets.keys), threads: threads)
        try check(design, basis, table, place)
        var equations = NormalEquations(columns: basis.columns)
        for kind in Kind.allCases {
          guard let x = design[kind], let y = rows.targets[kind], let weight = rowWeights[kind]
          else { continue }
          let shift = kind == .energy ? scan.meanEnergy : 0
          equations.add(x, y.map { $0 - shift }, weight: weight)
        }
        return Rows(equations: equations, row: place)
      },
      consume: { _, rows in
        if let rows, let part = folded[rows.row] { parts[part].add(rows.equations) }
      })
    return parts
  }

  /// Makes sure that frames and features belong together, where the archive has one kind of centre.
  private func check(
    _ design: [Kind: Matrix], _ basis: ForceFieldBasis, _ table: FeatureTable, _ row: Int
  ) throws {
    guard basis.species.count == 1, let own = design[.energy] else { return }
    guard table.values.columns == basis.featureColumns else {
      throw InvalidInput(
        "features of \(features)", value: "\(table.values.columns) columns",
        expected: "\(basis.featureColumns) by their description")
    }
    var (largest, difference) = (0.0, 0.0)
    for k in 0..<basis.featureColumns {
      largest = max(largest, abs(table.values[row, k]))
      difference = max(difference, abs(table.values[row, k] - own[0, basis.firstFeature + k]))
    }
    guard difference <= 1e-6 * largest else {
      throw InvalidInput(
        "features of this frame", value: "\(difference / largest) from those of \(features)",
        expected: "the same: the archive was made of other frames or by other settings")
    }
  }

  /// Species are free, features have one scale (or one each), potentials have one each.
  private func scales(_ basis: ForceFieldBasis, _ parts: [NormalEquations]) -> [Double] {
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
      let chosen = isFeature && settings.data.scale != .columns ? common : scale
      return chosen > 0 ? chosen : 1
    }
  }

  private func warnAtEdge(_ alpha: Double, _ context: JobContext) {
    guard alphas.count > 1, let low = alphas.min(), let high = alphas.max() else { return }
    // Below 1e-13 alphas do the same.
    if alpha == high || (alpha == low && alpha > 1e-13) {
      context.warning(
        "the best of alphas, \(alpha), is the \(alpha == high ? "largest" : "smallest") of those tried"
      )
    }
  }

  /// Predicts both parts with the potential itself, and writes targets and predictions of the test part.
  private func test(
    _ potential: ForceField, _ labels: ForceFieldTargets, _ targets: String,
    _ places: [Int: Int], _ split: Split, _ alpha: Double, _ context: JobContext
  ) throws -> ResultSummary {
    let (training, testing) = (Set(split.training), Set(split.testing))
    var metrics: [String: [Kind: RunningMetrics]] = [:]
    let table = try settings.predictions.map { try OutputFile($0) }
    try table?.write("frame,kind,row,target,predicted\n")
    let wanted = training.union(testing)
    try FramePipeline(
      input: targets, frames: nil, context: context, task: "test on \(targets)",
      framesPerThread: 4
    ).run(
      workspace: {},
      work: { frame, index, threads, _ -> (ForceFieldRows, [Kind: [Double]])? in
        guard let place = places[index], wanted.contains(place) else { return nil }
        let rows = try labels.rows(of: frame)
        let result = try potential.evaluate(
          frame, forces: rows.targets.count > 1, threads: threads)
        let n = Double(frame.count)
        return (
          rows,
          [
            .energy: [result.energy / n], .forces: result.forces.flatMap { [$0.x, $0.y, $0.z] },
            .torques: result.torques.flatMap { [$0.x, $0.y, $0.z] },
            .virial: (0..<9).map { result.virial[$0 / 3, $0 % 3] / n },
          ]
        )
      },
      consume: { index, result in
        guard let (rows, predicted) = result, let place = places[index] else { return }
        let part = training.contains(place) ? "training" : "test"
        for kind in Kind.allCases {
          guard let y = rows.targets[kind], let own = predicted[kind] else { continue }
          for (k, (target, value)) in zip(y, own).enumerated() {
            metrics[part, default: [:]][kind, default: .init()].add(target, value)
            if part == "test" {
              try table?.write("\(index),\(kind.rawValue),\(k),\(target),\(value)\n")
            }
          }
        }
      })
    try table?.commit()
    var summary = ResultSummary(
      heads: ["target", "part", "rows", "RMSE", "MAE", "R2"],
      note: [.text("alpha"), .number(alpha)])
    for kind in Kind.allCases {
      for part in ["training", "test"] {
        guard let m = metrics[part]?[kind] else { continue }
        let name =
          kind == .energy || kind == .virial ? "\(kind.rawValue)_per_particle" : kind.rawValue
        summary.rows.append([
          .text(name), .text(part), .count(m.samples), .number(m.rmse), .number(m.mae),
          .fixed(m.r2, 6),
        ])
      }
    }
    return summary
  }
}
