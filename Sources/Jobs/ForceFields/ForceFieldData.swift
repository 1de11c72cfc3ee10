internal import FileFormats
internal import Geometry
internal import Learning
internal import Mathematics

/// The labelled frames that belong to an archive of features of whole frames: what a force field is learned
/// from. They are read again in every pass and never kept.
struct ForceFieldData: Sendable {
  /// The archive.
  let table: FeatureTable
  /// How its features were made, as text.
  let text: String
  let description: FeatureSettings
  /// The file with the frames.
  let targets: String
  let labels: ForceFieldTargets
  /// The row of the archive of every frame.
  let places: [Int: Int]
  private let reading: ReadOptions

  typealias Kind = ForceFieldRows.Kind

  /// Throws: `DataError` for files that do not belong together; `InvalidInput` for targets that are not
  /// those of a force field.
  init(_ table: FeatureTable, _ data: DataSettings, _ field: ForceFieldSettings) throws {
    guard let text = table.hyperparameters, let frames = table.frames, table.particles == nil else {
      throw DataError(
        .badData, file: table.name,
        message: "a force field is learned from features of whole frames, as 'mesogen featurize' "
          + "writes them, with their frames and hyperparameters")
    }
    guard let targets = data.targets else {
      throw InvalidInput("targets", value: "missing", expected: "the frames with the energies")
    }
    guard TableFormat(path: targets) == nil else {
      throw DataError(
        .badData, file: targets, message: "a force field needs the frames, not a table")
    }
    guard data.keys.count == 1, let energy = data.keys.first else {
      throw InvalidInput(
        "target", value: data.keys.joined(separator: ","),
        expected: "the label of the energy alone; forces, torques and virial have their own options"
      )
    }
    (self.table, self.text, self.targets) = (table, text, targets)
    description = try FeatureSettings(description: text)
    reading = try description.reading.options()
    labels = ForceFieldTargets(energy: energy, field)
    places = Dictionary(
      frames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    guard places.count == frames.count else {
      throw DataError(.badData, file: table.name, message: "a frame has several rows")
    }
  }

  /// The functions of the energy.
  ///
  /// Throws: `InvalidInput` as `ForceFieldBasis`, and for a label as baseline.
  func basis(_ field: ForceFieldSettings, baseline: String?) throws -> ForceFieldBasis {
    let baselines = try ForceFieldSettings.baselines(baseline)
    if let baseline, baselines == nil {
      throw InvalidInput(
        "baseline", value: "'\(baseline)'",
        expected: "a potential (wca, gay-berne) in a force field: a label has no derivatives")
    }
    return try ForceFieldBasis(description, field, baselines: baselines ?? [])
  }

  /// A pass over the frames; each with its index in the file.
  func pipeline(_ task: String, _ context: JobContext, framesPerThread: Int = 4) -> FramePipeline {
    FramePipeline(
      input: targets, frames: nil, context: context, task: "\(task) \(targets)",
      reading: reading, framesPerThread: framesPerThread)
  }

  // MARK: What is known before anything is learned

  /// Targets and shapes of the frames that are learned from.
  struct Scan: Sendable {
    var metrics: [Kind: RunningMetrics] = [:]
    var meanEnergy = 0.0
    var shapes: [String: (low: Vector3, high: Vector3)] = [:]

    /// The variance of a kind of target; 1 where it does not vary and says nothing of a scale.
    func variance(_ kind: Kind) -> Double {
      guard let value = metrics[kind]?.variance, value > 0 else { return 1 }
      return value
    }

    fileprivate mutating func add(_ axes: [SemiAxes], _ species: [String]) {
      for (own, name) in zip(axes, species) {
        let v = own.vector
        guard let known = shapes[name] else {
          shapes[name] = (v, v)
          continue
        }
        if v != known.low || v != known.high {
          shapes[name] = (
            Vector3(min(v.x, known.low.x), min(v.y, known.low.y), min(v.z, known.low.z)),
            Vector3(max(v.x, known.high.x), max(v.y, known.high.y), max(v.z, known.high.z))
          )
        }
      }
    }
  }

  /// Variances of the training targets, the mean energy a particle, the shapes.
  ///
  /// Throws: `DataError` for labels that are missing, and frames that the archive has and the file has not.
  func scan(_ training: Set<Int>, _ context: JobContext) throws -> Scan {
    var scan = Scan()
    var energies = (sum: 0.0, count: 0.0)
    var found = 0
    try pipeline("read", context, framesPerThread: 64).run(
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
        scan.add(axes ?? [], species)
      })
    guard found == places.count else {
      throw DataError(
        .badData, file: targets,
        message: "\(found) of the \(places.count) frames that \(table.name) has features of")
    }
    scan.meanEnergy = energies.sum / max(1, energies.count)
    return scan
  }

  // MARK: Rows

  /// The normal equations of groups of frames, kind by kind. `groups` says which group a row of the archive
  /// belongs to; others are left out. Rows of a kind weigh 1 over its variance.
  ///
  /// Throws: `DataError` with the frame that cannot be used.
  func equations(
    _ basis: ForceFieldBasis, _ scan: Scan, groups: [Int: Int], count: Int,
    _ context: JobContext
  ) throws -> [[Kind: NormalEquations]] {
    let none = Dictionary(
      uniqueKeysWithValues: labels.kinds.map { ($0, NormalEquations(columns: basis.columns)) })
    var parts = Array(repeating: none, count: count)
    try pipeline("learn from", context).run(
      workspace: {},
      work: { frame, index, threads, _ -> [Kind: NormalEquations]? in
        guard let place = places[index], groups[place] != nil else { return nil }
        let rows = try labels.rows(of: frame)
        let design = try basis.design(
          frame, kinds: Set(rows.targets.keys), threads: threads)
        try check(design, basis, place)
        var equations: [Kind: NormalEquations] = [:]
        for (kind, y) in rows.targets {
          guard let x = design[kind] else { continue }
          let shift = kind == .energy ? scan.meanEnergy : 0
          var own = NormalEquations(columns: basis.columns)
          own.add(x, y.map { $0 - shift }, weight: 1 / scan.variance(kind))
          equations[kind] = own
        }
        return equations
      },
      consume: { index, equations in
        guard let equations, let place = places[index], let group = groups[place] else { return }
        for (kind, own) in equations { parts[group][kind]?.add(own) }
      })
    return parts
  }

  /// Makes sure that frames and features belong together, where the archive has one kind of centre.
  private func check(
    _ design: [Kind: Matrix], _ basis: ForceFieldBasis, _ row: Int
  ) throws {
    guard basis.species.count == 1, basis.kernels == nil, let own = design[.energy] else { return }
    guard table.values.columns == basis.featureColumns else {
      throw InvalidInput(
        "features of \(table.name)", value: "\(table.values.columns) columns",
        expected: "\(basis.featureColumns) by their description")
    }
    try check((0..<basis.featureColumns).map { own[0, basis.firstFeature + $0] }, row)
  }

  /// Makes sure that averages over the centres of a frame are those of the archive.
  ///
  /// Throws: `InvalidInput` for others.
  func check(_ averages: [Double], _ row: Int) throws {
    guard averages.count == table.values.columns else { return }
    var (largest, difference) = (0.0, 0.0)
    for (k, value) in averages.enumerated() {
      largest = max(largest, abs(table.values[row, k]))
      difference = max(difference, abs(table.values[row, k] - value))
    }
    guard difference <= 1e-6 * largest else {
      throw InvalidInput(
        "features of this frame", value: "\(difference / largest) from those of \(table.name)",
        expected: "the same: the archive was made of other frames or by other settings")
    }
  }
}
