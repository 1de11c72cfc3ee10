import AniSOAP
import FileFormats
import Foundation
import Geometry
import Learning
import Mathematics

/// Compares hyperparameters of the features by what can be learned from them: every candidate is
/// featurized and scored on the training part alone. With several rounds (successive halving) all
/// candidates begin with few samples, and the better third goes on with three times as many.
///
/// The table of scores is written anew after every candidate, so that an interrupted job goes on
/// where it was: rows of the same settings are not computed again.
public struct TuneJob: Sendable {
  /// Hyperparameters that are compared.
  public struct Candidate: Hashable, Sendable {
    /// The largest l.
    public var maxAngular: Int
    /// The largest n.
    public var maxRadial: Int
    /// The sigma of the radial Gaussians.
    public var radialWidth: Double
    /// What semi-axes are multiplied by.
    public var axisScale: Double
    /// Neighbours are nearer than this.
    public var cutoff: Double
    /// The order nu.
    public var correlation: Int

    /// All of them.
    public init(
      maxAngular: Int, maxRadial: Int, radialWidth: Double, axisScale: Double, cutoff: Double,
      correlation: Int
    ) {
      self.maxAngular = maxAngular
      self.maxRadial = maxRadial
      self.radialWidth = radialWidth
      self.axisScale = axisScale
      self.cutoff = cutoff
      self.correlation = correlation
    }

    /// As the columns of the table.
    var fields: [String] {
      [
        "\(maxAngular)", "\(maxRadial)", "\(radialWidth)", "\(axisScale)", "\(cutoff)",
        "\(correlation)",
      ]
    }
  }

  /// What a candidate is judged by; less is better.
  public enum Goal: Sendable {
    /// The cross-validated root mean squared error of ridge regression to the targets, over their
    /// standard deviation: sqrt(1 - R2).
    case regression(alphas: [Double], folds: Int)
    /// The global reconstruction error of the targets.
    case reconstruction
  }

  /// A row of the table.
  public struct Row: Sendable {
    /// What was judged.
    public let candidate: Candidate
    /// How many samples were learned from.
    public let samples: Int
    /// The width of the features.
    public let features: Int
    /// The score; less is better.
    public let score: Double
  }

  /// The file with the frames.
  public var input: String
  /// What is to be learned.
  public var targets: TargetTable
  /// The table (.csv).
  public var output: String
  /// What is compared.
  public var candidates: [Candidate]
  /// What a candidate is judged by.
  public var goal: Goal
  /// How many rounds; 1 is a plain grid.
  public var rounds: Int
  /// How many samples of the last round are learned from; nil means all.
  public var samples: Int?
  /// The seed of draws and folds.
  public var seed: UInt64

  /// A grid with all samples, unless changed.
  public init(
    input: String, targets: TargetTable, output: String, candidates: [Candidate], goal: Goal,
    rounds: Int = 1, samples: Int? = nil, seed: UInt64 = 1
  ) {
    self.input = input
    self.targets = targets
    self.output = output
    self.candidates = candidates
    self.goal = goal
    self.rounds = rounds
    self.samples = samples
    self.seed = seed
  }

  private static let heads = [
    "settings", "max_angular", "max_radial", "radial_width", "axis_scale", "cutoff",
    "correlation", "samples", "features", "score",
  ]

  /// The rows of the last round, best first.
  ///
  /// Throws: `InvalidData` for a candidate or number of samples that makes no sense, `DataError` when
  /// a file cannot be read or written.
  public func run(_ context: JobContext) throws -> [Row] {
    guard !candidates.isEmpty, rounds >= 1, rounds <= 12 else {
      throw InvalidData("\(candidates.count) candidates in \(rounds) rounds; 1 to 12 are possible")
    }
    var table = try knownRows()
    var field = candidates
    var rows: [Row] = []
    for round in 0..<rounds {
      var divisor = 1
      for _ in round..<rounds - 1 { divisor *= 3 }
      let count = max(1, (samples ?? targets.values.rows) / divisor)
      rows = []
      for (k, candidate) in field.enumerated() {
        context.progress(
          JobProgress(
            task: "tune, round \(round + 1) of \(rounds)", done: k, total: field.count,
            unit: "candidates"))
        let key = ([settings] + candidate.fields + ["\(count)"]).joined(separator: ",")
        if table[key] == nil {
          let (features, score) = try score(candidate, count, context)
          table[key] = ["\(features)", "\(score)"]
          try write(table)
        }
        let values = table[key] ?? []
        rows.append(
          Row(
            candidate: candidate, samples: count, features: Int(values[0]) ?? 0,
            score: Double(values[1]) ?? .infinity))
      }
      rows = rows.enumerated().sorted {
        ($0.element.score, $0.offset) < ($1.element.score, $1.offset)
      }
      .map(\.element)
      field = rows.prefix(max(1, (rows.count + 2) / 3)).map(\.candidate)
    }
    return rows
  }

  /// Features and score of a candidate with `count` samples.
  private func score(
    _ candidate: Candidate, _ count: Int, _ context: JobContext
  ) throws -> (features: Int, score: Double) {
    let table = try features(candidate, context)
    let y = try targets.aligned(with: table)
    guard count <= table.values.rows, count >= 4 else {
      throw InvalidData("\(count) samples to learn from; 4 to \(table.values.rows) are possible")
    }
    var chosen = Array(0..<count)
    if count < table.values.rows {
      chosen =
        try Split.holdout(
          testing: table.values.rows - count, training: count, of: table.values.rows,
          shuffle: .seeded(seed)
        ).training.sorted()
    }
    let x = table.values.selecting(rows: chosen)
    let targets = y.selecting(rows: chosen)
    switch goal {
    case .reconstruction:
      let split = try Split.holdout(
        testing: count / 2, of: count, shuffle: .scikitLearn(Shuffle.scikitMatterSeed))
      return (
        x.columns,
        try ReconstructionError(threads: context.threads).globalError(x, targets, split)
      )
    case .regression(let alphas, let folds):
      let model = try RegressionModel(
        ridge: .init(alphas: alphas, score: .rootMeanSquaredError), x, targets,
        targetNames: self.targets.names,
        splits: Split.folds(folds, of: count, shuffle: .seeded(seed)), threads: context.threads)
      guard case .ridge(let ridge) = model.core else { return (x.columns, .infinity) }
      return (x.columns, ridge.scores.min() ?? .infinity)
    }
  }

  /// Featurizes to a temporary archive and reads it.
  private func features(_ candidate: Candidate, _ context: JobContext) throws -> FeatureTable {
    guard let nu = DensityExpansion.Correlation(rawValue: candidate.correlation) else {
      throw InvalidData("correlation is \(candidate.correlation); 1, 2 or 3 are possible")
    }
    let file = FileManager.default.temporaryDirectory.appending(
      path: "mesogen-tune-\(UUID().uuidString).npz"
    ).path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let job = try FeaturizeJob(
      input: input, output: file,
      hyperparameters: Hyperparameters(
        basis: .gto(width: candidate.radialWidth), maxAngular: candidate.maxAngular,
        maxRadial: RadialSize(parsing: "\(candidate.maxRadial)"), cutoff: candidate.cutoff,
        spectrumForm: .unorderedPairs),
      correlation: nu, shapes: ShapeOverride(scale: candidate.axisScale))
    _ = try job.run(JobContext(threads: context.threads, warning: context.warning))
    return try FeatureTable(contentsOf: file)
  }

  /// A fingerprint of all that a score depends on besides candidate and number of samples.
  private var settings: String {
    var hash = StableHash()
    for text in [input, targets.name, "\(targets.names)", "\(goal)", "\(seed)"] {
      hash.combine(text)
    }
    for value in targets.values.elements { hash.combine(value) }
    return String(hash.value, radix: 16)
  }

  /// The rows of an earlier run, by what they are scores of.
  private func knownRows() throws -> [String: [String]] {
    guard FileManager.default.fileExists(atPath: output) else { return [:] }
    let text = try String(contentsOfFile: output, encoding: .utf8)
    let lines = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    guard lines.first == Self.heads else {
      throw DataError(
        .cannotCreate, file: output, message: "the file is there already and is no table of scores")
    }
    var table: [String: [String]] = [:]
    for line in lines.dropFirst() where line.count == Self.heads.count {
      table[line.dropLast(2).joined(separator: ",")] = Array(line.suffix(2))
    }
    return table
  }

  private func write(_ table: [String: [String]]) throws {
    let file = try OutputFile(output)
    try file.write(Self.heads.joined(separator: ",") + "\n")
    let score = { (values: [String]) in Double(values[1]) ?? .infinity }
    let rows = table.sorted { (score($0.value), $0.key) < (score($1.value), $1.key) }
    for (key, values) in rows {
      try file.write(([key] + values).joined(separator: ",") + "\n")
    }
    try file.commit()
  }
}
