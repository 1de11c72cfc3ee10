internal import FileFormats
internal import GayBerne
internal import Geometry
internal import Learning
internal import Mathematics

/// How a force field predicts the frames that it learned from and those kept apart.
struct ForceFieldTest {
  private typealias Kind = ForceFieldRows.Kind

  private var metrics: [Kind: [Bool: RunningMetrics]] = [:]
  /// Sums of the squared spreads and errors of the test part.
  private var spreads: [Kind: (squares: Double, count: Double)] = [:]
  private var outside = OutsideFrames()

  /// What one frame gave.
  private struct Sample: Sendable {
    var targets: [Kind: [Double]]
    var predicted: [Kind: [Double]]
    var spread: [Kind: [Double]]
    var distances: [(value: Double, type: Int, limit: Double)]
  }

  /// Predicts both parts with the potential itself, and writes targets and predictions of the test part.
  ///
  /// The domains of the potential end where the farthest neighbourhood of the training part lies.
  ///
  /// Throws: `DataError`.
  init(
    _ potential: inout ForceField, _ data: ForceFieldData, _ split: Split, _ path: String?,
    _ context: JobContext
  ) throws {
    let training = Set(split.training)
    let wanted = training.union(split.testing)
    let (field, places) = (potential, data.places)
    let table = try path.map { try OutputFile($0) }
    try table?.write("frame,kind,row,target,predicted\(field.hasSpread ? ",spread" : "")\n")
    var limits = field.domains.map { _ in 0.0 }
    var tested: [(frame: Int, distances: [(value: Double, type: Int, limit: Double)])] = []
    try data.pipeline("test on", context).run(
      workspace: {},
      work: { frame, index, threads, _ -> Sample? in
        guard let place = places[index], wanted.contains(place) else { return nil }
        return try Self.sample(
          frame, field, data.labels, spread: !training.contains(place), threads)
      },
      consume: { index, sample in
        guard let sample, let place = places[index] else { return }
        let isTraining = training.contains(place)
        if isTraining {
          for own in sample.distances { limits[own.type] = max(limits[own.type], own.value) }
        } else {
          tested.append((index, sample.distances))
        }
        try add(sample, isTraining: isTraining, frame: index, to: table)
      })
    try table?.commit()
    for (type, limit) in limits.enumerated() { potential.domains[type].limit = limit }
    for (frame, distances) in tested {
      let ratios = distances.enumerated().map { particle, own in
        ForceField.Distance(ratio: own.value / limits[own.type], particle: particle)
      }
      if let farthest = ratios.max(by: { $0.ratio < $1.ratio }) { outside.add(farthest, frame) }
    }
  }

  private static func sample(
    _ frame: Frame, _ field: ForceField, _ labels: ForceFieldTargets, spread: Bool, _ threads: Int
  ) throws -> Sample {
    let rows = try labels.rows(of: frame)
    let forces = rows.targets.count > 1
    let result = try field.evaluate(frame, forces: forces, threads: threads)
    let n = Double(frame.count)
    func numbers(_ vectors: [Vector3]) -> [Double] { vectors.flatMap { [$0.x, $0.y, $0.z] } }
    var sample = Sample(
      targets: rows.targets,
      predicted: [
        .energy: [result.energy / n], .forces: numbers(result.forces),
        .torques: numbers(result.torques),
        .virial: (0..<9).map { result.virial[$0 / 3, $0 % 3] / n },
      ], spread: [:], distances: try field.distances(of: frame, threads: threads))
    if spread, field.hasSpread {
      let own = try field.spread(of: frame, forces: forces, threads: threads)
      sample.spread = [
        .energy: [own.energy / n], .forces: numbers(own.forces), .torques: numbers(own.torques),
      ]
    }
    return sample
  }

  private mutating func add(
    _ sample: Sample, isTraining: Bool, frame: Int, to table: OutputFile?
  ) throws {
    for kind in Kind.allCases {
      guard let y = sample.targets[kind], let own = sample.predicted[kind] else { continue }
      let spread = sample.spread[kind]
      for (k, (target, value)) in zip(y, own).enumerated() {
        metrics[kind, default: [:]][isTraining, default: .init()].add(target, value)
        guard !isTraining else { continue }
        var line = "\(frame),\(kind.name),\(k),\(target),\(value)"
        if !sample.spread.isEmpty { line += "," + (spread.map { "\($0[k])" } ?? "") }
        try table?.write(line + "\n")
        if let spread {
          spreads[kind, default: (0, 0)].squares += spread[k] * spread[k]
          spreads[kind, default: (0, 0)].count += 1
        }
      }
    }
  }

  /// A row for every kind and part; with a committee also the root mean squared spread of the test part,
  /// which is to be like the error. The note is given, and how many frames of the test part lie outside.
  func summary(note: [ResultSummary.Cell]) -> ResultSummary {
    let hasSpread = !spreads.isEmpty
    var summary = ResultSummary(
      heads: ["target", "part", "rows", "RMSE", "MAE", "R2"] + (hasSpread ? ["spread"] : []),
      note: note)
    for kind in Kind.allCases {
      for isTraining in [true, false] {
        guard let m = metrics[kind]?[isTraining] else { continue }
        var row: [ResultSummary.Cell] = [
          .text(kind.name),
          .text(isTraining ? "training" : "test"), .count(m.samples), .number(m.rmse),
          .number(m.mae), .fixed(m.r2, 6),
        ]
        if hasSpread {
          let own = isTraining ? nil : spreads[kind]
          row.append(own.map { .number(($0.squares / $0.count).squareRoot()) } ?? .text(""))
        }
        summary.rows.append(row)
      }
    }
    if outside.count > 0 {
      summary.note += [
        .text("test frames outside of what was learned from"), .count(outside.count),
      ]
      summary.note += [.text("farthest"), .number(outside.farthest)]
    }
    return summary
  }
}
