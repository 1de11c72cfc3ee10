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

/// What a job is given besides its settings: threads, other processes, and ears for its progress and warnings.
public struct JobContext: Sendable {
  /// How many threads to use. No result depends on it.
  public let threads: Int
  /// Hears how far the job got, from one thread at a time.
  public let progress: @Sendable (JobProgress) -> Void
  /// Hears what a user should know although the job goes on.
  public let warning: @Sendable (String) -> Void

  /// The processes that share the work; nil where this one is alone.
  public let ranks: (any RankMessages)?

  /// Silent and alone unless told otherwise.
  public init(
    threads: Int, ranks: (any RankMessages)? = nil,
    progress: @escaping @Sendable (JobProgress) -> Void = { _ in },
    warning: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.threads = threads
    self.ranks = ranks
    self.progress = progress
    self.warning = warning
  }

  /// The same, with processes that share the work.
  public func sharing(with ranks: any RankMessages) -> JobContext {
    JobContext(threads: threads, ranks: ranks, progress: progress, warning: warning)
  }
}

/// What a job did.
public struct JobReport: Codable, Equatable, Sendable {
  /// What was made or computed: "nematic frames", "features, nu = 2".
  public let what: String
  /// How many samples: "100 frames x 343 columns".
  public let amount: String
  /// The file it went to; nil where there is none.
  public let output: String?
  /// Further files that the same job made.
  public let others: [JobReport]
  /// Results that people want to read at once; nil where there are none.
  public let summary: ResultSummary?
  /// What a user should know of the result; warnings that were told already.
  public let remarks: [String]
  /// How many there were of what the job counts: "frames" that it went over.
  public let counts: [String: Int]

  /// A line of the table at the end, and one for every further file.
  public init(
    what: String, amount: String, output: String?, others: [JobReport] = [],
    summary: ResultSummary? = nil, remarks: [String] = [], counts: [String: Int] = [:]
  ) {
    self.what = what
    self.amount = amount
    self.output = output
    self.others = others
    self.summary = summary
    self.remarks = remarks
    self.counts = counts
  }

  /// The same report with `name` applied to its files, and `text` to texts in which files are named.
  public func naming(_ name: (String) -> String, text: (String) -> String) -> JobReport {
    var summary = summary
    let commands = summary?.commands.map(text) ?? []
    summary?.commands = commands
    return JobReport(
      what: what, amount: amount, output: output.map(name),
      others: others.map { $0.naming(name, text: text) }, summary: summary,
      remarks: remarks.map(text), counts: counts)
  }

  /// This report and those of further files.
  public var all: [JobReport] { [self] + others.flatMap(\.all) }
}
