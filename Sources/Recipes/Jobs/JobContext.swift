/// How far a job got.
public struct JobProgress: Equatable, Sendable {
  /// What is being done: "featurize set.xyz".
  public let task: String
  /// How many are done.
  public let done: Int
  /// How many there are; nil where nobody knows yet.
  public let total: Int?
  /// What is counted: "frames".
  public let unit: String

  /// `done` of `total`.
  public init(task: String, done: Int, total: Int?, unit: String = "frames") {
    self.task = task
    self.done = done
    self.total = total
    self.unit = unit
  }
}

/// What a job is given besides its settings: threads, and ears for its progress and warnings.
public struct JobContext: Sendable {
  /// How many threads to use. No result depends on it.
  public let threads: Int
  /// Hears how far the job got, from one thread at a time.
  public let progress: @Sendable (JobProgress) -> Void
  /// Hears what a user should know although the job goes on.
  public let warning: @Sendable (String) -> Void

  /// Silent unless told otherwise.
  public init(
    threads: Int, progress: @escaping @Sendable (JobProgress) -> Void = { _ in },
    warning: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.threads = threads
    self.progress = progress
    self.warning = warning
  }
}

/// What a job did.
public struct JobReport: Equatable, Sendable {
  /// What was made or computed: "nematic frames", "features, nu = 2".
  public let what: String
  /// How many samples: "100 frames x 343 columns".
  public let amount: String
  /// The file it went to; nil where there is none.
  public let output: String?
  /// Further files that the same job made.
  public let others: [JobReport]

  /// A line of the table at the end, and one for every further file.
  public init(what: String, amount: String, output: String?, others: [JobReport] = []) {
    self.what = what
    self.amount = amount
    self.output = output
    self.others = others
  }

  /// This report and those of further files.
  public var all: [JobReport] { [self] + others.flatMap(\.all) }
}
