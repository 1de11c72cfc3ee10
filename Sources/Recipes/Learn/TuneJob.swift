import AniSOAP
import FileFormats
import Foundation
import Geometry
public import Learning
import Mathematics

/// Compares hyperparameters of features and regression by what can be learned: every candidate is
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
    /// How many whitened components are learned from; nil means the features themselves.
    public var components: Int?
    /// The kernel; nil means ridge regression, or none of both for the reconstruction error.
    public var kernel: Kernel?

    /// All of them.
    public init(
      maxAngular: Int, maxRadial: Int, radialWidth: Double, axisScale: Double, cutoff: Double,
      correlation: Int, components: Int? = nil, kernel: Kernel? = nil
    ) {
      self.maxAngular = maxAngular
      self.maxRadial = maxRadial
      self.radialWidth = radialWidth
      self.axisScale = axisScale
      self.cutoff = cutoff
      self.correlation = correlation
      self.components = components
      self.kernel = kernel
    }

    /// What the features depend on, as columns of the table.
    var featureFields: [String] {
      [
        "\(maxAngular)", "\(maxRadial)", "\(radialWidth)", "\(axisScale)", "\(cutoff)",
        "\(correlation)",
      ]
    }

    /// As the columns of the table; 0 components are none whitened, and ridge has gamma 0.
    var fields: [String] {
      let (name, gamma) =
        switch kernel {
        case nil: ("ridge", 0.0)
        case .linear: ("linear", 1.0)
        case .radialBasis(let gamma): ("rbf", gamma)
        case .polynomial(let degree, let gamma, let offset):
          ("polynomial:\(degree):\(offset)", gamma)
        }
      return featureFields + ["\(components ?? 0)", name, "\(gamma)"]
    }
  }

  /// What a candidate is judged by; less is better.
  public enum Goal: Sendable {
    /// The cross-validated root mean squared error of ridge or kernel ridge regression to the targets,
    /// over their standard deviation: sqrt(1 - R2).
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
    /// The best of the alphas; 0 for the reconstruction error.
    public let alpha: Double
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
  /// The frames that are learned from; nil means all of the file.
  public var training: [Int]?
  /// What is done to the targets before they are learned.
  public var transform: TargetTransform
  /// The seed of draws and folds.
  public var seed: UInt64

  /// A grid with all samples, unless changed.
  public init(
    input: String, targets: TargetTable, output: String, candidates: [Candidate], goal: Goal,
    rounds: Int = 1, samples: Int? = nil, training: [Int]? = nil,
    transform: TargetTransform = .identity, seed: UInt64 = 1
  ) {
    self.input = input
    self.targets = targets
    self.output = output
    self.candidates = candidates
    self.goal = goal
    self.rounds = rounds
    self.samples = samples
    self.training = training
    self.transform = transform
    self.seed = seed
  }

  private static let heads = [
    "settings", "max_angular", "max_radial", "radial_width", "axis_scale", "cutoff",
    "correlation", "components", "model", "gamma", "samples", "features", "alpha", "score",
  ]
  /// How many columns at the end are results.
  private static let results = 3

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
    var cache: (fields: [String], table: FeatureTable)?
    for round in 0..<rounds {
      var divisor = 1
      for _ in round..<rounds - 1 { divisor *= 3 }
      let count = max(1, (samples ?? training?.count ?? targets.values.rows) / divisor)
      rows = []
      for (k, candidate) in field.enumerated() {
        context.progress(
          JobProgress(
            task: "tune, round \(round + 1) of \(rounds)", done: k, total: field.count,
            unit: "candidates"))
        let key = ([settings] + candidate.fields + ["\(count)"]).joined(separator: ",")
        if table[key] == nil {
          if cache?.fields != candidate.featureFields { cache = nil }
          let features = try cache?.table ?? features(candidate, context)
          cache = (candidate.featureFields, features)
          let (alpha, score) = try score(candidate, features, count, context)
          table[key] = ["\(features.values.columns)", "\(alpha)", "\(score)"]
          try write(table)
        }
        let values = table[key] ?? []
        rows.append(
          Row(
            candidate: candidate, samples: count, features: Int(values[0]) ?? 0,
            alpha: Double(values[1]) ?? 0, score: Double(values[2]) ?? .infinity))
      }
      rows = rows.enumerated().sorted {
        ($0.element.score, $0.offset) < ($1.element.score, $1.offset)
      }
      .map(\.element)
      // In the order of the candidates, so that those of the same features follow one another.
      let kept = Set(rows.prefix(max(1, (rows.count + 2) / 3)).map(\.candidate))
      field = field.filter { kept.contains($0) }
    }
    return rows
  }

  /// The best alpha and the score of a candidate with `count` samples.
  private func score(
    _ candidate: Candidate, _ table: FeatureTable, _ count: Int, _ context: JobContext
  ) throws -> (alpha: Double, score: Double) {
    let y = try targets.aligned(with: table)
    var chosen = training ?? Array(0..<table.values.rows)
    guard count <= chosen.count, count >= 4 else {
      throw InvalidData("\(count) samples to learn from; 4 to \(chosen.count) are possible")
    }
    if count < chosen.count {
      chosen =
        try Split.holdout(
          testing: chosen.count - count, training: count, of: chosen.count,
          shuffle: .seeded(seed)
        ).training.map { chosen[$0] }
    }
    chosen.sort()
    let x = table.values.selecting(rows: chosen)
    let targets = y.selecting(rows: chosen)
    switch goal {
    case .reconstruction:
      let split = try Split.holdout(
        testing: count / 2, of: count, shuffle: .scikitLearn(Shuffle.scikitMatterSeed))
      return (
        0,
        try ReconstructionError(threads: context.threads)
          .globalError(x, transform.apply(targets), split)
      )
    case .regression(let alphas, let folds):
      let splits = try Split.folds(folds, of: count, shuffle: .seeded(seed))
      let scaling = RegressionModel.Scaling(
        components: candidate.components, transform: transform)
      let names = self.targets.names
      let model =
        if let kernel = candidate.kernel {
          try RegressionModel(
            kernels: [kernel], alphas: alphas, x, targets, targetNames: names, splits: splits,
            scaling: scaling, score: .rootMeanSquaredError, threads: context.threads)
        } else {
          try RegressionModel(
            ridge: .init(alphas: alphas, score: .rootMeanSquaredError), x, targets,
            targetNames: names, splits: splits, scaling: scaling, threads: context.threads)
        }
      return switch model.core {
      case .ridge(let ridge): (ridge.alpha, ridge.scores.min() ?? .infinity)
      case .kernel(let kernel): (kernel.alpha, kernel.scores.min() ?? .infinity)
      }
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
    for text in [input, targets.name, "\(targets.names)", "\(goal)", "\(seed)", "\(transform)"] {
      hash.combine(text)
    }
    for frame in training ?? [] { hash.combine(Double(frame)) }
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
      table[line.dropLast(Self.results).joined(separator: ",")] = Array(line.suffix(Self.results))
    }
    return table
  }

  private func write(_ table: [String: [String]]) throws {
    let file = try OutputFile(output)
    try file.write(Self.heads.joined(separator: ",") + "\n")
    let score = { (values: [String]) in Double(values[2]) ?? .infinity }
    let rows = table.sorted { (score($0.value), $0.key) < (score($1.value), $1.key) }
    for (key, values) in rows {
      try file.write(([key] + values).joined(separator: ",") + "\n")
    }
    try file.commit()
  }
}
