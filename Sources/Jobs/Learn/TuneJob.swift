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
public struct TuneJob: Job {
  /// Hyperparameters that are compared.
  public struct Candidate: Equatable, Sendable {
    /// The options that differ between candidates, or were given, with their values.
    public let options: [Option]
    /// The features.
    public let features: FeatureSettings
    /// How many whitened components are learned from; nil means the features themselves.
    public let components: Int?
    /// The kernel; nil means ridge regression, or none of both for the reconstruction error.
    public let kernel: Kernel?

    /// An option of `featurize` and its value, as text.
    public struct Option: Equatable, Sendable {
      /// The name without dashes.
      public let name: String
      /// The value.
      public let value: String

      /// A name and its value.
      public init(name: String, value: String) { (self.name, self.value) = (name, value) }
    }

    /// All of them.
    public init(
      options: [Option], features: FeatureSettings, components: Int? = nil, kernel: Kernel? = nil
    ) {
      self.options = options
      self.features = features
      self.components = components
      self.kernel = kernel
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
      // Commas part the columns.
      return options.map { $0.value.replacing(",", with: ";") }
        + ["\(components ?? 0)", name, "\(gamma)"]
    }

    /// The gamma of the kernel, where it has one.
    var gamma: Double? {
      switch kernel {
      case .radialBasis(let gamma), .polynomial(_, let gamma, _): gamma
      case .linear, nil: nil
      }
    }
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
  public let input: String
  /// The table (.csv).
  public let output: String
  /// What is compared, and how.
  public let settings: TuneSettings
  let candidates: [Candidate]
  let alphas: NumberGrid
  private let transform: TargetTransform

  /// `features` are the candidates for features, each with the options that it differs in.
  ///
  /// Throws: `InvalidInput` for settings that make no sense.
  public init(
    input: String, output: String, settings: TuneSettings,
    features: [(options: [Candidate.Option], settings: FeatureSettings)]
  ) throws {
    self.input = input
    self.output = output
    self.settings = settings
    _ = try TableFormat.writing(output, [.csv])
    alphas = try settings.alphaGrid()
    try settings.checkField()
    transform = try PreparationSettings.targetTransform(settings.transform)
    guard (1...12).contains(settings.rounds) else {
      throw InvalidInput("rounds", value: "\(settings.rounds)", expected: "1 to 12")
    }
    let kernels: [Kernel?] = settings.score == .kernel ? try settings.kernels() : [nil]
    let components = try settings.components()
    candidates = features.flatMap { one in
      components.flatMap { count in
        kernels.map {
          Candidate(
            options: one.options, features: one.settings, components: count, kernel: $0)
        }
      }
    }
    for candidate in candidates { _ = try candidate.features.hyperparameters() }
  }

  /// The columns of the table that come after the options of the features.
  private static let heads = [
    "components", "model", "gamma", "samples", "features", "alpha", "score",
  ]
  /// How many columns at the end are results.
  private static let results = 3

  private var heads: [String] {
    ["settings"]
      + (candidates.first?.options.map { $0.name.replacing("-", with: "_") } ?? [])
      + Self.heads
  }

  /// Compares all candidates.
  ///
  /// Throws: `InvalidData` for a number of samples that makes no sense; `DataError` when a file cannot be
  /// read or written.
  public func run(_ context: JobContext) throws -> JobReport {
    let file = settings.targets ?? input
    let targets = try TargetTable(contentsOf: file, keys: settings.keys, per: settings.per)
    for warning in targets.warnings { context.warning("\(file): \(warning)") }
    let training = try settings.training(of: targets.values.rows)
    let rows = try rounds(Sample(targets: targets, training: training), context)
    if let best = rows.first { warnAtEdges(best, context) }
    return JobReport(
      what: "scores", amount: "\(candidates.count) candidates", output: output,
      summary: summary(rows))
  }

  /// What candidates learn from.
  private struct Sample {
    let targets: TargetTable
    /// The frames that are learned from; nil means all of the file.
    let training: [Int]?
  }

  /// The rows of the last round, best first.
  ///
  /// Throws: `InvalidData` for a number of samples that makes no sense; `DataError` when a file cannot be
  /// read or written.
  private func rounds(_ sample: Sample, _ context: JobContext) throws -> [Row] {
    let fingerprint = try fingerprint(sample)
    var table = try knownRows()
    var field = candidates
    var rows: [Row] = []
    var cache: (settings: FeatureSettings, table: FeatureTable)?
    let (rounds, all) = (
      settings.rounds, sample.training?.count ?? sample.targets.values.rows
    )
    for round in 0..<rounds {
      var divisor = 1
      for _ in round..<rounds - 1 { divisor *= 3 }
      let count = max(1, (settings.samples ?? all) / divisor)
      rows = []
      for (k, candidate) in field.enumerated() {
        context.progress(
          JobProgress(
            task: "tune, round \(round + 1) of \(rounds)", done: k, total: field.count,
            unit: "candidates"))
        let mark = try Self.fingerprint(candidate, fingerprint)
        let key = ([mark] + candidate.fields + ["\(count)"]).joined(separator: ",")
        if table[key] == nil {
          if cache?.settings != candidate.features { cache = nil }
          let features = try cache?.table ?? features(candidate, context)
          cache = (candidate.features, features)
          let (alpha, score) = try score(candidate, features, sample, count, context)
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
      let kept = rows.prefix(max(1, (rows.count + 2) / 3)).map(\.candidate)
      field = field.filter { kept.contains($0) }
    }
    return rows
  }

  /// The best alpha and the score of a candidate with `count` samples.
  private func score(
    _ candidate: Candidate, _ table: FeatureTable, _ sample: Sample, _ count: Int,
    _ context: JobContext
  ) throws -> (alpha: Double, score: Double) {
    let seed = settings.seed
    let y = try sample.targets.aligned(with: table)
    var chosen = sample.training ?? Array(0..<table.values.rows)
    guard count <= chosen.count, count >= 4 else {
      throw InvalidData(
        chosen.count < 4
          ? "there are \(chosen.count) samples to learn from, and candidates are compared on 4 at least; "
            + "more frames are possible"
          : "\(count) samples to learn from; 4 to \(chosen.count) are possible")
    }
    if count < chosen.count {
      chosen =
        try Split.holdout(
          testing: chosen.count - count, training: count, of: chosen.count,
          shuffle: .seeded(seed)
        ).training.map { chosen[$0] }
    }
    chosen.sort()
    guard settings.score != .forces else { return try forceScore(table, chosen, context) }
    let x = table.values.selecting(rows: chosen)
    let targets = y.selecting(rows: chosen)
    guard settings.score != .gfre else {
      let split = try Split.holdout(
        testing: count / 2, of: count, shuffle: .scikitLearn(Shuffle.scikitMatterSeed))
      return (
        0,
        try ReconstructionError(threads: context.threads)
          .globalError(x, transform.apply(targets), split)
      )
    }
    let splits = try Split.folds(settings.folds, of: count, shuffle: .seeded(seed))
    let scaling = RegressionModel.Scaling(components: candidate.components, transform: transform)
    let names = sample.targets.names
    let model =
      if let kernel = candidate.kernel {
        try RegressionModel(
          kernels: [kernel], alphas: alphas.values, x, targets, targetNames: names,
          splits: splits, scaling: scaling, score: .rootMeanSquaredError,
          threads: context.threads)
      } else {
        try RegressionModel(
          ridge: .init(alphas: alphas.values, score: .rootMeanSquaredError), x, targets,
          targetNames: names, splits: splits, scaling: scaling, threads: context.threads)
      }
    return switch model.core {
    case .ridge(let ridge): (ridge.alpha, ridge.scores.min() ?? .infinity)
    case .kernel(let kernel): (kernel.alpha, kernel.scores.min() ?? .infinity)
    }
  }

  /// The best alpha of a force field, and the cross-validated error of its forces, torques and virials over
  /// their deviation.
  private func forceScore(
    _ table: FeatureTable, _ chosen: [Int], _ context: JobContext
  ) throws -> (alpha: Double, score: Double) {
    let data = try ForceFieldData(table, settings.data(input), settings.field)
    let basis = try data.basis(settings.field, baseline: settings.baseline)
    let scan = try data.scan(Set(chosen), context)
    var split = SplitSettings()
    (split.folds, split.seed) = (settings.folds, settings.seed)
    let parts = try data.equations(
      basis, scan, groups: ForceFieldJob.groups(chosen, split), count: settings.folds, context)
    let fit = try ForceFieldFit(
      parts, basis, scan, weights: settings.field.rowWeights(), alphas: alphas.values,
      scale: .matrix)
    let errors = fit.errors.filter { $0.key != .energy }.map(\.value)
    return (fit.alpha, (errors.reduce(0, +) / Double(errors.count)).squareRoot())
  }

  /// Featurizes to a temporary archive and reads it.
  private func features(_ candidate: Candidate, _ context: JobContext) throws -> FeatureTable {
    let folder = try TemporaryFolder()
    let file = folder.file("features.npz")
    let job = try FeaturizeJob(input: input, output: file, settings: candidate.features)
    // A file that is gone again is called by what it was made of.
    let quiet = JobContext(
      threads: context.threads, warning: { context.warning($0.replacing(file, with: input)) })
    _ = try job.run(quiet)
    return try withExtendedLifetime(folder) { try FeatureTable(contentsOf: file) }
  }

  /// A fingerprint of all that a score depends on besides features and number of samples: the bytes of
  /// the frames, the targets, every setting and the version.
  private func fingerprint(_ sample: Sample) throws -> String {
    let sum = SHA256()
    sum.update(Data(try SHA256.digest(ofFile: input).checksum.utf8))
    sum.update(Data(try settings.json.utf8))
    sum.update(Data("\(Version.current) \(sample.targets.names)".utf8))
    var hash = StableHash()
    for frame in sample.training ?? [] { hash.combine(Double(frame)) }
    for value in sample.targets.values.elements { hash.combine(value) }
    sum.update(Data("\(hash.value)".utf8))
    return sum.digest()
  }

  /// The first column of a row: a fingerprint of all that its score depends on, features included.
  private static func fingerprint(_ candidate: Candidate, _ all: String) throws -> String {
    String(SHA256.digest(of: all + (try candidate.features.json)).prefix(16))
  }

  /// The rows of an earlier run, by what they are scores of.
  private func knownRows() throws -> [String: [String]] {
    guard FileManager.default.fileExists(atPath: output) else { return [:] }
    let text = try String(contentsOfFile: output, encoding: .utf8)
    let lines = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    guard lines.first == heads else {
      throw DataError(
        .cannotCreate, file: output,
        message: "the file is there already and is no table of scores of these options")
    }
    var table: [String: [String]] = [:]
    for line in lines.dropFirst() where line.count == heads.count {
      table[line.dropLast(Self.results).joined(separator: ",")] = Array(line.suffix(Self.results))
    }
    return table
  }

  private func write(_ table: [String: [String]]) throws {
    let file = try OutputFile(output)
    try file.write(heads.joined(separator: ",") + "\n")
    let score = { (values: [String]) in Double(values[2]) ?? .infinity }
    let rows = table.sorted { (score($0.value), $0.key) < (score($1.value), $1.key) }
    for (key, values) in rows {
      try file.write(([key] + values).joined(separator: ",") + "\n")
    }
    try file.commit()
  }
}
