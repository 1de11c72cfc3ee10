internal import Geometry
public import Learning
public import Mathematics

/// What is to be predicted from features.
public struct DataSettings: Settings {
  /// The file with the targets: frames with labels or columns, a table, or an archive; needed.
  public var targets: String?
  /// Labels, columns or arrays to predict; commas between several in one text.
  public var target: [String] = []
  /// What targets of frames are divided by.
  public var per = TargetShare.frame
  /// How features are scaled.
  public var scale = Scaler.Mode.matrix
  /// Further features beside the first: `FILE.npz`, or `FILE.npz:WEIGHT`, or several weights to choose from.
  public var withFeatures: [String] = []
  /// A label, column or array of the targets that is taken off them, one for each; or the names of
  /// potentials (`ForceFieldSettings.Baseline`) whose strength is fitted; nil: nothing.
  public var baseline: String?

  /// Nothing yet: targets are needed.
  public init() {}

  /// What was read.
  public struct Loaded {
    /// The features.
    public let features: FeatureTable
    /// The names of the targets.
    public let names: [String]
    /// Samples x targets.
    public let targets: Matrix
    /// A hash of the frame of every sample, where the targets are of frames.
    public let hashes: [UInt64]?
    /// What was taken off the targets: samples x targets; nil: nothing.
    public let baselines: Matrix?
    /// The number of columns of each block of features; one where there is only one.
    public let widths: [Int]
    /// The weights of the blocks to choose from, a list for each choice.
    public let weights: [[Double]]
    /// The group of every sample; nil where samples stand alone.
    public let groups: [Int]?

    /// How blocks are scaled with the weights of a choice; none for a single block.
    func blocks(_ choice: Int) -> [Scaler.Block] {
      widths.count == 1
        ? [] : zip(widths, weights[choice]).map { Scaler.Block(columns: $0, weight: $1) }
    }

    /// The groups of some of the samples.
    func groups(_ rows: [Int]) -> [Int]? { groups.map { all in rows.map { all[$0] } } }

    /// The rows of a part of the samples.
    func part(_ rows: [Int]) -> (x: Matrix, y: Matrix) {
      (features.values.selecting(rows: rows), targets.selecting(rows: rows))
    }
  }

  /// The keys that are asked for, one each.
  public var keys: [String] { Self.keys(target) }

  static func keys(_ target: [String]) -> [String] {
    target.flatMap { $0.split(separator: ",").map(String.init) }
  }

  /// Reads features and targets, and warns of features that carry nothing. Of `streamed` features only
  /// the labels are read: their matrix has no columns.
  ///
  /// Throws: `DataError` for files that cannot be read or do not belong together; `InvalidInput` without
  /// targets.
  func load(
    _ features: String, groupBy: String? = nil, streamed: Bool = false, _ context: JobContext
  ) throws -> Loaded {
    guard let targets else {
      throw InvalidInput("targets", value: "missing", expected: "a file with what is predicted")
    }
    let blocks = try withFeatures.map { try FeatureBlock(parsing: $0) }
    let tables = try ([features] + blocks.map(\.features)).map {
      try streamed ? FeatureTable(labelsOf: $0) : FeatureTable(contentsOf: $0)
    }
    let features = try tables[0].joined(with: Array(tables.dropFirst()))
    let table = try TargetTable(contentsOf: targets, keys: keys, per: per)
    for warning in table.warnings { context.warning("\(targets): \(warning)") }
    var check = FeatureCheck()
    // Streamed features are looked at when they are read.
    for i in 0..<(streamed ? 0 : features.values.rows) { check.add(row: features.values.row(i)) }
    for warning in check.warnings(cutoff: nil) { context.warning("\(features.name): \(warning)") }
    var (values, baselines) = (try table.aligned(with: features), Matrix?.none)
    var names = table.names
    if let baseline {
      let taken = try TargetTable(contentsOf: targets, keys: Self.keys([baseline]), per: per)
      guard taken.names.count == names.count else {
        throw InvalidInput(
          "baseline", value: "\(taken.names.count) numbers",
          expected: "one for each of \(names.count) targets")
      }
      let aligned = try taken.aligned(with: features)
      (values, baselines) = (values - aligned, aligned)
      names = zip(names, taken.names).map { "\($0)_minus_\($1)" }
    }
    return Loaded(
      features: features, names: names, targets: values,
      hashes: try table.alignedHashes(with: features), baselines: baselines,
      widths: tables.map(\.values.columns), weights: try FeatureBlock.combinations(blocks),
      groups: try groupBy.map { try SampleGroups.read(targets, key: $0, for: features) })
  }
}

/// What is done to features and targets before a regression.
public struct PreparationSettings: Settings {
  /// Learn from so many principal components of the features, each scaled to one variance.
  public var whiten: Int?
  /// Learn from so many principal components of the features, each with its own variance.
  public var components: Int?
  /// How targets are transformed: `lennard-jones`, or `lennard-jones:SIGMA,GAMMA`; nil: not at all.
  public var transform: String?

  /// Nothing is done.
  public init() {}

  /// Throws: `InvalidInput` for a transform that is not known.
  public func scaling(_ mode: Scaler.Mode) throws -> RegressionModel.Scaling {
    if let components, whiten != nil {
      throw InvalidInput(
        "components", value: "\(components)", expected: "none beside whiten, which has its own")
    }
    return .init(
      features: mode, targets: .columns, components: whiten, reduction: components,
      transform: try Self.targetTransform(transform))
  }

  /// `lennard-jones`, with sigma and gamma 1, or `lennard-jones:SIGMA,GAMMA`; nil is the identity.
  ///
  /// Throws: `InvalidInput`.
  public static func targetTransform(_ text: String?) throws -> TargetTransform {
    guard let text else { return .identity }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers =
      parts.count == 2
      ? parts[1].split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
      : [1, 1]
    guard parts.first == "lennard-jones", parts.count <= 2, numbers.count == 2,
      let sigma = numbers[0], let gamma = numbers[1]
    else {
      throw InvalidInput(
        "transform", value: "'\(text)'",
        expected: "lennard-jones, or lennard-jones:SIGMA,GAMMA")
    }
    return .lennardJones(sigma: sigma, gamma: gamma)
  }
}
